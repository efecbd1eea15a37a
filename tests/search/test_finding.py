"""Search finds what the questions of tests/search/finding ask for."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator

import pytest

from graphmem.search.ranking import NOTHING_CLOSE, WEAK
from tests.search.finding.asking import Asked, Scored, Stores, ask_queries, ask_questions, opened
from tests.search.finding.facts import facts, queries, questions

DEPTH = 10


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    with opened(store=str(tmp_path_factory.mktemp("finding") / "finding.db")) as found:
        yield found


@pytest.fixture(scope="module")
def asked(stores: Stores) -> list[Asked]:
    return ask_questions(stores)


@pytest.fixture(scope="module")
def scored(stores: Stores) -> list[Scored]:
    return ask_queries(stores)


def recall(asked: list[Asked], kind: str, *, graph: bool) -> float:
    """The mean share of the answers that is among the first hits."""
    rows = [each for each in asked if each.question.kind == kind]
    return statistics.mean(each.question.recall(each.order(graph)[:DEPTH]) for each in rows)


def test_facts_are_told_apart_by_id_and_by_text() -> None:
    for each in ([fact.id for fact in facts()], [fact.text for fact in facts()]):
        assert [one for one, count in Counter(each).items() if count > 1] == []
    assert len(facts()) == 500


def test_answers_are_facts() -> None:
    ids = {fact.id for fact in facts()}
    asked = [*questions(), *(query for query in queries() if query.store == "facts")]
    assert [(each.text, id) for each in asked for id in each.answer if id not in ids] == []


def test_there_is_enough_of_each_kind() -> None:
    kinds = Counter(question.kind for question in questions()) + Counter(query.kind for query in queries())
    assert all(2 <= len(question.answer) <= 8 for question in questions() if question.kind == "set")
    assert kinds["set"] >= 40
    assert kinds["single"] + kinds["newcomer"] >= 30
    assert kinds["nonsense"] == 3 * 50
    assert min(kinds["exact"], kinds["paraphrase"]) >= 30


def test_answers_that_are_sets_are_found_as_sets(asked: list[Asked]) -> None:
    assert recall(asked, "set", graph=True) >= 0.9
    # In words that no table has.
    assert recall(asked, "reworded", graph=True) >= 0.85
    # It is the graph that finds them.
    assert recall(asked, "set", graph=False) <= 0.65
    assert recall(asked, "reworded", graph=False) <= 0.65


@pytest.mark.parametrize(("kind", "least"), [("single", 0.9), ("newcomer", 0.9)])
def test_single_answers_are_among_the_first_five(asked: list[Asked], kind: str, least: float) -> None:
    places = [each.question.place(each.order(True)) for each in asked if each.question.kind == kind]
    assert statistics.mean(place is not None and place <= 5 for place in places) >= least


def test_exact_answers_score_high(scored: list[Scored]) -> None:
    rows = [each for each in scored if each.query.kind == "exact"]
    assert [(each.query.text, each.best_right) for each in rows if each.best_right < 0.7] == []


def test_nonsense_scores_low(scored: list[Scored]) -> None:
    rows = [each for each in scored if each.query.kind == "nonsense"]
    assert [(each.query.text, each.texts[0]) for each in rows if each.scores and each.scores[0] > 0.25] == []


def test_what_counts_as_close_and_as_weak_tells_nonsense_from_the_rest(
    asked: list[Asked], scored: list[Scored]
) -> None:
    nonsense = [max(each.scores, default=0) for each in scored if each.query.kind == "nonsense"]
    about = [each.scores[0] for each in scored if each.query.kind != "nonsense"] + [
        each.hits(True)[0][1] for each in asked
    ]
    assert max(nonsense) < WEAK
    assert statistics.mean(score < NOTHING_CLOSE for score in nonsense) >= 0.8
    assert statistics.mean(score >= NOTHING_CLOSE for score in about) >= 0.95
    assert statistics.mean(score >= WEAK for score in about) >= 0.8


def test_what_was_found_is_ranked_as_the_client_ranks_it(stores: Stores, asked: list[Asked]) -> None:
    """So that what the tests above say of the graph is true of search."""
    [found] = [each for each in asked if each.question.text == "Which cities has Maria visited?"]
    hits = stores.client.search(found.question.text, user_id="ruth", top_k=DEPTH)
    assert [(stores.ids["facts"][hit["id"]], hit["score"]) for hit in hits] == found.hits(True)[:DEPTH]
