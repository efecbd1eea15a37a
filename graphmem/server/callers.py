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
from graphmem.server import keys
from graphmem.server.keys import WHOLE, Key

# For so long a key that was found is not looked up again: it is the longest time that a revoked key goes on.
_KNOWN_SECONDS = 2.0
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
        self._known: dict[str, tuple[float, Key]] = {}
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
            self._asked = time.monotonic() + _KNOWN_SECONDS
        return self._keyed

    def anyone(self) -> Caller:
        """Whoever calls a server without keys."""
        return Caller(self._client)

    def with_key(self, text: str) -> Caller | None:
        """Who has this key; None if it opens nothing."""
        id = keys.id_in(text)
        return None if id is None else self._opened(self._key(id), text)

    def at_hand(self, text: str) -> Caller | None:
        """The same, without asking the store: None if the key must be looked up, or opens nothing."""
        until, known = self._known.get(keys.id_in(text) or "", (0.0, None))
        return self._opened(known, text) if time.monotonic() < until else None

    def _opened(self, key: Key | None, text: str) -> Caller | None:
        # The text is compared every time: what is known is what is kept, not what was given.
        if key is None or not key.opened_by(text, times.now()):
            return None
        return Caller(self._bound(key.scope), key.scope, key.read_only, key.id, key.project)

    def _key(self, id: str) -> Key | None:
        now = time.monotonic()
        until, known = self._known.get(id, (0.0, None))
        if known is not None and now < until:
            return known
        found = keys.by_id(self.store, id)
        with self._lock:
            if found is None:
                self._known.pop(id, None)
            else:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[id] = (now + _KNOWN_SECONDS, found)
        return found

    def _bound(self, scope: Scope) -> MemoryClient[Any]:
        if not scope.ids:
            return self._client
        with self._lock:
            if len(self._clients) >= _MOST_KNOWN:
                self._clients.clear()
            if scope not in self._clients:
                self._clients[scope] = within(self._client, scope.ids)
            return self._clients[scope]
