"""Scored candidates → one order. Pure; every weight is in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphmem.model import Candidate


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts. All at least 0.

    Attributes:
        vector, text: shares of the two arms in a memory's own score.
        graph: added for a memory that mentions an entity the query names; half of it one relation further.
        neighbour: what a memory gets of its neighbours' own scores, by distance in the conversation (1, 2, …).
    """

    vector: float = 0.5
    text: float = 0.5
    graph: float = 0.2
    neighbour: tuple[float, ...] = (0.25, 0.1)


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked memory.

    Attributes:
        score: in [0, 1], higher is better.
        own: the memory's score by itself, before neighbours gave their share.
        neighbours: ids of the memories that gave a share, best first.
    """

    candidate: Candidate
    score: float
    own: float
    neighbours: tuple[str, ...]


def rank(candidates: Sequence[Candidate], weights: Weights = Weights()) -> list[Hit]:
    """Best first; ties go to the newer, then by id.

    A memory's own score is the weighted sum of its arms, each scaled to [0, 1] over the candidates: cosine from 0 to the best,
    BM25 from 0 to the best. Neighbours in the conversation then give a share of theirs, and the whole is scaled by the largest
    sum there can be, so that scores of different searches can be compared: 1 would be the best of all arms amid its likes.
    """
    own = dict(zip((each.id for each in candidates), _own(candidates, weights), strict=True))
    places: dict[tuple[str, int], list[Candidate]] = {}
    for each in candidates:
        if each.conversation is not None and each.position is not None:
            places.setdefault((each.conversation, each.position), []).append(each)
    largest = weights.vector + weights.text + weights.graph
    largest *= 1 + 2 * sum(weights.neighbour)
    hits = []
    for each in candidates:
        score, givers = own[each.id], []
        for near, share in _neighbours(each, places, weights.neighbour):
            best = max(near, key=lambda candidate: own[candidate.id])
            score += share * own[best.id]
            givers.append((share * own[best.id], best.id))
        hits.append(
            Hit(
                each,
                min(1.0, score / largest),
                own[each.id],
                tuple(id for value, id in sorted(givers, reverse=True) if value),
            )
        )
    return sorted(hits, key=lambda hit: (-hit.score, -hit.candidate.updated_at.timestamp(), hit.candidate.id))


def _own(candidates: Sequence[Candidate], weights: Weights) -> Iterable[float]:
    cosines = [max(0.0, 2 * each.vector - 1) if each.vector is not None else 0.0 for each in candidates]
    texts = [each.text or 0.0 for each in candidates]
    best_cosine, best_text = max(cosines, default=0) or 1, max(texts, default=0) or 1
    for each, cosine, text in zip(candidates, cosines, texts, strict=True):
        named = 0.0 if each.hops is None else 1 / (1 + each.hops)
        yield weights.vector * cosine / best_cosine + weights.text * text / best_text + weights.graph * named


def _neighbours(
    candidate: Candidate, places: dict[tuple[str, int], list[Candidate]], shares: Sequence[float]
) -> Iterable[tuple[list[Candidate], float]]:
    if candidate.conversation is None or candidate.position is None:
        return
    for distance, share in enumerate(shares, 1):
        for place in (candidate.position - distance, candidate.position + distance):
            near = places.get((candidate.conversation, place))
            if near:
                yield near, share
