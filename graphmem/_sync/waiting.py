"""How the sync tree waits: the caller's thread blocks.

`_async/waiting.py` has the same names for the async tree. Both are handwritten; everything else in `_sync` is generated.
"""

from __future__ import annotations

import inspect
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from graphmem.errors import ConfigurationError
from graphmem.remember.side_by_side import Work

P = ParamSpec("P")
T = TypeVar("T")
Argument = TypeVar("Argument")

Action: TypeAlias = Callable[[], T]
Function: TypeAlias = Callable[[Argument], T]
Lock = threading.Lock
sleep = time.sleep


def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work on the caller's thread."""
    return function(*args, **kwargs)


def waited(given: Any, what: str) -> Any:
    """What an object of a caller gave.

    Raises:
        ConfigurationError: it is to be awaited. `what` names the call.
    """
    if inspect.isawaitable(given):
        if inspect.iscoroutine(given):
            given.close()
        raise ConfigurationError(
            f"{what} is async: MemoryClient takes objects whose methods are not (graphmem.protocols.LLM, Embedder), "
            "AsyncMemoryClient takes the others"
        )
    return given


def threaded(blocking: T) -> T:
    """The object itself, because methods of this tree may block."""
    return blocking


class OnePerPlace(Generic[T]):
    """A value for each place where a client is used: each process. Made when it is first asked for there.

    What holds a connection belongs, after a fork, to the parent.

    Args:
        make: makes a value. close: closes one.
    """

    def __init__(self, make: Callable[[], T], close: Function[T, None]) -> None:
        self._make, self._close = make, close
        self._values: dict[int, T] = {}

    def get(self) -> T:
        pid = os.getpid()
        value = self._values.get(pid)
        if value is None:
            # At once, for other threads may ask at the same time.
            value = self._values.setdefault(pid, self._make())
        return value

    def close(self) -> None:
        """Close the value of this process; those of parents are theirs."""
        value = self._values.pop(os.getpid(), None)
        if value is not None:
            self._close(value)


def together(calls: Sequence[Action[T]], limit: int) -> tuple[list[T], Exception | None]:
    """Run these calls on threads, at most `limit` at a time, and start no more once one has failed.

    Returns:
        The results of the calls before the first one that failed, and its error. If none failed, all results and None.
    """
    if len(calls) == 1:
        try:
            return [calls[0]()], None
        except Exception as error:
            return [], error
    work: Work[T] = Work(len(calls))

    # Each worker takes the next call when it is done with one, so a slow call holds up no other.
    def run() -> None:
        while (index := work.next()) is not None:
            try:
                work.results[index] = calls[index]()
            except Exception as error:
                work.errors[index] = error

    workers = min(limit, len(calls))
    if workers <= 1:
        run()
        return work.outcome()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for future in [pool.submit(run) for _ in range(workers)]:
                future.result()
        except BaseException:
            # Ctrl-C, for example. The pool waits for the calls that have started; no more are started.
            work.stopped = True
            raise
    return work.outcome()
