"""What a server keeps in a Neo4j database: see `graphmem.protocols.ServerStore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from neo4j import Record as Neo4jRecord

from graphmem._sync.retry import retried
from graphmem._sync.stores.neo4j_connection import Ask, Neo4jConnection
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.served import Event, EventPage, Finished, Outcome, Record
from graphmem.model.times import to_micros
from graphmem.stores.neo4j.errors import TransientError, translated
from graphmem.stores.neo4j.statements import Statement, plain
from graphmem.stores.served import event, record, row_of_event, row_of_outcome, row_of_record

_EVER = 2**62
# What a node that has no such property lacks.
_NOTHING = dict.fromkeys((*SCOPE_FIELDS, "request", "results", "error", "started_at", "ended_at"))


class Neo4jServed:
    """The methods of a store that concern servers only."""

    _server: Neo4jConnection
    _where: str

    def keep(self, record: Record) -> None:
        self._write(plain("served/keep", record=row_of_record(record)))

    def kept(self, kind: str, *, ids: Sequence[str] | None = None, owner: str | None = None) -> Sequence[Record]:
        asked = (
            plain("served/kept", kind=kind, owner=owner)
            if ids is None
            else plain("served/kept_by_id", keys=[f"{kind}/{id}" for id in ids], owner=owner)
        )
        return [record(row) for row in self._server.ask(asked)]

    def discard(self, kind: str, id: str) -> bool:
        return bool((self._write(plain("served/discard", key=f"{kind}/{id}")))[0]["discarded"])

    def enqueue(self, events: Sequence[Event], most: int) -> bool:
        if not events:
            return True
        rows = self._write(plain("served/enqueue", rows=[row_of_event(each) for each in events], most=most))
        return bool(rows[0]["accepted"])

    def claim(self, kind: str, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        return [_event(row) for row in self._write(_claim(kind, worker, now, until, limit))]

    def renew(self, ids: Sequence[str], worker: str, until: datetime) -> None:
        self._write(plain("served/renew", ids=list(ids), worker=worker, until=to_micros(until)))

    def finish(self, id: str, worker: str, outcome: Outcome, now: datetime, until: datetime | None = None) -> Finished:
        following = [row_of_event(each) for each in outcome.following]
        # Where events follow, the next one is looked for when they are there.
        soon = None if until is None or following else to_micros(until)
        ending = plain("served/finish", id=id, worker=worker, until=soon, **row_of_outcome(outcome, now))
        if not following:
            return _finished(self._write(ending))

        def work(ask: Ask) -> Finished:
            ended = ask(ending)
            if not ended:
                return Finished(False)
            ask(plain("served/enqueue", rows=following, most=_EVER))
            begun = [] if until is None else ask(_claim(ended[0]["kind"], worker, now, until, 1))
            return Finished(True, next(map(_event, begun), None))

        def attempt() -> Finished:
            with translated(self._where):
                return self._server.transaction(work)

        return retried(attempt, TransientError)

    def release(self, id: str, worker: str) -> None:
        self._write(plain("served/release", id=id, worker=worker))

    def events(self, kind: str, scope: Scope, *, id: str | None = None, offset: int = 0, limit: int = 100) -> EventPage:
        if id is not None:
            rows = self._server.ask(plain("served/event", id=id))
            found = [each for each in map(_event, rows) if each.kind == kind and _within(each.scope, scope)]
            return EventPage(found[offset : offset + limit], len(found))
        ids = {name: getattr(scope, name) for name in SCOPE_FIELDS}
        [row] = self._server.ask(plain("served/events", kind=kind, **ids, offset=offset, limit=limit))
        return EventPage([_event({"event": each}) for each in row["events"]], row["total"])

    def prune(self, before: datetime) -> int:
        pruned = 0
        while some := (self._write(plain("served/prune", before=to_micros(before))))[0]["pruned"]:
            pruned += some
        return pruned

    def _write(self, statement: Statement) -> list[Neo4jRecord]:
        with translated(self._where):
            return self._server.write(statement)


def _event(row: Mapping[str, Any] | Neo4jRecord) -> Event:
    return event({**_NOTHING, **row["event"]})


def _claim(kind: str, worker: str, now: datetime, until: datetime, limit: int) -> Statement:
    return plain("served/claim", kind=kind, worker=worker, now=to_micros(now), until=to_micros(until), limit=limit)


def _finished(rows: Sequence[Neo4jRecord]) -> Finished:
    begun = rows[0]["event"] if rows else None
    return Finished(bool(rows), None if begun is None else _event({"event": begun}))


def _within(scope: Scope, wanted: Scope) -> bool:
    return all(getattr(scope, name) == value for name, value in wanted.ids.items())
