"""LangChain's retriever: memories as documents."""

from __future__ import annotations

import asyncio

from graphmem import MemoryClient
from graphmem.frameworks.langchain import GraphMemoryRetriever


def test_documents_are_memories_with_what_a_search_tells_of_them() -> None:
    with MemoryClient(":memory:") as client:
        client.add("My sister Anna lives in Berlin. I like green tea.", user_id="alex")
        client.add("My sister Zoe lives in Berlin.", user_id="bo")
        retriever = GraphMemoryRetriever(client=client, user_id="alex", k=2)
        first, second = retriever.invoke("Where does Anna live?")
        [memory] = client.search("Where does Anna live?", user_id="alex", top_k=1)
        assert (first.page_content, first.id) == (memory["memory"], memory["id"])
        assert first.metadata["score"] == memory["score"] > second.metadata["score"]
        assert first.metadata["user_id"] == "alex"
        assert {(row["source"], row["relationship"], row["target"]) for row in first.metadata["relations"]} >= {
            ("Anna", "lives_in", "Berlin")
        }
        assert all(row["memory_id"] == first.id for row in first.metadata["relations"])
        assert [each.id for each in retriever.invoke("Where does Anna live?", k=1)] == [first.id]
        assert asyncio.run(retriever.ainvoke("Where does Anna live?")) == [first, second]
        narrow = GraphMemoryRetriever(client=client, user_id="alex", filters={"categories": "drinks"}, threshold=0.9)
        assert narrow.invoke("tea") == []
