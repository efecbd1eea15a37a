"""What takes long to load: out of reach of Ctrl-C, and once a process, however many threads ask for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Generic, TypeVar

from graphmem.model.forks import ForkLock, settle_before_forks

T = TypeVar("T")
# How long a fork waits for what is being loaded.
_FORK_SECONDS = 10.0
# How often one who waits looks whether Ctrl-C came.
_SIGNAL_SECONDS = 0.1


class Loaded(Generic[T]):
    """What `load` gives. It is called when the value is first asked for; if it raises, again the next time.

    A fork waits for it: the child would find locks of modules taken, by a thread that does not exist there.
    """

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock = ForkLock()
        # At most one; a list, because None may be what was loaded.
        self._found: list[T] = []
        settle_before_forks(self)

    def __call__(self) -> T:
        if not self._found:
            undisturbed(self._fill)
        return self._found[0]

    def forget(self) -> None:
        """Load it again the next time."""
        self._found.clear()

    def settle(self) -> bool:
        """Before a fork."""
        return self._lock.acquire(timeout=_FORK_SECONDS)

    def go_on(self) -> None:
        """After it, in the parent."""
        self._lock.release()

    def _fill(self) -> None:
        with self._lock:
            if not self._found:
                self._found.append(self._load())


def imported(name: str) -> ModuleType:
    """The module of this name. Called before an ``import`` within a function, it leaves nothing for that to load."""
    found = sys.modules.get(name)
    # As Python itself sees it: a module that another thread just loads is there already.
    if found is None or getattr(found.__spec__, "_initializing", False):
        found = undisturbed(partial(import_module, name))
    return found


def undisturbed(function: Callable[[], T]) -> T:
    """What a function gives or raises, called on another thread if this is the main one.

    In the main thread, Python raises Ctrl-C between any two steps. In the middle of an import it leaves modules half made, and libraries
    that can't be set up twice. Here it ends the waiting: what was begun goes on, and the next call finds it done.
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    try:
        threading.Thread(target=run, name="graphmem loads").start()
    except RuntimeError:
        # There are no more threads: the interpreter ends, or its system has none.
        return function()
    # Again and again, for a signal that another thread got wakes nobody who waits without end.
    while wait([outcome], _SIGNAL_SECONDS).not_done:
        pass
    return outcome.result()
