"""What a query asks of the graph, and how well a relation is that."""

from __future__ import annotations

import pytest

from graphmem.model.walk import Anchor, Link, Walk, begins
from graphmem.search.asked import asked, strength


def value(query: str, predicate: str, anchor: Anchor = "named", *, outward: bool = True) -> float:
    return strength(asked(query), Link(anchor, predicate, outward))


@pytest.mark.parametrize(
    ("query", "predicate", "anchor", "outward"),
    [
        ("Which cities has Maria visited?", "visited", "named", True),
        ("Which cities has Maria visited?", "travelled_to", "named", True),
        ("Where did Maria go?", "has_been_to", "named", True),
        ("What does my sister like?", "adores", "role", True),
        ("Who lives in Marseille?", "lives_in", "named", False),
        ("Who taught me Greek?", "teacher_of", "self", False),
        ("Who are my friends?", "friend_of", "self", False),
        ("Who are my friends?", "has_friend", "self", True),
        ("What pets do we have?", "has_pet", "self", True),
        ("What did he stop doing, Marek?", "gave_up", "named", True),
        ("Where do I want to travel?", "wants_to_visit", "self", True),
        ("My brother's wife", "married_to", "role", True),
        ("What should I cook?", "allergic_to", "self", True),
        ("dinner ideas", "follows_diet", "self", True),
        # What one is to the other tells what the other is to that one.
        ("What are the names of Fred's children?", "father_of", "named", True),
        ("Who are Fred's kids?", "has_father", "named", False),
        ("Does Fred have a daughter?", "father_of", "named", True),
        ("Who are the children of Fred?", "father_of", "named", True),
        ("Who is Fred married to, his wife?", "husband_of", "named", True),
        ("Who are Maria's friends?", "friend_of", "named", True),
        ("Which pupils does Maria teach?", "teacher_of", "named", True),
    ],
)
def test_relations_that_are_asked_for(query: str, predicate: str, anchor: Anchor, outward: bool) -> None:
    assert value(query, predicate, anchor, outward=outward) >= 0.7


@pytest.mark.parametrize(
    ("query", "predicate", "anchor", "outward"),
    [
        ("Which cities has Maria visited?", "wants_to_visit", "named", True),
        ("Where does Maria want to go?", "visited", "named", True),
        ("What does my sister like?", "has_sister", "self", True),
        ("Who lives in Marseille?", "located_in", "named", False),
        # With whom is not what is asked.
        ("What activities has Dave done with his friends?", "friend_of", "named", True),
        ("What have I cooked for my sister?", "has_sister", "self", True),
        # Whose children is not said.
        ("What does Fred believe is important for children?", "father_of", "named", True),
    ],
)
def test_relations_that_are_near_to_what_is_asked_for(
    query: str, predicate: str, anchor: Anchor, outward: bool
) -> None:
    assert value(query, predicate, anchor, outward=outward) <= 0.4


@pytest.mark.parametrize(
    ("query", "predicate", "anchor", "outward"),
    [
        ("Which cities has Maria visited?", "friend_of", "named", True),
        # Her likes, not mine.
        ("What does my sister like?", "likes", "self", True),
        ("Who are Maria's friends?", "friend_of", "self", True),
        ("What is her boss called?", "boss_of", "self", True),
        # These are Fred's parents.
        ("Who are Fred's kids?", "has_father", "named", True),
        ("Who are Fred's kids?", "father_of", "named", False),
        # Who has a sister is not asked, but what she likes.
        ("What does my sister like?", "sister_of", "role", True),
        ("quantum chromodynamics", "likes", "self", True),
        ("", "likes", "self", True),
        ("What does Maria like?", "", "named", True),
    ],
)
def test_relations_that_are_not_asked_for(query: str, predicate: str, anchor: Anchor, outward: bool) -> None:
    assert value(query, predicate, anchor, outward=outward) == 0


def test_the_way_of_a_relation_counts_where_the_question_shows_it() -> None:
    assert value("Who helped me?", "helped", "self", outward=False) > value("Who helped me?", "helped", "self")
    assert value("Whom did I help?", "helped", "self") > value("Whom did I help?", "helped", "self", outward=False)
    assert value("Maria helped", "helped") == value("Maria helped", "helped", outward=False)


@pytest.mark.parametrize(
    ("query", "oneself", "roles_of_self"),
    [
        ("Where have I been?", True, False),
        ("Who stayed with us?", True, False),
        ("What are my plans?", True, False),
        ("What does my older sister like?", False, True),
        ("What does Mum take?", False, True),
        ("Where does Anna's sister live?", False, False),
        ("Who is the sister of Anna?", False, False),
        ("Is her boss nice?", False, False),
        ("Do I have cousins?", True, True),
        ("Where does Anna live?", False, False),
        ("What's for dinner? Any idea?", True, False),
        ("", False, False),
        ("?!", False, False),
    ],
)
def test_whether_the_one_who_asks_is_meant(query: str, oneself: bool, roles_of_self: bool) -> None:
    found = asked(query)
    assert (found.oneself, found.roles_of_self) == (oneself, roles_of_self)
    assert found.uses_self == (oneself or roles_of_self)


@pytest.mark.parametrize("predicate", ["visited", "visits", "was_visiting", "travelled_to", "has_visited"])
def test_stores_look_at_all_that_may_be_asked_for(predicate: str) -> None:
    assert begins(predicate, asked("Which cities has Maria visited?").relation_prefixes)


@pytest.mark.parametrize(
    ("predicate", "outward", "leads"),
    [
        ("has_sister", True, True),
        ("has_sister", False, False),
        ("sister_of", False, True),
        ("sister_of", True, False),
        ("sister", True, True),
        ("sister", False, True),
        ("has_brother", True, False),
    ],
)
def test_roles_lead_to_somebody(predicate: str, outward: bool, leads: bool) -> None:
    walk = Walk(roles=asked("my sister").role_prefixes)
    assert walk.leads(predicate, outward=outward) == leads


@pytest.mark.parametrize(
    ("predicate", "outward", "leads"),
    [
        ("father_of", True, True),
        ("father_of", False, False),
        ("has_mother", False, True),
        ("has_mother", True, False),
        # Whose father is not said.
        ("father", True, False),
        ("son_of", False, True),
        ("son_of", True, False),
        ("uncle_of", True, False),
    ],
)
def test_roles_lead_to_somebody_from_the_other_end(predicate: str, outward: bool, leads: bool) -> None:
    found = asked("my children")
    walk = Walk(roles=found.role_prefixes, turned=found.turned_prefixes)
    assert walk.leads(predicate, outward=outward) == leads


def test_every_word_is_of_use() -> None:
    """A query of any length is read in full and answers in all scripts."""
    assert asked("訪問 " * 10_000).relations == {"訪問"}
    assert asked("x" * 100_000).relations
