"""Clocks that go back: versions keep their order, what is said now is the newest, and nothing is wrong with the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.model import times
from tests.conftest import StoreUnderTest

NOON = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the clock to so long after noon; it goes on from there by a millisecond a look."""

    def set_to(after: timedelta) -> None:
        looks = iter(range(10**9))
        monkeypatch.setattr(times, "now", lambda: NOON + after + timedelta(milliseconds=next(looks)))

    set_to(timedelta(0))
    return set_to


@pytest.fixture
def client(store: StoreUnderTest) -> Any:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as made:
        yield made


@pytest.fixture(params=[timedelta(seconds=-2), timedelta(days=-2), timedelta(days=-400)], ids=["2s", "2d", "400d"])
def back(request: pytest.FixtureRequest) -> timedelta:
    found: timedelta = request.param
    return found


def test_every_change_keeps_the_order(client: MemoryClient, at: Any, back: timedelta) -> None:
    ids = [client.add(f"note {n}", user_id="u", infer=False)["results"][0]["id"] for n in range(3)]
    at(back)
    client.update(ids[0], text="note 0, changed")
    client.update(ids[0], metadata={"seen": True})
    client.delete(ids[1])
    client.restore(client.history(ids[1])[0]["id"])
    [event] = {client.add("I live in Rome.", user_id="v", explain=True)["explain"]["event_id"]}
    client.undo(event)
    client.delete_all(user_id="u")
    at(2 * back)
    client.restore(client.history(ids[2])[0]["id"])
    assert client.doctor()["problems"] == []
    assert [row["event"] for row in client.history(ids[0])] == ["ADD", "UPDATE", "UPDATE", "DELETE"]
    assert [row["event"] for row in client.history(ids[1])] == ["ADD", "DELETE", "ADD", "DELETE"]
    assert [row["memory"] for row in client.get_all()] == ["note 2"]
    rows = client.history(ids[0])
    assert rows == sorted(rows, key=lambda row: row["updated_at"])


def test_many_that_are_withdrawn_at_once(client: MemoryClient, at: Any, back: timedelta) -> None:
    conversations = [[{"role": "user", "content": f"note {n}"}] for n in range(60)]
    client.add_many(conversations, user_id="u", infer=False)
    at(back)
    assert client.delete_all(user_id="u")["deleted"] == 60
    assert client.doctor()["problems"] == []
    at(timedelta(days=1))
    assert client.get_all(user_id="u", as_of=NOON + timedelta(hours=12)) == []


def test_what_is_said_now_is_the_newest(client: MemoryClient, at: Any, back: timedelta) -> None:
    client.add("I live in Boston.", user_id="u")
    at(back)
    told = client.add("I moved to Rome.", user_id="u")
    assert [row["event"] for row in told["results"]] == ["UPDATE"]
    [row] = client.get_all(user_id="u")
    assert row["memory"] == "Moved to Rome"
    assert row["updated_at"] >= row["created_at"]
    assert client.doctor()["problems"] == []
    assert {row["target"] for row in client.relations(subject="me", user_id="u")} == {"Rome"}
    # Who says when it was said is believed.
    older = client.add("I live in Oslo.", user_id="u", timestamp=NOON + 3 * back)
    assert [row["event"] for row in older["results"]] == ["ADD"]


def test_the_past_is_told_as_it_was(client: MemoryClient, at: Any, back: timedelta) -> None:
    [id] = [row["id"] for row in client.add("first", user_id="u", infer=False)["results"]]
    at(back)
    client.update(id, text="second")
    at(timedelta(hours=1))
    client.update(id, text="third")
    at(timedelta(hours=2))
    texts = [
        [row["memory"] for row in client.get_all(user_id="u", as_of=NOON + timedelta(minutes=minutes))]
        for minutes in (30, 90)
    ]
    assert texts == [["second"], ["third"]]
    # Before it was first said, by the clock of then, there is nothing.
    assert client.get_all(user_id="u", as_of=NOON + back) == []


def test_pages_neither_repeat_nor_skip(client: MemoryClient, at: Any, back: timedelta) -> None:
    for n in range(12):
        at(back * (n % 3))
        client.add(f"note {n}", user_id="u", infer=False)
    pages = [client.get_all(user_id="u", page=page, page_size=5)["results"] for page in (1, 2, 3)]
    rows = [row for page in pages for row in page]
    assert len({row["id"] for row in rows}) == 12
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
    assert rows == client.get_all(user_id="u")


def test_entities_that_are_kept_apart(client: MemoryClient, at: Any, back: timedelta) -> None:
    client.add("My doctor Annabella Fairfax lives in Boston.", user_id="u")
    client.add("My friend Bella lives in Salem.", user_id="u")
    ids = {row["name"]: row["id"] for row in client.entities(user_id="u")}
    pair = ids["Annabella Fairfax"], ids["Bella"]
    client.unite(*pair)
    at(back)
    client.separate(*pair)
    assert [row["same_as"] for row in client.entities(names=["Bella"], user_id="u")] == [[]]
    at(timedelta(hours=1))
    assert client.doctor()["problems"] == []
    assert client.paths("Bella", "Boston", max_hops=2, user_id="u", as_of=NOON + timedelta(minutes=30)) == []
