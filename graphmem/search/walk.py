"""The graph arm of a search where no store walks the graph: over the memories and relations of one scope. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress, count
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from graphmem.model.memory import Scope, StoredRelation, entity_key
from graphmem.model.requests import Past
from graphmem.model.walk import Anchor, Link, Walk, begins

# Owner and key of an entity: one user's Anna is not another's.
_End: TypeAlias = tuple[str, str]


class _Edge(NamedTuple):
    source: _End
    predicate: str
    target: _End
    memory_id: str

    def ways(self) -> tuple[tuple[_End, _End, bool], tuple[_End, _End, bool]]:
        """One end, the other end, and whether it leads from the one to the other."""
        return (self.source, self.target, True), (self.target, self.source, False)


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found, by index of a row: how far it is from whom the query means, and the relations that it supports."""

    hops: Mapping[int, int] = field(default_factory=dict)
    links: Mapping[int, tuple[Link, ...]] = field(default_factory=dict)


def walk(rows: Sequence[Past], relations: Iterable[StoredRelation], start: Walk, found: Collection[int]) -> Walked:
    """What the graph arm finds among these rows.

    Args:
        relations: in force, with the names of their ends. Those of memories that are not among the rows are ignored.
        found: indices of the rows that the other arms found.
    """
    relations = list(relations)
    owner_of = lru_cache(maxsize=None)(lambda scope: str(scope.owner))
    supporting = {each.memory_id for each in relations}
    owners_of = {row.id: owner_of(row.scope) for row in rows if row.id in supporting} if supporting else {}
    owners = {*start.owners, *(owner_of(rows[index].scope) for index in found if rows[index].entities)}
    named: set[_End] = {(owner, key) for owner in owners for key in start.names}
    selves = {(owner, key) for owner in owners for key in start.selves} - named
    known = [
        _Edge((owner, entity_key(each.source)), each.predicate, (owner, entity_key(each.target)), each.memory_id)
        for each in relations
        if (owner := owners_of.get(each.memory_id)) is not None
    ]
    led_from = named | selves if start.roles_of_self else named
    held = {
        other
        for edge in known
        for end, other, outward in edge.ways()
        if end in led_from and start.leads(edge.predicate, outward=outward)
    }
    held -= selves | named
    anchors: dict[_End, Anchor] = {
        **dict.fromkeys(selves, "self"),
        **dict.fromkeys(held, "role"),
        **dict.fromkeys(named, "named"),
    }
    links: dict[str, list[Link]] = defaultdict(list)
    near: set[_End] = set()
    for edge in known:
        for end, other, outward in edge.ways():
            anchor = anchors.get(end)
            if anchor is not None and begins(edge.predicate, start.relations):
                links[edge.memory_id].append(Link(anchor, edge.predicate, outward))
            if anchor in ("named", "role"):
                near.add(other)
    return Walked(
        _hops(rows, named | held, near - selves, owner_of),
        {index: tuple(links[row.id]) for index, row in enumerate(rows) if row.id in links} if links else {},
    )


def held(relations: Iterable[StoredRelation], start: Walk) -> set[str]:
    """Keys of those to whom a role leads, whoever's: relations of theirs are to be read as well."""
    whose = {*start.names, *(start.selves if start.roles_of_self else ())}
    found = set()
    for each in relations:
        source, target = entity_key(each.source), entity_key(each.target)
        if source in whose and start.leads(each.predicate, outward=True):
            found.add(target)
        if target in whose and start.leads(each.predicate, outward=False):
            found.add(source)
    return found - whose


def _hops(
    rows: Sequence[Past], meant: Collection[_End], near: Collection[_End], owner_of: Callable[[Scope], str]
) -> dict[int, int]:
    """0 for memories that mention somebody who is meant, 1 for those that mention somebody whom a relation links to whoever is meant."""
    hops: dict[int, int] = {}
    keys = frozenset(key for _, key in (*meant, *near))
    for index in mentioning(rows, keys):
        row = rows[index]
        ends = [(owner_of(row.scope), key) for key in row.entities]
        if any(end in meant for end in ends):
            hops[index] = 0
        elif any(end in near for end in ends):
            hops[index] = 1
    return hops


def mentioning(rows: Sequence[Past], keys: Set[str]) -> Iterator[int]:
    """Indices of the rows that mention an entity with one of these keys."""
    if not keys:
        return iter(())
    # Rows may be very many, and have the same few entities.
    mentions = list(map(attrgetter("mentions"), rows))
    wanted = {each for each, row in dict(zip(mentions, rows, strict=True)).items() if not keys.isdisjoint(row.entities)}
    return compress(count(), map(wanted.__contains__, mentions))
