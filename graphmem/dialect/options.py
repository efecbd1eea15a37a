"""Types for calls whose answer has several forms: these forms, and the arguments that don't decide the form.

Such a call has an overload for each form. All overloads share a typed dict, so the arguments are written twice and not ten times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from typing_extensions import Required, TypedDict, TypeVar

from graphmem.dialect.arguments import OutputFormat, When

V10: TypeAlias = Literal["v1.0"]
V11: TypeAlias = Literal["v1.1"]
# The form that a client gives to answers if a call names none. None means the default of each call.
Format = TypeVar("Format", bound=OutputFormat | None, default=None, covariant=True)


class AddOptions(TypedDict, total=False):
    """What `add` takes besides `messages` and `output_format`."""

    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None
    metadata: Mapping[str, Any] | None
    categories: Sequence[str] | None
    infer: bool
    timestamp: When | None
    expiration_date: When | None
    immutable: bool
    includes: str | None
    excludes: str | None
    custom_instructions: str | None
    custom_categories: Any
    dry_run: bool
    explain: bool


class _SearchOptions(TypedDict, total=False):
    version: str
    filters: Mapping[str, Any] | None
    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None
    categories: Sequence[str] | None
    metadata: Mapping[str, Any] | None
    top_k: int
    limit: int | None
    threshold: float | None
    rerank: bool
    keyword_search: bool
    as_of: When | None
    explain: bool


class HitOptions(_SearchOptions, total=False):
    """What `search` takes besides `query` and `output_format`, to return whole memories."""

    fields: None
    messages: Literal[False]


class HitFieldsOptions(_SearchOptions, total=False):
    """What `search` takes to return some fields only."""

    fields: Required[Sequence[str]]
    messages: Literal[False]


class FoundOptions(_SearchOptions, total=False):
    """What `search` takes to return messages beside whole memories."""

    fields: None
    messages: Required[Literal[True]]


class FoundFieldsOptions(_SearchOptions, total=False):
    """What `search` takes to return messages beside some fields of memories."""

    fields: Required[Sequence[str]]
    messages: Required[Literal[True]]


class AnyHitOptions(_SearchOptions, total=False):
    """What `search` takes if it is not known before whether whole memories are returned, and messages beside them."""

    fields: Sequence[str] | None
    messages: bool


class _ListOptions(TypedDict, total=False):
    version: str
    filters: Mapping[str, Any] | None
    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None
    categories: Sequence[str] | None
    keywords: str | None
    metadata: Mapping[str, Any] | None
    start_date: When | None
    end_date: When | None
    as_of: When | None


class ListOptions(_ListOptions, total=False):
    """What `get_all` takes besides `output_format`, to return all memories at once."""

    page: None
    page_size: None
    limit: int | None
    fields: None


class ListFieldsOptions(_ListOptions, total=False):
    """What `get_all` takes to return some fields only of all memories."""

    page: None
    page_size: None
    limit: int | None
    fields: Required[Sequence[str]]


class AnyListOptions(_ListOptions, total=False):
    """What `get_all` takes if it is not known before whether it returns whole memories, or a page."""

    page: int | None
    page_size: int | None
    limit: int | None
    fields: Sequence[str] | None


class _ContextOptions(TypedDict, total=False):
    max_tokens: int
    filters: Mapping[str, Any] | None
    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None
    as_of: When | None


class ContextOptions(_ContextOptions, total=False):
    """What `context` takes besides `query`, to return the text alone."""

    explain: Literal[False]


class ExplainedContextOptions(_ContextOptions, total=False):
    """What `context` takes to tell what it holds, too."""

    explain: Required[Literal[True]]


class AnyContextOptions(_ContextOptions, total=False):
    """What `context` takes if it is not known before whether it tells what it holds."""

    explain: bool


class ByPageOptions(_ListOptions, total=False):
    """What `get_all` takes besides `fields` to return a page by its number. A page has the same form in v1.0 and v1.1."""

    page: Required[int]
    page_size: int | None
    output_format: OutputFormat | None


class ByPageSizeOptions(_ListOptions, total=False):
    """What `get_all` takes to return a page by its size; its number may be left out."""

    page: int | None
    page_size: Required[int]
    output_format: OutputFormat | None
