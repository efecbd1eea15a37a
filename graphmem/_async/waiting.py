"""What waiting is in this tree: threads beside an event loop. Its twin in `_sync`, by hand as well, has the same names."""

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
    """Run blocking work beside the event loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


def threaded(blocking: object) -> Any:
    """The same methods to await: each call of one runs on a thread beside the event loop."""
    return _Threaded(blocking)


class _Threaded:
    def __init__(self, blocking: object) -> None:
        self._blocking = blocking

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        return partial(asyncio.to_thread, getattr(self._blocking, name))


async def together(calls: Sequence[Action[T]], limit: int) -> tuple[list[T], Exception | None]:
    """Run these calls, at most `limit` at once, and begin no more after one has failed.

    Returns:
        What the calls before the first failed one gave, and its error; all of them and None if none failed.
    """
    work: Work[T] = Work(len(calls))

    async def run() -> None:
        while (index := work.next()) is not None:
            try:
                work.results[index] = await calls[index]()
            except Exception as error:
                work.errors[index] = error

    await asyncio.gather(*(run() for _ in range(min(limit, len(calls)))))
    return work.outcome()
