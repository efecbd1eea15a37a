"""The signals that ranking adds up. Pure; one number for each candidate, as arrays of shape (candidates,)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from graphmem.model.candidates import Candidates, Numbers
from graphmem.model.memory import entity_key
from graphmem.model.requests import Candidate
from graphmem.model.scripts import is_paired
from graphmem.model.words import STOP_WORDS, Term, stem_of, stems
from graphmem.search.asked import Asked, answered, strength
from graphmem.search.conversation import Conversation

# A text of more characters holds each of its words less firmly: long replies hold most words of any question.
LONG = 170
# From here on the length of a message is no merit; shorter ones say less.
ENOUGH = 225
# Where more memories than MANY have a relation that is asked for, it says less of which of them is meant. Those with at least _ASKED count.
MANY, _ASKED = 12, 0.3
# Inverse frequencies are reckoned as among this many candidates at least: of two memories, one says nothing of how rare a word is.
_LEAST_AMONG = 100
_LEAST_IDF = 1e-6
# What a pair of characters counts that nobody says.
_NO_WORD = 0.25
# They are among the terms only where a question has no other words.
_NOTHING_ASKED = frozenset(map(stem_of, STOP_WORDS))


def held(candidates: Candidates, terms: Sequence[Term], graph: float) -> Numbers:
    """How firmly each candidate holds each term, in [0, 1], shape (candidates, terms).

    A word of the text counts less the longer the text is; a word of the entities, relations or categories that belong to a memory
    counts `graph`, unless more than half of the candidates have it.
    """
    if not terms:
        return np.zeros((len(candidates), 0), dtype=np.float32)
    found: Numbers = candidates.held * candidates.reckoned(firmness)[:, None]
    if graph:
        linked = _linked(candidates, terms)
        if linked is not None:
            linked[:, np.count_nonzero(linked, axis=0) > len(candidates) / 2] = False
            np.maximum(found, linked * np.float32(graph), out=found)
    return found


def _linked(candidates: Candidates, terms: Sequence[Term]) -> npt.NDArray[np.bool_] | None:
    """Which terms stand in the names that belong to each memory, shape (candidates, terms); None if none does."""
    by_stem: Mapping[str, Sequence[int]] = candidates.memories.reckoned(_named)
    place = {term.stem: n for n, term in enumerate(terms)}
    there = [(n, by_stem[stem]) for stem, n in place.items() if stem in by_stem]
    if not there:
        return None
    linked = np.zeros((len(candidates.memories.rows), len(terms)), dtype=np.bool_)
    for n, places in there:
        linked[places, n] = True
    found: npt.NDArray[np.bool_] = linked[candidates.places]
    return found


def _named(rows: Sequence[Candidate]) -> Mapping[str, list[int]]:
    """Stem → the places of the memories with an entity, a relation or a category that has it in its name."""
    found: dict[str, list[int]] = {}
    for n, candidate in enumerate(rows):
        for name in (*candidate.entities, *candidate.labels):
            for stem in label_stems(name):
                found.setdefault(stem, []).append(n)
    return found


@lru_cache(maxsize=65_536)
def label_stems(name: str) -> frozenset[str]:
    """The stems of an entity's name, a predicate or a category."""
    return frozenset(stems(name))


def firmness(rows: Sequence[Candidate]) -> Numbers:
    """How firmly the text of each holds its words, in (0, 1]: 1 for up to LONG characters, then sqrt(LONG / characters)."""
    lengths = np.array([max(candidate.length, 1) for candidate in rows], dtype=np.float32)
    firm: Numbers = np.sqrt(np.minimum(1, LONG / lengths))
    return firm


def word_for_word(rows: Sequence[Candidate]) -> npt.NDArray[np.bool_]:
    """Whether each is a message as it stands."""
    return np.array([candidate.verbatim for candidate in rows], dtype=np.bool_)


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
    candidates: Candidates,
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
    verbatim = candidates.reckoned(word_for_word)[:, None]
    if verbatim.any() and not verbatim.all():
        # Facts of one message don't lend each other words: each would rank as all of them.
        for kind in (verbatim, ~verbatim):
            lent = same_source * where.best(found * ~kind)[where.of]
            np.maximum(near, lent * kind, out=near)
    return covered_share(near, found, terms)


def whole(found: Numbers) -> Numbers:
    """How firmly each candidate by itself holds all terms, if there are several, in [0, 1]; `found` as `held` returns it."""
    if found.shape[1] < 2:
        return np.zeros(len(found), dtype=np.float32)
    least: Numbers = found.min(axis=1)
    return least


