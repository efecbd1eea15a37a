"""What an add asks before it decides: was this read before, and which known memories are close to it?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphmem.filters.to_sql import compile_sql
from graphmem.model.memory import Entity, StoredMemory
from graphmem.model.requests import Known, Nearby, NearRequest, Seen, SeenRequest
from graphmem.model.times import from_micros
from graphmem.model.vectors import Vector
from graphmem.stores.sqlite.members import MembersCache
from graphmem.stores.sqlite.rows import MEMORY_COLUMNS, WIDTH, memory_of, micros
from graphmem.stores.sqlite.schema import LAST_WORD
from graphmem.stores.sqlite.vectors import VectorCache
from graphmem.stores.sqlite.within import within

_IN_FORCE = (
    "SELECT {columns} FROM entity s JOIN relation r ON r.source = s.seq JOIN entity t ON t.seq = r.target"
    " JOIN memory m ON m.id = r.memory_id WHERE s.owner = :owner AND s.key = :subject AND r.retracted_at IS NULL"
    " AND r.predicate IN (SELECT value FROM json_each(:predicates)) AND {where}"
)


class Resolver:
    """Answers on a connection that is in a read transaction."""

    def __init__(self, connection: sqlite3.Connection, vectors: VectorCache, members: MembersCache) -> None:
        self.connection = connection
        self.execute: Callable[..., sqlite3.Cursor] = connection.execute
        self.vectors = vectors
        self.members = members

    def seen(self, request: SeenRequest) -> tuple[Seen, ...]:
        """The messages that were read before, with the current memories that came from them."""
        rows = self.execute(
            # What another extractor has read is new to this one.
            "SELECT seq, digest, said_at FROM message WHERE conversation = ? AND read_by IS ?"
            " AND digest IN (SELECT value FROM json_each(?))",
            (request.conversation, request.read_by, json.dumps(request.digests)),
        ).fetchall()
        return tuple(self._seen(*row) for row in rows)

    def _seen(self, seq: int, digest: str, said_at: int) -> Seen:
        derived = self.execute(
            "SELECT DISTINCT v.memory_id, m.text FROM version_source s JOIN version v ON v.seq = s.version"
            " LEFT JOIN memory m ON m.id = v.memory_id WHERE s.message = ?",
            (seq,),
        ).fetchall()
        # Deleted by somebody, that is: a deletion that derives from a message was decided by an add.
        deleted = self.execute(
            "SELECT 1 FROM version_source s JOIN version v ON v.seq = s.version"
            " JOIN version d ON d.memory_id = v.memory_id AND d.event = 'DELETE' AND d.recorded_to IS NULL"
            " WHERE s.message = ? AND d.seq NOT IN (SELECT version FROM version_source)",
            (seq,),
        ).fetchone()
        current = tuple((id, text) for id, text in derived if text is not None)
        return Seen(digest, from_micros(said_at), current, deleted is not None)

    def texts(self, identities: Sequence[str]) -> frozenset[str]:
        """The texts of current memories with these identities."""
        rows = self.execute(
            "SELECT text FROM memory WHERE identity IN (SELECT value FROM json_each(?))", (json.dumps(identities),)
        )
        return frozenset(text for (text,) in rows)

    def nearest(self, request: NearRequest) -> Nearby:
        """For each probe, what has its identity, what is similar, and what its relations may end, in this order."""
        compiled = compile_sql(request.filter, "m")
        where = f"({compiled.text}) AND (m.expires_at IS NULL OR m.expires_at > :now)"
        parameters = {**compiled.parameters, "now": micros(request.now)}
        close = self._finder(request, where, parameters)
        known = tuple(
            self._same(probe.identity)
            + close(probe.vector)
            + self._bound(probe.bonds, where, {**parameters, "owner": request.owner})
            for probe in request.probes
        )
        return Nearby(known, self._entities(request))

    def _same(self, identity: str) -> tuple[Known, ...]:
        # Also if it has expired: it is still there, and its identity is taken.
        rows = self.execute(f"SELECT {MEMORY_COLUMNS} FROM memory m WHERE m.identity = ?", (identity,))
        return tuple(Known(memory_of(row)) for row in rows)

    def _finder(
        self, request: NearRequest, where: str, parameters: dict[str, Any]
    ) -> Callable[[Vector | None], tuple[Known, ...]]:
        """What finds the memories close to a vector, the closest first."""
        large = within(self.connection, self.members, request.filter, request.now)
        rows: list[tuple[int, int]] = []
        if large is None and any(probe.vector is not None for probe in request.probes):
            # Read once for all probes; each compares its vector with all of them.
            rows = self.execute(
                f"SELECT m.seq, m.vector FROM memory m WHERE m.vector IS NOT NULL AND {where}", parameters
            ).fetchall()

        def close(vector: Vector | None) -> tuple[Known, ...]:
            if vector is None:
                return ()
            nearest = (
                self._nearest(vector, rows, request.limit) if large is None else large.nearest(vector, request.limit)
            )
            scores = {seq: score for seq, score in nearest if score >= request.floor}
            found = self.execute(
                f"SELECT {MEMORY_COLUMNS}, w.value FROM json_each(?) w CROSS JOIN memory m ON m.seq = w.value ORDER BY w.key",
                (json.dumps(list(scores)),),
            )
            return tuple(Known(memory_of(row), scores[row[WIDTH]]) for row in found)

        return close

    def _nearest(self, vector: Vector, rows: Sequence[tuple[int, int]], limit: int) -> list[tuple[int, float]]:
        if not rows:
            return []
        scores = self.vectors.similarities(self.connection, [id for _, id in rows], vector)
        # Stable, so that equal scores come in the same order every time.
        return [(rows[index][0], float(scores[index])) for index in np.argsort(-scores, kind="stable")[:limit]]

    def _bound(
        self, bonds: Sequence[tuple[str, tuple[str, ...]]], where: str, parameters: dict[str, Any]
    ) -> tuple[Known, ...]:
        # A memory may support several of the relations: one Known lists them all.
        by_id: dict[str, tuple[StoredMemory, list[tuple[str, str]]]] = {}
        query = _IN_FORCE.format(columns=f"{MEMORY_COLUMNS}, r.predicate, t.key", where=where)
        for subject, predicates in bonds:
            for row in self.execute(query, {**parameters, "subject": subject, "predicates": json.dumps(predicates)}):
                by_id.setdefault(row[0], (memory_of(row), []))[1].append((row[WIDTH], row[WIDTH + 1]))
        return tuple(Known(memory, bonds=tuple(bound)) for memory, bound in by_id.values())

    def _entities(self, request: NearRequest) -> tuple[Entity, ...]:
        entities: dict[str, Entity] = {}
        # A range, because LIKE would not use the index.
        prefixes = [("e.key >= ? AND e.key < ?", (prefix, prefix + chr(0x10FFFF))) for prefix in request.key_prefixes]
        endings = [(f"{LAST_WORD} = ?", (ending,)) for ending in request.key_endings]
        for condition, values in (*prefixes, *endings):
            rows = self.execute(
                "SELECT e.id, e.name, e.type, EXISTS (SELECT 1 FROM same_as WHERE one = e.seq AND retracted_at IS NULL"
                " UNION ALL SELECT 1 FROM same_as WHERE other = e.seq AND retracted_at IS NULL)"
                f" FROM entity e WHERE e.owner = ? AND {condition} ORDER BY e.key, e.type LIMIT ?",
                (request.owner, *values, request.entities_per_prefix),
            )
            entities.update((id, Entity(name, type, bool(united))) for id, name, type, united in rows)
        return tuple(entities.values())
