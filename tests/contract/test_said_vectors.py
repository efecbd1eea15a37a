"""Vectors of messages: changed with those of memories, made for those that have none, and moved with an export."""

from __future__ import annotations

import io
import json
from typing import Any

from graphmem import MemoryClient
from tests.conftest import StoreUnderTest
from tests.contract.test_reembedding import EMPTY, NEW, OLD, Make, Points
from tests.contract.test_reembedding import make as make
from tests.contract.test_reembedding import small_batches as small_batches

TALK = [
    {"role": "user", "content": "I like tea."},
    {"role": "user", "content": "The boat leaves at seven."},
    {"role": "assistant", "content": EMPTY},
    {"role": "user", "content": "From pier nine."},
]
FOUND = [each["content"] for each in TALK if each["content"] != EMPTY]
OFFLINE = {"llm": "offline"}


def nearest(client: Any, query: str) -> str:
    """What is found by meaning alone."""
    found = client.search(
        query, user_id="alex", output_format="v1.1", messages=True, keyword_search=False, top_k=50, explain=True
    )["messages"]
    arms = {row["content"]: row["explain"]["arms"] for row in found}
    scores = {content: by["vector"]["score"] for content, by in arms.items() if "vector" in by}
    best: str = max(scores, key=lambda content: float(scores[content]))
    return best


def records(client: Any) -> dict[str, Any]:
    """Content → record of each message in an export."""
    file = io.StringIO()
    client.export_jsonl(file)
    rows = map(json.loads, file.getvalue().splitlines())
    return {row["content"]: row for row in rows if row["kind"] == "message"}


def without_vectors(client: Any) -> list[str]:
    """An export in which no message has a vector, as that of a store that was just brought up from an older schema."""
    file = io.StringIO()
    client.export_jsonl(file)
    rows = map(json.loads, file.getvalue().splitlines())
    return [json.dumps({**row, "vector": None} if row["kind"] == "message" else row) for row in rows]


def test_they_change_with_those_of_memories(make: Make) -> None:
    client, _ = make(OLD, **OFFLINE)
    client.add(TALK, user_id="alex")
    old = records(client)
    assert all(old[content]["vector"] for content in FOUND)
    assert old[EMPTY]["vector"] is None
    new, embedder = make(NEW, **OFFLINE)
    # The memory, and four messages.
    assert new.reembed()["embedded"] == 5
    assert {*FOUND, EMPTY} <= {*embedder.texts}
    for content in FOUND:
        assert nearest(new, content) == content
    now = records(new)
    assert all(len(now[content]["vector"]) > len(old[content]["vector"]) for content in FOUND)
    assert now[EMPTY]["vector"] is None
    assert new.reembed()["embedded"] == 0


def test_what_is_added_meanwhile_is_embedded_too(make: Make, store: StoreUnderTest) -> None:
    client, _ = make(OLD, **OFFLINE)
    client.add(TALK, user_id="alex")
    new, embedder = make(NEW, **OFFLINE)

    def meanwhile() -> None:
        if len(embedder.texts) > 3:
            embedder.before = lambda: None
            with MemoryClient(**store.settings, **OFFLINE, embedder=Points(OLD)) as other:
                other.add("I like milk, and the train is late.", user_id="alex")

    embedder.before = meanwhile
    new.reembed()
    assert nearest(new, "I like milk, and the train is late.") == "I like milk, and the train is late."
    assert all(record["vector"] or content == EMPTY for content, record in records(new).items())


def test_those_that_have_none_get_one_by_the_same_embedder(make: Make) -> None:
    client, embedder = make(OLD, **OFFLINE)
    client.add(TALK, user_id="alex")
    lines = without_vectors(client)
    client.reset("everything")
    client.import_jsonl(lines)
    # By words they are found at once.
    found = client.search("boat", user_id="alex", output_format="v1.1", messages=True)["messages"]
    assert found[0]["content"] == TALK[1]["content"]
    embedder.texts.clear()
    assert client.reembed()["embedded"] == 4
    assert sorted(text for text in embedder.texts if text != "memory") == sorted(each["content"] for each in TALK)
    for content in FOUND:
        assert nearest(client, content) == content
    assert client.reembed()["embedded"] == 0


def test_they_move_with_an_export(make: Make) -> None:
    client, _ = make(OLD, **OFFLINE)
    client.add(TALK, user_id="alex", agent_id="guide")
    file = io.StringIO()
    client.export_jsonl(file)
    before = records(client)
    assert {(row["user_id"], row["agent_id"]) for row in before.values()} == {("alex", None), (None, "guide")}
    client.reset("everything")
    client.import_jsonl(file.getvalue().splitlines())
    assert records(client) == before
    assert nearest(client, FOUND[-1]) == FOUND[-1]
    client.erase(user_id="alex")
    assert client.search("boat", output_format="v1.1", messages=True)["messages"] == []


def test_an_export_of_an_older_graphmem_brings_messages_that_are_not_found(make: Make) -> None:
    client, _ = make(OLD, **OFFLINE)
    client.add(TALK, user_id="alex")
    file = io.StringIO()
    client.export_jsonl(file)
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    for row in rows:
        if row["kind"] == "message":
            for name in ("user_id", "agent_id", "app_id", "run_id", "vector"):
                del row[name]
    client.reset("everything")
    client.import_jsonl([json.dumps(row) for row in rows])
    assert client.search("boat", user_id="alex", output_format="v1.1", messages=True)["messages"] == []
    [memory] = client.get_all(user_id="alex")
    assert client.history(memory["id"])[0]["input"][1]["content"] == TALK[1]["content"]
    assert client.reembed()["embedded"] == 0


def test_a_store_without_them_says_that_nothing_is_to_be_done(make: Make) -> None:
    client, _ = make(OLD, **OFFLINE, find_messages=False)
    client.add(TALK, user_id="alex")
    assert all(row["vector"] is row["user_id"] is None for row in records(client).values())
    assert client.reembed()["embedded"] == 0
