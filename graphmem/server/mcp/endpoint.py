"""The address /mcp of the server: the same tools for whoever has a key, over streamable HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from mcp.server import MCPServer
from mcp.server.context import ServerRequestContext
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope, Send

from graphmem._sync.client.sharing import within
from graphmem.dialect import arguments
from graphmem.errors import GraphMemError
from graphmem.model.memory import SCOPE_FIELDS
from graphmem.server import access
from graphmem.server.callers import Caller
from graphmem.server.errors import problem, status_of
from graphmem.server.keys import project_of
from graphmem.server.mcp.connection import Connection, Rights
from graphmem.server.mcp.server import build
from graphmem.server.service import Service
from graphmem.server.wire import queries

# With and without a slash, for not every client follows a redirect.
PATHS = ("/mcp", "/mcp/")


class Endpoint:
    """An ASGI application. Every request brings its key, so that any process of any server can answer it.

    Args:
        service: what all routes share.
        delete_all: whether keys that may write have the tool that deletes everything of their scope.
    """

    def __init__(self, service: Service, *, delete_all: bool = False) -> None:
        self._service = service
        self._connection: ContextVar[Connection] = ContextVar("connection")
        self._servers = {
            write: self._server(Rights(write=write, delete_all=write and delete_all)) for write in (False, True)
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Within it, requests are answered."""
        async with AsyncExitStack() as stack:
            for server in self._servers.values():
                await stack.enter_async_context(server.session_manager.run())
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Counted as one route, whatever is asked for.
        scope["state"]["route"] = PATHS[0]
        if scope["method"] != "POST":
            # There are no sessions, so that there is no stream of a session either.
            await problem(405, "send messages by POST; there are no sessions", {"Allow": "POST"})(scope, receive, send)
            return
        try:
            caller = narrowed(scope["state"]["caller"], QueryParams(scope["query_string"]))
        except GraphMemError as error:
            await problem(status_of(error), str(error))(scope, receive, send)
            return
        scope["state"]["connection"] = Connection(caller, self._service)
        await self._servers[not caller.read_only].session_manager.handle_request(scope, receive, send)

    def _server(self, rights: Rights) -> MCPServer[Any]:
        server = build(self._connection.get, rights, middleware=[self._with_connection])
        # Whoever asks was looked at before: by key, or where there are none by Host and Origin.
        server.streamable_http_app(
            stateless_http=True,
            max_request_body_size=self._service.settings.max_body,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        return server

    async def _with_connection(self, ctx: ServerRequestContext[Any], call_next: Callable[[Any], Awaitable[Any]]) -> Any:
        """Lets tools know whose request they answer."""
        if ctx.request is not None:
            self._connection.set(ctx.request.state.connection)
        return await call_next(ctx)


def narrowed(caller: Caller, query: QueryParams) -> Caller:
    """The caller, bound to the ids in the address as well: who configures an agent says there whose memory it is.

    Raises:
        MemoryNotFoundError: an id is outside of the key's scope. ValidationError: one is malformed, or there is anything else.
    """
    # A name that is mistyped would leave the agent with all that the key lets see.
    queries.check(query, dict.fromkeys(SCOPE_FIELDS, False))
    given = access.within(caller, {name: query.get(name) for name in SCOPE_FIELDS})
    if not given:
        return caller
    scope = arguments.scope({**given, **caller.scope.ids})
    return replace(caller, client=within(caller.client, scope.ids), scope=scope, project=project_of(scope))
