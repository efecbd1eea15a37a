"""Facts of one call that say the same."""

from __future__ import annotations

from datetime import date

import pytest

from graphmem.model.calendar import Days
from graphmem.model.memory import Entity
from graphmem.remember.facts import Fact, repeats, without_repeats

MAY = Days(date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("Anna has a dog", "Anna has a brown dog named Rex", True),
        ("Plays the cello", "Plays the cello in the orchestra of Ghent on Sundays", True),
        ("Anna has a dog", "Anna has a dog", True),
        ("Anna has a brown dog", "Anna has a dog named Rex", False),
        # The words are the same, who does it is not.
        ("Anna met Ben", "Ben met Anna", False),
        ("Visited Rome", "Plans to visit Rome in May", False),
        ("Likes strong tea", "Doesn't like strong tea", False),
        ("Works at Acme", "No longer works at Acme", False),
        ("She did it", "She did it with Anna", False),
    ],
)
def test_a_fact_repeats_one_that_says_all_of_it(text: str, other: str, expected: bool) -> None:
    assert repeats(Fact(text, (0,)), Fact(other, (1,))) is expected


def test_what_happened_at_other_times_or_was_said_by_others_is_no_repeat() -> None:
    short, long = Fact("Went to Rome", (0,)), Fact("Went to Rome by train", (1,))
    assert repeats(short, long)
    assert not repeats(Fact("Went to Rome", (0,), event=MAY), long)
    assert repeats(Fact("Went to Rome", (0,), event=MAY), Fact("Went to Rome by train", (1,), event=MAY))
    assert not repeats(short, Fact("Went to Rome by train", (1,), by_assistant=True))


def test_the_longer_one_stays_with_the_sources_of_both() -> None:
    dog = Fact("Anna has a dog", (0,), categories=("pets",))
    rex = Fact("Anna has a brown dog named Rex", (3,), entities=(Entity("Rex", "animal"),))
    cat = Fact("Anna has a cat", (1,))
    for facts in ((dog, cat, rex), (rex, cat, dog)):
        first, second = without_repeats(facts)
        assert (first.text, first.sources, first.categories) == (rex.text, (0, 3), ("pets",))
        assert first.entities == rex.entities
        assert second == cat
    assert without_repeats([]) == ()
