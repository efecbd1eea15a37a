"""The boolean frame of a compiled filter, the same in Cypher and SQL.

Databases bound what they read: SQLite takes expressions up to 1,000 operators deep, where a chain is as deep as it is long,
and its parser keeps at most 100 symbols in mind. Filters may be longer and deeper than that, so negations go down to the
leaves, chains are cut into a tree, and what is deep stands first, where nothing before it waits for its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graphmem.model.filter import And, Compare, Filter, Not, Or

Leaf = Callable[[Compare, bool], str]
_WIDE = 16
_DEEP = 4


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    depth: int = 0


def render(node: Filter, leaf: Leaf) -> str:
    """The whole condition.

    `leaf` is told whether it is negated: there an unknown must be made false, elsewhere an index can serve the bare comparison.
    """
    return _part(*_bare(node, False), leaf).text


def _part(node: And | Or | Compare, negated: bool, leaf: Leaf) -> _Part:
    if isinstance(node, Compare):
        text = leaf(node, negated)
        return _Part(f"NOT ({text})" if negated else text)
    word = _word(node, negated)
    parts = [_part(each, flip, leaf) for each, flip in _members(node.items, negated, word)]
    if len(parts) > 1:
        return _joined(parts, word)
    return parts[0] if parts else _Part("true" if word == "AND" else "false")


def _bare(node: Filter, negated: bool) -> tuple[And | Or | Compare, bool]:
    while isinstance(node, Not):
        node, negated = node.item, not negated
    return node, negated


def _word(node: And | Or, negated: bool) -> str:
    return "AND" if isinstance(node, And) is not negated else "OR"


def _members(items: Sequence[Filter], negated: bool, word: str) -> Iterator[tuple[And | Or | Compare, bool]]:
    """What `word` joins. An AND within an AND adds its own items, and so does what has only one."""
    for item in items:
        node, flip = _bare(item, negated)
        if not isinstance(node, Compare) and (len(node.items) == 1 or _word(node, flip) == word):
            yield from _members(node.items, flip, word)
        else:
            yield node, flip


def _joined(parts: list[_Part], word: str) -> _Part:
    deepest = max(parts, key=lambda part: part.depth)
    texts = [f"({part.text})" for part in parts]
    if deepest.depth < _DEEP:
        return _Part(_chain(texts, word), deepest.depth + 1)
    rest = _chain([text for text, part in zip(texts, parts, strict=True) if part is not deepest], word)
    # An AND within an OR needs no brackets, and what is deep should have none to spare.
    first = deepest.text if word == "OR" else f"({deepest.text})"
    return _Part(f"{first} {word} ({rest})", deepest.depth + 1)


def _chain(texts: list[str], word: str) -> str:
    between = f" {word} "
    while len(texts) > _WIDE:
        texts = [f"({between.join(texts[start : start + _WIDE])})" for start in range(0, len(texts), _WIDE)]
    return between.join(texts)
