"""Locks that outlive a fork: in the child a lock is free, whoever held it in the parent."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from weakref import WeakSet


class ForkLock:
    """A lock for a with statement. The threads of the parent don't exist in a forked child, so nobody there would ever release it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _ALL.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def renew(self) -> None:
        self._lock = threading.Lock()


_ALL: WeakSet[ForkLock] = WeakSet()


def _renew() -> None:
    for lock in list(_ALL):
        lock.renew()


# Windows knows no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
