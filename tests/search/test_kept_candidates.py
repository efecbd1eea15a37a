"""Candidates of a store that keeps what no query changes are ranked as any others, and are the same ones when they are asked for."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from graphmem.model.candidates import Candidates, Memories
from graphmem.model.requests import Candidate
from graphmem.model.walk import Link
from graphmem.search.asked import asked
from graphmem.search.ranking import Question, Ranking, rank
from graphmem.search.terms import query_terms

NOW = datetime(2026, 5, 20, tzinfo=timezone.utc)
QUERIES = (
    "What does Anna like to drink?", "What did you suggest to me?", "Where does my sister live?", "green tea", "Who is Ben?",
    "What did Anna and Ben do in May?", "food", "!",
)  # fmt: skip


def memories(rng: random.Random, count: int) -> Memories:
    rows = []
    for n in range(count):
        placed, people = rng.random() < 0.9, tuple(rng.sample(["anna", "ben rossi", "clara"], rng.randrange(3)))
        rows.append(
            Candidate(
                f"id-{rng.random()}",
                conversation=rng.choice(["c", "d"]) if placed else None,
                position=rng.randrange(1, count) if placed else None,
                length=rng.randrange(1, 400),
                created_at=NOW - timedelta(days=n),
                verbatim=rng.random() < 0.5,
                role=rng.choice(["user", "assistant", None]),
                speaker=rng.choice(["Anna", "Ben Rossi", None]),
                entities=(*people, *rng.sample(["green tea", "rome"], rng.randrange(2))),
                people=people,
                labels=tuple(rng.sample(["food_preferences", "likes", "lives_in"], rng.randrange(3))),
            )
        )
    return Memories(rows)


def some(rng: random.Random, kept: Memories, terms: int) -> Candidates:
    count = len(kept.rows)
    places = sorted(rng.sample(range(count), rng.randrange(1, count)))
    found = rng.sample(places, len(places) // 2)
    return Candidates(
        kept,
        np.array(places, dtype=np.intp),
        np.array([rng.choice([float("nan"), round(rng.random(), 1)]) for _ in places]),
        np.array([[rng.random() < 0.2 for _ in range(terms)] for _ in places], dtype=np.bool_).reshape(
            len(places), terms
        ),
        {place: rng.random() for place in found},
        {place: rng.randrange(2) for place in rng.sample(places, len(places) // 3)},
        {
            place: (Link("self", "likes", outward=True), Link("named", "lives_in", outward=False))
            for place in found[::4]
        },
    )


@pytest.mark.parametrize("query", QUERIES)
def test_they_are_ranked_as_any_others(query: str) -> None:
    rng = random.Random(query)
    terms = query_terms(query)
    question = Question(query, terms, True, asked(query), frozenset({"food_preferences"}), NOW)
    for count in (2, 9, 40):
        kept = memories(rng, count)
        for _ in range(4):
            candidates = some(rng, kept, len(terms))
            hits, expected = rank(candidates, question), rank(list(candidates), question)
            assert hits == expected
            assert [hit.parts for hit in hits] == [hit.parts for hit in expected]
            assert list(candidates) == [candidates[n] for n in range(len(candidates))]


def test_hits_are_made_once() -> None:
    hits = rank([Candidate("a", 0.9), Candidate("b", 0.8), Candidate("c", 0.7)], Question("tea"))
    assert hits[0] is hits[0] is hits[:1][0] is next(iter(hits))
    assert hits[-1].candidate.id == "c"
    other = Ranking((), np.empty(0), {}, ())
    assert not other
    assert hits.beginning_with([hits[1]])[0] is hits[1]
    assert [hit.candidate.id for hit in hits.beginning_with([hits[1], hits[0]])] == ["b", "a", "c"]
    with pytest.raises(IndexError):
        hits[3]
