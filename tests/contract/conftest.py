"""The stores that the contract is tried on: those of the package, and those that are registered here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem._async.waiting import threaded
from tests.conftest import STORES, StoreUnderTest, open_store, skip_without, wipe
from tests.contract.memory_graph import SharedMemory
from tests.contract.memory_store import MemoryStore
from tests.tools import others
from tests.tools.repeats import BESIDE_OTHERS
from tests.tools.servers import VERSIONS, ServerUnderTest


class InMemory(StoreUnderTest):
    """Each client gets a store object of its own, on what all of them share."""

    capabilities = frozenset[str]()
    server = None

    def __init__(self) -> None:
        self.name = "in-memory"
        self._shared = SharedMemory()

    @property
    def settings(self) -> dict[str, Any]:  # type: ignore[override]
        return {"store": MemoryStore(self._shared)}

    @property
    def awaited_settings(self) -> dict[str, Any]:  # type: ignore[override]
        return {"store": threaded(MemoryStore(self._shared))}


# Name → what makes an empty one.
OTHERS: dict[str, Callable[[], StoreUnderTest]] = {"in-memory": InMemory}


# A Neo4j that holds other programs' data too → the server's name.
SHARED = {f"{name}-shared": name for name in VERSIONS}

# Tests that bring other programs' data of their own.
ALONE = ("test_nodes_of_other_programs_stay", "test_nodes_that_others_use_outlive_their_memories")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Beside other programs' data each test runs once, and a few on both servers."""
    left_out = {item for item in items if "-shared" in item.name and not _runs_shared(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _runs_shared(item: pytest.Item) -> bool:
    sync = "[sync-" in item.name or item.name.endswith("-sync]")
    return not (sync or item.name.startswith(ALONE)) and (
        "neo4j-2026" in item.name or item.nodeid.startswith(BESIDE_OTHERS)
    )


@pytest.fixture(scope="session")
def schema_of_others() -> Iterator[Callable[[ServerUnderTest], None]]:
    """Makes the indexes and constraints of others once, because a server plans all queries anew after such a change."""
    made: list[ServerUnderTest] = []

    def make(server: ServerUnderTest) -> None:
        if server not in made:
            others.arrive(server, data=False)
            made.append(server)

    yield make
    for server in made:
        wipe(server)
        others.leave(server)


@pytest.fixture(params=(*STORES, *SHARED, *OTHERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreUnderTest]:
    if request.param in OTHERS:
        other = OTHERS[request.param]()
        skip_without(request, other.name, other.capabilities)
        yield other
        return
    found = open_store(SHARED.get(request.param, request.param), request, tmp_path)
    if request.param not in SHARED or found.server is None:
        yield found
        return
    request.getfixturevalue("schema_of_others")(found.server)
    others.arrive(found.server, schema=False)
    before = others.theirs(found.server)
    yield found
    assert others.theirs(found.server) == before
