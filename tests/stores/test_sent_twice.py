"""A commit whose answer was lost is sent again, and must not write anything twice."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import Any

import pytest
from neo4j.exceptions import TransientError

from graphmem import MemoryClient
from graphmem._sync.stores.neo4j_connection import Neo4jConnection
from graphmem.settings import Neo4jSettings
from tests.conftest import StoreUnderTest
from tests.stores.test_schema import run

write_checked = Neo4jConnection.write_checked


def test_what_is_sent_twice_is_written_once(neo4j_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(self: Neo4jConnection, *args: Any) -> Any:
        write_checked(self, *args)
        return write_checked(self, *args)

    once = shape_after_changes(neo4j_store)
    monkeypatch.setattr(Neo4jConnection, "write_checked", twice)
    assert shape_after_changes(neo4j_store) == once
    assert min(once[kind] for kind in ("Message", "PREVIOUS", "RELATES_TO", "DERIVED_FROM", "IN_CATEGORY", "NEXT")) > 0


def shape_after_changes(store: StoreUnderTest) -> Counter[str]:
    """How many nodes and relationships of each kind there are when memories were made, changed, withdrawn and brought back."""
    with MemoryClient(**store.settings) as client:
        client.reset(confirm="everything")
        client.add("I live in Lisbon and work at Acme.", user_id="alex", app_id="app")
        client.add([{"role": "user", "content": "I live in Porto now."}], user_id="alex", app_id="app")
        kept = client.add("plays chess", user_id="alex", run_id="r", categories=["a", "b"], infer=False)["results"][0][
            "id"
        ]
        client.update(kept, categories=["b", "c"])
        client.update(kept, text="plays chess with Maria")
        dropped = client.add("plays go", user_id="blake", categories=["d"], infer=False)["results"][0]["id"]
        assert client.delete(dropped)
        client.restore(client.history(dropped)[0]["id"])
        client.add("plays bridge", user_id="casey", infer=False)
        assert client.delete_all(user_id="casey")["deleted"] == 1
        assert client.doctor()["problems"] == []
    counted = "MATCH (n) UNWIND labels(n) AS kind RETURN kind, count(*) AS count UNION ALL"
    counted += " MATCH ()-[r]->() RETURN type(r) AS kind, count(*) AS count"
    return Counter({row["kind"]: row["count"] for row in run(store.server, counted)})


class DeadlockError(TransientError):
    def is_retryable(self) -> bool:
        return True


@pytest.mark.thorough
def test_writers_who_wait_for_each_other_again_and_again_are_let_through(neo4j_store: StoreUnderTest) -> None:
    lost = [DeadlockError()] * 6

    def work(_: Any) -> str:
        if lost:
            raise lost.pop()
        return "done"

    server = neo4j_store.server
    assert server is not None
    # By the driver's own pauses only four attempts fit into the time.
    with closing(Neo4jConnection(Neo4jSettings(server.uri, server.username, server.password))) as connection:
        assert connection.transaction(work) == "done"
    assert lost == []
