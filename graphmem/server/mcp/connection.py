"""What one connection may see and do."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException

from graphmem._sync.client.client import MemoryClient
from graphmem.dialect import arguments, calls
from graphmem.errors import MemoryNotFoundError, ScopeError, StoreUnavailableError, shown
from graphmem.model import times
from graphmem.model.served import ENDED, Event
from graphmem.server.callers import Caller
from graphmem.server.events import adds
from graphmem.server.service import Service

# So long it is waited before it is asked anew what became of an add: at first, and at most.
_SOON, _LATER = 0.01, 0.2
_NO_SCOPE = (
    "this connection is bound to no user, agent, app or run, so it can't tell whose memories these would be: whoever runs it has "
    "to bind it to one (by a key made with --user, or by the address: /mcp?user_id=…)"
)


@dataclass(frozen=True)
class Rights:
    """Which tools a connection has. All may read."""

    write: bool = True
    # Deletes everything within the scope in one call.
    delete_all: bool = False


@dataclass(frozen=True)
class Connection:
    """The memory of one connection.

    Attributes:
        caller: whose it is. Nothing beyond their scope is ever seen.
        service: takes what is to be remembered, and tells webhooks.
    """

    caller: Caller
    service: Service
    _accepted: list[str] = field(default_factory=list)

    @property
    def client(self) -> MemoryClient[Any]:
        return self.caller.client

    def remember(
        self, messages: Any, options: Mapping[str, Any], *, as_it_stands: bool = False, within: float
    ) -> Mapping[str, Any]:
        """Accept an add, and wait for its end, but not longer than `within` seconds.

        Args:
            messages, options: of `add`; a text is said by whoever the memories are of.
            as_it_stands: keep it word for word where no fact is found in it.

        Returns:
            What became of it, as the wire tells an event.

        Raises:
            ValidationError: it can't be done; nothing was accepted. StoreUnavailableError: too many are waiting.
        """
        ids = self.caller.scope.ids
        if not ids:
            raise ScopeError(_NO_SCOPE)
        if isinstance(messages, str):
            # An agent's memories come from what the assistant says, a user's from what the user says.
            messages = [
                {"role": "user" if "user_id" in ids or "agent_id" not in ids else "assistant", "content": messages}
            ]
        asked = {name: value for name, value in options.items() if value is not None}
        asked = {**self.service.projects.defaults(self.service.store, self.caller.project), **asked}
        now, scope = times.now(), arguments.scope(ids)
        # What is wrong with it must be told now. It is looked at again when it is done.
        calls.read(messages, scope, asked, now)
        try:
            event = self.service.accept(scope, messages, asked, now, scope, as_it_stands=as_it_stands)
        except HTTPException as full:
            raise StoreUnavailableError(full.detail) from None
        self._accepted.append(event.id)
        return adds.told(self._ended(event, within), self.client)

    def event(self, event_id: str) -> Mapping[str, Any]:
        """What became of an add, as the wire tells an event.

        Raises:
            MemoryNotFoundError: there is none with this id, or it is of another scope.
        """
        found = self._events(event_id)
        if not found:
            raise MemoryNotFoundError(
                f"no event {shown(event_id)}: give an event_id that add_memory returned not long ago"
            )
        return adds.told(found[0], self.client)

    def finish(self) -> None:
        """Wait until all that was accepted here has ended."""
        for id in self._accepted:
            while any(event.status not in ENDED for event in self._events(id)):
                time.sleep(_LATER)

    def changed(self, memory_ids: Sequence[str], event: str) -> None:
        """Tell webhooks that these memories were changed (UPDATE) or deleted (DELETE)."""
        self.service.changed([{"id": id} for id in memory_ids], event)

    def _events(self, id: str) -> Sequence[Event]:
        return self.service.store.events(adds.KIND, self.caller.scope, id=id, limit=1).events

    def _ended(self, event: Event, within: float) -> Event:
        """The event when it has ended, or after so many seconds."""
        until, pause = time.monotonic() + within, _SOON
        while event.status not in ENDED and time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, _LATER)
            event = next(iter(self._events(event.id)), event)
        return event
