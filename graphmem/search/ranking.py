"""Puts the candidates of a search in one order. Pure; all weights are defined here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

import numpy as np
import numpy.typing as npt

from graphmem.model.candidates import Candidates, Numbers
from graphmem.model.memory import entity_key
from graphmem.model.requests import Candidate
from graphmem.model.words import Term
from graphmem.search import signals
from graphmem.search.asked import Asked
from graphmem.search.conversation import Conversation
from graphmem.search.dates import named_days, of_days
from graphmem.search.question import asks_for_anything, person_meant, role_meant
from graphmem.search.terms import query_names

# What scores mean to people, measured by the questions of tests/search/finding. Of 150 queries about nothing that is stored, the best
# hit of 128 is below NOTHING_CLOSE, and that of all is below WEAK; of 178 queries about what is stored, that of 175 and of 150 is not.
# Of 100 first hits at WEAK or above 90 are right, of 100 between the two 23.
NOTHING_CLOSE = 0.1
WEAK = 0.3

# What rules and models call people whose names they don't know: not names.
_ROLES = frozenset({"user", "assistant"})


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts.

    Chosen on chats of two people and of a user with an assistant alike, and on facts drawn from such chats; no value is right for
    one kind of them only. All but `length` are in [0, 1].

    Attributes:
        words: of the question's words. meaning: of the vectors. Their sum is 1.
        graph: of a word that stands not in the text but in the entities, relations or categories of a memory. 0: the graph is off.
        near_words: of a word that stands 1, 2, … messages away.
        near_meaning: of the cosines of the messages just before and after.
        same_source: of a word that stands in the message a fact was drawn from, or in a fact drawn from a message.
        same_meaning: of the cosine of the message a fact was drawn from, for the fact.
        other_person, other_subject, other_role: factors for messages that somebody else said than the person whom the question means, for
            facts that don't mention them (`other_person` where a role is asked for: "Anna's sister"), and for what is not of the role
            that it means.
        length: how much a short message loses; 0: nothing.
        asked: of a relation that answers the whole question. topic: of a category that it is about. date: of a
            day that it names. anything: of any memory, where the question asks for whatever is known. They are what such a memory has
            by itself; of others they add this share of what is missing to 1.
        whole: what a memory has at least that by itself holds all words of a question, if there are several; and the share of its sum
            that comes on top, so that such memories keep their order. Vectors see little in short texts, and in what is left of a
            question without its names.
        most: how close in meaning must be what holds most words of a question, but not all, to have the same score as what holds all;
            its place in the order stays. The words alone don't tell it from what has two of three words by chance.
        scale: what sums of signals become scores, as pairs that a line runs through; it changes no order. Chosen so that a memory that
            holds most words of a query has 0.7 or more, and the best of those that have nothing to do with it 0.25 or less.
    """

    words: float = 0.55
    meaning: float = 0.45
    graph: float = 1.0
    near_words: tuple[float, ...] = (0.55, 0.45, 0.35, 0.25)
    near_meaning: float = 0.2
    same_source: float = 0.6
    same_meaning: float = 0.6
    other_person: float = 0.5
    other_subject: float = 0.8
    other_role: float = 0.7
    length: float = 0.5
    asked: float = 0.7
    topic: float = 0.1
    date: float = 0.2
    anything: float = 0.4
    whole: tuple[float, float] = (0.59, 0.1)
    most: float = 0.3
    scale: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.36, 0.25), (0.59, 0.7), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Question:
    """A query as ranking sees it.

    Attributes:
        terms: as in the request that found the candidates.
        asked: what it asks of the graph. topics: categories that it is about.
        has_vector: whether the query was embedded; without a vector its words alone count.
        now: when it was asked, for words like "yesterday"; None: the days that it names count nothing.
    """

    text: str
    terms: tuple[Term, ...] = ()
    has_vector: bool = True
    asked: Asked = field(default_factory=Asked)
    topics: frozenset[str] = frozenset()
    now: datetime | None = None


