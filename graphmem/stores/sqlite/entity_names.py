"""Remembers the keys of entities by their numbers: neither ever changes, and very many memories name the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from graphmem.model.memory import PERSON

# The keys of some entities, and those of the people among them.
Keys: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
# With more entities or groups than this it forgets all and begins anew.
_MOST = 100_000


class EntityNames:
    """Keys of entities; safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._groups: dict[str, Keys] = {}

    def of(self, execute: Callable[..., sqlite3.Cursor], groups: Iterable[str]) -> Mapping[str, Keys]:
        """The keys of groups of entities. At least of these groups.

        Args:
            groups: numbers of entities, joined by commas.
        """
        if len(self._known) > _MOST or len(self._groups) > _MOST:
            self._known, self._groups = {}, {}
        # The same two in all that follows, whatever other threads do.
        known, found = self._known, self._groups
        new = {group: group.split(",") for group in set(groups) if group not in found}
        if missing := {number for numbers in new.values() for number in numbers if number not in known}:
            rows = execute(
                "SELECT e.seq, e.key, e.type FROM json_each(?) w CROSS JOIN entity e ON e.seq = w.value",
                (f"[{','.join(missing)}]",),
            )
            known.update((str(seq), (key, type)) for seq, key, type in rows.fetchall())
        for group, numbers in new.items():
            entities = sorted(known[number] for number in numbers)
            keys = tuple(dict.fromkeys(key for key, _ in entities))
            found[group] = keys, tuple(key for key, type in entities if type == PERSON)
        return found
