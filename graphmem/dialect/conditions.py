"""Turns conditions given as arguments (ids, categories, metadata, keywords, dates) into a filter tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphmem.dialect import arguments
from graphmem.filters.parse import parse
from graphmem.model.filter import Compare, Filter, Path, Span, conjunction, of_scope
from graphmem.model.folding import spelled
from graphmem.model.memory import Scope


def narrowed(
    filters: Mapping[str, Any] | None,
    scope: Scope,
    categories: Sequence[str] | None,
    metadata: Mapping[str, Any] | None,
) -> Filter:
    """A filter for the memories that meet the filter object, carry every id of the scope, and have any of the categories and all
    of the metadata.

    Raises:
        FilterError, ValidationError: a condition can't be used.
    """
    items = [parse(filters), of_scope(scope)]
    if categories is not None:
        names = tuple(map(spelled, arguments.categories(categories)))
        items.append(Compare(Path("categories"), "in", names))
    if metadata is not None:
        items.append(parse({"metadata": metadata}))
    return conjunction(items)


def listing_filter(keywords: str | None, start: datetime | None, end: datetime | None) -> Filter:
    """The conditions that only get_all has: text that contains the keywords, and bounds of created_at, both included."""
    items: list[Filter] = []
    if keywords is not None:
        items.append(Compare(Path("text"), "icontains", spelled(arguments.text("keywords", keywords))))
    if start is not None:
        items.append(Compare(Path("created_at"), "gte", Span(start, start)))
    if end is not None:
        items.append(Compare(Path("created_at"), "lte", Span(end, end)))
    return conjunction(items)
