"""The contracts in words: what a store, an embedder and a language model are to graphmem.

Each exists twice, awaitable and not; the second is generated from the first.
"""

from graphmem._async.protocols import AsyncEmbedder, AsyncLLM, AsyncStore
from graphmem._async.server_store import AsyncServerStore
from graphmem._sync.protocols import LLM, Embedder, Store
from graphmem._sync.server_store import ServerStore
from graphmem.model.requests import Completion, EmbedderInfo, Reembedding, SearchRequest, StoreInfo

__all__ = [
    "LLM",
    "AsyncEmbedder",
    "AsyncLLM",
    "AsyncServerStore",
    "AsyncStore",
    "Completion",
    "Embedder",
    "EmbedderInfo",
    "Reembedding",
    "SearchRequest",
    "ServerStore",
    "Store",
    "StoreInfo",
]
