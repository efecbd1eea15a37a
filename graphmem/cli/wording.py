"""How commands word times, scopes, numbers and relations. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from graphmem.model.calendar import Days
from graphmem.model.when import written

Json: TypeAlias = Mapping[str, Any]


def local(time: str | None) -> str:
    """An ISO time from the client in the local time zone, to the minute; empty for None."""
    return "" if time is None else datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")


def whose(row: Json) -> list[str]:
    """The scope ids of a memory, such as `user alice` and `run r1`."""
    kinds = ("user", "agent", "app", "run")
    return [f"{kind} {row[f'{kind}_id']}" for kind in kinds if row[f"{kind}_id"] is not None]


def speech(messages: Iterable[Json]) -> list[str]:
    """Messages, one a line, each with its speaker."""
    return [f"{message.get('name') or message['role']}: {message['content']}" for message in messages]


def sentence(relation: Json) -> str:
    """A relation in words, such as `Anna lives in Berlin`."""
    return f"{relation['source']} {relation['relationship'].replace('_', ' ')} {relation['target']}"


def counted(count: int, kind: str) -> str:
    """A number of things, of which `kind` is the plural: ``1 user``, ``2 memories``."""
    one = f"{kind[:-3]}y" if kind.endswith("ies") else kind.removesuffix("s")
    return f"{count} {one if count == 1 else kind}"


def days(memory: Json) -> str:
    """The days of what a memory tells, for people to read; empty if they are not said."""
    first, last = (
        None if day is None else date.fromisoformat(day) for day in (memory["event_start"], memory["event_end"])
    )
    if first is None or last is None:
        return f"since {first}" if first else f"until {last}" if last else ""
    return written(Days(first, last)).replace("/", " to ")


def compact(value: Any) -> str:
    """JSON in one line."""
    return json.dumps(value, ensure_ascii=False)


def left_out(credentials: int) -> str:
    """What is said of credentials that were not remembered."""
    return f"Credentials are not remembered: {credentials} left out. GRAPHMEM_SECRETS=keep keeps them."
