"""Remembers the texts of a large scope in one piece, so that those with some letters in them are found without reading a row for each.

What is found may have changed or be gone since: whoever uses this asks the file about it.
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import numpy.typing as npt

from graphmem.model.filter import And, Compare, Filter, Or
from graphmem.model.forks import ForkLock
from graphmem.stores.sqlite.ground import Ground, Seqs, changed, condition, newest

# Bytes of all texts that are remembered together, and of what a scope may have more than at first: earlier texts of its memories.
_MOST = 64_000_000
_LEFT = 1_000_000
# What this share of the texts holds tells too little, once this many texts were looked at.
_SHARE = 3
_SURE = 1_000
_OPS = frozenset({"contains", "icontains", "eq"})


@dataclass(slots=True)
class _Texts:
    """The texts of a scope as of some version, and earlier ones.

    Attributes:
        mark: the newest version of the store that is known.
        seqs: of the memory of each text. ends: the places where they end in `joined`.
        joined: the texts in lower case, each followed by a line break. Of those that aren't ASCII nothing but that.
        any: the numbers of these, which may hold anything: how they are compared is not known here.
        first: how many bytes were read at first. too_long: whether they would have been more than _MOST.
    """

    mark: int
    seqs: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    any: list[int] = field(default_factory=list)
    joined: str = ""
    first: int = 0
    too_long: bool = False

    @property
    def size(self) -> int:
        return len(self.joined)

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        parts, end = list[str](), len(self.joined)
        for seq, text in rows:
            if not text.isascii():
                self.any.append(len(self.seqs))
                text = ""
            end += len(text) + 1
            if end > _MOST:
                self.joined, self.too_long = "", True
                return
            self.seqs.append(seq)
            self.ends.append(end)
            parts += (text, "\n")
        self.joined += "".join(parts).lower()


class TextsCache:
    """Texts by ground; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = ForkLock()
        self._known: dict[Ground, _Texts] = {}

    def meeting(self, connection: sqlite3.Connection, ground: Ground, filter: Filter) -> Seqs | None:
        """Numbers of memories, ascending: by what a filter says of texts, all that meet it in the ground are among these.

        None if that leaves too many, or they have too much text.
        """
        if not _asks(filter):
            return None
        with self._lock:
            texts = self._texts(connection, ground)
            meeting = None if texts.too_long else _meeting(texts, filter)
            return None if meeting is None else np.unique(np.array(texts.seqs, dtype=np.int64)[meeting])

    def _texts(self, connection: sqlite3.Connection, ground: Ground) -> _Texts:
        known, mark = self._known.pop(ground, None), newest(connection)
        where, parameters = condition(ground)
        if known is not None and known.mark < mark and not known.too_long:
            source, since = changed(ground, known.mark)
            known.add(connection.execute(f"SELECT m.seq, m.text FROM {source}", since))
            known.mark = mark
        if known is None or known.size > 2 * known.first + _LEFT:
            known = _Texts(mark)
            known.add(connection.execute(f"SELECT m.seq, m.text FROM memory m WHERE {where}", parameters))
            known.first = known.size
        self._known[ground] = known
        while sum(each.size for each in self._known.values()) > _MOST:
            self._known.pop(next(iter(self._known)))
        return known


def _asks(filter: Filter) -> bool:
    """Whether a filter says what letters a text must have."""
    if isinstance(filter, Compare):
        return _letters(filter) is not None
    if isinstance(filter, And):
        return any(map(_asks, filter.items))
    return isinstance(filter, Or) and bool(filter.items) and all(map(_asks, filter.items))


def _letters(leaf: Compare) -> str | None:
    """Letters in lower case that any text has that meets a condition; None if it doesn't say."""
    value = leaf.value
    if leaf.path.field != "text" or leaf.op not in _OPS or not isinstance(value, str):
        return None
    return value.lower() if value and value.isascii() else None


def _meeting(texts: _Texts, filter: Filter) -> npt.NDArray[np.bool_] | None:
    """For each text whether it may meet the filter; None if too many may."""
    if isinstance(filter, Compare):
        letters = _letters(filter)
        return None if letters is None else _holding(texts, letters)
    if not isinstance(filter, And | Or):
        return None
    found = [_meeting(texts, item) for item in filter.items]
    if isinstance(filter, And):
        told = [each for each in found if each is not None]
        return reduce(np.logical_and, told) if told else None
    some = [each for each in found if each is not None]
    return reduce(np.logical_or, some) if some and len(some) == len(found) else None


def _holding(texts: _Texts, letters: str) -> npt.NDArray[np.bool_] | None:
    joined, ends = texts.joined, texts.ends
    found = list[int]()
    # One long text is looked through faster than very many short ones.
    place = joined.find(letters)
    while place >= 0:
        found.append(bisect_right(ends, place))
        if len(found) > _SURE + found[-1] // _SHARE:
            return None
        place = joined.find(letters, ends[found[-1]])
    found += texts.any
    holding = np.zeros(len(texts.seqs), dtype=bool)
    holding[found] = True
    return holding
