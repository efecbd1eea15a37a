"""The text that an agent pastes into its prompt: what it holds, and what it must not."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem import MemoryClient, ValidationError
from graphmem.model import times
from graphmem.search import kinds
from tests.conftest import StoreUnderTest

DAY = "2026-03-{:02}"
TALK = [
    {"role": "user", "content": "I'm allergic to nuts."},
    {"role": "user", "name": "Alex", "content": "The boat leaves at seven from pier nine."},
]


@pytest.fixture
def client(store: StoreUnderTest) -> Any:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as made:
        yield made


def test_memories_and_what_was_said_with_their_dates(client: MemoryClient) -> None:
    client.add(TALK, user_id="alex", timestamp=DAY.format(1))
    assert client.context("When does the boat leave?", user_id="alex").splitlines()[-2:] == [
        "What was said:",
        "- [2026-03-01] Alex: The boat leaves at seven from pier nine.",
    ]
    # The fact and its message say the same.
    assert client.context("Is there an allergy to nuts?", user_id="alex").splitlines()[:2] == [
        "Memories:",
        "- [2026-03-01] Is allergic to nuts",
    ]
    assert client.context("Is there an allergy to nuts?", user_id="alex").count("nuts") == 1


def test_what_names_something_of_the_kind_that_is_asked_for_comes_higher(
    client: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.add("I went to Lisbon in May. I like quiet evenings in the garden.", user_id="alex")

    def first(query: str, **options: Any) -> str:
        return client.context(query, user_id="alex", **options).splitlines()[1]

    city, book = "Which city did I like in May?", "Which book did I like in May?"
    assert "evenings" in first(city)
    monkeypatch.setattr(kinds, "SHARE", 0.9)
    assert "Lisbon" in first(city)
    assert "Lisbon" in first(city, as_of=times.now())
    assert "evenings" in first(book)


def test_it_explains_what_it_holds(client: MemoryClient) -> None:
    [added] = client.add(TALK, user_id="alex")["results"]
    answer = client.context("nuts on the boat", user_id="alex", explain=True)
    told = client.search("nuts on the boat", user_id="alex", output_format="v1.1", messages=True, explain=True)
    by_content = {row["content"]: row["id"] for row in told["messages"]}
    assert answer["memories"] == [added["id"]]
    assert answer["messages"] == [by_content[TALK[1]["content"]]]
    assert answer["sources"] == {added["id"]: [by_content[TALK[0]["content"]]]}
    assert told["results"][0]["explain"]["messages"][0]["id"] == by_content[TALK[0]["content"]]
    assert answer["context"] == client.context("nuts on the boat", user_id="alex")
    assert answer["characters"] == len(answer["context"])
    assert answer["left_out"] == {"memories": [], "messages": []}
    small = client.context("nuts on the boat", user_id="alex", explain=True, max_tokens=20)
    assert small["tokens"] <= 20
    assert (small["memories"], small["messages"]) == (answer["memories"], [])
    assert small["left_out"] == {"memories": [], "messages": answer["messages"]}


@pytest.mark.parametrize("most", [1, 20, 60, 200])
def test_it_keeps_to_its_size(client: MemoryClient, most: int) -> None:
    for n in range(30):
        client.add(f"I like the café number {n}. It rained when the boat number {n} left.", user_id="alex")
    answer = client.context("Which café and which boat?", user_id="alex", max_tokens=most, explain=True)
    assert answer["tokens"] <= most
    assert len(answer["context"].encode()) <= 4 * most
    assert bool(answer["context"]) == (most > 1)
    assert len(answer["left_out"]["memories"]) > 0


def test_what_was_so_before_where_it_is_asked_for(client: MemoryClient) -> None:
    client.add("I live in Berlin.", user_id="alex", timestamp=DAY.format(1))
    client.add("I moved to Lisbon.", user_id="alex", timestamp=DAY.format(5))
    before = client.context("Where did I live before?", user_id="alex").splitlines()
    assert (
        before[before.index("Earlier, no longer so:") + 1] == f"- [{DAY.format(1)} to {DAY.format(5)}] Lives in Berlin"
    )
    assert "no longer" not in client.context("Where do I live?", user_id="alex")
    [memory] = client.get_all(user_id="alex")
    # Changed by hand, too.
    client.update(memory["id"], text="Lives in Porto")
    told = client.context("Where did I live before?", user_id="alex")
    assert "Lives in Berlin" in told
    assert memory["memory"] in told
    client.delete(memory["id"])
    assert client.context("Where did I live before?", user_id="alex") == ""


def test_what_a_caller_deleted_is_not_told_as_earlier(client: MemoryClient) -> None:
    [berlin] = client.add("I live in Berlin.", user_id="alex", infer=False)["results"]
    client.add("I used to live in Rome, by the river.", user_id="alex", infer=False)
    client.delete(berlin["id"])
    told = client.context("Where did I live before?", user_id="alex")
    assert "Rome" in told
    assert "Berlin" not in told


def test_the_past_as_it_was_known(client: MemoryClient) -> None:
    client.add("I live in Berlin.", user_id="alex")
    then = times.now()
    client.add("I moved to Lisbon.", user_id="alex")
    assert "Lisbon" not in client.context("Where do I live?", user_id="alex", as_of=then)
    assert "Berlin" in client.context("Where do I live?", user_id="alex", as_of=then)
    assert "Lisbon" not in client.context("Where did I live before?", user_id="alex", as_of=then)


def test_conditions_hold_for_all_its_parts(client: MemoryClient) -> None:
    client.add("I live in Berlin.", user_id="alex", timestamp=DAY.format(1))
    client.add("I moved to Lisbon.", user_id="alex", timestamp=DAY.format(5))
    late = client.context("Where did I live before?", user_id="alex", filters={"text": {"contains": "Lisbon"}})
    assert "Berlin" not in late
    assert "Lisbon" in late
    assert client.context("Where did I live before?", user_id="bella") == ""


def test_relations_that_are_asked_for(client: MemoryClient) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    memory = client.get_all(user_id="alex")[0]
    client.update(memory["id"], categories=["family"])
    told = client.context("Where does my sister live?", user_id="alex", explain=True)
    assert "Anna" in told["context"]
    assert told["context"].count("Berlin") == 1


def test_days_of_what_happened(client: MemoryClient) -> None:
    client.add("I ran the Porto marathon yesterday.", user_id="alex", timestamp=DAY.format(5))
    [memory] = client.get_all(user_id="alex")
    told = client.context("Which marathon did I run?", user_id="alex")
    assert memory["event_start"] is not None
    assert memory["event_start"] in told


def test_what_it_refuses(client: MemoryClient) -> None:
    for wrong in (0, -1, 2_000_000, 1.5, "x"):
        with pytest.raises(ValidationError, match="max_tokens"):
            client.context("tea", user_id="alex", max_tokens=wrong)
    with pytest.raises(ValidationError, match="query"):
        client.context(" ", user_id="alex")
