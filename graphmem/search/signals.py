"""The signals that ranking adds up. Pure; one number for each candidate, as arrays of shape (candidates,)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.model.candidates import (
    Candidates,
    held_of,
    hops_of,
    linked_of,
    rows_of,
    told_of,
    vectors_of,
)
from graphmem.model.memory import entity_key
from graphmem.model.requests import Candidate
from graphmem.model.scripts import is_paired
from graphmem.model.words import STOP_WORDS, Term, stem_of, stems
from graphmem.search.asked import Asked, answered, strength

Numbers: TypeAlias = npt.NDArray[np.float32]
# A text of more characters holds each of its words less firmly: long replies hold most words of any question.
LONG = 170
# From here on the length of a message is no merit; shorter ones say less.
ENOUGH = 225
# From so many memories on whose relations are asked for, that says less of which of them is meant; those count that have at least this.
MANY, _ASKED = 12, 0.3
# Inverse frequencies are reckoned as among this many candidates at least: of two memories, one says nothing of how rare a word is.
_LEAST_AMONG = 100
_LEAST_IDF = 1e-6
# What a pair of characters counts that nobody says.
_NO_WORD = 0.25
# They are among the terms only where a question has no other words.
_NOTHING_ASKED = frozenset(map(stem_of, STOP_WORDS))


class Conversation:
    """Where the candidates stand in their conversations."""

    size: int
    of: npt.NDArray[np.intp]
    _at: npt.NDArray[np.intp]
    _one_each: bool

    def __init__(self, candidates: Sequence[Candidate], reach: int) -> None:
        """reach: how far away a neighbour may be, in messages."""
        self._reach = reach
        if isinstance(candidates, Candidates):
            # Where all that is kept stands; what is no candidate has no values there.
            whole: Conversation = candidates.memories.told(Conversation, reach)
            self.size, self._one_each = whole.size, whole._one_each
            self.of, self._at = whole.of[candidates.places], whole._at[:, candidates.places]
            return
        names = [each.conversation for each in candidates]
        conversations = {name: n << 40 for n, name in enumerate(dict.fromkeys(names), 1)}
        # One number for each message, such that neighbours differ by 1 and conversations lie far apart; 0 is no message.
        numbers = [
            0 if position is None else conversations[name] + position
            for name, position in zip(names, [each.position for each in candidates], strict=True)
        ]
        messages, self.of = np.unique(np.array([0, *numbers], dtype=np.int64), return_inverse=True)
        self.of = self.of[1:]
        self.size = len(messages)
        self._one_each = len(numbers) - numbers.count(0) == self.size - 1
        # For each distance from -reach on, which message stands so far from each candidate's; 0 where there is none.
        at = np.zeros((2 * reach + 1, self.size), dtype=np.intp)
        at[reach] = np.arange(self.size)
        # In their order, none stands nearer than as many places away.
        for places in range(1, min(reach, self.size - 1) + 1):
            distances = messages[places:] - messages[:-places]
            near = (distances <= reach).nonzero()[0]
            distances = distances[near]
            at[reach + distances, near] = near + places
            at[reach - distances, near + places] = near
        self._at = at[:, self.of]

    def at(self, distances: Sequence[int]) -> npt.NDArray[np.intp]:
        """For each distance, at most the reach, the message that stands so far from each candidate's; shape (distances, candidates)."""
        found: npt.NDArray[np.intp] = self._at[[self._reach + distance for distance in distances]]
        return found

    def best(self, values: Numbers) -> Numbers:
        """The highest value among the candidates of each message. values: (candidates, …); returns (messages, …); 0 for none."""
        found = np.zeros((self.size, *values.shape[1:]), dtype=np.float32)
        if self._one_each:
            found[self.of] = values
        else:
            np.maximum.at(found, self.of, values)
        found[0] = 0
        return found


def held(candidates: Sequence[Candidate], terms: Sequence[Term], graph: float) -> Numbers:
    """How firmly each candidate holds each term, in [0, 1], shape (candidates, terms).

    A word of the text counts less the longer the text is; a word of the entities, relations or categories that belong to a memory
    counts `graph`, unless more than half of the candidates have it.
    """
    if not terms:
        return np.zeros((len(candidates), 0), dtype=np.float32)
    found: Numbers = held_of(candidates, len(terms)) * told_of(candidates, firmness)[:, None]
    if graph:
        linked = _linked(candidates, terms)
        if linked is not None:
            linked[:, np.count_nonzero(linked, axis=0) > len(candidates) / 2] = False
            np.maximum(found, linked * np.float32(graph), out=found)
    return found


