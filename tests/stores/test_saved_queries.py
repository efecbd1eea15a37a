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