# Not frozen, for the time that takes.
@dataclass(slots=True)
class Ranked:
    """A ranked memory.

    Attributes:
        score: in [0, 1], higher is better, comparable between queries.
        signals: what the score is made of, in [0, 1]: ``words``, ``meaning``, ``links``, ``topics``; if the question names days, ``date``;
            if it asks for whatever is known, ``anything``; then the factors ``person``, ``role`` and ``length``. The arrays are those of
            all candidates, and this one is at `place`.
        repeats: id of the better hit that it repeats, if its place on the page was given to something else.
    """

    candidate: Candidate
    score: float
    signals: Mapping[str, Numbers] = field(default_factory=dict, compare=False, repr=False)
    place: int = field(default=0, compare=False, repr=False)
    repeats: str | None = None

    @property
    def parts(self) -> dict[str, float]:
        """The signals of this candidate."""
        return {name: round(float(values[self.place]), 6) for name, values in self.signals.items()}


class Ranking(Sequence[Ranked]):
    """All that was ranked, best first. There may be hundreds, of which a page is looked at: each is made when it is asked for."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        scores: npt.NDArray[np.float64],
        signals: Mapping[str, Numbers],
        order: Sequence[int],
        head: Sequence[Ranked] = (),
    ) -> None:
        """order: the places of the candidates. head: stands in the place of the first len(head)."""
        self._of = candidates, scores, signals, order
        self._made: list[Ranked | None] = [*head, *[None] * (len(order) - len(head))]

    def beginning_with(self, head: Sequence[Ranked]) -> Ranking:
        """The same with these in the place of as many at its head."""
        return Ranking(*self._of, head)

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, index: int) -> Ranked: ...
    @overload
    def __getitem__(self, index: slice) -> list[Ranked]: ...
    def __getitem__(self, index: int | slice) -> Ranked | list[Ranked]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        made = self._made[index]
        if made is None:
            candidates, scores, signals, order = self._of
            place = order[index]
            made = self._made[index] = Ranked(candidates[place], float(scores[place]), signals, place)
        return made

    def __iter__(self) -> Iterator[Ranked]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented


def rank(found: Sequence[Candidate], question: Question, weights: Weights = Weights()) -> Ranking:
    """Best first; ties by cosine, then by id.

    The score begins with ``factors × (words × coverage + meaning × cosine)``: how much of what the question's words tell stands in the
    memory or near it, and how close it is in meaning, less where it is about somebody else than the question. A relation that the
    question asks for, a topic, and a day that it names add a share of what is missing to 1; so does every memory where the question asks
    for whatever is known. Who holds all words of the question has a least sum; so has, without moving up, who holds most of them and is
    close in meaning. Nothing in it is relative to the other
    candidates but how rare a word is among them, so that scores mean the same in every search.
    """
    if not found:
        return Ranking((), np.empty(0), {}, ())
    candidates = Candidates.of(found, len(question.terms))
    where = Conversation(candidates, max(1, len(weights.near_words)))
    held = signals.held(candidates, question.terms, weights.graph)
    words = signals.coverage(candidates, where, held, question.terms, weights.near_words, weights.same_source)
    meaning = signals.meaning(candidates, where, weights.near_meaning, weights.same_meaning)
    by_words, by_meaning = _shares(question, weights)
    names = frozenset(query_names(question.text))
    factors = {
        "person": _person(candidates, question, names, weights),
        "role": _role(candidates, question, weights.other_role),
        "length": candidates.reckoned(signals.substance, weights.length),
    }
    factor = np.prod(np.stack(list(factors.values())), axis=0)
    # Rounded here, so that a score seen in an answer works as a threshold that keeps the same memory.
    links = signals.links(candidates, question.asked, question.terms, held, names)
    topics = signals.topics(candidates, question.topics, words)
    missing = 1 - factor * (by_words * words + by_meaning * meaning)
    missing *= 1 - weights.graph * weights.asked * links
    missing *= 1 - weights.graph * weights.topic * topics
    parts = {"words": words, "meaning": meaning, "links": links, "topics": topics}
    if question.now is not None and (named := named_days(question.text, question.now)):
        parts["date"] = np.array(
            [of_days(named, each.created_at, each.event) for each in candidates.rows], dtype=np.float32
        )
        missing *= 1 - weights.date * parts["date"]
    if asks_for_anything(question.text):
        parts["anything"] = np.ones(len(candidates), dtype=np.float32)
        missing *= 1 - weights.anything * factor
    sums, values = zip(*weights.scale, strict=True)
    least, more = weights.whole
    holds_all = signals.whole(held) * factors["person"] * factors["role"]
    total = np.maximum(1 - missing, holds_all * (least + more * (1 - missing)))
    order = _order(candidates, np.round(np.interp(total, sums, values), 6))
    close = (meaning >= weights.most) | (not question.has_vector)
    holds_most = signals.most(held, question.terms) * close * factors["person"] * factors["role"]
    total = np.maximum(total, holds_most * (least + more * (1 - missing)))
    # Only where nothing better stands above it: what holds most words of a question is often less of an answer than what holds the others.
    total[order] = np.minimum.accumulate(total[order])
    return Ranking(candidates, np.round(np.interp(total, sums, values), 6), parts | factors, order)


def _order(candidates: Candidates, scores: npt.NDArray[np.float64]) -> list[int]:
    """Places of the candidates, best first; ties by cosine, then by id."""
    cosines, rows = candidates.similarities(), candidates.rows
    sorted_by_both = np.lexsort((-cosines, -scores))
    ahead, behind = sorted_by_both[:-1], sorted_by_both[1:]
    ends = ((scores[ahead] != scores[behind]) | (cosines[ahead] != cosines[behind])).nonzero()[0] + 1
    order: list[int] = sorted_by_both.tolist()
    start = 0
    for end in [*ends.tolist(), len(order)]:
        if end - start > 1:
            order[start:end] = sorted(order[start:end], key=lambda place: rows[place].id)
        start = end
    return order


def neighbours(hit: Ranked, hits: Sequence[Ranked], weights: Weights = Weights()) -> list[str]:
    """Ids of the memories that raised the score of a hit, nearest first.

    They stand near it in the conversation, or come from the same message, and hold a word of the question that it lacks; or they
    stand just beside it, or are the message that it was drawn from, and are close to the question in meaning.
    """
    mine = hit.candidate
    if mine.position is None:
        return []
    found = []
    for other in (each.candidate for each in hits):
        if other.conversation != mine.conversation or other.position is None or other.id == mine.id:
            continue
        distance = abs(other.position - mine.position)
        lends_words = bool(set(other.held) - set(mine.held)) and (
            distance <= len(weights.near_words) if distance else other.verbatim != mine.verbatim
        )
        lends_meaning = distance == 1 or (not distance and other.verbatim and not mine.verbatim)
        if lends_words or (lends_meaning and (other.vector or 0) > 0.5):
            found.append((distance, other.position, other.id))
    return [id for _, _, id in sorted(found)]


def _shares(question: Question, weights: Weights) -> tuple[float, float]:
    """What words and meaning count for this question: each counts alone where the other can't be had."""
    if not question.has_vector:
        return 1.0, 0.0
    if not question.terms:
        return 0.0, 1.0
    return weights.words, weights.meaning


def _person(candidates: Candidates, question: Question, names: frozenset[str], weights: Weights) -> Numbers:
    rows = candidates.rows
    speakers = {entity_key(name) for name in {each.speaker for each in rows} if name}
    person = person_meant(question.text, speakers.union(*{each.people for each in rows}) - _ROLES)
    if person is None:
        return np.ones(len(candidates), dtype=np.float32)
    about = signals.of_person(candidates, person, question.terms, names)
    verbatim = candidates.reckoned(signals.word_for_word)
    # Whoever is meant by a role is known from the graph.
    subject = weights.other_person if question.asked.roles else weights.other_subject
    other = np.where(verbatim, weights.other_person, subject)
    return np.where(about, 1, other).astype(np.float32)


def _role(candidates: Candidates, question: Question, other: float) -> Numbers:
    meant = role_meant(question.text)
    # Nothing is lost where nobody of that role speaks: a user's chat with friends has no assistant in it.
    rows = candidates.rows
    if meant is None or all(each.role != meant for each in rows):
        return np.ones(len(candidates), dtype=np.float32)
    return np.array([1 if each.role in (meant, None) else other for each in rows], dtype=np.float32)
