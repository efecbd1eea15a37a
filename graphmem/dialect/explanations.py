"""Why a search found a memory, or did not, as callers are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphmem.dialect import answers, responses
from graphmem.graph.leads import Lead
from graphmem.model.memory import Message
from graphmem.search.ranking import Ranked, neighbours
from graphmem.search.why_not import Why


def explanation(
    hit: Ranked, hits: Sequence[Ranked], plan: str, sources: Sequence[Message], lead: Lead | None = None
) -> answers.HitExplanation:
    """Why a memory was found: rank and score in each arm that found it, neighbours that helped, source messages.

    Args:
        hits: all candidates of the search, to rank this one among them.
        plan: how the vector arm searched, as in Findings.
        sources: the messages that the memory came from. lead: how the graph led to it, if it did.
    """
    found_by = arms(hit, hits, plan)
    if lead is not None and "graph" in found_by:
        found_by["graph"]["start"] = lead.start
        found_by["graph"]["path"] = responses.relations(lead.path)
    return {
        "arms": found_by,
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
    hops = _hops(hit)
    if hops is not None:
        nearness = (None if (far := _hops(other)) is None else _nearness(far) for other in hits)
        arms["graph"] = {"rank": _rank(_nearness(hops), nearness), "score": _nearness(hops), "hops": hops}
    return arms


def _rank(score: float, scores: Iterable[float | None]) -> int:
    """The rank of a score among all scores of an arm, from 1. Equal scores share a rank; None is a memory that the arm did not find."""
    return 1 + sum(1 for other in scores if (other or 0) > score)


def _nearness(hops: int) -> float:
    """The score of the graph arm, in (0, 1]."""
    return 1 / (1 + hops)


def _hops(hit: Ranked) -> int | None:
    """How far it is from whom the query means. A memory that says what is asked of whoever asks mentions that one."""
    asked_for = "links" in hit.signals and hit.signals["links"][hit.place] > 0
    return 0 if hit.candidate.hops is None and asked_for else hit.candidate.hops
