"""The few things that differ between the two trees. The generated one uses the second of each pair."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Given = TypeVar("Given")

AsyncFunction: TypeAlias = Callable[[Given], Awaitable[T]]
SyncFunction: TypeAlias = Callable[[Given], T]

AsyncLock = asyncio.Lock
SyncLock = threading.Lock

async_sleep = asyncio.sleep
sync_sleep = time.sleep


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work beside the event loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


def inline(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work here."""
    return function(*args, **kwargs)


async def async_together(calls: Sequence[Callable[[], Awaitable[T]]], limit: int) -> tuple[list[T], Exception | None]:
    """Run these, at most `limit` at once: what those before the first that failed gave, and its error. Then none is begun."""
    work: _Work[T] = _Work(len(calls))

    async def do(place: int) -> None:
        try:
            work.results[place] = await calls[place]()
        except Exception as error:
            work.errors[place] = error

    async def go() -> None:
        while (place := work.next()) is not None:
            await do(place)

    await asyncio.gather(*(go() for _ in range(min(limit, len(calls)))))
    return work.done()


def sync_together(calls: Sequence[Callable[[], T]], limit: int) -> tuple[list[T], Exception | None]:
    """As `async_together`, on threads; on this one where one is enough."""
    work: _Work[T] = _Work(len(calls))

    def do(place: int) -> None:
        try:
            work.results[place] = calls[place]()
        except Exception as error:
            work.errors[place] = error

    def go() -> None:
        while (place := work.next()) is not None:
            do(place)

    workers = min(limit, len(calls))
    if workers <= 1:
        go()
        return work.done()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for future in [pool.submit(go) for _ in range(workers)]:
                future.result()
        except BaseException:
            # Such as Ctrl-C: what has begun is waited for, and no more is.
            work.stopped = True
            raise
    return work.done()


class _Work(Generic[T]):
    """Places of calls, handed out in order, and what became of them."""

    def __init__(self, size: int) -> None:
        self.results: dict[int, T] = {}
        self.errors: dict[int, Exception] = {}
        self.stopped = False
        self._places = iter(range(size))
        self._lock = threading.Lock()

    def next(self) -> int | None:
        with self._lock:
            return None if self.errors or self.stopped else next(self._places, None)

    def done(self) -> tuple[list[T], Exception | None]:
        first = min(self.errors, default=None)
        results = [self.results[place] for place in sorted(self.results) if first is None or place < first]
        return results, None if first is None else self.errors[first]
