"""A whole store read as an export has it, for programs that show it: without vectors, which are most of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from graphmem._async.client.client import AsyncMemoryClient
from graphmem._async.flows import records as flow


async def records(client: AsyncMemoryClient[Any]) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """Kind and fields (graphmem.stores.portable.KINDS) of every record, in the order of an export; a vector is None.

    A change made meanwhile may be read in part.

    Raises:
        ScopeError: the client is bound to a scope.
    """
    client._refuse_if_scoped("reading all records shows")
    store = await client._parts.store()
    async for kind, rows in flow.records(store, vectors=False):
        for row in rows:
            yield kind, row