def most(found: Numbers, terms: Sequence[Term]) -> Numbers:
    """How firmly each candidate by itself holds what it holds of these terms, if that is most of several, in [0, 1].

    Most are more than half of them, with at least half of what all tell. `found` as `held` returns it.
    """
    if found.shape[1] < 2:
        return np.zeros(len(found), dtype=np.float32)
    there = found > 0
    weight = idf(found, terms)
    enough = (2 * there.sum(axis=1) > found.shape[1]) & (2 * (there * weight).sum(axis=1) >= weight.sum())
    firmest: Numbers = np.where(there, found, 1).min(axis=1) * enough
    return firmest


def covered_share(near: Numbers, found: Numbers, terms: Sequence[Term]) -> Numbers:
    """The share of what all terms tell that the terms held here tell. Both as `held` returns them; `found` tells how rare terms are."""
    weight = idf(found, terms)
    covered: Numbers = np.asarray((near * weight).sum(axis=1) / weight.sum(), dtype=np.float32)
    return covered


def meaning(candidates: Candidates, where: Conversation, share: float, same_source: float = 0.0) -> Numbers:
    """Cosine with the query, in [0, 1], with a share of those of the messages just before and after.

    Args:
        share: in [0, 1].
        same_source: the share of its message's cosine that a fact has at least, in [0, 1]. The vector of a fact that tells many things
            is close to none of them; the message that said what is asked may be.
    """
    # Stores give (1 + cosine) / 2. What points away from the query is no better than what has no vector.
    cosines = np.maximum(2 * candidates.similarities() - 1, 0).astype(np.float32)
    before, after = where.best(cosines)[where.at((-1, 1))]
    verbatim = candidates.reckoned(word_for_word)
    if same_source and verbatim.any() and not verbatim.all():
        said = where.best(cosines * verbatim)[where.of]
        cosines = np.maximum(cosines, same_source * said * ~verbatim)
    summed: Numbers = np.asarray((cosines + share * (before + after)) / (1 + 2 * share), dtype=np.float32)
    return summed


def links(
    candidates: Candidates,
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
        for n, links in candidates.linked()
        if (relations := [(link, value) for link in links if (value := strength(asked, link))])
    ]
    if not linked:
        return strengths
    weight = idf(found, terms)
    # Of what the question names, people are those whose relations are asked for; things may be what is asked about them.
    rows = candidates.rows
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


def topics(candidates: Candidates, names: frozenset[str], words: Numbers) -> Numbers:
    """How much it tells that a memory is filed under one of these categories, in [0, 1]: the less, the more the question's words find."""
    if not names:
        return np.zeros(len(candidates), dtype=np.float32)
    filed = np.array([not names.isdisjoint(each.labels) for each in candidates.rows], dtype=np.float32)
    told: Numbers = filed * (1 - words.max(initial=0))
    return told


def of_person(
    candidates: Candidates, person: str, terms: Sequence[Term], names: frozenset[str] = frozenset()
) -> npt.NDArray[np.bool_]:
    """Whether each memory is about this person: said by them, or a fact that mentions them or somebody meant by a role ("Anna's sister").

    A message that somebody else said counts as well if it names a person who says nothing here.

    Args:
        names: keys of the entities that the question may name. Where the graph arm begins without one of them, it does so by a role.
    """
    about: npt.NDArray[np.bool_] = candidates.reckoned(_said_by, person)
    others = candidates.reckoned(word_for_word) if about.any() else np.zeros(len(candidates), dtype=np.bool_)
    parts = label_stems(person)
    if places := [n for n, term in enumerate(terms) if term.stem in parts]:
        about |= candidates.held[:, places].any(axis=1) & ~others
    hops = candidates.distances()
    if 0 in hops:
        by_role = [
            hop == 0 and names.isdisjoint(each.entities) for hop, each in zip(hops, candidates.rows, strict=True)
        ]
        about |= np.array(by_role, dtype=np.bool_) & ~others
    about |= candidates.reckoned(_mentioning, person)
    return about


def _said_by(rows: Sequence[Candidate], person: str) -> npt.NDArray[np.bool_]:
    named = [each.speaker for each in rows]
    keys = {name: None if name is None else entity_key(name) for name in set(named)}
    return np.array([keys[name] == person for name in named], dtype=np.bool_)


def _mentioning(rows: Sequence[Candidate], person: str) -> npt.NDArray[np.bool_]:
    return np.array([person in each.people for each in rows], dtype=np.bool_)


def substance(rows: Sequence[Candidate], weight: float) -> Numbers:
    """A factor in [1 / (1 + weight), 1]: messages of a few words answer little. 1 for facts, which are short because they are dense."""
    counted = [each.length if each.verbatim else ENOUGH for each in rows]
    lengths = np.minimum(np.array(counted, dtype=np.float32), ENOUGH)
    # In words of 5.6 characters.
    factor: npt.NDArray[np.float64] = (1 + weight * np.log(np.maximum(lengths / 5.6, 1)) / math.log(ENOUGH / 5.6)) / (
        1 + weight
    )
    return np.asarray(factor, dtype=np.float32)
