"""The graph arm of a search where no store walks the graph: over the memories and relations of one scope. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphmem.model.requests import Past
from graphmem.model.walk import Anchor, Link, Walk, begins

# Owner and key of an entity: one user's Anna is not another's.
_End = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation in force: keys of its ends, and the id of the memory that supports it."""

    source: str
    predicate: str
    target: str
    memory_id: str


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found, by index of a row: how far it is from whom the query means, and the relations that it supports."""

    hops: Mapping[int, int] = field(default_factory=dict)
    links: Mapping[int, tuple[Link, ...]] = field(default_factory=dict)


def walk(rows: Sequence[Past], edges: Iterable[Edge], start: Walk, found: Collection[int]) -> Walked:
    """What the graph arm finds among these rows.

    Args:
        edges: those of memories that are not among the rows are ignored.
        found: indices of the rows that the other arms found.
    """
    owner_of = {row.memory.id: row.memory.scope.owner for row in rows}
    owners = {*start.owners, *(rows[index].memory.scope.owner for index in found if rows[index].entities)}
    named: set[_End] = {(owner, key) for owner in owners for key in start.names}
    selves = {(owner, key) for owner in owners for key in start.selves} - named
    known = [(owner_of[edge.memory_id], edge) for edge in edges if edge.memory_id in owner_of]
    led_from = named | selves if start.roles_of_self else named
    held = {
        end
        for owner, edge in known
        for end, outward in (((owner, edge.target), True), ((owner, edge.source), False))
        if (owner, edge.source if outward else edge.target) in led_from
        and start.leads(edge.predicate, outward=outward)
    } - selves - named  # fmt: skip
    anchors: dict[_End, Anchor] = {
        **dict.fromkeys(selves, "self"),
        **dict.fromkeys(held, "role"),
        **dict.fromkeys(named, "named"),
    }
    links: dict[str, list[Link]] = defaultdict(list)
    near: set[_End] = set()
    for owner, edge in known:
        for end, other, outward in ((edge.source, edge.target, True), (edge.target, edge.source, False)):
            anchor = anchors.get((owner, end))
            if anchor is not None and begins(edge.predicate, start.relations):
                links[edge.memory_id].append(Link(anchor, edge.predicate, outward))
            if anchor in ("named", "role"):
                near.add((owner, other))
    return Walked(
        _hops(rows, named | held, near - selves),
        {index: tuple(links[row.memory.id]) for index, row in enumerate(rows) if row.memory.id in links},
    )


def _hops(rows: Sequence[Past], meant: Collection[_End], near: Collection[_End]) -> dict[int, int]:
    """0 for memories that mention somebody who is meant, 1 for those that mention one whom a relation links to that one."""
    hops: dict[int, int] = {}
    for index, row in enumerate(rows):
        ends = [(row.memory.scope.owner, key) for key in row.entities]
        if any(end in meant for end in ends):
            hops[index] = 0
        elif any(end in near for end in ends):
            hops[index] = 1
    return hops
