"""Random memories and random filters: every store returns exactly the oracle's set, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from graphmem import FilterError, MemoryClient
from graphmem.model.changes import ChangeSet, Create
from graphmem.model.memory import Scope, StoredMemory
from tests.conftest import StoreUnderTest, open_store, wipe
from tests.filters.oracle import holds
from tests.filters.strategies import filters, junk, memories
from tests.tools.servers import VERSIONS
from tests.tools.sizes import examples

PAGE = 3


def remembered(drawn: dict[str, Any]) -> StoredMemory:
    return StoredMemory(
        id=str(uuid.uuid4()),
        version_id=str(uuid.uuid4()),
        text=drawn["text"],
        scope=Scope(drawn["user_id"], drawn["agent_id"], drawn["app_id"], drawn["run_id"]),
        created_at=datetime.fromisoformat(drawn["created_at"]),
        updated_at=datetime.fromisoformat(drawn["updated_at"]),
        metadata=drawn["metadata"],
        categories=tuple(drawn["categories"]),
        expiration_date=drawn["expiration_date"] and datetime.fromisoformat(drawn["expiration_date"]),
        event_start=drawn["event_start"] and date.fromisoformat(drawn["event_start"]),
        event_end=drawn["event_end"] and date.fromisoformat(drawn["event_end"]),
    )


def fill(client: MemoryClient, drawn: list[dict[str, Any]]) -> None:
    """All of them in one transaction, without vectors. Equal texts of a scope are made distinct."""
    creates: dict[str, Create] = {}
    for memory in map(remembered, drawn):
        creates.setdefault(memory.identity, Create(memory, None))
    changes = ChangeSet(str(uuid.uuid4()), datetime.now(timezone.utc), tuple(creates.values()))
    client._parts.store().apply([changes])


def check(client: MemoryClient, drawn: list[dict[str, Any]], filter: dict[str, Any]) -> None:
    fill(client, drawn)
    every = client.get_all()
    expected = [row for row in every if holds(row, filter)]
    event(f"{len(expected)} of {len(every)}")
    assert client.get_all(version="v2", filters=filter) == expected
    assert client.get_all(version="v2", filters=filter, as_of=datetime.now(timezone.utc)) == expected
    for number in range(1, len(expected) // PAGE + 2):
        page = client.get_all(version="v2", filters=filter, page=number, page_size=PAGE)
        assert page["count"] == len(expected)
        assert page["results"] == expected[(number - 1) * PAGE : number * PAGE]


@examples(200, 1_000)
@given(drawn=st.lists(memories, min_size=1, max_size=7), filter=filters)
def test_the_embedded_store_agrees_with_the_oracle(drawn: list[dict[str, Any]], filter: dict[str, Any]) -> None:
    with MemoryClient(":memory:") as client:
        check(client, drawn, filter)


@pytest.fixture(scope="module", params=VERSIONS)
def neo4j(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[StoreUnderTest, MemoryClient]]:
    store = open_store(request.param, request, tmp_path_factory.mktemp("filters"))
    with MemoryClient(**store.settings) as client:
        yield store, client


@examples(40, 150)
@given(drawn=st.lists(memories, min_size=3, max_size=7), filter=filters)
def test_neo4j_agrees_with_the_oracle(
    neo4j: tuple[StoreUnderTest, MemoryClient], drawn: list[dict[str, Any]], filter: dict[str, Any]
) -> None:
    store, client = neo4j
    assert store.server is not None
    wipe(store.server)
    check(client, drawn, filter)


@examples(150, 600)
@given(given_filter=junk)
def test_arbitrary_filters_are_answered_or_refused(given_filter: dict[str, Any]) -> None:
    # Anything but a FilterError fails the test.
    with MemoryClient(":memory:") as client, suppress(FilterError):
        client.get_all(version="v2", filters=given_filter)


@examples(20, 60)
@given(given_filter=junk)
def test_arbitrary_filters_are_answered_or_refused_by_neo4j(
    neo4j: tuple[StoreUnderTest, MemoryClient], given_filter: dict[str, Any]
) -> None:
    with suppress(FilterError):
        neo4j[1].get_all(version="v2", filters=given_filter)


# A value of each kind, under one key of as many memories.
VALUES = ("Word", "Élan", 7, 0, -0.0, -1.5, 1e308, True, False, ["word", 7], [7, None], [], {"k": "word"}, None)
OPERANDS = ("w", "WORD", "é", "", 7, 0, -0.0, 0.5, True)
STRINGS_ONLY, NO_TRUTH = ("icontains",), ("gt", "gte", "lt", "lte")
ASKED = [
    {word: [operand] if word in ("in", "nin") else operand}
    for word in ("eq", "ne", "in", "nin", "contains", *NO_TRUTH, *STRINGS_ONLY)
    for operand in OPERANDS
    if isinstance(operand, str) or (word not in STRINGS_ONLY and not (word in NO_TRUTH and operand is True))
]


def check_each_kind(client: MemoryClient) -> None:
    for n, value in enumerate(VALUES):
        client.add(f"Number {n}", user_id="u", infer=False, metadata={"k": value})
    every = client.get_all()
    for operators in ASKED:
        for filter in ({"metadata": {"k": operators}}, {"NOT": {"metadata": {"k": operators}}}):
            assert client.get_all(filters=filter) == [row for row in every if holds(row, filter)], filter


def test_each_operator_meets_each_kind_of_metadata() -> None:
    with MemoryClient(":memory:", llm="offline", embedder="local") as client:
        check_each_kind(client)


@pytest.mark.thorough
def test_each_operator_meets_each_kind_of_metadata_in_neo4j(neo4j: tuple[StoreUnderTest, MemoryClient]) -> None:
    store, client = neo4j
    assert store.server is not None
    wipe(store.server)
    check_each_kind(client)
