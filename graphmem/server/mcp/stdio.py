"""Serves one connection over stdin and stdout, as desktop programs start their servers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from graphmem._sync.client.client import MemoryClient
from graphmem._sync.client.sharing import within
from graphmem.dialect import arguments
from graphmem.server.callers import Caller
from graphmem.server.keys import project_of
from graphmem.server.mcp.connection import Connection, Rights
from graphmem.server.mcp.server import build
from graphmem.server.service import Service
from graphmem.server.settings import ServerSettings


def serve(client: MemoryClient[Any], scope: Mapping[str, str], rights: Rights) -> None:
    """Serve until stdin ends or the process is told to stop; then finish what is to be remembered.

    Args:
        client: one without scope. It is closed at the end.
        scope: the ids that the connection is bound to.
    """
    with opened(client, scope, adds=rights.write) as connection:
        asyncio.run(_serve(connection, rights))


@contextmanager
def opened(client: MemoryClient[Any], scope: Mapping[str, str], *, adds: bool = True) -> Iterator[Connection]:
    """A connection of its own. `adds`: whether it does what is to be remembered.

    At the end, what it took is done before the client is closed. What a killed process left is done by the next one: it is kept in
    the store.
    """
    ids = arguments.scope(scope)
    service = Service(client, ServerSettings())
    if adds:
        service.start()
    connection = Connection(Caller(within(client, scope), ids, project=project_of(ids)), service)
    try:
        yield connection
    finally:
        _finish(connection, adds)


def _finish(connection: Connection, adds: bool) -> None:
    if adds:
        connection.finish()
        connection.service.stop()
    connection.client.close()


async def _serve(connection: Connection, rights: Rights) -> None:
    _stop_on_signals(connection, rights.write)
    await build(lambda: connection, rights).run_stdio_async()


def _stop_on_signals(connection: Connection, adds: bool) -> None:
    """When told to stop, finish what is to be remembered and end, though a thread still waits for stdin."""
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()

    async def stop(code: int) -> None:
        await asyncio.to_thread(_finish, connection, adds)
        sys.stderr.flush()
        os._exit(code)

    def on_signal(code: int) -> None:
        if not stopping:
            stopping.add(loop.create_task(stop(code)))

    # Windows has no such handlers; there, the end of stdin is the way to stop.
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, partial(on_signal, 0))
        loop.add_signal_handler(signal.SIGINT, partial(on_signal, 130))
