"""Which operators each field takes, and with what operands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphmem.model.filter import Op

Kind = Literal["id", "time", "day", "categories", "text", "metadata"]
# How an operand is read: see filters.operands.
Operand = Literal["string", "strings", "time", "times", "day", "days", "scalar", "scalars", "ordered", "member"]

WILDCARD = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of field.

    Attributes:
        operators: the caller's operator → how its operand is read.
        scalar: the operator meant by a bare value.
        meanings: operators that have another name in the tree.
    """

    kind: Kind
    operators: Mapping[str, Operand]
    scalar: str = "eq"
    meanings: Mapping[str, Op] = field(default_factory=dict)


_ID: Mapping[str, Operand] = {
    "eq": "string",
    "ne": "string",
    "in": "strings",
    "nin": "strings",
    "contains": "string",
    "icontains": "string",
}
_TIME: Mapping[str, Operand] = {
    "eq": "time",
    "ne": "time",
    "gt": "time",
    "gte": "time",
    "lt": "time",
    "lte": "time",
    "in": "times",
}
_DAY: Mapping[str, Operand] = {word: "days" if word == "in" else "day" for word in _TIME}
_TEXT: Mapping[str, Operand] = {"contains": "string", "icontains": "string", "eq": "string", "ne": "string"}
_METADATA: Mapping[str, Operand] = {
    "eq": "scalar",
    "ne": "scalar",
    "in": "scalars",
    "nin": "scalars",
    "gt": "ordered",
    "gte": "ordered",
    "lt": "ordered",
    "lte": "ordered",
    "contains": "member",
    "icontains": "string",
}

ALIASES = {"id": "memory_id", "memory": "text"}
_AN_ID, _A_TIME, _A_DAY = Rule("id", _ID), Rule("time", _TIME), Rule("day", _DAY)
FIELDS: Mapping[str, Rule] = {
    "user_id": _AN_ID,
    "agent_id": _AN_ID,
    "app_id": _AN_ID,
    "run_id": _AN_ID,
    "memory_id": _AN_ID,
    "created_at": _A_TIME,
    "updated_at": _A_TIME,
    "expiration_date": _A_TIME,
    # Days, not moments: a date-time stands for the day that it is on where it was written.
    "event_start": _A_DAY,
    "event_end": _A_DAY,
    # A memory has several categories: both "eq" and "contains" ask whether it is one of them.
    "categories": Rule("categories", _ID, meanings={"contains": "eq"}),
    "text": Rule("text", _TEXT),
    "keywords": Rule("text", _TEXT, scalar="icontains"),
    "metadata": Rule("metadata", _METADATA),
}
# Fields that compare another one.
TARGETS = {"keywords": "text"}
