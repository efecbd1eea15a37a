"""How the records of an export fit together: what would make a store refuse a file of which half is written already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.errors import ValidationError, shown
from graphmem.model.folding import folded
from graphmem.model.memory import SCOPE_FIELDS

Record = Mapping[str, Any]

# Kind → the fields by which two records are the same one.
_SAME_BY: Mapping[str, tuple[str, ...]] = {
    "message": ("id",),
    "entity": ("id",),
    "same": ("one", "other"),
    "version": ("id",),
    "relation": ("source", "predicate", "target", "memory_id", "recorded_at"),
}


class Order:
    """The records of one export, one after the other. Of each it keeps some hashes only: an export may be large."""

    def __init__(self, kinds: Sequence[str]) -> None:
        """`kinds`: in the order in which an export holds them, because later ones refer to earlier ones."""
        self._kinds = kinds
        self._kind = 0
        self._seen: set[int] = set()
        self._places: set[int] = set()
        # Of each memory the number of its newest version so far; those whose newest version is in force.
        self._numbers: dict[int, int] = {}
        self._in_force: set[int] = set()
        # Scope and text as they are compared → the text as it stands.
        self._texts: dict[int, int] = {}

    def is_new(self, kind: str, record: Record, where: str) -> bool:
        """Whether a record is none that came before. An export that was made while the store was written to may repeat some.

        Raises:
            ValidationError: names the line, and what is there already.
        """
        place = self._kinds.index(kind)
        if place < self._kind:
            raise ValidationError(
                f"{where} is of kind {kind}, but comes after one of kind {self._kinds[self._kind]}; "
                f"the order is {', '.join(self._kinds)}"
            )
        self._kind = place
        key = hash((kind, *(record[name] for name in _SAME_BY[kind])))
        if key in self._seen:
            return False
        self._seen.add(key)
        if kind == "message":
            self._check_message(record, where)
        elif kind == "version":
            self._check_version(record, where)
        return True

    def _check_message(self, record: Record, where: str) -> None:
        place = hash((record["conversation"], record["position"]))
        if place in self._places:
            raise ValidationError(
                f"{where}, of kind message: another one has position {record['position']} in the same conversation"
            )
        self._places.add(place)

    def _check_version(self, record: Record, where: str) -> None:
        where = f"{where}, of kind version"
        memory, number = hash(record["memory_id"]), record["number"]
        last = self._numbers.get(memory, -1)
        if number <= last:
            raise ValidationError(f"{where}: number {number} comes after number {last} of the same memory")
        if memory in self._in_force:
            raise ValidationError(
                f"{where}: the version before it of the same memory says that it is still in force (recorded_to is null)"
            )
        self._numbers[memory] = number
        if record["recorded_to"] is not None:
            return
        self._in_force.add(memory)
        if record["event"] == "DELETE":
            return
        text = hash(record["text"])
        identity = hash((*(record[name] for name in SCOPE_FIELDS), folded(record["text"])))
        # Where only the spelling differs, as earlier versions allowed, a store tells the two apart.
        if self._texts.get(identity) == text:
            raise ValidationError(
                f"{where}: another memory of the same scope says the same now, {shown(record['text'])}"
            )
        self._texts.setdefault(identity, text)
