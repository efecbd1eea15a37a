"""What add stores, for whom, and what it returns."""

from __future__ import annotations

from typing import Any

import pytest

TALK = [
    {"role": "system", "content": "You are a friendly cook."},
    {"role": "user", "content": "I'm allergic to nuts."},
    {"role": "assistant", "content": "Noted, no nuts."},
]


def texts(rows: Any) -> list[str]:
    return sorted(row["memory"] for row in rows)


def test_answer_has_an_event_and_an_id_for_each_memory(client: Any) -> None:
    answer = client.add(TALK, user_id="alex", infer=False)
    assert set(answer) == {"results", "relations"}
    assert [(row["memory"], row["event"]) for row in answer["results"]] == [
        ("I'm allergic to nuts.", "ADD"),
        ("Noted, no nuts.", "ADD"),
    ]
    assert client.get(answer["results"][0]["id"])["memory"] == "I'm allergic to nuts."


def test_bare_list_on_demand(client: Any) -> None:
    rows = client.add("I like tea", user_id="alex", infer=False, output_format="v1.0")
    assert [row["event"] for row in rows] == ["ADD"]


def test_same_messages_twice_add_nothing(client: Any) -> None:
    first = client.add(TALK, user_id="alex", infer=False)["results"]
    again = client.add(TALK, user_id="alex", infer=False)["results"]
    assert [row["event"] for row in again] == ["NONE", "NONE"]
    assert [row["id"] for row in again] == [row["id"] for row in first]
    assert client.info().counts["memories"] == 2
    assert client.info().counts["versions"] == 2
    assert client.info().counts["messages"] == 3


def test_same_message_twice_in_one_call_is_one_memory(client: Any) -> None:
    rows = client.add([TALK[1], TALK[1]], user_id="alex", infer=False)["results"]
    assert [row["event"] for row in rows] == ["ADD"]


def test_same_text_of_two_users_is_two_memories(client: Any) -> None:
    client.add("I like tea", user_id="alex", infer=False)
    rows = client.add("I like tea", user_id="blake", infer=False)["results"]
    assert [row["event"] for row in rows] == ["ADD"]


def test_a_deleted_text_can_be_added_again(client: Any) -> None:
    first = client.add("I like tea", user_id="alex", infer=False)["results"][0]
    client.delete(first["id"])
    second = client.add("I like tea", user_id="alex", infer=False)["results"][0]
    assert second["event"] == "ADD"
    assert second["id"] != first["id"]


def test_dry_run_reports_and_writes_nothing(client: Any) -> None:
    client.add("I like tea", user_id="alex", infer=False)
    rows = client.add(["I like tea"][0], user_id="alex", infer=False, dry_run=True)["results"]
    assert [row["event"] for row in rows] == ["NONE"]
    rows = client.add("I like milk", user_id="alex", infer=False, dry_run=True)["results"]
    assert [row["event"] for row in rows] == ["ADD"]
    assert texts(client.get_all(user_id="alex")) == ["I like tea"]


def test_both_ids_split_by_speaker(client: Any) -> None:
    client.add(TALK, user_id="alex", agent_id="cook", run_id="r1", app_id="kitchen", infer=False)
    [user] = client.get_all(user_id="alex")
    [agent] = client.get_all(agent_id="cook")
    assert (user["memory"], user["agent_id"], user["run_id"], user["app_id"]) == (
        "I'm allergic to nuts.",
        None,
        "r1",
        "kitchen",
    )
    assert (agent["memory"], agent["user_id"], agent["run_id"], agent["app_id"]) == (
        "Noted, no nuts.",
        None,
        "r1",
        "kitchen",
    )
    assert client.get_all(user_id="alex", agent_id="cook") == []
    assert len(client.get_all(run_id="r1")) == 2
    assert len(client.get_all(app_id="kitchen")) == 2


@pytest.mark.parametrize("field", ["user_id", "agent_id", "app_id", "run_id"])
def test_one_id_takes_all_messages(client: Any, field: str) -> None:
    client.add(TALK, **{field: "one"}, infer=False)
    assert len(client.get_all(**{field: "one"})) == 2


def test_all_arguments_of_add_are_returned_by_get(client: Any) -> None:
    metadata = {"a": {"b": [1, 2.5, None, {"c": "d"}]}, "a.b": True, "big": 2**70, "名": "值", "null": None}
    added = client.add(
        "I like tea",
        user_id="alex",
        infer=False,
        metadata=metadata,
        categories=["drinks", "likes"],
        timestamp=1_700_000_000,
        expiration_date="2099-12-31",
        immutable=True,
    )
    found = client.get(added["results"][0]["id"])
    assert found["metadata"] == metadata
    assert found["categories"] == ["drinks", "likes"]
    assert found["created_at"] == found["updated_at"] == "2023-11-14T22:13:20+00:00"
    assert found["expiration_date"] == "2099-12-31T23:59:59.999999+00:00"
    assert found["immutable"] is True
    assert set(found) == {
        "id", "memory", "user_id", "agent_id", "app_id", "run_id", "hash", "metadata", "categories", "immutable",
        "expiration_date", "event_start", "event_end", "created_at", "updated_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    "id", ["alice@example.com", "用户-1", "a/b c", "'; DROP TABLE memory; --", "`}) RETURN 1 //", "x" * 256]
)
def test_ids_may_be_any_text(client: Any, id: str) -> None:
    client.add("I like tea", user_id=id, run_id=id, infer=False)
    assert [row["user_id"] for row in client.search("tea", user_id=id)] == [id]
    assert [row["run_id"] for row in client.get_all(run_id=id)] == [id]


@pytest.mark.parametrize(
    "text",
    [
        "quote ' and \" and `",
        "back\\slash",
        "NUL \x00 inside",
        "line\nbreaks\r\n\u2028",
        "🙂 emoji",
        "$param {braces}",
        "a" * 100_000,
    ],
)
def test_texts_come_back_as_they_were(client: Any, text: str) -> None:
    added = client.add(text, user_id="alex", infer=False)["results"][0]
    assert client.get(added["id"])["memory"] == text
    assert client.history(added["id"])[0]["input"] == [{"role": "user", "content": text}]


def test_facts_without_a_model(client: Any) -> None:
    client.add(
        [{"role": "user", "content": "Hi! I'm allergic to nuts. What should I cook?"}],
        user_id="alex",
        metadata={"source": "chat"},
    )
    [memory] = client.get_all(user_id="alex")
    assert "allergic to nuts" in memory["memory"]
    assert "What should I cook" not in memory["memory"]
    assert memory["metadata"] == {"source": "chat"}
    assert client.add("How are you?", user_id="alex")["results"] == []


def test_relations_are_answered_and_found(client: Any) -> None:
    added = client.add("My sister Anna lives in Berlin.", user_id="alex")
    [row] = added["results"]
    assert {relation["memory_id"] for relation in added["relations"]} == {row["id"]}
    found = client.search("Where does Anna live?", user_id="alex", output_format="v1.1")
    assert found["relations"]
    key = lambda each: (each["source"], each["relationship"], each["target"])  # noqa: E731
    assert sorted(map(key, found["relations"])) == sorted(map(key, added["relations"]))
    assert client.get_all(user_id="alex", output_format="v1.1")["relations"] == found["relations"]
