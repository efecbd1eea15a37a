"""restore, undo and erase: going back writes new versions, and erased data is gone."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from graphmem import ConflictError, MemoryClient, MemoryNotFoundError, ScopeError, ValidationError
from tests.conftest import FILE, MakeClient, StoreUnderTest


def added(client: Any, text: str, **ids: Any) -> str:
    return str(client.add(text, **{"user_id": "alex", "infer": False, **ids})["results"][0]["id"])


def events(client: Any, id: str) -> list[tuple[str, str | None, str | None]]:
    return [(row["event"], row["old_memory"], row["new_memory"]) for row in client.history(id)]


def related(client: Any, **ids: Any) -> set[tuple[str, str, str]]:
    found = client.get_all(**ids, output_format="v1.1")["relations"]
    return {(each["source"], each["relationship"], each["target"]) for each in found}


def test_restore_writes_a_new_version(client: Any) -> None:
    id = added(client, "one", metadata={"a": 1}, categories=["x"])
    client.update(id, text="two", metadata={"b": 2}, categories=["y"])
    first = client.history(id)[0]["id"]
    restored = client.restore(first)
    assert (restored["id"], restored["memory"], restored["metadata"], restored["categories"]) == (
        id,
        "one",
        {"a": 1},
        ["x"],
    )
    assert client.get(id) == restored
    assert events(client, id) == [("ADD", None, "one"), ("UPDATE", "one", "two"), ("UPDATE", "two", "one")]
    assert [row["id"] for row in client.search("one", user_id="alex")] == [id]
    # It is so already: nothing is written.
    assert client.restore(first) == restored
    assert len(client.history(id)) == 3


def test_restore_brings_back_what_was_deleted_with_its_relations(client: Any) -> None:
    [row] = client.add("My sister Anna lives in Berlin.", user_id="alex", metadata={"k": 1})["results"]
    before, relations = client.get(row["id"]), related(client, user_id="alex")
    assert relations
    client.update(row["id"], metadata={"k": 2})
    client.delete(row["id"])
    assert related(client, user_id="alex") == set()
    version = client.history(row["id"])[0]["id"]
    back = client.restore(version)
    assert {**back, "updated_at": None} == {**before, "updated_at": None}
    assert related(client, user_id="alex") == relations
    assert client.search("Where does Anna live?", user_id="alex")[0]["id"] == row["id"]
    assert [event for event, _, _ in events(client, row["id"])] == ["ADD", "UPDATE", "DELETE", "ADD"]
    assert {each["total_memories"] for each in client.users()["results"]} == {1}


def test_impossible_restores_are_refused(client: Any) -> None:
    id = added(client, "one")
    client.update(id, text="two")
    twin = added(client, "one")
    first, _ = (row["id"] for row in client.history(id))
    with pytest.raises(ConflictError):
        client.restore(first)
    client.delete(twin)
    client.restore(first)
    client.delete(id)
    with pytest.raises(ValidationError, match="is the deletion of memory"):
        client.restore(client.history(id)[-1]["id"])
    with pytest.raises(MemoryNotFoundError):
        client.restore("no such version")
    fixed = added(client, "fixed", immutable=True)
    with pytest.raises(ConflictError):
        client.update(fixed, text="other")
    assert client.restore(client.history(fixed)[0]["id"])["memory"] == "fixed"


def test_undo_of_an_add_an_update_and_a_delete(client: Any) -> None:
    added(client, "stays")
    told = client.add(
        [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}, {"role": "user", "content": "stays"}],
        user_id="alex", infer=False, explain=True,
    )  # fmt: skip
    event_id = told["explain"]["event_id"]
    undone = client.undo(event_id)
    assert sorted(row["event"] for row in undone["results"]) == ["DELETE", "DELETE"]
    assert [row["memory"] for row in client.get_all(user_id="alex")] == ["stays"]
    # An undo is a call like others.
    again = client.undo(undone["event_id"])
    assert sorted((row["event"], row["memory"]) for row in again["results"]) == [("ADD", "one"), ("ADD", "two")]
    assert len(client.get_all(user_id="alex")) == 3

    id = told["results"][0]["id"]
    client.update(id, text="three")
    with pytest.raises(ConflictError, match="was changed after that"):
        client.undo(again["event_id"])
    client.undo(client.history(id)[-1]["id"])
    assert client.get(id)["memory"] == "one"
    client.delete(id)
    client.undo(client.history(id)[-1]["id"])
    assert client.get(id)["memory"] == "one"
    with pytest.raises(MemoryNotFoundError):
        client.undo("no such call")


def test_undo_of_a_fact_that_replaced_another(client: Any) -> None:
    [row] = client.add("I live in Berlin.", user_id="alex", timestamp="2026-03-01")["results"]
    before = related(client, user_id="alex")
    told = client.add("I moved to Lisbon.", user_id="alex", timestamp="2026-03-02", explain=True)
    assert [each["event"] for each in told["results"]] == ["UPDATE"]
    client.undo(told["explain"]["event_id"])
    assert "Berlin" in client.get(row["id"])["memory"]
    assert related(client, user_id="alex") == before


def test_another_scope_is_out_of_reach(store: StoreUnderTest, new_client: MakeClient) -> None:
    client, other = new_client(), new_client(scope={"user_id": "bo"})
    id = added(client, "one")
    client.update(id, text="two")
    version = client.history(id)[0]["id"]
    for call in (lambda: other.restore(version), lambda: other.undo(version), lambda: other.erase(id)):
        with pytest.raises(MemoryNotFoundError):
            call()
    with pytest.raises(ScopeError):
        other.erase(user_id="alex")
    assert client.get(id)["memory"] == "two"


def test_erase_one(client: Any) -> None:
    talk = [{"role": "user", "content": "My sister Anna lives in Berlin."}, {"role": "user", "content": "I like tea."}]
    rows = client.add(talk, user_id="alex")["results"]
    anna = next(row["id"] for row in rows if "Anna" in row["memory"])
    tea = next(row["id"] for row in rows if "tea" in row["memory"])
    client.update(anna, metadata={"a": 1})
    before = client.info().counts
    counts = client.erase(anna)
    assert (counts["memories"], counts["versions"], counts["messages"], counts["left"]) == (1, 2, 1, 0)
    assert counts["entities"] >= 2
    assert counts["relations"] >= 1
    after = client.info().counts
    assert {name: before[name] - after[name] for name in ("memories", "versions", "messages")} == {
        "memories": 1, "versions": 2, "messages": 1,
    }  # fmt: skip
    for call in (client.get, client.history, client.erase):
        with pytest.raises(MemoryNotFoundError):
            call(anna)
    assert [message["content"] for message in client.history(tea)[0]["input"]] == ["I like tea."]
    assert client.search("Where does Anna live?", user_id="alex", threshold=0.9, keyword_search=False) == []
    # Talk goes on, and neighbours are found.
    client.add("I like coffee.", user_id="alex")
    assert len(client.get_all(user_id="alex")) == 2


def test_erase_a_scope_with_what_was_deleted_in_it(client: Any) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    client.add("My sister Anna lives in Berlin.", user_id="bo")
    gone = added(client, "a secret", run_id="r")
    client.delete(gone)
    counts = client.erase(user_id="alex")
    assert (counts["memories"], counts["left"]) == (2, 0)
    assert client.erase(user_id="alex") == {
        "message": "0 memories erased", "memories": 0, "versions": 0, "messages": 0, "entities": 0, "relations": 0, "left": 0,
    }  # fmt: skip
    assert len(client.get_all(user_id="bo", output_format="v1.1")["relations"]) > 0
    client.erase(user_id="bo")
    counts = client.info().counts
    assert {
        name: counts[name] for name in ("memories", "versions", "messages", "entities", "relations", "users")
    } == dict.fromkeys(("memories", "versions", "messages", "entities", "relations", "users"), 0)


@pytest.mark.parametrize("given", [{}, {"memory_id": "x", "user_id": "alex"}])
def test_erase_needs_a_memory_or_a_scope(client: Any, given: dict[str, str]) -> None:
    with pytest.raises(ScopeError, match="either memory_id, or at least one"):
        client.erase(**given)


@pytest.mark.needs(FILE)
def test_erased_text_is_nowhere_in_the_file(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        client.add("The codeword is Rumpelstiltskin.", user_id="alex", infer=False)
        client.add("Something else entirely", user_id="bo", infer=False)
        client.update(client.get_all(user_id="alex")[0]["id"], text="The codeword was Rumpelstilzchen.")
        client.erase(user_id="alex")
        left = b"".join(path.read_bytes() for path in store.file.parent.iterdir())
        assert b"umpelstil" not in left
        assert b"entirely" in left
    with sqlite3.connect(store.file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
