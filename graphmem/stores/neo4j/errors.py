"""Translates the Neo4j driver's errors into graphmem's. Messages name the address, never a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import exceptions

from graphmem.errors import ConfigurationError, ConflictError, StoreError, StoreUnavailableError
from graphmem.model.requests import EmbedderInfo
from graphmem.stores.neo4j.labels import OWN

_AUTH = (
    "{where} refuses the user name or password: pass username= and password=, or set NEO4J_USERNAME and NEO4J_PASSWORD "
    "(after several wrong passwords the server refuses every login for some seconds)"
)
_DOWN = (
    "{where} can't be reached, or the connection was lost: is Neo4j running there? It is not known whether the call was carried out."
    " The client can be used again ({reason})"
)
_NO_DATABASE = "{where} has no such database; pass database=, or set NEO4J_DATABASE ({reason})"
_TAKEN = "another memory of the same scope already says this; nothing was changed"
# "… already exists with type `RELATES_TO` and property `memory_id` = …"
_CONSTRAINED = re.compile(
    r"with (?:label|type) `(?P<on>[^`]+)` and propert(?:y|ies) (?P<properties>`[^`]+`(?:, `[^`]+`)*)"
)
_OTHERS_CONSTRAINT = (
    "a constraint of another program in {where}, on {on} and its {properties}, refuses what graphmem would write; the call changed "
    "nothing. Drop it, or use another database"
)
_NO_INDEX = re.compile(r"no such\b.*\bindex", re.IGNORECASE)
_INDEX_DROPPED = "{where} has lost an index of graphmem's: another program or a person dropped it; `graphmem doctor --fix` makes it again"
_NODE_DELETED = "Neo.ClientError.Statement.EntityNotFound"


class TransientError(StoreError):
    """Another client interfered. The same call may succeed when it is repeated."""


class MovedError(TransientError):
    """The store changed to another embedder since this client looked at it."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} is changed from one embedder to another again and again; nothing was written")


class UnboundError(TransientError):
    """The store was reset after this client recorded its embedder in it. `embedder` must be recorded again."""

    def __init__(self, where: str, embedder: EmbedderInfo) -> None:
        super().__init__(f"{where} was reset several times while this client wrote to it; nothing was written")
        self.embedder = embedder


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn the driver's errors inside the block into a StoreError, a ConflictError or a ConfigurationError."""
    try:
        yield
    except exceptions.AuthError as error:
        raise StoreUnavailableError(_AUTH.format(where=where)) from error
    except (exceptions.ServiceUnavailable, exceptions.SessionExpired, exceptions.IncompleteCommit, OSError) as error:
        raise StoreUnavailableError(_DOWN.format(where=where, reason=_reason(error))) from error
    except exceptions.ConstraintError as error:
        refused = _CONSTRAINED.search(str(error))
        if refused is not None and not refused["on"].startswith(OWN):
            raise StoreError(_OTHERS_CONSTRAINT.format(where=where, **refused.groupdict())) from error
        raise ConflictError(_TAKEN) from error
    except exceptions.ConfigurationError as error:
        raise ConfigurationError(
            f"{where} is not an address that the Neo4j driver can use: {_reason(error)}"
        ) from error
    except exceptions.Neo4jError as error:
        if "DatabaseNotFound" in (error.code or ""):
            raise StoreUnavailableError(_NO_DATABASE.format(where=where, reason=_reason(error))) from error
        if "DatabaseUnavailable" in (error.code or ""):
            raise StoreUnavailableError(_DOWN.format(where=where, reason=_reason(error))) from error
        # Another client deleted a node that this call links to, with its last memory. The next attempt creates it.
        kind = TransientError if error.code == _NODE_DELETED else StoreError
        if _NO_INDEX.search(str(error)):
            raise StoreError(_INDEX_DROPPED.format(where=where)) from error
        raise kind(f"{where} answered {error.code}: {_reason(error)}; the call changed nothing") from error
    except exceptions.DriverError as error:
        raise StoreUnavailableError(_DOWN.format(where=where, reason=_reason(error))) from error


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__
