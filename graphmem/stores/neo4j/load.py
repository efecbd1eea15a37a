"""Builds the queries that write imported records to Neo4j."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.stores.neo4j.properties import memory_properties, state, title
from graphmem.stores.neo4j.statements import Statement, chained, findable, floats
from graphmem.stores.portable import KINDS, memory_of, own_identity, scope_of

# Key of the entity that stands for the user. It has no name, which Neo4j Browser would show, but the user's id as its title.
_USER = "user"


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
    """Give memories of one identity and different texts identities of their own, except the first."""
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
        "version": state(memory)
        | place
        | {name: row[name] for name in version_only}
        | {"title": f"{'was: ' if row['recorded_to'] else ''}{'deleted: ' if withdrawn else ''}{title(memory.text)}"},
        "memory": None if withdrawn or row["recorded_to"] is not None else memory_properties(memory) | place,
        "own_identity": own_identity(memory),
        "vector": floats(row["vector"]),
    }


def _loaded_message(row: Mapping[str, Any]) -> dict[str, Any]:
    scope = scope_of(row)
    # Neo4j Browser shows a property "name" before "title".
    kept = {"speaker" if name == "name" else name: row[name] for name in KINDS["message"] if name != "vector"}
    properties = {**kept, "title": title(f"{kept['speaker'] or kept['role']}: {kept['content']}")}
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
