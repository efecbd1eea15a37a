"""Who calls: the client that a key opens. All of them share one store."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from graphmem._sync.client.client import MemoryClient
from graphmem._sync.client.sharing import server_store, within
from graphmem.model import times
from graphmem.model.memory import Scope
from graphmem.protocols import ServerStore
from graphmem.server import keys, known
from graphmem.server.keys import WHOLE, Key
from graphmem.server.known import Known

_MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, and what they may do.

    Attributes:
        client: sees what the key's scope lets it see.
        key: id of the key, or "none" where no keys are needed. name: for people.
        project: whose settings and webhooks they see.
    """

    client: MemoryClient[Any]
    scope: Scope = field(default_factory=Scope)
    read_only: bool = False
    key: str = "none"
    project: str = WHOLE


class Callers:
    """Finds the caller that a key stands for. May be shared by threads."""

    def __init__(self, client: MemoryClient[Any]) -> None:
        self._client = client
        self._known = Known(keys.KIND, keys.read)
        self._keyed = False
        self._asked = 0.0
        self._clients: dict[Scope, MemoryClient[Any]] = {}
        self._lock = Lock()

    @property
    def store(self) -> ServerStore:
        return server_store(self._client)

    @property
    def keyed(self) -> bool:
        """Whether a key was ever made. From then on every request needs one, even if all were revoked since."""
        if not self._keyed and time.monotonic() >= self._asked:
            self._keyed = bool(self.store.kept(keys.KIND))
            self._asked = time.monotonic() + known.KNOWN_SECONDS
        return self._keyed

    def anyone(self) -> Caller:
        """Whoever calls a server without keys."""
        return Caller(self._client)

    def with_key(self, text: str) -> Caller | None:
        """Who has this key; None if it opens nothing."""
        id = keys.id_in(text)
        return None if id is None else self._opened(self._known.get(self.store, id), text)

    def at_hand(self, text: str) -> Caller | None:
        """The same, without asking the store: None if the key must be looked up, or opens nothing."""
        return self._opened(self._known.at_hand(keys.id_in(text) or ""), text)

    def _opened(self, key: Key | None, text: str) -> Caller | None:
        # The text is compared every time: what is known is what is kept, not what was given.
        if key is None or not key.opened_by(text, times.now()):
            return None
        return Caller(self._bound(key.scope), key.scope, key.read_only, key.id, key.project)

    def _bound(self, scope: Scope) -> MemoryClient[Any]:
        if not scope.ids:
            return self._client
        with self._lock:
            if len(self._clients) >= _MOST_KNOWN:
                self._clients.clear()
            if scope not in self._clients:
                self._clients[scope] = within(self._client, scope.ids)
            return self._clients[scope]
