"""The candidates of a search by columns. Ranking looks at columns of hundreds, and at few of them one by one.

A store may keep the columns that no query changes: most candidates are candidates again and again. Each candidate is made only when
it is asked for; what ranking reckons of a memory alone is reckoned once, and picked out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from graphmem.model.requests import Candidate
from graphmem.model.walk import Link

Places: TypeAlias = npt.NDArray[np.intp]
Numbers: TypeAlias = npt.NDArray[np.float32]


class Memories:
    """Memories as candidates, perhaps without what depends on a query.

    Attributes:
        rows: `vector`, `text`, `hops`, `held` and `links` may be left out of them, and nobody looks at these.
    """

    def __init__(self, rows: Sequence[Candidate]) -> None:
        self.rows = tuple(rows)
        self._reckoned: dict[Hashable, Any] = {}

    def reckoned(self, reckon: Callable[..., Any], *of: Hashable) -> Any:
        """What a function makes of `rows` and these arguments, reckoned once. It must not look at what depends on a query."""
        key = (reckon, *of)
        if key not in self._reckoned:
            self._reckoned[key] = reckon(self.rows, *of)
        return self._reckoned[key]


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
        self._rows: Sequence[Candidate] | None = None
        # Made already, as a store without kept columns gives them.
        self._made: tuple[Candidate, ...] | None = None

    @classmethod
    def of(cls, candidates: Sequence[Candidate], terms: int) -> Candidates:
        """These, with as many terms in the request that found them; as they are now, whatever becomes of a caller's list."""
        if isinstance(candidates, cls):
            return candidates
        rows = tuple(candidates)
        found = cls(
            Memories(rows),
            np.arange(len(rows)),
            np.array([math.nan if each.vector is None else each.vector for each in rows], dtype=np.float64),
            _held(rows, terms),
            {n: each.text for n, each in enumerate(rows) if each.text is not None},
            {n: each.hops for n, each in enumerate(rows) if each.hops is not None},
            {n: each.links for n, each in enumerate(rows) if each.links},
        )
        found._rows = found._made = rows
        return found

    @property
    def rows(self) -> Sequence[Candidate]:
        """The same; what depends on the query may be left out of them."""
        if self._rows is None:
            places = self.places.tolist()
            self._rows = (
                itemgetter(*places)(self.memories.rows)
                if len(places) > 1
                else [self.memories.rows[place] for place in places]
            )
        return self._rows

    def reckoned(self, reckon: Callable[..., npt.NDArray[Any]], *of: Hashable) -> npt.NDArray[Any]:
        """What a function makes of each memory by itself: one number each. See `Memories.reckoned`."""
        found: npt.NDArray[Any] = self.memories.reckoned(reckon, *of)[self.places]
        return found

    def similarities(self) -> npt.NDArray[np.float64]:
        """`vectors` with 0 for None."""
        return np.where(np.isnan(self.vectors), 0.0, self.vectors)

    def distances(self) -> list[int | None]:
        """The `hops` of each."""
        return list(map(self.hops.get, self.places.tolist()))

    def linked(self) -> Iterator[tuple[int, tuple[Link, ...]]]:
        """(index, links) of those that have any, in their order."""
        if self.links:
            for index, place in enumerate(self.places.tolist()):
                if place in self.links:
                    yield index, self.links[place]

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, index: int | slice) -> Candidate | Sequence[Candidate]:
        if self._made is not None:
            return self._made[index]
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        place, vector = int(self.places[index]), float(self.vectors[index])
        return self.memories.rows[place]._replace(
            vector=None if math.isnan(vector) else vector,
            text=self.text.get(place),
            hops=self.hops.get(place),
            held=tuple(self.held[index].nonzero()[0].tolist()),
            links=self.links.get(place, ()),
        )


def _held(rows: Sequence[Candidate], terms: int) -> npt.NDArray[np.bool_]:
    """Which terms the text of each holds, shape (rows, terms), or wider if the rows tell of more terms than that."""
    holding = [each.held for each in rows]
    columns = np.array([place for places in holding for place in places], dtype=np.intp)
    found = np.zeros((len(rows), max(terms, columns.max(initial=-1) + 1)), dtype=np.bool_)
    found[np.repeat(np.arange(len(rows)), list(map(len, holding))), columns] = True
    return found
