"""The records of an export as what the page shows: each thing once, told by numbers, times in milliseconds since the epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from graphmem.history.wordings import compared
from graphmem.model.memory import SCOPE_FIELDS
from graphmem.model.times import moment, to_micros

Record = Mapping[str, Any]

# What a person can look at, and a browser draws while something is dragged.
MOST_NODES = 5_000
# A comparison of longer texts would take a person longer than reading both.
_LONGEST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Records:
    """The records of an export by kind, without vectors."""

    message: dict[str, Record] = field(default_factory=dict)
    entity: dict[str, Record] = field(default_factory=dict)
    version: dict[str, list[Record]] = field(default_factory=dict)
    relation: list[Record] = field(default_factory=list)
    same: list[Record] = field(default_factory=list)


def gathered(records: Iterable[Record], ids: Mapping[str, str]) -> Records:
    """The records that belong to memories with these ids, each record with its `kind` as in an export.

    Args:
        records: messages, entities and `same` before the versions, versions before relations, as exports have them.
        ids: such as ``{"user_id": "alex"}``; all must be the memory's. Empty: all memories.
    """
    found = Records()
    for record in records:
        match record.get("kind"):
            case "message" | "entity" as kind:
                getattr(found, kind)[record["id"]] = record
            case "same":
                found.same.append(record)
            case "version" if all(record[name] == id for name, id in ids.items()):
                found.version.setdefault(record["memory_id"], []).append(record)
            case "relation" if record["memory_id"] in found.version:
                found.relation.append(record)
    return found


def contents(records: Records, most_nodes: int = MOST_NODES) -> dict[str, Any]:
    """What the page shows, ready for JSON.

    Args:
        records: from `gathered`.
        most_nodes: with more memories, entities and owners than these, the memories that changed last are taken.
    """
    kept = _newest(records, most_nodes)
    table = _Table(records)
    memories = [table.memory(versions) for versions in kept]
    place = {versions[0]["memory_id"]: number for number, versions in enumerate(kept)}
    relations = [
        [
            table.entity(row["source"]),
            table.entity(row["target"]),
            row["predicate"].replace("_", " "),
            place[row["memory_id"]],
            _millis(row["recorded_at"]),
            _millis(row["retracted_at"]),
            _millis(row["valid_from"]),
            _millis(row["valid_to"]),
        ]
        for row in records.relation
        if row["memory_id"] in place
    ]
    shown = table.entities
    same = [
        [shown[row["one"]], shown[row["other"]], _millis(row["recorded_at"]), _millis(row["retracted_at"])]
        for row in records.same
        if row["one"] in shown and row["other"] in shown
    ]
    return {
        "memories": memories,
        "total": len(records.version),
        "owners": [{"kind": kind, "id": id} for kind, id in table.owners],
        "entities": [table.described(id) for id in shown],
        "messages": [_message(records.message[id]) for id in table.messages],
        "relations": relations,
        "same": same,
    }


def _newest(records: Records, most_nodes: int) -> list[list[Record]]:
    """Histories of memories, the one that changed last first, as many as fit with all that they name."""
    histories = [sorted(versions, key=lambda row: row["number"]) for versions in records.version.values()]
    histories.sort(key=lambda versions: (versions[-1]["recorded_from"], versions[0]["memory_id"]), reverse=True)
    named: set[str] = set()
    for number, versions in enumerate(histories):
        named.add(versions[0]["memory_id"])
        for row in versions:
            named |= {*row["entities"], *(f"{kind}:{id}" for kind, id in _owners(row))}
        if len(named) > most_nodes and number:
            return histories[:number]
    return histories


class _Table:
    """Numbers for entities, owners and messages, in the order in which memories name them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.entities: dict[str, int] = {}
        self.messages: dict[str, int] = {}
        self.owners: dict[tuple[str, str], int] = {}
        # The entity "user" of a scope → whom it stands for.
        self._selves: dict[str, str] = {}

    def entity(self, id: str) -> int:
        return self.entities.setdefault(id, len(self.entities))

    def described(self, id: str) -> dict[str, Any]:
        entity = self._records.entity[id]
        return {
            "name": self._selves.get(id, entity["name"]),
            "type": entity["type"],
            "aliases": list(entity["aliases"]),
        }

    def memory(self, versions: Sequence[Record]) -> dict[str, Any]:
        last = versions[-1]
        for row in versions:
            for id in row["entities"]:
                if row["user_id"] and self._records.entity[id]["key"] == "user":
                    self._selves[id] = row["user_id"]
        differences = [None, *(_difference(one["text"], other["text"]) for one, other in pairwise(versions))]
        return {
            "id": last["memory_id"],
            "owners": [self.owners.setdefault(owner, len(self.owners)) for owner in _owners(last)],
            "versions": [self._version(row, difference) for row, difference in zip(versions, differences, strict=True)],
        }

    def _version(self, row: Record, difference: list[list[str]] | None) -> dict[str, Any]:
        # What a message came to is known only as long as the message is kept.
        sources = [source for source in row["sources"] if source[0] in self._records.message]
        return {
            "from": _millis(row["recorded_from"]),
            "to": _millis(row["recorded_to"]),
            "event": row["event"],
            "text": row["text"],
            "difference": difference,
            "categories": list(row["categories"]),
            "begin": _millis(row["event_start"]),
            "end": _millis(row["event_end"]),
            "expires": _millis(row["expires_at"]),
            "entities": [self.entity(id) for id in row["entities"]],
            "sources": [[self.messages.setdefault(id, len(self.messages)), first, last] for id, first, last in sources],
        }


def _owners(row: Record) -> list[tuple[str, str]]:
    """Kind and id of each: user, agent, app, run."""
    return [(name.removesuffix("_id"), row[name]) for name in SCOPE_FIELDS if row[name]]


def _message(record: Record) -> dict[str, Any]:
    return {"who": record["name"] or record["role"], "text": record["content"], "at": _millis(record["said_at"])}


def _difference(before: str, after: str) -> list[list[str]] | None:
    """Pieces of both texts: ``[" ", kept]``, ``["-", gone]``, ``["+", new]``; None if they are the same, or too long to compare."""
    if before == after or len(before) + len(after) > _LONGEST_COMPARED:
        return None
    pieces: list[list[str]] = []
    for kept, gone, came in compared(before.split(" "), after.split(" ")):
        marked = ((" ", gone),) if kept else (("-", gone), ("+", came))
        pieces += [[mark, " ".join(words)] for mark, words in marked if words]
    return pieces


def _millis(time: str | None) -> int | None:
    """A time, or the start of a day in UTC."""
    if (found := moment(time)) is None:
        return None
    return round(to_micros(found) / 1000)
