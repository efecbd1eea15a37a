"""A whole store read for programs that show it: as an export has it, but without vectors, which are most of it; and all ids."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from graphmem._async.client.client import AsyncMemoryClient
from graphmem._async.flows import records as flow
from graphmem.model.requests import VersionsRequest


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


async def every_id(client: AsyncMemoryClient[Any]) -> Mapping[str, str]:
    """The id of every memory that the client may see, deleted and expired ones included → its last text."""
    store = await client._parts.store()
    versions = await store.versions(VersionsRequest(scope=client._bounds, messages=False))
    return {version.memory.id: version.memory.text for version in versions}
