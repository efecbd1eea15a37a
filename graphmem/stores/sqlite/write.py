"""Writes changes, within one transaction. One method for each kind of change."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any, TypeAlias

from graphmem.errors import ConflictError, StaleVersionError
from graphmem.model.changes import (
    Applied,
    Change,
    ChangeSet,
    Create,
    Kept,
    Relate,
    Retire,
    Revise,
    Revive,
    Separate,
    Source,
    Unite,
)
from graphmem.model.memory import MAX_ALIASES, StoredMemory
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.model.words import indexed, stem_list
from graphmem.stores.scope_tokens import scope_tokens
from graphmem.stores.sqlite.rereading import insert_compared
from graphmem.stores.sqlite.rows import STATE, blob, micros, state
from graphmem.stores.sqlite.said import insert_said

_MARKS = ", ".join("?" * len(STATE))
_COLUMNS = ", ".join(STATE)
_INSERT_MEMORY = (
    f"INSERT INTO memory (id, identity, version_id, conversation, position, scopes, indexed, vector, {_COLUMNS})"
    f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_MARKS})"
)
_UPDATE_MEMORY = (
    "UPDATE memory SET identity = ?, version_id = ?, conversation = ?, position = ?,"
    f" scopes = ?, indexed = ?, vector = ?, {', '.join(f'{name} = ?' for name in STATE)} WHERE seq = ?"
)
_VERSION = f"INSERT INTO version (id, memory_id, number, event, change_set, recorded_from, vector, conversation, position, {_COLUMNS})"
_INSERT_VERSION = (
    f"{_VERSION} SELECT ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, {_MARKS} FROM version WHERE memory_id = ?"
)

_FIRST_VERSION = f"{_VERSION} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, {_MARKS})"

# (conversation, position in it) of the message that a memory came from.
Position: TypeAlias = tuple[str | None, int | None]


class Writer:
    """Applies one ChangeSet on a connection that has an open write transaction."""

    def __init__(self, connection: sqlite3.Connection, changes: ChangeSet) -> None:
        self.execute = connection.execute
        self.set = changes
        self.now = to_micros(changes.recorded_at)
        self.known: dict[str, str] = {}
        self.missing: set[str] = set()
        self._messages: list[int] | None = None
        self._first_position = 0

    def apply(self) -> Applied:
        for change in self.set.changes:
            _APPLY[type(change)](self, change)
        return Applied(self.known, frozenset(self.missing))

    def create(self, change: Create) -> None:
        memory = change.memory
        twin = self.execute("SELECT id FROM memory WHERE identity = ?", (memory.identity,)).fetchone()
        if twin:
            # Another writer stored the same text first: its memory counts, and the caller is told its id.
            self.known[memory.id] = twin[0]
            return
        vector, position = self.vector(change.vector), self.position_of(change.sources)
        stated = self.insert_memory(memory, vector, position)
        # The first of its chain: there is none to end, and none to count.
        head = (memory.version_id, memory.id, 1, "ADD", self.set.id, self.now, vector, *position)
        self.insert_sources(self.execute(_FIRST_VERSION, (*head, *stated)).lastrowid, change.sources)

    def revise(self, change: Revise) -> None:
        memory = change.memory
        row = self.execute(
            "SELECT seq, version_id, vector, conversation, position FROM memory WHERE id = ?", (memory.id,)
        ).fetchone()
        # Somebody else changed it since the decision was made.
        if row is None or row[1] != change.replaces:
            raise StaleVersionError(memory.id)
        seq, _, old_vector, *old_position = row
        self.refuse_twin(memory)
        vector = self.vector(change.vector) if change.text_changed else old_vector
        # An update by hand says nothing about the conversation: the memory stays where it was.
        position = self.position_of(change.sources) if change.sources and self.set.transcript else tuple(old_position)
        found = (scope_tokens(memory.scope), indexed(memory.text))
        head = (memory.identity, memory.version_id, *position, *found, vector)
        self.execute(_UPDATE_MEMORY, (*head, *state(memory), seq))
        self.execute("DELETE FROM memory_category WHERE memory = ?", (seq,))
        self.execute("DELETE FROM memory_metadata WHERE memory = ?", (seq,))
        self.execute("DELETE FROM memory_stems WHERE memory = ?", (seq,))
        index(self.execute, seq, memory)
        version = self.append_version(memory, "UPDATE", vector, position, change.sources)
        if change.text_changed and change.keeps is None:
            # A new text names its own entities: the ChangeSet relates them anew.
            self.retract(memory.id)
            self.execute("DELETE FROM mention WHERE memory = ?", (seq,))
        elif change.keeps is not None:
            self.keep(change.keeps, memory.id, seq, (version, change.replaces))
        self.execute("INSERT INTO version_entity SELECT ?, entity FROM mention WHERE memory = ?", (version, seq))

    def keep(self, kept: Kept, memory_id: str, seq: int, versions: tuple[int | None, str]) -> None:
        """Leave to a memory with a new text what it keeps. `versions`: its new one, and the one whose sources that one gets."""
        self.execute(
            "INSERT INTO version_source SELECT ?, s.message, s.first, s.last FROM version v JOIN version_source s"
            " ON s.version = v.seq WHERE v.id = ? ON CONFLICT DO NOTHING",
            versions,
        )
        for ended in kept.ended:
            self.execute(
                "UPDATE relation SET retracted_at = max(?, recorded_at) WHERE memory_id = ? AND retracted_at IS NULL"
                " AND (SELECT key FROM entity WHERE seq = source) = ? AND predicate = ?"
                " AND (SELECT key FROM entity WHERE seq = target) = ?",
                (self.now, memory_id, *ended),
            )
        self.execute(
            "DELETE FROM mention WHERE memory = ?"
            " AND (SELECT key FROM entity WHERE seq = entity) IN (SELECT value FROM json_each(?))",
            (seq, json.dumps(kept.forgotten)),
        )

    def revive(self, change: Revive) -> None:
        memory = change.memory
        newest = self.execute(
            "SELECT id, event, conversation, position FROM version WHERE memory_id = ? ORDER BY number DESC LIMIT 1",
            (memory.id,),
        ).fetchone()
        if newest is None or newest[:2] != (change.replaces, "DELETE"):
            raise StaleVersionError(memory.id)
        self.refuse_twin(memory)
        vector, position = self.vector(change.vector), newest[2:]
        self.insert_memory(memory, vector, position)
        self.append_version(memory, "ADD", vector, position, ())

    def retire(self, change: Retire) -> None:
        row = self.execute("SELECT version_id FROM memory WHERE id = ?", (change.memory_id,)).fetchone()
        if row is None:
            self.missing.add(change.memory_id)
            return
        if change.replaces not in (None, row[0]):
            raise StaleVersionError(change.memory_id)
        # The deletion is a version like any other, so that history and undo need no special case.
        at = self.close_version(change.memory_id)
        seq = self.execute(
            "INSERT INTO version (id, memory_id, number, event, change_set, recorded_from, conversation, position,"
            f" {_COLUMNS}) SELECT ?, memory_id, number + 1, 'DELETE', ?, ?, conversation, position,"
            f" {_COLUMNS.replace('updated_at', '?')} FROM version WHERE memory_id = ? ORDER BY number DESC LIMIT 1",
            (change.version_id, self.set.id, at, at, change.memory_id),
        ).lastrowid
        self.position_of(change.sources)
        self.insert_sources(seq, change.sources)
        self.retract(change.memory_id)
        self.execute("DELETE FROM memory WHERE id = ?", (change.memory_id,))

    def relate(self, change: Relate) -> None:
        row = self.execute("SELECT seq FROM memory WHERE id = ?", (change.memory_id,)).fetchone()
        if row is None:
            # Its Create found a twin, and was not carried out.
            return
        for entity in change.entities:
            id = entity.id(change.owner)
            self.execute(
                "INSERT INTO entity (id, owner, key, name, type) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (id, change.owner, entity.key, entity.name, entity.type),
            )
            seq, name, aliases = self.execute("SELECT seq, name, aliases FROM entity WHERE id = ?", (id,)).fetchone()
            known = json.loads(aliases)
            # The first spelling stays the name, so that results don't change with every mention.
            if entity.name not in (name, *known) and len(known) < MAX_ALIASES:
                self.execute(
                    "UPDATE entity SET aliases = ? WHERE seq = ?",
                    (json.dumps([*known, entity.name], ensure_ascii=False), seq),
                )
            self.execute("INSERT INTO mention VALUES (?, ?) ON CONFLICT DO NOTHING", (row[0], seq))
            self.execute(
                "INSERT INTO version_entity SELECT v.seq, ? FROM memory m JOIN version v ON v.id = m.version_id"
                " WHERE m.seq = ? ON CONFLICT DO NOTHING",
                (seq, row[0]),
            )
        for relation in change.relations:
            self.execute(
                "INSERT INTO relation (source, predicate, target, memory_id, valid_from, valid_to, recorded_at)"
                " SELECT s.seq, ?, t.seq, ?, ?, ?, ? FROM entity s, entity t WHERE s.id = ? AND t.id = ?",
                (
                    relation.predicate,
                    relation.memory_id,
                    micros(relation.valid_from),
                    micros(relation.valid_to),
                    self.now,
                    relation.source,
                    relation.target,
                ),
            )
        for one, other, score in change.same:
            self.unite(Unite(one, other, score))

    def unite(self, change: Unite) -> None:
        """Entities that a person separated stay separate, unless a person unites them again (score 1)."""
        revived = ", retracted_at = NULL" if change.score >= 1 else ""
        self.execute(
            "INSERT INTO same_as (one, other, score, recorded_at) SELECT s.seq, t.seq, ?, ? FROM entity s, entity t"
            f" WHERE s.id = ? AND t.id = ? AND s.owner = t.owner ON CONFLICT DO UPDATE SET score = score{revived}",
            (change.score, self.now, *sorted((change.one, change.other))),
        )

    def separate(self, change: Separate) -> None:
        self.execute(
            "INSERT INTO same_as (one, other, score, recorded_at, retracted_at) SELECT s.seq, t.seq, 0, ?, ?"
            " FROM entity s, entity t WHERE s.id = ? AND t.id = ? AND s.owner = t.owner"
            " ON CONFLICT DO UPDATE SET retracted_at = max(excluded.retracted_at, recorded_at)",
            (self.now, self.now, *sorted((change.one, change.other))),
        )

    def refuse_twin(self, memory: StoredMemory) -> None:
        twin = self.execute(
            "SELECT id FROM memory WHERE identity = ? AND id <> ?", (memory.identity, memory.id)
        ).fetchone()
        if twin:
            raise ConflictError(f"memory {twin[0]} of the same scope already says this; nothing was changed")

    def insert_memory(self, memory: StoredMemory, vector: int | None, position: Position) -> tuple[Any, ...]:
        """Insert the row of a current memory; its state, which its version has, too."""
        found, stated = (scope_tokens(memory.scope), indexed(memory.text)), state(memory)
        head = (memory.id, memory.identity, memory.version_id, *position, *found, vector)
        index(self.execute, self.execute(_INSERT_MEMORY, (*head, *stated)).lastrowid, memory)
        return stated

    def append_version(
        self, memory: StoredMemory, event: str, vector: int | None, position: Position, sources: tuple[Source, ...]
    ) -> int | None:
        at = self.close_version(memory.id)
        head = (memory.version_id, memory.id, event, self.set.id, at, vector, *position)
        seq = self.execute(_INSERT_VERSION, (*head, *state(memory), memory.id)).lastrowid
        self.insert_sources(seq, sources)
        return seq

    def insert_sources(self, version: int | None, sources: tuple[Source, ...]) -> None:
        for source in sources:
            if self._messages is None:
                return
            row = (version, self._messages[source.message_index], source.start, source.end)
            self.execute("INSERT INTO version_source VALUES (?, ?, ?, ?)", row)

    def close_version(self, memory_id: str) -> int:
        """End the newest version, and tell when the next one begins: now, but never before it, even if the clock went back."""
        newest = self.execute(
            "SELECT seq, recorded_from FROM version WHERE memory_id = ? AND recorded_to IS NULL", (memory_id,)
        ).fetchall()
        at = max([self.now, *(int(start) for _, start in newest)])
        for seq, _ in newest:
            self.execute("UPDATE version SET recorded_to = ? WHERE seq = ?", (at, seq))
        return at

    def retract(self, memory_id: str) -> None:
        self.execute(
            "UPDATE relation SET retracted_at = max(?, recorded_at) WHERE memory_id = ? AND retracted_at IS NULL",
            (self.now, memory_id),
        )

    def vector(self, vector: Vector | None) -> int | None:
        return (
            None if vector is None else self.execute("INSERT INTO vector (data) VALUES (?)", (blob(vector),)).lastrowid
        )

    def position_of(self, sources: tuple[Source, ...]) -> Position:
        """Conversation and position of the first source; writes the transcript if no change did before."""
        transcript = self.set.transcript
        if transcript is None or not sources:
            return None, None
        if self._messages is None:
            # Positions count on across calls, so that neighbours in a conversation are known.
            self._first_position = self.execute(
                "SELECT coalesce(max(position), 0) + 1 FROM message WHERE conversation = ?", (transcript.conversation,)
            ).fetchone()[0]
            said_at = to_micros(transcript.said_at)
            self._messages = [
                self.execute(
                    "INSERT INTO message (id, change_set, conversation, position, role, name, content, digest, said_at, read_by)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        id,
                        self.set.id,
                        transcript.conversation,
                        self._first_position + n,
                        m.role,
                        m.name,
                        m.content,
                        m.digest,
                        said_at,
                        transcript.read_by,
                    ),
                ).lastrowid
                or 0
                for n, (id, m) in enumerate(zip(transcript.ids, transcript.messages, strict=True))
            ]
            for seq, message, found in zip(self._messages, transcript.messages, transcript.findable, strict=True):
                if found is not None:
                    insert_said(self.execute, seq, message.content, found.scope, found.vector, embedded=True)
        return transcript.conversation, self._first_position + sources[0].message_index


_APPLY: dict[type[Change], Callable[[Writer, Any], None]] = {
    Create: Writer.create,
    Revise: Writer.revise,
    Retire: Writer.retire,
    Revive: Writer.revive,
    Relate: Writer.relate,
    Unite: Writer.unite,
    Separate: Writer.separate,
}


def index(execute: Callable[..., Any], seq: int | None, memory: StoredMemory) -> None:
    """Insert the rows by which filters and searches find a memory, besides its own row."""
    execute("INSERT INTO memory_stems VALUES (?, ?)", (seq, stem_list(memory.text)))
    insert_compared(execute, seq, memory.categories, memory.metadata)
