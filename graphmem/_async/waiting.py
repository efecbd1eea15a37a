"""How the async tree waits: on an event loop, with threads for blocking work.

`_sync/waiting.py` has the same names for the sync tree. Both are handwritten; everything else in `_sync` is generated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, ParamSpec, TypeAlias, TypeVar

from graphmem.remember.side_by_side import Work

P = ParamSpec("P")
T = TypeVar("T")
Argument = TypeVar("Argument")

Action: TypeAlias = Callable[[], Awaitable[T]]
Function: TypeAlias = Callable[[Argument], Awaitable[T]]
Lock = asyncio.Lock
sleep = asyncio.sleep


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work on a thread, so that it does not hold up the event loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


def threaded(blocking: object) -> Any:
    """An object with the same methods, made awaitable: each call runs on a thread."""
    return _Threaded(blocking)


class _Threaded:
    def __init__(self, blocking: object) -> None:
        self._blocking = blocking

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        return partial(asyncio.to_thread, getattr(self._blocking, name))


async def together(calls: Sequence[Action[T]], limit: int) -> tuple[list[T], Exception | None]:
    """Run these calls, at most `limit` at a time, and start no more once one has failed.

    Returns:
        The results of the calls before the first one that failed, and its error. If none failed, all results and None.
    """
    work: Work[T] = Work(len(calls))

    # Each worker takes the next call when it is done with one, so a slow call holds up no other.
    async def run() -> None:
        while (index := work.next()) is not None:
            try:
                work.results[index] = await calls[index]()
            except Exception as error:
                work.errors[index] = error

    await asyncio.gather(*(run() for _ in range(min(limit, len(calls)))))
    return work.outcome()
