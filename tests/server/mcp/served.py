"""A server on this machine, for tests that ask it over HTTP."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import uvicorn
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from graphmem import MemoryClient
from graphmem._sync.client.sharing import server_store
from graphmem.model.memory import Scope
from graphmem.server import keys
from graphmem.server.app import create_app
from graphmem.server.settings import ServerSettings


class Served:
    """A server in a thread, on a store in memory."""

    def __init__(self, settings: ServerSettings) -> None:
        self.client = MemoryClient(":memory:")
        self._server = uvicorn.Server(
            uvicorn.Config(create_app(settings, self.client), host="127.0.0.1", port=0, log_config=None)
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/mcp"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.client.close()

    def key(self, name: str, *, read_only: bool = False, **ids: str) -> str:
        return keys.create(server_store(self.client), name, Scope(**ids), read_only=read_only)[1]

    def talk(
        self, use: Callable[[Client], Awaitable[None]], key: str | None = None, more: str = "", **how: Any
    ) -> None:
        async def run() -> None:
            headers = {} if key is None else {"Authorization": f"Bearer {key}"}
            async with (
                httpx2.AsyncClient(headers=headers, timeout=60) as http,
                Client(streamable_http_client(self.url + more, http_client=http), **how) as client,
            ):
                await use(client)

        asyncio.run(run())
