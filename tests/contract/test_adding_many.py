"""add_many: the same results as single calls of add, in fewer transactions, and what is kept when one of them fails."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import ExtractionError, MemoryClient, OpenAISettings, ScopeError, ValidationError
from tests.conftest import KINDS, Awaited, MakeClient, StoreUnderTest
from tests.tools.scripted_llm import CHAT, EMBEDDINGS, USAGE, Answer, ScriptedLLM, as_said, failed, vector


def events(answer: Any) -> list[list[tuple[str, str]]]:
    return [[(row["event"], row["memory"]) for row in each["results"]] for each in answer["results"]]


def texts(client: Any, **where: Any) -> set[str]:
    return {row["memory"] for row in client.get_all(**where)}


def test_each_conversation_is_stored_verbatim(client: Any) -> None:
    said = [f"Fact number {n}" for n in range(5)]
    told: list[int] = []
    answer = client.add_many(said, user_id="u", infer=False, chunk_size=2, progress=told.append)
    assert events(answer) == [[("ADD", text)] for text in said]
    assert told == [2, 4, 5]
    assert texts(client, user_id="u") == set(said)
    assert {row["id"] for each in answer["results"] for row in each["results"]} == {r["id"] for r in client.get_all()}
    again = client.add_many([*said, "One more", "One more"], user_id="u", infer=False)
    assert [each[0][0] for each in events(again)] == ["NONE"] * 5 + ["ADD", "NONE"]
    assert again["results"][5]["results"][0]["id"] == again["results"][6]["results"][0]["id"]
    assert client.doctor() == {"problems": []}


def test_each_add_has_its_own_event_and_messages(client: Any) -> None:
    answer = client.add_many(
        [f"Fact number {n}" for n in range(3)] + ["Fact number 0"], user_id="u", infer=False, explain=True
    )
    calls = [each["explain"]["event_id"] for each in answer["results"]]
    assert len(set(calls)) == 4
    ids = [each["results"][0]["id"] for each in answer["results"]]
    for n in range(3):
        [version] = client.history(ids[n])
        assert [(each["role"], each["content"]) for each in version["input"]] == [("user", f"Fact number {n}")]
    client.undo(calls[1])
    assert texts(client) == {"Fact number 0", "Fact number 2"}


def test_arguments_of_an_item_override_those_of_the_call(client: Any) -> None:
    client.add_many(
        [
            {"messages": "Likes tea", "metadata": {"n": 1}},
            {"messages": [{"role": "user", "content": "Likes rain"}], "user_id": "bo", "timestamp": "2025-01-02"},
            {"role": "user", "content": "Likes snow"},
            {"messages": "Likes sun", "app_id": "guide", "immutable": True, "categories": ["weather"]},
        ],
        user_id="alex",
        infer=False,
        metadata={"n": 0},
    )
    rows = {row["memory"]: row for row in client.get_all()}
    assert {text: (row["user_id"], row["app_id"], row["metadata"]["n"]) for text, row in rows.items()} == {
        "Likes tea": ("alex", None, 1),
        "Likes rain": ("bo", None, 0),
        "Likes snow": ("alex", None, 0),
        "Likes sun": ("alex", "guide", 0),
    }
    assert rows["Likes rain"]["created_at"].startswith("2025-01-02")
    assert (rows["Likes sun"]["immutable"], rows["Likes sun"]["categories"]) == (True, ["weather"])


def test_malformed_items_are_named_and_nothing_is_written(client: Any, new_client: MakeClient) -> None:
    for given, says in (
        (["fine", " "], "conversations[1]: messages hold no text"),
        (
            ["fine", {"messages": "x", "usr_id": "a"}],
            "conversations[1]: 'usr_id' is not allowed; allowed are messages, user_id",
        ),
        ([{"messages": "x", "timestamp": "soon"}], "conversations[0]: timestamp"),
        ([[]], "conversations[0]: messages is empty"),
        ("fine", "conversations must be a list, not str"),
    ):
        with pytest.raises(ValidationError) as caught:
            client.add_many(given, user_id="u", infer=False)
        assert says in str(caught.value)
    with pytest.raises(ScopeError, match=r"conversations\[0\]: add needs at least one of user_id"):
        client.add_many(["fine"], infer=False)
    with pytest.raises(ScopeError, match="outside"):
        new_client(scope={"user_id": "u"}).add_many([{"messages": "x", "user_id": "other"}], infer=False)
    for name in ("chunk_size", "workers"):
        with pytest.raises(ValidationError, match=f"{name} must be a whole number from 1"):
            client.add_many(["fine"], user_id="u", **{name: 0})
    assert client.get_all() == []
    assert client.add_many([], user_id="u") == {"results": []}


def test_a_later_one_changes_what_an_earlier_one_says(client: Any) -> None:
    answer = client.add_many(
        [
            {"messages": "I live in Berlin.", "timestamp": "2026-01-01"},
            {"messages": "My sister Anna lives in Rome.", "timestamp": "2026-01-02"},
            {"messages": "I moved to Lisbon.", "timestamp": "2026-01-03"},
            {"messages": "I live in Berlin.", "timestamp": "2026-01-04"},
        ],
        user_id="alex",
    )
    assert [[event for event, _ in each] for each in events(answer)] == [["ADD"], ["ADD"], ["UPDATE"], ["UPDATE"]]
    [home] = {row["id"] for n in (0, 2, 3) for row in answer["results"][n]["results"]}
    assert [row["event"] for row in client.history(home)] == ["ADD", "UPDATE", "UPDATE"]
    assert {row["target"] for row in client.relations(user_id="alex") if row["memory_id"] == home} == {"Berlin"}
    assert client.doctor() == {"problems": []}


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    # So many that no two texts are close by chance.
    with ScriptedLLM(dimensions=1_024) as found:
        yield found


@pytest.fixture(params=KINDS)
def scripted(request: pytest.FixtureRequest, server: ScriptedLLM, store: StoreUnderTest) -> Iterator[Any]:
    asked = OpenAISettings(model="scripted", base_url=server.base_url, timeout_seconds=20.0, max_retries=0)
    models = {"llm": asked, "embedder": asked}
    with MemoryClient(**store.settings, **models) as emptied:
        # Of vectors of another size.
        emptied.reset(confirm="everything")
    if request.param == "sync":
        with MemoryClient(**store.settings, **models) as found:
            yield found
            found.reset(confirm="everything")
        return
    loop = asyncio.new_event_loop()
    awaited = Awaited(loop, **store.awaited_settings, **models)
    try:
        yield awaited
        awaited.reset(confirm="everything")
    finally:
        awaited.close()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def requests(server: ScriptedLLM, path: str) -> list[dict[str, Any]]:
    return [request.body for request in server.requests if request.path == path]


def test_a_model_reads_several_at_once_and_embeddings_go_in_one_batch(scripted: Any, server: ScriptedLLM) -> None:
    together = threading.Barrier(4, timeout=15)

    def rule(body: dict[str, Any]) -> dict[str, Any] | Answer:
        together.wait()
        return as_said(body)

    server.rule(rule)
    said = [f"Likes thing {n}" for n in range(8)]
    answer = scripted.add_many(said, user_id="u", workers=4, explain=True)
    assert events(answer) == [[("ADD", text)] for text in said]
    assert len(requests(server, CHAT)) == 8
    assert [len(body["input"]) for body in requests(server, EMBEDDINGS)] == [8]
    assert (answer["usage"]["llm_calls"], answer["usage"]["embeddings"]) == (8, 8)
    assert answer["usage"]["prompt_tokens"] == 800
    assert set(answer["usage"]["milliseconds"]) == {"recollect", "extract", "embed", "compare", "write"}
    assert [each["explain"]["usage"]["llm_calls"] for each in answer["results"]] == [1] * 8


def moved(body: dict[str, Any]) -> dict[str, Any]:
    """Every fact is the newer state of the first memory that it is compared with."""
    asked = body["messages"][-1]["content"]
    if not asked.startswith("Known memories:"):
        return {"facts": [{**each, "categories": ["home"]} for each in as_said(body)["facts"]]}
    near = re.findall(r"^N(\d+): .* \[compare with K(\d+)", asked, re.M)
    return {"decisions": [{"new": int(n), "event": "UPDATE", "known": int(k), "text": ""} for n, k in near]}


def alike(body: dict[str, Any]) -> Answer:
    """Texts of one subject, which is their first word, are close to each other, and to no others."""
    rows = [
        {"object": "embedding", "index": n, "embedding": vector(text.split()[0], 64)}
        for n, text in enumerate(body["input"])
    ]
    return Answer({"object": "list", "data": rows, "model": "scripted", "usage": USAGE})


def test_updates_that_follow_each_other_cost_two_calls_each(scripted: Any, server: ScriptedLLM) -> None:
    server.rule(moved).embedding_rule(alike)
    said = [f"Home is number {n} now" for n in range(18)]
    answer = scripted.add_many(said, user_id="u", explain=True)
    assert [event for [(event, _)] in events(answer)] == ["ADD", *["UPDATE"] * 17]
    assert texts(scripted) == {said[-1]}
    asked = [body["messages"][-1]["content"] for body in requests(server, CHAT)]
    deciding = [each for each in asked if each.startswith("Known memories:")]
    # One for each but the first, and at most two that were asked beforehand and turned out otherwise.
    assert len(asked) - len(deciding) == 18
    assert 17 <= len(deciding) <= 19
    assert answer["usage"]["llm_calls"] == len(asked)


def test_what_has_nothing_to_do_with_each_other_is_decided_at_once(scripted: Any, server: ScriptedLLM) -> None:
    server.rule(as_said).embedding_rule(alike)
    subjects = ("Tea", "Rain", "Chess", "Rome")
    scripted.add_many([f"{subject} is fine" for subject in subjects], user_id="u")
    together = threading.Barrier(4, timeout=15)

    def rule(body: dict[str, Any]) -> dict[str, Any] | Answer:
        if body["messages"][-1]["content"].startswith("Known memories:"):
            together.wait()
        return as_said(body)

    server.rule(rule)
    said = [f"{subject} is better" for subject in subjects]
    answer = scripted.add_many(said, user_id="u", workers=4, explain=True)
    assert events(answer) == [[("ADD", text)] for text in said]
    assert answer["usage"]["llm_calls"] == 8


def test_messages_read_before_ask_no_model(scripted: Any, server: ScriptedLLM) -> None:
    server.rule(as_said)
    said = ["Likes tea", "Likes rain", "Likes tea"]
    answer = scripted.add_many(said, user_id="u")
    assert events(answer) == [[("ADD", "Likes tea")], [("ADD", "Likes rain")], [("NONE", "Likes tea")]]
    assert len(requests(server, CHAT)) == 2
    assert events(scripted.add_many(said, user_id="u")) == [[("NONE", text)] for text in said]
    assert len(requests(server, CHAT)) == 2


@pytest.mark.parametrize("workers", [1, 4])
def test_a_failure_leaves_the_adds_before_it(scripted: Any, server: ScriptedLLM, workers: int) -> None:
    broken = [True]

    def rule(body: dict[str, Any]) -> dict[str, Any] | Answer:
        return failed(401) if broken and "Likes thing 5" in json.dumps(body) else as_said(body)

    server.rule(rule)
    said = [f"Likes thing {n}" for n in range(9)]
    told: list[int] = []
    with pytest.raises(ExtractionError, match="of 9 conversations the first 5 were stored"):
        scripted.add_many(said, user_id="u", chunk_size=3, workers=workers, progress=told.append)
    assert told == [3, 5]
    assert texts(scripted) == set(said[:5])
    broken.clear()
    answer = scripted.add_many(said, user_id="u", chunk_size=3)
    assert [each[0][0] for each in events(answer)] == ["NONE"] * 5 + ["ADD"] * 4
    assert texts(scripted) == set(said)
    assert scripted.doctor() == {"problems": []}


def test_embeddings_that_fail_leave_the_chunks_before(scripted: Any, server: ScriptedLLM) -> None:
    server.rule(as_said)
    scripted.add_many([f"Likes thing {n}" for n in range(2)], user_id="u")
    server.fail(401, to=EMBEDDINGS)
    with pytest.raises(Exception, match="of 2 conversations the first 0 were stored"):
        scripted.add_many(["Likes tea", "Likes rain"], user_id="u")
    assert texts(scripted) == {"Likes thing 0", "Likes thing 1"}
