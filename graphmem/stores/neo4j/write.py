"""Builds the queries that write changes and imported records to Neo4j."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graphmem.model.changes import (
    Change,
    ChangeSet,
    Create,
    Kept,
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
from graphmem.model.words import stem_list
from graphmem.stores.neo4j import compared
from graphmem.stores.neo4j.statements import Statement, chained, findable, floats, plain
from graphmem.stores.portable import KINDS, memory_of, own_identity, scope_of
from graphmem.stores.scope_tokens import scope_tokens

# Neo4j Browser shows titles on nodes, which have no room for a long text.
_TITLE_LENGTH = 60
# Key of the entity that stands for the user. It has no name, which Neo4j Browser would show, but the user's id as its title.
_USER = "user"

# The queries that a write is joined from, in this order → the parameter that each reads. A query without rows is left out:
# a server needs about a second to plan all of them for the first time, and most calls use only a third.
QUERIES = {
    "create": "creates",
    "revise": "revises",
    "revive": "revives",
    "retire": "retires",
    "link": "linked",
    "forget_unused": "left",
    "relate": "relates",
    "twins": "twinned",
    "unite": "unites",
    "separate": "separates",
    "transcript": "conversations",
    "sources": "sources",
    "origin": "linked",
    "held": "replacing",
}


def apply(sets: Sequence[ChangeSet]) -> Statement:
    """Write these sets in one transaction.

    It can be sent again if its answer was lost: what was written is not written twice. No two changes may concern the same
    memory, except creates of the same text. The query returns one row with these columns:

    - `created`: ids `given` and `stored`, if there is something to create; a text that is stored already keeps its id.
    - `held`: ids of the existing memories that were changed. If one is missing, another writer changed that memory first, and
      the transaction must be rolled back.
    - `store`: the embedder that the store's vectors come from.
    """
    rows: dict[str, list[Any]] = {parameter: [] for parameter in QUERIES.values()}
    messages: dict[str, list[dict[str, Any]]] = {}
    for changes in sets:
        for change in changes.changes:
            for parameter, row in _ROWS[type(change)](change, changes):
                rows[parameter].append(row)
        if changes.transcript is not None:
            messages.setdefault(changes.transcript.conversation, []).extend(_messages(changes.id, changes.transcript))
    # Sorted, because a writer locks the conversations that it appends to: in different orders, two writers could deadlock.
    rows["conversations"] = [
        {"key": key, "title": "conversation", "messages": messages[key]} for key in sorted(messages)
    ]
    needed = {name: rows[parameter] for name, parameter in QUERIES.items() if rows[parameter]}
    return chained(
        (*(f"write/{name}" for name in needed), "write/bound"),
        {QUERIES[name]: values for name, values in needed.items()},
    )


def _messages(change_set: str, transcript: Transcript) -> list[dict[str, Any]]:
    return [
        {
            "properties": {
                "id": id,
                "change_set": change_set,
                "conversation": transcript.conversation,
                "role": message.role,
                "speaker": message.name,
                "content": message.content,
                "digest": message.digest,
                "read_by": transcript.read_by,
                "said_at": transcript.said_at,
                "title": _title(f"{message.name or message.role}: {message.content}"),
                **({} if found is None else findable(found.scope, message.content)),
            },
            "found": found is not None,
            "vector": None if found is None else floats(found.vector),
        }
        for id, message, found in zip(transcript.ids, transcript.messages, transcript.findable, strict=True)
    ]


# (parameter, row) for each row that a change needs.
Rows = Iterator[tuple[str, Any]]


def _create(change: Create, changes: ChangeSet) -> Rows:
    version = {**_version(change.memory, "ADD", changes), "number": 1}
    yield "creates", {"identity": change.memory.identity, "version": version, **_memory_node(change)}
    # If the text was stored already, no memory got this id, and there is nothing to link.
    yield "linked", change.memory.id
    yield from _sources(change.memory.version_id, change.sources, changes)


def _revise(change: Revise, changes: ChangeSet) -> Rows:
    version = _version(change.memory, "UPDATE", changes)
    kept = change.keeps or Kept()
    row = {
        "replaces": change.replaces,
        "at": changes.recorded_at,
        "text_changed": change.text_changed,
        "keeps": change.keeps is not None,
        "ended": [list(relation) for relation in kept.ended],
        "forgotten": list(kept.forgotten),
    }
    yield "revises", {**row, "version": version, **_memory_node(change)}
    yield "linked", change.memory.id
    # The categories that it had before may have lost their last memory.
    yield "left", change.memory.version_id
    yield "replacing", {"id": change.memory.id, "version": change.memory.version_id}
    if change.text_changed:
        yield "twinned", change.memory.id
    yield from _sources(change.memory.version_id, change.sources, changes, keeps=change.keeps is not None)


def _revive(change: Revive, changes: ChangeSet) -> Rows:
    version = _version(change.memory, "ADD", changes)
    replaced = {"replaces": change.replaces, "at": changes.recorded_at}
    yield "revives", {**replaced, "version": version, **_memory_node(change)}
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
    yield "twinned", change.memory_id
    # Its owners and categories may have lost their last memory.
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
    if relations:
        yield "twinned", change.memory_id
    for one, other, score in change.same:
        yield from _unite(Unite(one, other, score), changes)


def _unite(change: Unite, changes: ChangeSet) -> Rows:
    pair = _pair(change, changes)
    yield "unites", {**pair, "score": change.score, "by_hand": change.score >= 1}


def _separate(change: Separate, changes: ChangeSet) -> Rows:
    yield "separates", _pair(change, changes)


def _pair(change: Unite | Separate, changes: ChangeSet) -> dict[str, Any]:
    # Sorted, so that a pair has one relationship however it is given.
    one, other = sorted((change.one, change.other))
    return {"one": one, "other": other, "at": changes.recorded_at}


_ROWS: dict[type[Change], Callable[..., Rows]] = {
    Create: _create,
    Revise: _revise,
    Revive: _revive,
    Retire: _retire,
    Relate: _relate,
    Unite: _unite,
    Separate: _separate,
}


def _memory_node(change: Create | Revise | Revive) -> dict[str, Any]:
    """What the Memory node is made from. The vector stands apart: a procedure stores it as 32-bit floats."""
    return {
        "id": change.memory.id,
        "properties": _properties(change.memory),
        "vector": floats(change.vector),
    }


def _sources(version_id: str, sources: Sequence[Source], changes: ChangeSet, *, keeps: bool = False) -> Rows:
    ids = changes.transcript.ids if changes.transcript else ()
    if ids and sources:
        messages = [{"id": ids[source.message_index], "first": source.start, "last": source.end} for source in sources]
        yield "sources", {"version": version_id, "messages": messages, "keeps": keeps}


def purge(changes: ChangeSet) -> Statement:
    return plain("write/purge", ids=[change.memory_id for change in changes.changes if isinstance(change, Purge)])


def load_records(kind: str, rows: Sequence[Mapping[str, Any]]) -> Statement:
    """Write records of an export that the store does not hold yet. The query returns one row: how many were `made`."""
    loaded = [_LOADED_ROW[kind](row) for row in rows]
    if kind == "version":
        _tell_apart([row for row in loaded if row["memory"] is not None])
    parts, parameters = [f"transfer/load_{kind}"], {"rows": loaded}
    if kind == "version":
        parts += ["write/link", "write/origin"]
        parameters["linked"] = [row["memory_id"] for row in loaded if row["memory"] is not None]
    if kind == "relation":
        parts.append("write/twins")
        parameters["twinned"] = sorted({row["memory_id"] for row in loaded})
    return chained((*parts, "write/bound"), parameters)


def _tell_apart(rows: Sequence[Mapping[str, Any]]) -> None:
    """Give memories of one identity and different texts identities of their own, but for the first."""
    first: dict[str, str] = {}
    for row in rows:
        memory = row["memory"]
        if first.setdefault(memory["identity"], memory["text"]) != memory["text"]:
            memory["identity"] = row["own_identity"]


def _loaded_version(row: Mapping[str, Any]) -> dict[str, Any]:
    memory = memory_of(row)
    place = {"conversation": row["conversation"], "position": row["position"]}
    withdrawn = row["event"] == "DELETE"
    version_only = ("id", "memory_id", "number", "event", "change_set", "recorded_from", "recorded_to")
    return {
        **{name: row[name] for name in ("id", "memory_id", "number", "entities", "sources")},
        "version": _state(memory)
        | place
        | {name: row[name] for name in version_only}
        | {"title": f"{'was: ' if row['recorded_to'] else ''}{'deleted: ' if withdrawn else ''}{_title(memory.text)}"},
        "memory": None if withdrawn or row["recorded_to"] is not None else _properties(memory) | place,
        "own_identity": own_identity(memory),
        "vector": floats(row["vector"]),
    }


def _loaded_message(row: Mapping[str, Any]) -> dict[str, Any]:
    scope = scope_of(row)
    # Neo4j Browser shows a property "name" before "title".
    kept = {"speaker" if name == "name" else name: row[name] for name in KINDS["message"] if name != "vector"}
    properties = {**kept, "title": _title(f"{kept['speaker'] or kept['role']}: {kept['content']}")}
    return {
        "properties": properties if scope is None else properties | findable(scope, row["content"]),
        "found": scope is not None,
        "vector": floats(row["vector"]),
    }


# Kind of record → the function that makes the row of its query.
_LOADED_ROW: dict[str, Any] = {
    "message": _loaded_message,
    "entity": lambda row: row | {"title": row["name"]} | ({"name": None} if row["key"] == _USER else {}),
    "same": dict,
    "version": _loaded_version,
    "relation": dict,
}


def _state(memory: StoredMemory) -> dict[str, Any]:
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
        "title": _title(memory.text),
        **compared.ids(scope),
        **compared.categories(memory.categories),
    }


def _properties(memory: StoredMemory) -> dict[str, Any]:
    """The properties of a Memory node."""
    return {
        **properties(memory.metadata),
        **_state(memory),
        **compared.text("text", memory.text),
        "id": memory.id,
        "identity": memory.identity,
        "hash": memory.hash,
        "version_id": memory.version_id,
        "scopes": scope_tokens(memory.scope),
        "stems": stem_list(memory.text),
    }


def _version(memory: StoredMemory, event: str, changes: ChangeSet) -> dict[str, Any]:
    """The properties of a new Version node."""
    return {
        **_state(memory),
        "id": memory.version_id,
        "memory_id": memory.id,
        "event": event,
        "change_set": changes.id,
        "recorded_from": changes.recorded_at,
    }


def _title(text: str) -> str:
    return text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1] + "…"
