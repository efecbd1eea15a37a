"""The client that users import, made of the groups of calls beside this file."""

from __future__ import annotations

from graphmem._async.client.change import AsyncChange
from graphmem._async.client.connections import AsyncConnections
from graphmem._async.client.context import AsyncContext
from graphmem._async.client.delete import AsyncDelete
from graphmem._async.client.explain import AsyncExplain
from graphmem._async.client.facade import one_class
from graphmem._async.client.find import AsyncFind
from graphmem._async.client.graph import AsyncGraph
from graphmem._async.client.history import AsyncHistory
from graphmem._async.client.maintain import AsyncMaintain
from graphmem._async.client.remember import AsyncRemember
from graphmem.dialect.options import Format


@one_class
class AsyncMemoryClient(
    AsyncRemember[Format],
    AsyncChange[Format],
    AsyncDelete[Format],
    AsyncHistory[Format],
    AsyncFind[Format],
    AsyncContext[Format],
    AsyncExplain[Format],
    AsyncGraph[Format],
    AsyncConnections[Format],
    AsyncMaintain[Format],
):
    """Remembers, finds, lists and forgets, and shows how a memory changed.

    Tasks may share one client; so may threads, if it is the client that is not awaited. It connects when it is first used and
    can be used again after an error. Every method raises StoreUnavailableError when the store can't be reached.

    Args:
        store: a file path or ``:memory:`` for the embedded store; or a Neo4j address (``neo4j://`` or ``bolt://``, also with
            ``+s`` or ``+ssc``); or a store object. Default: GRAPHMEM_STORE, else a file in the user's data folder.
        llm: OpenAISettings, a mapping with the same fields, the name of a model, ``"offline"`` for the built-in rules, or an
            object with name, complete and close. Default: what the environment configures, else the built-in rules.
        embedder: OpenAISettings, a mapping with the same fields, the name of a model, ``"local"`` or ``"e5"`` for those that
            need no network, or an object with name, embed and close. Default: what the environment configures, else ``"local"``.
        scope: ids that bind this client. It sees only memories that carry all of them,
            and everything it adds gets them. None of them may be null.
        find_messages: whether searches find messages, too, besides the memories drawn from them (`context`, and `search` with
            ``messages=True``). If False, messages are kept for `history` only: they are not indexed and not embedded, and no search looks
            at those that are. Default: GRAPHMEM_FIND_MESSAGES (``on`` or ``off``), else True.
        secrets: ``"drop"`` leaves passwords, keys, tokens and card numbers out of what is remembered (see `add`), ``"keep"`` keeps
            them. Default: GRAPHMEM_SECRETS, else ``"drop"``.
        output_format: v1.0 or v1.1, for every call that does not name one. Default: v1.1 for add, v1.0 for all others.
        username, password, database: for Neo4j. Default: NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE.
        api_key, org_id, project_id: without effect; accepted so that programs written for a hosted service run unchanged.

    Raises:
        ConfigurationError: a setting is not understood.
        ScopeError: an id in `scope` is unknown or malformed.
        ValidationError: output_format is neither v1.0 nor v1.1.
    """
