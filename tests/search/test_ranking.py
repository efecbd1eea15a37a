"""How the signals become one score, and what scores mean."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model.requests import Candidate
from graphmem.model.walk import Link
from graphmem.model.words import Term
from graphmem.search.asked import asked
from graphmem.search.ranking import WEAK, Question, Ranked, Weights, neighbours, rank
from graphmem.search.terms import query_terms

# Easy to reckon with: words and meaning count the same, nothing is near, no factor is less than 1 and scores are the sums themselves.
PLAIN = Weights(
    words=0.5, meaning=0.5, graph=1.0, near_words=(), near_meaning=0.0, same_source=0.0, same_meaning=0.0, other_person=1.0,
    other_subject=1.0, other_role=1.0, length=0.0, asked=0.0, topic=0.0, date=0.0, whole=(0.0, 0.0),
    scale=((0.0, 0.0), (1.0, 1.0)),
)  # fmt: skip
TEA, MILK = Term("tea", ("tea",)), Term("milk", ("milk",))
CITIES, VISITED = Term("citi", ("cities",)), Term("visit", ("visited",))
TEA_AND_MILK = Question("tea, milk", (TEA, MILK))
# Both words are held by one other candidate, so that each of them tells the same.
REST = (Candidate("rest", held=(0, 1)),)


def score(found: Candidate, question: Question = TEA_AND_MILK, weights: Weights = PLAIN, *rest: Candidate) -> float:
    return by_id(rank([found, *(rest or REST)], question, weights))[found.id].score


def by_id(hits: list[Ranked]) -> dict[str, Ranked]:
    return {hit.candidate.id: hit for hit in hits}


def order(hits: list[Ranked]) -> list[str]:
    return [hit.candidate.id for hit in hits]


def test_no_candidates_give_no_hits() -> None:
    assert rank([], TEA_AND_MILK) == []


def test_the_weights_as_they_are_make_one_whole() -> None:
    weights = Weights()
    assert weights.words + weights.meaning == pytest.approx(1)
    assert list(weights.near_words) == sorted(weights.near_words, reverse=True)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Candidate("a"), 0.0),
        (Candidate("a", held=(0, 1)), 0.5),
        (Candidate("a", vector=1.0), 0.5),
        (Candidate("a", vector=0.75), 0.25),
        (Candidate("a", held=(0, 1), vector=0.75), 0.75),
        (Candidate("a", held=(0, 1), vector=1.0), 1.0),
        # What arms say of each other's candidates is no signal.
        (Candidate("a", text=40.0, hops=0), 0.0),
    ],
)
def test_words_and_meaning_are_added(found: Candidate, expected: float) -> None:
    assert score(found) == expected


def test_a_memory_that_holds_all_words_of_a_question_has_a_least_score() -> None:
    """Whatever its length and its vector: "where does Ana work?" is embedded without the name, and hardly means "works at Google"."""
    weights = Weights()

    def scored(held: tuple[int, ...], question: Question = TEA_AND_MILK, **more: Any) -> float:
        return score(Candidate("a", held=held, length=12, **more), question, weights)

    assert 0.7 <= scored((0, 1)) < scored((0, 1), vector=0.6) < 0.8
    assert scored((0,)) < 0.5
    assert scored((0,), replace(TEA_AND_MILK, terms=TEA_AND_MILK.terms[:1])) < 0.7
    assert (
        scored((0, 1), replace(TEA_AND_MILK, text="What did Anna say of tea?"), speaker="Ben", people=("anna",)) >= 0.7
    )
    beside = [
        Candidate("b", held=(0,), position=1, conversation="c"),
        Candidate("c", held=(1,), position=2, conversation="c"),
    ]
    assert max(hit.score for hit in rank(beside, TEA_AND_MILK, weights)) < 0.7


def test_words_count_alone_where_the_query_has_no_vector() -> None:
    blind = replace(TEA_AND_MILK, has_vector=False)
    assert score(Candidate("a", held=(0, 1)), blind) == 1
    assert score(Candidate("a", vector=1.0), blind) == 0


def test_meaning_counts_alone_where_the_query_has_no_words() -> None:
    assert score(Candidate("a", vector=0.75), Question("?!")) == 0.5


def test_a_relation_that_is_asked_for_adds_a_share_of_what_is_missing() -> None:
    question = Question(
        "Which cities has Maria visited?", (CITIES, VISITED), asked=asked("Which cities has Maria visited?")
    )
    weights = replace(PLAIN, asked=0.5)
    visited = (Link("named", "visited", True),)
    strength = by_id(rank([Candidate("a", links=visited)], question, weights))["a"].parts["links"]
    assert strength == 1
    assert score(Candidate("a", links=visited), question, weights) == 0.5
    assert score(Candidate("a", links=visited, held=(0, 1)), question, weights) == 0.75
    assert score(Candidate("a", held=(0, 1)), question, weights) == 0.5
    assert score(Candidate("a", links=visited), question, replace(weights, graph=0.0)) == 0


def test_a_topic_adds_a_share_of_what_is_missing() -> None:
    question = replace(TEA_AND_MILK, topics=frozenset({"food"}))
    weights, bare = replace(PLAIN, topic=0.5), Candidate("bare")
    filed = Candidate("a", labels=("food",), vector=0.75)
    assert score(filed, question, weights, bare) == 0.25 + 0.5 * 0.75
    assert score(filed, question, replace(weights, graph=0.0), bare) == 0.25
    # Another's words have found what is meant.
    assert score(filed, question, weights, *REST) == 0.25


def test_a_day_that_is_named_adds_a_share_of_what_is_missing() -> None:
    now = datetime(2026, 3, 5, tzinfo=timezone.utc)
    question, weights = replace(TEA_AND_MILK, text="Who had tea in February?", now=now), replace(PLAIN, date=0.5)
    then = Candidate("a", vector=0.75, created_at=now - timedelta(days=20))
    # Said then, it may be about another time, so it counts half.
    assert score(then, question, weights) == 0.25 + 0.25 * 0.75
    assert score(then._replace(created_at=now), question, weights) == 0.25
    assert score(then, replace(question, now=None), weights) == 0.25


@pytest.mark.parametrize(
    ("query", "said", "expected"),
    [
        ("Ben's tea", {"speaker": "Ben"}, 0.5),
        ("Ben's tea", {"speaker": "Anna"}, 0.25),
        ("Ben's tea", {"speaker": None}, 0.25),
        ("Ben's tea", {"speaker": "Anna", "people": ("ben",)}, 0.5),
        # Nobody is named, or several are, or one who is no candidate's person.
        ("tea", {"speaker": "Anna"}, 0.5),
        ("Anna's and Ben's tea", {"speaker": "Anna"}, 0.5),
        ("Clara's tea", {"speaker": "Anna"}, 0.5),
    ],
)
def test_what_is_about_somebody_else_counts_less(query: str, said: dict[str, Any], expected: float) -> None:
    weights, ben = replace(PLAIN, other_person=0.5), Candidate("b", speaker="Ben")
    found = Candidate("a", vector=1.0, verbatim=True, **said)
    assert score(found, Question(query, (TEA, MILK)), weights, ben) == expected


def test_a_fact_that_does_not_mention_whom_the_question_means_loses_a_share_of_its_own() -> None:
    weights = replace(PLAIN, other_person=0.5, other_subject=0.75)
    ben, relatives = Candidate("b", people=("ben",)), Candidate("c", people=("ben's sister", "ben's friends"))
    fact = Candidate("a", vector=1.0, people=("anna",))
    assert score(fact, Question("Which tea does Ben like?", (TEA, MILK)), weights, ben, relatives) == 0.375
    assert score(fact._replace(people=("ben",)), Question("Ben's tea", (TEA, MILK)), weights, relatives) == 0.5
    # Who is meant by a role is known from the graph: other facts are about somebody else.
    role = Question("Which tea does Ben's sister like?", (TEA, MILK), asked=asked("Which tea does Ben's sister like?"))
    assert score(fact, role, weights, ben, relatives) == 0.25


def test_somebody_meant_by_a_role_is_not_somebody_else() -> None:
    weights, other = replace(PLAIN, other_person=0.5, other_subject=0.5), Candidate("b", people=("ben",))
    sister = Candidate("a", vector=1.0, entities=("clara",), hops=0)
    assert score(sister, Question("Ben's sister", (TEA, MILK)), weights, other) == 0.5
    # Clara is named, so no role is needed to begin with her; and Ben is not the only one.
    assert score(sister, Question("Ben and Clara's sister", (TEA, MILK)), weights, other) == 0.25


@pytest.mark.parametrize("name", ["User", "Assistant"])
def test_roles_are_no_names(name: str) -> None:
    weights, other = replace(PLAIN, other_person=0.5), Candidate("b", people=(name.lower(),))
    question = Question(f"Which tea does the {name} like?", (TEA, MILK))
    assert score(Candidate("a", vector=1.0), question, weights, other) == 0.5


@pytest.mark.parametrize(
    ("query", "role", "expected"),
    [
        ("What did you suggest?", "assistant", 0.5),
        ("What did you suggest?", "user", 0.25),
        ("What did you suggest?", None, 0.5),
        ("What is my tea?", "user", 0.5),
        ("What is my tea?", "assistant", 0.25),
        ("Which tea?", "assistant", 0.5),
        ("Which tea?", "user", 0.5),
    ],
)
def test_what_is_not_of_the_role_that_is_meant_counts_less(query: str, role: str | None, expected: float) -> None:
    weights, rest = replace(PLAIN, other_role=0.5), (Candidate("b", role="user"), Candidate("c", role="assistant"))
    assert score(Candidate("a", vector=1.0, role=role), Question(query, (TEA, MILK)), weights, *rest) == expected


def test_nothing_counts_less_where_nobody_of_that_role_speaks() -> None:
    weights, other = replace(PLAIN, other_role=0.5), Candidate("b", role="user")
    question = Question("What did you suggest?", (TEA, MILK))
    assert score(Candidate("a", vector=1.0, role="user"), question, weights, other) == 0.5


def test_short_messages_count_less() -> None:
    weights = replace(PLAIN, length=1.0)
    found = Candidate("a", vector=1.0, length=1)
    assert score(found._replace(verbatim=True), weights=weights) == 0.25
    assert score(found, weights=weights) == 0.5


def test_factors_are_multiplied() -> None:
    weights = replace(PLAIN, other_person=0.5, other_role=0.5, length=1.0)
    found = Candidate("a", vector=1.0, length=1, verbatim=True, speaker="Anna", role="user")
    question = Question("Ben, what did you suggest?", (TEA, MILK))
    hit = by_id(rank([found, Candidate("b", speaker="Ben", role="assistant")], question, weights))["a"]
    assert {name: hit.parts[name] for name in ("person", "role", "length")} == dict.fromkeys(
        ("person", "role", "length"), 0.5
    )
    assert hit.score == 0.5 / 8


def test_neighbours_and_sources_lend_words_and_meaning() -> None:
    weights = replace(PLAIN, near_words=(0.5,), near_meaning=0.25, same_source=0.25)
    near = Candidate("near", conversation="c", position=1, held=(0, 1), vector=1.0, verbatim=True)
    beside = Candidate("beside", conversation="c", position=2, verbatim=True)
    drawn = Candidate("drawn", conversation="c", position=1, verbatim=False)
    parts = {id: hit.parts for id, hit in by_id(rank([near, beside, drawn], TEA_AND_MILK, weights)).items()}
    assert (parts["beside"]["words"], parts["drawn"]["words"]) == (0.5, 0.25)
    assert parts["beside"]["meaning"] == pytest.approx(1 / 6, abs=1e-6)


def test_a_fact_is_as_close_as_a_share_of_what_its_message_is() -> None:
    weights = replace(PLAIN, same_meaning=0.5)
    said = Candidate("said", conversation="c", position=1, vector=0.9, verbatim=True)
    fact = Candidate("fact", conversation="c", position=1, vector=0.6, verbatim=False)
    closer = Candidate("closer", conversation="c", position=1, vector=0.8, verbatim=False)
    other = Candidate("other", conversation="c", position=9, vector=0.6, verbatim=False)
    hits = by_id(rank([said, fact, closer, other], Question("?!"), weights))
    found = {id: hit.parts["meaning"] for id, hit in hits.items()}
    assert found == pytest.approx({"said": 0.8, "fact": 0.4, "closer": 0.6, "other": 0.2}, abs=1e-6)
    # The message lends it what it lacks, and nothing goes the other way.
    assert neighbours(hits["fact"], list(hits.values())) == ["said"]
    assert neighbours(hits["said"], list(hits.values())) == []


def test_a_word_of_the_graph_counts_as_the_graph_does() -> None:
    labelled = Candidate("a", labels=("milk_tea",))
    rest = [Candidate(f"{n}", held=(0, 1)) for n in range(2)]
    assert score(labelled, TEA_AND_MILK, PLAIN, *rest) == 0.5
    assert score(labelled, TEA_AND_MILK, replace(PLAIN, graph=0.5), *rest) == 0.25
    assert score(labelled, TEA_AND_MILK, replace(PLAIN, graph=0.0), *rest) == 0


@pytest.mark.parametrize(
    ("plain", "scaled"), [(0.0, 0.0), (0.25, 0.1), (0.5, 0.2), (0.75, 0.6), (0.875, 0.8), (1.0, 1.0)]
)
def test_scores_are_scaled_along_a_line_through_points(plain: float, scaled: float) -> None:
    weights = replace(PLAIN, scale=((0.0, 0.0), (0.5, 0.2), (1.0, 1.0)))
    found, question = Candidate("a", vector=(1 + plain) / 2), Question("?!")
    assert score(found, question) == plain
    assert score(found, question, weights) == pytest.approx(scaled, abs=1e-6)


def test_the_scale_changes_no_order() -> None:
    sums, values = zip(*Weights().scale, strict=True)
    assert (sums[0], sums[-1], values[0], values[-1]) == (0, 1, 0, 1)
    for points in (sums, values):
        assert all(one < next for one, next in pairwise(points))


@pytest.mark.parametrize(
    ("cosine", "least"), [pytest.param(0.3, 0.6, id="close"), pytest.param(0.29, 0.0, id="not-close")]
)
def test_what_holds_most_words_and_is_close_has_a_least_score(cosine: float, least: float) -> None:
    weights = replace(PLAIN, whole=(0.6, 0.0), most=0.3)
    question = Question("tea, milk, visited", (TEA, MILK, VISITED))
    found, others = Candidate("a", held=(0, 1), vector=(1 + cosine) / 2), (Candidate("b", held=(0, 1, 2)),)
    plain = score(found, question, PLAIN, *others)
    assert 0.4 < plain < 0.6
    assert score(found, question, weights, *others) == pytest.approx(max(plain, least), abs=1e-6)


def test_without_a_vector_most_words_are_enough_and_half_of_them_never() -> None:
    weights = replace(PLAIN, words=0.5, whole=(0.9, 0.0))
    question = Question("tea, milk, visited", (TEA, MILK, VISITED), has_vector=False)
    assert score(Candidate("a", held=(0, 1)), question, weights, *REST) == pytest.approx(0.9, abs=1e-6)
    assert score(Candidate("a", held=(2,)), question, weights, *REST) < 0.9
    assert score(Candidate("a", held=(0,)), replace(TEA_AND_MILK, has_vector=False), weights, *REST) < 0.9


def test_two_of_three_words_that_tell_little_are_not_most() -> None:
    weights = replace(PLAIN, whole=(0.9, 0.0))
    question = Question("tea, milk, visited", (TEA, MILK, VISITED), has_vector=False)
    others = [Candidate(f"{n}", held=(0, 1)) for n in range(60)]
    assert score(Candidate("a", held=(0, 1)), question, weights, *others) < 0.9


def test_what_holds_most_words_does_not_pass_what_stands_above_it() -> None:
    weights = replace(PLAIN, whole=(0.95, 0.0))
    question = Question("tea, milk, visited", (TEA, MILK, VISITED))
    better = Candidate("better", held=(2,), vector=1.0)
    hits = rank([Candidate("most", held=(0, 1), vector=0.65), better, *REST], question, weights)
    assert order(hits)[:2] == ["better", "most"]
    assert hits[1].score == hits[0].score < 0.95


def test_ties_go_by_cosine_then_by_id() -> None:
    found = [Candidate("c", vector=0.4), Candidate("b", vector=0.1), Candidate("d"), Candidate("a", vector=0.1)]
    hits = rank(found, TEA_AND_MILK)
    assert {hit.score for hit in hits} == {0.0}
    assert order(hits) == ["c", "a", "b", "d"]


def test_the_parts_are_those_of_each_candidate() -> None:
    hits = by_id(rank([Candidate("a", held=(0, 1), vector=0.75), Candidate("b", held=(0, 1))], TEA_AND_MILK, PLAIN))
    same = {"words": 1.0, "links": 0.0, "topics": 0.0, "person": 1.0, "role": 1.0, "length": 1.0}
    assert hits["a"].parts == {**same, "meaning": 0.5}
    assert hits["b"].parts == {**same, "meaning": 0.0}


def test_every_memory_answers_what_asks_for_whatever_is_known() -> None:
    text = "What do you know about me?"
    question = Question(text, query_terms(text))
    found = [
        Candidate("near", vector=0.7),
        Candidate("far", vector=0.4),
        Candidate("said", verbatim=True, role="assistant"),
    ]
    hits = by_id(rank(found, question))
    assert hits["near"].score > hits["far"].score >= WEAK > hits["said"].score
    assert hits["near"].parts["anything"] == 1.0
    assert by_id(rank(found, replace(question, text="What is known about tea?")))["far"].score == 0


def test_a_score_in_an_answer_works_as_a_threshold() -> None:
    found = [Candidate(f"{n}", vector=0.5 + n / 77) for n in range(33)]
    assert all(hit.score == round(hit.score, 6) for hit in rank(found, TEA_AND_MILK))


def test_no_score_is_above_1_or_below_0() -> None:
    # Rounding may give a vector slightly more than is possible.
    found = Candidate("a", vector=1.0000001, held=(0, 1), links=(Link("named", "visited", True),), labels=("food",))
    question = replace(TEA_AND_MILK, asked=asked("What has Maria visited?"), topics=frozenset({"food"}))
    assert score(found, question, replace(PLAIN, asked=1.0, topic=1.0)) == 1
    assert score(Candidate("a", vector=-0.1), question) == 0


def unrelated(count: int) -> list[Candidate]:
    return [Candidate(f"x{n}", vector=0.5, conversation=f"x{n}", position=1, length=100) for n in range(count)]


def test_unrelated_memories_hardly_change_a_score() -> None:
    question = Question("What did Maria say of tea?", query_terms("What did Maria say of tea?"))
    found = [
        Candidate("a", vector=0.8, held=(0, 2), conversation="c", position=1, length=80, verbatim=True, speaker="Ben"),
        Candidate("b", vector=0.7, held=(1,), conversation="c", position=2, length=300, verbatim=True),
    ]
    alone = {hit.candidate.id: hit.score for hit in rank(found, question)}
    assert 0.1 < alone["b"] < alone["a"] < 0.9
    # Fewer than a hundred say nothing of how rare a word is. Many more change that only where words differ in it.
    for count, change in ((98, 0.0), (1_000, 0.02)):
        among = by_id(rank([*found, *unrelated(count)], question))
        assert {id: among[id].score for id in alone} == pytest.approx(alone, abs=change + 1e-9)


def test_a_score_does_not_depend_on_how_good_the_best_is() -> None:
    found = Candidate("a", vector=0.75, held=(0,))
    worse, better = Candidate("b", held=(1,)), Candidate("b", vector=1.0, held=(1,))
    assert score(found, TEA_AND_MILK, PLAIN, worse) == score(found, TEA_AND_MILK, PLAIN, better) == 0.5


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        vector=st.one_of(st.none(), st.floats(0, 1), st.sampled_from((0.25, 0.5, 0.75))),
        conversation=st.sampled_from(("c", "d")),
        position=st.one_of(st.none(), st.integers(1, 6)),
        held=st.sets(st.integers(0, 2)).map(lambda places: tuple(sorted(places))),
        length=st.integers(0, 2_000),
        verbatim=st.booleans(),
        role=st.sampled_from((None, "user", "assistant")),
        speaker=st.sampled_from((None, "Maria", "Ben")),
        entities=st.sampled_from(((), ("green tea",), ("maria", "ben"))),
        people=st.sampled_from(((), ("maria",), ("maria", "ben"))),
        labels=st.sampled_from(((), ("food",), ("drinks_tea",))),
        links=st.sampled_from(((), (Link("named", "drinks", True),))),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)
ASKED = "Does Maria drink my tea?"


@settings(deadline=None)
@given(candidates, st.randoms(use_true_random=False))
def test_scores_and_order_do_not_depend_on_the_order_given(found: list[Candidate], chance: random.Random) -> None:
    question = Question(ASKED, query_terms(ASKED), asked=asked(ASKED), topics=frozenset({"food"}))
    hits = rank(found, question)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert sorted(order(hits)) == sorted(each.id for each in found)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    shuffled = list(found)
    chance.shuffle(shuffled)
    again = rank(shuffled, question)
    assert again == hits
    assert [hit.parts for hit in again] == [hit.parts for hit in hits]


def test_many_candidates_have_the_same_scores_in_any_order() -> None:
    """Sums in single precision differ in another order, by as much as the last digit of a score."""
    chance = random.Random(1)
    found = [
        Candidate(f"{n}", vector=chance.random(), held=(chance.randrange(2),), length=chance.randrange(5, 900))
        for n in range(120)
    ]
    hits = rank(found, TEA_AND_MILK)
    for _ in range(30):
        chance.shuffle(found)
        assert rank(found, TEA_AND_MILK) == hits


def placed(id: str, position: int | None, *held: int, **more: Any) -> Candidate:
    return Candidate(id, **{"conversation": "c", "position": position, "held": held, "verbatim": True, **more})


MINE = placed("mine", 5, 0)


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ([], []),
        # Nearest first, then in the order of the conversation, then by id.
        ([placed("7", 7, 1), placed("4b", 4, 1), placed("6", 6, 1), placed("4a", 4, 1), placed("3", 3, 1)], ["4a", "4b", "6", "3", "7"]),
        ([placed("too far", 8, 1), placed("too early", 2, 1)], []),
        # What holds no other word lends none.
        ([placed("same", 4, 0), placed("none", 6)], []),
        ([placed("both", 4, 0, 1)], ["both"]),
        # Close in meaning, and just beside it.
        ([placed("before", 4, vector=0.6), placed("after", 6, 0, vector=0.6), placed("next but one", 7, vector=0.6)], ["before", "after"]),
        ([placed("opposite", 4, vector=0.5)], []),
        # From the same message, but of the other kind.
        ([placed("drawn", 5, 1, verbatim=False), placed("same kind", 5, 1)], ["drawn"]),
        ([placed("elsewhere", 4, 1, conversation="d"), placed("nowhere", None, 1)], []),
    ],
)  # fmt: skip
def test_which_neighbours_raised_a_score(others: list[Candidate], named: list[str]) -> None:
    weights = replace(PLAIN, near_words=(0.5, 0.25))
    hits = rank([MINE, *others], TEA_AND_MILK, weights)
    assert neighbours(by_id(hits)["mine"], hits, weights) == named


def test_what_has_no_place_has_no_neighbours() -> None:
    hits = rank([placed("a", None, 0), placed("b", None, 1)], TEA_AND_MILK)
    assert neighbours(by_id(hits)["a"], hits) == []
