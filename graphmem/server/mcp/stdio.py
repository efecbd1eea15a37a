"""Serves one connection over stdin and stdout, as desktop programs start their servers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial

from graphmem._async.client.client import AsyncMemoryClient
from graphmem.server.mcp.adds import Background
from graphmem.server.mcp.connection import Connection, Rights
from graphmem.server.mcp.remember import remember
from graphmem.server.mcp.server import build


def serve(new_client: Callable[[], AsyncMemoryClient], scope: Mapping[str, str], rights: Rights) -> None:
    """Serve until stdin ends or the process is told to stop; then finish what is to be remembered.

    Args:
        new_client: makes a client that is bound to this scope.
    """
    asyncio.run(_serve(new_client, scope, rights))


async def _serve(new_client: Callable[[], AsyncMemoryClient], scope: Mapping[str, str], rights: Rights) -> None:
    async with opened(new_client, scope) as connection:
        server = build(lambda: connection, rights)
        _stop_on_signals(connection)
        await server.run_stdio_async()


@asynccontextmanager
async def opened(new_client: Callable[[], AsyncMemoryClient], scope: Mapping[str, str]) -> AsyncIterator[Connection]:
    """A connection of its own. At the end, what it took is added before the client is closed."""
    client = new_client()
    adds = Background(partial(remember, client))
    try:
        yield Connection(client, adds, scope)
    finally:
        await adds.drain()
        await client.close()


def _stop_on_signals(connection: Connection) -> None:
    """When told to stop, finish what is to be remembered and end, though a thread still waits for stdin."""
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()

    async def stop(code: int) -> None:
        assert isinstance(connection.adds, Background)
        await connection.adds.drain()
        await connection.client.close()
        sys.stderr.flush()
        os._exit(code)

    def on_signal(code: int) -> None:
        if not stopping:
            stopping.add(loop.create_task(stop(code)))

    # Windows has no such handlers; there, the end of stdin is the way to stop.
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, partial(on_signal, 0))
        loop.add_signal_handler(signal.SIGINT, partial(on_signal, 130))
