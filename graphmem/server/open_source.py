"""The routes of the open-source server of the dialect: no version in the path, no slash at the end, answered at once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import JSONResponse

from graphmem.errors import ScopeError, ValidationError
from graphmem.server.access import Reader, Servicing, Writer
from graphmem.server.wire import entities, memories
from graphmem.server.wire.adding import added
from graphmem.server.wire.bodies import Add, Search, Update
from graphmem.server.wire.entities import Kind
from graphmem.server.wire.parameters import Deletion, InPath, QueryListing

router = APIRouter(tags=["open-source server"])


class OpenAdd(Add):
    """A conversation to remember. `prompt` stands for custom_instructions."""

    memory_type: Any = Field(None, description="Can't be honoured.")
    prompt: str | None = None


class OpenSearch(Search):
    """A search."""

    explain: bool | None = None


@router.post("/memories", summary="Add, answered when it is done.")
def add(body: OpenAdd, caller: Writer, service: Servicing) -> JSONResponse:
    if body.memory_type is not None:
        raise ValidationError(
            "memory_type can't be honoured: every memory here is a fact with its history. Leave it out"
        )
    given = body.model_dump(exclude_unset=True, exclude={"prompt", "memory_type"})
    if body.prompt is not None:
        given["custom_instructions"] = body.prompt
    return added("v1", Add(**{**given, "async_mode": False, "output_format": "v1.1"}), caller, service)


@router.get("/memories", summary="List.")
def list_memories(caller: Reader, query: Annotated[QueryListing, Query()]) -> JSONResponse:
    given = query.model_copy(update={"output_format": "v1.1"})
    return memories.list_v1(caller, given)


@router.post("/search", summary="Search.")
def search(body: OpenSearch, caller: Reader) -> JSONResponse:
    given = body.model_dump(exclude_unset=True, exclude={"explain"})
    return memories.found("v1", Search(**{**given, "output_format": "v1.1"}), caller, explain=bool(body.explain))


@router.get("/memories/{id}/history", summary="All versions of a memory, oldest first.")
def history(id: str, caller: Reader) -> JSONResponse:
    return memories.history(id, caller)


@router.get("/memories/{id}", summary="One memory.")
def get(id: str, caller: Reader) -> JSONResponse:
    return memories.get(id, caller)


@router.put("/memories/{id}", summary="Change a memory.")
def update(id: str, body: Update, caller: Writer, service: Servicing) -> JSONResponse:
    memories.changed(id, body, caller, service)
    return JSONResponse({"message": "Memory updated successfully!"})


@router.delete("/memories/{id}", summary="Delete a memory. Its history stays.")
def delete(id: str, caller: Writer, service: Servicing) -> JSONResponse:
    return JSONResponse(memories.removed(id, caller, service))


@router.delete("/memories", summary="Delete all memories that meet the conditions, of which there must be one.")
def delete_all(caller: Writer, service: Servicing, query: Annotated[Deletion, Query()]) -> JSONResponse:
    return memories.delete_all(caller, service, query)


@router.post("/reset", summary="Empty the store. Only for a key that is bound to nothing.")
def reset(caller: Writer) -> JSONResponse:
    if caller.scope.ids:
        raise ScopeError(
            "reset empties the whole store, but this key is bound to a scope: DELETE /memories empties that"
        )
    return JSONResponse(caller.client.reset(confirm="everything"))


@router.get("/entities", summary="Who has memories.")
def list_entities(caller: Reader) -> JSONResponse:
    return JSONResponse(caller.client.users()["results"])


@router.delete("/entities/{kind}/{name:path}", summary="Delete all memories of one of them. Their history stays.")
def delete_entity(kind: Kind, name: InPath, caller: Writer, service: Servicing) -> JSONResponse:
    return JSONResponse(entities.removed(kind, name, caller, service))
