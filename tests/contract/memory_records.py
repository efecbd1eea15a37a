"""The in-memory store as records, out and in, and what may be wrong with what came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from tests.contract.memory_graph import Graph, Record


def dump(graph: Graph, kind: str) -> list[Record]:
    """All of a kind, in the order of an export."""
    match kind:
        case "message":
            return sorted(graph.messages.values(), key=lambda row: str(row["id"]))
        case "entity":
            return sorted(graph.entities.values(), key=lambda row: str(row["id"]))
        case "same":
            return [row for _, row in sorted(graph.same.items())]
        case "version":
            return [row for _, chain in sorted(graph.chains.items()) for row in chain]
    relations = [row for _, rows in sorted(graph.relations.items()) for row in rows]
    return sorted(relations, key=_relation_key)


def load(graph: Graph, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Those that were not there before; how many these were."""
    return sum(_load(graph, kind, dict(row)) for row in rows)


def _load(graph: Graph, kind: str, row: Record) -> bool:
    match kind:
        case "message":
            return graph.messages.setdefault(row["id"], row) is row
        case "entity":
            return graph.entities.setdefault(row["id"], row) is row
        case "same":
            known = {row["one"], row["other"]} <= graph.entities.keys()
            return known and graph.same.setdefault((row["one"], row["other"]), row) is row
        case "version":
            return graph.insert(row)
    rows = graph.relations.get(row["memory_id"], ())
    new = {row["source"], row["target"]} <= graph.entities.keys() and _relation_key(row) not in map(_relation_key, rows)
    if new:
        graph.relations[row["memory_id"]] = (*rows, row)
    return new


def _relation_key(row: Record) -> tuple[Any, ...]:
    return row["memory_id"], row["recorded_at"], row["source"], row["predicate"], row["target"]


def problems(graph: Graph) -> list[tuple[str, str]]:
    """What the doctor finds. What is current follows from the chains here, so nothing can be said of it that they don't say."""
    wrong: list[tuple[str, str]] = []
    for memory_id, chain in graph.chains.items():
        if [row["number"] for row in chain] != list(range(1, len(chain) + 1)):
            wrong.append(("numbers", memory_id))
        for before, row, after in zip((None, *chain), chain, (*chain[1:], None), strict=False):
            ends = after["recorded_from"] if after else None
            if row["recorded_to"] != ends or (ends is not None and ends < row["recorded_from"]):
                wrong.append(("intervals", row["id"]))
            if (row["event"] == "ADD") != (before is None or before["event"] == "DELETE"):
                wrong.append(("events", row["id"]))
    wrong += [("orphans", id) for id in graph.orphans(graph.entities)]
    wrong += [("unsupported", id) for id in graph.relations if graph.current(id) is None and any(graph.in_force(id))]
    return wrong + [("strangers", id) for id in _strangers(graph)]


def repair(graph: Graph, at: datetime) -> None:
    """Drop entities that nothing needs, retract relations that nothing supports, and let a version end when the next one begins."""
    for memory_id, chain in graph.chains.items():
        starts = list(accumulate((row["recorded_from"] for row in chain), max))
        ends = (*starts[1:], None)
        graph.chains[memory_id] = tuple(
            {**row, "recorded_from": start, "recorded_to": end}
            for row, start, end in zip(chain, starts, ends, strict=True)
        )
    graph.drop_entities(graph.orphans(graph.entities))
    for memory_id, rows in graph.relations.items():
        if graph.current(memory_id) is None:
            retracted = tuple(row if row["retracted_at"] else {**row, "retracted_at": at} for row in rows)
            graph.relations[memory_id] = retracted


def _strangers(graph: Graph) -> set[str]:
    """Entities of one owner that a memory or relation of another one has."""
    named: dict[str, set[tuple[str | None, ...]]] = {}
    for row in graph.versions():
        for id in row["entities"]:
            # Runs share them.
            named.setdefault(id, set()).add((row["user_id"], row["agent_id"], row["app_id"]))
    strangers = {id for id, owners in named.items() if len(owners) > 1}
    relations = [row for rows in graph.relations.values() for row in rows]
    owner = {id: row["owner"] for id, row in graph.entities.items()}
    return strangers | {row["source"] for row in relations if owner[row["source"]] != owner[row["target"]]}
