"""Caller's dict → filter tree, or a FilterError that names the place and what is allowed there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphmem.errors import FilterError
from graphmem.filters.ast import And, Compare, Filter, Path, conjunction

MAX_DEPTH = 32
MAX_NODES = 1_000

_OPERATORS: dict[str, tuple[str, ...]] = {
    "user_id": ("eq", "in"),
    "agent_id": ("eq", "in"),
    "app_id": ("eq", "in"),
    "run_id": ("eq", "in"),
    "memory_id": ("eq", "in"),
    "categories": ("eq", "contains", "in"),
    "metadata": ("eq", "in"),
}
_ALIASES = {"id": "memory_id"}
# On a field that holds several values, "equals" and "contains" both mean "has it".
_SAME_OPERATOR = {"contains": "eq"}


def parse(filters: Mapping[str, Any] | None) -> Filter:
    """Read a filter object.

    Raises:
        FilterError: an unknown field or operator, a value of the wrong type, deeper than 32 or more than 1,000 nodes.
    """
    return _Parser().object({} if filters is None else filters, "", 1)


class _Parser:
    def __init__(self) -> None:
        self.nodes = 0

    def object(self, given: Any, path: str, depth: int) -> Filter:
        if not isinstance(given, Mapping):
            raise FilterError(f"a filter is an object, not {_kind(given)}", path)
        if depth > MAX_DEPTH:
            raise FilterError(f"nested deeper than {MAX_DEPTH}", path)
        return conjunction(self.entry(key, value, _join(path, key), depth) for key, value in given.items())

    def entry(self, key: Any, value: Any, path: str, depth: int) -> Filter:
        self.count(path)
        if key == "AND":
            items = value if isinstance(value, list | tuple) else [value]
            return And(tuple(self.object(item, f"{path}[{n}]", depth + 1) for n, item in enumerate(items)))
        field = _ALIASES.get(key, key) if isinstance(key, str) else key
        if field not in _OPERATORS:
            raise FilterError(f"unknown field; allowed are AND, {', '.join(_OPERATORS)}", path)
        if field == "metadata":
            return conjunction(self.metadata(value, (), path, depth))
        return conjunction(self.leaf(Path(field), value, path))

    def metadata(self, given: Any, keys: tuple[str, ...], path: str, depth: int) -> Iterator[Filter]:
        if not isinstance(given, Mapping):
            raise FilterError(f"metadata is compared with an object of keys, not {_kind(given)}", path)
        if depth > MAX_DEPTH:
            raise FilterError(f"nested deeper than {MAX_DEPTH}", path)
        for key, value in given.items():
            where = _join(path, key)
            if not isinstance(key, str):
                raise FilterError("metadata keys are strings", where)
            self.count(where)
            inner = (*keys, key)
            if isinstance(value, Mapping) and not _is_operators(value, _OPERATORS["metadata"]):
                yield from self.metadata(value, inner, where, depth + 1)
            else:
                yield from self.leaf(Path("metadata", inner), value, where)

    def leaf(self, target: Path, given: Any, path: str) -> Iterator[Filter]:
        allowed = _OPERATORS[target.field]
        operations = given if isinstance(given, Mapping) else {"eq": given}
        for op, value in operations.items():
            where = _join(path, op) if isinstance(given, Mapping) else path
            if op not in allowed:
                raise FilterError(f"unknown operator; allowed for {target.field} are {', '.join(allowed)}", where)
            self.count(where)
            check = _scalar if target.field == "metadata" else _string
            name: Any = _SAME_OPERATOR.get(op, op)
            yield Compare(target, name, _many(value, where, check) if name == "in" else check(value, where))

    def count(self, path: str) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise FilterError(f"more than {MAX_NODES} conditions", path)


def _is_operators(given: Mapping[Any, Any], allowed: tuple[str, ...]) -> bool:
    return bool(given) and all(key in allowed for key in given)


def _string(value: Any, path: str) -> str:
    if isinstance(value, str):
        return value
    raise FilterError(f"takes a string, not {_kind(value)}", path)


def _scalar(value: Any, path: str) -> str | int | float | bool:
    if isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise FilterError(f"takes a string, a finite number or a truth value, not {_kind(value)}", path)


def _many(value: Any, path: str, check: Callable[[Any, str], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise FilterError(f"takes a list, not {_kind(value)}", path)
    return tuple(check(item, f"{path}[{n}]") for n, item in enumerate(value))


def _join(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__
