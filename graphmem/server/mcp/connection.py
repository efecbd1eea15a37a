"""What one connection may see and do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from graphmem._async.client.client import AsyncMemoryClient
from graphmem.server.mcp.adds import Adds


class Memory(Protocol):
    """What the tools need of a connection."""

    @property
    def client(self) -> AsyncMemoryClient:
        """A client that is bound to the scope of the connection, so that nothing beyond it is ever seen."""

    @property
    def adds(self) -> Adds:
        """What takes what is to be remembered."""

    @property
    def scope(self) -> Mapping[str, str]:
        """The ids that the client is bound to."""


@dataclass(frozen=True)
class Connection:
    """The memory of one connection: see `Memory`."""

    client: AsyncMemoryClient
    adds: Adds
    scope: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rights:
    """Which tools a connection has. All may read."""

    write: bool = True
    # Deletes everything within the scope in one call.
    delete_all: bool = False
