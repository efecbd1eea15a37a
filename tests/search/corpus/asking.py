"""The corpus in a store, and its questions asked through a client, so that what was found can be ranked once more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from graphmem import MemoryClient
from graphmem._sync.flows.search import Wanted, look
from graphmem.filters.parse import parse
from graphmem.model.memory import StoredMemory
from graphmem.model.requests import Candidate, Completion, Prompt
from graphmem.search import ranking
from graphmem.search.page import arranged
from graphmem.search.ranking import Ranked, Weights, rank
from tests.search.corpus.corpus import Question, Session, questions, sessions
from tests.tools.scripted_llm import as_said

DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it; all ids are those of the corpus.

    Attributes:
        answer: what the client returned, best first, DEEPEST memories at most.
        meant: the question as ranking saw it. candidates: what the store found. memories: these by id.
    """

    question: Question
    answer: list[str]
    meant: ranking.Question
    candidates: tuple[Candidate, ...]
    memories: Mapping[str, StoredMemory]

    def hits(self, weights: Weights) -> list[Ranked]:
        return arranged(rank(self.candidates, self.meant, weights), self.memories, DEEPEST)

    def order(self, weights: Weights) -> list[str]:
        return [hit.candidate.id for hit in self.hits(weights)]


class LabelledFacts:
    """Stands for a language model: it finds the facts that the corpus gives for a message, and takes all of them for new."""

    name = "labelled-facts"

    def __init__(self, corpus: Iterable[Session]) -> None:
        self._facts = {
            turn["content"]: turn["facts"] for session in corpus if session.has_facts for turn in session.turns
        }

    def complete(self, prompt: Prompt) -> Completion:
        answer = as_said({"messages": prompt.messages})
        if "facts" in answer:
            # Each message comes back as one fact in its own words.
            answer["facts"] = [
                {**message, **fact} for message in answer["facts"] for fact in self._facts[message["text"]]
            ]
        return Completion(json.dumps(answer))

    def close(self) -> None:
        pass


def ask_all(folder: Path) -> list[Asked]:
    """Stores all conversations in a file in this folder, and asks every question.

    Raises:
        ValueError: something of the corpus was not stored, so that the figures would be of another corpus.
    """
    corpus = list(sessions())
    with MemoryClient(store=str(folder / "corpus.db"), llm=LabelledFacts(corpus), embedder="local") as client:
        ids = {stored: id for session in corpus for stored, id in _remember(client, session)}
        if missing := {id for session in corpus for id in session.ids.values()} - {*ids.values()}:
            raise ValueError(f"not stored: {', '.join(sorted(missing))}")
        return [_ask(client, ids, question) for question in questions()]


def _remember(client: MemoryClient, session: Session) -> list[tuple[str, str]]:
    """Ids of the memories that a session becomes: (in the store, in the corpus)."""
    added = client.add(
        session.messages,
        user_id=session.user_id,
        run_id=session.conversation,
        timestamp=session.timestamp,
        infer=session.has_facts,
    )
    return [(row["id"], session.ids[row["memory"]]) for row in added["results"]]


def _ask(client: MemoryClient, ids: Mapping[str, str], question: Question) -> Asked:
    answer = client.search(question.text, user_id=question.user_id, top_k=DEEPEST)
    filter = parse({"user_id": question.user_id})
    looked = look(client._parts, Wanted(question.text, filter, DEEPEST))
    found = looked.findings.candidates
    memories = client._parts.store().select(filter, None, ids=[each.id for each in found]).memories
    return Asked(
        question,
        [ids[row["id"]] for row in answer],
        looked.question,
        tuple(each._replace(id=ids[each.id]) for each in found),
        {ids[each.id]: replace(each, id=ids[each.id]) for each in memories},
    )
