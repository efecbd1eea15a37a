"""What a server keeps in the store beside the memories: records (keys, settings, webhooks), and the events of calls that were accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from graphmem.model.memory import Scope

EventStatus = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED"]
ENDED: tuple[EventStatus, ...] = ("SUCCEEDED", "FAILED")
# Kinds of records that a reset of the store takes along; all others (keys, settings, webhooks) stay.
FORGOTTEN_BY_RESET = ("export", "feedback")


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object with a name.

    Attributes:
        kind: such as ``key`` or ``webhook``. id: within its kind.
        owner: the project that it belongs to; records are listed by it.
    """

    kind: str
    id: str
    owner: str
    data: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Work that was accepted and is done later, and what became of it.

    Attributes:
        kind: what is to be done, such as ``add``.
        lane: events of one lane are done one after the other, in the order in which they were accepted.
        scope: whom it is about.
        request: what is to be done, as a JSON object. None once it has ended: what people said is not kept twice.
        results: a JSON list once it has ended. error: why it failed.
        attempts: how often it was begun; more than once if a server died with it.
    """

    id: str
    kind: str
    lane: str
    scope: Scope
    request: Mapping[str, Any] | None
    created_at: datetime
    status: EventStatus = "PENDING"
    results: Sequence[Any] = ()
    error: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an event ended. `following`: events that begin with its end."""

    status: EventStatus
    results: Sequence[Any] = ()
    error: str | None = None
    following: Sequence[Event] = field(default=())


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of the end of an event.

    Attributes:
        done: whether it ended; not if others have taken it over.
        next: the event that was begun in its stead; None if there was none.
    """

    done: bool
    next: Event | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, newest first, and how many there are in all."""

    events: Sequence[Event]
    total: int