def _linked(candidates: Sequence[Candidate], terms: Sequence[Term]) -> npt.NDArray[np.bool_] | None:
    """Which terms stand in the names that belong to each memory, shape (candidates, terms); None if none does."""
    kept = candidates.memories if isinstance(candidates, Candidates) else None
    by_stem: Mapping[str, Sequence[int]] = _named(candidates) if kept is None else kept.told(_named)
    place = {term.stem: n for n, term in enumerate(terms)}
    there = [(n, by_stem[stem]) for stem, n in place.items() if stem in by_stem]
    if not there:
        return None
    linked = np.zeros((len(candidates if kept is None else kept.rows), len(terms)), dtype=np.bool_)
    for n, places in there:
        linked[places, n] = True
    return linked[candidates.places] if isinstance(candidates, Candidates) else linked


def _named(candidates: Sequence[Candidate]) -> Mapping[str, list[int]]:
    """Stem → the places of the memories with an entity, a relation or a category that has it in its name."""
    found: dict[str, list[int]] = {}
    for n, candidate in enumerate(candidates):
        for name in (*candidate.entities, *candidate.labels):
            for stem in label_stems(name):
                found.setdefault(stem, []).append(n)
    return found


@lru_cache(maxsize=65_536)
def label_stems(name: str) -> frozenset[str]:
    """The stems of an entity's name, a predicate or a category."""
    return frozenset(stems(name))


def firmness(candidates: Sequence[Candidate]) -> Numbers:
    lengths = np.array([max(candidate.length, 1) for candidate in candidates], dtype=np.float32)
    firm: Numbers = np.sqrt(np.minimum(1, LONG / lengths))
    return firm


def word_for_word(candidates: Sequence[Candidate]) -> npt.NDArray[np.bool_]:
    """Whether each is a message as it stands."""
    return np.array([candidate.verbatim for candidate in candidates], dtype=np.bool_)


def idf(found: Numbers, terms: Sequence[Term]) -> Numbers:
    """How much each term tells, at least _LEAST_IDF, shape (terms,): that of BM25, among the candidates.

    Pairs of a script without spaces that no candidate holds tell less: most run over the border of two words.
    """
    among = max(len(found), _LEAST_AMONG)
    # In double precision, so that it is the same in whatever order a store gives the candidates.
    df = found.sum(axis=0, dtype=np.float64)
    weights = np.maximum(np.log((among - df + 0.5) / (df + 0.5)), _LEAST_IDF)
    if any(pairs := [is_paired(term.stem) for term in terms]):
        weights[np.array(pairs) & (df == 0)] *= _NO_WORD
    return np.asarray(weights, dtype=np.float32)


def coverage(
    candidates: Sequence[Candidate],
    where: Conversation,
    found: Numbers,
    terms: Sequence[Term],
    window: Sequence[float],
    same_source: float,
) -> Numbers:
    """The share of what the question's words tell that stands in a memory or near it, in [0, 1].

    Each term counts where it stands nearest: in the text itself, in the other kind of memory from the same message (the message
    beside a fact drawn from it), or in messages up to len(window) away.

    Args:
        found: as `held` returns it for these terms.
        window: what a term counts that stands 1, 2, … messages away, in [0, 1].
        same_source: what a term counts that stands in the other kind of memory.
    """
    if not found.shape[1] or not len(candidates):
        return np.zeros(len(candidates), dtype=np.float32)
    near = found.copy()
    if window:
        around = where.best(found)[where.at([*range(-len(window), 0), *range(1, len(window) + 1)])]
        around *= np.array([*reversed(window), *window], dtype=np.float32)[:, None, None]
        np.maximum(near, around.max(axis=0), out=near)
    verbatim = told_of(candidates, word_for_word)[:, None]
    if verbatim.any() and not verbatim.all():
        # Facts of one message don't lend each other words: each would rank as all of them.
        for kind in (verbatim, ~verbatim):
            lent = same_source * where.best(found * ~kind)[where.of]
            np.maximum(near, lent * kind, out=near)
    return covered_share(near, found, terms)


def covered_share(near: Numbers, found: Numbers, terms: Sequence[Term]) -> Numbers:
    """The share of what all terms tell that the terms held here tell. Both as `held` returns them; `found` tells how rare terms are."""
    weight = idf(found, terms)
    covered: Numbers = np.asarray((near * weight).sum(axis=1) / weight.sum(), dtype=np.float32)
    return covered


def meaning(candidates: Sequence[Candidate], where: Conversation, share: float) -> Numbers:
    """Cosine with the query, in [0, 1], with a share of those of the messages just before and after."""
    # Stores give (1 + cosine) / 2. What points away from the query is no better than what has no vector.
    cosines = np.maximum(2 * vectors_of(candidates) - 1, 0).astype(np.float32)
    before, after = where.best(cosines)[where.at((-1, 1))]
    summed: Numbers = np.asarray((cosines + share * (before + after)) / (1 + 2 * share), dtype=np.float32)
    return summed


