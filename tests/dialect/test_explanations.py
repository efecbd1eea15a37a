"""What callers are told of why a memory was found."""

from __future__ import annotations

from graphmem.dialect import explanations
from graphmem.graph.leads import Lead
from graphmem.model.memory import Message, StoredRelation
from graphmem.model.requests import Candidate
from graphmem.search.ranking import Question, rank

HITS = rank(
    [
        Candidate("a", vector=0.9, text=2.0, hops=1, conversation="c", position=1),
        Candidate("b", vector=0.8, text=3.0, hops=0, conversation="c", position=2),
        Candidate("c", vector=0.95, hops=1),
        Candidate("d"),
    ],
    Question("tea"),
)
A, B, C, D = (next(hit for hit in HITS if hit.candidate.id == id) for id in "abcd")
SAID = [Message("user", "hi", "Al"), Message("assistant", "ho")]


def test_why_a_memory_was_found() -> None:
    assert explanations.explanation(A, HITS, "index", SAID) == {
        "arms": {
            "vector": {"rank": 2, "score": 0.9, "plan": "index"},
            "text": {"rank": 2, "score": 2.0},
            "graph": {"rank": 2, "score": 0.5, "hops": 1},
        },
        "neighbours": ["b"],
        "signals": A.parts,
        "messages": [{"role": "user", "content": "hi", "name": "Al"}, {"role": "assistant", "content": "ho"}],
    }
    assert {"words", "meaning", "person", "role", "length"} <= set(A.parts)


def test_the_path_in_the_graph_is_told_where_the_graph_found_it() -> None:
    lead = Lead("Anna", (StoredRelation("Anna", "lives_in", "Berlin", "a"),))
    graph = explanations.explanation(A, HITS, "index", SAID, lead)["arms"]["graph"]
    assert graph["start"] == "Anna"
    assert [(step["source"], step["relationship"], step["target"]) for step in graph["path"]] == [
        ("Anna", "lives_in", "Berlin")
    ]
    assert "graph" not in explanations.explanation(D, HITS, "index", SAID, lead)["arms"]


def test_arms_that_did_not_find_it_are_left_out() -> None:
    assert explanations.arms(B, HITS, "exact")["graph"] == {"rank": 1, "score": 1.0, "hops": 0}
    assert explanations.arms(C, HITS, "exact") == {
        "vector": {"rank": 1, "score": 0.95, "plan": "exact"},
        "graph": {"rank": 2, "score": 0.5, "hops": 1},
    }
    assert explanations.arms(D, HITS, "exact") == {}
