"""The doctor finds what is broken, repairs what is safe to repair, and finds nothing in a healthy store."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, ScopeError
from tests.conftest import CYPHER, StoreUnderTest

# check → how to break a store so that it fails, and whether it can be repaired
EMBEDDED = {
    "numbers": ("UPDATE version SET number = 7 WHERE number = 2", False),
    "intervals": ("UPDATE version SET recorded_to = recorded_to + 1 WHERE number = 1", True),
    "events": ("UPDATE version SET event = 'UPDATE' WHERE number = 1", False),
    "newest": ("UPDATE version SET text = 'other' WHERE recorded_to IS NULL", False),
    "lost": ("DELETE FROM memory WHERE text LIKE '%tea%'", False),
    "orphans": ("INSERT INTO entity (id, owner, key, name, type) VALUES ('x', 'o', 'k', 'K', 'thing')", True),
    "unsupported": ("UPDATE relation SET memory_id = 'nobody'", True),
    "strangers": ("UPDATE entity SET owner = id", False),
    "unlinked": ("DELETE FROM memory_category", True),
}
NEO4J = {
    "numbers": ("MATCH (v:Version {number: 2}) SET v.number = 7", False),
    "intervals": ("MATCH (v:Version {number: 1}) SET v.recorded_to = v.recorded_to + duration('PT1S')", True),
    "events": ("MATCH (v:Version {number: 1}) SET v.event = 'UPDATE'", False),
    "newest": ("MATCH (v:Version) WHERE v.recorded_to IS NULL SET v.text = 'other'", False),
    "lost": ("MATCH (m:Memory) WHERE m.text CONTAINS 'tea' REMOVE m:GraphmemMemory", False),
    "orphans": ("CREATE (:GraphmemEntity {id: 'x', owner: 'o', key: 'k'})", True),
    "unsupported": ("MATCH ()-[r:RELATES_TO]->() SET r.memory_id = 'nobody'", True),
    "strangers": ("MATCH (e:Entity) SET e.owner = e.id", False),
    "unlinked": ("MATCH (:User)-[h:HAS_MEMORY]->() DELETE h", True),
}


def fill(client: Any) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex", categories=["family"])
    id = client.add("I like tea.", user_id="alex", infer=False)["results"][0]["id"]
    client.update(id, metadata={"a": 1})
    gone = client.add("I like milk.", user_id="alex", infer=False)["results"][0]["id"]
    client.delete(gone)


def run(store: StoreUnderTest, query: str) -> None:
    if store.server is None:
        connection = sqlite3.connect(store.settings["store"])
        connection.execute(query)
        connection.commit()
        connection.close()
        return
    store.server.driver.execute_query(query, database_=store.server.database)


@pytest.mark.parametrize("check", sorted(EMBEDDED))
def test_each_check_finds_what_it_is_for(store: StoreUnderTest, check: str) -> None:
    with MemoryClient(**store.settings, llm="offline") as client:
        fill(client)
        assert client.doctor() == {"problems": []}
        break_it, can_be_fixed = (NEO4J if CYPHER in store.capabilities else EMBEDDED)[check]
        run(store, break_it)
        found = client.doctor()["problems"]
        assert check in {each["check"] for each in found}
        assert not any(each["fixed"] for each in found)
        assert all(each["says"].startswith(each["id"]) for each in found)
        fixed = client.doctor(fix=True)["problems"]
        assert {each["fixed"] for each in fixed if each["check"] == check} == {can_be_fixed}
        assert (check not in {each["check"] for each in client.doctor()["problems"]}) == can_be_fixed


def test_a_bound_client_sees_no_whole_store(tmp_path: Path) -> None:
    with MemoryClient(tmp_path / "x.db", scope={"user_id": "alex"}) as client, pytest.raises(ScopeError):
        client.doctor()
