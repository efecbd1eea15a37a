"""Builds the queries that read from Neo4j, and those that make and upgrade its schema: text and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from graphmem.model.filter import Filter
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.related import RelatedRequest
from graphmem.model.requests import EmbedderInfo, NearRequest, SearchRequest, SeenRequest, VersionsRequest
from graphmem.model.said import SaidRequest
from graphmem.model.vectors import Vector
from graphmem.model.words import stem_list
from graphmem.stores.message_scopes import scope_of
from graphmem.stores.neo4j import compared
from graphmem.stores.neo4j.query_files import joined, load
from graphmem.stores.neo4j.twins import TYPES
from graphmem.stores.portable import KINDS
from graphmem.stores.scope_tokens import required_tokens, scope_tokens

# Cypher's LIMIT does not accept null, so "no limit" is a number that no store reaches.
_NO_LIMIT = 2**62
_EVER = datetime.max.replace(tzinfo=timezone.utc)
# Lucene accepts 1,024 clauses in a query. Three quarters of them are left for words, of which each is looked for in two fields.
_MAX_SCOPE_TOKENS = 256

# Those of what a server keeps.
SERVED = tuple(
    f"schema/{name}"
    for name in ("record_id", "record_of_kind", "event_id", "event_order", "event_of_user", "event_ended", "queue_key")
)

# The indexes and constraints of a store, all on labels of graphmem's own.
SCHEMA = (
    *(
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
            "memory_by_event",
            "memory_in_conversation",
            "version_of_memory",
            "version_of_change_set",
            "version_of_user",
            "version_of_agent",
            "version_of_app",
            "version_of_run",
            "message_at",
            "message_of_change_set",
            "message_of_conversation",
            "said_of_user",
            "said_of_agent",
            "said_of_app",
            "said_of_run",
            "entity_by_key",
            "entity_by_ending",
            "entity_of_owner",
            "relation_of_memory",
            "memory_text",
            "said_text",
        )
    ),
    *SERVED,
)

# In this order: each step deletes what the steps before it left unused, in batches of one transaction.
RESET = tuple(
    f"write/reset_{name}"
    for name in (
        "memories",
        "deleted",
        "versions",
        "messages",
        "conversations",
        "entities",
        "owners",
        "events",
        "records",
    )
)

CHECKS = (
    "numbers",
    "intervals",
    "events",
    "newest",
    "lost",
    "orphans",
    "unsupported",
    "strangers",
    "unlinked",
    "twins",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A query and its parameters."""

    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataStep:
    """An upgrade that changes data in batches of one transaction, until `read` returns no rows.

    Attributes:
        read: name of the query that returns the next rows to change, a few thousand at most. If no property shows which rows are
            done, the query may keep its place in `upgrade_cursor` of the store's node, which is removed at the end of the step.
        write: name of the query that changes these rows, given as $rows, so that `read` does not return them again.
        change: turns a row from `read` into a row for `write`. It may be called more than once with the same row.
    """

    read: str
    write: str
    change: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict


def findable(scope: Scope, content: str) -> dict[str, Any]:
    """The properties by which searches find a Message, besides those that it has anyway."""
    found = {name: getattr(scope, name) for name in SCOPE_FIELDS}
    compare = compared.ids(scope) | compared.text("content", content)
    return {**found, **compare, "scopes": scope_tokens(scope), "stems": stem_list(content)}


