"""What the in-memory store holds: the records of an export (graphmem.stores.portable.KINDS), under the keys it looks them up by.

A record is never changed in place, another one takes its place. So a copy of the dictionaries is a copy of the store.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmem.errors import ConflictError
from graphmem.filters.to_python import condition
from graphmem.model.filter import Filter
from graphmem.model.ids import new_id
from graphmem.model.memory import PERSON, StoredMemory
from graphmem.model.requests import EmbedderInfo, Past
from graphmem.model.vectors import Vector
from graphmem.stores.portable import memory_of, own_identity, scope_of

Record = dict[str, Any]


@dataclass
class Graph:
    """Everything in one store.

    Attributes:
        id: the store's own.
        chains: memory id → its versions, oldest first.
        relations: memory id → all that it ever supported.
        same: (one, other), the smaller id first → whether these entities count as one.
        identities: identity of a current memory → its id.
        coming, new_vectors: the embedder that the vectors are changed to, and id of a version or message → what it made.
        meaningless: ids of messages that the embedder has no vector for.
    """

    id: str
    embedder: EmbedderInfo | None = None
    messages: dict[str, Record] = field(default_factory=dict)
    entities: dict[str, Record] = field(default_factory=dict)
    same: dict[tuple[str, str], Record] = field(default_factory=dict)
    chains: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    relations: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)
    coming: EmbedderInfo | None = None
    new_vectors: dict[str, Any] = field(default_factory=dict)
    meaningless: frozenset[str] = frozenset()

    def copy(self) -> Graph:
        tables = (self.messages, self.entities, self.same, self.chains, self.relations, self.identities)
        copied = Graph(self.id, self.embedder, *(dict(table) for table in tables))  # type: ignore[arg-type]
        copied.coming, copied.new_vectors = self.coming, dict(self.new_vectors)
        copied.meaningless = self.meaningless
        return copied

    def clear(self) -> None:
        """Nothing is left but the store's id."""
        self.__dict__.update(vars(Graph(self.id)))

    def versions(self) -> Iterator[Record]:
        return (row for chain in self.chains.values() for row in chain)

    def found_messages(self) -> list[Record]:
        """Those that searches find."""
        return [row for row in self.messages.values() if scope_of(row) is not None]

    def unembedded(self) -> dict[str, str]:
        """Id → text of the versions and messages without a new vector."""
        texts = {row["id"]: row["text"] for row in self.versions() if row["event"] != "DELETE"}
        texts |= {row["id"]: row["content"] for row in self.found_messages()}
        return {id: text for id, text in texts.items() if id not in self.new_vectors}

    def messages_without_vector(self) -> dict[str, str]:
        """Id → content of those that an older store has left without one."""
        rows = (row for row in self.found_messages() if row["vector"] is None and row["id"] not in self.meaningless)
        return {row["id"]: row["content"] for row in rows}

    def embed_message(self, id: str, vector: Vector | None) -> None:
        self.messages[id] = {**self.messages[id], "vector": vector}
        self.meaningless = self.meaningless - {id} if vector is not None else self.meaningless | {id}

    def change_vectors(self) -> None:
        """The new vectors take the place of the old ones."""
        for memory_id, chain in self.chains.items():
            self.chains[memory_id] = tuple({**row, "vector": self.new_vectors.get(row["id"])} for row in chain)
        for row in self.found_messages():
            self.embed_message(row["id"], self.new_vectors[row["id"]])
        self.embedder = self.coming
        self.forget_change()

    def forget_change(self) -> None:
        self.coming, self.new_vectors = None, {}

    def newest(self, memory_id: str) -> Record | None:
        """The version that ends a chain, a DELETE where the memory is withdrawn; None if it never was."""
        chain = self.chains.get(memory_id)
        return chain[-1] if chain else None

    def current(self, memory_id: str) -> Record | None:
        """The version that a memory is now; None if it is withdrawn or never was."""
        row = self.newest(memory_id)
        return row if row and is_current(row) else None

    def visible(self, filter: Filter, now: datetime | None) -> list[Past]:
        """The current memories that meet the filter, without those expired at `now` (None: with them)."""
        meets = condition(filter)
        rows = (row for chain in self.chains.values() if is_current(row := chain[-1]))
        said = self.messages_at()
        return [
            self.state(row, said)
            for row in rows
            if (now is None or row["expires_at"] is None or row["expires_at"] > now) and meets(memory_of(row))
        ]

    def state(self, row: Record, messages_at: Mapping[Any, Record]) -> Past:
        """A memory as it was in this version."""
        named = sorted((self.entities[id] for id in row["entities"]), key=lambda entity: str(entity["key"]))
        said = messages_at.get((row["conversation"], row["position"]), {})
        return Past(
            memory=owned(row),
            vector=row["vector"],
            entities=tuple(entity["key"] for entity in named),
            conversation=row["conversation"],
            position=row["position"],
            people=tuple(entity["key"] for entity in named if entity["type"] == PERSON),
            verbatim=said.get("content") == row["text"],
            role=said.get("role"),
            speaker=said.get("name"),
        )

    def messages_at(self) -> Mapping[Any, Record]:
        """Messages by conversation and position."""
        return {(row["conversation"], row["position"]): row for row in self.messages.values()}

    def in_force(self, memory_id: str) -> Iterator[Record]:
        return (row for row in self.relations.get(memory_id, ()) if row["retracted_at"] is None)

    def lookalikes(self, entity_id: str) -> list[tuple[Record, float]]:
        """The entities that count as this one, with the score of that."""
        return [
            (self.entities[other if entity_id == one else one], row["score"])
            for (one, other), row in self.same.items()
            if entity_id in (one, other) and row["retracted_at"] is None
        ]

    def append(self, row: Record) -> None:
        """Write the next version of a memory: the one before it ends where this one begins."""
        chain = self.chains.get(row["memory_id"], ())
        if chain:
            if is_current(chain[-1]):
                self.identities = {identity: id for identity, id in self.identities.items() if id != row["memory_id"]}
            # Never before it began, even if the clock went back.
            row = {**row, "recorded_from": max(row["recorded_from"], chain[-1]["recorded_from"])}
            chain = (*chain[:-1], {**chain[-1], "recorded_to": row["recorded_from"]})
        self.chains[row["memory_id"]] = (*chain, row)
        if is_current(row):
            self.identities[memory_of(row).identity] = row["memory_id"]

    def insert(self, row: Record) -> bool:
        """Take over a version of another store as it stands; whether it was not there.

        Raises:
            ConflictError: what it makes current is said already.
        """
        chain = self.chains.get(row["memory_id"], ())
        if any(known["id"] == row["id"] for known in chain):
            return False
        row = {**row, "metadata": copy.deepcopy(row["metadata"])}
        row["entities"] = [id for id in row["entities"] if id in self.entities]
        row["sources"] = [source for source in row["sources"] if source[0] in self.messages]
        if is_current(row):
            memory = memory_of(row)
            identity = memory.identity
            twin = self.identities.get(identity)
            if twin is not None and self.chains[twin][-1]["text"] != memory.text:
                identity = own_identity(memory)
            if identity in self.identities or self.current(row["memory_id"]):
                raise ConflictError("a memory in it says what another one of its scope says here; nothing was written")
            self.identities[identity] = row["memory_id"]
        self.chains[row["memory_id"]] = tuple(sorted((*chain, row), key=lambda version: version["number"]))
        return True

    def orphans(self, among: Iterable[str]) -> set[str]:
        """Those of these entities that no version names and no relation has."""
        needed = {id for row in self.versions() for id in row["entities"]}
        needed |= {row[end] for rows in self.relations.values() for row in rows for end in ("source", "target")}
        return {id for id in among if id in self.entities} - needed

    def drop_entities(self, ids: set[str]) -> None:
        self.entities = {id: row for id, row in self.entities.items() if id not in ids}
        self.same = {pair: row for pair, row in self.same.items() if ids.isdisjoint(pair)}


class SharedMemory:
    """The graph that the stores of several clients share. Each transaction puts another graph in its place."""

    def __init__(self) -> None:
        self.graph = Graph(new_id())
        self._writing = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Graph]:
        """A graph to change: everybody's when the block ends, nobody's when the block raises."""
        with self._writing:
            draft = self.graph.copy()
            yield draft
            self.graph = draft


def owned(row: Record) -> StoredMemory:
    """The memory in a version, with metadata that whoever gets it may change."""
    return memory_of({**row, "metadata": copy.deepcopy(row["metadata"])})


def is_current(row: Record) -> bool:
    return row["recorded_to"] is None and row["event"] != "DELETE"
