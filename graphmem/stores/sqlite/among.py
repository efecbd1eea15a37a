"""A search of a small scope that stands as it was: what is asked of the file is only what no search has asked before."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from graphmem.model.candidates import Candidates, Memories
from graphmem.model.requests import Findings, SearchRequest
from graphmem.model.walk import Link
from graphmem.stores.scope_tokens import required_tokens
from graphmem.stores.sqlite.candidates import needles_of
from graphmem.stores.sqlite.entity_names import EntityNames
from graphmem.stores.sqlite.graph import Walker
from graphmem.stores.sqlite.standing import Standing, weights
from graphmem.stores.sqlite.told import ToldCache
from graphmem.stores.sqlite.vectors import VectorCache


@dataclass(frozen=True, slots=True)
class Among:
    """Searches what stands, in an open read transaction."""

    connection: sqlite3.Connection
    standing: Standing
    vectors: VectorCache
    told: ToldCache
    names: EntityNames

    def search(self, request: SearchRequest, where: str, parameters: Mapping[str, Any]) -> Findings:
        """As `Reader.search`. where, parameters: as for `Walker`."""
        standing, place = self.standing, self.standing.place
        memories = standing.read(self.connection.execute, self.told, self.names)
        similar = np.full(len(place), np.nan)
        near: Sequence[int] = ()
        if request.vector is not None:
            scores = standing.similarities(self.connection, self.vectors, request.vector)
            similar[standing.embedded] = scores
            # Stable: of equal ones the first.
            near = standing.embedded[np.argsort(-scores, kind="stable")[: request.limit]].tolist()
        text = self._by_text(request) if request.terms and request.by_words else {}
        hops, links = self._walked(request, memories, where, parameters, {*near, *text})
        chosen = np.zeros(len(place), dtype=np.bool_)
        if request.reach:
            # Neighbours only of the best: those of everything found would be most of a conversation.
            best = {each for arm in (near, text, hops) for each in islice(arm, request.around)}
            if best:
                chosen |= standing.near(list(best), request.reach)
        chosen[[*near, *text, *hops, *links]] = True
        places = chosen.nonzero()[0]
        holding = [standing.holding(memories, needle) for _, needle in needles_of(request.terms)]
        held = np.array([each[places] for each in holding], dtype=np.bool_).reshape(len(holding), len(places))
        candidates = Candidates(memories, places, similar[places], np.ascontiguousarray(held.T), text, hops, links)
        sample = standing.newest[: request.sample] if request.terms else standing.newest[:0]
        counted = memories.reckoned(weights, request.long)[sample]
        shares = tuple(_summed(counted[each[sample]]) / max(len(sample), 1) for each in holding)
        return Findings(candidates, "none" if request.vector is None else "exact", len(sample), shares)

    def _by_text(self, request: SearchRequest) -> dict[int, float]:
        groups = [f"scopes : ({' OR '.join(group)})" for group in required_tokens(request.filter) if group]
        return dict(self.standing.words.best(self.connection.execute, groups, request.terms, request.limit))

    def _walked(
        self, request: SearchRequest, memories: Memories, where: str, parameters: Mapping[str, Any], found: set[int]
    ) -> tuple[dict[int, int], dict[int, tuple[Link, ...]]]:
        # Relations are only of memories that mention somebody.
        if not memories.reckoned(_any_mentions):
            return {}, {}
        seqs, place = self.standing.seqs, self.standing.place
        walker = Walker(self.connection, where, parameters, request)
        hops, links = walker.run([seqs[each] for each in found])
        return {place[seq]: far for seq, far in hops.items()}, {place[seq]: tuple(each) for seq, each in links.items()}


def _any_mentions(rows: Sequence[Any]) -> bool:
    return any(row.entities for row in rows)


def _summed(values: Any) -> float:
    """Added up one after the other, as `shares` does."""
    return float(values.cumsum()[-1]) if len(values) else 0.0
