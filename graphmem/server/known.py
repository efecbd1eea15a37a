"""Records that requests ask for all the time: read again every two seconds, and then all that were asked for lately at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from graphmem.model.served import Record
from graphmem.protocols import ServerStore

# For so long a record is not read again: it is the longest time that a revoked key goes on.
KNOWN_SECONDS = 2.0
# What was asked for within this time is read again together with whatever is read next, so many at most.
_LATELY_SECONDS = 60.0
_TOGETHER = 500
_MOST = 10_000

T = TypeVar("T")


@dataclass
class _Entry(Generic[T]):
    """What a record tells, None if there was none; until when it is not read again, and when it was last asked for."""

    value: T | None
    until: float
    asked: float


class Known(Generic[T]):
    """What records of one kind told a moment ago. May be shared by threads.

    Args:
        read: makes of a record what is wanted of it.
        absent: whether it is remembered, too, that there is none; not where strangers choose what is asked for.
    """

    def __init__(self, kind: str, read: Callable[[Record], T], *, absent: bool = False) -> None:
        self._kind = kind
        self._read = read
        self._absent = absent
        self._entries: dict[str, _Entry[T]] = {}
        # Being read just now, so that others need not read them as well.
        self._reading: set[str] = set()
        self._lock = Lock()

    def at_hand(self, id: str) -> T | None:
        """The same if it was read a moment ago; the store is not asked."""
        entry = self._entries.get(id)
        now = time.monotonic()
        if entry is None or entry.until <= now:
            return None
        entry.asked = now
        return entry.value

    def get(self, store: ServerStore, id: str) -> T | None:
        """What the record tells, read from the store unless it was a moment ago; None if there is none."""
        with self._lock:
            now = time.monotonic()
            entry = self._entries.get(id)
            if entry is not None and now < entry.until:
                entry.asked = now
                return entry.value
            ids = [id, *self._due(id, now)]
            self._reading.update(ids)
        try:
            found = {record.id: self._read(record) for record in store.kept(self._kind, ids=ids)}
        except BaseException:
            with self._lock:
                self._reading.difference_update(ids)
            raise
        with self._lock:
            self._reading.difference_update(ids)
            for each in ids:
                self._note(each, found.get(each), now, asked=each == id)
        return found.get(id)

    def forget(self, id: str) -> None:
        """Read this one again: it was changed here."""
        with self._lock:
            self._entries.pop(id, None)

    def _due(self, id: str, now: float) -> Sequence[str]:
        due = [
            each
            for each, entry in self._entries.items()
            if entry.until <= now < entry.asked + _LATELY_SECONDS and each != id and each not in self._reading
        ]
        return due[: _TOGETHER - 1]

    def _note(self, id: str, value: T | None, now: float, *, asked: bool) -> None:
        before = self._entries.get(id)
        if not asked and before is None:
            # Forgotten while it was read: what was read may be older than the change.
            return
        if value is None and not self._absent:
            self._entries.pop(id, None)
            return
        if len(self._entries) >= _MOST and before is None:
            self._entries.clear()
        # What was read is as old as the question.
        self._entries[id] = _Entry(value, now + KNOWN_SECONDS, now if asked or before is None else before.asked)
