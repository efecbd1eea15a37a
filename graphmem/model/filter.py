"""The filter tree. A leaf compares one field with one value; every leaf is true or false, never unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from graphmem.model.memory import SCOPE_FIELDS, Scope

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
NOTHING = Or(())


def conjunction(filters: Iterable[Filter]) -> Filter:
    """All of these, as flat as can be: nested ANDs are merged."""
    items: list[Filter] = []
    for each in filters:
        items.extend(each.items if isinstance(each, And) else (each,))
    return items[0] if len(items) == 1 else And(tuple(items))


def of_scope(scope: Scope) -> Filter:
    """Memories that carry every id of this scope."""
    return conjunction(Compare(Path(name), "eq", value) for name, value in scope.ids.items())


def scope_groups(filter: Filter) -> Iterator[tuple[tuple[str, str], ...]]:
    """The (field, id) pairs of which each matching memory must have at least one, a group for each top-level leaf on a scope id.

    Full-text arms use them to narrow to a tenant before they rank.
    """
    for leaf in filter.items if isinstance(filter, And) else (filter,):
        if isinstance(leaf, Compare) and leaf.path.field in SCOPE_FIELDS and leaf.op in ("eq", "in"):
            values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            yield tuple((leaf.path.field, value) for value in values if isinstance(value, str))


def scope_part(filter: Filter) -> Filter:
    """What a filter says of the scope ids: the strongest condition on them alone that every memory which meets it meets too.

    EVERYTHING where it says nothing of them. States of the past are read within it, and the rest is left to `evaluate`.
    """
    return _scope_part(filter, False)


def _scope_part(node: Filter, negated: bool) -> Filter:
    # Negations go down to the leaves: none of a list may hold, so each of its conditions on ids may be used.
    if isinstance(node, Not):
        return _scope_part(node.item, not negated)
    if isinstance(node, Compare):
        if node.path.field not in SCOPE_FIELDS:
            return EVERYTHING
        return Not(node) if negated else node
    parts = tuple(_scope_part(item, negated) for item in node.items)
    if isinstance(node, And) is not negated:
        return conjunction(parts)
    return EVERYTHING if EVERYTHING in parts else Or(parts)