def links(
    candidates: Sequence[Candidate],
    asked: Asked,
    terms: Sequence[Term],
    found: Numbers,
    names: frozenset[str] = frozenset(),
) -> Numbers:
    """How well each memory's relations are what the question asks for, in [0, 1].

    A relation counts as it is asked for, times the share of what the question's words tell that it answers, or its memory holds: "What
    did she share after the trip?" asks for more than the trips she made, "Which cities did she visit?" does not. Where more than MANY
    memories have such a relation, it tells less of each: "What is her favorite food?" asks for one of all that she likes.

    Args:
        found: as `held` returns it.
        names: keys of the entities that the question may name.
    """
    strengths = np.zeros(len(candidates), dtype=np.float32)
    linked = [
        (n, relations)
        for n, links in linked_of(candidates)
        if (relations := [(link, value) for link in links if (value := strength(asked, link))])
    ]
    if not linked:
        return strengths
    weight = idf(found, terms)
    # Of what the question names, people are those whose relations are asked for; things may be what is asked about them.
    rows = rows_of(candidates)
    people = {name for each in rows for name in each.people if name in names}
    meant = people or {name for each in rows for name in each.entities if name in names}
    always = _NOTHING_ASKED.union(*map(label_stems, meant))

    @cache
    def answers(words: frozenset[str]) -> Numbers:
        return np.array([term.stem in words or term.stem in always for term in terms], dtype=np.float32)

    for n, relations in linked:
        for link, value in relations:
            told = np.maximum(found[n], answers(answered(asked, link)))
            strengths[n] = max(strengths[n], value * float((told * weight).sum() / weight.sum()) if terms else value)
    many = int(np.count_nonzero(strengths > _ASKED))
    return strengths * np.float32(min(1.0, MANY / many)) if many else strengths


def topics(candidates: Sequence[Candidate], names: frozenset[str], words: Numbers) -> Numbers:
    """How much it tells that a memory is filed under one of these categories, in [0, 1]: the less, the more the question's words find."""
    if not names:
        return np.zeros(len(candidates), dtype=np.float32)
    filed = np.array([not names.isdisjoint(each.labels) for each in rows_of(candidates)], dtype=np.float32)
    told: Numbers = filed * (1 - words.max(initial=0))
    return told


def of_person(
    candidates: Sequence[Candidate], person: str, terms: Sequence[Term], names: frozenset[str] = frozenset()
) -> npt.NDArray[np.bool_]:
    """Whether each memory is about this person: said by them, or a fact that mentions them or somebody meant by a role ("Anna's sister").

    A message that somebody else said counts as well if it names a person who says nothing here.

    Args:
        names: keys of the entities that the question may name. Where the graph arm begins without one of them, it does so by a role.
    """
    about: npt.NDArray[np.bool_] = told_of(candidates, _said_by, person)
    others = told_of(candidates, word_for_word) if about.any() else np.zeros(len(candidates), dtype=np.bool_)
    parts = label_stems(person)
    if places := [n for n, term in enumerate(terms) if term.stem in parts]:
        about |= held_of(candidates, len(terms))[:, places].any(axis=1) & ~others
    hops = hops_of(candidates)
    if 0 in hops:
        by_role = [
            hop == 0 and names.isdisjoint(each.entities) for hop, each in zip(hops, rows_of(candidates), strict=True)
        ]
        about |= np.array(by_role, dtype=np.bool_) & ~others
    about |= told_of(candidates, _mentioning, person)
    return about


def _said_by(candidates: Sequence[Candidate], person: str) -> npt.NDArray[np.bool_]:
    named = [each.speaker for each in candidates]
    keys = {name: None if name is None else entity_key(name) for name in set(named)}
    return np.array([keys[name] == person for name in named], dtype=np.bool_)


def _mentioning(candidates: Sequence[Candidate], person: str) -> npt.NDArray[np.bool_]:
    return np.array([person in each.people for each in candidates], dtype=np.bool_)


def substance(candidates: Sequence[Candidate], weight: float) -> Numbers:
    """A factor in [1 / (1 + weight), 1]: messages of a few words answer little. 1 for facts, which are short because they are dense."""
    counted = [each.length if each.verbatim else ENOUGH for each in candidates]
    lengths = np.minimum(np.array(counted, dtype=np.float32), ENOUGH)
    # In words of 5.6 characters.
    factor: npt.NDArray[np.float64] = (1 + weight * np.log(np.maximum(lengths / 5.6, 1)) / math.log(ENOUGH / 5.6)) / (
        1 + weight
    )
    return np.asarray(factor, dtype=np.float32)
