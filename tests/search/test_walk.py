"""The graph arm over the memories and relations of one scope, without a store."""

from __future__ import annotations

from datetime import datetime, timezone

from graphmem.model.memory import Scope, StoredMemory, StoredRelation
from graphmem.model.requests import Past
from graphmem.model.walk import Link, Walk
from graphmem.search.walk import held, walk

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def row(id: str, *entities: str, user: str = "alex") -> Past:
    return Past(StoredMemory(id, id, Scope(user), f"{id}-1", AT, AT), None, entities)


ROWS = [
    row("sister", "user", "anna"),
    row("rome", "anna", "rome"),
    row("tea", "user", "tea"),
    row("rome lies in italy", "rome", "italy"),
    row("other", "anna", "oslo", user="bo"),
]
RELATIONS = [
    StoredRelation("user", "has_sister", "Anna", "sister"),
    StoredRelation("Anna", "visited", "Rome", "rome"),
    StoredRelation("user", "likes", "tea", "tea"),
    StoredRelation("Anna", "visited", "Oslo", "other"),
    StoredRelation("Anna", "visited", "Paris", "not here"),
]
OWNERS = (Scope("alex").owner,)


def test_names_lead_to_mentions_and_to_what_is_linked() -> None:
    found = walk(ROWS, RELATIONS, Walk(names=("anna",), owners=OWNERS, relations=("visit",)), [])
    # One hop on: who has Anna for a sister, and the town that she visited.
    assert found.hops == {0: 0, 1: 0, 2: 1, 3: 1}
    assert found.links == {1: (Link("named", "visited", True),)}


def test_roles_lead_to_people_and_from_them_to_their_relations() -> None:
    start = Walk(selves=("user",), owners=OWNERS, roles=("sister",), roles_of_self=True, relations=("sister", "visit"))
    found = walk(ROWS, RELATIONS, start, [])
    assert found.hops == {0: 0, 1: 0, 3: 1}
    assert found.links == {
        0: (Link("self", "has_sister", True), Link("role", "has_sister", False)),
        1: (Link("role", "visited", True),),
    }
    assert held(RELATIONS, start) == {"anna"}
    # Of nobody who is meant she is the sister.
    assert held(RELATIONS, Walk(names=("bert",), roles=("sister",))) == set()


def test_who_asks_is_no_way_to_others() -> None:
    found = walk(ROWS, RELATIONS, Walk(selves=("user",), owners=OWNERS, relations=("like",)), [])
    assert (found.hops, found.links) == ({}, {2: (Link("self", "likes", True),)})


def test_owners_are_those_given_and_those_of_what_was_found() -> None:
    start = Walk(names=("anna",), relations=("visit",))
    assert walk(ROWS, RELATIONS, start, []).hops == {}
    assert walk(ROWS, RELATIONS, start, [4]).hops == {4: 0}
    assert set(walk(ROWS, RELATIONS, start, [1, 4]).links) == {1, 4}


def test_nothing_to_start_from_finds_nothing() -> None:
    found = walk(ROWS, RELATIONS, Walk(owners=OWNERS, relations=("visit",)), range(len(ROWS)))
    assert (found.hops, found.links) == ({}, {})
    assert walk([], [], Walk(names=("anna",), owners=OWNERS), []).hops == {}
