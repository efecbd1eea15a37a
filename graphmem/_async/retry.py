"""One retry policy for writers that conflict: the loser tries again after a short random pause."""

from __future__ import annotations

import random
from typing import TypeVar

from graphmem._async.waiting import Action, sleep

T = TypeVar("T")

# With pauses of 25 ms on average, a writer gives up after some 2.5 s of losing to others.
ATTEMPTS = 100
MAX_PAUSE_SECONDS = 0.05


async def retried(action: Action[T], on: type[Exception]) -> T:
    """Returns what `action` returns. On an error of type `on` it is called again, up to ATTEMPTS times in all.

    Raises:
        The error of the last attempt; other errors immediately.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return await action()
        except on:
            await sleep(random.uniform(0, MAX_PAUSE_SECONDS))
    return await action()
