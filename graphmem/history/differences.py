"""What changed between two moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmem.history.as_of import _age
from graphmem.model.memory import Memory
from graphmem.model.requests import Past


@dataclass(frozen=True, slots=True)
class Difference:
    """What came, went and changed between two moments, each newest first. `changed` has pairs: before, after."""

    added: tuple[Memory, ...]
    removed: tuple[Memory, ...]
    changed: tuple[tuple[Memory, Memory], ...]


def diff(before: Sequence[Past], after: Sequence[Past]) -> Difference:
    """What became of the memories of `before`. One that has another version is changed, even if it says the same again."""
    old = {row.memory.id: row.memory for row in sorted(before, key=_age)}
    new = {row.memory.id: row.memory for row in sorted(after, key=_age)}
    return Difference(
        added=tuple(memory for id, memory in new.items() if id not in old),
        removed=tuple(memory for id, memory in old.items() if id not in new),
        changed=tuple(
            (old[id], memory) for id, memory in new.items() if id in old and old[id].version_id != memory.version_id
        ),
    )
