"""Questions about the past: a store hands over what was current then, and the rules here do the rest.

No index knows the past, so what an index does for the present is done in memory, among the states of one scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import numpy as np

from graphmem.filters.to_python import condition
from graphmem.model.filter import Filter
from graphmem.model.memory import Memory
from graphmem.model.requests import Candidate, Findings, Past
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.search.bm25 import bm25
from graphmem.search.terms import index_words

# What an arm found, as places among the rows, best first.
Arm = Mapping[int, float]


def within(rows: Iterable[Past], filter: Filter, at: datetime) -> list[Past]:
    """Those that meet the filter and had not expired at `at`, in the order of get_all: newest first, ties by id."""
    meets = condition(filter)
    return sorted((row for row in rows if _visible(row.memory, at) and meets(row.memory)), key=_age)


def candidates(
    rows: Sequence[Past],
    links: Iterable[tuple[str, str, str]],
    query: Vector | None,
    terms: Sequence[str],
    names: Sequence[str],
    limit: int,
    reach: int,
    around: int,
) -> Findings:
    """What the arms of a search would have found among these rows, and the neighbours of the best. The plan is ``past``.

    Args:
        rows: all that may be found; the order of those with equal scores is theirs.
        links: relations that were in force: key of the source, key of the target, id of the memory that supports it. Those of
            memories that are not among the rows are passed over.
        query: unit length, of as many floats as the rows' vectors. query to around: as in SearchRequest.
    """
    similar = _best_first(_similarities(rows, query)) if query is not None else {}
    arms: tuple[Arm, ...] = (similar, _by_text(rows, terms), _by_graph(rows, links, names))
    arms = tuple(dict(islice(arm.items(), limit)) for arm in arms)
    best = {place for arm in arms for place in islice(arm, around)}
    found = set[int]().union(*arms, _neighbours(rows, best, reach))
    _, text, hops = arms
    return Findings(
        tuple(
            Candidate(
                id=rows[place].memory.id,
                vector=similar.get(place),
                text=text.get(place),
                hops=int(hops[place]) if place in hops else None,
                conversation=rows[place].conversation,
                position=rows[place].position,
            )
            for place in sorted(found)
        ),
        "past",
    )


def _visible(memory: Memory, at: datetime) -> bool:
    return memory.expiration_date is None or memory.expiration_date > at


def _age(row: Past) -> tuple[int, str]:
    return -to_micros(row.memory.created_at), row.memory.id


def _best_first(scores: Mapping[int, float]) -> Arm:
    return dict(sorted(scores.items(), key=lambda each: (-each[1], each[0])))


def _similarities(rows: Sequence[Past], query: Vector) -> dict[int, float]:
    """(1 + cosine) / 2 of all that have a vector."""
    vectors = {place: row.vector for place, row in enumerate(rows) if row.vector is not None}
    if not vectors:
        return {}
    cosines = np.stack(list(vectors.values())) @ query
    return dict(zip(vectors, np.clip((1 + cosines) / 2, 0, 1).tolist(), strict=True))


def _by_text(rows: Sequence[Past], terms: Sequence[str]) -> Arm:
    if not terms:
        return {}
    texts = [index_words(row.memory.text) for row in rows]
    # The stores' indexes hold a word for each scope id beside the text, and count it.
    lengths = [len(text) + len(row.memory.scope.ids) for text, row in zip(texts, rows, strict=True)]
    return _best_first(bm25(texts, lengths, map(index_words, terms)))


def _by_graph(rows: Sequence[Past], links: Iterable[tuple[str, str, str]], names: Sequence[str]) -> Arm:
    """Hops: 0 for memories that name one of these, 1 for those that name what a relation links to it. The latest first."""
    named = frozenset(names)
    if not named:
        return {}
    # Entities belong to an owner: one user's Anna is not another's.
    owners = {row.memory.id: row.memory.scope.owner for row in rows}
    near = {
        (owners[id], other)
        for source, target, id in links
        if id in owners
        for one, other in ((source, target), (target, source))
        if one in named
    }
    hops: dict[int, float] = {}
    for place, row in enumerate(rows):
        if not named.isdisjoint(row.entities):
            hops[place] = 0
        elif any((owners[row.memory.id], key) in near for key in row.entities):
            hops[place] = 1

    def order(place: int) -> tuple[float, int, str]:
        memory = rows[place].memory
        return hops[place], -to_micros(memory.updated_at), memory.id

    return {place: hops[place] for place in sorted(hops, key=order)}


def _neighbours(rows: Sequence[Past], best: Iterable[int], reach: int) -> Iterator[int]:
    """Those up to `reach` away in the conversation, and the others of the same message."""
    if reach <= 0:
        return
    places: dict[tuple[str, int], list[int]] = {}
    for place, row in enumerate(rows):
        if row.conversation is not None and row.position is not None:
            places.setdefault((row.conversation, row.position), []).append(place)
    for place in best:
        conversation, position = rows[place].conversation, rows[place].position
        if conversation is not None and position is not None:
            for near in range(position - reach, position + reach + 1):
                yield from places.get((conversation, near), ())
