"""Several clients over one set of connections, for a program that serves many people: each is bound to a scope of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphmem._async.client.client import AsyncMemoryClient
from graphmem._async.flows.add import add
from graphmem._async.server_store import AsyncServerStore
from graphmem.dialect import answers, arguments, calls, responses
from graphmem.errors import ConfigurationError
from graphmem.model.filter import of_scope
from graphmem.model.memory import Scope


def within(client: AsyncMemoryClient[Any], scope: Mapping[str, str]) -> AsyncMemoryClient[Any]:
    """A client that is bound to this scope and shares the connections of a client that is bound to none. Closing one closes both.

    Raises:
        ScopeError: an id is malformed.
    """
    made: AsyncMemoryClient[Any] = object.__new__(type(client))
    vars(made).update(vars(client))
    made._bounds = arguments.scope(scope)
    made._bounds_filter = of_scope(made._bounds)
    return made


def accepted(
    client: AsyncMemoryClient[Any], messages: Any, scope: Scope, options: Mapping[str, Any], at: datetime
) -> list[dict[str, Any]]:
    """The messages of an add that is done later, checked, as they may be kept until then: credentials are masked already.

    Raises:
        ValidationError: it can't be done.
    """
    call = calls.read(messages, scope, options, at, keep_secrets=client._keep_secrets)
    return [
        {"role": each.role, "content": each.content} | ({} if each.name is None else {"name": each.name})
        for each in call.messages
    ]


async def add_accepted(
    client: AsyncMemoryClient[Any], messages: Any, scope: Scope, options: Mapping[str, Any], at: datetime, bound: Scope
) -> answers.Added:
    """An add that was accepted at an earlier time: "yesterday" is read against that, unless the options have a timestamp.

    Args:
        bound: the part of the scope that whoever asked for it can't see past.

    Returns:
        What `add` returns with ``explain=True``.

    Raises:
        ValidationError, ExtractionError, EmbeddingError, StoreError: as `add`.
    """
    call = calls.read(messages, scope, options, at, keep_secrets=client._keep_secrets, bound=bound)
    return responses.added(await add(client._parts, call, dry_run=False), explain=True)


async def server_store(client: AsyncMemoryClient[Any]) -> AsyncServerStore:
    """The store of a client, as a server uses it.

    Raises:
        ConfigurationError: it keeps no records and events. StoreError: it can't be used.
    """
    store: Any = await client._parts.store()
    # A store that runs on threads has every name, so a look at the class would not tell.
    if not isinstance(getattr(store, "_blocking", store), AsyncServerStore):
        raise ConfigurationError(
            f"{client!r} can't be served: its store keeps no keys and events (graphmem.protocols.ServerStore)"
        )
    served: AsyncServerStore = store
    return served
