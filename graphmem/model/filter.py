"""The filter tree. A leaf compares one field with one value and is always true or false, never unknown as in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from graphmem.model.memory import SCOPE_FIELDS, Scope

Op = Literal["eq", "ne", "in", "nin", "gt", "gte", "lt", "lte", "contains", "icontains", "has", "any"]
Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Span:
    """What a date or date-time in a filter stands for: a whole day in UTC, or one moment as both ends. Both are included."""

    start: datetime
    end: datetime


Value: TypeAlias = Scalar | Span | date | tuple[Scalar, ...] | tuple[Span, ...] | tuple[date, ...] | None


@dataclass(frozen=True, slots=True)
class Path:
    """What a leaf compares: a field of a memory; for ``metadata`` also the keys that lead to the value."""

    field: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """One condition, a leaf of the tree.

    Attributes:
        op: ``has``: the value is in a list in metadata; ``any``: there is a value, whatever it is; the others as in filter objects.
    """

    path: Path
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class And:
    """True if all items are; true without items."""

    items: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True if any item is; false without items."""

    items: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True if the item is false."""

    item: Filter


Filter: TypeAlias = And | Or | Not | Compare

EVERYTHING = And(())
NOTHING = Or(())


def conjunction(filters: Iterable[Filter]) -> Filter:
    """A filter that is true if all of these are. Nested ANDs are merged, and a single filter is returned as it is."""
    items: list[Filter] = []
    for filter in filters:
        items.extend(filter.items if isinstance(filter, And) else (filter,))
    return items[0] if len(items) == 1 else And(tuple(items))


def of_scope(scope: Scope) -> Filter:
    """A filter for the memories that carry every id of this scope."""
    return conjunction(Compare(Path(name), "eq", value) for name, value in scope.ids.items())


def changeable_from(scope: Scope) -> Filter:
    """A filter for the memories that what is said in this scope may change: they carry its ids, and are of the same user and agent.

    Without a user and an agent it is of neither: who shares no more than an app or a run has no say in what others own.
    """
    absent = [name for name in ("user_id", "agent_id") if name not in scope.ids]
    if len(absent) < 2:
        # Few memories have both, and few conditions are asked faster; `may_change` looks at both.
        return of_scope(scope)
    return conjunction((of_scope(scope), *(Not(Compare(Path(name), "any")) for name in absent)))


def scope_groups(filter: Filter) -> Iterator[tuple[tuple[str, str], ...]]:
    """Groups of (field, id) pairs. Every memory that meets the filter carries at least one pair of each group.

    There is a group for each top-level condition on a scope id. The text arm of a search uses them to stay within a tenant
    before it ranks.
    """
    for leaf in filter.items if isinstance(filter, And) else (filter,):
        if isinstance(leaf, Compare) and leaf.path.field in SCOPE_FIELDS and leaf.op in ("eq", "in"):
            values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            yield tuple((leaf.path.field, value) for value in values if isinstance(value, str))


def scope_part(filter: Filter) -> Filter:
    """The part of a filter that is about scope ids alone. Every memory that meets the filter meets this part too.

    It is the strictest such condition; EVERYTHING if the filter has none. A store reads past states within it, and the whole
    filter is evaluated on those in Python.
    """
    return _scope_part(filter, False)


def beyond_scope(filter: Filter) -> Filter:
    """What is left to ask of those that meet `scope_part`: EVERYTHING where a filter speaks of scope ids only, else all of it."""
    return EVERYTHING if filter == scope_part(filter) else filter


def _scope_part(node: Filter, negated: bool) -> Filter:
    # Negations are pushed down to the leaves (De Morgan): NOT (a OR b) is NOT a AND NOT b, whose parts can be used one by one.
    if isinstance(node, Not):
        return _scope_part(node.item, not negated)
    if isinstance(node, Compare):
        # A condition on another field says nothing about ids, negated or not.
        if node.path.field not in SCOPE_FIELDS:
            return EVERYTHING
        return Not(node) if negated else node
    parts = tuple(_scope_part(item, negated) for item in node.items)
    # An AND, or an OR that is negated: all parts must hold.
    if isinstance(node, And) is not negated:
        return conjunction(parts)
    # One part that allows any id makes the whole alternative allow any id.
    return EVERYTHING if EVERYTHING in parts else Or(parts)


def leaves(filter: Filter) -> Iterator[Compare]:
    """The conditions that a filter is made of."""
    if isinstance(filter, Compare):
        yield filter
    else:
        for item in (filter.item,) if isinstance(filter, Not) else filter.items:
            yield from leaves(item)
