"""Everything graphmem raises.

    GraphMemError
    ├── ValidationError (also ValueError)    an argument can't be used; nothing was changed
    │   ├── ScopeError                       user_id, agent_id, app_id or run_id missing or malformed
    │   └── FilterError                      a filter can't be understood; names the place in it
    ├── MemoryNotFoundError (also KeyError)  this client can't see such a memory
    ├── ConflictError                        the memory is immutable, or its scope already has this text
    │   └── StaleVersionError                another writer changed the memory; read it again and retry
    ├── StoreError                           the store failed; the call changed nothing
    │   ├── StoreUnavailableError            it can't be reached or refuses the credentials
    │   └── SchemaError                      it holds data that this client can't work with
    ├── ExtractionError                      the language model failed; nothing was written
    ├── EmbeddingError                       a text could not be embedded; nothing was written
    └── ConfigurationError                   a setting is wrong, or an optional part is missing

Messages say what was given, what is allowed and what to do. They never contain a password or a key.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    """The base class of all errors that graphmem raises on purpose."""

    def __str__(self) -> str:
        # For MemoryNotFoundError: KeyError would show its message in quotes.
        return Exception.__str__(self)


class ValidationError(GraphMemError, ValueError):
    """An argument can't be used. Nothing was changed."""


class ScopeError(ValidationError):
    """A scope id is missing, blank, too long or not a string. Nothing was changed."""


class FilterError(ValidationError):
    """A filter can't be understood.

    Attributes:
        path: the place in the filter, for example ``AND[1].created_at.gte``; empty for the filter as a whole.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


class MemoryNotFoundError(GraphMemError, KeyError):
    """No memory with this id is visible to this client. The same error is raised for versions, calls and entities."""


class ConflictError(GraphMemError):
    """The change is not possible: the memory is immutable, or another memory of its scope already has this text."""


class StaleVersionError(ConflictError):
    """The memory was changed or withdrawn after it was read. Clients retry by themselves, so you see this mostly in stores."""

    def __init__(self, memory_id: str) -> None:
        super().__init__(
            f"memory {memory_id} was changed or withdrawn by another writer meanwhile; read it again and retry"
        )


class StoreError(GraphMemError):
    """The store failed. The call changed nothing."""


class StoreUnavailableError(StoreError):
    """The store can't be reached, or refuses the credentials. The client can be used again later."""


class SchemaError(StoreError):
    """The store has a newer schema or vectors of another embedder, or is not a graphmem store."""


class ExtractionError(GraphMemError):
    """The language model failed or gave no usable answer. Nothing was written."""


class EmbeddingError(GraphMemError):
    """The embedder failed or gave vectors of another size. Nothing was written."""


class ConfigurationError(GraphMemError):
    """A setting is wrong, or an optional part of graphmem is not installed."""


MAX_SHOWN = 80
# How alike a name that is suggested must be: difflib's ratio, which is 0.93 for usr_id and user_id.
_ALIKE = 0.6


def shown(given: object) -> str:
    """The repr of any value for an error message, at most 80 characters long. Never raises an error itself."""
    try:
        text = repr(given)
    except Exception:
        # Python refuses to print integers of more than 4,300 digits, and the repr of a caller's object may do anything.
        text = f"an int of {given.bit_length():,} bits" if isinstance(given, int) else f"a {type(given).__name__}"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def kind_of(given: object) -> str:
    """What was given, for an error message: not its contents, which may be a key or a password."""
    return repr(given) if isinstance(given, int | float) or not given else f"({type(given).__name__})"


def closest(given: object, known: Iterable[str]) -> str | None:
    """The known name that is most like one that is not known; None if none is like it."""
    import difflib

    if not isinstance(given, str) or len(given) > MAX_SHOWN:
        return None
    return next(iter(difflib.get_close_matches(given, list(known), 1, _ALIKE)), None)


def meant(name: str | None) -> str:
    """For an error message about a name that is not known: ``" (did you mean user_id?)"``; empty for None."""
    return "" if name is None else f" (did you mean {name}?)"


def nearest(given: object, known: Iterable[str]) -> str:
    """`meant` of the closest of the known names."""
    return meant(closest(given, known))
