"""Puts the best of a search on one page, so that its hits are different things and the newest state of a matter comes first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from graphmem.model.memory import StoredMemory
from graphmem.model.requests import Candidate
from graphmem.model.words import STOP_WORDS, distinct_stems
from graphmem.search.ranking import Ranked

# Id of a memory → the stems of its text, without stop words.
Words: TypeAlias = Mapping[str, frozenset[str]]
# How many memories beyond the page are looked at: they take the places of those that repeat others.
BEYOND = 10


@dataclass(frozen=True, slots=True)
class Alike:
    """When two texts are alike: common stems / all stems (Jaccard), without stop words.

    Attributes:
        state: from this share on, two facts tell of one matter. close: the newer takes the higher place if its own score is at least this
            share of the older one's. With these values the newer of twenty pairs of states stands higher in 19, and in 9 without; in
            393 questions about three long chats recall at ten stays as it is, and the mean reciprocal rank loses 0.1 percent.
        double: from this share on, two memories say the same.
    """

    state: float = 0.4
    close: float = 0.8
    double: float = 0.85


def arranged(
    ranked: Sequence[Ranked], memories: Mapping[str, StoredMemory], top_k: int, alike: Alike = Alike()
) -> list[Ranked]:
    """The hits in the order of a page of `top_k`, with their scores.

    Of two facts about the same people that tell of one matter and are about as good, the newer has the higher place: they exchange
    their places and their scores.

    What repeats a better hit, in nearly the same words or as the message that a fact was drawn from, leaves the page if there is
    anything else to put there: it comes just behind the page, with at most the score of the last hit on it. All else stays as it was.
    Scores never rise down the list.

    Args:
        ranked: best first; only those that may be returned.
        memories: the best of these, at least `top_k`, by id. The others are not looked at.
    """
    seen = [hit for hit in ranked if hit.candidate.id in memories][: top_k + BEYOND]
    looked_at = {hit.candidate.id: hit.candidate for hit in seen}
    rest = [hit for hit in ranked if hit.candidate.id not in looked_at]
    words = {id: _words(candidate, memories[id]) for id, candidate in looked_at.items()}
    seen = _newest_first(seen, memories, words, alike)
    repeated = _repeated(seen, words, alike.double, top_k)
    # Doubles stay, best first, if nothing else can take their places.
    leaving = list(repeated)[max(0, top_k - (len(seen) - len(repeated))) :]
    if not leaving:
        return seen + rest
    others = [hit for hit in seen if hit.candidate.id not in leaving]
    lowest = others[:top_k][-1].score
    behind = [
        replace(hit, score=min(hit.score, lowest), repeats=repeated[hit.candidate.id])
        for hit in seen
        if hit.candidate.id in leaving
    ]
    return [*others[:top_k], *behind, *others[top_k:], *rest]


def newest_first(hits: Sequence[Ranked], memories: Mapping[str, StoredMemory], alike: Alike = Alike()) -> list[Ranked]:
    """The hits, all of these memories, but of facts that tell of one matter the newest has the highest of their places and scores."""
    words = {hit.candidate.id: _words(hit.candidate, memories[hit.candidate.id]) for hit in hits}
    return _newest_first(hits, memories, words, alike)


def _words(candidate: Candidate, memory: StoredMemory) -> frozenset[str]:
    return distinct_stems(memory.text) - STOP_WORDS if candidate.stems is None else _telling(candidate.stems)


# Stores give the same list of a memory again.
@lru_cache(maxsize=4_096)
def _telling(stems: str) -> frozenset[str]:
    return frozenset(stems.split()) - STOP_WORDS


def _newest_first(
    hits: Sequence[Ranked], memories: Mapping[str, StoredMemory], words: Words, alike: Alike
) -> list[Ranked]:
    """The hits, but of facts that tell of one matter the newest has the highest of their places and scores, and so on."""
    hits = list(hits)

    def supersedes(newer: Ranked, older: Ranked) -> bool:
        new, old = memories[newer.candidate.id], memories[older.candidate.id]
        # Owners come last: they cost a digest each.
        return (
            new.created_at > old.created_at
            and _one_matter(newer, older, words, alike.state)
            and new.scope.owner == old.scope.owner
        )

    # Messages keep their places: they tell what was said, and not a state of anything.
    facts = [place for place, hit in enumerate(hits) if not hit.candidate.verbatim]
    for number, place in enumerate(facts):
        for later in facts[number + 1 :]:
            higher, lower = hits[place], hits[later]
            if lower.score >= alike.close * higher.score and supersedes(lower, higher):
                hits[place], hits[later] = replace(lower, score=higher.score), replace(higher, score=lower.score)
    return hits


def _one_matter(one: Ranked, other: Ranked, words: Words, least: float) -> bool:
    mine, theirs = one.candidate, other.candidate
    same_people = not {*mine.people}.isdisjoint(theirs.people) or not (mine.people or theirs.people)
    return same_people and _alike(words[mine.id], words[theirs.id], least)


def _repeated(hits: Sequence[Ranked], words: Words, least: float, top_k: int) -> dict[str, str]:
    """Id of each hit that repeats a better one → id of the better one, best first. It stops once `top_k` hits repeat none."""
    kept: list[tuple[Ranked, frozenset[str]]] = []
    repeated: dict[str, str] = {}
    for hit in hits:
        if len(kept) == top_k:
            break
        own = words[hit.candidate.id]
        original = _original(hit, own, kept, least)
        if original is None:
            kept.append((hit, own))
        else:
            repeated[hit.candidate.id] = original
    return repeated


def _original(
    hit: Ranked, own: frozenset[str], kept: Sequence[tuple[Ranked, frozenset[str]]], least: float
) -> str | None:
    """Id of the first of those kept that this hit repeats. own: its words; each of the others stands beside its own."""
    mine = hit.candidate
    for better, others in kept:
        theirs = better.candidate
        if _alike(own, others, least) or (mine.verbatim != theirs.verbatim and _same_source(mine, theirs)):
            return theirs.id
    return None


def _same_source(one: Candidate, other: Candidate) -> bool:
    place = (one.conversation, one.position)
    return None not in place and place == (other.conversation, other.position)


def _alike(one: frozenset[str], other: frozenset[str], least: float) -> bool:
    """Whether the Jaccard similarity of two sets of words, common / all in [0, 1], is at least so much; it is 0 if both are empty."""
    mine, theirs = len(one), len(other)
    # No more can be common than the smaller set has. That alone rules out most of the pairs on a page.
    if mine < least * theirs or theirs < least * mine or not mine:
        return False
    common = len(one & other)
    return common / (mine + theirs - common) >= least
