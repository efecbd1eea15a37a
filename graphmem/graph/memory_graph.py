"""Memories as a graph of networkx: who has them, what they mention, and how that relates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import networkx as nx

from graphmem.graph.drawing import svg
from graphmem.model.memory import StoredMemory
from graphmem.model.related import Related

if TYPE_CHECKING:
    # At run time no version of networkx needs brackets, and not every one takes them.
    _MultiDiGraph = nx.MultiDiGraph[str]
else:
    _MultiDiGraph = nx.MultiDiGraph


class MemoryGraph(_MultiDiGraph):
    """A `networkx.MultiDiGraph` that a notebook shows as a picture: all of networkx works on it.

    Nodes are owners (``user:alex``, ``agent:…``, ``app:…``, ``run:…``), memories and entities (both by id). Each has a `kind` (user, agent,
    app, run, memory or entity) and a `label` for people; an entity also `type` and `aliases`, a memory `categories` and `created_at`.

    Edges go from owners to memories and from memories to entities (their keys are HAS_MEMORY and MENTIONS), and between entities: a
    relation for each memory that supports it, with `relationship`, `memory_id`, `valid_from` and `valid_to`; SAME_AS, with a `score` in
    [0, 1], links entities that count as one. Each edge has a `label`. Times are ISO 8601 in UTC with offset, or None.

    Attributes:
        graph: ``memories`` is how many there are within the conditions, of which the graph has the newest.
    """

    def _repr_svg_(self) -> str:
        return svg(self)


def memory_graph(memories: Sequence[StoredMemory], total: int, related: Related) -> MemoryGraph:
    """The graph of these memories, out of `total`, with what they mention and support."""
    graph = MemoryGraph(memories=total)
    for memory in memories:
        graph.add_node(
            memory.id,
            kind="memory",
            label=memory.text,
            categories=list(memory.categories),
            created_at=memory.created_at.isoformat(),
        )
        for field, id in memory.scope.ids.items():
            kind = field.removesuffix("_id")
            graph.add_node(f"{kind}:{id}", kind=kind, label=id)
            graph.add_edge(f"{kind}:{id}", memory.id, key="HAS_MEMORY", label="has memory")
    mentioned = {id for _, id in related.mentions} | {
        id for each in related.relations for id in (each.source, each.target)
    }
    for entity in sorted(related.entities, key=lambda each: (each.key, each.type, each.id)):
        if entity.id in mentioned:
            graph.add_node(entity.id, kind="entity", label=entity.name, type=entity.type, aliases=list(entity.aliases))
    for memory_id, entity_id in sorted(related.mentions):
        graph.add_edge(memory_id, entity_id, key="MENTIONS", label="mentions")
    for relation in related.relations:
        graph.add_edge(
            relation.source,
            relation.target,
            label=relation.predicate.replace("_", " "),
            relationship=relation.predicate,
            memory_id=relation.memory_id,
            valid_from=_iso(relation.valid_from),
            valid_to=_iso(relation.valid_to),
        )
    for one, other, score in sorted(related.same):
        if one in mentioned and other in mentioned:
            graph.add_edge(one, other, key="SAME_AS", label="same as", score=score)
    return graph


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
