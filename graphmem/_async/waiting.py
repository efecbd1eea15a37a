"""How the async tree waits: on an event loop, with threads for blocking work.

`_sync/waiting.py` has the same names for the sync tree. Both are handwritten; everything else in `_sync` is generated.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from graphmem.errors import ConfigurationError
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


async def waited(given: Any, what: str) -> Any:
    """What an object of a caller gave, awaited.

    Raises:
        ConfigurationError: it can't be. `what` names the call.
    """
    if not inspect.isawaitable(given):
        raise ConfigurationError(
            f"{what} is no coroutine: AsyncMemoryClient takes objects whose methods are async (graphmem.protocols.AsyncLLM, "
            "AsyncEmbedder), MemoryClient takes the others"
        )
    return await given


def threaded(blocking: object) -> Any:
    """An object with the same methods, made awaitable: each call runs on a thread."""
    return _Threaded(blocking)


class _Threaded:
    def __init__(self, blocking: object) -> None:
        self._blocking = blocking

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        return partial(asyncio.to_thread, getattr(self._blocking, name))


class OnePerPlace(Generic[T]):
    """A value for each place where a client is used: each event loop of each process. Made when it is first asked for there.

    What holds a connection belongs to the loop that opened it, and after a fork to the parent.

    Args:
        make: makes a value. close: closes one, on the loop that it belongs to if that still runs.
    """

    def __init__(self, make: Callable[[], T], close: Function[T, None]) -> None:
        self._make, self._close = make, close
        self._pid = os.getpid()
        self._values: dict[asyncio.AbstractEventLoop, T] = {}

    async def get(self) -> T:
        loop = asyncio.get_running_loop()
        if self._pid != os.getpid():
            _OF_PARENTS.append(self._values)
            self._values, self._pid = {}, os.getpid()
        for ended in [each for each in list(self._values) if each.is_closed()]:
            await self._let_go(self._values.pop(ended, None))
        value = self._values.get(loop)
        # At once, for threads with loops of their own may ask at the same time.
        return self._values.setdefault(loop, self._make()) if value is None else value

    async def close(self) -> None:
        """Close all values. Those of loops that run in other threads are closed there, and not waited for."""
        if self._pid != os.getpid():
            return
        here = asyncio.get_running_loop()
        for loop in list(self._values):
            value = self._values.pop(loop, None)
            if value is None:
                continue
            if loop is here:
                await self._close(value)
            elif loop.is_running():
                closing: Any = self._close(value)
                asyncio.run_coroutine_threadsafe(closing, loop)
            else:
                await self._let_go(value)

    async def _let_go(self, value: T | None) -> None:
        """Close what is left of a loop that has ended. Its connections can't say goodbye any more."""
        if value is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._close(value), timeout=1)


# Kept, because they would be closed when nobody holds them, and the connections are the parent's.
_OF_PARENTS: list[Any] = []


async def together(calls: Sequence[Action[T]], limit: int) -> tuple[list[T], Exception | None]:
    """Run these calls, at most `limit` at a time, and start no more once one has failed.

    Returns:
        The results of the calls before the first one that failed, and its error. If none failed, all results and None.
    """
    if len(calls) == 1:
        try:
            return [await calls[0]()], None
        except Exception as error:
            return [], error
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
