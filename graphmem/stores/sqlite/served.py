"""What a server keeps in the file: see `graphmem.protocols.ServerStore`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphmem.model.memory import Scope
from graphmem.model.served import Event, EventPage, Finished, Outcome, Record
from graphmem.model.times import to_micros
from graphmem.stores.served import event, record, row_of_event, row_of_outcome, row_of_record
from graphmem.stores.sqlite.connections import Database

_RECORD = "kind, id, owner, data, created_at, updated_at"
_EVENT = "id, kind, lane, user_id, agent_id, app_id, run_id, request, created_at, status, results, error, started_at, ended_at, attempts"
_ACCEPT = """
INSERT INTO event (id, kind, lane, user_id, agent_id, app_id, run_id, request, created_at, status, attempts)
VALUES (:id, :kind, :lane, :user_id, :agent_id, :app_id, :run_id, :request, :created_at, 'PENDING', 0)
"""
# The first open event of each lane is the only one that may begin.
_OPEN = "SELECT 1 FROM event WHERE ended_at IS NULL AND kind = :kind LIMIT 1"
_FREE = """
SELECT seq FROM event WHERE seq IN (SELECT min(seq) FROM event WHERE ended_at IS NULL AND kind = :kind GROUP BY lane)
AND (status = 'PENDING' OR until < :now) ORDER BY seq LIMIT :limit
"""
_BEGIN = """
UPDATE event SET status = 'RUNNING', worker = :worker, until = :until, attempts = attempts + 1, started_at = coalesce(started_at, :now)
WHERE seq = :seq
"""
_FINISH = """
UPDATE event SET status = :status, results = :results, error = :error, ended_at = :now, request = NULL, worker = NULL, until = NULL
WHERE id = :id AND worker = :worker AND ended_at IS NULL
"""


class Served:
    """The methods of a store that concern servers only."""

    _database: Database

    def keep(self, record: Record) -> None:
        with self._database.write() as connection:
            connection.execute(
                f"INSERT INTO record ({_RECORD}) VALUES (:kind, :id, :owner, :data, :created_at, :updated_at) ON CONFLICT (kind, id)"
                " DO UPDATE SET owner = excluded.owner, data = excluded.data, updated_at = excluded.updated_at",
                row_of_record(record),
            )

    def kept(self, kind: str, *, ids: Sequence[str] | None = None, owner: str | None = None) -> Sequence[Record]:
        wanted = {"kind": kind, "ids": None if ids is None else json.dumps(list(ids)), "owner": owner}
        named = "" if ids is None else " AND id IN (SELECT value FROM json_each(:ids))"
        with self._database.read() as connection:
            rows = _rows(
                connection,
                f"SELECT {_RECORD} FROM record WHERE kind = :kind{named}"
                " AND (:owner IS NULL OR owner = :owner) ORDER BY created_at, id",
                wanted,
            )
        return [record(row) for row in rows]

    def discard(self, kind: str, id: str) -> bool:
        with self._database.write() as connection:
            return connection.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, id)).rowcount > 0

    def enqueue(self, events: Sequence[Event], most: int) -> bool:
        with self._database.write() as connection:
            [open] = connection.execute("SELECT count(*) FROM event WHERE ended_at IS NULL").fetchone()
            if open + len(events) > most:
                return False
            connection.executemany(_ACCEPT, [row_of_event(each) for each in events])
        return True

    def claim(self, kind: str, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        given = {"kind": kind, "worker": worker, "now": to_micros(now), "until": to_micros(until), "limit": limit}
        with self._database.read() as connection:
            # Most looks find nothing, and need not wait for writers.
            if connection.execute(_OPEN, given).fetchone() is None:
                return []
        with self._database.write() as connection:
            return _begun(connection, given)

    def renew(self, ids: Sequence[str], worker: str, until: datetime) -> None:
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE event SET until = ? WHERE id = ? AND worker = ? AND ended_at IS NULL",
                [(to_micros(until), id, worker) for id in ids],
            )

    def finish(self, id: str, worker: str, outcome: Outcome, now: datetime, until: datetime | None = None) -> Finished:
        given = {**row_of_outcome(outcome, now), "id": id, "worker": worker}
        with self._database.write() as connection:
            if not connection.execute(_FINISH, given).rowcount:
                return Finished(False)
            connection.executemany(_ACCEPT, [row_of_event(each) for each in outcome.following])
            if until is None:
                return Finished(True)
            [kind] = connection.execute("SELECT kind FROM event WHERE id = ?", (id,)).fetchone()
            begun = _begun(connection, {**given, "kind": kind, "until": to_micros(until), "limit": 1})
        return Finished(True, next(iter(begun), None))

    def release(self, id: str, worker: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                "UPDATE event SET status = 'PENDING', worker = NULL, until = NULL WHERE id = ? AND worker = ? AND ended_at IS NULL",
                (id, worker),
            )

    def events(self, kind: str, scope: Scope, *, id: str | None = None, offset: int = 0, limit: int = 100) -> EventPage:
        wanted = {"kind": kind, **scope.ids} | ({} if id is None else {"id": id})
        within = " AND ".join(f"{name} = :{name}" for name in wanted)
        with self._database.read() as connection:
            [total] = connection.execute(f"SELECT count(*) FROM event WHERE {within}", wanted).fetchone()
            rows = _rows(
                connection,
                f"SELECT {_EVENT} FROM event WHERE {within} ORDER BY seq DESC LIMIT :limit OFFSET :offset",
                {**wanted, "limit": limit, "offset": offset},
            )
        return EventPage([event(row) for row in rows], total)

    def prune(self, before: datetime) -> int:
        with self._database.write() as connection:
            return connection.execute("DELETE FROM event WHERE ended_at < ?", (to_micros(before),)).rowcount


def _begun(connection: sqlite3.Connection, given: Mapping[str, Any]) -> list[Event]:
    """The events that begin; given are kind, worker, now, until and limit."""
    free = [seq for (seq,) in connection.execute(_FREE, given)]
    connection.executemany(_BEGIN, [{**given, "seq": seq} for seq in free])
    return [
        event(row)
        for seq in free
        for row in _rows(connection, f"SELECT {_EVENT} FROM event WHERE seq = :seq", {"seq": seq})
    ]


def _rows(connection: sqlite3.Connection, query: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = connection.execute(query, given)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
