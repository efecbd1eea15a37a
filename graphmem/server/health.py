"""The routes for those who watch the server: health, ready, metrics."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from graphmem.errors import GraphMemError, MemoryNotFoundError
from graphmem.server.access import Reader, Servicing
from graphmem.server.keys import KIND
from graphmem.settings import Unavailable

router = APIRouter(tags=["server"])


@router.get("/health", summary="Whether the process lives.")
async def health() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/ready", summary="Whether the store answers and an embedder is there.")
def ready(service: Servicing) -> JSONResponse:
    try:
        # Opens the store and asks it for next to nothing.
        service.store.kept(KIND, ids=["-"])
    except GraphMemError as error:
        return JSONResponse({"status": "unavailable", "store": type(error).__name__}, 503)
    if isinstance(service.client.choices["embedder"].use, Unavailable):
        return JSONResponse({"status": "unavailable", "embedder": "none"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics", summary="What was counted, for Prometheus.")
def metrics(caller: Reader, service: Servicing) -> Response:
    if caller.scope.ids:
        raise MemoryNotFoundError("no metrics for a key that is bound to a scope")
    return Response(generate_latest(service.meters.registry), media_type=CONTENT_TYPE_LATEST)
