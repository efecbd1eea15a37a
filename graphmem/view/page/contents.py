"""The records of a store as what the page shows: each thing once, told by numbers, times in milliseconds since the epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from itertools import islice, pairwise
from typing import Any, NamedTuple

from graphmem.history.wordings import compared
from graphmem.model.memory import SCOPE_FIELDS
from graphmem.model.times import to_micros
from graphmem.view.page.embedded import embedded

Record = Mapping[str, Any]

# What a person can look at, and a browser draws while something is dragged.
MOST_NODES = 5_000
# Of what is shown. With the page's own programs it stays below 15 MB, which a browser reads in about a second.
MOST_BYTES = 14_500_000
# A comparison of longer texts would take a person longer than reading both.
_LONGEST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a store by kind, without vectors."""

    message: dict[str, Record] = field(default_factory=dict)
    entity: dict[str, Record] = field(default_factory=dict)
    version: dict[str, list[Record]] = field(default_factory=dict)
    # Memory id → the relations that it supports.
    relation: dict[str, list[Record]] = field(default_factory=dict)
    same: list[Record] = field(default_factory=list)


def gathered(records: Iterable[tuple[str, Record]], ids: Mapping[str, str]) -> Records:
    """The records that belong to memories with these ids.

    Args:
        records: kind and fields (graphmem.stores.portable.KINDS) of each. Versions come before relations, as exports have them.
        ids: such as ``{"user_id": "alex"}``; all must be the memory's. Empty: all memories.
    """
    found = Records()
    for kind, record in records:
        match kind:
            case "message" | "entity":
                getattr(found, kind)[record["id"]] = record
            case "same":
                found.same.append(record)
            case "version" if all(record[name] == id for name, id in ids.items()):
                found.version.setdefault(record["memory_id"], []).append(record)
            case "relation" if record["memory_id"] in found.version:
                found.relation.setdefault(record["memory_id"], []).append(record)
    return found


class Contents(NamedTuple):
    """What the page shows. `data`: as JSON for the page. `memories`, `entities`: how many it holds, of `total` memories."""

    data: str
    memories: int
    total: int
    entities: int


def contents(records: Records, most_nodes: int = MOST_NODES, most_bytes: int = MOST_BYTES) -> Contents:
    """What the page shows.

    Args:
        records: from `gathered`.
        most_nodes: how many memories, entities and owners the page draws at once, of those that it holds.
        most_bytes: of the data, about. Memories that changed last come first; what was said comes after all memories.
    """
    table = _Table(records)
    # Each as JSON, as it was measured.
    memories: list[str] = []
    relations: list[str] = []
    room = most_bytes
    for versions in _newest(records):
        known = table.size
        memory = embedded(table.memory(versions))
        rows = records.relation.get(versions[0]["memory_id"], ())
        supported = [embedded(table.relation(row, len(memories))) for row in rows]
        room -= sum(map(_bytes, (memory, *supported))) + table.bytes_since(known)
        # One memory is shown, however long it is.
        if room < 0 and memories:
            table.forget(known)
            break
        memories.append(memory)
        relations += supported
    shown = table.entities
    same = [
        [shown[row["one"]], shown[row["other"]], _millis(row["recorded_at"]), _millis(row["retracted_at"])]
        for row in records.same
        if row["one"] in shown and row["other"] in shown
    ]
    total = len(records.version)
    data = {
        "memories": _list(memories),
        "total": embedded(total),
        "drawn": embedded(most_nodes),
        "owners": embedded([{"kind": kind, "id": id} for kind, id in table.owners]),
        "entities": embedded([table.described(id) for id in shown]),
        "messages": _list(_within(room, (embedded(_message(records.message[id])) for id in table.messages))),
        "relations": _list(relations),
        "same": embedded(same),
    }
    text = ",".join(f"{embedded(name)}:{value}" for name, value in data.items())
    return Contents(f"{{{text}}}", len(memories), total, len(shown))


def _within(room: int, messages: Iterable[str]) -> Iterator[str]:
    """As many as there is room for; null in the place of others."""
    for message in messages:
        size = _bytes(message)
        yield message if size <= room else embedded(None)
        room -= size if size <= room else 0


def _newest(records: Records) -> list[list[Record]]:
    """Histories of memories, the one that changed last first."""
    histories = [sorted(versions, key=lambda row: row["number"]) for versions in records.version.values()]
    histories.sort(key=lambda versions: (versions[-1]["recorded_from"], versions[0]["memory_id"]), reverse=True)
    return histories


def _list(values: Iterable[str]) -> str:
    """A list of values that are JSON already."""
    return f"[{','.join(values)}]"


def _bytes(value: str) -> int:
    """What a value takes in the page, with what parts it from the next."""
    return len(value.encode()) + 1


class _Table:
    """Numbers for entities, owners and messages, in the order in which memories name them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.entities: dict[str, int] = {}
        self.messages: dict[str, int] = {}
        self.owners: dict[tuple[str, str], int] = {}
        # The entity "user" of a scope → whom it stands for.
        self._selves: dict[str, str] = {}

    @property
    def size(self) -> tuple[int, int, int]:
        return len(self.entities), len(self.messages), len(self.owners)

    def bytes_since(self, size: tuple[int, int, int]) -> int:
        """What entities take that are numbered since the table had this size."""
        return sum(
            _bytes(embedded(self.described(id))) for id in islice(reversed(self.entities), len(self.entities) - size[0])
        )

    def forget(self, size: tuple[int, int, int]) -> None:
        """Take back the numbers given since the table had this size."""
        tables: tuple[dict[Any, int], ...] = (self.entities, self.messages, self.owners)
        for numbers, length in zip(tables, size, strict=True):
            while len(numbers) > length:
                numbers.popitem()

    def entity(self, id: str) -> int:
        return self.entities.setdefault(id, len(self.entities))

    def described(self, id: str) -> dict[str, Any]:
        entity = self._records.entity[id]
        return {
            "name": self._selves.get(id, entity["name"]),
            "type": entity["type"],
            "aliases": list(entity["aliases"]),
        }

    def relation(self, row: Record, memory: int) -> list[Any]:
        times = (_millis(row[name]) for name in ("recorded_at", "retracted_at", "valid_from", "valid_to"))
        return [
            self.entity(row["source"]),
            self.entity(row["target"]),
            row["predicate"].replace("_", " "),
            memory,
            *times,
        ]

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


def _millis(at: datetime | date | None) -> int | None:
    """A time, or the start of a day in UTC."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min, timezone.utc)
    return round(to_micros(at) / 1000)
