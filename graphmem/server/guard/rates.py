"""Bounds how many requests a key makes."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphmem.errors import ConfigurationError
from graphmem.server.errors import problem


def readable(rate: str) -> RateLimitItem:
    """A rate such as ``6000/minute``.

    Raises:
        ConfigurationError: it is nothing of that kind.
    """
    try:
        return parse(rate)
    except ValueError as error:
        raise ConfigurationError(f"the rate {rate!r} can't be read: write it like 6000/minute") from error


class BoundedRates:
    """Answers 429 to a key that asks too often. Each process counts for itself.

    Args:
        rate: such as ``6000/minute``.

    Raises:
        ConfigurationError: as `readable`.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self.app = app
        self._rate = readable(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope.get("state", {}).get("caller")
        if caller is None:
            await self.app(scope, receive, send)
            return
        allowed = self._limiter.hit(self._rate, caller.key)
        window = self._limiter.get_window_stats(self._rate, caller.key)
        wait = max(0.0, window.reset_time - time.time())
        told = {
            "X-RateLimit-Limit": str(self._rate.amount),
            "X-RateLimit-Remaining": str(window.remaining),
            "X-RateLimit-Reset": str(math.ceil(window.reset_time)),
        }
        if not allowed:
            text = f"this key may make {self._rate.amount} requests in {self._rate.get_expiry()} seconds: wait {math.ceil(wait)} seconds"
            await problem(429, text, {**told, "Retry-After": str(max(1, math.ceil(wait)))})(scope, receive, send)
            return

        async def with_rate(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(name.lower().encode(), value.encode()) for name, value in told.items()]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await self.app(scope, receive, with_rate)
