"""Changes and questions → (query, parameters) for Neo4j. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmem.changes import (
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
    Unite,
    Vector,
)
from graphmem.filters import Filter
from graphmem.flatten import properties
from graphmem.lexical import required_tokens, scope_tokens
from graphmem.model import Memory
from graphmem.queries import load
from graphmem.reading import EmbedderInfo, NearRequest, SearchRequest, SeenRequest
from graphmem.transfer import memory_of

_CAPTION = 60
# More than any store holds: Cypher's LIMIT takes no null.
_NO_LIMIT = 2**62
# Lucene takes 1,024 clauses, words among them.
_MOST_TOKENS = 512

SCHEMA = tuple(
    f"schema/{name}"
    for name in (
        "store_key",
        "memory_id",
        "memory_identity",
        "version_id",
        "message_id",
        "conversation_key",
        "entity_id",
        "category_name",
        "user_id",
        "agent_id",
        "app_id",
        "run_id",
        "memory_of_user",
        "memory_of_agent",
        "memory_of_app",
        "memory_of_run",
        "memory_by_age",
        "memory_in_conversation",
        "version_of_memory",
        "version_of_change_set",
        "version_of_user",
        "version_of_agent",
        "version_of_app",
        "version_of_run",
        "message_of_change_set",
        "message_of_conversation",
        "entity_by_key",
        "entity_of_owner",
        "relation_of_memory",
        "memory_text",
    )
)

# In this order: each step deletes what the ones before left without use, in batches that are transactions of their own.
RESET = tuple(
    f"write/reset_{name}"
    for name in ("memories", "deleted", "versions", "messages", "conversations", "entities", "owners")
)

DOCTOR = ("numbers", "intervals", "events", "newest", "lost", "orphans", "unsupported", "strangers", "unlinked")


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def plain(name: str, **parameters: Any) -> Statement:
    """A query without a filter."""
    return Statement(load(name).text, parameters)


def filtered(name: str, filter: Filter, **parameters: Any) -> Statement:
    """A query with a filter. Its parameters are f0, f1, … beside those given."""
    text, values = load(name).filtered(filter)
    return Statement(text, {**values, **parameters})


def vector_index(embedder: EmbedderInfo) -> Statement:
    config = {"vector.dimensions": embedder.dimensions, "vector.similarity_function": "cosine"}
    return plain("schema/memory_embedding", options={"indexConfig": config})


def search(request: SearchRequest) -> Statement:
    return filtered(
        "read/search",
        request.filter,
        vector=_floats(request.vector),
        match=lucene(request),
        names=list(request.names),
        now=request.now,
        limit=request.limit,
        reach=request.reach,
        around=request.around,
    )


def lucene(request: SearchRequest) -> str:
    """The text arm's query: one token of each scope group must be there (of the short ones), any of the words counts. Empty without words.

    Words are letters with their marks, digits and underscores, lower case and quoted: none of them can be Lucene syntax.
    """
    if not request.terms:
        return ""
    groups: list[str] = []
    room = _MOST_TOKENS
    for group in required_tokens(request.filter):
        # The filter itself is asked in any case; without its tokens the index only has more to rank.
        if 0 < len(group) <= room:
            groups.append(f"+scopes:({' OR '.join(group)})")
            room -= len(group)
    words = " OR ".join(f'"{term}"' for term in request.terms)
    return " ".join((*groups, f"+text:({words})"))


def select(filter: Filter, now: datetime | None, offset: int, limit: int | None) -> Statement:
    return filtered("read/select", filter, now=now, offset=offset, limit=_NO_LIMIT if limit is None else limit)


def apply(changes: ChangeSet) -> Statement:
    rows: dict[type[Change], list[dict[str, Any]]] = {kind: [] for kind in _ROWS}
    for change in changes.changes:
        rows[type(change)].append(_ROWS[type(change)](change, changes))
        if isinstance(change, Relate):
            rows[Unite] += [_unite(Unite(*same), changes) for same in change.same]
    transcript = changes.transcript
    said = zip(transcript.ids, transcript.messages, strict=True) if transcript else ()
    return plain(
        "write/apply",
        set={"id": changes.id, "at": changes.recorded_at},
        creates=rows[Create],
        revises=rows[Revise],
        revives=rows[Revive],
        retires=rows[Retire],
        relates=rows[Relate],
        unites=rows[Unite],
        separates=rows[Separate],
        conversation={"key": transcript.conversation, "caption": "conversation"} if transcript else {},
        messages=[
            {
                "id": id,
                "role": message.role,
                "name": message.name,
                "content": message.content,
                "digest": message.digest,
                "read_by": transcript.read_by if transcript else None,
                "said_at": transcript.said_at if transcript else None,
                "caption": _caption(f"{message.name or message.role}: {message.content}"),
            }
            for id, message in said
        ],
    )


def _create(change: Create, changes: ChangeSet) -> dict[str, Any]:
    return {
        "id": change.memory.id,
        "identity": change.memory.identity,
        "properties": _properties(change.memory),
        "vector": _floats(change.vector),
        "version": {**_version(change.memory, "ADD", changes), "number": 1},
        **_owners(change.memory),
        **_sources(change.sources, changes),
    }


def _revive(change: Revive, changes: ChangeSet) -> dict[str, Any]:
    return {
        "id": change.memory.id,
        "replaces": change.replaces,
        "properties": _properties(change.memory),
        "vector": _floats(change.vector),
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
        "vector": _floats(change.vector),
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
        "vector": _floats(row["vector"]),
        **_owners(memory),
    }


_LOADED: dict[str, Any] = {
    "message": lambda row: {**row, "caption": _caption(f"{row['name'] or row['role']}: {row['content']}")},
    "entity": lambda row: {**row, "caption": row["name"]},
    "same": dict,
    "version": _loaded_version,
    "relation": dict,
}


def seen(request: SeenRequest) -> Statement:
    return plain(
        "read/seen",
        conversation=request.conversation,
        digests=list(request.digests),
        read_by=request.read_by,
        identities=list(request.identities),
    )


def nearest(request: NearRequest) -> Statement:
    return filtered(
        "read/nearest",
        request.filter,
        probes=[
            {
                "place": place,
                "identity": probe.identity,
                "vector": _floats(probe.vector),
                "bonds": [{"subject": subject, "predicates": list(kinds)} for subject, kinds in probe.bonds],
            }
            for place, probe in enumerate(request.probes)
        ],
        now=request.now,
        owner=request.owner,
        beginnings=list(request.beginnings),
        limit=request.limit,
        floor=request.floor,
        entities=request.entities,
    )


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
    return {"sources": rows, "place": sources[0].place if sources else 0}


def _listed(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _floats(vector: Vector | None) -> list[float] | None:
    return None if vector is None else vector.tolist()


def _caption(text: str) -> str:
    return text if len(text) <= _CAPTION else text[: _CAPTION - 1] + "…"
