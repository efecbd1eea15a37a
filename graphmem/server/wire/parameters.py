"""The parameters of paths and queries."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from graphmem.server.wire.bodies import Listed, Scoped

# Ids may hold slashes, which arrive as they are: frameworks decode %2F before they look for a route.
InPath = Annotated[str, Path(min_length=1)]


class Page(BaseModel):
    """Which page of a listing is wanted."""

    model_config = ConfigDict(extra="forbid")

    page: int | None = None
    page_size: int | None = None
    org_id: str | None = None
    project_id: str | None = None


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
