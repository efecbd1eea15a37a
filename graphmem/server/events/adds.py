"""Adds by event: how they are kept, done and told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphmem._sync.client.client import MemoryClient
from graphmem._sync.client.sharing import add_accepted
from graphmem.dialect.answers import Added
from graphmem.model.ids import new_id
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.served import ENDED, Event

KIND = "add"


def accepted(
    scope: Scope, messages: Any, options: Mapping[str, Any], now: datetime, bound: Scope, *, as_it_stands: bool = False
) -> Event:
    """The event of an add.

    Args:
        scope: of what is added, the ids of the key included.
        bound: the ids of the key.
        as_it_stands: keep the messages word for word where no fact is found in them. An agent that writes down one thing to remember
            has made a fact of it already, in words that the rules may not read ("User prefers dark mode").
    """
    request = {"messages": messages, "options": dict(options), "as_it_stands": as_it_stands, "bound": bound.ids}
    return Event(new_id(), KIND, lane(scope), scope, request, now)


def lane(scope: Scope) -> str:
    """Whose adds are done one after the other: a user's, else an agent's, an app's, a run's."""
    return next((f"{name}={value}" for name, value in scope.ids.items()), "")


def done(client: MemoryClient[Any], event: Event) -> Added:
    """Do it; doing it again after it was cut short adds nothing twice."""
    request = event.request or {}
    messages, options = request["messages"], request["options"]
    # Events of before tell nothing of the key.
    bound = Scope(**request.get("bound", {}))
    added = add_accepted(client, messages, event.scope, options, event.created_at, bound)
    if not request.get("as_it_stands") or added["results"] or _left_out(added):
        return added
    return add_accepted(client, messages, event.scope, {**options, "infer": False}, event.created_at, bound)


def _left_out(added: Added) -> bool:
    """Whether something was found and left out on purpose: it was known, is unwanted, holds a secret …"""
    return any(value for value in added["explain"].values() if isinstance(value, int))


def results(added: Added) -> Sequence[dict[str, str]]:
    """What is kept of it: ``{"id", "event"}`` for each memory. Texts stay where memories are, so that who erases one erases it all."""
    return [{"id": row["id"], "event": row["event"]} for row in added["results"]]


def told(event: Event, client: MemoryClient[Any]) -> dict[str, Any]:
    """An event as the wire has it. `client`: of whoever asks."""
    return all_told([event], client)[0]


def all_told(events: Sequence[Event], client: MemoryClient[Any]) -> list[dict[str, Any]]:
    """The same of several events, whose memories are read together."""
    ids = [row["id"] for event in events for row in event.results]
    found: Any = client.get_all(filters={"memory_id": {"in": ids}}, output_format="v1.0") if ids else ()
    # What memories say now; those that are gone say nothing.
    texts = {row["id"]: row["memory"] for row in found}
    return [_told(event, texts) for event in events]


def _told(event: Event, texts: Mapping[str, str]) -> dict[str, Any]:
    took = (event.ended_at - event.started_at) if event.ended_at and event.started_at else None
    return {
        "id": event.id,
        "event_type": event.kind.upper(),
        "status": event.status,
        **{name: getattr(event.scope, name) for name in SCOPE_FIELDS},
        "results": [{**row, "memory": texts.get(row["id"])} for row in event.results],
        "error": event.error,
        "created_at": event.created_at.isoformat(),
        "updated_at": (event.ended_at or event.started_at or event.created_at).isoformat(),
        "started_at": event.started_at.isoformat() if event.started_at else None,
        "completed_at": event.ended_at.isoformat() if event.status in ENDED and event.ended_at else None,
        "latency": None if took is None else round(took.total_seconds() * 1000, 3),
    }
