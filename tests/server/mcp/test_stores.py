"""The tools do the same on every store."""

from __future__ import annotations

from mcp.client import Client

from graphmem import MemoryClient
from graphmem.server.mcp.connection import Rights
from tests.conftest import StoreUnderTest
from tests.server.mcp import refused, talk, told


def test_remember_find_ask_and_forget(store: StoreUnderTest) -> None:
    async def use(client: Client) -> None:
        added = told(await client.call_tool("add_memory", {"text": "My sister Anna lives in Berlin."}))
        assert told(await client.call_tool("get_event_status", {"event_id": added["event_id"]})) == added
        [row] = added["results"]
        [hit] = told(await client.call_tool("search_memories", {"query": "Where does Anna live?"}))["results"]
        assert (hit["id"], hit["user_id"]) == (row["id"], "alex")
        assert "Berlin" in told(await client.call_tool("context", {"query": "Where does Anna live?"}))["context"]
        [lives] = told(await client.call_tool("relations", {"subject": "Anna", "object": "Berlin"}))["results"]
        assert lives["relationship"] == "lives_in"
        assert told(await client.call_tool("memory_history", {"memory_id": row["id"]}))["results"][0]["event"] == "ADD"
        assert told(await client.call_tool("delete_memory", {"memory_id": row["id"]})) == {"deleted": 1}
        assert "no memory" in refused(await client.call_tool("get_memory", {"memory_id": row["id"]}))

    with MemoryClient(**store.settings) as other:
        other.add("I live in Oslo.", user_id="bo", infer=False)
    talk(use, **store.settings, rights=Rights(delete_all=True))
    with MemoryClient(**store.settings) as other:
        assert len(other.get_all(user_id="bo")) == 1
