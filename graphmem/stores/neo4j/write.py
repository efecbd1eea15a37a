"""Changes and records → (query, parameters) that write them to Neo4j."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.model.changes import (
    Change,
    ChangeSet,
    Create,
    Purge,
    Relate,
    Retire,
    Revise,
    Revive,
    Separate,
    Source,
    Transcript,
    Unite,
)
from graphmem.model.memory import Memory
from graphmem.model.metadata import properties
from graphmem.stores.neo4j.query_files import load
from graphmem.stores.neo4j.statements import Statement, floats, plain
from graphmem.stores.portable import memory_of
from graphmem.stores.scope_tokens import scope_tokens

_CAPTION = 60


def apply(sets: Sequence[ChangeSet]) -> Statement:
    """Makes these sets in one transaction."""
    rows: dict[type[Change], list[dict[str, Any]]] = {kind: [] for kind in _ROWS}
    said: dict[str, list[dict[str, Any]]] = {}
    for changes in sets:
        head = {"change_set": changes.id, "at": changes.recorded_at}
        for change in changes.changes:
            rows[type(change)].append(head | _ROWS[type(change)](change, changes))
            if isinstance(change, Relate):
                rows[Unite] += [head | _unite(Unite(*same), changes) for same in change.same]
        if changes.transcript is not None:
            said.setdefault(changes.transcript.conversation, []).extend(_messages(changes.id, changes.transcript))
    parameters = {
        "creates": rows[Create],
        "revises": rows[Revise],
        "revives": rows[Revive],
        "retires": rows[Retire],
        "relates": rows[Relate],
        "unites": rows[Unite],
        "separates": rows[Separate],
        # In one order for all writers, who wait for each other there.
        "conversations": [{"key": key, "caption": "conversation", "messages": said[key]} for key in sorted(said)],
    }
    return Statement(load("write/apply").needed(parameters), parameters)


def _messages(change_set: str, transcript: Transcript) -> list[dict[str, Any]]:
    return [
        {
            "id": id,
            "change_set": change_set,
            "conversation": transcript.conversation,
            "role": message.role,
            "name": message.name,
            "content": message.content,
            "digest": message.digest,
            "read_by": transcript.read_by,
            "said_at": transcript.said_at,
            "caption": _caption(f"{message.name or message.role}: {message.content}"),
        }
        for id, message in zip(transcript.ids, transcript.messages, strict=True)
    ]


def _create(change: Create, changes: ChangeSet) -> dict[str, Any]:
    return {
        "id": change.memory.id,
        "identity": change.memory.identity,
        "properties": _properties(change.memory),
        "vector": floats(change.vector),
        "version": {**_version(change.memory, "ADD", changes), "number": 1},
        **_owners(change.memory),
        **_sources(change.sources, changes),
    }


def _revive(change: Revive, changes: ChangeSet) -> dict[str, Any]:
    return {
        "id": change.memory.id,
        "replaces": change.replaces,
        "properties": _properties(change.memory),
        "vector": floats(change.vector),
        "version": _version(change.memory, "ADD", changes),
        **_owners(change.memory),
    }


def _owners(memory: Memory) -> dict[str, list[str]]:
    scope = memory.scope
    return {
        "users": _listed(scope.user_id),
        "agents": _listed(scope.agent_id),
        "apps": _listed(scope.app_id),
        "runs": _listed(scope.run_id),
    }


def _revise(change: Revise, changes: ChangeSet) -> dict[str, Any]:
    return {
        "id": change.memory.id,
        "replaces": change.replaces,
        "text_changed": change.text_changed,
        "properties": _properties(change.memory),
        "vector": floats(change.vector),
        "version": _version(change.memory, "UPDATE", changes),
        **_sources(change.sources, changes),
    }


def _retire(change: Retire, changes: ChangeSet) -> dict[str, Any]:
    return {
        "id": change.memory_id,
        "replaces": change.replaces,
        "version": {"id": change.version_id},
        **_sources(change.sources, changes),
    }


def _unite(change: Unite, _: ChangeSet) -> dict[str, Any]:
    one, other = sorted((change.one, change.other))
    return {"one": one, "other": other, "score": change.score, "by_hand": change.score >= 1}


def _separate(change: Separate, _: ChangeSet) -> dict[str, Any]:
    one, other = sorted((change.one, change.other))
    return {"one": one, "other": other}


def _relate(change: Relate, _: ChangeSet) -> dict[str, Any]:
    return {
        "memory_id": change.memory_id,
        "owner": change.owner,
        "entities": [
            {"id": each.id(change.owner), "key": each.key, "name": each.name, "type": each.type}
            for each in change.entities
        ],
        "relations": [
            {
                "source": each.source,
                "predicate": each.predicate,
                "target": each.target,
                "valid_from": each.valid_from,
                "valid_to": each.valid_to,
            }
            for each in change.relations
        ],
    }


_ROWS: dict[type[Change], Any] = {
    Create: _create,
    Revise: _revise,
    Revive: _revive,
    Retire: _retire,
    Relate: _relate,
    Unite: _unite,
    Separate: _separate,
}


def purge(changes: ChangeSet) -> Statement:
    return plain("write/purge", ids=[each.memory_id for each in changes.changes if isinstance(each, Purge)])


def load_records(kind: str, rows: Sequence[Mapping[str, Any]]) -> Statement:
    return plain(f"transfer/load_{kind}", rows=[_LOADED[kind](row) for row in rows])


def _loaded_version(row: Mapping[str, Any]) -> dict[str, Any]:
    memory = memory_of(row)
    place = {"conversation": row["conversation"], "position": row["position"]}
    withdrawn = row["event"] == "DELETE"
    own = ("id", "memory_id", "number", "event", "change_set", "recorded_from", "recorded_to")
    return {
        **{name: row[name] for name in ("id", "memory_id", "number", "entities", "sources")},
        "version": _state(memory)
        | place
        | {name: row[name] for name in own}
        | ({"caption": f"deleted: {_caption(memory.text)}"} if withdrawn else {}),
        "memory": None if withdrawn or row["recorded_to"] is not None else _properties(memory) | place,
        "vector": floats(row["vector"]),
        **_owners(memory),
    }


_LOADED: dict[str, Any] = {
    "message": lambda row: {**row, "caption": _caption(f"{row['name'] or row['role']}: {row['content']}")},
    "entity": lambda row: {**row, "caption": row["name"]},
    "same": dict,
    "version": _loaded_version,
    "relation": dict,
}


def _state(memory: Memory) -> dict[str, Any]:
    """What a memory and each of its versions hold alike."""
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
        "caption": _caption(memory.text),
    }


def _properties(memory: Memory) -> dict[str, Any]:
    return {
        **properties(memory.metadata),
        **_state(memory),
        "id": memory.id,
        "identity": memory.identity,
        "hash": memory.hash,
        "version_id": memory.version_id,
        "scopes": scope_tokens(memory.scope),
    }


def _version(memory: Memory, event: str, changes: ChangeSet) -> dict[str, Any]:
    return {
        **_state(memory),
        "id": memory.version_id,
        "memory_id": memory.id,
        "event": event,
        "change_set": changes.id,
        "recorded_from": changes.recorded_at,
    }


def _sources(sources: Sequence[Source], changes: ChangeSet) -> dict[str, Any]:
    ids = changes.transcript.ids if changes.transcript else ()
    rows = [{"id": ids[each.place], "first": each.start, "last": each.end} for each in sources] if ids else []
    return {"sources": rows}


def _listed(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _caption(text: str) -> str:
    return text if len(text) <= _CAPTION else text[: _CAPTION - 1] + "…"
