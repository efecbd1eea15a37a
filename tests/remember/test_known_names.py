"""Which known names a model is shown beside the messages."""

from __future__ import annotations

import pytest

from graphmem.model.memory import PERSON, Entity, Message
from graphmem.remember.by_model import known_names

KNOWN = (
    Entity("Ben", PERSON), Entity("Ben's wife", PERSON), Entity("Ben's boss", PERSON), Entity("Ann's dentist", PERSON),
    Entity("choir tour"), Entity("dream of flying over roofs"), Entity("hikes", "activity"), Entity("violin"), Entity("oat cookies"),
    Entity("Ben’s red canoe"), Entity("Ben's blue canoe"), Entity("the one"),
)  # fmt: skip

# What Ben says: names that are shown, and names that are not.
SHOWN = [
    ("My partner is ill", "Ben's wife; Ben's boss", "Ann's dentist; choir tour; violin; Ben"),
    ("I went on a tour with the choir", "choir tour", "hikes"),
    ("I dreamt of soaring over the roofs", "dream of flying over roofs", "hikes; choir tour"),
    ("We go hiking", "hikes", "violin"),
    ("The canoe leaks", "Ben’s red canoe; Ben's blue canoe", "oat cookies"),
    ("She ate all the cookies", "oat cookies", "choir tour"),
    ("They went to the wall", "", "the one; choir tour; hikes"),
]


@pytest.mark.parametrize(("said", "shown", "hidden"), SHOWN)
def test_what_the_messages_may_mean_is_shown(said: str, shown: str, hidden: str) -> None:
    names = known_names.names([Message("user", said, "Ben")], KNOWN)
    assert [name for name in shown.split("; ") if name and name not in names] == []
    assert [name for name in hidden.split("; ") if name in names] == []


def test_what_is_called_by_one_word_that_was_said_comes_last() -> None:
    heard = [Message("user", "I play the violin on the choir's tour", "Ben")]
    assert known_names.names(heard, (Entity("violin"), Entity("choir tour"))) == ("choir tour", "violin")


def test_names_have_a_room_of_their_own_and_one_line_each() -> None:
    things = ["canoe", "paddle", "vest", "helmet", "rope", "anchor", "tent", "stove", "lamp", "map"]
    heard = [Message("user", " ".join(things))]
    known = [Entity(f"{one} {other}") for one in things for other in things if one != other]
    names = known_names.names(heard, [Entity("anchor\nvest tent"), *known])
    assert 180 < sum(len(name) + 2 for name in names) <= known_names.ROOM
    assert "anchor vest tent" in names
    assert len(known_names.likely(heard, known)) > 2 * len(names)
    assert known_names.names([Message("user", "My canoe")], [Entity("canoe " * 20)]) == ()


def test_names_are_looked_up_by_how_they_begin_and_end() -> None:
    prefixes, endings = known_names.sought([Message("user", "Hiking with the band's drummer.", "Ben")])
    assert {"hik", "band", "drum", "ben"} <= set(prefixes)
    assert {"band", "drummer"} <= set(endings)
    assert "the" not in endings
