"""What a server asks of a store besides what clients ask of it: that it keeps records and events. Both of graphmem's own stores do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from graphmem.model.memory import Scope
from graphmem.model.served import Event, EventPage, Finished, Outcome, Record


@runtime_checkable
class ServerStore(Protocol):
    """Keeps what a server needs. Several servers may share one store; each method is one transaction.

    Every method may raise StoreUnavailableError (try again later) or StoreError. A reset of the store takes the events and the records
    of `FORGOTTEN_BY_RESET`; keys and settings stay.
    """

    def keep(self, record: Record) -> None:
        """Write a record, in the place of the one that has its kind and id, whose created_at stays."""

    def kept(self, kind: str, *, ids: Sequence[str] | None = None, owner: str | None = None) -> Sequence[Record]:
        """The records of a kind, oldest first (created_at, then id).

        Args:
            ids: only these. owner: only those of this project.
        """

    def discard(self, kind: str, id: str) -> bool:
        """Delete a record; whether it was there."""

    def enqueue(self, events: Sequence[Event], most: int) -> bool:
        """Accept all of these events, in this order, or none.

        Args:
            most: how many events that have not ended there may be afterwards.

        Returns:
            Whether there was room.
        """

    def claim(self, kind: str, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        """Begin some events of a kind: of each lane its oldest one that has not ended, if nobody works on it.

        Nobody works on an event that is PENDING, or was claimed until a time before `now`. It becomes RUNNING.

        Args:
            kind: a lane holds events of one kind only.
            worker: a name that no other worker has. until: when others may take it over. limit: how many at most, the oldest ones.
        """

    def renew(self, ids: Sequence[str], worker: str, until: datetime) -> None:
        """Keep these events until a later time, as far as this worker still has them."""

    def finish(self, id: str, worker: str, outcome: Outcome, now: datetime, until: datetime | None = None) -> Finished:
        """End an event, accept those that follow, however many there are, and begin the next one of its kind, as `claim` does.

        Args:
            until: when others may take over the one that is begun; None to begin none.

        Returns:
            Whether this worker still had it, and the one that was begun; if it had not, nothing was written.
        """

    def release(self, id: str, worker: str) -> None:
        """Give a claimed event back: it is PENDING again, in its old place."""

    def events(self, kind: str, scope: Scope, *, id: str | None = None, offset: int = 0, limit: int = 100) -> EventPage:
        """Events of a kind that carry all ids of this scope, newest first.

        Args:
            id: only this one. offset, limit: which part of them is wanted.
        """

    def prune(self, before: datetime) -> int:
        """Delete the events that ended before this time; how many these were."""
