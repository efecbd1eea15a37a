"""delete_users and reset: what they delete, and what they leave alone."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem import MemoryClient, ScopeError
from tests.conftest import CYPHER, FILE, MakeClient, StoreUnderTest


def test_delete_users_deletes_everything_of_each_owner(client: Any) -> None:
    for ids in (
        {"user_id": "alex"},
        {"user_id": "alex", "run_id": "r"},
        {"user_id": "blake"},
        {"agent_id": "tutor"},
        {"app_id": "app"},
    ):
        client.add(f"said by {ids}", **ids, infer=False)
    client.add("hidden", user_id="alex", infer=False, expiration_date="2020-01-01")
    gone = client.get_all(user_id="alex")[0]["id"]
    assert client.delete_users(user_id="alex", agent_id="tutor") == {"message": "4 memories deleted", "deleted": 4}
    assert [(row["type"], row["id"]) for row in client.users()["results"]] == [("user", "blake"), ("app", "app")]
    assert [row["event"] for row in client.history(gone)] == ["ADD", "DELETE"]
    assert client.delete_users(user_id="alex")["deleted"] == 0


def test_a_bound_client_deletes_its_own_only(client: Any, new_client: MakeClient) -> None:
    client.add("one", user_id="alex", run_id="r", infer=False)
    client.add("two", user_id="blake", run_id="r", infer=False)
    bound = new_client(scope={"user_id": "alex"})
    with pytest.raises(ScopeError, match="outside of this client's scope"):
        bound.delete_users(user_id="blake")
    assert bound.delete_users(run_id="r")["deleted"] == 1
    assert [row["user_id"] for row in client.get_all()] == ["blake"]
    with pytest.raises(ScopeError, match="bound to a scope"):
        bound.reset(confirm="everything")


def test_reset_leaves_nothing_and_the_store_goes_on(client: Any) -> None:
    before = client.info()
    client.add("My sister Anna lives in Berlin.", user_id="alex", categories=["family"], metadata={"a": {"b": 1}})
    id = client.add("I like chicken", user_id="alex", infer=False)["results"][0]["id"]
    client.update(id, text="I like fish")
    client.delete(id)
    client.reset(confirm="everything")
    after = client.info()
    assert set(after.counts.values()) == {0}
    assert (after.embedder, after.id) == (None, before.id)
    assert client.get_all() == client.search("fish") == client.users()["results"] == []
    client.add("I like chicken", user_id="alex", infer=False)
    assert [row["event"] for row in client.history(client.get_all()[0]["id"])] == ["ADD"]
    assert len(client.search("chicken", user_id="alex")) == 1


class Threes:
    """An embedder of another size."""

    name = "threes"

    def embed(self, texts: Any) -> Any:
        import numpy as np

        return [np.array([1, 0, 0], dtype=np.float32) for _ in texts]

    def close(self) -> None:
        pass


def test_after_a_reset_another_embedder_may_be_used(new_client: MakeClient) -> None:
    first = new_client()
    first.add("one", user_id="u", infer=False)
    assert len(first.search("one")) == 1
    first.reset(confirm="everything")
    second = new_client(embedder=Threes())
    second.add("two", user_id="u", infer=False)
    found = second.search("anything", user_id="u", explain=True)
    assert found[0]["explain"]["arms"]["vector"]["score"] == pytest.approx(1.0)
    assert second.info().embedder.dimensions == 3
    # The server is shared by the tests, and they embed otherwise.
    second.reset(confirm="everything")


@pytest.mark.needs(FILE)
def test_nothing_is_left_in_the_file(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        client.add("The password is xylophone", user_id="zebediah", infer=False, metadata={"k": "quetzal"})
        client.reset(confirm="everything")
        held = b"".join(each.read_bytes() for each in store.file.parent.iterdir())
    for word in (b"xylophone", b"zebediah", b"quetzal"):
        assert word not in held


FOREIGN = """
CREATE (:User {name: 'theirs'})-[:KNOWS]->(:Person {id: 'p'})
CREATE (:Memory {id: 'theirs'}), (:Message {text: 'theirs'}), (:Category {name: 'theirs', parent: 'x'}), (:Version {number: 1})
CREATE (:Entity {name: 'theirs'}), (:User:Customer {id: 'both', caption: 'both'}), (:User {id: 'more', caption: 'more', age: 7})
"""


@pytest.mark.needs(CYPHER)
def test_nodes_of_other_programs_stay(store: StoreUnderTest) -> None:
    assert store.server is not None
    driver = store.server.driver
    with MemoryClient(**store.settings) as client:
        client.add("one", user_id="alex", infer=False, categories=["food"])
        client.add("two", user_id="both", agent_id="tutor", infer=False)
        driver.execute_query("MATCH (u:User {id: 'both'}) DETACH DELETE u")
        driver.execute_query(FOREIGN)
        client.add("three", user_id="both", infer=False)
        driver.execute_query("MATCH (u:User {id: 'alex'}) MATCH (p:Person) CREATE (p)-[:IS]->(u)")
        client.reset(confirm="everything")
        left = driver.execute_query(
            "MATCH (n) WHERE NOT n:GraphMem RETURN labels(n) AS labels, properties(n) AS has"
        ).records
        assert sorted(("+".join(sorted(row["labels"])), sorted(row["has"].items())) for row in left) == [
            ("Category", [("name", "theirs"), ("parent", "x")]),
            ("Customer+User", [("caption", "both"), ("id", "both")]),
            ("Entity", [("name", "theirs")]),
            # Theirs is linked to it, so it stays as well.
            ("GraphmemUser+User", [("caption", "alex"), ("id", "alex")]),
            ("Memory", [("id", "theirs")]),
            ("Message", [("text", "theirs")]),
            ("Person", [("id", "p")]),
            ("User", [("age", 7), ("caption", "more"), ("id", "more")]),
            ("User", [("name", "theirs")]),
            ("Version", [("number", 1)]),
        ]
        kinds = driver.execute_query("MATCH ()-[r]->() RETURN type(r) AS kind ORDER BY kind").records
        assert [row["kind"] for row in kinds] == ["IS", "KNOWS"]
