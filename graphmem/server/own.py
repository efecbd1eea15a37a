"""graphmem's own routes: what the hosted service has no words for."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from graphmem.model.memory import SCOPE_FIELDS
from graphmem.server.access import Reader, Servicing, Writer, memory_id, within
from graphmem.server.callers import Caller
from graphmem.server.wire.bodies import Body

router = APIRouter(prefix="/graphmem", tags=["graphmem"])
When = str | int | float | None


class Asked(Body):
    """A question: about whose memories, and of which time. Only what is given is passed on to the client's call."""

    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    run_id: str | None = None
    filters: dict[str, Any] | None = None
    as_of: When = None

    def arguments(self, caller: Caller) -> dict[str, Any]:
        """As the client's call takes them, checked against the key's scope."""
        given = self.model_dump(exclude_unset=True)
        ids = {name: given.pop(name, None) for name in SCOPE_FIELDS}
        return {**given, **within(caller, ids)}


class AskedContext(Asked):
    """The text for a prompt."""

    query: str
    max_tokens: int = 1_000
    explain: bool = False


class AskedSearch(Asked):
    """A search with all that there is to ask."""

    query: str
    categories: list[str] | None = None
    metadata: dict[str, Any] | None = None
    top_k: int = 10
    threshold: float | None = None
    keyword_search: bool = True
    fields: list[str] | None = None
    explain: bool = False
    messages: bool = False


class AskedRelations(Asked):
    """Relations, by any of their parts."""

    subject: str | None = None
    relationship: str | None = None
    object: str | None = None
    entity: str | None = None
    valid_at: When = None


class AskedPaths(Asked):
    """How two are connected."""

    a: str
    b: str
    max_hops: int = 3
    limit: int = 10
    valid_at: When = None


class Undo(Body):
    """What is to be undone: id of a call, or of a version that it wrote."""

    event_id: str


@router.post("/context/", summary="The text that an agent pastes into its prompt.")
def context(body: AskedContext, caller: Reader) -> JSONResponse:
    found: Any = caller.client.context(**body.arguments(caller))
    return JSONResponse(found if body.explain else {"context": found})


@router.post("/search/", summary="Search, with explanations, messages and past times.")
def search(body: AskedSearch, caller: Reader) -> JSONResponse:
    return JSONResponse(caller.client.search(**body.arguments(caller), output_format="v1.1"))


@router.post("/relations/", summary="Relations between people, places and things.")
def relations(body: AskedRelations, caller: Reader) -> JSONResponse:
    return JSONResponse({"results": caller.client.relations(**body.arguments(caller))})


@router.post("/paths/", summary="How two people, places or things are connected.")
def paths(body: AskedPaths, caller: Reader) -> JSONResponse:
    return JSONResponse({"results": caller.client.paths(**body.arguments(caller))})


@router.get("/history/{id}/", summary="All versions of a memory, oldest first.")
def history(id: str, caller: Reader) -> JSONResponse:
    return JSONResponse({"results": caller.client.history(memory_id(id))})


@router.post("/undo/", summary="Undo everything that one call wrote.")
def undo(body: Undo, caller: Writer, service: Servicing) -> JSONResponse:
    done = caller.client.undo(body.event_id)
    service.remembered(done["results"])
    return JSONResponse(done)
