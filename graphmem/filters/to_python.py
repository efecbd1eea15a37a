"""Filter tree → Python function of a memory, for past versions that no index holds. One row for each operator of a kind of field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeAlias

from graphmem.filters.grammar import FIELDS
from graphmem.model.filter import And, Compare, Filter, Not, Path
from graphmem.model.folding import folded, spelled
from graphmem.model.memory import SCOPE_FIELDS, StoredMemory
from graphmem.model.metadata import each_spelled, leaf_kind, storable

Condition: TypeAlias = Callable[[StoredMemory], bool]
# Takes the memory's value of the field, None if it has none.
Test: TypeAlias = Callable[[Any], bool]

_ATTRIBUTE = {"memory_id": "id"}


def holds(filter: Filter, memory: StoredMemory) -> bool:
    """Whether a memory meets a filter; gives the same answer as the compiled filter in a store."""
    return condition(filter)(memory)


def condition(filter: Filter) -> Condition:
    """The filter as a function, to be called for many memories: long lists of values are prepared once."""
    if isinstance(filter, Compare):
        return _leaf(filter)
    if isinstance(filter, Not):
        inner = condition(filter.item)
        return lambda memory: not inner(memory)
    items = [condition(item) for item in filter.items]
    if isinstance(filter, And):
        return lambda memory: all(item(memory) for item in items)
    return lambda memory: any(item(memory) for item in items)


def _leaf(node: Compare) -> Condition:
    test: Test = _TESTS[FIELDS[node.path.field].kind, node.op](node.value)
    get = getter(node.path)
    return lambda memory: test(get(memory))


def getter(path: Path) -> Callable[[StoredMemory], Any]:
    """A function that gets what a path leads to in a memory; None if there is nothing."""
    if path.keys:
        return lambda memory: _metadata(memory.metadata, path)
    if path.field in SCOPE_FIELDS:
        return lambda memory: getattr(memory.scope, path.field)
    return attrgetter(_ATTRIBUTE.get(path.field, path.field))


def _metadata(metadata: Any, path: Path) -> Any:
    for key in path.keys:
        metadata = each_spelled(metadata).get(key) if isinstance(metadata, Mapping) else None
    return metadata


def _if_present(test: Test) -> Test:
    """The test, but false if there is nothing to compare."""
    return lambda actual: actual is not None and test(actual)


def _complement(make: Callable[[Any], Test]) -> Callable[[Any], Test]:
    """The exact complement of another row: a missing value differs from every value."""

    def made(value: Any) -> Test:
        test = make(value)
        return lambda actual: not test(actual)

    return made


def _equal(value: Any) -> Test:
    return lambda actual: actual == value


def _any_of(values: Any) -> Test:
    wanted = frozenset(values)
    return lambda actual: actual in wanted


def _same_text(value: str) -> Test:
    return _if_present(lambda actual: spelled(actual) == value)


def _contains(value: str) -> Test:
    return _if_present(lambda actual: value in spelled(actual))


def _contains_folded(value: str) -> Test:
    wanted = folded(value)
    return _if_present(lambda actual: wanted in folded(actual))


def _present(_: Any) -> Test:
    return lambda actual: actual is not None


def _during(span: Any) -> Test:
    return _if_present(lambda actual: span.start <= actual <= span.end)


def _during_any(spans: Any) -> Test:
    return _if_present(lambda actual: any(span.start <= actual <= span.end for span in spans))


def _includes(value: Any) -> Test:
    return lambda actual: value in map(spelled, actual)


def _overlaps(values: Any) -> Test:
    wanted = frozenset(values)
    return lambda actual: not wanted.isdisjoint(map(spelled, actual))


def _includes_folded(value: str) -> Test:
    wanted = folded(value)
    return lambda actual: any(folded(name) == wanted for name in actual)


def _typed(value: Any) -> tuple[str, Any] | None:
    """A scalar in a form that distinguishes types: 1 equals 1.0, but not "1" or true. None for anything but a scalar."""
    return (leaf_kind(value), storable(value)) if isinstance(value, str | bool | int | float) else None


def _equal_typed(value: Any) -> Test:
    wanted = _typed(value)
    return lambda actual: _typed(actual) == wanted


def _any_of_typed(values: Any) -> Test:
    wanted = frozenset(map(_typed, values))
    return lambda actual: _typed(actual) in wanted


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any], Test]:
    """An order between numbers or between strings (by code point), never between the two."""

    def made(value: Any) -> Test:
        kind, wanted = leaf_kind(value), storable(value)

        def test(actual: Any) -> bool:
            typed = _typed(actual)
            return typed is not None and typed[0] == kind and holds(typed[1], wanted)

        return test

    return made


def _items(actual: Any) -> Any:
    return actual if isinstance(actual, list | tuple) else ()


def _list_has(value: Any) -> Test:
    wanted = _typed(value)
    return lambda actual: any(_typed(item) == wanted for item in _items(actual))


def _in_text_or_list(value: str) -> Test:
    has = _list_has(value)
    return lambda actual: value in spelled(actual) if isinstance(actual, str) else has(actual)


def _in_text_or_list_folded(value: str) -> Test:
    wanted = folded(value)

    def test(actual: Any) -> bool:
        if isinstance(actual, str):
            return wanted in folded(actual)
        return any(isinstance(item, str) and folded(item) == wanted for item in _items(actual))

    return test


# Operand → test of the memory's value.
_TESTS: Mapping[tuple[str, str], Callable[[Any], Test]] = {
    ("id", "eq"): _equal,
    ("id", "ne"): _complement(_equal),
    ("id", "in"): _any_of,
    ("id", "nin"): _complement(_any_of),
    ("id", "contains"): _contains,
    ("id", "icontains"): _contains_folded,
    ("id", "any"): _present,
    ("time", "eq"): _during,
    ("time", "ne"): _complement(_during),
    ("time", "gt"): lambda span: _if_present(lambda actual: actual > span.end),
    ("time", "gte"): lambda span: _if_present(lambda actual: actual >= span.start),
    ("time", "lt"): lambda span: _if_present(lambda actual: actual < span.start),
    ("time", "lte"): lambda span: _if_present(lambda actual: actual <= span.end),
    ("time", "in"): _during_any,
    ("time", "any"): _present,
    ("day", "eq"): _equal,
    ("day", "ne"): _complement(_equal),
    ("day", "gt"): lambda value: _if_present(lambda actual: actual > value),
    ("day", "gte"): lambda value: _if_present(lambda actual: actual >= value),
    ("day", "lt"): lambda value: _if_present(lambda actual: actual < value),
    ("day", "lte"): lambda value: _if_present(lambda actual: actual <= value),
    ("day", "in"): _any_of,
    ("day", "any"): _present,
    ("categories", "eq"): _includes,
    ("categories", "ne"): _complement(_includes),
    ("categories", "in"): _overlaps,
    ("categories", "nin"): _complement(_overlaps),
    ("categories", "icontains"): _includes_folded,
    ("categories", "any"): lambda _: bool,
    ("text", "eq"): _same_text,
    ("text", "ne"): _complement(_same_text),
    ("text", "contains"): _contains,
    ("text", "icontains"): _contains_folded,
    ("text", "any"): _present,
    ("metadata", "eq"): _equal_typed,
    ("metadata", "ne"): _complement(_equal_typed),
    ("metadata", "in"): _any_of_typed,
    ("metadata", "nin"): _complement(_any_of_typed),
    ("metadata", "gt"): _ordered(lambda actual, value: actual > value),
    ("metadata", "gte"): _ordered(lambda actual, value: actual >= value),
    ("metadata", "lt"): _ordered(lambda actual, value: actual < value),
    ("metadata", "lte"): _ordered(lambda actual, value: actual <= value),
    ("metadata", "contains"): _in_text_or_list,
    ("metadata", "has"): _list_has,
    ("metadata", "icontains"): _in_text_or_list_folded,
    ("metadata", "any"): _present,
}
