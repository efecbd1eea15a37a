"""Ids as people type them: whole, or as much of the beginning as no other has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graphmem.errors import ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient

# Less would be a slip of the finger more often than an id. A whole id is not looked up.
_FEWEST, _WHOLE = 4, 36
_BEGINNING = re.compile(r"[0-9a-fA-F-]+")
_MOST_TOLD = 5


def whole_id(client: MemoryClient, given: str) -> str:
    """The id of the one memory whose id begins so, of a deleted or expired one if no other's does. What no id begins with stays as it
    is: the client says that there is no such memory.

    Raises:
        ValidationError: the ids of several memories begin so.
    """
    if not _FEWEST <= len(given) < _WHOLE or not _BEGINNING.fullmatch(given):
        return given
    beginning = given.lower()
    rows = client.get_all(filters={"memory_id": {"contains": beginning}}, fields=["id", "memory"], output_format="v1.0")
    found = {row["id"]: row["memory"] for row in rows}
    if not any(id.startswith(beginning) for id in found):
        from graphmem._sync.client.reading import every_id

        # Asked last, because all versions are read for it.
        found = dict(every_id(client))
    return _one("memory", given, [(id, text) for id, text in found.items() if id.startswith(beginning)])


def whole_entity_id(client: MemoryClient, given: str, ids: dict[str, Any]) -> str:
    """The id of the one person, place or thing that is called so, or whose id begins so.

    Raises:
        ValidationError: there are several.
    """
    rows = client.entities(**ids)
    named = [(row["id"], row["name"]) for row in rows if row["name"].casefold() == given.casefold()]
    begun = [(row["id"], row["name"]) for row in rows if len(given) >= _FEWEST and row["id"].startswith(given.lower())]
    return _one("entity", given, named or begun)


def _one(kind: str, given: str, found: list[tuple[str, str]]) -> str:
    if not found:
        return given
    if len(found) == 1:
        return found[0][0]
    told = ", ".join(f"{id} ({text[:40]})" for id, text in found[:_MOST_TOLD])
    more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    raise ValidationError(f"{given!r} is not the id of one {kind}: {told}{more}; give more of the id")
