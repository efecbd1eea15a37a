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
from graphmem.stores.sqlite.ground import Ground, Seqs, condition
from graphmem.stores.sqlite.members import Members, MembersCache
from graphmem.stores.sqlite.rows import micros
from graphmem.stores.sqlite.vectors import Scores

# From this many memories on, remembering who is in a scope is faster than reading it. Processor time of a search, in ms, of memories
# of tests/benchmarks/corpus.py: 500 in the scope: read 11.3, remembered 11.7; 1,000: 16.2, 15.7; 2,000: 17.9, 17.7; 4,000: 22.9, 20.2.
LARGE = 1_000
# How many times as many as are wanted are asked about at first, and at most; a filter that needs more is met by few memories. Where an
# index leads to these it is at most fewer, and else at least so large a part of the scope: to ask about one takes some three times as
# long as to pass over one.
_FIRST = 4
_LAST = 100
_LAST_LED = 20
_SHARE = 6
_SPARE = 1.5
# So many are sorted faster than found among all.
_FEW = 2_500
# The most scope ids that a part of the store is told by.
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
    _lettered: tuple[Seqs | None] | None = field(default=None, init=False)
    _to_all: tuple[str, dict[str, Any], bool] | None = field(default=None, init=False)

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
        if narrowed := self._lettered is not None:
            seqs, scores = self._narrowed(seqs, scores)
        count = min(_FIRST * limit, len(scores))
        while self._all_meeting is None:
            picked = _highest(scores, count)
            tried = seqs[picked]
            held, gone = self._asked(tried)
            if gone:
                self.cache.forget(self.ground, members.mark, gone)
            picked = picked[np.isin(tried, held)]
            if len(picked) >= limit or count == len(scores):
                return _pairs(seqs, scores, picked[:limit])
            if not narrowed:
                narrowed, all_seqs = True, seqs
                seqs, scores = self._narrowed(seqs, scores)
                if seqs is not all_seqs:
                    count = min(_FIRST * limit, len(scores))
                    continue
            # As many as should hold enough, if the others meet the filter as often.
            needed = int(_SPARE * limit * count / len(picked)) if len(picked) else len(scores)
            if needed > self._most(members, limit):
                break
            count = min(max(needed, 2 * count), len(scores))
        meeting = np.isin(seqs, self._all(), assume_unique=True).nonzero()[0]
        return _pairs(seqs, scores, meeting[_highest(scores[meeting], min(limit, len(meeting)))])

    def _narrowed(self, seqs: Seqs, scores: Scores) -> tuple[Seqs, Scores]:
        """Those that may meet what the filter says of texts; all, if that is too little."""
        if self._lettered is None:
            self._lettered = (self.cache.texts.meeting(self.connection, self.ground, self.filter),)
        [lettered] = self._lettered
        if lettered is None:
            return seqs, scores
        there = positions(seqs, lettered)
        return seqs[there], scores[there]

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
            query, parameters, _ = self._query()
            [(joined,)] = self.connection.execute(query, parameters)
            self._all_meeting = np.fromstring(joined or "", dtype=np.int64, sep=",")
        return self._all_meeting

    def _query(self) -> tuple[str, dict[str, Any], bool]:
        """What finds all that meet the filter, its parameters, and whether an index of categories or metadata leads to them."""
        if self._to_all is None:
            where, parameters = self._condition(by_index=True)
            # Numbers joined by commas, which become an array without an object for each.
            query = f"SELECT group_concat(m.seq) FROM memory m {{}} WHERE {where}"
            # SQLite would go over the scope even where an index leads to a few memories.
            direct = query.format("NOT INDEXED")
            plan = self.connection.execute(f"EXPLAIN QUERY PLAN {direct}", parameters).fetchall()
            led = any(step.startswith("SEARCH m USING INTEGER PRIMARY KEY") for *_, step in plan)
            self._to_all = direct if led else query.format(""), parameters, led
        return self._to_all

    def _most(self, members: Members, limit: int) -> int:
        """So many are asked about one by one at most: beyond that, all that meet the filter are found faster."""
        led = self._query()[2]
        return _LAST_LED * limit if led else max(_LAST * limit, len(members.seqs) // _SHARE)

    def few(self) -> list[int] | None:
        """All that meet the filter, and perhaps others, if that is known already and they are few."""
        found = self._all_meeting
        if found is None and self._lettered is not None:
            [found] = self._lettered
        return None if found is None or len(found) > _FEW else found.tolist()

    def _condition(self, *, by_index: bool = False) -> tuple[str, dict[str, Any]]:
        compiled = compile_sql(self.filter, "m", by_index=by_index)
        return f"({compiled.text}) AND {ALIVE}", {**compiled.parameters, "now": micros(self.now)}


def positions(seqs: Seqs, wanted: Seqs) -> Seqs:
    """Where those of the wanted that are among these ascending numbers stand."""
    places = np.searchsorted(seqs, wanted)
    places = np.minimum(places, max(len(seqs) - 1, 0))
    return places[seqs[places] == wanted] if len(seqs) else places[:0]


def _pairs(seqs: Seqs, scores: Scores, picked: Seqs) -> list[tuple[int, float]]:
    return list(zip(seqs[picked].tolist(), scores[picked].tolist(), strict=True))


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
    """Indices of the `count` highest scores, highest first; of equal ones the first."""
    if count < len(scores):
        # Sorts only what is kept. All that equals the last of them takes part, so that equal scores come out alike every time.
        least = scores[np.argpartition(scores, -count)[-count:]].min() if count else np.inf
        among = (scores >= least).nonzero()[0]
    else:
        among = np.arange(len(scores))
    return among[np.argsort(-scores[among], kind="stable")][:count]
