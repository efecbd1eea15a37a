"""Entities that a fact says are one: by a name, or by a role that somebody was known by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphmem.model.memory import Entity
from graphmem.remember.facts import Fact, Triple
from graphmem.remember.told_same import role_endings, told_same


def pairs(triple: tuple[str, str, str], *known: Entity) -> set[tuple[str, str]]:
    """Names that the fact says are one, when these are known."""
    ends = [Entity(name, "person") for name in (triple[0], triple[2])]
    fact = Fact("x", (0,), relations=(Triple(*triple),))
    found = list(told_same(fact, {each.key: each for each in ends}, known))
    assert all(0.5 < score < 1 for _, _, score in found)
    return {(one.name, other.name) for one, other, _ in found}


@pytest.mark.parametrize(
    ("triple", "known", "expected"),
    [
        (("Maria", "sister_of", "Anna"), "Anna's sister", ("Maria", "Anna's sister")),
        (("Maria", "sister_of", "Anna"), "Anna’s sister", ("Maria", "Anna’s sister")),
        (("Anna", "has_sister", "Maria"), "anna's sister", ("Maria", "anna's sister")),
        (("Maria", "sister_of", "user"), "user's sister", ("Maria", "user's sister")),
        (("Maria", "sister_of", "user"), "my sister", ("Maria", "my sister")),
        (("Maria", "sister_of", "user"), "sister", ("Maria", "sister")),
        (("user", "has_brother_in_law", "Tom"), "brother-in-law", ("Tom", "brother-in-law")),
        (("Tom", "married_to", "Anna"), "Anna's husband", ("Tom", "Anna's husband")),
        (("Anna", "married_to", "Tom"), "Anna's husband", ("Tom", "Anna's husband")),
        (("Anna", "parent_of", "Mia"), "Anna's daughter", ("Mia", "Anna's daughter")),
        (("Anna", "engaged_to", "Tom"), "Anna's fiancé", ("Tom", "Anna's fiancé")),
        (("Ruth", "boss_of", "Anna"), "Anna's boss", ("Ruth", "Anna's boss")),
    ],
)
def test_who_has_the_role_is_who_was_known_by_it(
    triple: tuple[str, str, str], known: str, expected: tuple[str, str]
) -> None:
    assert pairs(triple, Entity(known, "person"), Entity("Ben's sister")) == {expected}
    # Somebody who has a name already is somebody else.
    assert pairs(triple, replace(Entity(known, "person"), united=True)) == set()


@pytest.mark.parametrize(
    ("triple", "known"),
    [
        (("Maria", "sister_of", "Anna"), "Ben's sister"),
        (("Maria", "sister_of", "Anna"), "sister"),
        (("Anna", "sister_of", "Maria"), "Anna's sister"),
        (("Maria", "sister_of", "Anna"), "Anna's brother"),
        # Of friends and colleagues people have many.
        (("Maria", "friend_of", "Anna"), "Anna's friend"),
        (("Maria", "likes", "Anna"), "Anna's sister"),
        # A role is no name.
        (("Ben's wife", "sister_of", "Anna"), "Anna's sister"),
        (("user", "sister_of", "Anna"), "Anna's sister"),
    ],
)
def test_others_are_not(triple: tuple[str, str, str], known: str) -> None:
    assert pairs(triple, Entity(known, "person")) == set()


@pytest.mark.parametrize("predicate", ["is_named", "called", "known_as"])
def test_a_name_that_is_told(predicate: str) -> None:
    assert pairs(("Anna's sister", predicate, "Maria")) == {("Maria", "Anna's sister")}


def test_who_gives_a_name_does_not_get_it() -> None:
    assert pairs(("user", "named", "Max")) == set()
    assert pairs(("user", "is_named", "Alex")) == {("Alex", "user")}


def test_roles_are_looked_up() -> None:
    triples = (Triple("Maria", "sister_of", "user"), Triple("user", "likes", "tea"), Triple("user", "has_boss", "Ruth"))
    assert role_endings(Fact("x", (0,), relations=triples)) == {"sister", "boss"}
