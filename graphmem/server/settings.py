"""What may be set about a server, and how it reaches its worker processes."""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import asdict, dataclass

# Worker processes are started by name, so that they get their settings here.
VARIABLE = "GRAPHMEM_SERVER_SETTINGS"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How a server behaves. Every default is the careful one.

    Attributes:
        store: where memories are kept, as MemoryClient takes it.
        host, port: where it listens.
        rate: how many requests a key may make, such as ``6000/minute``; empty for any number.
        max_body: the largest body of a request, in bytes.
        max_events: how many adds may wait to be done; further ones are refused with status 503.
        threads: how many requests each process answers at a time.
        event_workers: how many adds each process does at a time.
        keep_days: how long it can be asked what became of an add.
        grace_seconds: how long adds that are under way may take when the server is stopped. What isn't done is done at the next start.
        mcp_delete_all: whether agents have a tool that deletes all memories of their scope.
        lease_seconds: after how long without a sign of life others finish what this server had begun.
        private_webhooks: whether webhooks may point to addresses of a private network, or of this machine.
    """

    store: str | None = None
    host: str = "127.0.0.1"
    port: int = 8420
    rate: str = "6000/minute"
    max_body: int = 8 * 1024 * 1024
    max_events: int = 10_000
    threads: int = 64
    event_workers: int = 2
    keep_days: int = 7
    grace_seconds: float = 25.0
    mcp_delete_all: bool = False
    lease_seconds: float = 30.0
    private_webhooks: bool = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    def publish(self) -> None:
        """Leave the settings where worker processes find them."""
        os.environ[VARIABLE] = json.dumps(asdict(self))


def published() -> ServerSettings:
    """The settings that `publish` left."""
    return ServerSettings(**json.loads(os.environ.get(VARIABLE, "{}")))


def is_loopback(host: str) -> bool:
    """Whether this name or address means this machine, and can't be reached from others."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
