"""AND, OR and NOT of a compiled filter; the same text in Cypher and SQL.

Databases limit expressions: SQLite allows a depth of 1,000 operators, to which every link of a chain adds one, and its parser
has a stack of 100 symbols. Filters may exceed both. So negations are moved to the leaves, long chains become trees, and the
deepest operand comes first, where no unfinished operator before it takes up the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graphmem.model.filter import And, Compare, Filter, Not, Or

Leaf = Callable[[Compare, bool], str]
# Operands in one chain; longer ones are nested.
_MAX_CHAIN = 16
# From this depth on, the deepest operand is moved to the front.
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class _Rendered:
    text: str
    depth: int = 0


def render(node: Filter, leaf: Leaf) -> str:
    """The text of the condition.

    `leaf` renders a comparison; its second argument says whether it will be negated. If so, an unknown result (a missing value)
    must become false before NOT; if not, the bare comparison can use an index.
    """
    return _rendered(*_bare(node, False), leaf).text


def _rendered(node: And | Or | Compare, negated: bool, leaf: Leaf) -> _Rendered:
    if isinstance(node, Compare):
        text = leaf(node, negated)
        return _Rendered(f"NOT ({text})" if negated else text)
    word = _word(node, negated)
    parts = [_rendered(member, inverted, leaf) for member, inverted in _members(node.items, negated, word)]
    if len(parts) > 1:
        return _joined(parts, word)
    # Nothing to fulfil is true, nothing to choose from is false.
    return parts[0] if parts else _Rendered("true" if word == "AND" else "false")


def _bare(node: Filter, negated: bool) -> tuple[And | Or | Compare, bool]:
    while isinstance(node, Not):
        node, negated = node.item, not negated
    return node, negated


def _word(node: And | Or, negated: bool) -> str:
    # De Morgan: a negated AND is an OR of negated items.
    return "AND" if isinstance(node, And) is not negated else "OR"


def _members(items: Sequence[Filter], negated: bool, word: str) -> Iterator[tuple[And | Or | Compare, bool]]:
    """The operands that `word` joins. An AND within an AND adds its own operands, and so does a node with only one item."""
    for item in items:
        node, inverted = _bare(item, negated)
        if not isinstance(node, Compare) and (len(node.items) == 1 or _word(node, inverted) == word):
            yield from _members(node.items, inverted, word)
        else:
            yield node, inverted


def _joined(parts: list[_Rendered], word: str) -> _Rendered:
    deepest = max(parts, key=lambda part: part.depth)
    texts = [f"({part.text})" for part in parts]
    if deepest.depth < _MAX_DEPTH:
        return _Rendered(_chain(texts, word), deepest.depth + 1)
    rest = _chain([text for text, part in zip(texts, parts, strict=True) if part is not deepest], word)
    # AND binds tighter than OR, and every bracket less leaves room on the parser's stack.
    first = deepest.text if word == "OR" else f"({deepest.text})"
    return _Rendered(f"{first} {word} ({rest})", deepest.depth + 1)


def _chain(texts: list[str], word: str) -> str:
    between = f" {word} "
    # A tree of chains: its depth grows with the logarithm of the length.
    while len(texts) > _MAX_CHAIN:
        texts = [f"({between.join(texts[start : start + _MAX_CHAIN])})" for start in range(0, len(texts), _MAX_CHAIN)]
    return between.join(texts)
