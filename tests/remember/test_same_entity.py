"""Which known entity a name refers to, and which are so similar that they count as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem.model.changes import Relate
from graphmem.model.memory import Entity
from graphmem.remember.alike_names import SAME_NAME, likeness
from graphmem.remember.same_entity import after, key_endings, key_prefixes, lookalikes, recognised

PAIRS = Path(__file__).with_name("name_pairs.txt").read_text().splitlines()


def test_key_prefixes_are_four_characters_without_duplicates() -> None:
    assert key_prefixes([Entity("Jonathan"), Entity("jonas"), Entity("JONATHON"), Entity("Al")]) == ("al", "jona")
    assert key_prefixes([Entity("...")]) == ()


@pytest.mark.parametrize(
    ("name", "known", "type"),
    [
        # The known one's type, where the new one's is not known.
        (Entity("Anna"), [Entity("Anna", "person")], "person"),
        # Two of that name: neither is meant for sure.
        (Entity("Georgia"), [Entity("Georgia", "person"), Entity("Georgia", "place")], "thing"),
        # A known one without a type may well be this one.
        (Entity("Anna", "person"), [Entity("Anna")], "thing"),
        (Entity("Anna", "person"), [Entity("Anna"), Entity("Anna", "person")], "person"),
        # Two types that are both known are two entities.
        (Entity("Georgia", "place"), [Entity("Georgia", "person")], "place"),
        # Of a common name, some are one thing.
        (Entity("homeless shelter", "organization"), [Entity("homeless shelter", "place")], "place"),
        (Entity("picnic", "activity"), [Entity("picnic", "event")], "event"),
        (Entity("shelter"), [Entity("shelter", "place"), Entity("shelter", "organization")], "place"),
        (Entity("seal", "animal"), [Entity("seal", "product")], "animal"),
        # Of a proper name they are two.
        (Entity("Amazon", "organization"), [Entity("Amazon", "place")], "organization"),
        (Entity("Anna", "person"), [Entity("Hanna")], "person"),
        (Entity("Anna"), [Entity("Hanna", "person")], "thing"),
    ],
)
def test_a_name_takes_the_type_of_its_known_namesake(name: Entity, known: list[Entity], type: str) -> None:
    assert recognised(name, known) == Entity(name.name, type)


def test_long_names_that_differ_by_a_letter_are_lookalikes() -> None:
    other = Entity("Jonathon Miller", "person")
    [(found, score)] = lookalikes(Entity("Jonathan Miller", "person"), [Entity("Maria Lopez", "person"), other])
    assert found == other
    assert SAME_NAME <= score < 1


@pytest.mark.parametrize(
    ("name", "known"),
    [
        # Short names differ by a letter and mean somebody else.
        (Entity("Annika1", "person"), Entity("Annika2", "person")),
        (Entity("Marianne", "person"), Entity("Mariann", "person")),
        (Entity("Mariann", "person"), Entity("Marianne", "person")),
        (Entity("Maria Lopez", "person"), Entity("Mario Lopez", "person")),
        # Another type, another number.
        (Entity("Jonathan Miller", "person"), Entity("Jonathon Miller", "place")),
        (Entity("Conference Room 12", "place"), Entity("Conference Room 13", "place")),
    ],
)
def test_short_other_typed_and_numbered_names_are_no_lookalikes(name: Entity, known: Entity) -> None:
    assert lookalikes(name, [known]) == []


def test_an_exact_match_has_no_lookalikes() -> None:
    known = [Entity("Jonathan Miller", "person"), Entity("Jonathon Miller", "person")]
    assert lookalikes(Entity("jonathan miller", "person"), known) == []


def test_names_that_are_not_looked_up_are_no_lookalikes_whoever_offers_them() -> None:
    new, other = Entity("web site", "thing"), Entity("website", "thing")
    assert likeness(new, other)
    assert lookalikes(new, [other]) == []


def test_names_that_begin_otherwise_are_not_misspelt() -> None:
    other = Entity("Anna Smith", "person")
    assert lookalikes(Entity("Hanna Smith", "person"), [other]) == []
    new = Entity("Annna Smith", "person")
    [(found, _)] = lookalikes(other, [new, Entity("Anna Smitth", "person")])
    assert found.name == "Anna Smitth"


def test_alike_names_of_one_meaning() -> None:
    right, wrong, missed, looked_up = [], [], [], 0
    for line in PAIRS:
        if line.startswith("#"):
            continue
        meant, types, one, other = (part.strip() for part in line.split("|"))
        first, second = types.split("/") if "/" in types else (types, types)
        pair = Entity(one, first), Entity(other, second)
        score = likeness(*pair)
        assert 0 <= score <= 1
        assert score == likeness(*reversed(pair)), line
        if score:
            (right if meant == "same" else wrong).append(line)
            looked_up += bool(lookalikes(pair[0], [pair[1]]))
        elif meant == "same":
            missed.append(line)
    # Never two that are not one. Of those that are, some can't be told by their names, and some names are not looked up.
    assert wrong == []
    assert (len(right), looked_up, len(missed)) == (97, 93, 19)


def test_a_name_that_may_mean_two_is_neither() -> None:
    dog, cat, max_ = Entity("dog Max", "animal"), Entity("cat Max", "animal"), Entity("Max", "animal")
    assert [other for other, _ in lookalikes(max_, [dog])] == [dog]
    assert lookalikes(max_, [dog, cat]) == []
    assert lookalikes(cat, [dog, max_]) == []
    lee, doctor = Entity("Lee", "person"), Entity("Dr. Lee", "person")
    assert lookalikes(doctor, [lee, Entity("Anna Lee", "person")]) == []
    # Where it can't mean another one, it does not matter.
    acme = Entity("Acme", "organization")
    assert [each for each, _ in lookalikes(Entity("Acme Inc", "organization"), [acme, Entity("New Acme")])] == [acme]


def test_types_may_be_unknown_but_not_different() -> None:
    assert likeness(Entity("dog Max"), Entity("Max")) > 0
    assert likeness(Entity("dog Max", "animal"), Entity("Max", "thing")) > 0
    assert likeness(Entity("dog Max", "animal"), Entity("Max", "place")) == 0
    assert likeness(Entity("Jonathan Miller", "person"), Entity("Jonathon Miller", "thing")) == 0


def test_endings_are_last_words() -> None:
    names = [Entity("Town Book Fair"), Entity("book fair"), Entity("Max"), Entity("...")]
    assert key_endings(names) == ("fair", "max")


def test_what_is_told_in_another_order_is_looked_up_from_both_ends() -> None:
    joined, plain = Entity("tour with the choir"), Entity("choir tour")
    assert key_endings([joined]) == ("choir", "tour")
    assert key_prefixes([plain]) == ("choi", "tour")
    for new, known in ((joined, plain), (plain, joined)):
        assert [other for other, _ in lookalikes(new, [known])] == [known]
    # A name of one word has no other order.
    assert (key_endings([Entity("tour")]), key_prefixes([Entity("tour")])) == (("tour",), ("tour",))


def test_what_was_just_united_is_known_as_such() -> None:
    anna, maria = Entity("Anna's sister"), Entity("Maria")
    change = Relate("m", "o", (maria,), (), ((maria.id("o"), anna.id("o"), 0.9),))
    assert [(each.name, each.united) for each in after((anna, Entity("Ben")), change)] == [
        ("Anna's sister", True),
        ("Ben", False),
        ("Maria", True),
    ]
