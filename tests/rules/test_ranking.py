"""Scored candidates → one order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.model import Candidate
from graphmem.ranking import Weights, rank


def test_nothing_and_one() -> None:
    assert rank([]) == []
    [hit] = rank([Candidate("a", vector=0.9)])
    assert 0 < hit.score <= 1


def test_good_in_both_arms_beats_best_in_one() -> None:
    hits = rank(
        [
            Candidate("words", vector=0.5, text=9.0),
            Candidate("both", vector=0.9, text=8.0),
            Candidate("meaning", vector=0.95),
        ]
    )
    assert [hit.candidate.id for hit in hits] == ["both", "words", "meaning"]


def test_opposite_meaning_counts_as_none() -> None:
    [first, second] = rank([Candidate("a", vector=0.0), Candidate("b", vector=0.4)])
    assert first.score == second.score == 0
    assert first.candidate.id == "b"


def test_the_graph_lifts_what_the_query_names() -> None:
    hits = rank(
        [Candidate("far", vector=0.7), Candidate("near", vector=0.7, hops=1), Candidate("named", vector=0.7, hops=0)]
    )
    assert [hit.candidate.id for hit in hits] == ["named", "near", "far"]
    same = rank([hit.candidate for hit in hits], Weights(graph=0))
    assert len({hit.score for hit in same}) == 1


def test_neighbours_share_within_their_conversation() -> None:
    found = [
        Candidate("question", vector=0.9, text=5.0, conversation="c", position=1),
        Candidate("answer", vector=0.55, conversation="c", position=2),
        Candidate("elsewhere", vector=0.55, conversation="d", position=2),
        Candidate("alone", vector=0.55),
        Candidate("third", vector=0.55, conversation="c", position=4),
    ]
    hits = {hit.candidate.id: hit for hit in rank(found)}
    assert hits["answer"].score > hits["elsewhere"].score == hits["alone"].score
    assert hits["answer"].neighbours == ("question", "third")
    assert hits["third"].neighbours == ("answer",)
    without = {hit.candidate.id: hit.score for hit in rank(found, Weights(neighbour=()))}
    assert without["answer"] == without["elsewhere"]


scores = st.one_of(st.none(), st.floats(0, 1))
candidates = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        vector=scores,
        text=st.one_of(st.none(), st.floats(0, 50)),
        hops=st.sampled_from([None, 0, 1]),
        conversation=st.just("c"),
        position=st.one_of(st.none(), st.integers(1, 9)),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@given(candidates, st.randoms(use_true_random=False))
def test_scores_and_order_do_not_depend_on_the_order_given(found: list[Candidate], chance: random.Random) -> None:
    hits = rank(found)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert [hit.score for hit in rank(shuffled)] == pytest.approx([hit.score for hit in hits], abs=2e-6)
