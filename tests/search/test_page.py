"""What is on a page of hits, and in which order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Candidate
from graphmem.search.page import BEYOND, arranged
from graphmem.search.ranking import Ranked
from tests.search.finding.facts import LabelledFact
from tests.search.finding.stores import LabelledModel, told_as

BEGAN = datetime(2024, 1, 1, tzinfo=timezone.utc)
ALEX = Scope(user_id="alex")


def hit(text: str, score: float, day: int = 0, scope: Scope = ALEX, **known: Any) -> tuple[Ranked, StoredMemory]:
    """A fact, whose id is its text."""
    time = BEGAN + timedelta(days=day)
    memory = StoredMemory(id=text, version_id="v", text=text, scope=scope, created_at=time, updated_at=time)
    return Ranked(Candidate(text, **known), score), memory


def page(top_k: int, *hits: tuple[Ranked, StoredMemory]) -> list[tuple[str, float]]:
    found = arranged([each for each, _ in hits], {memory.id: memory for _, memory in hits}, top_k)
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert {each.candidate.id for each in found} == {each.candidate.id for each, _ in hits}
    return [(each.candidate.id, each.score) for each in found]


LISBON, PORTO = "Alex lives in a flat in Lisbon", "Alex lives in a flat in Porto"


def test_the_newer_of_two_states_takes_place_and_score_of_the_older() -> None:
    tea = hit("Tea is better than coffee", 0.75)
    assert page(3, hit(LISBON, 0.8, 1), tea, hit(PORTO, 0.7, 2)) == [
        (PORTO, 0.8),
        ("Tea is better than coffee", 0.75),
        (LISBON, 0.7),
    ]
    # The newer is higher already.
    assert page(3, hit(LISBON, 0.8, 2), hit(PORTO, 0.7, 1)) == [(LISBON, 0.8), (PORTO, 0.7)]


def test_three_states_stand_newest_first() -> None:
    rome = "Alex lives in a flat in Rome"
    assert page(5, hit(LISBON, 0.8, 2), hit(rome, 0.75, 1), hit(PORTO, 0.7, 3)) == [
        (PORTO, 0.8),
        (LISBON, 0.75),
        (rome, 0.7),
    ]


def test_a_newer_state_comes_onto_the_page_from_behind_it() -> None:
    others = [hit(f"thing{n}", 0.79 - n / 100) for n in range(3)]
    assert page(3, hit(LISBON, 0.8, 1), *others, hit(PORTO, 0.7, 2))[0] == (PORTO, 0.8)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({}, {"verbatim": True}),
        ({"verbatim": True}, {}),
        ({"people": ("maria",)}, {"people": ("tom",)}),
        ({"people": ("maria",)}, {}),
        ({}, {"scope": Scope(user_id="blake")}),
        ({}, {"text": "Alex reads about Porto"}),
        ({}, {"score": 0.5}),
        ({}, {"day": 1}),
    ],
)
def test_other_pairs_stay_as_they_are(older: dict[str, Any], newer: dict[str, Any]) -> None:
    first = hit(**{"text": LISBON, "score": 0.8, "day": 1, **older})
    second = hit(**{"text": PORTO, "score": 0.7, "day": 2, **newer})
    assert page(2, first, second) == [(LISBON, 0.8), (second[1].id, second[0].score)]


def test_what_repeats_a_better_hit_makes_room() -> None:
    again = "Alex lives in a flat in Lisbon!"
    found = page(2, hit(LISBON, 0.8), hit(again, 0.79), hit("Tea", 0.5), hit("Snow", 0.4))
    assert found == [(LISBON, 0.8), ("Tea", 0.5), (again, 0.5), ("Snow", 0.4)]


def test_the_message_of_a_fact_makes_room_and_the_fact_of_a_message_too() -> None:
    said = {"conversation": "c", "position": 7}
    fact, message = (
        hit("Alex moved to Porto", 0.8, **said),
        hit("I have moved, it is lovely here", 0.7, verbatim=True, **said),
    )
    other = hit("Tea", 0.5)
    assert [id for id, _ in page(2, fact, message, other)][1] == "Tea"
    assert [id for id, _ in page(2, (Ranked(message[0].candidate, 0.9), message[1]), fact, other)][1] == "Tea"
    # Two facts of one message are two things, and what came from no message comes from none in common.
    assert page(2, fact, hit("Alex has a cat", 0.7, **said), other)[1] == ("Alex has a cat", 0.7)
    assert page(2, hit("Alex", 0.8), hit("Rain", 0.7, verbatim=True), other)[1] == ("Rain", 0.7)


def test_doubles_stay_where_nothing_else_can_take_their_places() -> None:
    again, once_more = LISBON + "!", LISBON + "?"
    three = (hit(LISBON, 0.8), hit(again, 0.7), hit(once_more, 0.6))
    assert page(5, *three) == [(LISBON, 0.8), (again, 0.7), (once_more, 0.6)]
    # One of them has to go.
    assert page(3, *three, hit("Tea", 0.1)) == [(LISBON, 0.8), (again, 0.7), ("Tea", 0.1), (once_more, 0.1)]


def test_it_is_told_what_a_double_repeats() -> None:
    hits = [hit(LISBON, 0.8), hit(LISBON + "!", 0.7), hit("Tea", 0.1)]
    found = arranged([each for each, _ in hits], {memory.id: memory for _, memory in hits}, 2)
    assert [each.repeats for each in found] == [None, None, LISBON]


def test_only_so_many_are_looked_at() -> None:
    hits = [hit(f"thing{n}", 0.9 - n / 100) for n in range(1 + BEYOND)]
    beyond = [hit("thing0 ", 0.1), hit("thing1 ", 0.05)]
    assert page(1, *hits, *beyond)[-2:] == [("thing0 ", 0.1), ("thing1 ", 0.05)]
    found = arranged([each for each, _ in (*hits, *beyond)], {memory.id: memory for _, memory in hits[:3]}, 2)
    assert [each.candidate.id for each in found] == [memory.id for _, memory in (*hits, *beyond)]
    assert page(3) == []


def _told(texts: Sequence[str], name: str) -> list[LabelledFact]:
    return [LabelledFact(f"{name}{n}", text, (), (("Ruth", "is", f"{name}{n}"),)) for n, text in enumerate(texts)]


def test_newer_states_stand_above_older_ones(tmp_path: Path) -> None:
    pairs = json.loads((Path(__file__).parent / "corpus" / "states.json").read_text(encoding="utf-8"))
    older, newer = (_told([pair[which] for pair in pairs], which) for which in ("older", "newer"))
    with MemoryClient(str(tmp_path / "states.db"), llm=LabelledModel(older + newer)) as client:
        for day, told in ((0, older), (60, newer)):
            messages = [{"role": "user", "content": told_as(fact)} for fact in told]
            client.add(messages, user_id="ruth", timestamp=BEGAN + timedelta(days=day))
        assert len(client.get_all(user_id="ruth")) == 2 * len(pairs)
        above = 0
        for pair in pairs:
            found = [row["memory"] for row in client.search(pair["question"], user_id="ruth", top_k=10)]
            assert pair["newer"] in found
            above += pair["older"] not in found or found.index(pair["newer"]) < found.index(pair["older"])
    assert above >= len(pairs) - 2