def _found_message(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What makes a message of an older store findable."""
    scope = scope_of(row["role"], row["conversation"], row["read_by"], [Scope(*ids) for ids in row["scopes"]])
    return {"id": row["id"], "found": None if scope is None else findable(scope, row["content"])}


# The steps of `OWN_LABELS`: they give nodes that graphmem wrote its own labels, in batches of one transaction.
LABELLING = tuple(
    f"upgrades/label_{name}"
    for name in ("memories", "deleted", "versions", "messages", "conversations", "entities", "owners")
)


class OwnLabels:
    """The upgrade from plain labels to labels of graphmem's own. An empty database begins with what it leads to."""


class Twins:
    """The upgrade that gives relations their twins, except those of types that other programs have."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """An upgrade by queries that change data in batches of one transaction each, and leave out what is done already."""

    queries: tuple[str, ...]


# Schema version → the step that upgrades to it from the version before. A step is a DataStep, a Rewriting, Twins, names of queries that
# make or drop indexes and constraints, each of which can be run again, or OwnLabels: where a new store begins. What it made on plain
# labels, an earlier step makes no more.
# To change the schema, add a step. A released step never changes, because some databases still need it.
STEPS: dict[int, tuple[str, ...] | DataStep | Rewriting | OwnLabels | Twins] = {
    2: ("upgrades/vectors_of_memories",),
    3: ("upgrades/message_at",),
    4: DataStep(
        "upgrades/without_stems", "upgrades/stems", lambda row: {"id": row["id"], "stems": stem_list(row["text"])}
    ),
    5: (),
    6: DataStep("upgrades/old_messages", "upgrades/find_messages", _found_message),
    7: (),
    8: DataStep("upgrades/without_endings", "upgrades/endings"),
    9: (),
    10: DataStep("upgrades/without_origin", "upgrades/old_origin"),
    11: SERVED,
    12: OwnLabels(),
    13: Rewriting(("upgrades/titles", "upgrades/titles_of_users", "upgrades/titles_of_the_past")),
    14: DataStep("upgrades/memories_to_reread", "upgrades/reread_memories", compared.memory_again),
    15: DataStep("upgrades/versions_to_reread", "upgrades/reread_versions", compared.version_again),
    16: DataStep("upgrades/messages_to_reread", "upgrades/reread_messages", compared.message_again),
    17: Twins(),
    18: DataStep("upgrades/memories_to_part", "upgrades/part_memories", compared.parted_again),
    19: DataStep("upgrades/messages_to_part", "upgrades/reread_messages", compared.parted_again),
}


def plain(name: str, **parameters: Any) -> Statement:
    """A query without a filter."""
    return Statement(load(name).text, _completed((name,), parameters))


def chained(names: Sequence[str], parameters: Mapping[str, Any]) -> Statement:
    """Queries that run one after the other in one; each must return exactly one row."""
    return Statement(joined(tuple(names)), _completed(names, parameters))


def _completed(names: Iterable[str], parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the types of twins, if one of these queries reads them and no others are given."""
    needed = any("types" in load(name).parameters for name in names)
    return {"types": list(TYPES), **parameters} if needed else parameters


def filtered(name: str, filter: Filter, **parameters: Any) -> Statement:
    """A query with a filter, whose parameters f0, f1, … are added to those given."""
    text, values = load(name).filtered(filter)
    return Statement(text, {**values, **parameters})


def dump(kind: str, offset: int, limit: int, *, vectors: bool) -> Statement:
    """Records of an export, of this kind; a row each. Without `vectors`, those are null."""
    wanted = {"vectors": vectors} if "vector" in KINDS[kind] else {}
    return plain(f"transfer/read_{kind}", offset=offset, limit=limit, **wanted)


def fix(check: str, ids: Sequence[str], at: datetime) -> Statement | None:
    """The query that repairs what a check found; None if no query can. `at`: time of the repair."""
    return {
        "intervals": plain("checks/fix_intervals", ids=list(ids)),
        "orphans": plain("checks/fix_orphans"),
        "unsupported": chained(("checks/fix_unsupported", "write/twins"), {"at": at, "twinned": list(ids)}),
        "unlinked": plain("write/link", linked=list(ids)),
        "twins": chained(("checks/fix_twins", "write/twins"), {"twinned": list(ids)}),
    }.get(check)


def versions(request: VersionsRequest) -> Statement:
    """Whole chains, one after the other, each oldest first; a row each version."""
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
    """Makes the index of the vectors of memories."""
    config = {"vector.dimensions": embedder.dimensions, "vector.similarity_function": "cosine"}
    return plain("schema/memory_embedding", options={"indexConfig": config})


def search(request: SearchRequest) -> Statement:
    """What the arms of a search find: one row, as `records.findings` reads it."""
    return filtered(
        "read/search",
        request.filter,
        vector=floats(request.vector),
        match=lucene(request),
        owners=list(request.walk.owners),
        names=list(request.walk.names),
        selves=list(request.walk.selves),
        roles=list(request.walk.roles),
        turned=list(request.walk.turned),
        roles_of_self=request.walk.roles_of_self,
        relations=list(request.walk.relations),
        now=request.now,
        limit=request.limit,
        reach=request.reach,
        around=request.around,
        needles=[term.needle for term in request.terms],
        sample=request.sample,
        long=request.long,
    )


def said(request: SaidRequest, read: int) -> Statement:
    """`read`: how many messages each arm reads, of which some may not be found."""
    return filtered(
        "read/said",
        request.filter,
        vector=floats(request.vector),
        match=lucene(request, "content"),
        needles=[term.needle for term in request.terms],
        now=request.now,
        at=request.at or _EVER,
        read=read,
        around=request.around,
        reach=request.reach,
    )


def lucene(request: SearchRequest | SaidRequest, text: str = "text") -> str:
    """The Lucene query of the text arm; empty if there are no words. `text`: the property that holds them.

    A memory or message must have a token of each scope group, and at least one of the words. Words consist of letters and digits, in
    lower case, and are quoted: none of them can act as Lucene syntax.
    """
    if not (request.terms and request.by_words):
        return ""
    groups: list[str] = []
    room = _MAX_SCOPE_TOKENS
    for group in required_tokens(request.filter):
        # A group that is too long can be left out: the query applies the filter anyway, and the index only ranks more memories.
        if 0 < len(group) <= room:
            groups.append(f"+scopes:({' OR '.join(group)})")
            room -= len(group)
    # Words and their beginnings are letters and digits.
    words = " OR ".join(f"{form}*" if term.begins else f'"{form}"' for term in request.terms for form in term.forms)
    return " ".join((*groups, f"+({text}:({words}) indexed:({words}))"))


def select(filter: Filter, now: datetime | None, offset: int, limit: int | None) -> Statement:
    """A page of memories, newest first. limit: None for no limit."""
    return filtered("read/select", filter, now=now, offset=offset, limit=_NO_LIMIT if limit is None else limit)


def related(request: RelatedRequest) -> Statement:
    """A part of the graph: one row, as `records.related` reads it."""
    lists = {name: getattr(request, name) for name in ("ids", "near", "source", "target", "memories")}
    return filtered(
        "read/related",
        request.filter,
        **{name: None if each is None else list(each) for name, each in lists.items()},
        predicate=request.predicate,
        at=request.at,
        valid_at=request.valid_at,
        now=request.now,
        limit=_NO_LIMIT if request.limit is None else request.limit,
    )


def seen(request: SeenRequest) -> Statement:
    """Which messages a conversation holds: one row, as `records.seen` reads it."""
    return plain(
        "read/seen",
        conversation=request.conversation,
        digests=list(request.digests),
        read_by=request.read_by,
        identities=list(request.identities),
    )


def nearest(request: NearRequest) -> Statement:
    """What is known about new facts: one row, as `records.nearby` reads it."""
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
        key_prefixes=list(request.key_prefixes),
        key_endings=list(request.key_endings),
        limit=request.limit,
        floor=request.floor,
        entities_per_prefix=request.entities_per_prefix,
    )


def floats(vector: Vector | None) -> list[float] | None:
    """A vector as a parameter. A procedure stores it as 32-bit floats."""
    return None if vector is None else vector.tolist()
