"""The memory as tools of agents, asked by the official client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mcp.client import Client
from mcp.types import CallToolResult

from graphmem import MemoryClient
from graphmem.server.mcp.connection import Connection, Rights
from graphmem.server.mcp.server import build
from graphmem.server.mcp.stdio import opened

Talk = Callable[[Client], Awaitable[None]]


def talk(
    with_client: Talk,
    store: Any = ":memory:",
    scope: Mapping[str, str] | None = None,
    rights: Rights | None = None,
    **settings: Any,
) -> None:
    """Connect a client within this process, and let it talk."""

    async def run(connection: Connection) -> None:
        async with Client(build(lambda: connection, rights or Rights())) as client:
            await with_client(client)

    with opened(MemoryClient(store, **settings), {"user_id": "alex"} if scope is None else scope) as connection:
        asyncio.run(run(connection))


def told(result: CallToolResult) -> Any:
    """The answer of a tool that did not fail. The text that a model reads says the same as the structured content."""
    [content] = result.content
    assert not result.is_error, content
    found = result.structured_content
    assert content.text == found["context"] if list(found) == ["context"] else json.loads(content.text) == found
    return found


def refused(result: CallToolResult) -> str:
    """The error of a tool."""
    assert result.is_error, result
    [content] = result.content
    return str(content.text)


async def done(client: Client, event_id: str) -> Any:
    """What became of an add, once it is done."""
    while True:
        found = told(await client.call_tool("get_event_status", {"event_id": event_id}))
        if found["status"] not in ("PENDING", "RUNNING"):
            return found
        await asyncio.sleep(0.02)
