"""What routes ask for: a caller who may read, or one who may write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from graphmem.errors import MemoryNotFoundError, ValidationError, shown
from graphmem.model.memory import SCOPE_FIELDS
from graphmem.server.callers import Caller
from graphmem.server.service import Service


# They wait for nothing. Without `async` each of them would be sent to a thread, which takes longer than all of them.
async def service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


async def routed(request: Request) -> None:
    """Tells those who count requests which route this is."""
    request.state.route = request.scope["route"].path


async def reading(request: Request) -> Caller:
    """Who calls."""
    caller: Caller = request.state.caller
    return caller


async def writing(caller: Annotated[Caller, Depends(reading)]) -> Caller:
    """Who calls, if they may write."""
    if caller.read_only:
        raise HTTPException(403, "this key may only read: use one that was made without --read-only")
    return caller


Reader = Annotated[Caller, Depends(reading)]
Writer = Annotated[Caller, Depends(writing)]
Servicing = Annotated[Service, Depends(service)]


def within(caller: Caller, ids: Mapping[str, str | None]) -> dict[str, str]:
    """The ids that a request names, as arguments of the caller's client.

    Raises:
        MemoryNotFoundError: one is outside of the key's scope. Whether anything is there is not told.
    """
    given = {name: ids[name] for name in SCOPE_FIELDS if ids.get(name) is not None}
    for name, own in caller.scope.ids.items():
        if name in given and str(given[name]).strip() != own:
            raise MemoryNotFoundError(
                f"no {name} {shown(given[name])}: it does not exist, or lies outside of this key's scope"
            )
    return {name: value for name, value in given.items() if value is not None}


def memory_id(given: Any) -> str:
    """An id of a memory.

    Raises:
        ValidationError: no memory can have it.
    """
    return _uuid(given, "a memory")


def event_id(given: Any) -> str:
    """An id of an event; errors as in `memory_id`."""
    return _uuid(given, "an event")


def _uuid(given: Any, of: str) -> str:
    try:
        return str(UUID(str(given)))
    except ValueError:
        raise ValidationError(f"{shown(given)} is no id of {of}: these are UUIDs") from None
