"""Graph memory for LLM agents: facts, people, relations and their history, in Neo4j or in one local file."""

from typing import TYPE_CHECKING, Any

from graphmem._async.client.client import AsyncMemoryClient
from graphmem._sync.client.client import MemoryClient
from graphmem.dialect.answers import (
    Added,
    AddedExplanation,
    AddedMany,
    AddedRow,
    Arms,
    ChangedRow,
    Context,
    Cost,
    Deleted,
    Diagnosis,
    Diff,
    Done,
    EntityRow,
    Erased,
    Found,
    GraphArm,
    Hit,
    HitExplanation,
    LeftOut,
    Memory,
    Neighbour,
    OwnerRow,
    Owners,
    Page,
    Pinged,
    Problem,
    RecordCounts,
    Reembedded,
    Relation,
    Results,
    SaidMessage,
    SameAs,
    ScopeIds,
    SourceMessage,
    SupportedRelation,
    TextArm,
    Undone,
    UndoneRow,
    Updated,
    VectorArm,
    Version,
    WhyNot,
)
from graphmem.dialect.chat_files.transcript import Chats, read_chats
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

if TYPE_CHECKING:
    from graphmem.graph.memory_graph import MemoryGraph

__version__ = "0.1.0"

__all__ = [
    "Added",
    "AddedExplanation",
    "AddedMany",
    "AddedRow",
    "Arms",
    "AsyncMemoryClient",
    "ChangedRow",
    "Chats",
    "ConfigurationError",
    "ConflictError",
    "Context",
    "Cost",
    "Deleted",
    "Diagnosis",
    "Diff",
    "Done",
    "EmbeddingError",
    "EntityRow",
    "Erased",
    "ExtractionError",
    "FilterError",
    "Found",
    "GraphArm",
    "GraphMemError",
    "Hit",
    "HitExplanation",
    "LeftOut",
    "Memory",
    "MemoryClient",
    "MemoryGraph",
    "MemoryNotFoundError",
    "Neighbour",
    "OpenAISettings",
    "OwnerRow",
    "Owners",
    "Page",
    "Pinged",
    "Problem",
    "RecordCounts",
    "Reembedded",
    "Relation",
    "Results",
    "SaidMessage",
    "SameAs",
    "SchemaError",
    "ScopeError",
    "ScopeIds",
    "SourceMessage",
    "StaleVersionError",
    "StoreError",
    "StoreUnavailableError",
    "SupportedRelation",
    "TextArm",
    "Undone",
    "UndoneRow",
    "Updated",
    "ValidationError",
    "VectorArm",
    "Version",
    "WhyNot",
    "__version__",
    "read_chats",
]


def __getattr__(name: str) -> Any:
    """MemoryGraph is imported when it is first asked for: networkx, which it is a graph of, takes a third of a second."""
    if name == "MemoryGraph":
        from graphmem.graph.memory_graph import MemoryGraph

        return MemoryGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
