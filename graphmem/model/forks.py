"""What is made anew in a forked child, such as locks: there they are free, whoever held them in the parent. And what a fork waits for."""

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
    _HELD.clear()
    for each in list(_ALL):
        each.renew()


class Settled(Protocol):
    """Something that other threads may be in the middle of, and that a child could not go on with."""

    def settle(self) -> bool:
        """Called before a fork: wait until no other thread is in the middle of it, and keep them out. False if it took too long."""

    def go_on(self) -> None:
        """Called in the parent after the fork, by the same thread, if `settle` returned True."""


_SETTLED: WeakSet[Settled] = WeakSet()
# Of the fork that goes on: two threads may fork at once.
_FORKING = ForkLock()
_HELD: list[Settled] = []


def settle_before_forks(each: Settled) -> None:
    """Let forks wait for this while it lives."""
    _SETTLED.add(each)


def _settle() -> None:
    _FORKING.acquire()
    _HELD.extend(each for each in list(_SETTLED) if each.settle())


def _go_on() -> None:
    while _HELD:
        _HELD.pop().go_on()
    _FORKING.release()


# Windows knows no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_settle, after_in_parent=_go_on, after_in_child=_renew)
