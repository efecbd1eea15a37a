"""Which wording stands for which relation."""

from __future__ import annotations

import pytest

from graphmem.remember.predicates import _rows, folded, vocabulary
from tests.remember.test_offline_extractor import said

# What is said by somebody → what is related to them, by which predicate.
SAID = [
    ("I live in Rome", "lives_in Rome"),
    ("I've been living in Rome since May", "lives_in Rome"),
    ("I used to live in Rome", "lived_in Rome"),
    ("I relocated to Rome", "moved_to Rome"),
    ("I have just moved from Boston to Rome", "moved_to Rome"),
    ("My sister Anna is moving to Rome in May", "plans_to_move_to Rome"),
    ("My sister Anna comes from Rome", "is_from Rome"),
    ("I was born in Rome", "born_in Rome"),
    ("I grew up in Rome", "grew_up_in Rome"),
    ("I work for Globex", "works_at Globex"),
    ("I am working for Globex", "works_at Globex"),
    ("I used to work for Globex", "worked_at Globex"),
    ("I'm a senior engineer at Globex", "works_at Globex"),
    ("I work as a nurse", "works_as nurse"),
    ("I'm studying at Yale", "studies_at Yale"),
    ("I graduated from Yale", "studied_at Yale"),
    ("I study physics", "studies physics"),
    ("I got married to Ben", "married_to Ben"),
    ("I'm engaged to Ben", "engaged_to Ben"),
    ("I'm severely allergic to nuts", "allergic_to nuts"),
    ("I enjoy chess", "likes chess"),
    ("I'm a big fan of chess", "likes chess"),
    ("I adore chess", "loves chess"),
    ("I love cooking", "loves cooking"),
    ("I do love our chess club", "loves chess club"),
    ("I hate golf", "hates golf"),
    ("I don't like chess", "dislikes chess"),
    ("I don't eat meat", "avoids meat"),
    ("I can't eat meat", "avoids meat"),
    ("I went vegan", "follows_diet vegan"),
    ("I'm no longer vegan", "gave_up_diet vegan"),
    ("I'm learning French", "learns French"),
    ("I'm fluent in French", "speaks French"),
    ("I play the violin", "plays violin"),
    ("I flew to Rome", "visited Rome"),
    ("I got back from Rome last Friday", "visited Rome"),
    ("I would love to visit Rome", "wants_to_visit Rome"),
    ("I'm flying to Rome on Monday", "plans_to_visit Rome"),
    ("You can call me Alex", "is_named Alex"),
    ("I joined Globex", "member_of Globex"),
    ("I drive a Tesla", "drives Tesla"),
    ("My hometown is Rome", "is_from Rome"),
    ("I live in Porto and work as a pilot", "works_as pilot"),
    ("I moved to Rome and joined Globex last year", "member_of Globex"),
    ("My sister Anna comes from Rome", "sister_of user"),
]


@pytest.mark.parametrize(("text", "relation"), SAID)
def test_each_wording_gives_its_predicate(text: str, relation: str) -> None:
    found = [f"{each.predicate} {each.target}" for fact in said(text).facts for each in fact.relations]
    assert relation in found


@pytest.mark.parametrize(
    "text", ["I wrote about Rome", "I no longer live in Rome", "I never worked at Globex", "I read my book in Rome"]
)
def test_similar_wordings_give_no_relation(text: str) -> None:
    assert [fact.relations for fact in said(text).facts] in ([], [()])


@pytest.mark.parametrize(
    ("given", "predicate", "swapped"),
    [
        ("enjoys", "likes", False),
        ("employed_by", "works_at", False),
        ("written_by", "wrote", True),
        ("owned_by", "owns", True),
        ("lives_in", "lives_in", False),
        # The vocabulary is open.
        ("rents_to", "rents_to", False),
    ],
)
def test_wordings_of_a_model_are_folded(given: str, predicate: str, swapped: bool) -> None:
    assert folded(given) == (predicate, swapped)


def test_the_vocabulary_folds_each_wording_to_one_predicate_of_its_own() -> None:
    rows = _rows()
    names = [row.predicate for row in rows]
    others = [other.lstrip("~") for row in rows for other in row.others]
    assert len({*names, *others}) == len(names) + len(others)
    assert all(folded(name) == (name, False) for name in names)
    assert set(vocabulary()) < set(names)
