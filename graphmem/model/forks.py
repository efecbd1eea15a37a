"""What is made anew in a forked child, such as locks: there they are free, whoever held them in the parent."""

from __future__ import annotations

import os
from _thread import RLock
from typing import Protocol
from weakref import WeakSet


class Renewed(Protocol):
    """Something with a state that the threads of a parent may have held."""

    def renew(self) -> None:
        """Called in a child, after the fork."""


class ForkLock(RLock):  # type: ignore[misc]
    """A lock for a with statement. The threads of the parent don't exist in a forked child, so nobody there would ever release it.

    It takes and releases in C, as a lock of Python's own does: between the two steps of a method written in Python, Ctrl-C could leave it
    taken for ever.
    """

    def __init__(self) -> None:
        renew_in_children(self)

    def renew(self) -> None:
        self._at_fork_reinit()  # type: ignore[attr-defined]


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
