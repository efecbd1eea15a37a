"""batch_update and batch_delete: many memories in one transaction."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from graphmem import ConflictError, MemoryNotFoundError, ValidationError
from tests.conftest import MakeClient


@pytest.fixture
def ids(client: Any) -> list[str]:
    said = [{"role": "user", "content": f"Fact number {n}"} for n in range(5)]
    return [row["id"] for row in client.add(said, user_id="u", infer=False, metadata={"n": 1})["results"]]


def texts(client: Any) -> set[str]:
    return {row["memory"] for row in client.get_all()}


def test_many_are_updated_at_once(client: Any, ids: list[str]) -> None:
    done = client.batch_update(
        [
            {"memory_id": ids[1], "text": "Likes tea"},
            {"memory_id": ids[0], "metadata": {"n": 2}, "categories": ["food"]},
            {"memory_id": ids[2], "text": "Fact number 2"},
        ]
    )
    assert done["message"] == "3 memories updated"
    assert done["results"] == [client.get(ids[1]), client.get(ids[0]), client.get(ids[2])]
    assert client.get(ids[1])["memory"] == "Likes tea"
    assert (client.get(ids[0])["metadata"], client.get(ids[0])["categories"]) == ({"n": 2}, ["food"])
    assert [len(client.history(id)) for id in ids] == [2, 2, 1, 1, 1]
    assert client.search("tea", user_id="u")[0]["id"] == ids[1]


def test_many_are_deleted_at_once(client: Any, ids: list[str]) -> None:
    assert client.batch_delete([{"memory_id": ids[0]}, ids[3]]) == {"message": "2 memories deleted", "deleted": 2}
    assert texts(client) == {"Fact number 1", "Fact number 2", "Fact number 4"}
    assert [row["event"] for row in client.history(ids[3])] == ["ADD", "DELETE"]
    assert client.batch_delete([])["deleted"] == 0
    assert client.batch_update([])["results"] == []


def test_one_failure_fails_the_whole_batch(client: Any, new_client: MakeClient, ids: list[str]) -> None:
    fixed = client.add("Fixed", user_id="u", infer=False, immutable=True)["results"][0]["id"]
    before = client.get_all()
    first = {"memory_id": ids[0], "text": "Changed"}
    with pytest.raises(MemoryNotFoundError, match="no-such-id"):
        client.batch_update([first, {"memory_id": "no-such-id", "text": "x"}])
    with pytest.raises(ConflictError, match="immutable"):
        client.batch_update([first, {"memory_id": fixed, "text": "x"}])
    with pytest.raises(ConflictError, match="already says this"):
        client.batch_update([first, {"memory_id": ids[1], "text": "Fact number 2"}])
    with pytest.raises(MemoryNotFoundError, match="no-such-id"):
        client.batch_delete([ids[0], "no-such-id"])
    with pytest.raises(MemoryNotFoundError):
        new_client(scope={"user_id": "other"}).batch_delete([ids[0]])
    assert client.get_all() == before


BAD_UPDATES = (
    ("x", "memories must be a list, not str"),
    ([5], "memories[0] must be an object with memory_id, not int"),
    ([{"text": "x"}], "memories[0].memory_id must be a string, not null"),
    ([{"memory_id": "a"}], "memories[0] changes nothing"),
    ([{"memory_id": "a", "txt": "x"}], "memories[0] has the key 'txt'; allowed are memory_id, text"),
    ([{"memory_id": "a", "text": " "}], "memories[0].text is blank"),
    ([{"memory_id": "a", "text": "x"}, {"memory_id": " a ", "text": "y"}], "memories[1] lists memory 'a' again"),
    ([{"memory_id": str(n), "text": "x"} for n in range(1_001)], "1,001 items; at most 1,000"),
)


def test_malformed_batches_are_refused(client: Any) -> None:
    for given, says in BAD_UPDATES:
        with pytest.raises(ValidationError) as caught:
            client.batch_update(given)
        assert says in str(caught.value)
    for deletions, says in (
        ({"memory_id": "a"}, "not dict"),
        (["a", "a"], "again"),
        ([None], "memories[0].memory_id must be a string"),
        (["a", {"id": "b"}], "memories[1] must be an id, or an object with memory_id, not one with the keys 'id'"),
    ):
        with pytest.raises(ValidationError) as caught:
            client.batch_delete(deletions)
        assert says in str(caught.value)


def test_a_batch_of_the_largest_size_is_accepted(client: Any) -> None:
    said = [{"role": "user", "content": f"Fact number {n}"} for n in range(1_000)]
    ids = [row["id"] for row in client.add(said, user_id="u", infer=False)["results"]]
    client.batch_update([{"memory_id": id, "text": f"Changed number {n}"} for n, id in enumerate(ids)])
    assert texts(client) == {f"Changed number {n}" for n in range(1_000)}
    assert client.batch_delete(ids)["deleted"] == 1_000
    assert texts(client) == set()


def test_batches_at_once_make_straight_chains(client: Any, new_client: MakeClient, ids: list[str]) -> None:
    writers = [new_client() for _ in range(4)]

    def write(number: int) -> None:
        for turn in range(3):
            order = ids if number % 2 else ids[::-1]
            writers[number].batch_update([{"memory_id": id, "metadata": {"by": number, "turn": turn}} for id in order])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for id in ids:
        assert [row["event"] for row in client.history(id)] == ["ADD"] + ["UPDATE"] * 12
