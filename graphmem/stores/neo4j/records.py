"""Turns the driver's records into graphmem's objects. Times arrive as integers: microseconds since the epoch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import numpy as np

from graphmem.model.calendar import days_between
from graphmem.model.memory import PERSON, Entity, Links, Message, Scope, StoredMemory, StoredRelation, StoredVersion
from graphmem.model.related import Node, Related, as_said
from graphmem.model.requests import Candidate, Findings, Known, Named, Nearby, Owner, Past, Seen
from graphmem.model.said import Said, SaidRequest, StoredMessage
from graphmem.model.times import from_micros
from graphmem.model.walk import Link
from graphmem.stores.neo4j.query_files import FIELDS
from graphmem.stores.portable import DATES, KINDS, TIMES

Record = Mapping[str, Any]
T = TypeVar("T")
# Where a row of messages has the scores of the arms that found it.
_NEAR, _HOLDS = 11, 12


def memory(record: Record) -> StoredMemory:
    """A current memory, or the state of one in a version."""
    return StoredMemory(
        id=record["id"],
        version_id=record["version_id"],
        text=record["text"],
        scope=Scope(record["user_id"], record["agent_id"], record["app_id"], record["run_id"]),
        metadata=json.loads(record["metadata"]),
        categories=tuple(record["categories"]),
        immutable=record["immutable"],
        expiration_date=_moment(record["expires_at"]),
        created_at=from_micros(record["created_at"]),
        updated_at=from_micros(record["updated_at"]),
        event_start=_day(record["event_start"]),
        event_end=_day(record["event_end"]),
    )


def fetched(record: Record) -> tuple[StoredMemory, ...]:
    """Memories that a query returns as lists of the values of `query_files.FIELDS`."""
    return tuple(memory(dict(zip(FIELDS, values, strict=True))) for values in record["memories"])


def version(record: Record, *, with_links: bool) -> StoredVersion:
    """A version, with its links if they were asked for."""
    return StoredVersion(
        id=record["version_id"],
        memory=memory(record),
        event=record["event"],
        recorded_from=from_micros(record["recorded_from"]),
        recorded_to=_moment(record["recorded_to"]),
        change_set=record["change_set"],
        messages=tuple(Message(*message) for message in record["messages"]),
        links=links(record) if with_links else None,
    )


def seen(record: Record) -> tuple[Seen, ...]:
    """The messages that a conversation holds already."""
    return tuple(
        Seen(
            message["digest"],
            from_micros(message["said_at"]),
            tuple((id, text) for id, text in message["memories"]),
            message["withdrawn"],
        )
        for message in record["seen"]
    )


def nearby(record: Record, probes: int) -> Nearby:
    """What is known about new facts. probes: how many there were."""
    known: list[list[Known]] = [[] for _ in range(probes)]
    # A memory that a reset or an erase deleted while the query ran has lost its properties.
    for row in record["known"]:
        if row["memory"]["text"] is not None:
            bonds = tuple((predicate, target) for predicate, target in row["bonds"] if target is not None)
            known[row["place"]].append(Known(memory(row["memory"]), row["similarity"], bonds))
    entities = tuple(Entity(name, type, united) for name, type, united in record["entities"] if name is not None)
    return Nearby(tuple(map(tuple, known)), entities)


def source(row: Sequence[Any]) -> Message:
    """A message that a version is derived from, with the characters of its span."""
    role, content, name, first, last, id = row
    return Message(role, content, name, None if first is None else (first, last), id)


def links(record: Record) -> Links:
    """The entities and relations of a version."""
    return Links(
        tuple(Entity(name, type) for name, type in record["entities"]), tuple(map(relation, record["relations"]))
    )


def past(record: Record) -> Past:
    """A memory as it was at a past time."""
    vector = None if record["vector"] is None else np.array(record["vector"], dtype=np.float32)
    keys, people = _keys(record["entities"])
    return Past(
        memory(record),
        vector,
        keys,
        record["conversation"],
        record["position"],
        people,
        bool(record["verbatim"]),
        record["role"],
        record["speaker"],
    )


def exported(kind: str, record: Record) -> dict[str, Any]:
    """A record of this kind in the form that `graphmem.stores.portable` describes."""
    found = {name: record[name] for name in KINDS[kind]}
    found |= {name: _moment(found[name]) for name in TIMES & found.keys()}
    if kind == "version":
        found["metadata"] = json.loads(found["metadata"])
        found |= {name: _day(found[name]) for name in DATES}
    return found


def named(record: Record) -> Named:
    """An entity, under the spellings that the memories say."""
    same = tuple((id, name, score) for id, name, score in record["same_as"])
    name, aliases = as_said(record["name"], record["aliases"], record["said"])
    return Named(record["id"], name, record["type"], aliases, record["memories"], same)


def findings(record: Record) -> Findings:
    """What the arms of a search found."""
    return Findings(tuple(_candidates(record)), record["plan"] or "none", record["sampled"], tuple(record["shares"]))


def _candidates(record: Record) -> Iterator[Candidate]:
    """Columns hold a value for each candidate; the rest is told once, with the places of the candidates that have it."""
    origins = {place: each for *each, places in record["origins"] for place in places}
    held = _places(enumerate(record["held"]))
    entities = _places((((key, type), places) for key, type, places in sorted(record["entities"])))
    labels = _places((*record["categories"], *sorted(record["predicates"])))
    links = dict(record["links"])
    values = zip(
        record["ids"],
        record["similarities"],
        record["bm25"],
        record["hops"],
        record["positions"],
        record["lengths"],
        record["created"],
        record["starts"],
        record["ends"],
        strict=True,
    )
    for place, (id, similarity, bm25, hops, position, length, created, first, last) in enumerate(values):
        conversation, role, speaker, verbatim = origins.get(place, (None, None, None, False))
        keys, people = _keys(entities.get(place, ()))
        yield Candidate(
            id,
            similarity,
            bm25,
            hops,
            conversation,
            position,
            held=tuple(held.get(place, ())),
            length=length,
            created_at=from_micros(created),
            verbatim=verbatim,
            role=role,
            speaker=speaker,
            entities=keys,
            people=people,
            labels=tuple(labels.get(place, ())),
            links=tuple(Link(*link) for link in links.get(place, ())),
            event=days_between(_day(first), _day(last)),
        )


def _places(shared: Iterable[tuple[T, Iterable[int]]]) -> dict[int, list[T]]:
    """Place → the values that are shared by what stands there, in their order."""
    found: dict[int, list[T]] = {}
    for value, places in shared:
        for place in places:
            found.setdefault(place, []).append(value)
    return found


def said(record: Record, request: SaidRequest, read: int) -> tuple[Said, ...] | None:
    """The messages that were found; None if an arm may find more that may be found, and has to read more. `read`: as it did."""
    rows = record["said"]
    near = sorted((row for row in rows if row[_NEAR] is not None), key=lambda row: (-row[_NEAR], row[0]))
    holding = sorted((row for row in rows if row[_HOLDS] is not None), key=lambda row: (-row[_HOLDS], row[0]))
    for arm, had in ((near, record["near"]), (holding, record["holding"])):
        if had == read and len(arm) < request.limit:
            return None
    text = {row[0]: row[_HOLDS] for row in holding[: request.limit]}
    kept = {row[0] for row in near[: request.limit]} | text.keys()
    found = []
    for id, role, content, name, *ids, said_at, conversation, position, _, _, neighbour, similarity, held in rows:
        # What an arm read beyond its limit.
        if id not in kept and not neighbour:
            continue
        stored = StoredMessage(
            id, Message(role, content, name), Scope(*ids), from_micros(said_at), conversation, position
        )
        candidate = Candidate(
            id,
            similarity,
            text.get(id),
            None,
            conversation,
            position,
            held=tuple(held),
            length=len(content),
            created_at=stored.said_at,
            verbatim=True,
            role=role,
            speaker=name,
        )
        found.append(Said(stored, candidate))
    return tuple(found)


def _keys(entities: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of these entities, each key and type, and those of the people among them."""
    if not entities:
        return (), ()
    found = sorted((key, type) for key, type in entities)
    return tuple(dict.fromkeys(key for key, _ in found)), tuple(key for key, type in found if type == PERSON)


