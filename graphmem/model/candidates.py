"""The candidates of a search by columns, where a store keeps what no query changes of them: most are candidates again and again.

Each of them is made only when it is asked for; what ranking reckons of a memory alone it reckons once, and picks it out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from graphmem.model.requests import Candidate
from graphmem.model.walk import Link

Rows: TypeAlias = Sequence[Candidate]
Places: TypeAlias = npt.NDArray[np.intp]


class Memories:
    """Memories as candidates, without what depends on a query.

    Attributes:
        rows: without `vector`, `text`, `hops`, `held` and `links`.
    """

    def __init__(self, rows: Sequence[Candidate]) -> None:
        self.rows = tuple(rows)
        self._known: dict[Hashable, Any] = {}

    def told(self, reckon: Callable[..., Any], *of: Hashable) -> Any:
        """What a function tells of `rows` and these arguments, reckoned once. It must not look at what the rows are without."""
        key = (reckon, *of)
        if key not in self._known:
            self._known[key] = reckon(self.rows, *of)
        return self._known[key]


class Candidates(Sequence[Candidate]):
    """Some of these memories as candidates.

    Attributes:
        memories: of which they are. places: their places there, each once.
        vectors: (1 + cosine) / 2 of each, in [0, 1]; NaN for None.
        held: which of the request's terms the text of each holds, bool of shape (len(self), terms).
        text, hops, links: as in Candidate, by place among the memories; of those that have them.
    """

    def __init__(
        self,
        memories: Memories,
        places: Places,
        vectors: npt.NDArray[np.float64],
        held: npt.NDArray[np.bool_],
        text: Mapping[int, float],
        hops: Mapping[int, int],
        links: Mapping[int, tuple[Link, ...]],
    ) -> None:
        self.memories, self.places, self.vectors, self.held = memories, places, vectors, held
        self.text, self.hops, self.links = text, hops, links
        self._rows: Rows | None = None

    @property
    def rows(self) -> Rows:
        """The same without what depends on the query."""
        if self._rows is None:
            places = self.places.tolist()
            self._rows = (
                itemgetter(*places)(self.memories.rows)
                if len(places) > 1
                else [self.memories.rows[place] for place in places]
            )
        return self._rows

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, index: int | slice) -> Candidate | Sequence[Candidate]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        place, vector = int(self.places[index]), float(self.vectors[index])
        return self.memories.rows[place]._replace(
            vector=None if vector != vector else vector,
            text=self.text.get(place),
            hops=self.hops.get(place),
            held=tuple(self.held[index].nonzero()[0].tolist()),
            links=self.links.get(place, ()),
        )


def rows_of(candidates: Rows) -> Rows:
    """The candidates, perhaps without what depends on the query."""
    return candidates.rows if isinstance(candidates, Candidates) else candidates


def told_of(candidates: Rows, reckon: Callable[..., npt.NDArray[Any]], *of: Hashable) -> npt.NDArray[Any]:
    """What a function tells of each candidate by itself: one number each. See `Memories.told`."""
    if isinstance(candidates, Candidates):
        found: npt.NDArray[Any] = candidates.memories.told(reckon, *of)[candidates.places]
        return found
    return reckon(candidates, *of)


def vectors_of(candidates: Rows) -> npt.NDArray[np.float64]:
    """The `vector` of each; 0 for None."""
    if isinstance(candidates, Candidates):
        return np.where(np.isnan(candidates.vectors), 0.0, candidates.vectors)
    return np.array([each.vector or 0.0 for each in candidates], dtype=np.float64)


def linked_of(candidates: Rows) -> Sequence[tuple[int, tuple[Link, ...]]]:
    """(index, links) of the candidates that have any, in their order."""
    if isinstance(candidates, Candidates):
        found = candidates.links
        if not found:
            return []
        return [(n, found[place]) for n, place in enumerate(candidates.places.tolist()) if place in found]
    return [(n, each.links) for n, each in enumerate(candidates) if each.links]


def hops_of(candidates: Rows) -> Sequence[int | None]:
    """The `hops` of each."""
    if isinstance(candidates, Candidates):
        return list(map(candidates.hops.get, candidates.places.tolist()))
    return [each.hops for each in candidates]


def held_of(candidates: Rows, terms: int) -> npt.NDArray[np.bool_]:
    """Which terms the text of each holds, shape (candidates, terms)."""
    if isinstance(candidates, Candidates):
        return candidates.held
    found = np.zeros((len(candidates), terms), dtype=np.bool_)
    holding = [each.held for each in candidates]
    columns = np.array([place for places in holding for place in places], dtype=np.intp)
    found[np.repeat(np.arange(len(candidates)), list(map(len, holding))), columns] = True
    return found
