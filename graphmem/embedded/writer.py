"""Changes → statements, within one transaction. One method a kind of change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from graphmem.changes import Applied, Change, ChangeSet, Create, Relate, Retire, Revise, Vector
from graphmem.clock import to_micros
from graphmem.embedded.rows import STATE, blob, micros, state
from graphmem.errors import ConflictError, StaleVersionError
from graphmem.flatten import leaf_kind, leaves
from graphmem.lexical import scope_tokens
from graphmem.model import Memory

_MARKS = ", ".join("?" * len(STATE))
_COLUMNS = ", ".join(STATE)
_INSERT_MEMORY = (
    f"INSERT INTO memory (id, identity, version_id, conversation, position, scopes, vector, {_COLUMNS})"
    f" VALUES (?, ?, ?, ?, ?, ?, ?, {_MARKS})"
)
_UPDATE_MEMORY = (
    "UPDATE memory SET identity = ?, version_id = ?, conversation = coalesce(?, conversation), position = coalesce(?, position),"
    f" scopes = ?, vector = ?, {', '.join(f'{name} = ?' for name in STATE)} WHERE seq = ?"
)
_INSERT_VERSION = (
    f"INSERT INTO version (id, memory_id, number, event, change_set, recorded_from, vector, {_COLUMNS})"
    f" SELECT ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, {_MARKS} FROM version WHERE memory_id = ?"
)


class Writer:
    """Applies one ChangeSet on a connection that is in a write transaction."""

    def __init__(self, connection: sqlite3.Connection, changes: ChangeSet) -> None:
        self.execute = connection.execute
        self.set = changes
        self.now = to_micros(changes.recorded_at)
        self.known: dict[str, str] = {}
        self.missing: set[str] = set()
        self._messages: list[int] | None = None
        self._first_position = 0

    def apply(self) -> Applied:
        apply: dict[type[Change], Callable[[Any], None]] = {
            Create: self.create,
            Revise: self.revise,
            Retire: self.retire,
            Relate: self.relate,
        }
        for change in self.set.changes:
            apply[type(change)](change)
        return Applied(self.known, frozenset(self.missing))

    def create(self, change: Create) -> None:
        memory = change.memory
        twin = self.execute("SELECT id FROM memory WHERE identity = ?", (memory.identity,)).fetchone()
        if twin:
            self.known[memory.id] = twin[0]
            return
        vector = self.vector(change.vector)
        place = self.place(change.sources)
        head = (memory.id, memory.identity, memory.version_id, *place, scope_tokens(memory.scope), vector)
        seq = self.execute(_INSERT_MEMORY, (*head, *state(memory))).lastrowid
        self.index(seq, memory)
        self.append_version(memory, "ADD", vector, change.sources)

    def revise(self, change: Revise) -> None:
        memory = change.memory
        row = self.execute("SELECT seq, version_id, vector FROM memory WHERE id = ?", (memory.id,)).fetchone()
        if row is None or row[1] != change.replaces:
            raise StaleVersionError(memory.id)
        seq, _, old_vector = row
        twin = self.execute(
            "SELECT id FROM memory WHERE identity = ? AND id <> ?", (memory.identity, memory.id)
        ).fetchone()
        if twin:
            raise ConflictError(f"memory {twin[0]} of the same scope already says this; nothing was changed")
        vector = self.vector(change.vector) if change.text_changed else old_vector
        head = (memory.identity, memory.version_id, *self.place(change.sources), scope_tokens(memory.scope), vector)
        self.execute(_UPDATE_MEMORY, (*head, *state(memory), seq))
        self.execute("DELETE FROM memory_category WHERE memory = ?", (seq,))
        self.execute("DELETE FROM memory_metadata WHERE memory = ?", (seq,))
        self.index(seq, memory)
        self.append_version(memory, "UPDATE", vector, change.sources)
        if change.text_changed:
            self.retract(memory.id)
            self.execute("DELETE FROM mention WHERE memory = ?", (seq,))

    def retire(self, change: Retire) -> None:
        if not self.execute("SELECT 1 FROM memory WHERE id = ?", (change.memory_id,)).fetchone():
            self.missing.add(change.memory_id)
            return
        self.close_version(change.memory_id)
        self.execute(
            f"INSERT INTO version (id, memory_id, number, event, change_set, recorded_from, vector, {_COLUMNS})"
            f" SELECT ?, memory_id, number + 1, 'DELETE', ?, ?, vector, {_COLUMNS.replace('updated_at', '?')}"
            " FROM version WHERE memory_id = ? ORDER BY number DESC LIMIT 1",
            (change.version_id, self.set.id, self.now, self.now, change.memory_id),
        )
        self.retract(change.memory_id)
        self.execute("DELETE FROM memory WHERE id = ?", (change.memory_id,))

    def relate(self, change: Relate) -> None:
        row = self.execute("SELECT seq FROM memory WHERE id = ?", (change.memory_id,)).fetchone()
        if row is None:
            return
        seqs: dict[str, int] = {}
        for entity in change.entities:
            self.execute(
                "INSERT INTO entity (owner, key, name, type) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (change.owner, entity.key, entity.name, entity.type),
            )
            found = self.execute(
                "SELECT seq FROM entity WHERE owner = ? AND key = ?", (change.owner, entity.key)
            ).fetchone()
            seqs[entity.key] = found[0]
            self.execute("INSERT INTO mention VALUES (?, ?) ON CONFLICT DO NOTHING", (row[0], found[0]))
        for each in change.relations:
            self.execute(
                "INSERT INTO relation (source, predicate, target, memory_id, valid_from, valid_to, recorded_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    seqs[each.source],
                    each.predicate,
                    seqs[each.target],
                    each.memory_id,
                    micros(each.valid_from),
                    micros(each.valid_to),
                    self.now,
                ),
            )

    def index(self, seq: int | None, memory: Memory) -> None:
        for name in dict.fromkeys(memory.categories):
            self.execute("INSERT INTO memory_category VALUES (?, ?)", (seq, name))
        for leaf in leaves(memory.metadata):
            row = (seq, leaf.path, leaf.item, leaf_kind(leaf.value), leaf.value)
            self.execute("INSERT INTO memory_metadata VALUES (?, ?, ?, ?, ?)", row)

    def append_version(self, memory: Memory, event: str, vector: int | None, sources: Iterable[int]) -> None:
        self.close_version(memory.id)
        head = (memory.version_id, memory.id, event, self.set.id, self.now, vector)
        seq = self.execute(_INSERT_VERSION, (*head, *state(memory), memory.id)).lastrowid
        if self._messages is not None:
            for source in sources:
                self.execute("INSERT INTO version_source VALUES (?, ?)", (seq, self._messages[source]))

    def close_version(self, memory_id: str) -> None:
        self.execute(
            "UPDATE version SET recorded_to = ? WHERE memory_id = ? AND recorded_to IS NULL", (self.now, memory_id)
        )

    def retract(self, memory_id: str) -> None:
        self.execute(
            "UPDATE relation SET retracted_at = ? WHERE memory_id = ? AND retracted_at IS NULL", (self.now, memory_id)
        )

    def vector(self, vector: Vector | None) -> int | None:
        return (
            None if vector is None else self.execute("INSERT INTO vector (data) VALUES (?)", (blob(vector),)).lastrowid
        )

    def place(self, sources: tuple[int, ...]) -> tuple[str | None, int | None]:
        """Conversation and position of the first source; writes the transcript when the first change needs it."""
        transcript = self.set.transcript
        if transcript is None or not sources:
            return None, None
        if self._messages is None:
            self._first_position = self.execute(
                "SELECT coalesce(max(position), 0) + 1 FROM message WHERE conversation = ?", (transcript.conversation,)
            ).fetchone()[0]
            said_at = to_micros(transcript.said_at)
            self._messages = [
                self.execute(
                    "INSERT INTO message (id, change_set, conversation, position, role, name, content, said_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        id,
                        self.set.id,
                        transcript.conversation,
                        self._first_position + n,
                        m.role,
                        m.name,
                        m.content,
                        said_at,
                    ),
                ).lastrowid
                or 0
                for n, (id, m) in enumerate(zip(transcript.ids, transcript.messages, strict=True))
            ]
        return transcript.conversation, self._first_position + sources[0]
