"""What was read of the graph so far: relations between entities, of which those that count as the same are one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from graphmem.model.loading import imported
from graphmem.model.memory import StoredMemory, StoredRelation
from graphmem.model.related import Node, Related

# A relation is one for each memory that supports it.
_Key = tuple[str, str, str, str]


class Subgraph:
    """Grows with each answer of the store.

    Entities that count as the same are one *spot*, which is called by the id of one of them.

    Attributes:
        entities: by id. memories: by id. relations: with ends by entity id, in the order in which they were read.
    """

    def __init__(self) -> None:
        # Imported late: most calls don't need it, and it takes a third of a second.
        imported("networkx")
        import networkx as nx

        self.entities: dict[str, Node] = {}
        self.memories: dict[str, StoredMemory] = {}
        self._relations: dict[_Key, StoredRelation] = {}
        self._spots: nx.utils.UnionFind[str] = nx.utils.UnionFind()

    @property
    def relations(self) -> Collection[StoredRelation]:
        return self._relations.values()

    def add(self, read: Related) -> list[StoredRelation]:
        """Take in what was read; the relations that are new, in its order."""
        self.entities.update((each.id, each) for each in read.entities)
        self.memories.update((each.id, each) for each in read.memories)
        for one, other, _ in sorted(read.same):
            self._spots.union(one, other)
        new = []
        for relation in read.relations:
            key = (relation.source, relation.predicate, relation.target, relation.memory_id)
            if key not in self._relations:
                self._relations[key] = relation
                new.append(relation)
        return new

    def spot(self, entity_id: str) -> str:
        return self._spots[entity_id]

    def ends(self, relation: StoredRelation) -> tuple[str, str]:
        """The spots that it links: its source's and its target's."""
        return self.spot(relation.source), self.spot(relation.target)

    def called(self, keys: Iterable[str]) -> set[str]:
        """The spots of the entities that have one of these keys."""
        wanted = frozenset(keys)
        return {self.spot(each.id) for each in self.entities.values() if each.key in wanted}

    def members(self, spots: Collection[str]) -> tuple[str, ...]:
        """The ids of all entities of these spots."""
        return tuple(id for id in self.entities if self.spot(id) in spots)

    def beyond(
        self, spots: Collection[str], relations: Iterable[StoredRelation]
    ) -> Iterator[tuple[str, StoredRelation]]:
        """The spots outside of these to which the relations lead from one of them, each with the relation."""
        for relation in relations:
            source, target = self.ends(relation)
            if (source in spots) != (target in spots):
                yield (target if source in spots else source), relation
