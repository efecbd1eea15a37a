"""The few things that differ between the two trees. The generated one uses the second of each pair."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

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
