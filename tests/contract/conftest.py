"""The stores that the contract is tried on: those of the package, and those that are registered here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphmem._async.waiting import threaded
from tests.conftest import STORES, StoreUnderTest, open_store, skip_without
from tests.contract.memory_graph import SharedMemory
from tests.contract.memory_store import MemoryStore


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


@pytest.fixture(params=(*STORES, *OTHERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreUnderTest:
    if request.param in OTHERS:
        other = OTHERS[request.param]()
        skip_without(request, other.name, other.capabilities)
        return other
    return open_store(request.param, request, tmp_path)
