"""Metadata as flat, typed leaves, so that a store can compare a nested key without query text of the caller.

A path is ``metadata/`` and the keys joined by ``/``, with ``~`` and ``/`` inside a key written ``~0`` and ``~1`` (RFC 6901),
so a key ``a.b`` or ``a/b`` and a nested a → b stay apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PREFIX = "metadata"
_INT64 = 2**63


def property_name(keys: Sequence[str]) -> str:
    return "/".join((PREFIX, *(key.replace("~", "~0").replace("/", "~1") for key in keys)))


def leaves(metadata: Mapping[str, Any], keys: tuple[str, ...] = ()) -> Iterator[tuple[str, str | int | float | bool]]:
    """(path, value) of each scalar at any depth of objects. Nulls, lists and what is in lists are not leaves."""
    for key, value in metadata.items():
        path = (*keys, key)
        if isinstance(value, Mapping):
            yield from leaves(value, path)
        elif isinstance(value, str | bool | int | float):
            yield property_name(path), storable(value)


def storable(value: Any) -> Any:
    """Integers beyond 64 bits become floats: no store compares them exactly. The whole object is kept as JSON beside the leaves."""
    if isinstance(value, int) and not isinstance(value, bool) and not -_INT64 <= value < _INT64:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return value


def leaf_kind(value: Any) -> str:
    """Values of two kinds are never equal: 1 is not "1", true is not 1."""
    if isinstance(value, bool):
        return "truth"
    return "string" if isinstance(value, str) else "number"
