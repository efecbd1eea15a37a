"""What the in-memory store answers. Each method reads one graph, which does not change meanwhile."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from graphmem.filters.to_python import condition
from graphmem.history.as_of import candidates
from graphmem.model.filter import Filter
from graphmem.model.memory import (
    SCOPE_FIELDS,
    Entity,
    Links,
    Message,
    Scope,
    StoredMemory,
    StoredRelation,
    StoredVersion,
)
from graphmem.model.requests import (
    Findings,
    Known,
    Listing,
    Named,
    Nearby,
    NearRequest,
    Owner,
    Past,
    Probe,
    SearchRequest,
    Seen,
    SeenRequest,
    VersionsRequest,
)
from graphmem.model.said import Said, SaidRequest, StoredMessage
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.stores.portable import scope_of
from tests.contract.memory_graph import Graph, Record, SharedMemory, is_current, owned


class Answers:
    """The methods of a store that only read."""

    def __init__(self, shared: SharedMemory) -> None:
        self._shared = shared

    def search(self, request: SearchRequest) -> Findings:
        """As in the past, but that a name leads to those that count as the same, too."""
        graph = self._shared.graph
        rows = [_with_lookalikes(graph, row) for row in graph.visible(request.filter, request.now)]
        findings = candidates(rows, list(_links(graph, rows)), request)
        return replace(findings, plan="none" if request.vector is None else "exact")

    def said(self, request: SaidRequest) -> Sequence[Said]:
        graph = self._shared.graph
        meets = condition(request.filter)
        stored = {row["id"]: row for row in graph.messages.values() if scope_of(row) is not None}
        rows = [
            Past(memory, row["vector"], (), row["conversation"], row["position"], (), True, row["role"], row["name"])
            for row in stored.values()
            if meets(memory := _as_memory(row)) and _may_be_found(graph, row, request)
        ]
        asked = SearchRequest(
            request.filter,
            request.now,
            request.vector,
            request.terms,
            by_words=request.by_words,
            limit=request.limit,
            around=request.around,
            reach=request.reach,
            sample=0,
        )
        found = candidates(rows, (), asked).candidates
        return [Said(_stored(stored[each.id]), each) for each in found]

    def nearest(self, request: NearRequest) -> Nearby:
        graph = self._shared.graph
        rows = graph.visible(request.filter, request.now)
        known = tuple(
            (*_same(graph, probe), *_close(graph, rows, probe, request), *_bound(graph, rows, probe, request.owner))
            for probe in request.probes
        )
        theirs = [row for row in graph.entities.values() if row["owner"] == request.owner]
        theirs.sort(key=lambda row: (row["key"], row["type"]))
        wanted: dict[str, Entity] = {}
        groups = [[row for row in theirs if row["key"].startswith(prefix)] for prefix in request.key_prefixes]
        groups += [[row for row in theirs if row["key"].split(" ")[-1] == ending] for ending in request.key_endings]
        for matching in groups:
            wanted.update(
                (row["id"], Entity(row["name"], row["type"], bool(list(graph.lookalikes(row["id"])))))
                for row in matching[: request.entities_per_prefix]
            )
        return Nearby(known, tuple(wanted.values()))

    def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        graph = self._shared.graph
        derived: dict[str, set[str]] = defaultdict(set)
        for row in graph.versions():
            for source in row["sources"]:
                derived[source[0]].add(row["memory_id"])
        messages = [
            _seen(message, [graph.chains[memory_id][-1] for memory_id in sorted(derived[message["id"]])])
            for message in graph.messages.values()
            if (message["conversation"], message["read_by"]) == (request.conversation, request.read_by)
            and message["digest"] in request.digests
        ]
        ids = [graph.identities[identity] for identity in request.identities if identity in graph.identities]
        return messages, {graph.chains[id][-1]["text"] for id in ids}

    def select(
        self,
        filter: Filter,
        now: datetime | None,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
    ) -> Listing:
        memories = [row.memory for row in self._shared.graph.visible(filter, now)]
        if ids is not None:
            by_id = {memory.id: memory for memory in memories}
            chosen = tuple(by_id[id] for id in ids if id in by_id)
            return Listing(chosen, len(chosen))
        memories.sort(key=lambda memory: (-to_micros(memory.created_at), memory.id))
        end = None if limit is None else offset + limit
        return Listing(tuple(memories[offset:end]), len(memories))

    def ids(self, filter: Filter) -> Sequence[str]:
        return [memory.id for memory in self.select(filter, None).memories]

    def past(
        self,
        filter: Filter,
        at: datetime,
        query: Vector | None = None,
        ids: Sequence[str] | None = None,
        *,
        whole: bool = True,
    ) -> Sequence[Past]:
        graph = self._shared.graph
        meets = condition(filter)
        rows = (
            row
            for row in graph.versions()
            if _between(at, row["recorded_from"], row["recorded_to"]) and (ids is None or row["memory_id"] in ids)
        )
        # As little as a store may tell.
        said = {} if ids is None else graph.messages_at()
        then = [graph.state(row, said) for row in rows if row["event"] != "DELETE"]
        return [row for row in then if meets(row.memory)]

    def versions(self, request: VersionsRequest) -> Sequence[StoredVersion]:
        graph = self._shared.graph
        rows = list(graph.versions())
        calls = {request.call, *(row["change_set"] for row in rows if row["id"] == request.call)} - {None}
        scope = None if request.scope is None else request.scope.ids.items()
        wanted = {
            row["memory_id"]
            for row in rows
            if row["memory_id"] in request.memory_ids
            or row["change_set"] in calls
            or (scope is not None and scope <= row.items())
        }
        return [_version(graph, row, request) for row in rows if row["memory_id"] in wanted]

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[StoredRelation]:
        graph = self._shared.graph
        entities = graph.entities

        def order(row: Record) -> tuple[datetime, str, str, str]:
            return row["recorded_at"], entities[row["source"]]["key"], row["predicate"], entities[row["target"]]["key"]

        return [
            _relation(row, entities[row["source"]]["name"], entities[row["target"]]["name"])
            for id in ids
            for row in sorted(graph.relations.get(id, ()), key=order)
            if (row["retracted_at"] is None if at is None else _between(at, row["recorded_at"], row["retracted_at"]))
            and (valid_at is None or _between(valid_at, row["valid_from"], row["valid_to"]))
        ]

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        graph = self._shared.graph
        answer: dict[str, list[Message]] = {}
        for row in filter(None, map(graph.current, ids)):
            derived = [(graph.messages[id], first, last) for id, first, last in row["sources"]]
            for message, first, last in sorted(derived, key=lambda source: int(source[0]["position"])):
                span = None if first is None else (first, last)
                answer.setdefault(row["memory_id"], []).append(replace(_message(message), span=span, id=message["id"]))
        return answer

    def entities(
        self, filter: Filter, now: datetime, ids: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> Sequence[Named]:
        graph = self._shared.graph
        visible = [graph.chains[row.memory.id][-1] for row in graph.visible(filter, now)]
        mentions = Counter(id for row in visible for id in row["entities"])
        rows = [graph.entities[id] for id in mentions if ids is None or id in ids]
        rows = [row for row in rows if keys is None or row["key"] in keys]

        def told(row: Record) -> tuple[str, tuple[str, ...]]:
            texts = [seen["text"] for seen in visible if row["id"] in seen["entities"]]
            said = [each for each in (row["name"], *row["aliases"]) if any(each in text for text in texts)]
            first = said[0] if said and row["aliases"] else row["name"]
            return first, tuple(said[1:])

        return [
            Named(
                row["id"],
                told(row)[0],
                row["type"],
                told(row)[1],
                mentions[row["id"]],
                tuple(
                    (other["id"], other["name"], score)
                    for other, score in graph.lookalikes(row["id"])
                    if other["id"] in mentions
                ),
            )
            for row in sorted(rows, key=lambda row: (row["key"], row["type"], row["id"]))
        ]

    def owners(self, filter: Filter) -> Sequence[Owner]:
        memories = [row.memory for row in self._shared.graph.visible(filter, None)]
        owners = []
        for field in SCOPE_FIELDS:
            for id in sorted({id for memory in memories if (id := getattr(memory.scope, field)) is not None}):
                theirs = [memory for memory in memories if getattr(memory.scope, field) == id]
                first, last = min(m.created_at for m in theirs), max(m.updated_at for m in theirs)
                owners.append(Owner(field.removesuffix("_id"), id, len(theirs), first, last))
        return owners

    def _counts(self) -> dict[str, int]:
        graph = self._shared.graph
        memories = [chain[-1] for chain in graph.chains.values() if is_current(chain[-1])]
        return {
            "memories": len(memories),
            "versions": len(list(graph.versions())),
            "messages": len(graph.messages),
            "entities": len(graph.entities),
            "relations": sum(len(list(graph.in_force(id))) for id in graph.relations),
            **{name.replace("_id", "s"): len({row[name] for row in memories} - {None}) for name in SCOPE_FIELDS},
        }


def _as_memory(message: Record) -> StoredMemory:
    """A memory that says what the message does."""
    scope, at = scope_of(message) or Scope(), message["said_at"]
    return StoredMemory(message["id"], message["content"], scope, "", created_at=at, updated_at=at)


def _stored(row: Record) -> StoredMessage:
    scope = scope_of(row) or Scope()
    return StoredMessage(row["id"], _message(row), scope, row["said_at"], row["conversation"], row["position"])


def _may_be_found(graph: Graph, message: Record, request: SaidRequest) -> bool:
    """By what became of the memories that it gave, or else of those that its call gave."""

    def known(row: Record) -> bool:
        return request.at is None or row["recorded_from"] <= request.at

    def withheld(memory_id: str) -> bool:
        row = [row for row in graph.chains[memory_id] if known(row)][-1]
        expired = row["expires_at"] is not None and row["expires_at"] <= request.now
        return expired or (row["event"] == "DELETE" and not row["sources"])

    versions = [row for row in graph.versions() if known(row)]
    derived = {row["memory_id"] for row in versions if any(message["id"] == id for id, *_ in row["sources"])}
    if derived:
        return not any(map(withheld, derived))
    return not all(withheld(row["memory_id"]) for row in versions if row["change_set"] == message["change_set"])


def _keys(graph: Graph, entity_id: str) -> set[str]:
    """Of an entity and of those that count as the same."""
    return {graph.entities[entity_id]["key"], *(other["key"] for other, _ in graph.lookalikes(entity_id))}


def _with_lookalikes(graph: Graph, row: Past) -> Past:
    ids = graph.chains[row.memory.id][-1]["entities"]
    return replace(row, entities=tuple(sorted({key for id in ids for key in _keys(graph, id)})))


def _links(graph: Graph, rows: Sequence[Past]) -> Iterator[StoredRelation]:
    """The relations that these memories support, once for each pair of names that both ends are known by."""
    for row in rows:
        for relation in graph.in_force(row.memory.id):
            for source in _keys(graph, relation["source"]):
                for target in _keys(graph, relation["target"]):
                    yield StoredRelation(source, relation["predicate"], target, row.memory.id)


def _same(graph: Graph, probe: Probe) -> list[Known]:
    id = graph.identities.get(probe.identity)
    return [] if id is None else [Known(owned(graph.chains[id][-1]))]


def _close(graph: Graph, rows: Sequence[Past], probe: Probe, request: NearRequest) -> list[Known]:
    if probe.vector is None:
        return []
    memories = {row.memory.id: row.memory for row in rows}
    asked = SearchRequest(request.filter, request.now, probe.vector, limit=request.limit, reach=0)
    scored = candidates(rows, (), asked).candidates
    best = sorted((-each.vector, each.id) for each in scored if each.vector and each.vector >= request.floor)
    return [Known(memories[id], -score) for score, id in best]


def _bound(graph: Graph, rows: Sequence[Past], probe: Probe, owner: str) -> list[Known]:
    """The memories that say of these subjects what the fact may end."""
    ends = {(owner, subject, predicate) for subject, predicates in probe.bonds for predicate in predicates}
    known = []
    for row in rows:
        bonds = []
        for relation in graph.in_force(row.memory.id):
            source, target = graph.entities[relation["source"]], graph.entities[relation["target"]]
            if (source["owner"], source["key"], relation["predicate"]) in ends:
                bonds.append((relation["predicate"], target["key"]))
        known += [Known(row.memory, bonds=tuple(bonds))] if bonds else []
    return known


def _seen(message: Record, newest: Sequence[Record]) -> Seen:
    """`newest`: of the memories that were derived from the message."""
    return Seen(
        message["digest"],
        message["said_at"],
        tuple((row["memory_id"], row["text"]) for row in newest if row["event"] != "DELETE"),
        # What a message withdrew has that message as its source.
        any(row["event"] == "DELETE" and not row["sources"] for row in newest),
    )


def _version(graph: Graph, row: Record, request: VersionsRequest) -> StoredVersion:
    messages = [m for m in graph.messages.values() if request.messages and m["change_set"] == row["change_set"]]
    messages.sort(key=lambda message: int(message["position"]))
    return StoredVersion(
        id=row["id"],
        memory=owned(row),
        event=row["event"],
        recorded_from=row["recorded_from"],
        recorded_to=row["recorded_to"],
        messages=tuple(map(_message, messages)),
        change_set=row["change_set"],
        links=_named_and_supported(graph, row) if request.links else None,
    )


def _named_and_supported(graph: Graph, row: Record) -> Links:
    named = sorted((graph.entities[id] for id in row["entities"]), key=lambda entity: (entity["key"], entity["type"]))
    return Links(
        tuple(Entity(entity["name"], entity["type"]) for entity in named),
        tuple(
            _relation(relation, relation["source"], relation["target"])
            for relation in graph.relations.get(row["memory_id"], ())
            if _between(row["recorded_from"], relation["recorded_at"], relation["retracted_at"])
        ),
    )


def _relation(row: Record, source: str, target: str) -> StoredRelation:
    return StoredRelation(source, row["predicate"], target, row["memory_id"], row["valid_from"], row["valid_to"])


def _message(row: Record) -> Message:
    return Message(row["role"], row["content"], row["name"])


def _between(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or start <= at) and (end is None or at < end)
