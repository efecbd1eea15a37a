"""What waiting is in this tree: the thread of the caller. Its twin in `_async`, by hand as well, has the same names."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeAlias, TypeVar

from graphmem.remember.side_by_side import Work

P = ParamSpec("P")
T = TypeVar("T")
Argument = TypeVar("Argument")

Action: TypeAlias = Callable[[], T]
Function: TypeAlias = Callable[[Argument], T]
Lock = threading.Lock
sleep = time.sleep


def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work in the thread of the caller, who waits for it anyway."""
    return function(*args, **kwargs)


def threaded(blocking: T) -> T:
    """What blocks is what this tree wants."""
    return blocking


def together(calls: Sequence[Action[T]], limit: int) -> tuple[list[T], Exception | None]:
    """Run these calls on threads, at most `limit` at once, and begin no more after one has failed.

    Returns:
        What the calls before the first failed one gave, and its error; all of them and None if none failed.
    """
    work: Work[T] = Work(len(calls))

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
            # Such as Ctrl-C: what has begun is waited for, and no more is.
            work.stopped = True
            raise
    return work.outcome()
