"""Questions about the past: the store returns the versions that were current then, and the rules here do the rest.

No index covers the past, so the work of an index is done in memory, on the versions of one scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import numpy as np

from graphmem.filters.to_python import condition
from graphmem.model.filter import Filter
from graphmem.model.memory import StoredMemory
from graphmem.model.requests import Candidate, Findings, Past
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.search.bm25 import bm25
from graphmem.search.terms import index_words

# What an arm found: index of a row → its score, best first.
Arm = Mapping[int, float]


def within(rows: Iterable[Past], filter: Filter, at: datetime) -> list[Past]:
    """The rows that meet the filter and had not expired at `at`, in the order of get_all: newest first, ties by id."""
    # The store filtered by scope only; the rest of the filter is about what a memory said then.
    meets = condition(filter)
    return sorted((row for row in rows if _visible(row.memory, at) and meets(row.memory)), key=newest_first)


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
        rows: all that may be found; rows with equal scores keep their order.
        links: relations in force at the time: key of the source, key of the target, id of the memory that supports it.
            Those of memories that are not among the rows are ignored.
        query: unit length, of as many floats as the rows' vectors. From query to around: as in SearchRequest.
    """
    similar = _best_first(_similarities(rows, query)) if query is not None else {}
    arms: tuple[Arm, ...] = (similar, _by_text(rows, terms), _by_graph(rows, links, names))
    # Cut as a store cuts its arms, so that the past is ranked among the same candidates as the present.
    arms = tuple(dict(islice(arm.items(), limit)) for arm in arms)
    # Neighbours only of what each arm found best, as in the stores.
    best = {index for arm in arms for index in islice(arm, around)}
    found = set[int]().union(*arms, _neighbours(rows, best, reach))
    _, text, hops = arms
    return Findings(
        tuple(
            Candidate(
                id=rows[index].memory.id,
                vector=similar.get(index),
                text=text.get(index),
                hops=int(hops[index]) if index in hops else None,
                conversation=rows[index].conversation,
                position=rows[index].position,
            )
            for index in sorted(found)
        ),
        "past",
    )


def _visible(memory: StoredMemory, at: datetime) -> bool:
    return memory.expiration_date is None or memory.expiration_date > at


def newest_first(row: Past) -> tuple[int, str]:
    return -to_micros(row.memory.created_at), row.memory.id


def _best_first(scores: Mapping[int, float]) -> Arm:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _similarities(rows: Sequence[Past], query: Vector) -> dict[int, float]:
    """Index → (1 + cosine) / 2, for the rows that have a vector."""
    vectors = {index: row.vector for index, row in enumerate(rows) if row.vector is not None}
    if not vectors:
        return {}
    cosines = np.stack(list(vectors.values())) @ query
    return dict(zip(vectors, np.clip((1 + cosines) / 2, 0, 1).tolist(), strict=True))


def _by_text(rows: Sequence[Past], terms: Sequence[str]) -> Arm:
    if not terms:
        return {}
    texts = [index_words(row.memory.text) for row in rows]
    # The stores' indexes also hold one word for each scope id, and count it.
    lengths = [len(text) + len(row.memory.scope.ids) for text, row in zip(texts, rows, strict=True)]
    return _best_first(bm25(texts, lengths, map(index_words, terms)))


def _by_graph(rows: Sequence[Past], links: Iterable[tuple[str, str, str]], names: Sequence[str]) -> Arm:
    """Hops: 0 for memories that mention a named entity, 1 if they mention one that a relation links to it. Latest first."""
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
    for index, row in enumerate(rows):
        if not named.isdisjoint(row.entities):
            hops[index] = 0
        elif any((owners[row.memory.id], key) in near for key in row.entities):
            hops[index] = 1

    def order(index: int) -> tuple[float, int, str]:
        memory = rows[index].memory
        return hops[index], -to_micros(memory.updated_at), memory.id

    return {index: hops[index] for index in sorted(hops, key=order)}


def _neighbours(rows: Sequence[Past], best: Iterable[int], reach: int) -> Iterator[int]:
    """Rows up to `reach` messages away from the best, and others from the same message."""
    if reach <= 0:
        return
    by_message: dict[tuple[str, int], list[int]] = {}
    for index, row in enumerate(rows):
        if row.conversation is not None and row.position is not None:
            by_message.setdefault((row.conversation, row.position), []).append(index)
    for index in best:
        conversation, position = rows[index].conversation, rows[index].position
        if conversation is not None and position is not None:
            for near in range(position - reach, position + reach + 1):
                yield from by_message.get((conversation, near), ())
