"""Builds the queries that write changes to Neo4j."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from graphmem.stores.neo4j.properties import memory_properties, title, version_properties
from graphmem.stores.neo4j.statements import Statement, chained, findable, floats, plain

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
                "title": title(f"{message.name or message.role}: {message.content}"),
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
    version = {**version_properties(change.memory, "ADD", changes), "number": 1}
    yield "creates", {"identity": change.memory.identity, "version": version, **_memory_node(change)}
    # If the text was stored already, no memory got this id, and there is nothing to link.
    yield "linked", change.memory.id
    yield from _sources(change.memory.version_id, change.sources, changes)


def _revise(change: Revise, changes: ChangeSet) -> Rows:
    version = version_properties(change.memory, "UPDATE", changes)
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
    version = version_properties(change.memory, "ADD", changes)
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
        "properties": memory_properties(change.memory),
        "vector": floats(change.vector),
    }


def _sources(version_id: str, sources: Sequence[Source], changes: ChangeSet, *, keeps: bool = False) -> Rows:
    ids = changes.transcript.ids if changes.transcript else ()
    if ids and sources:
        messages = [{"id": ids[source.message_index], "first": source.start, "last": source.end} for source in sources]
        yield "sources", {"version": version_id, "messages": messages, "keeps": keeps}


def purge(changes: ChangeSet) -> Statement:
    """Delete what the set purges, for good: memories by id, with all that nothing else needs."""
    return plain("write/purge", ids=[change.memory_id for change in changes.changes if isinstance(change, Purge)])
