"""Relations near an entity are found by indexes: the work doesn't grow with what else the same user, or anybody, remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.model.memory import Scope
from graphmem.model.related import RelatedRequest
from graphmem.stores.neo4j import statements
from graphmem.stores.sqlite.connections import Database
from graphmem.stores.sqlite.related import related
from tests.conftest import StoreUnderTest
from tests.stores.test_plans import profile
from tests.tools.triples import tell

FEW, MANY = 50, 1_000
NOW = datetime.now(timezone.utc) + timedelta(hours=1)
NEAR = RelatedRequest(parse({"user_id": "alex"}), NOW, near=("anna",), limit=100)
REQUESTS: dict[str, Callable[[list[str]], RelatedRequest]] = {
    "near": lambda ids: NEAR,
    "one end and the other": lambda ids: replace(NEAR, source=("anna",), target=("berlin",)),
    "in the past": lambda ids: replace(NEAR, at=NOW),
    "of memories": lambda ids: replace(NEAR, near=None, memories=tuple(ids)),
    "of memories in the past": lambda ids: replace(NEAR, near=None, memories=tuple(ids), at=NOW),
}


def fill(store: StoreUnderTest, others: int) -> list[str]:
    """Ids of the memories that know of Anna, after so many others of the user."""
    with MemoryClient(**store.settings, llm="offline") as client:
        client.reset("everything")
        written = client._parts.store()  # type: ignore[attr-defined]
        tell(written, [("user", "likes", f"thing {n}") for n in range(others)])
        tell(written, [("Bert", "likes", f"thing {n}") for n in range(others)], Scope("bert"))
        return tell(written, [("user", "knows", "Anna"), ("Anna", "lives_in", "Berlin")])


def steps(store: StoreUnderTest, request: RelatedRequest) -> int:
    """How many instructions SQLite carries out."""
    database, count = Database(str(store.file)), 0

    def count_one() -> None:
        nonlocal count
        count += 1

    database.open()
    with database.read() as connection:
        connection.set_progress_handler(count_one, 1)
        assert related(connection, request).relations
        connection.set_progress_handler(None, 0)
    database.close()
    return count


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.needs("file")
def test_sqlite_does_no_more_among_many_memories(store: StoreUnderTest, name: str) -> None:
    small, large = (steps(store, REQUESTS[name](fill(store, others))) for others in (FEW, MANY))
    assert small > 100
    assert large < 1.2 * small


@pytest.mark.needs("file")
def test_the_count_of_steps_shows_work_that_grows(store: StoreUnderTest) -> None:
    everything = replace(NEAR, near=None, limit=None)
    small, large = (steps(store, everything) for others in (FEW, MANY) if fill(store, others))
    assert large > 5 * small


@pytest.mark.needs("cypher")
def test_neo4j_does_no_more_among_many_memories(store: StoreUnderTest) -> None:
    assert store.server is not None
    hits: dict[str, list[int]] = {name: [] for name in REQUESTS}
    for others in (FEW, MANY):
        ids = fill(store, others)
        with store.server.driver.session(database=store.server.database) as session:
            # A plan that was made for an emptier database would serve for some seconds more.
            session.run("CALL db.prepareForReplanning()").consume()
            for name, request in REQUESTS.items():
                operators, rows = profile(session, statements.related(request(ids)))
                assert rows[0]["relations"], name
                hits[name].append(sum(each["dbHits"] for each in operators))
    for name, (small, large) in hits.items():
        assert large < 1.2 * small, (name, small, large)
