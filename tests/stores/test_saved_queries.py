"""The saved queries of Neo4j Browser with a reader's values, run by a server: on an empty store, and where much is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.cli.browser import saved
from graphmem.view.neo4j_browser.saved_queries import with_values
from tests.conftest import StoreUnderTest
from tests.tools.much_told import VALUES, tell

# An answer with rows would be a fault.
ALWAYS_EMPTY = {"shared", "orphans"}
# These look at everything; what others ask for is found by an index.
SCANNING = {"orphans"}
MOST_ROWS = 1_000


def rows_of(store: StoreUnderTest) -> dict[str, int]:
    """How many rows each query gives."""
    assert store.server is not None
    with store.server.driver.session(database=store.server.database, default_access_mode="READ") as session:
        return {name: len(list(session.run(_text(query)))) for name, query in saved().items()}


def drawn_by(store: StoreUnderTest, name: str, **values: Any) -> set[str]:
    """Captions of the nodes that a query gives."""
    assert store.server is not None
    with store.server.driver.session(database=store.server.database, default_access_mode="READ") as session:
        nodes = session.run(with_values(saved()[name], {**VALUES, **values})).graph().nodes  # type: ignore[arg-type]
    return {node.get("title") or node["id"] for node in nodes}


def plans_of(store: StoreUnderTest) -> dict[str, set[str]]:
    """The steps by which the server would run each query."""
    assert store.server is not None
    with store.server.driver.session(database=store.server.database, default_access_mode="READ") as session:
        return {
            name: set(_steps(session.run(f"EXPLAIN {_text(query)}").consume().plan)) for name, query in saved().items()
        }


def _steps(plan: Any) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _steps(child)


def _text(query: Any) -> Any:
    return with_values(query, VALUES)


@pytest.mark.thorough
def test_on_an_empty_store_they_give_nothing(neo4j_store: StoreUnderTest) -> None:
    with MemoryClient(**neo4j_store.settings) as client:
        client.users()
    assert all(plans_of(neo4j_store).values())
    assert set(rows_of(neo4j_store).values()) == {0}


@pytest.mark.thorough
@pytest.mark.parametrize("memories", [500, pytest.param(10_000, marks=pytest.mark.exhaustive)])
def test_what_they_give_is_bounded(neo4j_store: StoreUnderTest, memories: int) -> None:
    with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as client:
        tell(client._parts.store(), memories)
        assert client.doctor() == {"problems": []}
    plans = plans_of(neo4j_store)
    scanning = {name for name, steps in plans.items() if any("Scan" in step for step in steps)}
    # Where there are few memories, the planner may as well read all of them.
    assert scanning == SCANNING if memories == 10_000 else scanning >= SCANNING
    rows = rows_of(neo4j_store)
    assert {name for name, count in rows.items() if not count} == ALWAYS_EMPTY
    assert max(rows.values()) <= MOST_ROWS
    with MemoryClient(**neo4j_store.settings) as client:
        client.reset(confirm="everything")


@pytest.mark.thorough
def test_changes_are_drawn_as_far_back_as_they_go(neo4j_store: StoreUnderTest) -> None:
    assert neo4j_store.server is not None
    with MemoryClient(**neo4j_store.settings) as client:
        [added] = client.add("Lives in Lisbon", user_id="much", infer=False)["results"]
        for text in ("Lives in Rome", "Lives in Oslo", "Lives in Bern"):
            client.update(added["id"], text)
        # Its text stays.
        client.update(added["id"], metadata={"checked": "yes"})
        client.add("Plays chess", user_id="much", infer=False)
        # The first two versions are of long ago.
        neo4j_store.server.driver.execute_query(
            "MATCH (v:GraphmemVersion) WHERE v.number <= 2 AND v.memory_id = $id"
            " SET v.recorded_from = v.recorded_from - duration('P30D')",
            id=added["id"],
            database_=neo4j_store.server.database,
        )
        own = {"much", "Lives in Bern", "was: Lives in Bern", "was: Lives in Oslo", "was: Lives in Rome"}
        assert drawn_by(neo4j_store, "this_week") == own | {"Plays chess"}
        changed = drawn_by(neo4j_store, "contradicted")
        assert {caption for caption in changed if not caption.startswith("user: ")} == own | {"was: Lives in Lisbon"}
        client.reset(confirm="everything")


@pytest.mark.thorough
def test_names_of_entities_are_found_in_any_case_and_by_their_aliases(neo4j_store: StoreUnderTest) -> None:
    assert neo4j_store.server is not None
    with MemoryClient(**neo4j_store.settings) as client:
        client.add("My sister Anna lives in Berlin.", user_id="much")
        client.add("My sister Anna lives in Oslo.", user_id="little")
        assert {"Anna", "Berlin"} <= (drawn := drawn_by(neo4j_store, "entity", entity="ANNA"))
        assert "Oslo" not in drawn
        assert not drawn_by(neo4j_store, "entity", entity="Annie")
        neo4j_store.server.driver.execute_query(
            "MATCH (e:GraphmemEntity {key: 'anna'}) SET e.aliases = ['Annie']", database_=neo4j_store.server.database
        )
        assert drawn_by(neo4j_store, "entity", entity="annie") == drawn
        client.reset(confirm="everything")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("fault", "shared"),
    [
        (
            "MATCH (u:GraphmemUser {id: 'little'}), (m:GraphmemMemory {user_id: 'much'}) MERGE (u)-[:HAS_MEMORY]->(m)",
            "memory",
        ),
        ("MATCH (:GraphmemUser {id: 'much'})-[:HAS_MEMORY]->(m) SET m.user_id = 'little'", "memory"),
        (
            "MATCH (m:GraphmemMemory {user_id: 'little'}), (e:GraphmemEntity {key: 'anna'})<-[:MENTIONS]-({user_id: 'much'})"
            " MERGE (m)-[:MENTIONS]->(e)",
            "entity",
        ),
    ],
)
def test_what_two_users_share_is_shown(neo4j_store: StoreUnderTest, fault: str, shared: str) -> None:
    assert neo4j_store.server is not None
    with MemoryClient(**neo4j_store.settings) as client:
        client.add("My sister Anna lives in Berlin.", user_id="much")
        client.add("My sister Anna lives in Berlin.", user_id="little")
        assert not drawn_by(neo4j_store, "shared")
        neo4j_store.server.driver.execute_query(fault, database_=neo4j_store.server.database)
        expected = {"memory": "Sister Anna lives in Berlin", "entity": "Anna"}[shared]
        assert expected in drawn_by(neo4j_store, "shared")
        client.reset(confirm="everything")
