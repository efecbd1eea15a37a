"""What of the graph led a search to a memory: from whom the query means, over which relations."""

from __future__ import annotations

from dataclasses import dataclass

from graphmem.graph.subgraph import Subgraph
from graphmem.model.memory import StoredRelation
from graphmem.model.requests import Candidate
from graphmem.model.walk import Walk

# "My sister" is one relation away from whoever asks, and whom a relation links to her is another.
_FAR = 2


@dataclass(frozen=True, slots=True)
class Lead:
    """How the graph led to a memory.

    Attributes:
        start: the name of the entity that the query means.
        path: the relations from there, with the names of their ends: to what the memory mentions, or the last one is what the memory
            itself says. Empty if it mentions the entity and no relation of it was asked for.
    """

    start: str
    path: tuple[StoredRelation, ...]


class Leads:
    """What was read around those whom a query means.

    Args:
        known: relations of whom the query means, and of those to whom a role leads from there.
    """

    def __init__(self, known: Subgraph, walk: Walk) -> None:
        self._known = known
        self._walk = walk
        starts = known.called((*walk.names, *walk.selves))
        self._meant = starts | held(known, walk)
        # Spot → the relation by which it is reached first.
        self._reached: dict[str, StoredRelation | None] = dict.fromkeys(sorted(starts))
        for _ in range(_FAR):
            further: dict[str, StoredRelation] = {}
            for spot, relation in known.beyond(self._reached.keys(), known.relations):
                further.setdefault(spot, relation)
            self._reached.update(further)

    def to(self, candidate: Candidate) -> Lead | None:
        """How the graph led to a memory; None if it did not, or that is not among what was read."""
        own = self._own(candidate)
        if own:
            # "My sister Anna lives in Berlin" says who she is, too: what is told of her leads further.
            return self._lead(*max(own, key=lambda each: len(self._way(each[0]))))
        mentioned = self._known.called(candidate.entities)
        ways = [(len(self._way(spot)), spot) for spot in mentioned if spot in self._reached]
        if ways:
            return self._lead(min(ways)[1])
        # An entity without relations is not among what was read.
        named = next((key for key in candidate.entities if key in self._walk.names), None)
        return None if named is None else Lead(named, ())

    def _own(self, candidate: Candidate) -> list[tuple[str, StoredRelation]]:
        """The relations that the memory itself says of those who are meant, each with the spot of whom it is about."""
        predicates = {link.predicate for link in candidate.links}
        said = [
            each for each in self._known.relations if each.memory_id == candidate.id and each.predicate in predicates
        ]
        ends = ((self._meant.intersection(self._known.ends(each)), each) for each in said)
        return [(min(spots, key=lambda spot: (len(self._way(spot)), spot)), each) for spots, each in ends if spots]

    def _lead(self, spot: str, *own: StoredRelation) -> Lead:
        path = (*self._way(spot), *own)
        starts = (
            [id for id in (path[0].source, path[0].target) if self._is_start(id)]
            if path
            else self._known.members({spot})
        )
        return Lead(self._known.entities[starts[0]].name, tuple(map(self._named, path)))

    def _way(self, spot: str) -> tuple[StoredRelation, ...]:
        way: tuple[StoredRelation, ...] = ()
        while (relation := self._reached.get(spot)) is not None:
            way = (relation, *way)
            source, target = self._known.ends(relation)
            spot = source if target == spot else target
        return way

    def _is_start(self, entity_id: str) -> bool:
        spot = self._known.spot(entity_id)
        return spot in self._reached and self._reached[spot] is None

    def _named(self, relation: StoredRelation) -> StoredRelation:
        source, target = (self._known.entities[id].name for id in (relation.source, relation.target))
        return StoredRelation(
            source, relation.predicate, target, relation.memory_id, relation.valid_from, relation.valid_to
        )


def held(known: Subgraph, walk: Walk) -> set[str]:
    """The spots to which a role leads ("my sister"), from those whom the query means."""
    whose = known.called((*walk.names, *(walk.selves if walk.roles_of_self else ())))
    found = set()
    for relation in known.relations:
        source, target = known.ends(relation)
        if source in whose and walk.leads(relation.predicate, outward=True):
            found.add(target)
        if target in whose and walk.leads(relation.predicate, outward=False):
            found.add(source)
    return found - whose
