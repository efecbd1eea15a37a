"""Caller's dict → filter tree, or a FilterError that says where the mistake is and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphmem import errors
from graphmem.errors import FilterError, nearest
from graphmem.filters.grammar import ALIASES, FIELDS, TARGETS, WILDCARD, Rule
from graphmem.filters.operands import READERS, shown
from graphmem.model.filter import And, Compare, Filter, Not, Or, Path, conjunction

MAX_DEPTH = 32
MAX_NODES = 1_000
# Each listed value becomes a parameter, and SQLite allows some 32,000 of them in a statement.
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

    def object(self, value: Any, path: str, depth: int) -> Filter:
        if not isinstance(value, Mapping):
            raise FilterError(f"a filter must be an object, not {shown(value)}", path)
        _check_depth(depth, path)
        return conjunction([self.entry(key, item, _join(path, key), depth) for key, item in value.items()])

    def entry(self, key: Any, value: Any, path: str, depth: int) -> Filter:
        self.count(path)
        if key in LOGIC:
            # NOT with several filters means that none of them holds.
            items = tuple(self.items(value, path, depth + 1))
            return Or(items) if key == "OR" else And(items) if key == "AND" else And(tuple(map(Not, items)))
        name = ALIASES.get(key, key) if isinstance(key, str) else None
        rule = FIELDS.get(name) if name else None
        if name is None or rule is None:
            known = (*LOGIC, *FIELDS, *ALIASES)
            raise FilterError(f"unknown field{nearest(key, known)}; allowed are {', '.join(known)}", path)
        if rule.kind == "metadata":
            return conjunction(self.metadata(value, (), path, depth))
        return conjunction(self.leaf(Path(TARGETS.get(name, name)), rule, value, path))

    def items(self, value: Any, path: str, depth: int) -> Iterator[Filter]:
        """The filters of an AND, OR or NOT; an object counts as a list of one."""
        if isinstance(value, Mapping):
            yield self.object(value, path, depth)
            return
        if not isinstance(value, list | tuple):
            raise FilterError(f"takes a list of filters or one filter, not {shown(value)}", path)
        for n, item in enumerate(value):
            self.count(path)
            yield self.object(item, f"{path}[{n}]", depth)

    def metadata(self, fields: Any, keys: tuple[str, ...], path: str, depth: int) -> Iterator[Filter]:
        if not isinstance(fields, Mapping):
            raise FilterError(f"metadata is compared with an object of keys, not {shown(fields)}", path)
        _check_depth(depth, path)
        rule = FIELDS["metadata"]
        for key, value in fields.items():
            where = _join(path, key)
            if not isinstance(key, str):
                raise FilterError("metadata keys are strings", where)
            self.count(where)
            inner = (*keys, READERS["string"](key, where))
            # An object is either a comparison, whose keys are operators, or nested metadata.
            are_operators = [name in rule.operators for name in value] if isinstance(value, Mapping) else [True]
            if all(are_operators):
                yield from self.leaf(Path("metadata", inner), rule, value, where)
            elif any(are_operators):
                raise FilterError(f"mixes operators ({', '.join(rule.operators)}) with nested keys", where)
            else:
                yield from self.metadata(value, inner, where, depth + 1)

    def leaf(self, target: Path, rule: Rule, operand: Any, path: str) -> Iterator[Filter]:
        if not isinstance(operand, Mapping):
            if isinstance(operand, str) and operand == WILDCARD:
                yield Compare(target, "any")
            else:
                yield self.compare(target, rule, rule.scalar, operand, path)
            return
        if not operand:
            raise FilterError(f"no operator; allowed are {', '.join(rule.operators)}", path)
        for word, value in operand.items():
            where = _join(path, word)
            if word not in rule.operators:
                raise FilterError(
                    f"unknown operator{nearest(word, rule.operators)}; allowed are {', '.join(rule.operators)}", where
                )
            self.count(where)
            yield self.compare(target, rule, word, value, where)

    def compare(self, target: Path, rule: Rule, word: str, operand: Any, path: str) -> Compare:
        kind = rule.operators[word]
        value = READERS[kind](operand, path)
        if isinstance(value, tuple):
            # Counted over the whole filter, because all values end up in one statement.
            self.values += len(value)
            if self.values > MAX_VALUES:
                raise FilterError(f"more than {MAX_VALUES:,} listed values", path)
        op: Any = rule.meanings.get(word, word)
        # A string may be part of a text or an item of a list; anything else can only be an item.
        return Compare(target, "has" if kind == "member" and not isinstance(value, str) else op, value)

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
