"""A whole store read as an export has it, for programs that show it: without vectors, which are most of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphmem._sync.client.client import MemoryClient
from graphmem.stores import portable

# Records read at a time.
_PAGE = 1_000


def records(client: MemoryClient[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Kind and fields (graphmem.stores.portable.KINDS) of every record, in the order of an export; a vector is None.

    A change made meanwhile may be read in part.

    Raises:
        ScopeError: the client is bound to a scope.
    """
    client._refuse_if_scoped("reading all records shows")
    store = client._parts.store()
    for kind in portable.KINDS:
        offset = 0
        while rows := store.dump(kind, offset, _PAGE, vectors=False):
            offset += len(rows)
            for row in rows:
                yield kind, row
