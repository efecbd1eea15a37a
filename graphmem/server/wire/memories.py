"""The routes of memories: add, search, list, get, update, delete, history, batches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from graphmem.server.access import Reader, Servicing, Writer, memory_id, within
from graphmem.server.callers import Caller
from graphmem.server.service import Service
from graphmem.server.wire import queries
from graphmem.server.wire.adding import added
from graphmem.server.wire.bodies import Add, Batch, Listing, Search, Update
from graphmem.server.wire.generations import GENERATIONS, search_answer
from graphmem.server.wire.parameters import Deletion, InPath, Page, QueryListing

router = APIRouter(tags=["memories"])


@router.post("/v1/memories/", summary="Add, answered when it is done, or before with async_mode.")
def add_v1(body: Add, caller: Writer, service: Servicing) -> JSONResponse:
    return added("v1", body, caller, service)


@router.post("/v3/memories/add/", summary="Add, answered before it is done.")
def add_v3(body: Add, caller: Writer, service: Servicing) -> JSONResponse:
    return added("v3", body, caller, service)


@router.get("/v1/memories/", summary="List.")
def list_v1(caller: Reader, query: Annotated[QueryListing, Query()]) -> JSONResponse:
    given = query.model_dump(exclude={"categories", "fields", "metadata", "filters"})
    return _listed(
        "v1",
        Listing(
            **given,
            categories=queries.listed(query.categories),
            fields=queries.listed(query.fields),
            metadata=queries.json_object("metadata", query.metadata),
            filters=queries.json_object("filters", query.filters),
        ),
        Page(),
        caller,
    )


@router.post("/v2/memories/", summary="List.")
def list_v2(body: Listing, caller: Reader, page: Annotated[Page, Query()]) -> JSONResponse:
    return _listed("v2", body, page, caller)


@router.post("/v3/memories/", summary="List, by pages.")
def list_v3(body: Listing, caller: Reader, page: Annotated[Page, Query()]) -> JSONResponse:
    return _listed("v3", body, page, caller)


@router.post("/v1/memories/search/", summary="Search.")
def search_v1(body: Search, caller: Reader) -> JSONResponse:
    return found("v1", body, caller)


@router.post("/v2/memories/search/", summary="Search.")
def search_v2(body: Search, caller: Reader) -> JSONResponse:
    return found("v2", body, caller)


@router.post("/v3/memories/search/", summary="Search.")
def search_v3(body: Search, caller: Reader) -> JSONResponse:
    return found("v3", body, caller)


@router.get("/v1/memories/{id:path}/history/", summary="All versions of a memory, oldest first.")
def history(id: InPath, caller: Reader) -> JSONResponse:
    return JSONResponse(caller.client.history(memory_id(id)))


@router.get("/v1/memories/{id:path}/", summary="One memory.")
def get(id: InPath, caller: Reader) -> JSONResponse:
    return JSONResponse(caller.client.get(memory_id(id)))


@router.put("/v1/memories/{id:path}/", summary="Change a memory.")
def update(id: InPath, body: Update, caller: Writer, service: Servicing) -> JSONResponse:
    return JSONResponse(changed(id, body, caller, service))


@router.delete("/v1/memories/{id:path}/", summary="Delete a memory. Its history stays.")
def delete(
    id: InPath,
    caller: Writer,
    service: Servicing,
    delete_linked: Annotated[
        bool, Query(description="Without effect: relations that only this memory tells of always go with it.")
    ] = False,
) -> JSONResponse:
    return JSONResponse(removed(id, caller, service))


@router.delete("/v1/memories/", summary="Delete all memories that meet the conditions, of which there must be one.")
def delete_all(caller: Writer, service: Servicing, query: Annotated[Deletion, Query()]) -> JSONResponse:
    exact, any_of = queries.split(query.ids)
    filters = queries.both(queries.json_object("filters", query.filters), queries.anything(any_of))
    metadata = queries.json_object("metadata", query.metadata)
    conditions: dict[str, Any] = {"filters": filters, "metadata": metadata, **within(caller, exact)}
    going = service.going(caller, **conditions)
    done = caller.client.delete_all(**conditions)
    service.changed(going, "DELETE")
    return JSONResponse(done)


@router.put("/v1/batch/", summary="Change up to 1,000 memories, all or none.")
def batch_update(body: Batch, caller: Writer, service: Servicing) -> JSONResponse:
    done = caller.client.batch_update([_with_id(each) for each in body.memories])
    service.changed(done["results"], "UPDATE")
    return JSONResponse(done)


@router.delete("/v1/batch/", summary="Delete up to 1,000 memories, all or none.")
def batch_delete(body: Batch, caller: Writer, service: Servicing) -> JSONResponse:
    items = [_with_id(each) for each in body.memories]
    done = caller.client.batch_delete(items)
    service.changed([{"id": each["memory_id"] if isinstance(each, dict) else each} for each in items], "DELETE")
    return JSONResponse(done)


def changed(id: str, body: Update, caller: Caller, service: Service) -> Any:
    """A memory after an update, which the routes of other wires share."""
    body.check()
    given = body.model_dump(exclude_unset=True, exclude={"org_id", "project_id", "source", "timestamp"})
    memory = caller.client.update(memory_id(id), **given)
    service.changed([memory], "UPDATE")
    return memory


def removed(id: str, caller: Caller, service: Service) -> Any:
    """What is answered when a memory was deleted."""
    wanted = memory_id(id)
    done = caller.client.delete(wanted)
    service.changed([{"id": wanted}], "DELETE")
    return done


def found(name: str, body: Search, caller: Caller, *, explain: bool = False) -> JSONResponse:
    """The answer to a search of this generation."""
    body.check()
    generation = GENERATIONS[name]
    exact, any_of = queries.split(body.ids)
    asked: dict[str, Any] = dict(
        filters=queries.both(body.filters, queries.anything(any_of)),
        categories=body.categories,
        metadata=body.metadata,
        **({} if body.top_k is None else {"top_k": body.top_k}),
        limit=body.limit,
        threshold=generation.threshold if body.threshold is None else body.threshold,
        keyword_search=True if body.keyword_search is None else body.keyword_search,
        fields=body.fields,
        explain=explain,
        output_format=body.output_format or generation.output_format,
        **within(caller, exact),
    )
    return JSONResponse(search_answer(generation, caller.client.search(body.query, **asked)))


def _listed(name: str, body: Listing, page: Page, caller: Caller) -> JSONResponse:
    body.check()
    generation = GENERATIONS[name]
    exact, any_of = queries.split(body.ids)
    number = body.page if page.page is None else page.page
    size = body.page_size if page.page_size is None else page.page_size
    most = body.limit if body.top_k is None else body.top_k
    if generation.always_paged and number is None and size is None:
        number, size, most = 1, most, None
    asked: dict[str, Any] = dict(
        filters=queries.both(body.filters, queries.anything(any_of)),
        categories=body.categories,
        keywords=body.keywords,
        metadata=body.metadata,
        page=number,
        page_size=size,
        limit=most,
        start_date=body.start_date,
        end_date=body.end_date,
        fields=body.fields,
        output_format=body.output_format or generation.output_format,
        **within(caller, exact),
    )
    return JSONResponse(caller.client.get_all(**asked))


def _with_id(item: Any) -> Any:
    """An item of a batch, whose id was looked at. What else is wrong with it, the client says."""
    if not isinstance(item, dict) or "memory_id" not in item:
        return item
    return {**item, "memory_id": memory_id(item["memory_id"])}
