"""The routes of users, agents, apps and runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from graphmem.dialect import arguments
from graphmem.errors import MemoryNotFoundError, shown
from graphmem.server.access import Reader, Servicing, Writer, within
from graphmem.server.callers import Caller
from graphmem.server.service import Service
from graphmem.server.wire.parameters import InPath, Page

router = APIRouter(tags=["entities"])

Kind = Literal["user", "agent", "app", "run"]


@router.get("/v1/entities/", summary="Who has memories.")
def entities(caller: Reader, query: Annotated[Page, Query()]) -> dict[str, Any]:
    # Without a page all are in one: clients delete what one answer lists.
    rows = [{**row, "owner": caller.project} for row in caller.client.users()["results"]]
    number = arguments.whole_number("page", 1 if query.page is None else query.page, 1, 2**31)
    if query.page is None and query.page_size is None:
        return {"count": len(rows), "next": None, "previous": None, "results": rows}
    size = arguments.whole_number(
        "page_size",
        arguments.DEFAULT_PAGE_SIZE if query.page_size is None else query.page_size,
        1,
        arguments.MAX_PAGE_SIZE,
    )
    return {
        "count": len(rows),
        "next": f"?page={number + 1}&page_size={size}" if number * size < len(rows) else None,
        "previous": f"?page={number - 1}&page_size={size}" if number > 1 else None,
        "results": rows[(number - 1) * size : number * size],
    }


@router.get("/v2/entities/{kind}/{name:path}/", summary="One of them.")
def entity(kind: Kind, name: InPath, caller: Reader) -> dict[str, Any]:
    within(caller, {f"{kind}_id": name})
    for row in caller.client.users()["results"]:
        if row["type"] == kind and row["id"] == name:
            return {**row, "owner": caller.project}
    raise MemoryNotFoundError(f"no {kind} {shown(name)} has memories")


@router.delete("/v2/entities/{kind}/{name:path}/", summary="Delete all memories of one of them. Their history stays.")
def delete_entity(kind: Kind, name: InPath, caller: Writer, service: Servicing) -> dict[str, Any]:
    return removed(kind, name, caller, service)


@router.delete("/v1/entities/{kind}/{name:path}/", summary="The same, as older clients ask for it.")
def delete_entity_v1(kind: Kind, name: InPath, caller: Writer, service: Servicing) -> dict[str, Any]:
    return removed(kind, name, caller, service)


def removed(kind: str, name: str, caller: Caller, service: Service) -> dict[str, Any]:
    """The answer to a deletion, which is the same whether there was anything to delete."""
    ids = within(caller, {f"{kind}_id": name})
    going = service.going(caller, **ids)
    done = caller.client.delete_users(**ids)
    service.changed(going, "DELETE")
    return {"message": "Entity deleted successfully.", "deleted": done["deleted"]}
