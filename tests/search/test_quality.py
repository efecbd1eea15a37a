"""Search finds at least as much of the corpus as before, and every weight of the ranking contributes."""

from __future__ import annotations

from collections import Counter

import pytest

from graphmem.search.ranking import Weights
from tests.search.corpus.asking import DEEPEST, Asked, ask_all
from tests.search.corpus.corpus import questions, sessions
from tests.search.corpus.figures import (
    bar,
    figures,
    golden,
    golden_changes,
    ranked,
    shortfalls,
    weakened,
)

# Those whose questions have few rivals: without them answers stand lower, but are still among the first.
_OF_ORDER_ONLY = frozenset({"asked", "date"})
# The facts of the corpus name nobody but by a role: test_ranking tells what this one does.
_OF_NAMES = frozenset({"other_subject"})
# These hardly change an order: they lift all memories of a question that asks for whatever is known, and those that hold all or most
# words of one. test_ranking tells what they do.
_OF_SCORES_ONLY = frozenset({"anything", "most", "whole", "whole[0]", "whole[1]"})
# In the corpus nearly every fact is one short sentence, as close to a question as its message is. test_ranking tells what it does.
_OF_LONG_FACTS = frozenset({"same_meaning"})
# Without it answers are missed; half of it is enough for the few questions that stand in two kinds of memory.
_OF_LITTLE = frozenset({"same_source"})
_NOT_SEEN = _OF_SCORES_ONLY | _OF_LONG_FACTS | _OF_NAMES
OFF = [(name, less) for name, less in weakened(Weights(), 0.0) if name not in _OF_ORDER_ONLY | _NOT_SEEN]
HALVED = [(name, less) for name, less in weakened(Weights(), 0.5) if name not in _OF_LITTLE | _NOT_SEEN]


def named(pair: tuple[str, Weights]) -> str:
    return pair[0]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    return ask_all(tmp_path_factory.mktemp("corpus"))


def test_labels_refer_to_existing_turns_and_facts() -> None:
    ids = [id for session in sessions() for id in session.ids.values()]
    assert [id for id, count in Counter(ids).items() if count > 1] == []
    owners = {id: session.user_id for session in sessions() for id in session.ids.values()}
    assert [
        (question.text, id)
        for question in questions()
        for id in question.evidence
        if owners.get(id) != question.user_id
    ] == []
    assert all(question.evidence for question in questions())
    assert [text for text, count in Counter(question.text for question in questions()).items() if count > 1] == []


def test_texts_are_unique_within_a_conversation() -> None:
    """Said twice, it would be one memory, and its second id would never be found."""
    texts = Counter(
        (session.conversation, text)
        for session in sessions()
        for turn in session.turns
        for text in ([fact["text"] for fact in turn["facts"]] if session.has_facts else [turn["content"]])
    )
    assert [text for text, count in texts.items() if count > 1] == []


def test_recall_reaches_the_bar(corpus: list[Asked]) -> None:
    measured = figures((asked.question, asked.answer) for asked in corpus)
    assert measured.keys() == bar().keys()
    assert shortfalls(measured, bar()) == []


def test_reranked_candidates_give_the_clients_answer(corpus: list[Asked]) -> None:
    """So that what the tests below say of the weights is true of search."""
    differing = [asked.question.text for asked in corpus if asked.order(Weights())[:DEEPEST] != asked.answer]
    assert differing == []


@pytest.mark.parametrize("less", OFF, ids=named)
def test_recall_misses_the_bar_without_any_one_weight(corpus: list[Asked], less: tuple[str, Weights]) -> None:
    assert shortfalls(ranked(corpus, less[1]), bar())


def test_golden_orders_are_unchanged(corpus: list[Asked]) -> None:
    assert {*golden()} <= {asked.question.text for asked in corpus}
    assert all(len(order) > 1 for order in golden().values())
    assert golden_changes(corpus, Weights()) == []


@pytest.mark.parametrize("less", HALVED, ids=named)
def test_a_weight_halved_changes_a_golden_order(corpus: list[Asked], less: tuple[str, Weights]) -> None:
    assert golden_changes(corpus, less[1])


@pytest.mark.parametrize("name", sorted(_OF_ORDER_ONLY))
def test_golden_orders_change_without_a_weight_of_order_only(corpus: list[Asked], name: str) -> None:
    assert golden_changes(corpus, dict(weakened(Weights(), 0.0))[name])
