"""LangChain's retriever in graphmem: memories as documents.

    from graphmem import MemoryClient
    from graphmem.frameworks.langchain import GraphMemoryRetriever

    retriever = GraphMemoryRetriever(client=MemoryClient("memories.db"), user_id="alex")
    documents = retriever.invoke("What should I cook?")

It needs the extra `langgraph`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphmem.frameworks._required import required

with required("graphmem.frameworks.langchain", "langchain-core", "langgraph"):
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever


class GraphMemoryRetriever(BaseRetriever):
    """Finds memories as documents, best first.

    A document's text is the memory, its id that of the memory, and its metadata all else that `search` tells: ``score``, ``user_id``,
    ``categories``, ``created_at``, ``metadata`` …; also ``relations``, those that it supports.

    Args:
        client: a MemoryClient. It stays open, and whoever made it closes it.
        k: the most documents, 1 to 1,000. ``invoke(query, k=…)`` changes it for one call.
        user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
        filters, threshold: as in the client's `search`.
    """

    client: Any
    k: int = 10
    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    run_id: str | None = None
    filters: dict[str, Any] | None = None
    threshold: float | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
        k: int | None = None,
    ) -> list[Document]:
        found = self.client.search(
            query,
            top_k=self.k if k is None else k,
            user_id=self.user_id,
            agent_id=self.agent_id,
            app_id=self.app_id,
            run_id=self.run_id,
            filters=self.filters,
            threshold=self.threshold,
            output_format="v1.1",
        )
        supported: dict[str, list[Mapping[str, Any]]] = {}
        for relation in found["relations"]:
            supported.setdefault(relation["memory_id"], []).append(relation)
        return [_document(hit, supported.get(hit["id"], [])) for hit in found["results"]]


def _document(hit: Mapping[str, Any], relations: list[Mapping[str, Any]]) -> Document:
    about = {name: value for name, value in hit.items() if name not in ("id", "memory")}
    return Document(page_content=hit["memory"], id=hit["id"], metadata={**about, "relations": relations})
