"""On Neo4j the network is what costs: a search and an add of messages as they stand are at most three round trips; an add that looks
for facts also asks what was read before, and what is known that is close."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from graphmem import MemoryClient
from tests.conftest import StoreUnderTest
from tests.tools.counting_proxy import CountingProxy

MOST = 3


@pytest.fixture
def proxy(neo4j_store: StoreUnderTest) -> Iterator[CountingProxy]:
    assert neo4j_store.server is not None
    address = urlsplit(neo4j_store.server.uri)
    with CountingProxy(address.hostname or "", address.port or 7687) as found:
        yield found


@pytest.fixture
def client(neo4j_store: StoreUnderTest, proxy: CountingProxy) -> Iterator[MemoryClient]:
    settings = {**neo4j_store.settings, "store": f"bolt://127.0.0.1:{proxy.port}"}
    with MemoryClient(**settings) as found:
        # Connecting and setting up the schema happen once.
        found.add("I like tea", user_id="alex", infer=False)
        found.search("tea", user_id="alex")
        yield found


def test_add_without_a_model_takes_few_round_trips(client: MemoryClient, proxy: CountingProxy) -> None:
    before = proxy.round_trips
    messages = [{"role": "user", "content": f"Fact {n}"} for n in range(20)]
    client.add(messages, user_id="alex", run_id="r1", infer=False, metadata={"a": 1}, categories=["x"])
    assert 0 < proxy.round_trips - before <= MOST


def test_add_with_extraction_takes_few_round_trips(client: MemoryClient, proxy: CountingProxy) -> None:
    before = proxy.round_trips
    assert client.add("My sister Anna lives in Berlin.", user_id="alex")["results"]
    assert 0 < proxy.round_trips - before <= MOST + 1


def test_add_many_takes_few_round_trips(client: MemoryClient, proxy: CountingProxy) -> None:
    before = proxy.round_trips
    client.add_many([f"Fact {n}" for n in range(300)], user_id="alex", infer=False, chunk_size=100)
    assert 0 < proxy.round_trips - before <= 3 * MOST


def test_add_of_known_messages_takes_few_round_trips(client: MemoryClient, proxy: CountingProxy) -> None:
    before = proxy.round_trips
    assert client.add("I like tea", user_id="alex", infer=False)["results"][0]["event"] == "NONE"
    assert 0 < proxy.round_trips - before <= MOST


@pytest.mark.parametrize("output_format", ["v1.0", "v1.1"])
def test_search_takes_few_round_trips(client: MemoryClient, proxy: CountingProxy, output_format: str) -> None:
    before = proxy.round_trips
    assert client.search("tea", user_id="alex", output_format=output_format)
    assert 0 < proxy.round_trips - before <= MOST


def test_a_path_takes_one_round_trip_a_hop(client: MemoryClient, proxy: CountingProxy) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    before = proxy.round_trips
    assert len(client.paths("me", "Berlin", user_id="alex")[0]) == 2
    assert 0 < proxy.round_trips - before <= 2
    before = proxy.round_trips
    assert client.relations(subject="Anna", user_id="alex")
    assert client.neighbours("Anna", user_id="alex")
    assert 0 < proxy.round_trips - before <= 2
