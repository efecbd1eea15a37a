"""Answers questions about current memories, within one read transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np

from graphmem.filters.to_sql import compile_sql
from graphmem.model.filter import Filter
from graphmem.model.memory import SCOPE_FIELDS, Message, StoredMemory, StoredRelation
from graphmem.model.related import as_said
from graphmem.model.requests import Findings, Listing, Named, Owner, SearchRequest, shares
from graphmem.model.times import from_micros
from graphmem.model.vectors import Vector
from graphmem.stores.scope_tokens import required_tokens
from graphmem.stores.sqlite.among import Among
from graphmem.stores.sqlite.candidates import Picked
from graphmem.stores.sqlite.entity_names import EntityNames
from graphmem.stores.sqlite.graph import Walker
from graphmem.stores.sqlite.members import MembersCache
from graphmem.stores.sqlite.paging import page
from graphmem.stores.sqlite.rows import MEMORY_COLUMNS, memory_of, micros, moment
from graphmem.stores.sqlite.standing import Standing
from graphmem.stores.sqlite.told import ToldCache
from graphmem.stores.sqlite.unchanged import Connection
from graphmem.stores.sqlite.vectors import VectorCache
from graphmem.stores.sqlite.within import ALIVE, Within, within
from graphmem.stores.sqlite.words import any_of, by_words


class Reader:
    """Answers on a connection that has an open read transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        vectors: VectorCache,
        members: MembersCache,
        said: VectorCache,
        told: ToldCache,
        names: EntityNames,
        meta: Mapping[str, str] | None = None,
    ) -> None:
        self.connection = connection
        self.said = said
        self.execute = connection.execute
        self.vectors = vectors
        self.members = members
        self.told = told
        self.names = names
        # The table of that name.
        self.meta = meta or {}

    def search(self, request: SearchRequest) -> Findings:
        """The candidates of all arms, each with its score in every arm that found it, and neighbours of the best ones."""
        where, parameters = _where(request.filter, request.now)
        large, standing = self.scope(request, where, parameters)
        if standing is not None:
            among = Among(self.connection, standing, self.vectors, self.told, self.names)
            return among.search(request, where, parameters)
        near: dict[int, float] = {}
        similar: dict[int, float] = {}
        if request.vector is not None:
            near, similar = self.by_vector(where, parameters, request.vector, request.limit, large)
        text = dict(self.by_text(where, parameters, request, large)) if request.terms and request.by_words else {}
        walker = Walker(self.connection, where, parameters, request)
        hops, links = walker.run({*near, *text})
        # Neighbours only of the best: those of everything found would be most of a conversation.
        best = {seq for arm in (near, text, hops) for seq in islice(arm, request.around)}
        picked = Picked(self.execute, request.terms, self.told, self.names)
        picked.neighbours(best, request.reach, where, parameters)
        picked.found({*near, *text, *hops, *links})
        if request.vector is not None:
            # Ranking adds up the arms, so what another arm found needs a similarity as well.
            unknown = [(seq, vector) for seq, vector in picked.vectors() if seq not in similar]
            similar |= self.scores(unknown, request.vector)
        candidates = picked.candidates(similar, text, hops, links)
        sample = self.sample(where, parameters, request, picked, large)
        plan = "none" if request.vector is None else "exact"
        return Findings(candidates, plan, len(sample), shares(sample, len(request.terms), request.long))

    def scope(
        self, request: SearchRequest, where: str, parameters: dict[str, Any]
    ) -> tuple[Within | None, Standing | None]:
        """What is known of the memories that meet the filter, if they are many, and if they were read before."""
        connection = self.connection if isinstance(self.connection, Connection) else None
        known = None if connection is None else connection.kept(request.filter, where, parameters)
        if known is not None:
            return None, known
        large = within(self.connection, self.members, request.filter, request.now)
        if large is not None or connection is None:
            return large, None
        return None, connection.standing(request.filter, where, parameters)

    def sample(
        self,
        where: str,
        parameters: dict[str, Any],
        request: SearchRequest,
        picked: Picked,
        large: Within | None = None,
    ) -> list[tuple[int, tuple[int, ...]]]:
        """The newest memories within the filter: the length of each, and the terms that it holds."""
        if not request.terms:
            return []
        few = None if large is None else large.few()
        source = "memory m" if few is None else "json_each(:few) w CROSS JOIN memory m ON m.seq = w.value"
        rows = self.execute(
            f"SELECT m.seq, m.version_id FROM {source} WHERE {where} ORDER BY m.created_at DESC, m.id LIMIT :sample",
            {**parameters, "sample": request.sample, "few": json.dumps(few)},
        )
        return picked.sampled(rows.fetchall())

    def by_vector(
        self,
        where: str,
        parameters: dict[str, Any],
        query: Vector,
        limit: int,
        large: Within | None = None,
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Similarities of the nearest, nearest first; and of all that are known now."""
        if large is not None:
            nearest = dict(large.nearest(query, limit))
            return nearest, dict(nearest)
        source = f"memory m WHERE m.vector IS NOT NULL AND {where}"
        seqs, scores = self.vectors.within(self.connection, source, parameters, query)
        similar = dict(zip(seqs.tolist(), scores.tolist(), strict=True))
        # Stable: of equal ones the first.
        nearest = seqs[np.argsort(-scores, kind="stable")[:limit]].tolist()
        return {seq: similar[seq] for seq in nearest}, similar

    def scores(self, rows: Sequence[tuple[int, int]], query: Vector) -> dict[int, float]:
        """The similarity of each memory to the query. rows: (seq, vector)."""
        if not rows:
            return {}
        values = self.vectors.similarities(self.connection, [vector for _, vector in rows], query).tolist()
        return {seq: value for (seq, _), value in zip(rows, values, strict=True)}

    def by_text(
        self, where: str, parameters: dict[str, Any], request: SearchRequest, large: Within | None = None
    ) -> Iterable[tuple[int, float]]:
        if large is not None:
            return by_words(large, request.terms, request.limit)
        # Scopes are part of the match: otherwise the index would find the words of all tenants before the filter applies.
        groups = [f"scopes : ({' OR '.join(group)})" for group in required_tokens(request.filter) if group]
        match = " AND ".join((*groups, f"text : ({any_of(request.terms)})"))
        return self.execute(
            "SELECT m.seq, -bm25(memory_text, 0.0, 1.0) AS score FROM memory_text t JOIN memory m ON m.seq = t.rowid"
            f" WHERE memory_text MATCH :match AND {where} ORDER BY score DESC, m.seq LIMIT :limit",
            {**parameters, "match": match, "limit": request.limit},
        )

    def fetch(self, ids: Sequence[str], filter: Filter, now: datetime | None) -> tuple[StoredMemory, ...]:
        where, parameters = _where(filter, now)
        standing = None
        if isinstance(self.connection, Connection):
            standing = self.connection.kept(filter, where, parameters)
        known: dict[str, StoredMemory] = {} if standing is None else standing.memories
        if missing := [id for id in ids if id not in known]:
            rows = self.execute(
                f"SELECT {MEMORY_COLUMNS} FROM json_each(:ids) w JOIN memory m ON m.id = w.value WHERE {where} ORDER BY w.key",
                {**parameters, "ids": json.dumps(missing)},
            )
            known.update((memory.id, memory) for memory in map(memory_of, rows))
        return tuple([known[id] for id in ids if id in known])

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> tuple[StoredRelation, ...]:
        rows = self.execute(
            "SELECT s.name, r.predicate, t.name, r.memory_id, r.valid_from, r.valid_to FROM json_each(:ids) w"
            " JOIN relation r ON r.memory_id = w.value JOIN entity s ON s.seq = r.source JOIN entity t ON t.seq = r.target"
            " WHERE CASE WHEN :at IS NULL THEN r.retracted_at IS NULL"
            " ELSE r.recorded_at <= :at AND (r.retracted_at IS NULL OR r.retracted_at > :at) END"
            " AND (:valid_at IS NULL OR (coalesce(r.valid_from, :valid_at) <= :valid_at"
            " AND (r.valid_to IS NULL OR r.valid_to > :valid_at)))"
            " ORDER BY w.key, r.recorded_at, s.key, r.predicate, t.key",
            {"ids": json.dumps(ids), "at": micros(at), "valid_at": micros(valid_at)},
        )
        return tuple(
            StoredRelation(source, predicate, target, memory_id, moment(start), moment(end))
            for source, predicate, target, memory_id, start, end in rows
        )

    def sources(self, ids: Sequence[str]) -> dict[str, list[Message]]:
        rows = self.execute(
            "SELECT m.id, x.role, x.content, x.name, s.first, s.last, x.id FROM json_each(?) w JOIN memory m ON m.id = w.value"
            " JOIN version v ON v.id = m.version_id JOIN version_source s ON s.version = v.seq"
            " JOIN message x ON x.seq = s.message ORDER BY w.key, x.position",
            (json.dumps(ids),),
        )
        messages: dict[str, list[Message]] = {}
        for id, role, content, name, first, last, message in rows:
            span = None if first is None else (first, last)
            messages.setdefault(id, []).append(Message(role, content, name, span, message))
        return messages

    def select(self, filter: Filter, now: datetime | None, offset: int, limit: int | None) -> Listing:
        where, parameters = _where(filter, now)
        if limit is not None or offset:
            return page(self.execute, where, parameters, offset, limit)
        rows = self.execute(
            f"SELECT {MEMORY_COLUMNS} FROM memory m WHERE {where} ORDER BY m.created_at DESC, m.id", parameters
        )
        memories = tuple(map(memory_of, rows))
        # A full listing needs no second query for its length.
        return Listing(memories, len(memories))

    def ids(self, filter: Filter) -> list[str]:
        where, parameters = _where(filter, None)
        rows = self.execute(f"SELECT m.id FROM memory m WHERE {where} ORDER BY m.created_at DESC, m.id", parameters)
        return [id for (id,) in rows]

    def entities(
        self, filter: Filter, now: datetime, ids: Sequence[str] | None, keys: Sequence[str] | None
    ) -> tuple[Named, ...]:
        visible, parameters = _where(filter, now)
        where = visible
        tables = "memory m JOIN mention n ON n.memory = m.seq JOIN entity e ON e.seq = n.entity"
        for column, wanted in (("id", ids), ("key", keys)):
            if wanted is not None:
                # In this order: from these entities to what mentions them.
                tables = "entity e CROSS JOIN mention n ON n.entity = e.seq CROSS JOIN memory m ON m.seq = n.memory"
                where += f" AND e.{column} IN (SELECT value FROM json_each(:wanted_{column}))"
                parameters[f"wanted_{column}"] = json.dumps(list(wanted))
        rows = self.execute(
            f"SELECT e.seq, e.id, e.name, e.type, e.aliases, count(*) FROM {tables} WHERE {where}"
            " GROUP BY e.seq ORDER BY e.key, e.type, e.id",
            parameters,
        ).fetchall()
        mentioning = (
            f"SELECT 1 FROM mention n CROSS JOIN memory m ON m.seq = n.memory WHERE n.entity = {{}} AND {visible}"
        )
        same = (
            "SELECT e.id, e.name, s.score FROM same_as s JOIN entity e ON e.seq = s.one + s.other - :seq"
            f" WHERE :seq IN (s.one, s.other) AND s.retracted_at IS NULL AND EXISTS ({mentioning.format('e.seq')})"
            " ORDER BY e.key, e.id"
        )
        said = (
            "SELECT a.value FROM json_each(:names) a"
            f" WHERE EXISTS ({mentioning.format(':seq')} AND instr(m.text, a.value) > 0)"
        )
        found = []
        for seq, id, name, type, aliases, memories in rows:
            spellings: tuple[str, ...] = tuple(json.loads(aliases))
            if spellings:
                asked = {**parameters, "seq": seq, "names": json.dumps([name, *spellings])}
                name, spellings = as_said(name, spellings, (each for (each,) in self.execute(said, asked)))
            others = tuple(self.execute(same, {**parameters, "seq": seq}))
            found.append(Named(id, name, type, spellings, memories, others))
        return tuple(found)

    def owners(self, filter: Filter) -> tuple[Owner, ...]:
        where, parameters = _where(filter, None)
        owners = []
        for field in SCOPE_FIELDS:
            rows = self.execute(
                f"SELECT {field}, count(*), min(created_at), max(updated_at) FROM memory m WHERE {field} IS NOT NULL AND {where}"
                f" GROUP BY {field} ORDER BY {field}",
                parameters,
            )
            kind = field.removesuffix("_id")
            owners += [Owner(kind, id, count, from_micros(first), from_micros(last)) for id, count, first, last in rows]
        return tuple(owners)

    def counts(self) -> dict[str, int]:
        # Counted when asked: stored counters would have to be locked by every writer.
        tables = {"memories": "memory", "versions": "version", "messages": "message", "entities": "entity"}
        counts = {name: self.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for name, table in tables.items()}
        counts["relations"] = self.execute("SELECT count(*) FROM relation WHERE retracted_at IS NULL").fetchone()[0]
        for field in SCOPE_FIELDS:
            query = f"SELECT count(DISTINCT {field}) FROM memory"
            counts[field.replace("_id", "s")] = self.execute(query).fetchone()[0]
        return counts


def _where(filter: Filter, now: datetime | None) -> tuple[str, dict[str, Any]]:
    """The condition on `memory m` (the filter, and not expired at `now` if given), and its parameters."""
    compiled = compile_sql(filter, "m")
    return f"({compiled.text}) AND {ALIVE}", {**compiled.parameters, "now": micros(now)}
