"""Why a search found a memory, or did not, as callers are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphmem.dialect import answers, responses
from graphmem.model.memory import Message
from graphmem.search.ranking import Ranked, neighbours
from graphmem.search.why_not import Why


def explanation(hit: Ranked, hits: Sequence[Ranked], plan: str, sources: Sequence[Message]) -> answers.HitExplanation:
    """Why a memory was found: rank and score in each arm that found it, neighbours that helped, source messages.

    Args:
        hits: all candidates of the search, to rank this one among them.
        plan: how the vector arm searched, as in Findings.
        sources: the messages that the memory came from.
    """
    return {
        "arms": arms(hit, hits, plan),
        "neighbours": neighbours(hit, hits),
        "signals": hit.parts,
        "messages": [responses.message(source) for source in sources],
    }


def why_not(memory_id: str, why: Why, hits: Sequence[Ranked], plan: str) -> answers.WhyNot:
    """Why a search did not return a memory. Hits and plan: as in `explanation`."""
    return {
        "memory_id": memory_id,
        "found": why.reason == "returned",
        "reason": why.reason,
        "because": why.because,
        "place": why.place,
        "score": None if why.hit is None else why.hit.score,
        "condition": why.condition,
        "arms": {} if why.hit is None else arms(why.hit, hits, plan),
        "missed": dict(why.missed),
        "signals": {} if why.hit is None else why.hit.parts,
    }


def arms(hit: Ranked, hits: Sequence[Ranked], plan: str) -> answers.Arms:
    """Rank and score in each arm. One that did not find the memory is left out, so its absence says so."""
    arms: answers.Arms = {}
    candidate, others = hit.candidate, [other.candidate for other in hits]
    if candidate.vector is not None:
        rank = _rank(candidate.vector, (other.vector for other in others))
        arms["vector"] = {"rank": rank, "score": candidate.vector, "plan": plan}
    if candidate.text is not None:
        arms["text"] = {"rank": _rank(candidate.text, (other.text for other in others)), "score": candidate.text}
    if candidate.hops is not None:
        score = _nearness(candidate.hops)
        rank = _rank(score, (None if other.hops is None else _nearness(other.hops) for other in others))
        arms["graph"] = {"rank": rank, "score": score, "hops": candidate.hops}
    return arms


def _rank(score: float, scores: Iterable[float | None]) -> int:
    """The rank of a score among all scores of an arm, from 1. Equal scores share a rank; None is a memory that the arm did not find."""
    return 1 + sum(1 for other in scores if (other or 0) > score)


def _nearness(hops: int) -> float:
    """The score of the graph arm, in (0, 1]."""
    return 1 / (1 + hops)