def relation(record: Record) -> StoredRelation:
    """A relation; its ends are ids or names, as the query gives them."""
    return StoredRelation(
        source=record["source"],
        predicate=record["predicate"],
        target=record["target"],
        memory_id=record["memory_id"],
        valid_from=_moment(record["valid_from"]),
        valid_to=_moment(record["valid_to"]),
    )


def related(record: Record) -> Related:
    """A part of the graph."""
    # One for each relation; and what a reset took away while the server read it has no properties any more.
    given = {row["id"]: row for row in (*record["memories"], *(each["memory"] for each in record["asked"]))}
    return Related(
        tuple(relation(row) for row in record["relations"]),
        tuple(memory(row) for row in given.values() if row["text"] is not None),
        tuple(
            Node(id, key, name, type, tuple(aliases))
            for id, key, name, type, aliases in record["entities"]
            if key is not None
        ),
        tuple((min(one, other), max(one, other), score) for one, other, score in record["same"]),
        tuple((each["memory"]["id"], entity) for each in record["asked"] for entity in each["entities"]),
    )


def owner(record: Record) -> Owner:
    """A scope id that has memories."""
    return Owner(
        kind=record["kind"],
        id=record["id"],
        memories=record["memories"],
        created_at=from_micros(record["created_at"]),
        updated_at=from_micros(record["updated_at"]),
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)
