"""Caller's dict → filter tree, or a FilterError that names the place and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphmem import errors
from graphmem.errors import FilterError
from graphmem.filters.grammar import ALIASES, FIELDS, TARGETS, WILDCARD, Rule
from graphmem.filters.operands import READERS, shown
from graphmem.model.filter import And, Compare, Filter, Not, Or, Path, conjunction

MAX_DEPTH = 32
MAX_NODES = 1_000
# Each listed value is a parameter of a statement, and SQLite takes some 32,000 of them.
MAX_VALUES = 30_000

LOGIC = ("AND", "OR", "NOT")


def parse(filters: Mapping[str, Any] | None) -> Filter:
    """Read a filter object.

    Raises:
        FilterError: an unknown field or operator, a value of the wrong type, operators nested deeper than 32,
            more than 1,000 nodes or 30,000 listed values.
    """
    return _Parser().object({} if filters is None else filters, "", 0)


class _Parser:
    def __init__(self) -> None:
        self.nodes = 0
        self.values = 0

    def object(self, given: Any, path: str, depth: int) -> Filter:
        if not isinstance(given, Mapping):
            raise FilterError(f"a filter is an object, not {shown(given)}", path)
        _check_depth(depth, path)
        return conjunction([self.entry(key, value, _join(path, key), depth) for key, value in given.items()])

    def entry(self, key: Any, value: Any, path: str, depth: int) -> Filter:
        self.count(path)
        if key in LOGIC:
            items = tuple(self.items(value, path, depth + 1))
            return Or(items) if key == "OR" else And(items) if key == "AND" else And(tuple(map(Not, items)))
        name = ALIASES.get(key, key) if isinstance(key, str) else None
        rule = FIELDS.get(name) if name else None
        if name is None or rule is None:
            raise FilterError(f"unknown field; allowed are {', '.join((*LOGIC, *FIELDS, *ALIASES))}", path)
        if rule.kind == "metadata":
            return conjunction(self.metadata(value, (), path, depth))
        return conjunction(self.leaf(Path(TARGETS.get(name, name)), rule, value, path))

    def items(self, given: Any, path: str, depth: int) -> Iterator[Filter]:
        """The filters of an AND, OR or NOT; an object counts as a list of one."""
        if isinstance(given, Mapping):
            yield self.object(given, path, depth)
            return
        if not isinstance(given, list | tuple):
            raise FilterError(f"takes a list of filters or one filter, not {shown(given)}", path)
        for n, item in enumerate(given):
            self.count(path)
            yield self.object(item, f"{path}[{n}]", depth)

    def metadata(self, given: Any, keys: tuple[str, ...], path: str, depth: int) -> Iterator[Filter]:
        if not isinstance(given, Mapping):
            raise FilterError(f"metadata is compared with an object of keys, not {shown(given)}", path)
        _check_depth(depth, path)
        rule = FIELDS["metadata"]
        for key, value in given.items():
            where = _join(path, key)
            if not isinstance(key, str):
                raise FilterError("metadata keys are strings", where)
            self.count(where)
            inner = (*keys, READERS["string"](key, where))
            words = [each in rule.operators for each in value] if isinstance(value, Mapping) else [True]
            if all(words):
                yield from self.leaf(Path("metadata", inner), rule, value, where)
            elif any(words):
                raise FilterError(f"mixes operators ({', '.join(rule.operators)}) with nested keys", where)
            else:
                yield from self.metadata(value, inner, where, depth + 1)

    def leaf(self, target: Path, rule: Rule, given: Any, path: str) -> Iterator[Filter]:
        if not isinstance(given, Mapping):
            if isinstance(given, str) and given == WILDCARD:
                yield Compare(target, "any")
            else:
                yield self.compare(target, rule, rule.scalar, given, path)
            return
        if not given:
            raise FilterError(f"no operator; allowed are {', '.join(rule.operators)}", path)
        for word, value in given.items():
            where = _join(path, word)
            if word not in rule.operators:
                raise FilterError(f"unknown operator; allowed are {', '.join(rule.operators)}", where)
            self.count(where)
            yield self.compare(target, rule, word, value, where)

    def compare(self, target: Path, rule: Rule, word: str, given: Any, path: str) -> Compare:
        operand = rule.operators[word]
        value = READERS[operand](given, path)
        if isinstance(value, tuple):
            self.values += len(value)
            if self.values > MAX_VALUES:
                raise FilterError(f"more than {MAX_VALUES:,} listed values", path)
        op: Any = rule.meanings.get(word, word)
        # Text may contain text, a list may contain anything: what is no text can only be in a list.
        return Compare(target, "has" if operand == "member" and not isinstance(value, str) else op, value)

    def count(self, path: str) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise FilterError(f"more than {MAX_NODES:,} conditions", path)


def _check_depth(depth: int, path: str) -> None:
    if depth > MAX_DEPTH:
        raise FilterError(f"nested deeper than {MAX_DEPTH}", path)


def _join(path: str, key: Any) -> str:
    name = key if isinstance(key, str) else errors.shown(key)
    return f"{path}.{name}" if path else name
