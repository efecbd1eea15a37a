"""The filter tree. A leaf compares one field with one value; every leaf is true or false, never unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from graphmem.model import SCOPE_FIELDS, Scope

Op = Literal["eq", "ne", "in", "nin", "gt", "gte", "lt", "lte", "contains", "icontains", "has", "any"]
Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Span:
    """The moments that a date or date-time means, both ends included: a whole day in UTC, or one moment twice."""

    start: datetime
    end: datetime


Value: TypeAlias = Scalar | Span | tuple[Scalar, ...] | tuple[Span, ...] | None


@dataclass(frozen=True, slots=True)
class Path:
    """What a leaf looks at: a field of a memory, and for ``metadata`` the keys that lead to the value."""

    field: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """One condition. `has` is membership in a list of metadata, `any` is the wildcard: there is a value."""

    path: Path
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: Filter


Filter: TypeAlias = And | Or | Not | Compare

EVERYTHING = And(())


def conjunction(filters: Iterable[Filter]) -> Filter:
    """All of these, as flat as can be: nested ANDs are merged."""
    items: list[Filter] = []
    for each in filters:
        items.extend(each.items if isinstance(each, And) else (each,))
    return items[0] if len(items) == 1 else And(tuple(items))


def of_scope(scope: Scope) -> Filter:
    """Memories that carry every id of this scope."""
    return conjunction(Compare(Path(name), "eq", value) for name, value in scope.ids.items())


def scope_part(filter: Filter) -> Filter:
    """The strongest condition on user_id, agent_id, app_id and run_id alone that follows from a filter: EVERYTHING at worst."""
    if isinstance(filter, And):
        return conjunction(part for item in filter.items if (part := scope_part(item)) != EVERYTHING)
    if isinstance(filter, Or):
        parts = tuple(map(scope_part, filter.items))
        return EVERYTHING if EVERYTHING in parts else Or(parts)
    return filter if _only_of_scope(filter) else EVERYTHING


def _only_of_scope(filter: Filter) -> bool:
    if isinstance(filter, Compare):
        return filter.path.field in SCOPE_FIELDS
    items = (filter.item,) if isinstance(filter, Not) else filter.items
    return all(map(_only_of_scope, items))


def scope_groups(filter: Filter) -> Iterator[tuple[tuple[str, str], ...]]:
    """The (field, id) pairs of which each matching memory must have at least one, a group for each top-level leaf on a scope id.

    Full-text arms use them to narrow to a tenant before they rank.
    """
    for leaf in filter.items if isinstance(filter, And) else (filter,):
        if isinstance(leaf, Compare) and leaf.path.field in SCOPE_FIELDS and leaf.op in ("eq", "in"):
            values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            yield tuple((leaf.path.field, value) for value in values if isinstance(value, str))
