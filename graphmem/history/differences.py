"""What changed between two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmem.history.as_of import newest_first
from graphmem.model.memory import StoredMemory
from graphmem.model.requests import Past


@dataclass(frozen=True, slots=True)
class Difference:
    """What was added, removed and changed between two times, newest first. `changed` holds pairs (before, after)."""

    added: tuple[StoredMemory, ...]
    removed: tuple[StoredMemory, ...]
    changed: tuple[tuple[StoredMemory, StoredMemory], ...]


def diff(before: Sequence[Past], after: Sequence[Past]) -> Difference:
    """The difference between two states. A memory with another version is changed, even if its text is the same again."""
    old = {row.memory.id: row.memory for row in newest_first(before)}
    new = {row.memory.id: row.memory for row in newest_first(after)}
    return Difference(
        added=tuple(memory for id, memory in new.items() if id not in old),
        removed=tuple(memory for id, memory in old.items() if id not in new),
        changed=tuple(
            (old[id], memory) for id, memory in new.items() if id in old and old[id].version_id != memory.version_id
        ),
    )
