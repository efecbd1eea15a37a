"""Metadata as flat, typed leaves, so that a store can compare a nested key without query text of the caller.

A path is ``metadata/`` and the keys joined by ``/``, with ``~`` and ``/`` inside a key written ``~0`` and ``~1`` (RFC 6901),
so a key ``a.b`` or ``a/b`` and a nested a → b stay apart. What is no scalar leaves a marker under its path and ``/~3``;
the scalars in a list stand under its path and ``/~2``. No key can look like these. NUL, which Neo4j has not in names, is ``~4``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

PREFIX = "metadata"
Scalar: TypeAlias = str | int | float | bool
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value at a path. `item` counts within a list and is 0 elsewhere."""

    path: str
    value: Scalar
    item: int = 0


def property_name(keys: Sequence[str]) -> str:
    return "/".join((PREFIX, *(key.replace("~", "~0").replace("/", "~1").replace("\0", "~4") for key in keys)))


def list_name(keys: Sequence[str]) -> str:
    return f"{property_name(keys)}/~2"


def marker_name(keys: Sequence[str]) -> str:
    return f"{property_name(keys)}/~3"


def leaves(metadata: Mapping[str, Any], keys: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """All that can be compared: scalars at any depth of objects, the scalars in lists, markers. Nulls are not there."""
    for key, value in metadata.items():
        path = (*keys, key)
        if isinstance(value, str | bool | int | float):
            yield Leaf(property_name(path), storable(value))
        elif value is not None:
            yield Leaf(marker_name(path), True)
        if isinstance(value, Mapping):
            yield from leaves(value, path)
        elif isinstance(value, list | tuple):
            items = (item for item in value if isinstance(item, str | bool | int | float))
            yield from (Leaf(list_name(path), storable(item), place) for place, item in enumerate(items))


def properties(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The leaves as properties of a node, which take no mixed lists: items of lists are encoded as strings."""
    found: dict[str, Any] = {}
    for leaf in leaves(metadata):
        if leaf.path.endswith("/~2"):
            found.setdefault(leaf.path, []).append(encoded(leaf.value))
        else:
            found[leaf.path] = leaf.value
    return found


def encoded(value: Any) -> str:
    """A scalar as text that is equal exactly for equal scalars: 1 and 1.0, but neither 1 and "1" nor 1 and true."""
    value = storable(value)
    if isinstance(value, float) and value.is_integer() and -_INT64 <= value < _INT64:
        value = int(value)
    return f"{leaf_kind(value)} {value}"


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
