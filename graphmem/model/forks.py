"""What is made anew in a forked child, such as locks: there they are free, whoever held them in the parent."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Protocol
from weakref import WeakSet


class Renewed(Protocol):
    """Something with a state that the threads of a parent may have held."""

    def renew(self) -> None:
        """Called in a child, after the fork."""


class ForkLock:
    """A lock for a with statement. The threads of the parent don't exist in a forked child, so nobody there would ever release it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        renew_in_children(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def renew(self) -> None:
        self._lock = threading.Lock()


_ALL: WeakSet[Renewed] = WeakSet()


def renew_in_children(each: Renewed) -> None:
    """Let this be renewed in each child that is forked while it lives."""
    _ALL.add(each)


def _renew() -> None:
    for each in list(_ALL):
        each.renew()


# Windows knows no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
