"""The client: what users import."""

from __future__ import annotations

from graphmem._sync.client.change import Change
from graphmem._sync.client.delete import Delete
from graphmem._sync.client.facade import one_class
from graphmem._sync.client.find import Find
from graphmem._sync.client.graph import Graph
from graphmem._sync.client.history import History
from graphmem._sync.client.maintain import Maintain
from graphmem._sync.client.remember import Remember
from graphmem.dialect.options import Format


@one_class
class MemoryClient(
    Remember[Format],
    Change[Format],
    Delete[Format],
    History[Format],
    Find[Format],
    Graph[Format],
    Maintain[Format],
):
    """Remembers, finds, lists and forgets; shows how a memory changed.

    One client may be shared by tasks, or threads where it is not awaited. It connects when it is first used and can be
    used again after an error. Every method raises StoreUnavailableError when the store can't be reached.

    Args:
        store: a file path or ``:memory:`` for the embedded store, or a Neo4j address (neo4j, bolt, with +s or +ssc).
            Nothing means GRAPHMEM_STORE, else a file in the user's data folder.
        llm: OpenAISettings, a mapping of these, a model's name, ``"offline"``, or an object with name, complete and close.
            Nothing means what the environment configures, else the offline extractor.
        embedder: likewise; ``"local"`` is the local one.
        scope: ids that this client can never see past. They are also given to everything it adds.
        output_format: v1.0 or v1.1, of every answer whose call does not name one. Nothing means v1.1 for add, v1.0 for the others.
        username, password, database: for Neo4j; nothing means NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE.
        api_key, org_id, project_id: taken for the sake of programs written for a hosted service; they have no effect.

    Raises:
        ConfigurationError: a setting that means nothing.
        ScopeError: a scope with a malformed id.
        ValidationError: an output_format that there is not.
    """
