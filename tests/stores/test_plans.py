"""Among 100,000 memories, a question about one user reads only that user's, on every store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.model.memory import Scope, digest
from graphmem.model.requests import SearchRequest
from graphmem.model.times import to_micros
from graphmem.model.walk import Walk
from graphmem.search.terms import query_terms
from graphmem.stores.neo4j import statements
from graphmem.stores.neo4j.statements import Statement
from graphmem.stores.scope_tokens import scope_tokens
from graphmem.stores.sqlite.connections import Database
from graphmem.stores.sqlite.entity_names import EntityNames
from graphmem.stores.sqlite.members import MembersCache
from graphmem.stores.sqlite.search import Reader
from graphmem.stores.sqlite.told import ToldCache
from graphmem.stores.sqlite.vectors import VectorCache
from tests.conftest import StoreUnderTest, wipe

MEMORIES, USERS = 100_000, 1_000
OWN = MEMORIES // USERS
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
NOW = START + timedelta(days=400)
# A user has a memory an hour; the bounds take half of them.
FILTER = parse(
    {"AND": [{"user_id": "user-7"}, {"created_at": {"gte": "2026-01-01T10:00:00", "lt": "2026-01-03T12:00:00"}}]}
)
WITHIN = 50
SCANS = ("NodeByLabelScan", "AllNodesScan", "NodeIndexScan")
VECTOR = np.eye(256, dtype=np.float32)[0]
REQUEST = SearchRequest(FILTER, NOW, VECTOR, terms=query_terms("number seven"), walk=Walk(names=("seven",)), limit=10)


def row(number: int) -> dict[str, Any]:
    user, place = f"user-{number % USERS}", number // USERS
    return {
        "id": f"memory-{number}",
        "identity": digest(str(number)),
        "version_id": f"version-{number}",
        "text": f"This is number {number}",
        "user_id": user,
        "scopes": scope_tokens(Scope(user)),
        "created_at": START + timedelta(hours=place),
    }


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    database = Database(str(tmp_path_factory.mktemp("plans") / "large.db"))
    database.open()
    with database.write() as connection:
        connection.execute("INSERT INTO vector (id, data) VALUES (1, ?)", (VECTOR.tobytes(),))
        connection.executemany(
            "INSERT INTO memory (id, identity, version_id, text, user_id, scopes, created_at, updated_at,"
            " metadata, categories, immutable, vector)"
            " VALUES (:id, :identity, :version_id, :text, :user_id, :scopes, :created_at, :created_at, '{}', '[]', 0, 1)",
            ({**each, "created_at": to_micros(each["created_at"])} for each in map(row, range(MEMORIES))),
        )
    with database.read() as connection:
        yield connection
    database.close()


class Watched:
    """A connection's execute that keeps the plan of every statement about memories."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.plans: list[str] = []

    def __call__(self, query: str, parameters: Any = ()) -> sqlite3.Cursor:
        if "memory" in query:
            self.plans += [step[3] for step in self.connection.execute(f"EXPLAIN QUERY PLAN {query}", parameters)]
        return self.connection.execute(query, parameters)


@pytest.fixture
def reader(embedded: sqlite3.Connection) -> Reader:
    vectors = VectorCache()
    found = Reader(embedded, vectors, MembersCache(vectors), vectors, ToldCache(), EntityNames())
    found.execute = Watched(embedded)  # type: ignore[assignment]
    return found


def test_sqlite_scans_no_table_of_memories(reader: Reader) -> None:
    page = reader.select(FILTER, NOW, 0, 10)
    assert (len(page.memories), page.total) == (10, WITHIN)
    assert len(reader.search(REQUEST).candidates) >= 10
    assert {each.id for each in reader.owners(parse({"user_id": "user-7"}))} == {"user-7"}
    plans = reader.execute.plans  # type: ignore[attr-defined]
    assert [step for step in plans if step.startswith("SCAN") and step.split()[1] in ("m", "memory")] == []
    assert any("m USING INDEX memory_in_conversation (conversation=? AND position>?" in step for step in plans)
    assert sum("memory_of_user (user_id=? AND created_at" in step for step in plans) >= 2


def test_the_plan_check_notices_a_table_scan(reader: Reader) -> None:
    reader.select(parse({"text": {"contains": "number 7"}}), None, 0, 10)
    assert any(step.startswith("SCAN m") for step in reader.execute.plans)  # type: ignore[attr-defined]


@pytest.fixture
def neo4j_session(neo4j_store: StoreUnderTest) -> Iterator[Any]:
    assert neo4j_store.server is not None
    with MemoryClient(**neo4j_store.settings) as client:
        client.add("anything", user_id="user-0", infer=False)
    wipe(neo4j_store.server)
    with neo4j_store.server.driver.session(database=neo4j_store.server.database) as session:
        for start in range(0, MEMORIES, 10_000):
            session.run(
                "UNWIND $rows AS row CREATE (m:GraphmemMemory:Memory)"
                " SET m = row, m.updated_at = row.created_at, m.metadata = '{}', m.categories = [],"
                " m.immutable = false",
                rows=list(map(row, range(start, start + 10_000))),
            ).consume()
        # With vectors for one user only: the plan is the same, and the test is not about loading them.
        session.run(
            "MATCH (m:GraphmemMemory {user_id: 'user-7'}) SET m.embedding = $vector", vector=VECTOR.tolist()
        ).consume()
        session.run("CALL db.awaitIndexes(120)").consume()
        session.run("CALL db.prepareForReplanning(120)").consume()
        yield session
    wipe(neo4j_store.server)


def profile(session: Any, statement: Statement) -> tuple[list[Mapping[str, Any]], list[Any]]:
    """The operators that ran, and the rows that came."""
    result = session.run(f"PROFILE {statement.text}", dict(statement.parameters))
    rows = list(result)
    operators: list[Mapping[str, Any]] = []
    left = [result.consume().profile]
    while left:
        left += (here := left.pop()).get("children", [])
        operators.append(here)
    return operators, rows


def test_neo4j_touches_the_users_memories_only(neo4j_session: Any) -> None:
    asked = {
        "select": statements.select(FILTER, NOW, 0, 10),
        "count": statements.filtered("read/count", FILTER, now=NOW),
        "owners": statements.filtered("read/owners", FILTER),
        "search": statements.search(REQUEST),
    }
    for name, statement in asked.items():
        operators, rows = profile(neo4j_session, statement)
        scans = [each for each in operators if each["operatorType"].split("@")[0] in SCANS]
        # Where there are no entities, going through all of them is as good as an index.
        assert not [each for each in scans if each["rows"] or "Memory" in each["args"].get("Details", "")], (
            name,
            scans,
        )
        assert any(each["operatorType"].startswith("NodeIndexSeek") for each in operators), name
        read = [each["rows"] for each in operators if not each.get("children")]
        # What lies outside of the dates is not read either.
        assert max(read) <= WITHIN, (name, read)
        if name == "count":
            assert rows[0]["total"] == WITHIN
            assert sum(each["dbHits"] for each in operators) <= 4 * WITHIN
        if name == "search":
            assert len(rows[0]["ids"]) >= 10
    # And the profile would show it: here nothing but a scan can answer.
    operators, _ = profile(neo4j_session, statements.select(parse({"text": {"contains": "number 7"}}), None, 0, 10))
    assert max(each["rows"] for each in operators) > OWN
