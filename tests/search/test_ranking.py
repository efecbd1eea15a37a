"""Ranking scored candidates."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model.requests import Candidate
from graphmem.search.ranking import Ranked, Weights, rank

# Easy to reckon with: a memory that is best in both arms and named has 1 by itself, and at most 2 with its neighbours.
PLAIN = Weights(vector=0.25, text=0.5, graph=0.25, neighbour=(0.5,))


def by_id(hits: list[Ranked]) -> dict[str, Ranked]:
    return {hit.candidate.id: hit for hit in hits}


def order(hits: list[Ranked]) -> list[str]:
    return [hit.candidate.id for hit in hits]


def test_no_candidates_give_no_hits() -> None:
    assert rank([]) == []


@pytest.mark.parametrize(
    ("found", "own"),
    [
        (Candidate("a"), 0.0),
        (Candidate("a", vector=0.5), 0.0),
        (Candidate("a", vector=0.0), 0.0),
        (Candidate("a", vector=0.51), 0.25),
        (Candidate("a", vector=1.0), 0.25),
        (Candidate("a", text=0.0), 0.0),
        (Candidate("a", text=0.001), 0.5),
        (Candidate("a", text=40.0), 0.5),
        (Candidate("a", hops=0), 0.25),
        (Candidate("a", hops=1), 0.125),
        (Candidate("a", vector=0.9, text=3.0, hops=0, conversation="c", position=7), 1.0),
    ],
)
def test_a_single_candidate_is_scaled_by_itself(found: Candidate, own: float) -> None:
    assert rank([found], PLAIN) == [Ranked(found, own / 2, own, ())]


def test_each_arm_is_scaled_by_its_best_candidate() -> None:
    found = [
        Candidate("both", vector=0.8, text=5.0),
        Candidate("words", text=10.0),
        Candidate("meaning", vector=1.0),
        Candidate("named", hops=0),
        Candidate("beside", hops=1),
        Candidate("none"),
    ]
    own = {hit.candidate.id: round(hit.own, 9) for hit in rank(found, PLAIN)}
    # A vector of 0.8 is a cosine of 0.6, for the best of 1.0.
    assert own == {"both": 0.4, "words": 0.5, "meaning": 0.25, "named": 0.25, "beside": 0.125, "none": 0.0}
    assert order(rank(found, PLAIN)) == ["words", "both", "meaning", "named", "beside", "none"]


def test_two_good_arms_beat_one_best_arm() -> None:
    hits = rank(
        [
            Candidate("words", vector=0.5, text=9.0),
            Candidate("both", vector=0.9, text=8.0),
            Candidate("meaning", vector=0.95),
        ]
    )
    assert order(hits) == ["both", "words", "meaning"]


def test_ties_go_by_cosine_then_by_id() -> None:
    found = [Candidate("c", vector=0.4), Candidate("b", vector=0.1), Candidate("d"), Candidate("a", vector=0.1)]
    hits = rank(found)
    assert {hit.score for hit in hits} == {0.0}
    assert order(hits) == ["c", "a", "b", "d"]


def test_negative_cosines_count_as_zero() -> None:
    hits = by_id(rank([Candidate("a", vector=0.0, text=1.0), Candidate("b", text=1.0), Candidate("c", vector=0.7)]))
    assert hits["a"].own == hits["b"].own == pytest.approx(Weights().text)


def test_neighbours_share_within_their_conversation() -> None:
    found = [
        Candidate("question", text=5.0, conversation="c", position=1),
        Candidate("answer", vector=1.0, conversation="c", position=2),
        Candidate("same", text=2.5, conversation="c", position=2),
        Candidate("far", hops=0, conversation="c", position=4),
        Candidate("elsewhere", hops=0, conversation="d", position=2),
        Candidate("nowhere", hops=0),
    ]
    # Own: question 0.5, answer 0.25, same 0.25, far 0.25, elsewhere 0.25, nowhere 0.25.
    hits = by_id(rank(found, PLAIN))
    assert {id: (hit.score * 2, hit.neighbours) for id, hit in hits.items()} == {
        # Of the two at the place beside it only one counts: half of 0.25.
        "question": (0.625, ("answer",)),
        "answer": (0.5, ("question",)),
        "same": (0.5, ("question",)),
        "far": (0.25, ()),
        "elsewhere": (0.25, ()),
        "nowhere": (0.25, ()),
    }
    assert all(not hit.neighbours and hit.score == hit.own for hit in rank(found, replace(PLAIN, neighbour=())))


def test_only_the_best_memory_of_a_message_counts_as_a_neighbour() -> None:
    weak = Candidate("weak", hops=1, conversation="c", position=1)
    strong = Candidate("strong", hops=0, conversation="c", position=1)
    other = Candidate("other", conversation="c", position=2)
    for found in ([weak, strong, other], [strong, weak, other]):
        assert by_id(rank(found, PLAIN))["other"] == Ranked(other, 0.0625, 0.0, ("strong",))


def test_neighbours_by_distance_nearest_first() -> None:
    found = [Candidate(f"p{n}", text=1.0, conversation="c", position=n) for n in range(1, 8)]
    hits = by_id(rank(found, replace(PLAIN, neighbour=(0.25, 0.125))))
    assert hits["p4"].neighbours == ("p3", "p5", "p2", "p6")
    assert hits["p1"].neighbours == ("p2", "p3")
    largest = 1 + 2 * (0.25 + 0.125)
    assert hits["p4"].score == pytest.approx(0.5 * (1 + 2 * 0.375) / largest, abs=1e-6)
    assert hits["p1"].score == pytest.approx(0.5 * (1 + 0.375) / largest, abs=1e-6)
    # Those who have nothing give nothing, and are not named.
    lonely = [Candidate("a", text=1.0, conversation="c", position=1), Candidate("b", conversation="c", position=2)]
    assert by_id(rank(lonely, PLAIN))["a"].neighbours == ()


def test_scores_never_exceed_1() -> None:
    found = [Candidate(f"{n}", vector=1.0000001, text=9.0, hops=0, conversation="c", position=n) for n in range(9)]
    assert max(hit.score for hit in rank(found)) == 1.0
    assert by_id(rank(found))["0"].score < 1.0


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        vector=st.one_of(st.none(), st.floats(0, 1), st.sampled_from((0.25, 0.5, 0.75))),
        text=st.one_of(st.none(), st.floats(0, 50, allow_subnormal=False), st.sampled_from((0.0, 1.0))),
        hops=st.sampled_from([None, 0, 1]),
        conversation=st.sampled_from(("c", "d")),
        position=st.one_of(st.none(), st.integers(1, 6)),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@settings(deadline=None)
@given(candidates, st.randoms(use_true_random=False))
def test_scores_and_order_do_not_depend_on_the_order_given(found: list[Candidate], chance: random.Random) -> None:
    hits = rank(found)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert sorted(order(hits)) == sorted(each.id for each in found)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert [(hit.candidate, hit.score, hit.own) for hit in rank(shuffled)] == [
        (hit.candidate, hit.score, hit.own) for hit in hits
    ]


def test_neighbours_do_not_depend_on_the_order_given() -> None:
    twins = [Candidate(id, text=1.0, conversation="c", position=1) for id in ("a", "b")]
    other = Candidate("other", conversation="c", position=2)
    assert rank([*twins, other]) == rank([*reversed(twins), other])


def test_the_smallest_score_is_scaled_like_any_other() -> None:
    hits = by_id(rank([Candidate("a", text=5e-324), Candidate("b", text=0.0)], PLAIN))
    assert hits["b"].score == 0.0
    assert hits["a"].own == 0.5
