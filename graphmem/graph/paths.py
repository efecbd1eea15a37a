"""The shortest ways from one entity to another, whichever way the relations point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise, product

from graphmem.graph.subgraph import Subgraph
from graphmem.model.loading import imported
from graphmem.model.memory import StoredRelation
from graphmem.model.related import Related

Path = tuple[StoredRelation, ...]
# No spot is called so: ids of entities are hex digits.
_START, _END = "start", "end"


@dataclass(slots=True)
class Side:
    """One end of the search.

    Attributes:
        keys: of the entity that it starts from.
        reached: the spots that are known to be connected with it, in as many steps as were read.
        border: those of the last step; None before the first one.
        cost: how many relations the last step read.
    """

    keys: tuple[str, ...]
    reached: set[str] = field(default_factory=set)
    border: set[str] | None = None
    cost: int = 0


class Search:
    """Goes step by step from both ends (bidirectional breadth-first search), so that a hub in the middle is not opened.

    Ask for what is at the `border` of `next_side()`, and `add` the answer, until `done`. Then all relations on shortest paths are in
    `known`: of one with n relations the first are read from one end and the others from the other end, as soon as both together have gone n
    steps.
    """

    def __init__(self, start: tuple[str, ...], end: tuple[str, ...]) -> None:
        self.known = Subgraph()
        self._sides = (Side(start), Side(end))

    def next_side(self) -> Side:
        """The one that leads to fewer relations, as far as that is known."""
        return min(self._sides, key=lambda side: (len(side.border or (1,)), side.cost))

    def add(self, side: Side, read: Related) -> None:
        new = self.known.add(read)
        if side.border is None:
            side.reached = side.border = self.known.called(side.keys)
        found = {spot for spot, _ in self.known.beyond(side.border, read.relations)}
        side.border = found - side.reached
        side.reached = side.reached | found
        side.cost = len(new)

    @property
    def done(self) -> bool:
        """Whether the ends have met, or nothing leads on."""
        # The other end may have been reached before it was asked for.
        start, end = (side.reached or self.known.called(side.keys) for side in self._sides)
        return not start.isdisjoint(end) or any(side.border is not None and not side.border for side in self._sides)

    def paths(self, most: int) -> list[Path]:
        """The shortest ones, `most` at most."""
        start, end = (self.known.called(side.keys) for side in self._sides)
        return shortest(self.known, start, end, most) if start.isdisjoint(end) else []


def shortest(known: Subgraph, start: Iterable[str], end: Iterable[str], most: int) -> list[Path]:
    """The shortest paths between any of the spots `start` and any of `end`, each with relations in their order.

    Relations of one kind between the same entities count once, for the memory that was read first.
    """
    imported("networkx")
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    between: dict[frozenset[str], dict[tuple[str, str, str], StoredRelation]] = {}
    for relation in known.relations:
        source, target = known.ends(relation)
        if source != target:
            graph.add_edge(source, target)
            kinds = between.setdefault(frozenset((source, target)), {})
            kinds.setdefault((source, relation.predicate, target), relation)
    # Sorted, so that the same paths come whatever order sets have.
    graph.add_edges_from((_START, spot) for spot in sorted(start) if spot in graph)
    graph.add_edges_from((spot, _END) for spot in sorted(end) if spot in graph)
    if not (graph.has_node(_START) and graph.has_node(_END) and nx.has_path(graph, _START, _END)):
        return []
    ways = (way[1:-1] for way in nx.all_shortest_paths(graph, _START, _END))
    return list(islice(chain.from_iterable(_along(way, between) for way in ways), most))


def _along(
    way: Sequence[str], between: dict[frozenset[str], dict[tuple[str, str, str], StoredRelation]]
) -> Iterable[Path]:
    """The paths by these spots: one for each choice among the relations of each step."""
    steps = (between[frozenset(step)].values() for step in pairwise(way))
    return product(*steps)
