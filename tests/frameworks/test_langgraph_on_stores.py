"""LangGraph's store does the same wherever the memories are."""

from __future__ import annotations

from typing import Any

from langgraph.store.base import PutOp

from graphmem import MemoryClient
from graphmem.frameworks.langgraph import GraphMemoryStore
from tests.conftest import StoreUnderTest

VALUES: dict[str, dict[str, Any]] = {
    "plain": {"text": "Likes green tea", "n": 1},
    "odd": {"a.b/~c": {"": [None, True, 1.5, "x"]}, "*": "*", "ü": -(2**70)},
    "empty": {},
}


def test_items_come_back_as_they_were(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        items = GraphMemoryStore(client)
        items.batch([PutOp(("users", "alex"), key, value) for key, value in VALUES.items()])
        items.put(("users", "Alex"), "plain", {"text": "Likes coffee"})
        assert {item.key: item.value for item in items.search(("users", "alex"))} == VALUES
        assert items.search(("users",), query="green tea", limit=1)[0].value == VALUES["plain"]
        assert [item.key for item in items.search((), filter={"*": "*"})] == ["odd"]
        items.put(("users", "alex"), "plain", {"text": "Likes black tea"})
        [memory] = client.get_all(filters={"text": {"contains": "black tea"}})
        assert [row["event"] for row in client.history(memory["id"])] == ["ADD", "UPDATE"]
        items.delete(("users", "alex"), "plain")
        assert items.get(("users", "alex"), "plain") is None
        assert items.list_namespaces() == [("users", "Alex"), ("users", "alex")]
