"""What Memory and Version nodes are made of."""

from __future__ import annotations

import json
from typing import Any

from graphmem.model.changes import ChangeSet
from graphmem.model.memory import StoredMemory
from graphmem.model.metadata import properties
from graphmem.model.words import stem_list
from graphmem.stores.neo4j import compared
from graphmem.stores.scope_tokens import scope_tokens

# Neo4j Browser shows titles on nodes, which have no room for a long text.
_TITLE_LENGTH = 60


def state(memory: StoredMemory) -> dict[str, Any]:
    """The properties that a Memory node and its Version nodes share."""
    scope = memory.scope
    return {
        "text": memory.text,
        "user_id": scope.user_id,
        "agent_id": scope.agent_id,
        "app_id": scope.app_id,
        "run_id": scope.run_id,
        "metadata": json.dumps(memory.metadata, ensure_ascii=False),
        "categories": list(memory.categories),
        "immutable": memory.immutable,
        "expires_at": memory.expiration_date,
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
        "event_start": memory.event_start,
        "event_end": memory.event_end,
        "title": title(memory.text),
        **compared.ids(scope),
        **compared.categories(memory.categories),
    }


def memory_properties(memory: StoredMemory) -> dict[str, Any]:
    """The properties of a Memory node."""
    return {
        **properties(memory.metadata),
        **state(memory),
        **compared.text("text", memory.text),
        "id": memory.id,
        "identity": memory.identity,
        "hash": memory.hash,
        "version_id": memory.version_id,
        "scopes": scope_tokens(memory.scope),
        "stems": stem_list(memory.text),
    }


def version_properties(memory: StoredMemory, event: str, changes: ChangeSet) -> dict[str, Any]:
    """The properties of a new Version node."""
    return {
        **state(memory),
        "id": memory.version_id,
        "memory_id": memory.id,
        "event": event,
        "change_set": changes.id,
        "recorded_from": changes.recorded_at,
    }


def title(text: str) -> str:
    """A text as Neo4j Browser shows it on a node, of at most 60 characters."""
    return text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1] + "…"
