"""The routes that tell what became of adds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from graphmem.dialect import arguments
from graphmem.errors import MemoryNotFoundError, shown
from graphmem.server.access import Reader, Servicing, event_id, within
from graphmem.server.events import adds
from graphmem.server.wire.bodies import Scoped

router = APIRouter(tags=["events"])


class EventQuery(Scoped):
    """Which events are wanted, and which page of them."""

    page: int = 1
    page_size: int = 50


@router.get("/v1/event/{id}/", summary="What became of an add.")
def event(id: str, caller: Reader, service: Servicing) -> dict[str, Any]:
    found = service.store.events(adds.KIND, caller.scope, id=event_id(id), limit=1).events
    if not found:
        raise MemoryNotFoundError(
            f"no event {shown(id)}: it does not exist, is older than is kept, or lies outside of this key's scope"
        )
    return adds.told(found[0], caller.client)


@router.get("/v1/events/", summary="Adds by event, newest first.")
def events(caller: Reader, service: Servicing, query: Annotated[EventQuery, Query()]) -> dict[str, Any]:
    number = arguments.whole_number("page", query.page, 1, 2**31)
    size = arguments.whole_number("page_size", query.page_size, 1, arguments.MAX_PAGE_SIZE)
    scope = arguments.scope({**within(caller, query.ids), **caller.scope.ids})
    found = service.store.events(adds.KIND, scope, offset=(number - 1) * size, limit=size)
    more = number * size < found.total
    return {
        "count": found.total,
        "next": f"?page={number + 1}&page_size={size}" if more else None,
        "previous": f"?page={number - 1}&page_size={size}" if number > 1 else None,
        "results": adds.all_told(found.events, caller.client),
    }
