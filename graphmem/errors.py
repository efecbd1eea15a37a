"""Everything graphmem raises.

    GraphMemError
    ├── ValidationError (also ValueError)    what the caller gave can't be used; nothing was changed
    │   ├── ScopeError                       user_id, agent_id, app_id or run_id missing or malformed
    │   └── FilterError                      a filter that means nothing; names the path inside it
    ├── MemoryNotFoundError (also KeyError)  no such memory for this client
    ├── ConflictError                        the memory refuses the change: immutable, or its scope already says this
    │   └── StaleVersionError                another writer was faster; read the memory again and retry
    ├── StoreError                           the store answered with an error
    │   ├── StoreUnavailableError            it can't be reached, or refuses the credentials
    │   └── SchemaError                      it holds data that this client can't use
    ├── ExtractionError                      the language model gave no usable answer; nothing was written
    ├── EmbeddingError                       a text could not be embedded; nothing was written
    └── ConfigurationError                   a setting or an optional part is missing

A message says what was given, what is allowed and what to do. It never holds a password or a key.
"""

from __future__ import annotations

__all__ = [
    "ConfigurationError",
    "ConflictError",
    "EmbeddingError",
    "ExtractionError",
    "FilterError",
    "GraphMemError",
    "MemoryNotFoundError",
    "SchemaError",
    "ScopeError",
    "StaleVersionError",
    "StoreError",
    "StoreUnavailableError",
    "ValidationError",
]


class GraphMemError(Exception):
    """The root of all errors that graphmem raises on purpose."""

    def __str__(self) -> str:
        # KeyError would print its message in quotes.
        return Exception.__str__(self)


class ValidationError(GraphMemError, ValueError):
    """An argument is not what the call takes. Nothing was changed."""


class ScopeError(ValidationError):
    """A scope id is missing, blank, too long or not a string. Nothing was changed."""


class FilterError(ValidationError):
    """A filter can't be understood.

    Attributes:
        path: where in the filter, such as ``AND[1].created_at.gte``; empty for the filter itself.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


class MemoryNotFoundError(GraphMemError, KeyError):
    """No memory with this id is visible to this client."""


class ConflictError(GraphMemError):
    """The memory can't take this change: it is immutable, or another memory of its scope already says this."""


class StaleVersionError(ConflictError):
    """The memory was changed or withdrawn after it was read. A client retries; only a custom store's caller sees this."""

    def __init__(self, memory_id: str) -> None:
        super().__init__(
            f"memory {memory_id} was changed or withdrawn by another writer meanwhile; read it again and retry"
        )


class StoreError(GraphMemError):
    """The store answered with an error. The call's changes were not made."""


class StoreUnavailableError(StoreError):
    """The store can't be reached or refuses the credentials. The client may be used again later."""


class SchemaError(StoreError):
    """The store's data has another schema version or embedding size, or is no graphmem store."""


class ExtractionError(GraphMemError):
    """The language model failed or gave no usable answer. Nothing was written."""


class EmbeddingError(GraphMemError):
    """The embedder failed or gave vectors of another size. Nothing was written."""


class ConfigurationError(GraphMemError):
    """A setting is wrong, or an optional part of graphmem is not installed."""


MOST = 80


def shown(given: object) -> str:
    """At most 80 characters, whatever it is."""
    try:
        text = repr(given)
    except Exception:
        # Python prints no integer of more than 4,300 digits, and an object's repr may do anything.
        text = f"an int of {given.bit_length():,} bits" if isinstance(given, int) else f"a {type(given).__name__}"
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."
