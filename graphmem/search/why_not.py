"""Why a search did or did not return a memory, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from graphmem.filters.in_words import first_unmet, in_words, value_in_words
from graphmem.model.filter import Filter
from graphmem.model.memory import StoredVersion
from graphmem.model.requests import Candidate, SearchRequest
from graphmem.search.ranking import Ranked

Reason: TypeAlias = Literal[
    "returned",
    "beyond_top_k",
    "below_threshold",
    "not_a_candidate",
    "outside_filter",
    "expired",
    "deleted",
    "not_yet",
    "no_such_memory",
]
_NO_SUCH = "There is no such memory: it never was, it was erased, or it lies outside of this client's scope."
_OUT_OF_REACH = "It has no vector to compare, and holds no word of the query"


@dataclass(frozen=True, slots=True)
class Why:
    """What became of a memory in a search.

    Attributes:
        because: the reason in one sentence.
        condition: the condition that it fails, in words; None if it fails none.
        missed: arm → why it did not bring the memory in. Empty for a memory that can't be found.
        hit: the memory among all that was ranked. place: where it stands there, from 1. None if it was not ranked.
    """

    reason: Reason
    because: str
    condition: str | None = None
    missed: Mapping[str, str] = field(default_factory=dict)
    hit: Ranked | None = None
    place: int | None = None


def of_state(chain: Sequence[StoredVersion], filter: Filter, now: datetime, as_of: datetime | None) -> Why | None:
    """Why a memory can't be found at all; None if it can.

    Args:
        chain: its versions, oldest first; empty if there is no such memory.
        now: what has expired by then is not found. as_of: the past time that is searched; None for now.
    """
    if not chain:
        return Why("no_such_memory", _NO_SUCH)
    then = chain[-1:] if as_of is None else [each for each in chain if each.recorded_from <= as_of][-1:]
    if not then:
        return Why("not_yet", f"It was stored only later, at {chain[0].recorded_from.isoformat()}.")
    [version] = then
    if version.event == "DELETE":
        return Why("deleted", f"It was deleted at {version.recorded_from.isoformat()}.")
    memory = version.memory
    if memory.expiration_date is not None and memory.expiration_date <= now:
        return Why("expired", f"It expired at {memory.expiration_date.isoformat()}.")
    unmet = first_unmet(filter, memory)
    if unmet is None:
        return None
    condition, has = in_words(unmet), value_in_words(unmet, memory)
    return Why("outside_filter", f"It fails the condition {condition}{f': its {has}' if has else ''}.", condition)


def of_ranking(
    ranked: Sequence[Ranked],
    memory_id: str,
    request: SearchRequest,
    top_k: int,
    threshold: float,
    *,
    found: bool,
) -> Why:
    """What became of a memory that can be found.

    Args:
        ranked: all that was ranked, best first. The memory is among them, unless there is nothing to rank it by.
        top_k, threshold: as in a search.
        found: whether the search found it; otherwise it was asked for alone and ranked with the others.
    """
    place = next((place for place, hit in enumerate(ranked, 1) if hit.candidate.id == memory_id), None)
    if place is None:
        return Why(
            "not_a_candidate", f"{_OUT_OF_REACH}.", missed=missed(Candidate(memory_id), (), request, found=False)
        )
    hit = ranked[place - 1]
    others = [other.candidate for other in ranked if other is not hit]
    kept_out = missed(hit.candidate, others, request, found=found)
    came = f"number {place} with a score of {hit.score:.3g}"
    if not found:
        arms = "; ".join(f"{arm}: {why}" for arm, why in kept_out.items())
        said = f"No arm of the search brought it in ({arms}); ranked all the same, it is {came}."
        return Why("not_a_candidate", said, None, kept_out, hit, place)
    if hit.score < threshold:
        said = f"Its score of {hit.score:.3g} is below the threshold of {threshold:.3g}; it came out as number {place}."
        return Why("below_threshold", said, None, kept_out, hit, place)
    if place > top_k:
        said = f"It came out as {came}, but top_k is {top_k}."
        if hit.repeats is not None:
            said = f"It repeats {hit.repeats}, which is returned, so its place was given to something else."
        return Why("beyond_top_k", said, None, kept_out, hit, place)
    return Why("returned", f"It came out as {came}.", None, kept_out, hit, place)


def missed(mine: Candidate, others: Sequence[Candidate], request: SearchRequest, *, found: bool) -> dict[str, str]:
    """Arm → why it did not bring in a memory.

    Args:
        others: what else was ranked.
        found: whether the search found it. If not, its scores are those of a search for it alone.
    """
    reasons = {
        "vector": _missed_by_vector(mine, others, request, found),
        "text": _missed_by_text(mine, request, found),
        "graph": _missed_by_graph(mine, request, found),
    }
    return {arm: why for arm, why in reasons.items() if why}


def _missed_by_vector(mine: Candidate, others: Sequence[Candidate], request: SearchRequest, found: bool) -> str:
    if request.vector is None:
        return "the query has no vector"
    if mine.vector is None:
        return "the memory has no vector"
    # All that was ranked has its similarity, whichever arm found it.
    nearer = sum((other.vector or 0) > mine.vector for other in others)
    return "" if found and nearer < request.limit else f"{request.limit} memories are nearer in meaning"


def _missed_by_text(mine: Candidate, request: SearchRequest, found: bool) -> str:
    if not request.by_words:
        return "the search was not by words"
    if not request.terms:
        return "the query has no words to look for"
    if mine.text is not None or mine.held:
        return "" if found and mine.text is not None else f"{request.limit} memories match the words better"
    return "the memory holds no word of the query"


def _missed_by_graph(mine: Candidate, request: SearchRequest, found: bool) -> str:
    if mine.hops is not None or mine.links:
        return "" if found else f"{request.limit} memories are nearer in the graph, or as near and newer"
    if not request.walk.names and not request.walk.selves:
        return "the query names nobody and nothing"
    return "the memory mentions nothing that the query names, nor what is related to that"
