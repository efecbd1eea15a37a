"""Dumps a whole Neo4j database to JSON lines and loads it again: schema, nodes and relationships with all properties.

A line is one of ``{"schema": statement}``, ``{"node": number, "labels", "properties"}`` and
``{"from": number, "to": number, "type", "properties"}``. A time is written as ``{"datetime": text}``, a day as
``{"date": text}``, an embedding as ``{"vector": floats}``, where each float has the fewest digits that give the same 32 bits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import neo4j
import numpy as np
from neo4j.time import Date, DateTime

_SCHEMA = (
    "SHOW CONSTRAINTS YIELD name, createStatement RETURN createStatement AS statement ORDER BY name",
    "SHOW INDEXES YIELD name, type, owningConstraint, createStatement WHERE owningConstraint IS NULL AND type <> 'LOOKUP' "
    "RETURN createStatement AS statement ORDER BY name",
)
_NODES = "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties"
_RELATIONSHIPS = """
MATCH (one)-[r]->(other)
RETURN elementId(one) AS start, elementId(other) AS end, type(r) AS type, properties(r) AS properties
"""
# Vectors are stored by the procedure that graphmem uses, which keeps 32 bits of each float.
_CREATE_NODES = """
UNWIND $rows AS row
CREATE (n:$(row.labels))
SET n = row.properties
WITH row, n
CALL (row, n) {
  UNWIND keys(row.vectors) AS key
  CALL db.create.setNodeVectorProperty(n, key, row.vectors[key])
}
RETURN row.node AS number, elementId(n) AS id
"""
_CREATE_RELATIONSHIPS = """
UNWIND $rows AS row
MATCH (one) WHERE elementId(one) = row.start
MATCH (other) WHERE elementId(other) = row.end
CREATE (one)-[r:$(row.type)]->(other)
SET r = row.properties
"""


def dump(driver: neo4j.Driver, database: str) -> list[str]:
    """The whole database as lines, in an order that depends only on the content."""

    def ask(query: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in driver.execute_query(query, database_=database).records]

    lines: list[dict[str, Any]] = [{"schema": row["statement"]} for query in _SCHEMA for row in ask(query)]
    nodes = [(row["id"], {"labels": row["labels"], "properties": to_json(row["properties"])}) for row in ask(_NODES)]
    nodes.sort(key=lambda node: json.dumps(node[1], sort_keys=True))
    numbers = {id: number for number, (id, _) in enumerate(nodes)}
    lines += [{"node": numbers[id], **node} for id, node in nodes]
    relationships = [
        {
            "from": numbers[row["start"]],
            "to": numbers[row["end"]],
            "type": row["type"],
            "properties": to_json(row["properties"]),
        }
        for row in ask(_RELATIONSHIPS)
    ]
    lines += sorted(relationships, key=lambda row: json.dumps(row, sort_keys=True))
    return [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines]


def load(driver: neo4j.Driver, database: str, lines: Iterable[str]) -> None:
    """Fill an empty database from a dump, and wait until its indexes are ready."""

    def run(query: Any, rows: list[dict[str, Any]] | None = None) -> list[neo4j.Record]:
        return driver.execute_query(query, {"rows": rows}, database_=database).records

    records = [json.loads(line) for line in lines]
    for record in records:
        if "schema" in record:
            run(record["schema"])
    made = run(_CREATE_NODES, [record | _from_json(record["properties"]) for record in records if "node" in record])
    ids = {row["number"]: row["id"] for row in made}
    relationships = [
        {
            "start": ids[record["from"]],
            "end": ids[record["to"]],
            "type": record["type"],
            **_from_json(record["properties"]),
        }
        for record in records
        if "type" in record
    ]
    run(_CREATE_RELATIONSHIPS, relationships)
    run("CALL db.awaitIndexes(60)")


def to_json(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in properties.items()}


def _value(name: str, value: Any) -> Any:
    if name == "embedding":
        return {"vector": [float(str(np.float32(item))) for item in value]}
    if isinstance(value, DateTime | Date):
        return {type(value).__name__.lower(): value.iso_format()}
    return value


def _from_json(properties: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties as the driver takes them, with the vectors apart."""
    plain: dict[str, Any] = {}
    vectors: dict[str, Any] = {}
    for name, value in properties.items():
        if isinstance(value, dict) and "vector" in value:
            vectors[name] = value["vector"]
        else:
            plain[name] = _time(value) if isinstance(value, dict) else value
    return {"properties": plain, "vectors": vectors}


def _time(value: Mapping[str, str]) -> Date | DateTime:
    return Date.from_iso_format(value["date"]) if "date" in value else DateTime.from_iso_format(value["datetime"])
