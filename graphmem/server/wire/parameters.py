"""The parameters of paths and queries."""

from __future__ import annotations

from inspect import isclass
from typing import Annotated, Any, get_args, get_origin

from fastapi import Path, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from graphmem.errors import ValidationError
from graphmem.server.wire import queries
from graphmem.server.wire.bodies import Listed, Scoped, Sent

# Ids may hold slashes, which arrive as they are: frameworks decode %2F before they look for a route.
InPath = Annotated[str, Path(min_length=1)]


class Page(Sent):
    """Which page of a listing is wanted."""

    page: int | None = None
    page_size: int | None = None


class QueryListing(Scoped, Listed):
    """A listing that is asked for in the query. `metadata` and `filters` are JSON objects."""

    categories: list[str] | None = None
    metadata: str | None = None
    filters: str | None = None
    fields: list[str] | None = None
    output_format: str | None = None
    show_expired: bool | None = None
    version: str | None = None
    enable_graph: str | None = None


class Deletion(Scoped):
    """Which memories are to be deleted. An id of ``*`` means any; `metadata` and `filters` are JSON objects."""

    metadata: str | None = None
    filters: str | None = None


# Bodies that say nothing: some clients send one with every request.
_EMPTY = (b"", b"{}", b"null")
# What clients send along with everything.
_ALWAYS = frozenset(Sent.model_fields)
# By the function that answers: what its query may have does not change.
_known: dict[Any, dict[str, bool]] = {}


async def understood(request: Request) -> None:
    """Refuses what the route would pass over. Of a deletion it might be the condition, and without it too much would be deleted.

    Who names one thing by its id gets no more than that, whatever else is sent.

    Raises:
        ValidationError: as `queries.check`; or there is a body, and the route reads none.
    """
    route: APIRoute = request.scope["route"]
    if "{id" in route.path:
        return
    if request.scope["query_string"]:
        queries.check(request.query_params, _parameters(route), _ALWAYS)
    if route.body_field is None and (await request.body()).strip() not in _EMPTY:
        raise ValidationError(
            "this request takes no body: conditions stand in the query, where it has any. Nothing was done"
        )


def _parameters(route: APIRoute) -> dict[str, bool]:
    """The names that the query of this route may have, and whether each may have several values."""
    if (known := _known.get(route.endpoint)) is not None:
        return known
    found: dict[str, bool] = {}
    for field in route.dependant.query_params:
        kind = field.field_info.annotation
        if isclass(kind) and issubclass(kind, BaseModel):
            found |= {name: _is_list(each.annotation) for name, each in kind.model_fields.items()}
        else:
            found[field.alias] = _is_list(kind)
    _known[route.endpoint] = found
    return found


def _is_list(annotation: Any) -> bool:
    return any(get_origin(each) is list for each in (annotation, *get_args(annotation)))
