"""Who and what lies around an entity, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from graphmem.graph.subgraph import Subgraph
from graphmem.model.memory import StoredRelation
from graphmem.model.related import Node, Related


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity near another one.

    Attributes:
        entity: where several count as one, the one that the first of the relations names.
        hops: how many relations lead to it, at least.
        relations: those that lead to it from entities one step nearer, of the newest memories first; ends by id.
    """

    entity: Node
    hops: int
    relations: tuple[StoredRelation, ...]


class Around:
    """Grows by a step with each answer of the store: ask for what is at the `border`, and `add` the answer.

    Attributes:
        border: the spots of the last step; None before the first one, when `keys` are to be asked for.
    """

    def __init__(self, keys: tuple[str, ...], most: int) -> None:
        self.known = Subgraph()
        self.keys = keys
        self.border: set[str] | None = None
        self._most = most
        self._reached: set[str] = set()
        self._found: dict[str, Neighbour] = {}

    def add(self, read: Related) -> None:
        self.known.add(read)
        hops = 1 + max((each.hops for each in self._found.values()), default=0)
        if self.border is None:
            self._reached = self.border = self.known.called(self.keys)
        leading: dict[str, list[StoredRelation]] = {}
        for spot, relation in self.known.beyond(self.border, read.relations):
            if spot not in self._reached:
                leading.setdefault(spot, []).append(relation)
        for spot in list(leading)[: self._most - len(self._found)]:
            first = leading[spot][0]
            id = first.target if self.known.spot(first.target) == spot else first.source
            self._found[spot] = Neighbour(self.known.entities[id], hops, tuple(leading[spot]))
        self.border = leading.keys() & self._found.keys()
        self._reached = self._reached | self.border

    @property
    def done(self) -> bool:
        """Whether nothing leads on, or there are as many as are wanted."""
        return self.border == set() or len(self._found) >= self._most

    @property
    def found(self) -> list[Neighbour]:
        """The nearest first; of those equally near, those of the newest memories."""
        return list(self._found.values())
