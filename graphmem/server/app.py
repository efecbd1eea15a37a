"""Puts the server together: routes, and around them what every request passes."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import Depends, FastAPI
from starlette.routing import Route

from graphmem import __version__
from graphmem._sync.client.client import MemoryClient
from graphmem.server import docs, errors, health, open_source, own
from graphmem.server.access import routed
from graphmem.server.guard.access import Access
from graphmem.server.guard.observed import Observed
from graphmem.server.guard.paths import RightPaths
from graphmem.server.guard.rates import BoundedRates
from graphmem.server.guard.size import BoundedBodies
from graphmem.server.mcp.endpoint import PATHS, Endpoint
from graphmem.server.service import Service
from graphmem.server.settings import ServerSettings, published
from graphmem.server.wire import entities, events, exports, memories, ping, profiles, projects, webhooks
from graphmem.server.wire.parameters import understood

_ROUTERS = (
    memories.router,
    profiles.router,
    entities.router,
    events.router,
    projects.router,
    webhooks.router,
    exports.router,
    own.router,
    open_source.router,
)
# They tell nothing that a condition could narrow, so whatever is sent along is passed over.
_LENIENT = (ping.router, health.router, docs.router)
_ABOUT = """The wire of the hosted service that MemoryClient comes from, on a store of your own: its published clients work unchanged.

Send your key as `Authorization: Token KEY`, `Authorization: Bearer KEY` or `X-API-Key: KEY`. A key that is bound to a scope sees
nothing beyond it: what lies outside is answered as if it did not exist."""


def create_app(settings: ServerSettings | None = None, client: MemoryClient[Any] | None = None) -> FastAPI:
    """The server as an ASGI application.

    Args:
        settings: by default the careful ones, on the store that the environment names.
        client: a client without scope, on whose store it serves; by default one is made, and closed at the end.

    ``app.state.service`` is what routes share. The caller of a request is ``request.state.caller`` (`graphmem.server.callers.Caller`).
    """
    settings = settings or ServerSettings()
    own = client is None
    service = Service(client if client is not None else MemoryClient(settings.store), settings)

    tools = Endpoint(service, delete_all=settings.mcp_delete_all)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Adds that are answered when they are done may wait for a model for long.
        current_default_thread_limiter().total_tokens = settings.threads
        service.start()
        try:
            async with tools.running():
                yield
        finally:
            await run_sync(service.stop)
            if own:
                await run_sync(service.client.close)

    app = FastAPI(
        title="graphmem",
        version=__version__,
        description=_ABOUT,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(routed)],
    )
    app.state.service = service
    errors.install(app)
    for router in _ROUTERS:
        app.include_router(router, dependencies=[Depends(understood)])
    for router in _LENIENT:
        app.include_router(router)
    for path in PATHS:
        app.router.routes.append(Route(path, tools, include_in_schema=False))
    # The last one is the outermost.
    if settings.rate:
        app.add_middleware(BoundedRates, rate=settings.rate)
    app.add_middleware(Access, callers=service.callers)
    app.add_middleware(BoundedBodies, most=settings.max_body)
    app.add_middleware(RightPaths)
    app.add_middleware(Observed, meters=service.meters)
    return app


def from_environment() -> FastAPI:
    """The application of a worker process."""
    # Warnings are told in the log, like all else.
    logging.captureWarnings(True)
    return create_app(published())
