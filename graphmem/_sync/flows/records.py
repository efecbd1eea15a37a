"""All records of a store, as exports and pages have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphmem._sync.protocols import Store
from graphmem.stores.portable import KINDS

# Records read at a time.
_PAGE = 1_000


def records(store: Store, *, vectors: bool = True) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Kind and some records of it, until all are read. In the order of the kinds, no record refers to a later one.

    A change made meanwhile may be read in part.

    Args:
        vectors: whether with vectors, which are most of what there is to read.
    """
    for kind in KINDS:
        offset = 0
        while rows := store.dump(kind, offset, _PAGE, vectors=vectors):
            offset += len(rows)
            yield kind, rows
