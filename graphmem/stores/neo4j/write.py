"""Changes and records → (query, parameters) that write them to Neo4j."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from graphmem.model.memory import StoredMemory
from graphmem.model.metadata import properties
from graphmem.stores.neo4j.query_files import joined
from graphmem.stores.neo4j.statements import Statement, floats, plain
from graphmem.stores.portable import memory_of
from graphmem.stores.scope_tokens import scope_tokens

_CAPTION = 60


# The queries that a transaction is made of, in this order, and what each reads. A server takes a second to plan all of them
# the first time, and most calls need a third: one without rows is left out.
_PARTS = {
    "create": "creates",
    "revise": "revises",
    "revive": "revives",
    "retire": "retires",
    "link": "linked",
    "forget_unused": "left",
    "relate": "relates",
    "unite": "unites",
    "separate": "separates",
    "transcript": "conversations",
    "sources": "sources",
    "held": "replacing",
}


def apply(sets: Sequence[ChangeSet]) -> Statement:
    """Makes these sets in one transaction; sent twice, because an answer was lost, it makes them once.

    No two changes are about one memory, but for creates of the same text. Gives one row:
    `created` (ids given and stored, where something was to be made), `held` (ids of memories whose change of an existing memory
    stands: the others were refused, and all must be rolled back) and `store` (the embedder that it is bound to).
    """
    rows: dict[str, list[Any]] = {parameter: [] for parameter in _PARTS.values()}
    said: dict[str, list[dict[str, Any]]] = {}
    for changes in sets:
        for change in changes.changes:
            for parameter, row in _ROWS[type(change)](change, changes):
                rows[parameter].append(row)
        if changes.transcript is not None:
            said.setdefault(changes.transcript.conversation, []).extend(_messages(changes.id, changes.transcript))
    # In one order for all writers, who wait for each other there.
    rows["conversations"] = [{"key": key, "caption": "conversation", "messages": said[key]} for key in sorted(said)]
    needed = {name: rows[parameter] for name, parameter in _PARTS.items() if rows[parameter]}
    text = joined((*(f"write/{name}" for name in needed), "write/bound"))
    return Statement(text, {_PARTS[name]: given for name, given in needed.items()})


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


Rows = Iterator[tuple[str, Any]]


def _create(change: Create, changes: ChangeSet) -> Rows:
    version = {**_version(change.memory, "ADD", changes), "number": 1}
    yield "creates", {"identity": change.memory.identity, "version": version, **_written(change)}
    yield "linked", change.memory.id
    yield from _sources(change.memory.version_id, change.sources, changes)


def _revise(change: Revise, changes: ChangeSet) -> Rows:
    version = _version(change.memory, "UPDATE", changes)
    replaced = {"replaces": change.replaces, "at": changes.recorded_at, "text_changed": change.text_changed}
    yield "revises", {**replaced, "version": version, **_written(change)}
    yield "linked", change.memory.id
    yield "left", change.memory.version_id
    yield "replacing", {"id": change.memory.id, "version": change.memory.version_id}
    yield from _sources(change.memory.version_id, change.sources, changes)


def _revive(change: Revive, changes: ChangeSet) -> Rows:
    version = _version(change.memory, "ADD", changes)
    replaced = {"replaces": change.replaces, "at": changes.recorded_at}
    yield "revives", {**replaced, "version": version, **_written(change)}
    yield "linked", change.memory.id
    yield "replacing", {"id": change.memory.id, "version": change.memory.version_id}


def _retire(change: Retire, changes: ChangeSet) -> Rows:
    yield (
        "retires",
        {
            "id": change.memory_id,
            "version": change.version_id,
            "replaces": change.replaces,
            "change_set": changes.id,
            "at": changes.recorded_at,
        },
    )
    yield "left", change.version_id
    yield "replacing", {"id": change.memory_id, "version": change.version_id}
    yield from _sources(change.version_id, change.sources, changes)


def _relate(change: Relate, changes: ChangeSet) -> Rows:
    entities = [
        {"id": entity.id(change.owner), "key": entity.key, "name": entity.name, "type": entity.type}
        for entity in change.entities
    ]
    relations = [
        {
            "source": relation.source,
            "predicate": relation.predicate,
            "target": relation.target,
            "valid_from": relation.valid_from,
            "valid_to": relation.valid_to,
        }
        for relation in change.relations
    ]
    yield (
        "relates",
        {
            "memory_id": change.memory_id,
            "owner": change.owner,
            "at": changes.recorded_at,
            "entities": entities,
            "relations": relations,
        },
    )
    for one, other, score in change.same:
        yield from _unite(Unite(one, other, score), changes)


def _unite(change: Unite, changes: ChangeSet) -> Rows:
    pair = _pair(change, changes)
    yield "unites", {**pair, "score": change.score, "by_hand": change.score >= 1}


def _separate(change: Separate, changes: ChangeSet) -> Rows:
    yield "separates", _pair(change, changes)


def _pair(change: Unite | Separate, changes: ChangeSet) -> dict[str, Any]:
    one, other = sorted((change.one, change.other))
    return {"one": one, "other": other, "at": changes.recorded_at}


# What a change is made of: rows for the parameters of some queries.
_ROWS: dict[type[Change], Callable[..., Rows]] = {
    Create: _create,
    Revise: _revise,
    Revive: _revive,
    Retire: _retire,
    Relate: _relate,
    Unite: _unite,
    Separate: _separate,
}


def _written(change: Create | Revise | Revive) -> dict[str, Any]:
    return {
        "id": change.memory.id,
        "properties": _properties(change.memory),
        "vector": floats(change.vector),
    }


def _sources(version_id: str, sources: Sequence[Source], changes: ChangeSet) -> Rows:
    ids = changes.transcript.ids if changes.transcript else ()
    if ids and sources:
        messages = [{"id": ids[source.place], "first": source.start, "last": source.end} for source in sources]
        yield "sources", {"version": version_id, "messages": messages}


def purge(changes: ChangeSet) -> Statement:
    return plain("write/purge", ids=[each.memory_id for each in changes.changes if isinstance(each, Purge)])


def load_records(kind: str, rows: Sequence[Mapping[str, Any]]) -> Statement:
    """Writes records of an export. Gives one row: how many were `made`."""
    loaded = [_LOADED[kind](row) for row in rows]
    if kind != "version":
        return plain(f"transfer/load_{kind}", rows=loaded)
    current = [row["memory_id"] for row in loaded if row["memory"] is not None]
    return Statement(joined(("transfer/load_version", "write/link")), {"rows": loaded, "linked": current})


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
    }


_LOADED: dict[str, Any] = {
    "message": lambda row: {**row, "caption": _caption(f"{row['name'] or row['role']}: {row['content']}")},
    "entity": lambda row: {**row, "caption": row["name"]},
    "same": dict,
    "version": _loaded_version,
    "relation": dict,
}


def _state(memory: StoredMemory) -> dict[str, Any]:
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


def _properties(memory: StoredMemory) -> dict[str, Any]:
    return {
        **properties(memory.metadata),
        **_state(memory),
        "id": memory.id,
        "identity": memory.identity,
        "hash": memory.hash,
        "version_id": memory.version_id,
        "scopes": scope_tokens(memory.scope),
    }


def _version(memory: StoredMemory, event: str, changes: ChangeSet) -> dict[str, Any]:
    return {
        **_state(memory),
        "id": memory.version_id,
        "memory_id": memory.id,
        "event": event,
        "change_set": changes.id,
        "recorded_from": changes.recorded_at,
    }


def _caption(text: str) -> str:
    return text if len(text) <= _CAPTION else text[: _CAPTION - 1] + "…"
