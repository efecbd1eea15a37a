"""A filter tree over a memory in hand, for the past, which no index holds. One row an operator and kind of field."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphmem.filters.ast import And, Compare, Filter, Not
from graphmem.filters.grammar import FIELDS
from graphmem.flatten import leaf_kind, leaves, list_name, marker_name, property_name, storable
from graphmem.model import SCOPE_FIELDS, Memory

Test = Callable[[Any, Any], bool]


class _Value(NamedTuple):
    """What metadata holds under one path: a scalar, the items of a list, or something else that is no scalar."""

    scalar: Any
    items: tuple[Any, ...]
    there: bool


def holds(filter: Filter, memory: Memory) -> bool:
    """Whether the memory meets the filter, as a store would say."""
    return _holds(filter, _Row(memory))


def _holds(node: Filter, row: _Row) -> bool:
    if isinstance(node, Compare):
        return _TESTS[FIELDS[node.path.field].kind, node.op](row.value(node), node.value)
    if isinstance(node, Not):
        return not _holds(node.item, row)
    found = (_holds(item, row) for item in node.items)
    return all(found) if isinstance(node, And) else any(found)


class _Row:
    """The values of one memory by field."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._leaves: dict[str, list[Any]] | None = None

    def value(self, leaf: Compare) -> Any:
        field = leaf.path.field
        if field in SCOPE_FIELDS:
            return getattr(self._memory.scope, field)
        if field == "metadata":
            return self._metadata(leaf.path.keys)
        return getattr(self._memory, {"memory_id": "id", "keywords": "text"}.get(field, field))

    def _metadata(self, keys: tuple[str, ...]) -> _Value:
        if self._leaves is None:
            self._leaves = {}
            for leaf in leaves(self._memory.metadata):
                self._leaves.setdefault(leaf.path, []).append(leaf.value)
        found: Mapping[str, list[Any]] = self._leaves
        scalar = found.get(property_name(keys), [None])[0]
        return _Value(scalar, tuple(found.get(list_name(keys), ())), marker_name(keys) in found)


def _equal(found: Any, wanted: Any) -> bool:
    wanted = storable(wanted)
    return found is not None and leaf_kind(found) == leaf_kind(wanted) and bool(found == wanted)


def _ordered(compare: Callable[[Any, Any], bool]) -> Test:
    def test(found: _Value, wanted: Any) -> bool:
        wanted = storable(wanted)
        return (
            found.scalar is not None
            and leaf_kind(found.scalar) == leaf_kind(wanted) != "truth"
            and compare(found.scalar, wanted)
        )

    return test


def _within(found: Any, wanted: Any) -> bool:
    return isinstance(found, str) and wanted in found


def _folded(found: Any, wanted: str) -> bool:
    return isinstance(found, str) and wanted.lower() in found.lower()


_TESTS: Mapping[tuple[str, str], Test] = {
    **{
        (kind, op): test
        for kind in ("id", "text")
        for op, test in {
            "eq": operator.eq,
            "ne": operator.ne,
            "in": lambda found, wanted: found in wanted,
            "nin": lambda found, wanted: found not in wanted,
            "contains": _within,
            "icontains": _folded,
            "any": lambda found, _: found is not None,
        }.items()
    },
    ("time", "eq"): lambda found, span: found is not None and span.start <= found <= span.end,
    ("time", "ne"): lambda found, span: found is None or not span.start <= found <= span.end,
    ("time", "gt"): lambda found, span: found is not None and found > span.end,
    ("time", "gte"): lambda found, span: found is not None and found >= span.start,
    ("time", "lt"): lambda found, span: found is not None and found < span.start,
    ("time", "lte"): lambda found, span: found is not None and found <= span.end,
    ("time", "in"): lambda found, spans: found is not None and any(span.start <= found <= span.end for span in spans),
    ("time", "any"): lambda found, _: found is not None,
    ("categories", "eq"): lambda found, wanted: wanted in found,
    ("categories", "ne"): lambda found, wanted: wanted not in found,
    ("categories", "in"): lambda found, wanted: any(each in found for each in wanted),
    ("categories", "nin"): lambda found, wanted: not any(each in found for each in wanted),
    ("categories", "icontains"): lambda found, wanted: any(each.lower() == wanted.lower() for each in found),
    ("categories", "any"): lambda found, _: bool(found),
    ("metadata", "eq"): lambda found, wanted: _equal(found.scalar, wanted),
    ("metadata", "ne"): lambda found, wanted: not _equal(found.scalar, wanted),
    ("metadata", "in"): lambda found, wanted: any(_equal(found.scalar, each) for each in wanted),
    ("metadata", "nin"): lambda found, wanted: not any(_equal(found.scalar, each) for each in wanted),
    ("metadata", "gt"): _ordered(operator.gt),
    ("metadata", "gte"): _ordered(operator.ge),
    ("metadata", "lt"): _ordered(operator.lt),
    ("metadata", "lte"): _ordered(operator.le),
    ("metadata", "contains"): lambda found, wanted: (
        _within(found.scalar, wanted) or any(_equal(item, wanted) for item in found.items)
    ),
    ("metadata", "has"): lambda found, wanted: any(_equal(item, wanted) for item in found.items),
    ("metadata", "icontains"): lambda found, wanted: (
        _folded(found.scalar, wanted)
        or any(isinstance(item, str) and item.lower() == wanted.lower() for item in found.items)
    ),
    ("metadata", "any"): lambda found, _: found.scalar is not None or found.there,
}
