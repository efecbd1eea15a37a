"""delete_users and reset while other clients, processes and programs use the same store."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest

from graphmem import MemoryClient, SchemaError, StoreError, StoreUnavailableError
from graphmem.stores.sqlite import connections
from tests.conftest import CYPHER, FILE, MakeClient, StoreUnderTest
from tests.contract.test_resetting import Threes
from tests.stores.test_schema import run


@pytest.fixture
def threads() -> Any:
    """Runs callables again and again until the block ends, each in a thread; what they raise is collected."""
    done, raised, started = threading.Event(), [], []

    def repeat(call: Callable[[int], Any]) -> None:
        for n in itertools.count():
            if done.is_set():
                return
            try:
                call(n)
            except Exception as error:
                raised.append(error)
                return

    def start(*calls: Callable[[int], Any]) -> list[Exception]:
        for call in calls:
            started.append(threading.Thread(target=repeat, args=(call,)))
            started[-1].start()
        return raised

    def stop() -> None:
        done.set()
        for each in started:
            each.join()

    start.stop = stop  # type: ignore[attr-defined]
    yield start
    stop()


def test_after_a_reset_an_open_client_goes_on_with_its_embedder(new_client: MakeClient) -> None:
    mine, other, wrong = new_client(), new_client(), new_client(embedder=Threes())
    mine.add("I like tea", user_id="u", infer=False)
    other.reset(confirm="everything")
    assert mine.search("tea", user_id="u") == []
    mine.add("I like milk", user_id="u", infer=False)
    assert mine.info().embedder.dimensions > 3
    with pytest.raises(SchemaError, match="threes"):
        wrong.add("I like coffee", user_id="u", infer=False)
    assert [row["memory"] for row in other.search("milk", user_id="u")] == ["I like milk"]


def test_an_open_client_of_the_old_embedder_is_refused(new_client: MakeClient) -> None:
    old, new = new_client(), new_client(embedder=Threes())
    id = old.add("I like tea", user_id="u", infer=False)["results"][0]["id"]
    assert old.search("tea", user_id="u")
    new.reset(confirm="everything")
    kept = new.add("I like coffee", user_id="u", infer=False)["results"][0]["id"]
    for call in (
        lambda: old.add("I like milk", user_id="u", infer=False),
        lambda: old.update(kept, text="I like milk"),
    ):
        with pytest.raises(SchemaError, match="threes"):
            call()
    with pytest.raises(StoreError):
        old.search("tea", user_id="u")
    # What needs no vectors goes on.
    assert old.update(kept, categories=["drinks"])["categories"] == ["drinks"]
    assert [row["memory"] for row in new.search("coffee", user_id="u")] == ["I like coffee"]
    assert id != kept
    # The server is shared by the tests, and they embed otherwise.
    new.reset(confirm="everything")


def test_adds_during_a_reset_are_complete_or_gone(new_client: MakeClient, threads: Any) -> None:
    writers = [new_client() for _ in range(2)]
    calls = [
        lambda n, writer=writer, who=who: writer.add(
            f"My sister Anna{n} lives in Berlin.", user_id=f"u{who}", app_id="app", categories=["family"]
        )
        for who, writer in enumerate(writers)
    ]
    raised = threads(*calls)
    client = new_client()
    for _ in range(4):
        while not client.get_all():
            assert not raised, raised
        client.reset(confirm="everything")
    threads.stop()
    assert not raised, raised
    rows = client.get_all()
    assert client.info().counts["versions"] >= len(rows)
    for row in rows:
        assert [each["event"] for each in client.history(row["id"])] == ["ADD"]
        assert client.update(row["id"], metadata={"seen": True})["metadata"] == {"seen": True}
    assert (client.info().embedder is not None) or not rows
    client.reset(confirm="everything")
    assert set(client.info().counts.values()) == {0}


@pytest.mark.needs(FILE)
def test_vector_ids_are_never_reused(store: StoreUnderTest) -> None:
    path = store.file
    newest = "SELECT max(id) FROM vector"
    with MemoryClient(path) as client, MemoryClient(path) as other, sqlite3.connect(path) as connection:
        client.add("I like tea", user_id="u", infer=False)
        other.search("tea", user_id="u")
        before = connection.execute(newest).fetchone()[0]
        client.reset(confirm="everything")
        client.add("My car is red", user_id="u", infer=False)
        assert connection.execute(newest).fetchone()[0] > before
        [here], [there] = client.search("red car", user_id="u"), other.search("red car", user_id="u")
        assert here["score"] == there["score"]
    connection.close()


@pytest.mark.needs(FILE)
def test_every_table_is_emptied(store: StoreUnderTest) -> None:
    path = store.file
    with MemoryClient(path) as client:
        client.add("My sister Anna lives in Berlin.", user_id="u", categories=["c"], metadata={"a": 1})
        client.delete(client.add("gone", user_id="u", infer=False)["results"][0]["id"])
        client.reset(confirm="everything")
        with sqlite3.connect(path) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table'")]
            rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
            connection.execute("INSERT INTO memory_text (memory_text, rank) VALUES ('integrity-check', 1)")
        connection.close()
    del rows["sqlite_sequence"], rows["sqlite_schema"]
    assert rows.pop("meta") == 1
    assert len(rows) > 9
    assert set(rows.values()) == {0}


@pytest.mark.needs(FILE)
def test_traces_kept_by_another_process_are_reported(store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.2)
    path = store.file
    with MemoryClient(path) as client:
        client.add("The password is xylophone", user_id="u", infer=False)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT text FROM memory").fetchall()
        with pytest.raises(StoreUnavailableError, match=r"is deleted, but traces.*once more"):
            client.reset(confirm="everything")
        assert client.get_all() == []
        reader.close()
        client.reset(confirm="everything")
        assert not any(b"xylophone" in each.read_bytes() for each in path.parent.iterdir())


NODES = "MATCH (n:GraphmemUser|GraphmemAgent|GraphmemApp|GraphmemRun|GraphmemCategory) RETURN coalesce(n.id, n.name) AS name ORDER BY name"


def nodes(store: StoreUnderTest) -> list[str]:
    return [row["name"] for row in run(store.server, NODES)]


@pytest.mark.needs(CYPHER)
def test_owners_without_memories_have_no_node(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        client.add("one", user_id="alex", run_id="r", app_id="app", infer=False, categories=["a", "b"])
        client.add("two", user_id="blake", app_id="app", infer=False, categories=["b", "c"])
        two = client.get_all(user_id="blake")[0]["id"]
        assert nodes(store) == ["a", "alex", "app", "b", "blake", "c", "r"]
        client.delete_users(user_id="alex")
        assert nodes(store) == ["app", "b", "blake", "c"]
        client.update(two, categories=["c", "d"])
        assert nodes(store) == ["app", "blake", "c", "d"]
        client.delete(two)
        assert nodes(store) == []


@pytest.mark.needs(CYPHER)
def test_nodes_that_others_use_outlive_their_memories(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        for user in ("linked", "labelled", "written", "mine"):
            client.add(user, user_id=user, infer=False)
        run(store.server, "MATCH (u:GraphmemUser {id: 'linked'}) CREATE (:Person)-[:IS]->(u)")
        run(store.server, "MATCH (u:GraphmemUser {id: 'labelled'}) SET u:Customer")
        run(store.server, "MATCH (u:GraphmemUser {id: 'written'}) SET u.age = 7")
        assert client.delete_users(user_id="mine")["deleted"] == 1
        for user in ("linked", "labelled", "written"):
            client.delete_all(user_id=user)
        assert nodes(store) == ["labelled", "linked", "written"]
        assert run(store.server, "MATCH (:GraphmemUser)-[r:HAS_MEMORY]->() RETURN r") == []
        assert client.users() == {"results": []}
        assert client.info().counts["users"] == 0
        client.add("again", user_id="linked", infer=False)
        assert len(nodes(store)) == 3


def test_adding_to_a_user_who_is_just_deleted(store: StoreUnderTest, new_client: MakeClient, threads: Any) -> None:
    writers, deleter = [new_client() for _ in range(2)], new_client()
    added: list[str] = []

    def add(n: int, writer: MemoryClient, who: int) -> None:
        rows = writer.add(f"fact {who} {n}", user_id="u", app_id="app", infer=False, categories=["c"])["results"]
        added.extend(row["id"] for row in rows)

    raised = threads(*(lambda n, w=w, who=who: add(n, w, who) for who, w in enumerate(writers)))
    gone = 0
    for _ in range(8):
        gone += deleter.delete_users(user_id="u")["deleted"]
        assert not raised, raised
    threads.stop()
    assert not raised, raised
    assert len(deleter.get_all(user_id="u")) == len(added) - gone
    if CYPHER in store.capabilities:
        linked = """
            MATCH (:GraphmemUser)-[:HAS_MEMORY]->(m:GraphmemMemory)<-[:HAS_MEMORY]-(:GraphmemApp)
            WHERE (m)-[:IN_CATEGORY]->() RETURN m
        """
        assert len(run(store.server, linked)) == len(added) - gone
        deleter.delete_users(user_id="u")
        assert nodes(store) == []
