"""Scored candidates → one order. Pure; every weight is in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphmem.model.requests import Candidate

Places = Mapping[tuple[str | None, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts. All at least 0.

    Attributes:
        vector, text: shares of the two arms in a memory's own score.
        graph: added for a memory that mentions an entity the query names; half of it one relation further.
        neighbour: what a memory gets of its neighbours' own scores, by distance in the conversation (1, 2, …).
    """

    vector: float = 0.4
    text: float = 0.6
    graph: float = 0.2
    neighbour: tuple[float, ...] = (0.2, 0.2)

    @property
    def largest(self) -> float:
        """The largest sum that a memory can reach."""
        return (self.vector + self.text + self.graph) * (1 + 2 * sum(self.neighbour))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranked memory.

    Attributes:
        score: in [0, 1], higher is better.
        own: the memory's score by itself, before neighbours gave their share.
        neighbours: ids of the memories that gave a share, nearest first.
    """

    candidate: Candidate
    score: float
    own: float
    neighbours: tuple[str, ...]


def rank(candidates: Sequence[Candidate], weights: Weights = Weights()) -> list[Ranked]:
    """Best first; ties by cosine, then by id.

    A memory's own score is the weighted sum of its arms: cosine and BM25, each divided by the best among the candidates,
    and the graph's. Its neighbours in the conversation add a share of theirs, since an answer often stands beside the words
    that a question has in common with it. The sum is divided by the largest one possible.
    """
    own = _own(candidates, weights)
    places: dict[tuple[str | None, int], list[int]] = defaultdict(list)
    for index, each in enumerate(candidates):
        if each.position is not None:
            places[each.conversation, each.position].append(index)
    # Of several memories from one message only the best one counts.
    best = {place: min(there, key=lambda index: (-own[index], candidates[index].id)) for place, there in places.items()}
    hits = []
    for index, each in enumerate(candidates):
        near = [(best[place], share) for place, share in _around(each, weights.neighbour) if place in best]
        score = own[index] + sum(share * own[other] for other, share in near)
        givers = tuple(candidates[other].id for other, _ in near if own[other])
        # Rounded here, so that a threshold taken from an answer means the same row.
        hits.append(Ranked(each, round(min(1.0, score / weights.largest), 6), own[index], givers))
    hits.sort(key=lambda hit: (-hit.score, -(hit.candidate.vector or 0.0), hit.candidate.id))
    return hits


def _own(candidates: Sequence[Candidate], weights: Weights) -> list[float]:
    cosines = [0.0 if each.vector is None else max(0.0, 2 * each.vector - 1) for each in candidates]
    texts = [each.text or 0.0 for each in candidates]
    best_cosine, best_text = max(cosines, default=0) or 1, max(texts, default=0) or 1
    named = [0.0 if each.hops is None else weights.graph / (1 + each.hops) for each in candidates]
    return [
        weights.vector * (cosine / best_cosine) + weights.text * (text / best_text) + graph
        for cosine, text, graph in zip(cosines, texts, named, strict=True)
    ]


def _around(candidate: Candidate, shares: Sequence[float]) -> Iterator[tuple[tuple[str | None, int], float]]:
    if candidate.position is not None:
        for distance, share in enumerate(shares, 1):
            yield (candidate.conversation, candidate.position - distance), share
            yield (candidate.conversation, candidate.position + distance), share
