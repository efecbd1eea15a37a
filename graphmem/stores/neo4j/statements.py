"""Questions and the schema → (query, parameters) for Neo4j."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmem.model.filter import Filter
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.requests import EmbedderInfo, NearRequest, SearchRequest, SeenRequest, VersionsRequest
from graphmem.model.vectors import Vector
from graphmem.stores.neo4j.query_files import load
from graphmem.stores.scope_tokens import required_tokens

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

CHECKS = ("numbers", "intervals", "events", "newest", "lost", "orphans", "unsupported", "strangers", "unlinked")


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataStep:
    """A change of data in batches, each a transaction of its own, until `read` returns no rows.

    Attributes:
        read: name of a query that returns the next rows to change, some thousand at most. Where no property tells what is done,
            `upgrade_cursor` of the store's node may hold its place; it is removed when the step is done.
        write: name of a query that changes these rows, $rows, so that `read` won't return them again.
        change: makes of a row what `write` needs of it. It may be called again with the same row.
    """

    read: str
    write: str
    change: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict


# Schema version → the step that leads to it from the version before; an empty database has version 0. A step names queries that
# make or drop indexes and constraints, each of which may be run again, or is a DataStep. Who changes the schema adds a step;
# those that were released stay as they are: there are databases that still need them.
STEPS: dict[int, tuple[str, ...] | DataStep] = {1: SCHEMA}


def plain(name: str, **parameters: Any) -> Statement:
    """A query without a filter."""
    return Statement(load(name).text, parameters)


def filtered(name: str, filter: Filter, **parameters: Any) -> Statement:
    """A query with a filter. Its parameters are f0, f1, … beside those given."""
    text, values = load(name).filtered(filter)
    return Statement(text, {**values, **parameters})


def fix(check: str, ids: Sequence[str], at: datetime) -> Statement | None:
    """What repairs that which a check found, if anything does; `at` is when."""
    return {
        "orphans": plain("checks/fix_orphans"),
        "unsupported": plain("checks/fix_unsupported", at=at),
        "unlinked": plain("write/link", linked=list(ids)),
    }.get(check)


def versions(request: VersionsRequest) -> Statement:
    scope = request.scope or Scope()
    return plain(
        "read/versions",
        memory_ids=list(request.memory_ids),
        call=request.call,
        scope=request.scope is not None,
        **{name: getattr(scope, name) for name in SCOPE_FIELDS},
        messages=request.messages,
        links=request.links,
    )


def vector_index(embedder: EmbedderInfo) -> Statement:
    config = {"vector.dimensions": embedder.dimensions, "vector.similarity_function": "cosine"}
    return plain("schema/memory_embedding", options={"indexConfig": config})


def search(request: SearchRequest) -> Statement:
    return filtered(
        "read/search",
        request.filter,
        vector=floats(request.vector),
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
                "vector": floats(probe.vector),
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


def floats(vector: Vector | None) -> list[float] | None:
    return None if vector is None else vector.tolist()
