"""Which relations the in-memory store tells of, with the memories and the entities that they need."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from graphmem.filters.to_python import condition
from graphmem.model.memory import StoredMemory, StoredRelation
from graphmem.model.related import Node, Related, RelatedRequest
from graphmem.model.times import to_micros
from tests.contract.memory_graph import Graph, Record, is_current, owned


def related(graph: Graph, request: RelatedRequest) -> Related:
    told = {row["memory_id"]: owned(row) for row in _versions(graph, request)}
    wanted = [(told[row["memory_id"]], row) for row in _relations(graph, request, told)]
    wanted.sort(key=lambda each: _order(graph, *each))
    wanted = wanted[: request.limit]
    rows = [row for _, row in wanted]
    asked = [] if request.memories is None else [row for row in _versions(graph, request) if _asked(request, row)]
    mentions = [(row["memory_id"], id) for row in asked for id in row["entities"]]
    entities = _united(
        graph, {row[end] for row in rows for end in ("source", "target")} | {id for _, id in mentions}, request.at
    )
    memories = {memory.id: memory for memory, _ in wanted} | {row["memory_id"]: told[row["memory_id"]] for row in asked}
    return Related(
        tuple(
            StoredRelation(
                row["source"], row["predicate"], row["target"], row["memory_id"], row["valid_from"], row["valid_to"]
            )
            for row in rows
        ),
        tuple(memories.values()),
        tuple(_node(graph.entities[id]) for id in entities),
        tuple((*pair, row["score"]) for pair, row in _pairs(graph, request.at) if entities.issuperset(pair)),
        tuple(mentions),
    )


def _versions(graph: Graph, request: RelatedRequest) -> Iterable[Record]:
    """What may support a relation: one version of a memory at most."""
    meets = condition(request.filter)
    for row in graph.versions():
        if request.at is None:
            alive = is_current(row) and (row["expires_at"] is None or row["expires_at"] > request.now)
        else:
            alive = row["event"] != "DELETE" and _in_force(row["recorded_from"], row["recorded_to"], request.at)
        if alive and meets(owned(row)):
            yield row


def _asked(request: RelatedRequest, row: Record) -> bool:
    return request.memories is None or row["memory_id"] in request.memories


def _relations(graph: Graph, request: RelatedRequest, told: Collection[str]) -> Iterable[Record]:
    def meant(ids: Iterable[str] | None, keys: Iterable[str] | None) -> set[str]:
        wanted = set(keys or ())
        return _united(
            graph, {*(ids or ()), *(id for id, row in graph.entities.items() if row["key"] in wanted)}, request.at
        )

    near = meant(request.ids, request.near)
    source, target = meant((), request.source), meant((), request.target)
    for memory_id, rows in graph.relations.items():
        for row in rows:
            ends = {row["source"], row["target"]}
            if (
                memory_id in told
                and _asked(request, row)
                and _in_force(row["recorded_at"], row["retracted_at"], request.at)
                and (request.valid_at is None or _holds(row, request.valid_at))
                and (request.predicate in (None, row["predicate"]))
                and ((request.ids is request.near is None) or not near.isdisjoint(ends))
                and (request.source is None or row["source"] in source)
                and (request.target is None or row["target"] in target)
            ):
                yield row


def _in_force(start: datetime, end: datetime | None, at: datetime | None) -> bool:
    return end is None if at is None else start <= at and (end is None or at < end)


def _holds(row: Record, at: datetime) -> bool:
    start, end = row["valid_from"], row["valid_to"]
    return (start is None or start <= at) and (end is None or at < end)


def _pairs(graph: Graph, at: datetime | None) -> list[tuple[tuple[str, str], Record]]:
    return [(pair, row) for pair, row in graph.same.items() if _in_force(row["recorded_at"], row["retracted_at"], at)]


def _united(graph: Graph, ids: Iterable[str], at: datetime | None) -> set[str]:
    """These entities and all that count as the same."""
    found, pairs = {id for id in ids if id in graph.entities}, _pairs(graph, at)
    while more := {id for pair, _ in pairs if not found.isdisjoint(pair) for id in pair} - found:
        found |= more
    return found


def _order(graph: Graph, memory: StoredMemory, row: Record) -> tuple[int, str, datetime, str, str, str]:
    source, target = graph.entities[row["source"]]["key"], graph.entities[row["target"]]["key"]
    return -to_micros(memory.created_at), memory.id, row["recorded_at"], source, row["predicate"], target


def _node(row: Record) -> Node:
    return Node(row["id"], row["key"], row["name"], row["type"], tuple(row["aliases"]))
