"""Graph memory for LLM agents: facts, people, relations and their history, in Neo4j or in one local file."""

from graphmem._async.client.client import AsyncMemoryClient
from graphmem._sync.client.client import MemoryClient
from graphmem.errors import (
    ConfigurationError,
    ConflictError,
    EmbeddingError,
    ExtractionError,
    FilterError,
    GraphMemError,
    MemoryNotFoundError,
    SchemaError,
    ScopeError,
    StaleVersionError,
    StoreError,
    StoreUnavailableError,
    ValidationError,
)
from graphmem.settings import OpenAISettings

__version__ = "0.1.0"

__all__ = [
    "AsyncMemoryClient",
    "ConfigurationError",
    "ConflictError",
    "EmbeddingError",
    "ExtractionError",
    "FilterError",
    "GraphMemError",
    "MemoryClient",
    "MemoryNotFoundError",
    "OpenAISettings",
    "SchemaError",
    "ScopeError",
    "StaleVersionError",
    "StoreError",
    "StoreUnavailableError",
    "ValidationError",
    "__version__",
]
