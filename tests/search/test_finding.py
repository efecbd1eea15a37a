"""Search finds what the questions of tests/search/finding ask for."""

from __future__ import annotations

from collections import Counter

from tests.search.finding.facts import facts, queries, questions


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
