"""Which relations and entities of a memory stay when it gets a text that says what the old and the new one do."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from graphmem.model.changes import Kept
from graphmem.model.memory import StoredRelation
from graphmem.remember.facts import Fact, Triple
from graphmem.remember.merged_texts import kept, new_relations

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
HOME, JOB, SISTER = ("User", "lives_in", "Berlin"), ("user", "works_at", "Acme"), ("Anna", "lives_in", "Berlin")
BERLIN = ("user", "lives_in", "berlin")


def known(*triples: tuple[str, str, str]) -> list[StoredRelation]:
    return [StoredRelation(*triple, "m") for triple in triples]


@pytest.mark.parametrize(
    ("told", "text", "supported", "expected"),
    [
        # Nothing that the fact ends: all stays.
        (Triple("user", "has_dog", "Max"), "Works at Acme, has a dog", [HOME, JOB], Kept()),
        (Triple("user", "moved_to", "Rome"), "Moved to Rome, works at Acme", [HOME, JOB], Kept((BERLIN,), ("berlin",))),
        # What a text still names, or another relation that stays, is not forgotten.
        (Triple("user", "moved_to", "Rome"), "Moved from Berlin to Rome", [HOME, JOB], Kept((BERLIN,))),
        (Triple("user", "moved_to", "Rome"), "Moved to Rome, unlike Anna", [HOME, SISTER], Kept((BERLIN,))),
        # Only of the same subject.
        (Triple("Ben", "moved_to", "Rome"), "Lives in Berlin, Ben in Rome", [HOME], Kept()),
        # Told again it stays as it was, unless with times of its own.
        (Triple("USER", "lives_in", "the Berlin"), "Lives in Berlin", [HOME], Kept()),
        (Triple("user", "lives_in", "Berlin", since=AT), "Lives in Berlin since 2026", [HOME], Kept((BERLIN,))),
        (Triple("user", "lives_in", "Berlin", until=AT), "Lived there until 2026", [HOME, HOME], Kept((BERLIN,))),
        (Triple("user", "lives_in", "Rome"), "x", [], Kept()),
    ],
)
def test_what_is_kept(told: Triple, text: str, supported: list[tuple[str, str, str]], expected: Kept) -> None:
    assert kept(Fact("x", (0,), relations=(told,)), text, known(*supported)) == expected


def test_what_is_known_is_not_written_again() -> None:
    dated = Triple("user", "works_at", "Acme", since=AT)
    new = Triple("user", "has_dog", "Max")
    fact = Fact("x", (0,), relations=(Triple("user", "lives_in", "berlin"), dated, new))
    assert new_relations(fact, known(HOME, JOB)).relations == (dated, new)
    assert new_relations(fact, known(JOB)).relations == fact.relations
