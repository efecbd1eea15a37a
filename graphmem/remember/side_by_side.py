"""The outcome of concurrent calls, as if they had run in order: results before the first failure are kept, none after it."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Work(Generic[T]):
    """Hands out the indexes of the calls in order, and holds their results and errors. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self.results: dict[int, T] = {}
        self.errors: dict[int, Exception] = {}
        self.stopped = False
        self._indexes = iter(range(size))
        self._lock = threading.Lock()

    def next(self) -> int | None:
        """The index of the next call to run; None if none is left, one failed, or the work was stopped."""
        with self._lock:
            return None if self.errors or self.stopped else next(self._indexes, None)

    def outcome(self) -> tuple[list[T], Exception | None]:
        """The results before the first failed call, in order, and its error if there is one."""
        # Later calls may have finished before the first one failed: what they did is dropped.
        first = min(self.errors, default=None)
        results = [self.results[index] for index in sorted(self.results) if first is None or index < first]
        return results, None if first is None else self.errors[first]
