"""Adding in the background: an agent doesn't wait for a model to read what it wants remembered, and nothing is lost."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from graphmem.errors import GraphMemError, ValidationError
from graphmem.model.ids import new_id

Status = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED"]

# How many adds may wait; one more is refused.
MOST_WAITING = 1_000
# How many that are done can be asked for.
_MOST_DONE = 1_000

logger = logging.getLogger(__name__)


@dataclass
class AddEvent:
    """One add: how far it is, and once it is done what it gave (as `add` in v1.1) or why it failed."""

    id: str
    status: Status = "PENDING"
    result: Mapping[str, Any] = field(default_factory=dict)
    error: Exception | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event, repr=False)


class Adds(Protocol):
    """Takes adds, and tells what became of them."""

    async def submit(self, messages: Any, options: Mapping[str, Any], *, within: float) -> AddEvent:
        """Take an add, wait for it up to `within` seconds, and tell how far it is.

        Raises:
            ValidationError: too many are waiting.
        """

    async def get(self, event_id: str) -> AddEvent | None:
        """What became of an add of this connection; None if there was none with this id, or it was long ago."""


class Background:
    """Adds one after the other, in the order in which they came, in a task of its own.

    Args:
        add: what does it, such as the method of a client.
    """

    def __init__(self, add: Callable[..., Awaitable[Any]]) -> None:
        self._add = add
        self._events: OrderedDict[str, AddEvent] = OrderedDict()
        self._waiting: asyncio.Queue[tuple[AddEvent, Any, Mapping[str, Any]]] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    async def submit(self, messages: Any, options: Mapping[str, Any], *, within: float) -> AddEvent:
        event = AddEvent(new_id())
        try:
            self._waiting.put_nowait((event, messages, options))
        except asyncio.QueueFull:
            raise ValidationError(
                f"{MOST_WAITING} adds are waiting already: wait until some of them are done, then try again"
            ) from None
        self._events[event.id] = event
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(event.done.wait(), within)
        return event

    async def get(self, event_id: str) -> AddEvent | None:
        return self._events.get(event_id)

    async def drain(self) -> None:
        """Wait until all that was taken is done."""
        if self._task is not None:
            await self._task

    async def _work(self) -> None:
        while not self._waiting.empty():
            event, messages, options = self._waiting.get_nowait()
            event.status = "RUNNING"
            try:
                event.result = await self._add(messages, **options)
                event.status = "SUCCEEDED"
            except Exception as error:
                event.status, event.error = "FAILED", error
                # No content: what was to be remembered may be private.
                if isinstance(error, GraphMemError):
                    logger.warning("an add failed: %s", type(error).__name__)
                else:
                    logger.exception("an add failed")
            event.done.set()
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._events) > MOST_WAITING + _MOST_DONE:
            self._events.popitem(last=False)
