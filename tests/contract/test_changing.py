"""update, delete, delete_all and history."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from graphmem import ConflictError, MemoryClient, MemoryNotFoundError, ScopeError, ValidationError
from tests.conftest import MakeClient, StoreUnderTest


@pytest.fixture
def memory(client: Any) -> dict[str, Any]:
    added = client.add("I like chicken", user_id="alex", infer=False, metadata={"a": 1}, categories=["food"])
    found: dict[str, Any] = client.get(added["results"][0]["id"])
    return found


def test_update_writes_a_new_version(client: Any, memory: dict[str, Any]) -> None:
    updated = client.update(memory["id"], text="I am vegetarian now")
    assert updated == client.get(memory["id"])
    assert updated["memory"] == "I am vegetarian now"
    assert updated["metadata"] == {"a": 1}
    assert updated["created_at"] == memory["created_at"]
    assert updated["updated_at"] > memory["updated_at"]
    assert updated["hash"] != memory["hash"]
    history = client.history(memory["id"])
    assert [(row["event"], row["old_memory"], row["new_memory"]) for row in history] == [
        ("ADD", None, "I like chicken"),
        ("UPDATE", "I like chicken", "I am vegetarian now"),
    ]
    assert history[0]["input"] == [{"role": "user", "content": "I like chicken"}]
    assert {row["memory_id"] for row in history} == {memory["id"]}
    assert set(history[0]) == {
        "id", "memory_id", "event", "old_memory", "new_memory", "input", "user_id", "agent_id", "app_id", "run_id", "categories",
        "metadata", "created_at", "updated_at",
    }  # fmt: skip


def test_search_finds_the_new_text_only(client: Any, memory: dict[str, Any]) -> None:
    client.update(memory["id"], text="I play the violin")
    [row] = client.search("violin", user_id="alex", explain=True)
    assert row["memory"] == "I play the violin"
    assert "text" in row["explain"]["arms"]
    [row] = client.search("chicken", user_id="alex", explain=True)
    assert "text" not in row["explain"]["arms"]


def test_metadata_and_categories_are_replaced(client: Any, memory: dict[str, Any]) -> None:
    client.update(memory["id"], metadata={"b": 2})
    assert client.get_all(metadata={"a": 1}) == []
    assert [row["id"] for row in client.get_all(metadata={"b": 2})] == [memory["id"]]
    client.update(memory["id"], categories=["likes"])
    assert client.get_all(categories=["food"]) == []
    assert [row["id"] for row in client.get_all(categories=["likes"])] == [memory["id"]]
    assert client.get(memory["id"])["memory"] == "I like chicken"
    assert client.search("chicken", user_id="alex", explain=True)[0]["explain"]["arms"].keys() >= {"vector", "text"}
    assert [row["event"] for row in client.history(memory["id"])] == ["ADD", "UPDATE", "UPDATE"]


def test_an_update_that_changes_nothing_writes_nothing(client: Any, memory: dict[str, Any]) -> None:
    assert client.update(memory["id"], text="I like chicken", metadata={"a": 1}) == memory
    assert len(client.history(memory["id"])) == 1


def test_expiration_date_can_be_set_and_taken_away(client: Any, memory: dict[str, Any]) -> None:
    assert (
        client.update(memory["id"], expiration_date="2099-01-01")["expiration_date"]
        == "2099-01-01T23:59:59.999999+00:00"
    )
    assert client.update(memory["id"], text="I like duck")["expiration_date"] == "2099-01-01T23:59:59.999999+00:00"
    assert client.update(memory["id"], expiration_date=None)["expiration_date"] is None


def test_an_immutable_memory_refuses(client: Any) -> None:
    id = client.add("I was born in Porto", user_id="alex", infer=False, immutable=True)["results"][0]["id"]
    with pytest.raises(ConflictError, match="immutable"):
        client.update(id, text="I was born in Faro")
    assert len(client.history(id)) == 1
    client.delete(id)


def test_two_memories_of_a_scope_cannot_say_the_same(client: Any, memory: dict[str, Any]) -> None:
    other = client.add("I like duck", user_id="alex", infer=False)["results"][0]["id"]
    with pytest.raises(ConflictError, match="already says this"):
        client.update(other, text=memory["memory"])
    assert client.get(other)["memory"] == "I like duck"
    assert len(client.history(other)) == 1


def test_update_takes_the_text_of_a_deleted_one(client: Any, memory: dict[str, Any]) -> None:
    other = client.add("I like duck", user_id="alex", infer=False)["results"][0]["id"]
    client.delete(memory["id"])
    assert client.update(other, text="I like chicken")["memory"] == "I like chicken"


@pytest.mark.parametrize(
    "change", [{}, {"text": " "}, {"text": 5}, {"metadata": []}, {"categories": "food"}, {"expiration_date": "soon"}]
)
def test_update_refuses_malformed_arguments(client: Any, memory: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        client.update(memory["id"], **change)
    assert client.get(memory["id"]) == memory


def test_delete_hides_a_memory_and_keeps_its_history(client: Any, memory: dict[str, Any]) -> None:
    client.delete(memory["id"])
    assert client.search("chicken", user_id="alex") == []
    assert client.get_all(user_id="alex") == []
    assert client.users() == {"results": []}
    for call in (client.get, client.delete, lambda name: client.update(name, text="x")):
        with pytest.raises(MemoryNotFoundError):
            call(memory["id"])
    assert [(row["event"], row["old_memory"], row["new_memory"]) for row in client.history(memory["id"])] == [
        ("ADD", None, "I like chicken"),
        ("DELETE", "I like chicken", None),
    ]


def test_unknown_ids_are_not_found(client: Any) -> None:
    for call in (client.get, client.delete, client.history, lambda name: client.update(name, text="x")):
        with pytest.raises(MemoryNotFoundError, match="nothing"):
            call("nothing")


def test_delete_all_touches_nothing_outside(client: Any, memory: dict[str, Any]) -> None:
    client.add("I like duck", user_id="alex", run_id="r1", infer=False, metadata={"a": 2})
    client.add("I like tea", user_id="blake", infer=False)
    client.add("Expired", user_id="alex", infer=False, expiration_date="2020-01-01")
    assert client.delete_all(user_id="alex", metadata={"a": 2})["deleted"] == 1
    assert client.delete_all(user_id="nobody")["deleted"] == 0
    assert client.delete_all(user_id="alex")["deleted"] == 2
    assert [row["user_id"] for row in client.get_all()] == ["blake"]
    with pytest.raises(ScopeError, match="user_id"):
        client.delete_all()
    assert [row["user_id"] for row in client.get_all()] == ["blake"]


def test_relations_go_with_the_text_that_supports_them(client: Any) -> None:
    id = client.add("My sister Anna lives in Berlin.", user_id="alex")["results"][0]["id"]
    assert client.info().counts["relations"] > 0
    client.update(id, text="I have no siblings")
    assert client.info().counts["relations"] == 0
    assert client.search("Anna", user_id="alex", output_format="v1.1")["relations"] == []
    other = client.add("My brother Ben lives in Madrid.", user_id="alex")["results"][0]["id"]
    client.delete(other)
    assert client.info().counts["relations"] == 0


def test_many_writers_of_one_memory_make_a_straight_chain(store: StoreUnderTest, new_client: MakeClient) -> None:
    client: MemoryClient = new_client()
    id = client.add("count 0", user_id="alex", infer=False)["results"][0]["id"]
    failed: list[BaseException] = []

    def write(worker: int) -> None:
        try:
            for n in range(5):
                client.update(id, metadata={"worker": worker, "n": n})
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    history = client.history(id)
    assert len(history) == 21
    for worker in range(4):
        assert [row["metadata"]["n"] for row in history if row["metadata"].get("worker") == worker] == list(range(5))


def test_many_writers_of_one_text_make_one_memory(store: StoreUnderTest, new_client: MakeClient) -> None:
    clients = [new_client() for _ in range(4)]
    answers: list[Any] = []

    def write(client: MemoryClient) -> None:
        answers.extend(client.add(f"same {n}", user_id="alex", infer=False)["results"][0] for n in range(5))

    threads = [threading.Thread(target=write, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert sum(row["event"] == "ADD" for row in answers) == 5
    assert len(clients[0].get_all(user_id="alex")) == 5
    assert clients[0].info().counts["versions"] == 5
    assert clients[0].info().counts["messages"] == 5
