"""Which known entity a name refers to, and which are so similar that they count as one."""

from __future__ import annotations

import pytest

from graphmem.model.memory import Entity
from graphmem.remember.same_entity import SAME_NAME, key_prefixes, lookalikes, recognised


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


def test_names_that_begin_otherwise_are_no_lookalikes_whoever_offers_them() -> None:
    new, other = Entity("Annna Smith", "person"), Entity("Anna Smith", "person")
    # The store offers those that begin like any name of the call; a chunk of calls also what it has just written.
    assert lookalikes(new, [other]) == []
    [(found, _)] = lookalikes(other, [new, Entity("Anna Smitth", "person")])
    assert found.name == "Anna Smitth"
