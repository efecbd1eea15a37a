"""What calls with several forms of answer take besides what decides the form; and these forms.

The overloads of a call take one of these, so that its arguments are written twice and not for each overload.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from typing_extensions import Required, TypedDict, TypeVar

from graphmem.dialect.arguments import OutputFormat, When

V10: TypeAlias = Literal["v1.0"]
V11: TypeAlias = Literal["v1.1"]
# The form that a client gives to answers whose call names none; None stands for the dialect's own.
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
    """What `search` takes besides `query` and `output_format`, where whole memories are wanted."""

    fields: None


class HitFieldsOptions(_SearchOptions, total=False):
    """Likewise, where some of their fields are wanted."""

    fields: Required[Sequence[str]]


class AnyHitOptions(_SearchOptions, total=False):
    """Likewise, where it depends."""

    fields: Sequence[str] | None


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
    """What `get_all` takes besides `output_format`, where all memories are wanted at once."""

    page: None
    page_size: None
    fields: None


class ListFieldsOptions(_ListOptions, total=False):
    """Likewise, where some of their fields are wanted."""

    page: None
    page_size: None
    fields: Required[Sequence[str]]


class AnyListOptions(_ListOptions, total=False):
    """Likewise, where it depends, and a page may be wanted."""

    page: int | None
    page_size: int | None
    fields: Sequence[str] | None


class ByPageOptions(_ListOptions, total=False):
    """What `get_all` takes besides `fields` where a page is wanted, which has one form."""

    page: Required[int]
    page_size: int | None
    output_format: OutputFormat | None


class ByPageSizeOptions(_ListOptions, total=False):
    """Likewise, where its number may be left out."""

    page: int | None
    page_size: Required[int]
    output_format: OutputFormat | None
