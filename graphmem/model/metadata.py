"""Metadata as flat, typed leaves. A store can compare a nested key by its path, so no key ever becomes part of a query text.

A path is ``metadata/`` and the keys, joined by ``/``. Inside a key, ``~`` is written ``~0`` and ``/`` is written ``~1``
(RFC 6901), so the keys ``a.b`` and ``a/b`` differ from a key ``b`` inside ``a``. NUL, which Neo4j does not allow in names, is
written ``~4``.

Keys and values are spelled alike (`graphmem.model.folding`), since a filter compares them; if two keys of an object have one spelling,
the first counts. Beside what is not ASCII stands, at its path followed by ``/~5``, the same with its case folded.

An object or list leaves a marker at its path followed by ``/~3``: it tells that there is a value. The scalars in a list are
found at its path followed by ``/~2``. No key can be mistaken for these, because a ``~`` in a key is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphmem.model.folding import folded, spelled

PREFIX = "metadata"
# Well below the depth at which Python's json gives up.
MAX_DEPTH = 100
# Python refuses to write integers of more than 4,300 digits, which have some 14,284 bits.
MAX_BITS = 14_000
Scalar: TypeAlias = str | int | float | bool
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar value at a path.

    Attributes:
        item: the index in its list; 0 outside of lists.
    """

    path: str
    value: Scalar
    item: int = 0


def property_name(keys: Sequence[str]) -> str:
    """The path of the value at these keys."""
    return "/".join((PREFIX, *(spelled(key).replace("~", "~0").replace("/", "~1").replace("\0", "~4") for key in keys)))


def list_name(keys: Sequence[str]) -> str:
    """The path of the scalars in the list at these keys."""
    return f"{property_name(keys)}/~2"


def marker_name(keys: Sequence[str]) -> str:
    """The path of the marker that an object or list at these keys leaves."""
    return f"{property_name(keys)}/~3"


def folded_name(name: str) -> str:
    """The path of what stands at this path, with its case folded; there is none if all of it is ASCII."""
    return f"{name}/~5"


def leaves(metadata: Mapping[str, Any], keys: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Everything that a filter can compare: scalars at any depth, scalars directly in lists, and markers. Nulls leave nothing.

    Args:
        keys: where this object is found in the whole metadata.
    """
    for key, value in each_spelled(metadata).items():
        path = (*keys, key)
        if isinstance(value, str | bool | int | float):
            yield Leaf(property_name(path), storable(value))
        elif value is not None:
            yield Leaf(marker_name(path), True)
        if isinstance(value, Mapping):
            yield from leaves(value, path)
        elif isinstance(value, list | tuple):
            items = (item for item in value if isinstance(item, str | bool | int | float))
            yield from (Leaf(list_name(path), storable(item), index) for index, item in enumerate(items))


def each_spelled(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object with one spelling of each key; of keys that are spelled alike the first."""
    if all(map(str.isascii, metadata)):
        return metadata
    found: dict[str, Any] = {}
    for key, value in metadata.items():
        found.setdefault(spelled(key), value)
    return found


def properties(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The leaves as properties of a node. Items of lists are encoded as strings, because a property takes no list of mixed types."""
    found: dict[str, Any] = {}
    for leaf in leaves(metadata):
        if leaf.path.endswith("/~2"):
            found.setdefault(leaf.path, []).append(encoded(leaf.value))
        else:
            found[leaf.path] = leaf.value
    beside: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, str) and not value.isascii():
            beside[folded_name(name)] = folded(value)
        elif isinstance(value, list) and not all(map(str.isascii, value)):
            beside[folded_name(name)] = list(map(folded, value))
    return found | beside


def encoded(value: Any) -> str:
    """A scalar as text. Equal scalars have equal texts: 1 and 1.0 do, but 1 and "1", or 1 and true, don't."""
    value = storable(value)
    # 1.0 is written as 1. Beyond 64 bits all numbers are floats already.
    if isinstance(value, float) and value.is_integer() and -_INT64 <= value < _INT64:
        value = int(value)
    return f"{leaf_kind(value)} {value}"


def storable(value: Any) -> Any:
    """A scalar as stores can hold it for comparisons: integers beyond 64 bits become floats, strings get their one spelling, and
    there is one zero: for Neo4j -0.0 is less than 0.

    Only comparisons lose precision. What callers get back is the JSON that is kept beside the leaves.
    """
    if isinstance(value, int) and not isinstance(value, bool) and not -_INT64 <= value < _INT64:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    if isinstance(value, str):
        return spelled(value)
    return 0.0 if isinstance(value, float) and value == 0 else value


def leaf_kind(value: Any) -> str:
    """``truth``, ``string`` or ``number``. Values of different kinds are never equal: 1 is not "1", and true is not 1."""
    # Asked first, because Python counts True as an int.
    if isinstance(value, bool):
        return "truth"
    return "string" if isinstance(value, str) else "number"
