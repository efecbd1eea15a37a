"""LangChain's own tests of retrievers, on ours. pytest runs it."""

from __future__ import annotations

from typing import Any

from langchain_tests.integration_tests import RetrieversIntegrationTests

from graphmem import MemoryClient
from graphmem.frameworks.langchain import GraphMemoryRetriever


class TestRetriever(RetrieversIntegrationTests):
    @property
    def retriever_constructor(self) -> type[GraphMemoryRetriever]:
        return GraphMemoryRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        client = MemoryClient(":memory:")
        for text in ("I like tea", "I drive a red car", "My sister lives in Berlin", "I play the piano", "I run"):
            client.add(text, user_id="alex", infer=False)
        return {"client": client, "user_id": "alex"}

    @property
    def retriever_query_example(self) -> str:
        return "What do I like to drink?"
