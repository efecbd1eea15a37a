"""LangGraph's store: what its own store in memory does, ours does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.store.base import GetOp, InvalidNamespaceError, ListNamespacesOp, MatchCondition, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from graphmem import MemoryClient
from graphmem.errors import ValidationError
from graphmem.frameworks.langgraph import GraphMemoryStore
from tests.tools.sizes import examples

ALL = 1_000

labels = st.sampled_from(["a", "A", "users", "ä", "a\u0308", "x/y", "0", "*"])
namespaces = st.lists(labels, min_size=1, max_size=3).map(tuple)
prefixes = st.lists(labels, max_size=2).map(tuple)
keys = st.sampled_from(["k", "K", "prefs", "1", "k/1", " k"])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([1.0, 0.5, "red", "Red", "*", "", "1"])
)
nested = st.recursive(
    scalars,
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.sampled_from(["b", "a.b"]), each, max_size=2),
    max_leaves=4,
)
values = st.fixed_dictionaries({"n": st.integers(-2, 2)}, optional={"color": nested, "deep": nested, "$odd": scalars})
operators = st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])
filters = st.one_of(
    st.none(),
    st.fixed_dictionaries({}, optional={"color": nested, "deep": nested, "n": st.integers(-2, 2)}),
    st.fixed_dictionaries({"n": st.dictionaries(operators, st.integers(-2, 2), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"color": st.dictionaries(st.sampled_from(["$eq", "$ne"]), scalars, min_size=1)}),
)
paths = st.lists(labels | st.just("*"), min_size=1, max_size=2).map(tuple)
conditions = st.lists(st.builds(MatchCondition, st.sampled_from(["prefix", "suffix"]), paths), max_size=2).map(tuple)

gets = st.builds(GetOp, namespaces, keys)
puts = st.builds(PutOp, namespaces, keys, st.none() | values, st.sampled_from([None, False, ["color"]]))
searches = st.builds(SearchOp, prefixes, filters, st.just(ALL), st.just(0), st.sampled_from([None, "", "red things"]))
listings = st.builds(
    ListNamespacesOp, st.none() | conditions, st.none() | st.integers(1, 3), st.integers(0, 5), st.integers(0, 3)
)
batches = st.lists(st.lists(puts | puts | gets | searches | listings, min_size=1, max_size=6), min_size=1, max_size=6)


class Oracle(InMemoryStore):
    """Without its habit to list namespaces that hold nothing any more, or were only read."""

    def batch(self, ops: Iterable[Any]) -> list[Any]:
        results = []
        for op in ops:
            self._forget_empty()
            results.append(op)
        done = super().batch(results)
        self._forget_empty()
        return done

    def _forget_empty(self) -> None:
        for namespace in [namespace for namespace, items in self._data.items() if not items]:
            del self._data[namespace]


@pytest.fixture(scope="module")
def client() -> Iterator[MemoryClient]:
    with MemoryClient(":memory:", embedder="local") as client:
        yield client


def plain(op: Any, result: Any) -> Any:
    """A result without times and scores; of a search without its order, which is each store's own."""
    if isinstance(op, SearchOp):
        return sorted((item.namespace, item.key, repr(item.value)) for item in result)
    if isinstance(op, GetOp) and result is not None:
        return (result.namespace, result.key, result.value)
    return result


@examples(40, 1_000)
@given(batches)
def test_it_answers_as_the_store_in_memory(client: MemoryClient, sequence: list[list[Any]]) -> None:
    client.reset(confirm="everything")
    ours, oracle = GraphMemoryStore(client), Oracle()
    for batch in sequence:
        # In a batch of the oracle, a read of a namespace makes it: it is asked for namespaces first.
        ops = sorted(batch, key=lambda op: not isinstance(op, ListNamespacesOp))
        for op, mine, theirs in zip(ops, ours.batch(ops), oracle.batch(ops), strict=True):
            assert plain(op, mine) == plain(op, theirs), op


@pytest.fixture
def store(client: MemoryClient) -> GraphMemoryStore:
    client.reset(confirm="everything")
    return GraphMemoryStore(client)


def test_items_come_newest_first_and_pages_hold_each_once(store: GraphMemoryStore) -> None:
    for n in range(7):
        store.put(("notes", "alex"), str(n), {"n": n, "even": "yes" if n % 2 == 0 else "no"})
    store.put(("other",), "x", {"n": 9})
    assert [item.value["n"] for item in store.search(("notes",), limit=3)] == [6, 5, 4]
    pages = [item.key for offset in range(0, 8, 2) for item in store.search(("notes",), limit=2, offset=offset)]
    assert pages == ["6", "5", "4", "3", "2", "1", "0"]
    assert [item.key for item in store.search(("notes",), filter={"even": "yes"}, limit=2, offset=1)] == ["4", "2"]


def test_a_query_finds_what_it_is_about_and_then_the_rest(store: GraphMemoryStore) -> None:
    store.put(("m", "alex"), "1", {"text": "Likes pizza with mushrooms"})
    store.put(("m", "alex"), "2", {"text": "Drives a red car"})
    store.put(("m", "alex"), "3", {"text": "pizza pizza pizza"}, index=False)
    store.put(("m", "bo"), "1", {"text": "Likes pizza too"})
    found = store.search(("m", "alex"), query="What does he like to eat? pizza")
    assert [item.key for item in found[:1]] == ["1"]
    assert {item.key for item in found} == {"1", "2", "3"}
    assert found[0].score is not None
    assert 0 < found[0].score <= 1
    [unsearched] = [item for item in found if item.key == "3"]
    assert unsearched.score is None
    store.put(("m", "alex"), "4", {"text": "pizza, too"}, index=False)
    each = [store.search(("m", "alex"), query="pizza", limit=1, offset=n)[0].key for n in range(4)]
    assert sorted(each) == ["1", "2", "3", "4"]
    assert store.search(("m", "alex"), query="pizza", offset=4) == []


