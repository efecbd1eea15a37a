"""Adds with a language model, played by a scripted server: its answers, all its failures, and no partial writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import EmbeddingError, ExtractionError, MemoryClient, OpenAISettings
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM


def fact(text: str, *messages: int, about: str = "user", **more: Any) -> dict[str, Any]:
    return {
        "text": text,
        "about": about,
        "messages": list(messages),
        "categories": [],
        "entities": [],
        "relations": [],
        **more,
    }


ALLERGY = {"facts": [fact("Is allergic to nuts", 1, categories=["food_preferences", "health"])]}
ASKED = [
    {"role": "user", "content": "Hi! I'm allergic to nuts."},
    {"role": "assistant", "content": "Noted! Do you like Indian food?"},
    {"role": "user", "name": "Alex", "content": "Don't like it much since I cannot eat spicy food."},
]


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(dimensions=64) as found:
        yield found


def settings(server: ScriptedLLM, **more: Any) -> OpenAISettings:
    return OpenAISettings(
        **{"model": "scripted", "base_url": server.base_url, "timeout_seconds": 5.0, "max_retries": 2, **more}
    )


@pytest.fixture
def client(server: ScriptedLLM, store: StoreUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**store.settings, llm=settings(server)) as found:
        yield found


@pytest.fixture
def embedded(server: ScriptedLLM) -> Iterator[MemoryClient]:
    with MemoryClient(":memory:", llm=settings(server)) as found:
        yield found


def test_facts_with_categories_entities_and_relations(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(
        {
            "facts": [
                fact("Is allergic to nuts", 1, categories=["food_preferences"]),
                fact(
                    "Sister Anna lives in Berlin",
                    1,
                    entities=[{"name": "Anna", "type": "person"}, {"name": "Berlin", "type": "place"}],
                    relations=[{"source": "Anna", "relationship": "Lives in", "target": "Berlin"}],
                ),
            ]
        }
    )
    answer = client.add("I'm allergic to nuts. My sister Anna lives in Berlin.", user_id="alex")
    assert [(row["memory"], row["event"]) for row in answer["results"]] == [
        ("Is allergic to nuts", "ADD"),
        ("Sister Anna lives in Berlin", "ADD"),
    ]
    [relation] = answer["relations"]
    assert (relation["source"], relation["relationship"], relation["target"]) == ("Anna", "lives_in", "Berlin")
    assert [row["memory"] for row in client.get_all(categories=["food_preferences"])] == ["Is allergic to nuts"]
    found = client.search("Anna", user_id="alex", output_format="v1.1")
    assert [each["target"] for each in found["relations"]] == ["Berlin"]


def test_the_request_holds_prompt_and_schema(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.reply({"facts": []})
    embedded.add(
        ASKED,
        user_id="alex",
        timestamp="2026-03-05",
        includes="food",
        excludes="money",
        custom_instructions="Be brief.",
        custom_categories=[{"eating": "what is eaten"}],
    )
    [request] = server.requests
    assert request.body["response_format"]["json_schema"]["strict"] is True
    system, user = (message["content"] for message in request.body["messages"])
    for part in ("Include only: food", "Leave out: money", "Be brief.", "eating (what is eaten)", "2026-03-05"):
        assert part in system
    assert "[3] user (Alex): Don't like it much" in user


def test_both_ids_store_each_fact_under_its_speaker(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply({"facts": [fact("Lives in San Francisco", 1), fact("Is based in Dubai", 2, about="assistant")]})
    client.add(
        [
            {"role": "user", "content": "I live in San Francisco."},
            {"role": "assistant", "content": "I am based in Dubai."},
        ],
        user_id="alex",
        agent_id="guide",
        run_id="r1",
    )
    [user], [agent] = client.get_all(user_id="alex"), client.get_all(agent_id="guide")
    assert (user["memory"], user["agent_id"], user["run_id"]) == ("Lives in San Francisco", None, "r1")
    assert (agent["memory"], agent["user_id"], agent["run_id"]) == ("Is based in Dubai", None, "r1")
    assert client.search("city", filters={"AND": [{"user_id": "alex"}, {"agent_id": "guide"}]}) == []


def test_known_facts_are_not_added_again(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(ALLERGY, ALLERGY)
    client.add("I'm allergic to nuts", user_id="alex")
    assert [row["event"] for row in client.add("I'm allergic to nuts, as I said", user_id="alex")["results"]] == [
        "NONE"
    ]
    assert len(client.get_all(user_id="alex")) == 1


def test_facts_without_support_are_dropped(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.reply({"facts": [fact("Is allergic to nuts", 1), fact("Owns a yacht", 9), fact("Is a duke")]})
    assert [row["memory"] for row in embedded.add(ASKED[0], user_id="alex")["results"]] == ["Is allergic to nuts"]


def test_infer_false_asks_no_model(embedded: MemoryClient, server: ScriptedLLM) -> None:
    embedded.add(ASKED, user_id="alex", infer=False)
    assert server.requests == []


def test_an_unusable_answer_is_asked_for_again(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.reply("I would rather not.", ALLERGY)
    assert len(embedded.add("I'm allergic to nuts", user_id="alex")["results"]) == 1
    again = server.requests[1].body["messages"]
    assert again[-2] == {"role": "assistant", "content": "I would rather not."}
    assert "can't be used" in again[-1]["content"]


@pytest.mark.parametrize(
    "answers",
    [
        ["no", "no"],
        ["{}", "{}"],
        ['{"facts": "none"}', '{"facts": [{"text": 1}]}'],
        ["", ""],
        [json.dumps({"facts": [fact(f"Fact {n}", 1) for n in range(10_000)]})] * 2,
    ],
)
def test_two_unusable_answers_are_an_error_and_write_nothing(
    client: MemoryClient, server: ScriptedLLM, answers: list[str]
) -> None:
    server.reply(*answers)
    with pytest.raises(ExtractionError, match="no usable answer"):
        client.add("I'm allergic to nuts", user_id="alex")
    assert set(client.info().counts.values()) == {0}


def test_cut_off_answers_are_repaired(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.cut_off('{"facts": [{"text": "Is aller').reply(ALLERGY)
    assert len(embedded.add("I'm allergic to nuts", user_id="alex")["results"]) == 1


def test_a_refusal_is_an_error(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.refusal("I can't help with that.")
    with pytest.raises(ExtractionError, match="refused: I can't help"):
        embedded.add("I'm allergic to nuts", user_id="alex")


def test_429_is_retried_with_backoff(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.fail(429, headers={"Retry-After": "0.1"}).fail(503).reply(ALLERGY)
    assert len(embedded.add("I'm allergic to nuts", user_id="alex")["results"]) == 1
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "tries", "says"), [(429, 3, "429"), (500, 3, "status 500"), (401, 1, "refuses the key"), (404, 1, "404")]
)
def test_failures_of_the_server(
    embedded: MemoryClient, server: ScriptedLLM, status: int, tries: int, says: str
) -> None:
    for _ in range(tries):
        server.fail(status, headers={"Retry-After": "0.1"})
    with pytest.raises(ExtractionError, match=says) as caught:
        embedded.add("I'm allergic to nuts", user_id="alex")
    assert "Nothing was stored" in str(caught.value)
    assert len(server.requests) == tries
    assert embedded.get_all(user_id="alex") == []


def test_a_time_out_is_an_error(server: ScriptedLLM) -> None:
    server.hang(3).hang(3)
    with MemoryClient(":memory:", llm=settings(server, timeout_seconds=0.3, max_retries=1)) as client:
        with pytest.raises(ExtractionError, match="did not answer within"):
            client.add("I'm allergic to nuts", user_id="alex")
        assert client.get_all() == []


@pytest.mark.parametrize(
    "wire", [b"garbage", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"]
)
def test_responses_that_are_not_json_are_an_error(server: ScriptedLLM, wire: bytes) -> None:
    server.raw(wire)
    with MemoryClient(":memory:", llm=settings(server, max_retries=0)) as client, pytest.raises(ExtractionError):
        client.add("I'm allergic to nuts", user_id="alex")


def test_a_server_that_refuses_the_schema_with_500(embedded: MemoryClient, server: ScriptedLLM) -> None:
    for _ in range(3):
        server.fail(500, "response_format type must be one of text or json_object", headers={"retry-after-ms": "1"})
    server.reply(ALLERGY)
    assert len(embedded.add("I'm allergic to nuts", user_id="alex")["results"]) == 1


def test_invalid_unicode_is_asked_for_again(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.reply('{"facts": [{"text": "Half \\ud800", "about": "user", "messages": [1]}]}', ALLERGY)
    assert [row["memory"] for row in embedded.add("I'm allergic to nuts", user_id="alex")["results"]] == [
        "Is allergic to nuts"
    ]


def test_a_server_without_json_schema(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.unsupported_schema().reply(ALLERGY, {"facts": []})
    assert len(embedded.add("I'm allergic to nuts", user_id="alex")["results"]) == 1
    embedded.add("Hello", user_id="alex")
    formats = [request.body["response_format"]["type"] for request in server.requests]
    assert formats == ["json_schema", "json_object", "json_object"]
    # In the message that is there: some templates want one system message, and that first.
    assert [message["role"] for message in server.requests[1].body["messages"]] == ["system", "user"]
    assert "JSON of this schema" in server.requests[1].body["messages"][0]["content"]


def test_an_answer_too_short_to_matter_is_no_error(embedded: MemoryClient, server: ScriptedLLM) -> None:
    server.reply({"facts": []})
    assert embedded.add("Hello!", user_id="alex") == {"results": [], "relations": []}


def test_errors_and_reprs_hold_no_keys(server: ScriptedLLM) -> None:
    server.fail(401)
    with MemoryClient(":memory:", llm=settings(server, api_key="sk-secret-word")) as client:
        with pytest.raises(ExtractionError) as caught:
            client.add("x", user_id="alex")
        assert "secret-word" not in f"{caught.value!r} {client!r} {client.choices!r}"
    assert "sk-secret-word" in str(server.requests[0].headers)


def test_embeddings_over_the_wire(server: ScriptedLLM) -> None:
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        client.add("I like tea", user_id="alex", infer=False)
        assert client.search("tea", user_id="alex")[0]["memory"] == "I like tea"
        embedder = client.info().embedder
        assert embedder is not None
        assert (embedder.name, embedder.dimensions) == ("scripted", 64)


def test_a_failing_embedder_writes_nothing(server: ScriptedLLM) -> None:
    server.fail(400, to="embeddings")
    with MemoryClient(":memory:", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError, match="status 400"):
            client.add("I like tea", user_id="alex", infer=False)
        assert set(client.info().counts.values()) == {0}
