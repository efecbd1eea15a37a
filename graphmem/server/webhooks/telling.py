"""Which webhooks are told of a change, and what."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from graphmem._sync.client.client import MemoryClient
from graphmem.errors import MemoryNotFoundError
from graphmem.model import times
from graphmem.model.ids import new_id
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.served import Event, Record
from graphmem.protocols import ServerStore
from graphmem.server.webhooks import hooks

KIND = "webhook"
_TYPES = {"ADD": "memory_add", "UPDATE": "memory_update", "DELETE": "memory_delete"}
_CATEGORIZED = "memory_categorize"
# For so long the list of webhooks is not read again.
_KNOWN_SECONDS = 2.0


class Telling:
    """Turns changes into deliveries, which are events of their own."""

    def __init__(self, client: MemoryClient[Any]) -> None:
        self._client = client
        self._known: Sequence[Record] = ()
        self._until = 0.0
        self._lock = Lock()

    def wanted(self, store: ServerStore, *changes: str) -> bool:
        """Whether any webhook is told of such changes (ADD, UPDATE, DELETE)."""
        types = {_TYPES[change] for change in changes if change in _TYPES}
        if "ADD" in changes or "UPDATE" in changes:
            types.add(_CATEGORIZED)
        return any(types & set(hook.data["event_types"]) for hook in self._hooks(store))

    def forget(self) -> None:
        """Read the list again at the next change: a webhook was made or changed here."""
        self._until = 0.0

    def deliveries(self, store: ServerStore, rows: Sequence[Mapping[str, Any]]) -> list[Event]:
        """The deliveries that these changes bring about.

        Args:
            rows: ``{"id", "memory", "event"}`` for each memory.
        """
        told = [row for row in rows if row["event"] in _TYPES]
        if not told or not self.wanted(store, *(row["event"] for row in told)):
            return []
        found: list[Event] = []
        for row in told:
            memory = self._memory(row["id"])
            if memory is None:
                continue
            for hook in self._hooks(store):
                # A webhook sees what its maker's key lets see: what a memory belongs to is what the store says, not the call.
                if all(memory.get(name) == value for name, value in hook.data["scope"].items()):
                    found += [_event(hook, memory, told) for told in _told(hook, row, memory)]
        return found

    def _memory(self, id: str) -> Mapping[str, Any] | None:
        """Whose a memory is, and its categories; deleted ones too."""
        try:
            return self._client.history(id)[-1]
        except MemoryNotFoundError:
            return None

    def _hooks(self, store: ServerStore) -> Sequence[Record]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._known = [hook for hook in store.kept(hooks.KIND) if hook.data["is_active"]]
                self._until = time.monotonic() + _KNOWN_SECONDS
            return self._known


def _told(hook: Record, row: Mapping[str, Any], memory: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a webhook is told of one change."""
    wanted = hook.data["event_types"]
    found: list[dict[str, Any]] = []
    if _TYPES[row["event"]] in wanted:
        found.append({"id": row["id"], "data": {"memory": row["memory"]}, "event": row["event"]})
    if _CATEGORIZED in wanted and row["event"] != "DELETE" and memory["categories"]:
        found.append({"event": "CATEGORIZE", "memory_id": row["id"], "categories": memory["categories"]})
    return found


def _event(hook: Record, memory: Mapping[str, Any], details: Mapping[str, Any]) -> Event:
    scope = Scope(**{name: memory.get(name) for name in SCOPE_FIELDS})
    request = {"webhook": hook.id, "body": {"event_details": dict(details)}}
    return Event(new_id(), KIND, hook.id, scope, request, times.now())
