"""Picks the best of a large scope's memories that meet a filter: it asks about the best first, and about all only if it must."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from graphmem.filters.to_sql import compile_sql
from graphmem.model.filter import EVERYTHING, Filter, scope_groups, scope_part
from graphmem.model.vectors import Vector
from graphmem.stores.sqlite.members import Ground, Members, MembersCache, Seqs, condition
from graphmem.stores.sqlite.rows import micros
from graphmem.stores.sqlite.vectors import Scores

# From so many memories on, remembering who is in a scope is faster than reading it. Processor time of a search, in ms, of memories
# of tests/benchmarks/corpus.py: 500 in the scope: read 11.3, remembered 11.7; 1,000: 16.2, 15.7; 2,000: 17.9, 17.7; 4,000: 22.9, 20.2.
LARGE = 1_000
# So many times as many as are wanted are asked about at first, and at most; a filter that needs more is met by few memories.
_FIRST = 4
_LAST = 100
_SPARE = 1.5
# A part of the store is told by so many scope ids at most.
_IDS = 16
ALIVE = "(:now IS NULL OR m.expires_at IS NULL OR m.expires_at > :now)"


@dataclass
class Within:
    """A filter on the memories of a ground, in one read transaction."""

    connection: sqlite3.Connection
    cache: MembersCache
    filter: Filter
    now: datetime | None
    ground: Ground
    _all_meeting: Seqs | None = field(default=None, init=False)

    def nearest(self, query: Vector, limit: int) -> list[tuple[int, float]]:
        """(seq, similarity) of the nearest to a query of unit length, nearest first."""
        members, scores = self.cache.nearness(self.connection, self.ground, query)
        scores[members.expires <= (micros(self.now) or 0)] = 0
        return self.best(members, members.seqs, scores, limit)

    def members(self) -> Members:
        return self.cache.members(self.connection, self.ground)

    def best(self, members: Members, seqs: Seqs, scores: Scores, limit: int) -> list[tuple[int, float]]:
        """(seq, score) of the best that meet the filter, best first; of equal scores the older memory.

        Args:
            members: of which these are; what turns out to be gone is forgotten.
            seqs: ascending. scores: one each.
        """
        count = min(_FIRST * limit, len(scores))
        while True:
            picked = _highest(scores, count)
            tried = seqs[picked]
            meeting, gone = self._asked(tried)
            if gone:
                self.cache.forget(self.ground, members.mark, gone)
            picked = picked[np.isin(tried, meeting)]
            if len(picked) >= limit or count == len(scores):
                break
            # As many as should hold enough, if the others meet the filter as often.
            needed = int(_SPARE * limit * count / len(picked)) if len(picked) else len(scores)
            if needed > _LAST * limit:
                everywhere = np.isin(seqs, self._all(), assume_unique=True).nonzero()[0]
                picked = everywhere[_highest(scores[everywhere], min(limit, len(everywhere)))]
                break
            count = min(max(needed, 2 * count), len(scores))
        picked = picked[:limit]
        return list(zip(seqs[picked].tolist(), scores[picked].tolist(), strict=True))

    def _asked(self, seqs: Seqs) -> tuple[list[int], list[int]]:
        """Which of these meet the filter, and which are not in the store any more."""
        where, parameters = self._condition()
        rows = self.connection.execute(
            f"SELECT t.value, m.seq IS NULL, {where} FROM json_each(:tried) t LEFT JOIN memory m ON m.seq = t.value",
            {**parameters, "tried": json.dumps(seqs.tolist())},
        ).fetchall()
        meeting = [seq for seq, gone, meets in rows if meets and not gone]
        return meeting, [seq for seq, gone, _ in rows if gone]

    def _all(self) -> Seqs:
        """All that meet the filter."""
        if self._all_meeting is None:
            where, parameters = self._condition(by_index=True)
            rows = self.connection.execute(f"SELECT m.seq FROM memory m WHERE {where}", parameters)
            self._all_meeting = np.array([seq for (seq,) in rows], dtype=np.int64)
        return self._all_meeting

    def _condition(self, *, by_index: bool = False) -> tuple[str, dict[str, Any]]:
        compiled = compile_sql(self.filter, "m", by_index=by_index)
        return f"({compiled.text}) AND {ALIVE}", {**compiled.parameters, "now": micros(self.now)}


def within(connection: sqlite3.Connection, cache: MembersCache, filter: Filter, now: datetime | None) -> Within | None:
    """A filter on a large part of the store; None if all that can meet it is read as fast as it is remembered."""
    ground = _ground(connection, cache, filter)
    return None if ground is None else Within(connection, cache, filter, now, ground)


def _ground(connection: sqlite3.Connection, cache: MembersCache, filter: Filter) -> Ground | None:
    """The smallest part of the store, by scope ids, that holds all that meets the filter; None if it isn't large."""
    groups = [tuple(sorted(set(group))) for group in scope_groups(filter)]
    grounds = [group for group in groups if len(group) <= _IDS]
    if not grounds and not groups:
        # What else a filter says of scope ids, such as an OR of two users, is for SQLite's indexes.
        return () if scope_part(filter) == EVERYTHING and _large(connection, cache, ()) else None
    if not grounds or not all(_large(connection, cache, ground) for ground in grounds):
        return None
    return min(grounds, key=cache.size)


def _large(connection: sqlite3.Connection, cache: MembersCache, ground: Ground) -> bool:
    if cache.size(ground) > 2 * LARGE:
        return True
    where, parameters = condition(ground)
    counted = f"SELECT count(*) FROM (SELECT 1 FROM memory WHERE {where} LIMIT {LARGE + 1})"
    return bool(connection.execute(counted, parameters).fetchone()[0] > LARGE)


def _highest(scores: Scores, count: int) -> Seqs:
    """Indices of so many highest scores, highest first; of equal ones the first."""
    if count < len(scores):
        # Sorts only what is kept. All that equals the last of them takes part, so that equal scores come out alike every time.
        least = scores[np.argpartition(scores, -count)[-count:]].min() if count else np.inf
        among = (scores >= least).nonzero()[0]
    else:
        among = np.arange(len(scores))
    return among[np.argsort(-scores[among], kind="stable")][:count]
