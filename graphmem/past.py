"""Questions about the past: what a store would have answered at some time, from the versions that were current then. Pure.

A store hands these over by scope; the filter, the arms of the search and the order are worked out here, alike for every store.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import snowballstemmer

from graphmem.changes import Vector
from graphmem.filters import Filter
from graphmem.filters.evaluate import holds
from graphmem.lexical import words
from graphmem.model import Candidate, Findings, Memory, Relation, entity_key
from graphmem.reading import SearchRequest

# As SQLite's FTS5 and Lucene have them.
_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Past:
    """A memory as it was at some time.

    Attributes:
        vector: unit length; None if it had none.
        entities: keys of the entities that it named.
        conversation, position: as in Candidate.
    """

    memory: Memory
    vector: Vector | None = None
    entities: frozenset[str] = frozenset()
    conversation: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of memories between two times; `changed` holds each before and after. Newest first."""

    added: tuple[Memory, ...]
    changed: tuple[tuple[Memory, Memory], ...]
    removed: tuple[Memory, ...]


def within(rows: Iterable[Past], filter: Filter, at: datetime) -> list[Past]:
    """Those that meet the filter and had not expired at that time, newest first."""
    found = [
        row
        for row in rows
        if (row.memory.expiration_date is None or row.memory.expiration_date > at) and holds(filter, row.memory)
    ]
    found.sort(key=lambda row: row.memory.id)
    found.sort(key=lambda row: row.memory.created_at, reverse=True)
    return found


def difference(before: Sequence[Past], after: Sequence[Past]) -> Difference:
    """By memory id; both as `within` gives them. A newer version with the same state is no change."""
    old, new = ({row.memory.id: row.memory for row in rows} for rows in (before, after))
    return Difference(
        added=tuple(memory for id, memory in new.items() if id not in old),
        changed=tuple((old[id], memory) for id, memory in new.items() if id in old and _differs(old[id], memory)),
        removed=tuple(memory for id, memory in old.items() if id not in new),
    )


def search(rows: Sequence[Past], relations: Sequence[Relation], request: SearchRequest) -> Findings:
    """What the arms of a search find among these rows.

    Args:
        relations: those in force then that these memories supported, by the names of their ends.
        request: its filter and `now` were seen to by `within`.
    """
    arms: dict[str, dict[int, Any]] = {
        "vector": _by_vector(rows, request.vector, request.limit),
        "text": _by_text(rows, request.terms, request.limit),
        "hops": _by_graph(rows, relations, request.names, request.limit),
    }
    best = {place for arm in arms.values() for place in list(arm)[: request.around]}
    found = set().union(*arms.values()) | _neighbours(rows, best, request.reach)
    if request.vector is not None:
        late = [place for place in found if place not in arms["vector"]]
        arms["vector"].update(_similarities(rows, late, request.vector))
    candidates = tuple(
        Candidate(
            rows[place].memory.id,
            arms["vector"].get(place),
            arms["text"].get(place),
            arms["hops"].get(place),
            rows[place].conversation,
            rows[place].position,
        )
        for place in sorted(found)
    )
    return Findings(candidates, "past")


def _differs(old: Memory, new: Memory) -> bool:
    return any(
        getattr(old, name) != getattr(new, name)
        for name in ("text", "metadata", "categories", "expiration_date", "immutable")
    )


def _similarities(rows: Sequence[Past], places: Sequence[int], query: Vector) -> dict[int, float]:
    """(1 + cosine) / 2 by place, of those that have a vector."""
    known = [(place, vector) for place in places if (vector := rows[place].vector) is not None]
    if not known:
        return {}
    scores = np.clip((1 + np.stack([vector for _, vector in known]) @ query) / 2, 0, 1)
    return {place: float(score) for (place, _), score in zip(known, scores, strict=True)}


def _by_vector(rows: Sequence[Past], query: Vector | None, limit: int) -> dict[int, float]:
    return {} if query is None else _best(_similarities(rows, range(len(rows)), query), limit)


def _by_text(rows: Sequence[Past], terms: Sequence[str], limit: int) -> dict[int, float]:
    """BM25 (Robertson and Zaragoza 2009, with the idf of Lucene, which is never negative) over stems."""
    wanted = {_stem(term) for term in terms}
    counts = [Counter(map(_stem, words(row.memory.text))) for row in rows] if wanted else []
    if not counts:
        return {}
    lengths = [sum(count.values()) for count in counts]
    mean = sum(lengths) / len(lengths) or 1.0
    scores: dict[int, float] = {}
    for term in wanted:
        holding = [place for place, count in enumerate(counts) if term in count]
        idf = math.log(1 + (len(rows) - len(holding) + 0.5) / (len(holding) + 0.5))
        for place in holding:
            often = counts[place][term]
            share = often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * lengths[place] / mean))
            scores[place] = scores.get(place, 0.0) + idf * share
    return _best(scores, limit)


def _by_graph(rows: Sequence[Past], relations: Sequence[Relation], names: Sequence[str], limit: int) -> dict[int, int]:
    """0 for what names one of the entities, 1 for what names one that a relation links to it."""
    named = set(names)
    if not named:
        return {}
    near = {
        end
        for relation in relations
        for one, end in (
            (entity_key(relation.source), entity_key(relation.target)),
            (entity_key(relation.target), entity_key(relation.source)),
        )
        if one in named
    }
    hops: dict[int, int] = {}
    for place, row in enumerate(rows):
        if not row.entities.isdisjoint(named):
            hops[place] = 0
        elif not row.entities.isdisjoint(near):
            hops[place] = 1
    latest = sorted(hops, key=lambda place: rows[place].memory.updated_at, reverse=True)
    return {place: hops[place] for place in sorted(latest, key=hops.__getitem__)[:limit]}


def _neighbours(rows: Sequence[Past], best: Iterable[int], reach: int) -> set[int]:
    at: dict[tuple[str | None, int], list[int]] = {}
    for place, row in enumerate(rows):
        if row.conversation is not None and row.position is not None:
            at.setdefault((row.conversation, row.position), []).append(place)
    return {
        near
        for place in best
        if (position := rows[place].position) is not None
        for step in range(-reach, reach + 1)
        for near in at.get((rows[place].conversation, position + step), ())
    }


def _best(scores: dict[int, float], limit: int) -> dict[int, float]:
    order = sorted(scores, key=lambda place: -scores[place])[:limit]
    return {place: scores[place] for place in order}


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("porter")


def _stem(word: str) -> str:
    stem: str = _stemmer().stemWord(word)
    return stem