@pytest.mark.parametrize(
    "filter",
    [
        {"list": ["a"]},
        {"list": ["a", "b"]},
        {"list": ("a", "b")},
        {"list": ["a", "b", "c"]},
        {"list": "a"},
        {"deep": {"x": 1}},
        {"deep": {"x": 1.0}},
        {"deep": {"x": "1"}},
        {"deep": {"z": None}},
        {"deep": {}},
        {"deep": {"$eq": {"x": 1, "y": [1]}}},
        {"n": True},
        {"n": {"$gt": 0, "$lt": 2}},
        {"n": {"$gte": "1"}},
        {"star": "*"},
        {"text": "Red"},
        {"text": "red", "n": 1},
        {"none": None},
        {"missing": None},
        {"missing": {"$ne": 1}},
    ],
)
def test_filters_mean_what_they_mean_in_memory(store: GraphMemoryStore, filter: dict[str, Any]) -> None:
    oracle = InMemoryStore()
    whole = {"list": ["a", "b"], "deep": {"x": 1, "y": [1]}, "n": 1, "star": "*", "text": "red", "none": None}
    for each in (store, oracle):
        each.put(("f",), "whole", whole)
        each.put(("f",), "star", {**whole, "star": "other", "text": "Red", "list": []})
    found = [sorted(item.key for item in each.search(("f",), filter=filter)) for each in (store, oracle)]
    assert found[0] == found[1]


def test_only_the_fields_named_are_searched(client: MemoryClient, store: GraphMemoryStore) -> None:
    titled = GraphMemoryStore(client, fields=["title"])
    titled.put(("d",), "1", {"title": "Gardens", "body": "volcanoes"})
    titled.put(("d",), "2", {"title": "Harbours", "parts": [{"name": "lighthouses"}]}, index=["parts[*].name"])
    texts = {row["memory"] for row in client.get_all(app_id="langgraph")}
    assert texts == {"Gardens", "lighthouses"}


def test_an_item_keeps_its_history_and_when_it_was_made(client: MemoryClient, store: GraphMemoryStore) -> None:
    store.put(("p",), "color", {"text": "red"})
    first = store.get(("p",), "color")
    store.put(("p",), "color", {"text": "blue"})
    second = store.get(("p",), "color")
    assert first is not None
    assert second is not None
    assert second.value == {"text": "blue"}
    assert second.created_at == first.created_at
    assert second.updated_at > first.updated_at
    [memory] = client.get_all(app_id="langgraph")
    assert [row["new_memory"] for row in client.history(memory["id"])] == ["red", "blue"]
    store.delete(("p",), "color")
    assert store.get(("p",), "color") is None
    store.put(("p",), "color", {"text": "red"})
    assert store.get(("p",), "color").value == {"text": "red"}  # type: ignore[union-attr]


def test_many_items_in_one_batch(store: GraphMemoryStore) -> None:
    store.batch([PutOp(("many",), str(n), {"n": n}) for n in range(1_200)])
    assert len(store.search(("many",), limit=2_000)) == 1_200
    found = store.batch([GetOp(("many",), str(n)) for n in range(1_200)])
    assert [item.value["n"] for item in found] == list(range(1_200))  # type: ignore[union-attr]
    store.batch([PutOp(("many",), str(n), None) for n in range(1_200)])
    assert store.list_namespaces() == []


def test_it_stays_within_its_app_and_the_scope_of_its_client(client: MemoryClient, store: GraphMemoryStore) -> None:
    client.add("I like tea.", user_id="alex")
    store.put(("a",), "k", {"text": "mine"})
    assert GraphMemoryStore(client, app_id="other").search(()) == []
    assert [item.key for item in store.search((), query="tea")] == ["k"]
    assert len(client.get_all(user_id="alex")) == 1


def test_awaited(store: GraphMemoryStore) -> None:
    async def use() -> None:
        await store.aput(("a",), "k", {"text": "red"})
        item = await store.aget(("a",), "k")
        assert item is not None
        assert item.value == {"text": "red"}
        assert [each.key for each in await store.asearch(("a",), query="red")] == ["k"]
        assert await store.alist_namespaces(prefix=("*",)) == [("a",)]
        await store.adelete(("a",), "k")
        assert await store.asearch(()) == []

    asyncio.run(use())


def test_what_is_refused(store: GraphMemoryStore) -> None:
    store.put(("a",), "k", {"n": 1})
    with pytest.raises(ValidationError, match="JSON object"):
        store.put(("a",), "list", [1])  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=r"metadata\.value\.when"):
        store.batch([PutOp(("a",), "good", {}), PutOp(("a",), "bad", {"when": object()})])
    assert store.get(("a",), "good") is None
    with pytest.raises(ValueError, match="unknown operator '\\$in'"):
        store.search(("a",), filter={"n": {"$in": [1]}})
    with pytest.raises(ValueError, match="unknown operation"):
        store.batch(["get"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="unknown match type"):
        store.batch([ListNamespacesOp((MatchCondition("middle", ("a",)),))])  # type: ignore[arg-type]
    with pytest.raises(InvalidNamespaceError):
        store.put((), "k", {})
    with pytest.raises(NotImplementedError, match="TTL"):
        store.put(("a",), "k", {}, ttl=5)
