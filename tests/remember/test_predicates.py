"""Which wording stands for which relation."""

from __future__ import annotations

import pytest

from graphmem.remember.by_rules.predicates import wordings
from graphmem.remember.predicates import _rows, folded, vocabulary

SAID = [
    ("lives in Rome", "lives_in", "name", "place"),
    ("used to live in Rome", "lived_in", "name", "place"),
    ("relocated to Rome", "moved_to", "name", "place"),
    ("is moving to Rome", "plans_to_move_to", "name", "place"),
    ("comes from Rome", "is_from", "name", "place"),
    ("was born and raised in Rome", "born_in", "name", "place"),
    ("grew up in Rome", "grew_up_in", "name", "place"),
    ("works as a nurse at Acme", "works_at", "name", "organization"),
    ("used to work for Acme", "worked_at", "name", "organization"),
    ("is a senior engineer at Acme", "works_at", "name", "organization"),
    ("works as a nurse", "works_as", "phrase", "thing"),
    ("is studying at Yale", "studies_at", "name", "organization"),
    ("goes to Boston College", "studies_at", "name", "organization"),
    ("graduated from Yale", "studied_at", "name", "organization"),
    ("majors in physics", "studies", "phrase", "thing"),
    ("got married to Ben", "married_to", "name", "person"),
    ("got engaged to Ben", "engaged_to", "name", "person"),
    ("is severely allergic to nuts", "allergic_to", "phrase", "thing"),
    ("enjoys chess", "likes", "phrase", "thing"),
    ("is a big fan of chess", "likes", "phrase", "thing"),
    ("can't stand chess", "dislikes", "phrase", "thing"),
    ("doesn't like chess", "dislikes", "phrase", "thing"),
    ("isn't a fan of chess", "dislikes", "phrase", "thing"),
    ("doesn't eat meat", "avoids", "phrase", "thing"),
    ("went vegan", "follows_diet", "diet", "thing"),
    ("eats vegan", "follows_diet", "diet", "thing"),
    ("is no longer vegan", "gave_up_diet", "diet", "thing"),
    ("stopped being vegan", "gave_up_diet", "diet", "thing"),
    ("is learning French", "learns", "language", "language"),
    ("is fluent in French", "speaks", "language", "language"),
    ("plays the violin", "plays", "phrase", "thing"),
    ("flew to Rome", "visited", "name", "place"),
    ("just got back from Rome", "visited", "name", "place"),
    ("would love to visit Rome", "wants_to_visit", "name", "place"),
    ("is flying to Rome", "plans_to_visit", "name", "place"),
    ("nickname is Alex", "is_named", "name", "person"),
    ("joined Acme", "member_of", "name", "organization"),
    ("has just moved from Boston to Rome", "moved_to", "name", "place"),
    ("drives a Tesla", "drives", "name", "thing"),
    ("owns a Tesla", "owns", "name", "thing"),
]


@pytest.mark.parametrize(("said", "predicate", "kind", "type"), SAID)
def test_each_wording_gives_its_predicate(said: str, predicate: str, kind: str, type: str) -> None:
    # Several may match, such as "is" and "is learning": the first whose object is of its kind is taken.
    assert (predicate, kind, type) in [wording[1:] for wording in wordings() if wording.pattern.match(said)]


@pytest.mark.parametrize("said", ["thinks about Rome", "livesin Rome", "works", "reads at Rome"])
def test_similar_wordings_give_no_relation(said: str) -> None:
    assert [wording for wording in wordings() if wording.pattern.match(said)] == []


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
    names = [predicate for _, predicate, _ in rows]
    others = [other.lstrip("~") for _, _, row in rows for other in row]
    assert len({*names, *others}) == len(names) + len(others)
    assert all(folded(name) == (name, False) for name in names)
    assert set(vocabulary()) < set(names)
