"""What was said is found beside the memories that came of it: by words and meaning, within its scope, while these may be found."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from graphmem import AsyncMemoryClient, MemoryClient, ValidationError
from graphmem._sync.providers import wordllama
from graphmem.model import times
from graphmem.model.vectors import Vector
from tests.conftest import StoreUnderTest

TALK = [
    {"role": "system", "content": "You plan boat trips on the harbour."},
    {"role": "user", "content": "I'm allergic to nuts."},
    {"role": "assistant", "content": "Noted! Shall we plan a trip to the harbour then?"},
    {"role": "user", "name": "Alex", "content": "Fine, and the boat leaves at seven from pier nine."},
]
BOAT = TALK[-1]["content"]
HARBOUR = TALK[2]["content"]


@pytest.fixture
def client(store: StoreUnderTest) -> Any:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as made:
        yield made


def said(client: MemoryClient, query: str = "When does the boat leave?", **options: Any) -> list[str]:
    found = client.search(query, output_format="v1.1", messages=True, **options)
    return [row["content"] for row in found["messages"]]


def test_messages_are_found_beside_memories(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex", timestamp="2026-03-01T10:00:00Z")
    found = client.search("When does the boat leave?", user_id="alex", output_format="v1.1", messages=True)
    assert [row["memory"] for row in found["results"]] == ["Is allergic to nuts"]
    best = found["messages"][0]
    assert best["score"] >= 0.5
    assert {**best, "score": 1, "id": ""} == {
        "id": "",
        "role": "user",
        "name": "Alex",
        "content": BOAT,
        "user_id": "alex",
        "agent_id": None,
        "app_id": None,
        "run_id": None,
        "created_at": "2026-03-01T10:00:00+00:00",
        "score": 1,
    }
    # The system's instructions are nothing that anybody said.
    assert {row["content"] for row in found["messages"]} == {each["content"] for each in TALK[1:]}
    plain = client.search("When does the boat leave?", user_id="alex", output_format="v1.1")
    assert plain == {"results": found["results"], "relations": found["relations"]}


def test_as_many_as_wanted_and_as_good(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex")
    assert said(client, user_id="alex", top_k=1) == [BOAT]
    assert said(client, user_id="alex", threshold=0.5) == [BOAT]
    assert said(client, "pier", user_id="alex", keyword_search=False, threshold=0.0)
    [why] = [
        row["explain"]
        for row in client.search(
            "When does the boat leave?", user_id="alex", top_k=1, output_format="v1.1", messages=True, explain=True
        )["messages"]
    ]
    assert why["arms"]["text"]["rank"] == why["arms"]["vector"]["rank"] == 1
    assert why["messages"] == []


def test_they_need_the_form_that_has_room_for_them(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex")
    with pytest.raises(ValidationError, match=r"output_format=.v1\.1"):
        client.search("boat", user_id="alex", messages=True)


def test_each_speaker_has_what_they_said(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex", agent_id="guide", app_id="trips")
    assert HARBOUR not in said(client, user_id="alex")
    assert BOAT in said(client, user_id="alex", app_id="trips")
    assert said(client, agent_id="guide") == [HARBOUR]
    assert said(client, filters={"AND": [{"user_id": "alex"}, {"agent_id": "guide"}]}) == []


def test_tenants_do_not_hear_each_other(client: MemoryClient, store: StoreUnderTest) -> None:
    for user in ("alex", "bella"):
        client.add(
            [*TALK[1:], {"role": "user", "content": f"I like tea, and the boat of {user} is blue."}], user_id=user
        )
    for user, other in (("alex", "bella"), ("bella", "alex")):
        found = said(client, "boat", user_id=user)
        assert any(user in each for each in found)
        assert not any(other in each for each in found)
        assert other not in client.context("Which boat is blue?", user_id=user)
        with MemoryClient(**store.settings, llm="offline", embedder="local", scope={"user_id": user}) as bound:
            assert set(said(bound, "boat", filters={"user_id": {"ne": "x"}})) == set(found)
            assert other not in bound.context("Which boat is blue?")


FILTERS: list[tuple[Mapping[str, Any], bool]] = [
    ({"text": {"contains": "pier"}}, True),
    ({"text": {"contains": "nuts"}}, False),
    ({"NOT": {"keywords": "pier"}}, False),
    ({"created_at": {"gte": "2026-03-01", "lte": "2026-03-01"}}, True),
    ({"updated_at": {"gt": "2026-03-01"}}, False),
    ({"user_id": {"in": ["alex", "bella"]}}, True),
    ({"run_id": "*"}, False),
    ({"run_id": {"ne": "x"}}, True),
    # What a message does not have fails, but for "ne" and "nin".
    ({"categories": {"contains": "food"}}, False),
    ({"categories": {"ne": "food"}}, True),
    ({"NOT": {"categories": "food"}}, True),
    ({"metadata": {"mood": "good"}}, False),
    ({"metadata": {"mood": {"nin": ["bad"]}}}, True),
    ({"expiration_date": {"gt": "2020-01-01"}}, False),
    ({"event_start": {"gt": "2020-01-01"}}, False),
    ({"memory_id": {"ne": "x"}}, True),
    ({"memory_id": "*"}, False),
    ({"OR": [{"categories": "food"}, {"text": {"icontains": "PIER"}}]}, True),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS, ids=str)
def test_filters_hold_for_what_a_message_has(client: MemoryClient, filters: Mapping[str, Any], found: bool) -> None:
    client.add(TALK, user_id="alex", timestamp="2026-03-01T10:00:00Z", metadata={"mood": "good"})
    assert (BOAT in said(client, user_id="alex", filters=filters)) is found


def test_what_is_stored_as_said_is_a_memory_and_told_once(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex", infer=False)
    found = client.search("boat", user_id="alex", output_format="v1.1", messages=True)
    assert found["results"][0]["memory"] == BOAT
    assert found["messages"] == []
    assert client.context("boat", user_id="alex").count(BOAT) == 1


def test_what_is_said_again_is_found_once(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex")
    client.add([*TALK, {"role": "user", "content": "I also like tea."}], user_id="alex")
    found = said(client, user_id="alex", top_k=50)
    assert len(found) == len(set(found)) == 4


def test_what_a_deleted_memory_came_from_is_not_found(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex")
    [nuts] = client.get_all(user_id="alex")
    client.add("I like tea.", user_id="alex")
    client.delete(nuts["id"])
    # Of its call nothing is left, so the messages that nothing came of are not found either.
    assert said(client, user_id="alex", top_k=50) == ["I like tea."]
    [_, deletion] = client.history(nuts["id"])
    client.restore(client.history(nuts["id"])[0]["id"])
    assert BOAT in said(client, user_id="alex")
    assert deletion["event"] == "DELETE"
    client.delete_all(user_id="alex")
    assert said(client, user_id="alex") == []


def test_an_expired_memory_takes_its_message_along(client: MemoryClient) -> None:
    client.add("I like tea.", user_id="alex", expiration_date="2020-01-01")
    assert said(client, "tea", user_id="alex") == []
    [memory] = client.add("I like coffee.", user_id="alex")["results"]
    assert said(client, "coffee", user_id="alex") == ["I like coffee."]
    client.update(memory["id"], expiration_date="2020-01-01")
    assert said(client, "coffee", user_id="alex") == []


def test_erased_with_what_needs_it(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex")
    client.add("I like tea.", user_id="alex")
    nuts = next(memory for memory in client.get_all(user_id="alex") if "nuts" in memory["memory"])
    client.erase(nuts["id"])
    assert said(client, user_id="alex", top_k=50) == ["I like tea."]
    client.reset(confirm="everything")
    client.add("I like boats.", user_id="alex")
    assert said(client, user_id="alex") == ["I like boats."]


def test_the_past_knows_what_was_said_then(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex")
    [nuts] = client.get_all(user_id="alex")
    then = client.history(nuts["id"])[0]
    before = _moment(client)
    client.add("I like the boat of my uncle.", user_id="alex")
    between = _moment(client)
    client.delete(nuts["id"])
    assert then["event"] == "ADD"
    assert BOAT in said(client, user_id="alex", as_of=before)
    assert "I like the boat of my uncle." not in said(client, user_id="alex", as_of=before)
    assert {BOAT, "I like the boat of my uncle."} <= set(said(client, user_id="alex", as_of=between))
    assert said(client, user_id="alex") == ["I like the boat of my uncle."]


def _moment(client: MemoryClient) -> str:
    """A time between what was written before and what is written next."""
    return times.now().isoformat()


def test_switched_off_nothing_is_stored_or_found(client: MemoryClient, store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings, llm="offline", embedder="local", find_messages=False) as off:
        added = off.add(TALK, user_id="alex", explain=True)
        assert added["explain"]["usage"]["embeddings"] == 1
        assert said(off, user_id="alex") == []
        assert said(client, user_id="alex") == []
        assert "boat" not in off.context("When does the boat leave?", user_id="alex")
        assert [row["content"] for row in off.history(added["results"][0]["id"])[0]["input"]] == [
            each["content"] for each in TALK
        ]
        client.add(TALK[1:], user_id="bella")
        assert said(client, user_id="bella") != []
        assert said(off, user_id="bella") == []


class Counting:
    """The local embedder. `calls`: how many texts it was asked about, call by call."""

    def __init__(self) -> None:
        self._embedder = wordllama.embedder()
        self.name = self._embedder.name
        self.calls: list[int] = []

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        self.calls.append(len(texts))
        return self._embedder.embed(texts)

    def close(self) -> None:
        pass


def test_messages_are_embedded_with_the_facts(store: StoreUnderTest) -> None:
    embedder = Counting()
    with MemoryClient(**store.settings, llm="offline", embedder=embedder) as client:
        client.add(TALK, user_id="alex")
        assert embedder.calls == [4]
        # Nothing new was said.
        client.add(TALK, user_id="alex")
        client.add(TALK, user_id="bella", dry_run=True)
        assert embedder.calls == [4, 1]


def test_awaited_too(store: StoreUnderTest) -> None:
    async def ask() -> tuple[str, str]:
        async with AsyncMemoryClient(**store.awaited_settings, llm="offline", embedder="local") as client:
            await client.add(TALK, user_id="alex")
            found = await client.search(
                "When does the boat leave?", user_id="alex", output_format="v1.1", messages=True
            )
            return found["messages"][0]["content"], await client.context("When does the boat leave?", user_id="alex")

    best, context = asyncio.run(ask())
    assert best == BOAT
    assert BOAT in context
