"""Questions about the past: the store returns the versions that were current then, and the rules here do the rest.

No index covers the past, so the work of an index is done in memory, on the versions of one scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter

import numpy as np

from graphmem.filters.to_python import condition
from graphmem.model.filter import EVERYTHING, Filter
from graphmem.model.memory import StoredRelation
from graphmem.model.requests import Candidate, Findings, Past, SearchRequest, shares
from graphmem.model.times import from_micros, to_micros
from graphmem.model.vectors import Vector, cosines
from graphmem.model.words import Term, stem_list
from graphmem.search.bm25 import bm25
from graphmem.search.holding import beginnings, count_words, may_hold, words_of
from graphmem.search.walk import mentioning, walk

# From how many texts their mean length is taken.
_MEASURED = 5_000
# Of how many memories the relations are read, to walk on from whom a query means: the newest that mention them.
_FOLLOWED = 10_000
# What an arm found: index of a row → its score, best first.
Arm = Mapping[int, float]


def within(rows: Iterable[Past], filter: Filter, at: datetime) -> list[Past]:
    """The rows that meet the filter and had not expired at `at`, in the order of get_all: newest first, ties by id."""
    # Nothing to ask spares whole memories, which a store may make only when they are looked at.
    then = to_micros(at)
    alive = [row for row in rows if row.expires is None or row.expires > then]
    if filter != EVERYTHING:
        meets = condition(filter)
        alive = [row for row in alive if meets(row.memory)]
    return newest_first(alive)


def naming(rows: Iterable[Past], names: Iterable[str]) -> list[str]:
    """Ids of the memories that mention an entity with one of these keys, in their order; at most as many as a search follows.

    Only their relations can lead from a name to other entities: a memory mentions both ends of each relation that it supports.
    """
    rows = list(rows)
    return [rows[index].id for index in islice(mentioning(rows, frozenset(names)), _FOLLOWED)]


def candidates(rows: Sequence[Past], relations: Iterable[StoredRelation], request: SearchRequest) -> Findings:
    """What the arms of a search would have found among these rows, and the neighbours of the best. The plan is ``past``.

    Candidates have no predicates yet, and where the rows don't tell them, no categories and events, and nothing of the message they
    came from: see `told`.

    Args:
        rows: all that may be found; rows with equal scores keep their order.
        relations: in force at the time, at least those of the memories that mention what the query names. Those of memories that
            are not among the rows are ignored.
        request: its filter and its time are not looked at: the rows meet them.
    """
    similar = _similarities(rows, request.vector) if request.vector is not None else {}
    by_text = _by_text(rows, request.terms if request.by_words else ())
    # Cut as a store cuts its arms, so that the past is ranked among the same candidates as the present.
    arms: list[Arm] = [_highest(similar, request.limit), dict(islice(by_text.items(), request.limit))]
    walked = walk(rows, relations, request.walk, set[int]().union(*arms))
    arms.append(dict(islice(_nearest_first(rows, walked.hops).items(), request.limit)))
    # Neighbours only of what each arm found best, as in the stores.
    best = {index for arm in arms for index in islice(arm, request.around)}
    found = set[int]().union(*arms, walked.links, _neighbours(rows, best, request.reach))
    _, text, hops = arms
    sample = [(len(row.text), _held(row.text, request.terms)) for row in rows[: request.sample] if request.terms]
    return Findings(
        tuple(
            Candidate(
                id=(row := rows[index]).id,
                vector=similar.get(index),
                text=text.get(index),
                hops=int(hops[index]) if index in hops else None,
                conversation=row.conversation,
                position=row.position,
                held=_held(row.text, request.terms),
                length=len(row.text),
                created_at=from_micros(row.created),
                verbatim=row.verbatim,
                role=row.role,
                speaker=row.speaker,
                entities=row.entities,
                people=row.people,
                labels=row.categories,
                links=walked.links.get(index, ()),
                event=row.event,
            )
            for index in sorted(found)
        ),
        "past",
        len(sample),
        shares(sample, len(request.terms), request.long),
    )


def told(findings: Findings, relations: Iterable[StoredRelation], rows: Iterable[Past]) -> Findings:
    """The findings with what is asked about candidates only.

    Args:
        relations: of the candidates, in force at the time; their predicates become labels too.
        rows: the candidates again, with the messages they came from.
    """
    predicates: dict[str, set[str]] = {}
    for relation in relations:
        predicates.setdefault(relation.memory_id, set()).add(relation.predicate)
    said = {row.id: row for row in rows}
    return replace(findings, candidates=tuple(_told(each, predicates, said) for each in findings.candidates))


def _told(candidate: Candidate, predicates: Mapping[str, Iterable[str]], said: Mapping[str, Past]) -> Candidate:
    kinds = sorted(predicates.get(candidate.id, ()))
    # One that was erased meanwhile came from no message.
    if (row := said.get(candidate.id)) is None:
        return candidate._replace(labels=(*candidate.labels, *kinds))
    return candidate._replace(
        labels=(*row.categories, *kinds), event=row.event, verbatim=row.verbatim, role=row.role, speaker=row.speaker
    )


def newest_first(rows: Iterable[Past]) -> list[Past]:
    """In the order of get_all: by created_at, the newest first, ties by id."""
    # Rows may be very many: ids are compared only of those with one time.
    ordered = sorted(rows, key=attrgetter("created"), reverse=True)
    found: list[Past] = []
    for _, group in groupby(ordered, key=attrgetter("created")):
        found += sorted(group, key=attrgetter("id"))
    return found


def _best_first(scores: Mapping[int, float]) -> Arm:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _highest(scores: Arm, count: int) -> Arm:
    """So many highest scores, highest first; of equal ones the first."""
    indices, values = np.array(list(scores), dtype=np.intp), np.array(list(scores.values()), dtype=np.float64)
    if count < len(values):
        # Sorts only what may be kept.
        among = values >= np.partition(values, -count)[-count]
        indices, values = indices[among], values[among]
    best = np.lexsort((indices, -values))[:count]
    return dict(zip(indices[best].tolist(), values[best].tolist(), strict=True))


def _similarities(rows: Sequence[Past], query: Vector) -> dict[int, float]:
    """Index → (1 + cosine) / 2, for the rows that have a vector."""
    given = [row.similarity for row in rows]
    found = {index: similar for index, similar in enumerate(given) if similar is not None}
    if len(found) == len(rows):
        return found
    vectors = {index: vector for index, row in enumerate(rows) if (vector := row.vector) is not None}
    if vectors:
        scores = (1 + cosines(np.stack(list(vectors.values())), query)) / 2
        found.update(zip(vectors, np.clip(scores, 0, 1).tolist(), strict=True))
    return found


def _held(text: str, terms: Sequence[Term]) -> tuple[int, ...]:
    found = stem_list(text) if terms else ""
    return tuple(place for place, term in enumerate(terms) if term.needle in found)


def _by_text(rows: Sequence[Past], terms: Sequence[Term]) -> Arm:
    if not terms or not rows:
        return {}
    # Most texts hold no word of the query. Only the others are split into words.
    holding = may_hold([row.text for row in rows], {start for term in terms for start in beginnings(term)})
    texts = {index: words_of(rows[index].text) for index in holding}
    # The stores' indexes also hold one word for each scope id, and count it.
    lengths = {index: len(words) + rows[index].scope_ids for index, words in texts.items()}
    for beginning in [term.stem for term in terms if term.begins]:
        for words in texts.values():
            words += [f"{beginning}*" for word in words if word.startswith(beginning)]
    measured = rows[:: max(1, len(rows) // _MEASURED)]
    mean = sum(count_words(row.text) + row.scope_ids for row in measured) / len(measured)
    return _best_first(
        bm25(texts, lengths, [(f"{term.stem}*" if term.begins else term.stem,) for term in terms], len(rows), mean)
    )


def _nearest_first(rows: Sequence[Past], hops: Mapping[int, int]) -> Arm:
    """By hops; of those that are as far, the latest first."""

    def order(index: int) -> tuple[int, int, str]:
        return hops[index], -rows[index].updated, rows[index].id

    return {index: hops[index] for index in sorted(hops, key=order)}


def _neighbours(rows: Sequence[Past], best: Iterable[int], reach: int) -> Iterator[int]:
    """Rows up to `reach` messages away from the best, and others from the same message."""
    if reach <= 0:
        return
    wanted = {
        (rows[index].conversation, position + step)
        for index in best
        if (position := rows[index].position) is not None
        for step in range(-reach, reach + 1)
    }
    positions = frozenset([position for _, position in wanted])
    # Over a column in C: rows may be very many.
    near = [index for index, position in enumerate(map(attrgetter("position"), rows)) if position in positions]
    for index in near:
        place = rows[index].conversation, rows[index].position
        if place in wanted and place[0] is not None:
            yield index
