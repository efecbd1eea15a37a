"""The questions and queries, asked through a client; what was found can be ranked once more without the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from graphmem import MemoryClient
from graphmem.model.requests import Candidate, Findings, SearchRequest
from graphmem.model.topics import topics
from graphmem.search.asked import asked
from graphmem.search.ranking import Question as RankedQuestion
from graphmem.search.ranking import Weights, rank
from graphmem.search.terms import query_terms
from tests.search.finding.facts import Query, Question, facts, queries, questions
from tests.search.finding.stores import (
    RUTH,
    USERS,
    LabelledModel,
    remember_demo,
    remember_facts,
    remember_messages,
)

_DEEPEST = 10


class Recording:
    """Any store. `findings` are those of the last search."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.findings = Findings((), "none")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def search(self, request: SearchRequest) -> Findings:
        self.findings = self._store.search(request)
        return self.findings


@dataclass(frozen=True, slots=True)
class Stores:
    """Clients of one store that holds everything. `ids`: by name of the store, id in it → label."""

    client: MemoryClient
    recording: Recording
    ids: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the facts. `candidates`: what the store found, by their ids in facts.txt."""

    question: Question
    candidates: tuple[Candidate, ...]
    asked: RankedQuestion

    def hits(self, graph: bool) -> list[tuple[str, float]]:
        """(id, score) of all, best first."""
        weights = Weights() if graph else replace(Weights(), graph=0.0)
        return [(hit.candidate.id, hit.score) for hit in rank(self.candidates, self.asked, weights)]

    def order(self, graph: bool) -> list[str]:
        return [id for id, _ in self.hits(graph)]


@dataclass(frozen=True, slots=True)
class Scored:
    """A query and its hits, best first: whether each is right, its score and its text."""

    query: Query
    right: list[bool]
    scores: list[float]
    texts: list[str]

    @property
    def best_right(self) -> float:
        """The score of the best hit that is right; 0 if none is."""
        return max((score for score, right in zip(self.scores, self.right, strict=True) if right), default=0.0)


@contextmanager
def opened(**settings: Any) -> Iterator[Stores]:
    """A store of these settings, filled with all that is asked about."""
    with (
        MemoryClient(**settings, llm=LabelledModel(facts()), embedder="local") as reader,
        MemoryClient(**settings, llm="offline", embedder="local") as plain,
    ):
        ids = {
            "facts": remember_facts(reader),
            "messages": remember_messages(plain),
            "demo": remember_demo(plain),
        }
        recording = Recording(plain._parts.store())
        plain._parts._connected.get().store = recording
        yield Stores(plain, recording, ids)


def ask_questions(stores: Stores) -> list[Asked]:
    return [_ask(stores, question) for question in questions()]


def ask_queries(stores: Stores) -> list[Scored]:
    return [_score(stores, query) for query in queries()]


def _ask(stores: Stores, question: Question) -> Asked:
    stores.client.search(question.text, user_id=RUTH, top_k=_DEEPEST)
    labels = stores.ids["facts"]
    found = (each._replace(id=labels[each.id]) for each in stores.recording.findings.candidates)
    named = frozenset(topics(question.text))
    given = RankedQuestion(question.text, query_terms(question.text), asked=asked(question.text), topics=named)
    return Asked(question, tuple(found), given)


def _score(stores: Stores, query: Query) -> Scored:
    hits = stores.client.search(query.text, user_id=query.user or USERS[query.store], top_k=_DEEPEST)
    labels = [stores.ids[query.store][hit["id"]] for hit in hits]
    right = [
        any(label == answer or (query.store == "demo" and label.startswith(answer)) for answer in query.answer)
        for label in labels
    ]
    return Scored(query, right, [hit["score"] for hit in hits], [hit["memory"] for hit in hits])
