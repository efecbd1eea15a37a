"""Remembers who is in a large scope, and where their vectors are, so that a search reads only what changed since the last one.

Deleted memories stay until a search meets them (`forget`): whoever uses this asks the file about what it picked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graphmem.model.forks import ForkLock
from graphmem.model.vectors import Vector
from graphmem.stores.sqlite.ground import Ground, Seqs, changed, condition, newest
from graphmem.stores.sqlite.texts import TextsCache
from graphmem.stores.sqlite.vectors import Places, Scores, VectorCache, similarities

_NEVER = 2**62
_NO_VECTOR = -1
# Of the scopes used last.
_KEPT = 64
# Numbers joined by commas, which become an array without an object for each.
_COLUMNS = f"group_concat(m.seq), group_concat(coalesce(m.vector, {_NO_VECTOR})), group_concat(coalesce(m.expires_at, {_NEVER}))"


@dataclass(frozen=True, slots=True)
class Members:
    """The memories of a scope as of some version.

    Attributes:
        mark: the newest version of the store that is known.
        seqs: of the memories, ascending. vectors: their ids, -1 where there is none. expires: microseconds since the epoch.
        places: rows of the vectors in matrices of this epoch, -1 where it is not known yet.
    """

    mark: int
    seqs: Seqs
    vectors: Seqs
    expires: Seqs
    places: Places
    epoch: int

    def alive(self, now: int | None) -> npt.NDArray[np.bool_]:
        return np.ones(len(self.seqs), dtype=bool) if now is None else self.expires > now


class MembersCache:
    """Members by ground; safe to share between threads.

    Attributes:
        texts: those of the members, as far as somebody asked for letters in them.
    """

    def __init__(self, vectors: VectorCache) -> None:
        self._lock = ForkLock()
        self._vectors = vectors
        self.texts = TextsCache()
        self._known: dict[Ground, Members] = {}

    def size(self, ground: Ground) -> int:
        """How many members of a ground are known; 0 if nobody asked for them yet."""
        known = self._known.get(ground)
        return 0 if known is None else len(known.seqs)

    def members(self, connection: sqlite3.Connection, ground: Ground) -> Members:
        """The members of now, in the open read transaction, and perhaps deleted ones."""
        with self._lock:
            known = self._known.pop(ground, None)
            mark = newest(connection)
            if known is None:
                known = _read(connection, ground, mark)
            elif known.mark < mark:
                known = _updated(connection, ground, known, mark)
            self._keep(ground, known)
            return known

    def nearness(self, connection: sqlite3.Connection, ground: Ground, query: Vector) -> tuple[Members, Scores]:
        """The members that have a vector, and (1 + cosine) / 2 of the query with each."""
        members = self.members(connection, ground)
        with self._lock:
            members, matrix = self._placed(connection, members, len(query))
            current = self._known.get(ground)
            if current is None or current.mark <= members.mark:
                self._keep(ground, members)
        there = members.vectors != _NO_VECTOR
        if not there.all():
            members = _only(members, there)
        return members, similarities(matrix, members.places, query)

    def _placed(
        self, connection: sqlite3.Connection, members: Members, dimensions: int
    ) -> tuple[Members, npt.NDArray[np.float32]]:
        """The members with the places of all their vectors, and the matrix."""
        everywhere = members.vectors != _NO_VECTOR
        epoch, unknown = self._vectors.epoch, everywhere
        if members.epoch == epoch:
            unknown = everywhere & (members.places < 0)
        found, matrix, current = self._vectors.places(connection, members.vectors[unknown].tolist(), dimensions)
        if current != epoch:
            # The matrix was emptied, for vectors of another size: none of the places that were known is one in this matrix.
            unknown = everywhere
            found, matrix, current = self._vectors.places(connection, members.vectors[unknown].tolist(), dimensions)
        if len(found):
            places = members.places.copy()
            places[unknown] = found
            members = replace(members, places=places)
        return replace(members, epoch=current), matrix

    def forget(self, ground: Ground, mark: int, gone: Iterable[int]) -> None:
        """Drop members that are not in the store any more, as of a version."""
        with self._lock:
            known = self._known.get(ground)
            # Somebody who looks at an older state of the store can't see the newest memories.
            if known is not None and known.mark <= mark:
                kept = ~np.isin(known.seqs, np.fromiter(gone, dtype=np.int64))
                self._keep(ground, _only(known, kept))

    def _keep(self, ground: Ground, members: Members) -> None:
        self._known.pop(ground, None)
        self._known[ground] = members
        while len(self._known) > _KEPT:
            self._known.pop(next(iter(self._known)))


def _read(connection: sqlite3.Connection, ground: Ground, mark: int) -> Members:
    where, parameters = condition(ground)
    return _members(connection.execute(f"SELECT {_COLUMNS} FROM memory m WHERE {where}", parameters).fetchone(), mark)


def _updated(connection: sqlite3.Connection, ground: Ground, known: Members, mark: int) -> Members:
    source, parameters = changed(ground, known.mark)
    others = _members(connection.execute(f"SELECT {_COLUMNS} FROM {source}", parameters).fetchone(), mark)
    if not len(others.seqs):
        return replace(known, mark=mark)
    # New memories have the highest numbers, and nearly always there are no others.
    in_order = not len(known.seqs) or others.seqs[0] > known.seqs[-1]
    kept = known if in_order else _only(known, ~np.isin(known.seqs, others.seqs))
    joined = {
        name: np.concatenate((getattr(kept, name), getattr(others, name)))
        for name in ("seqs", "vectors", "expires", "places")
    }
    if not in_order:
        order = np.argsort(joined["seqs"], kind="stable")
        joined = {name: values[order] for name, values in joined.items()}
    return Members(mark, **joined, epoch=known.epoch)


def _members(row: tuple[str | None, str | None, str | None], mark: int) -> Members:
    columns = [np.fromstring(joined or "", dtype=np.int64, sep=",") for joined in row]
    order = np.argsort(columns[0])
    seqs, vectors, expires = (column[order] for column in columns)
    return Members(mark, seqs, vectors, expires, np.full(len(seqs), -1, dtype=np.intp), 0)


def _only(members: Members, kept: npt.NDArray[np.bool_]) -> Members:
    return replace(
        members,
        seqs=members.seqs[kept],
        vectors=members.vectors[kept],
        expires=members.expires[kept],
        places=members.places[kept],
    )
