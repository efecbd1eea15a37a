"""Puts scored candidates in one order. Pure; all weights are defined here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphmem.model.requests import Candidate


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts; all at least 0.

    Attributes:
        vector, text: of the two arms in a memory's own score.
        graph: added if a memory mentions an entity that the query names; half of it if a relation lies in between.
        neighbour: the share of its neighbours' own scores that a memory gets, by distance in the conversation (1, 2, …).
    """

    vector: float = 0.4
    text: float = 0.6
    graph: float = 0.2
    neighbour: tuple[float, ...] = (0.2, 0.2)

    @property
    def largest(self) -> float:
        """The highest total that a memory can reach."""
        return (self.vector + self.text + self.graph) * (1 + 2 * sum(self.neighbour))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranked memory.

    Attributes:
        score: in [0, 1], higher is better.
        own: the memory's score before its neighbours added their shares.
        neighbours: ids of the memories that added a share, nearest first.
    """

    candidate: Candidate
    score: float
    own: float
    neighbours: tuple[str, ...]


def rank(candidates: Sequence[Candidate], weights: Weights = Weights()) -> list[Ranked]:
    """Best first; ties by cosine, then by id.

    A memory's own score is the weighted sum of its arms: cosine and BM25, each divided by the best of the candidates, and
    the graph's. Its neighbours in the conversation add a share of theirs, because an answer often stands next to the words
    that it shares with the question. The total is divided by the highest one possible.
    """
    own = _own(candidates, weights)
    by_message: dict[tuple[str | None, int], list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        if candidate.position is not None:
            by_message[candidate.conversation, candidate.position].append(index)
    # Only the best memory of a message counts as a neighbour: one that was cut into many facts must not outweigh the others.
    best = {
        message: min(indices, key=lambda index: (-own[index], candidates[index].id))
        for message, indices in by_message.items()
    }
    hits = []
    for index, candidate in enumerate(candidates):
        near = [(best[message], share) for message, share in _around(candidate, weights.neighbour) if message in best]
        # Own scores, not totals: otherwise scores would travel through a whole conversation.
        score = own[index] + sum(share * own[other] for other, share in near)
        givers = tuple(candidates[other].id for other, _ in near if own[other])
        # Rounded here, so that a score seen in an answer works as a threshold that keeps the same memory.
        hits.append(Ranked(candidate, round(min(1.0, score / weights.largest), 6), own[index], givers))
    hits.sort(key=lambda hit: (-hit.score, -(hit.candidate.vector or 0.0), hit.candidate.id))
    return hits


def _own(candidates: Sequence[Candidate], weights: Weights) -> list[float]:
    # Stores give (1 + cosine) / 2. What points away from the query is no better than what was not found.
    cosines = [0.0 if candidate.vector is None else max(0.0, 2 * candidate.vector - 1) for candidate in candidates]
    texts = [candidate.text or 0.0 for candidate in candidates]
    # Divided by the best of each arm, because BM25 has no upper bound and cosines of one embedder crowd together.
    best_cosine, best_text = max(cosines, default=0) or 1, max(texts, default=0) or 1
    named = [0.0 if candidate.hops is None else weights.graph / (1 + candidate.hops) for candidate in candidates]
    return [
        weights.vector * (cosine / best_cosine) + weights.text * (text / best_text) + graph
        for cosine, text, graph in zip(cosines, texts, named, strict=True)
    ]


def _around(candidate: Candidate, shares: Sequence[float]) -> Iterator[tuple[tuple[str | None, int], float]]:
    if candidate.position is not None:
        for distance, share in enumerate(shares, 1):
            yield (candidate.conversation, candidate.position - distance), share
            yield (candidate.conversation, candidate.position + distance), share
