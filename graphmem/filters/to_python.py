"""Filter tree → plain Python over a memory in hand, for states of the past that no index holds. One row an operator and kind of field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphmem.filters.grammar import FIELDS
from graphmem.model.filter import And, Compare, Filter, Not, Path
from graphmem.model.memory import SCOPE_FIELDS, Memory
from graphmem.model.metadata import leaf_kind, storable

Condition: TypeAlias = Callable[[Memory], bool]
# Told what the memory has there, None if nothing.
Test: TypeAlias = Callable[[Any], bool]

_ATTRIBUTE = {"memory_id": "id"}


def holds(filter: Filter, memory: Memory) -> bool:
    """Whether a memory meets a filter; the same answer as the compiled filter gives in a store."""
    return condition(filter)(memory)


def condition(filter: Filter) -> Condition:
    """The filter as a function, for many memories: long lists of values are made ready once."""
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
    path = node.path
    test: Test = _TESTS[FIELDS[path.field].kind, node.op](node.value)
    if path.keys:
        return lambda memory: test(_metadata(memory.metadata, path))
    if path.field in SCOPE_FIELDS:
        return lambda memory: test(getattr(memory.scope, path.field))
    attribute = _ATTRIBUTE.get(path.field, path.field)
    return lambda memory: test(getattr(memory, attribute))


def _metadata(metadata: Any, path: Path) -> Any:
    for key in path.keys:
        metadata = metadata.get(key) if isinstance(metadata, Mapping) else None
    return metadata


def _there(test: Test) -> Test:
    """False where there is nothing to compare."""
    return lambda found: found is not None and test(found)


def _no(make: Callable[[Any], Test]) -> Callable[[Any], Test]:
    """The exact complement of another row: what is missing differs from every value."""

    def made(value: Any) -> Test:
        test = make(value)
        return lambda found: not test(found)

    return made


def _equal(value: Any) -> Test:
    return lambda found: found == value


def _any_of(values: Any) -> Test:
    wanted = frozenset(values)
    return lambda found: found in wanted


def _contains(value: str) -> Test:
    return _there(lambda found: value in found)


def _contains_folded(value: str) -> Test:
    folded = value.lower()
    return _there(lambda found: folded in found.lower())


def _is_there(_: Any) -> Test:
    return lambda found: found is not None


def _during(span: Any) -> Test:
    return _there(lambda found: span.start <= found <= span.end)


def _during_any(spans: Any) -> Test:
    return _there(lambda found: any(span.start <= found <= span.end for span in spans))


def _among(value: Any) -> Test:
    return lambda found: value in found


def _share(values: Any) -> Test:
    wanted = frozenset(values)
    return lambda found: not wanted.isdisjoint(found)


def _among_folded(value: str) -> Test:
    folded = value.lower()
    return lambda found: any(name.lower() == folded for name in found)


def _typed(value: Any) -> tuple[str, Any] | None:
    """A scalar so that it equals its like alone: 1 and 1.0, but neither 1 and "1" nor 1 and true. None for what is no scalar."""
    return (leaf_kind(value), storable(value)) if isinstance(value, str | bool | int | float) else None


def _same(value: Any) -> Test:
    wanted = _typed(value)
    return lambda found: _typed(found) == wanted


def _same_as_any(values: Any) -> Test:
    wanted = frozenset(map(_typed, values))
    return lambda found: _typed(found) in wanted


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any], Test]:
    """Order is between numbers or between strings; strings by code point."""

    def made(value: Any) -> Test:
        kind, wanted = leaf_kind(value), storable(value)

        def test(found: Any) -> bool:
            typed = _typed(found)
            return typed is not None and typed[0] == kind and holds(typed[1], wanted)

        return test

    return made


def _items(found: Any) -> Any:
    return found if isinstance(found, list | tuple) else ()


def _has(value: Any) -> Test:
    wanted = _typed(value)
    return lambda found: any(_typed(item) == wanted for item in _items(found))


def _in_text_or_list(value: str) -> Test:
    return lambda found: value in found if isinstance(found, str) else value in _items(found)


def _in_text_or_list_folded(value: str) -> Test:
    folded = value.lower()

    def test(found: Any) -> bool:
        if isinstance(found, str):
            return folded in found.lower()
        return any(isinstance(item, str) and item.lower() == folded for item in _items(found))

    return test


# What each row makes of the operand: a test of what the memory has there.
_TESTS: Mapping[tuple[str, str], Callable[[Any], Test]] = {
    ("id", "eq"): _equal,
    ("id", "ne"): _no(_equal),
    ("id", "in"): _any_of,
    ("id", "nin"): _no(_any_of),
    ("id", "contains"): _contains,
    ("id", "icontains"): _contains_folded,
    ("id", "any"): _is_there,
    ("time", "eq"): _during,
    ("time", "ne"): _no(_during),
    ("time", "gt"): lambda span: _there(lambda found: found > span.end),
    ("time", "gte"): lambda span: _there(lambda found: found >= span.start),
    ("time", "lt"): lambda span: _there(lambda found: found < span.start),
    ("time", "lte"): lambda span: _there(lambda found: found <= span.end),
    ("time", "in"): _during_any,
    ("time", "any"): _is_there,
    ("categories", "eq"): _among,
    ("categories", "ne"): _no(_among),
    ("categories", "in"): _share,
    ("categories", "nin"): _no(_share),
    ("categories", "icontains"): _among_folded,
    ("categories", "any"): lambda _: bool,
    ("text", "eq"): _equal,
    ("text", "ne"): _no(_equal),
    ("text", "contains"): _contains,
    ("text", "icontains"): _contains_folded,
    ("text", "any"): _is_there,
    ("metadata", "eq"): _same,
    ("metadata", "ne"): _no(_same),
    ("metadata", "in"): _same_as_any,
    ("metadata", "nin"): _no(_same_as_any),
    ("metadata", "gt"): _ordered(lambda found, value: found > value),
    ("metadata", "gte"): _ordered(lambda found, value: found >= value),
    ("metadata", "lt"): _ordered(lambda found, value: found < value),
    ("metadata", "lte"): _ordered(lambda found, value: found <= value),
    ("metadata", "contains"): _in_text_or_list,
    ("metadata", "has"): _has,
    ("metadata", "icontains"): _in_text_or_list_folded,
    ("metadata", "any"): _is_there,
}
