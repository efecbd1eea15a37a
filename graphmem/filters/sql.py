"""Filter tree → SQL condition on a row of `memory`. One row an operator and kind of field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from graphmem.clock import to_micros
from graphmem.filters.ast import Compare, Filter
from graphmem.filters.compiled import Compiled, Parameters, kind_of, render
from graphmem.flatten import leaf_kind, property_name, storable
from graphmem.model import SCOPE_FIELDS

_COLUMN = {name: name for name in (*SCOPE_FIELDS, "created_at", "updated_at")} | {"memory_id": "id"}

# {m} is the row's alias, {c} its column, {k} the parameter of a metadata path, {t} that of the value's type, {v} that of the value;
# the values of an `in` travel as one JSON text, {v}.
_TEMPLATES = {
    ("scalar", "eq"): "{m}.{c} = {v}",
    ("scalar", "in"): "{m}.{c} IN (SELECT value FROM json_each({v}))",
    ("categories", "eq"): "EXISTS (SELECT 1 FROM memory_category x WHERE x.memory = {m}.seq AND x.name = {v})",
    ("categories", "in"): (
        "EXISTS (SELECT 1 FROM memory_category x WHERE x.memory = {m}.seq AND x.name IN (SELECT value FROM json_each({v})))"
    ),
    ("time", "gte"): "{m}.{c} >= {v}",
    ("time", "lte"): "{m}.{c} <= {v}",
    ("text", "icontains"): "instr(fold({m}.text), fold({v})) > 0",
    ("metadata", "eq"): (
        "EXISTS (SELECT 1 FROM memory_metadata x WHERE x.memory = {m}.seq AND x.path = {k} AND x.kind = {t} AND x.value = {v})"
    ),
    ("metadata", "in"): (
        "EXISTS (SELECT 1 FROM memory_metadata x JOIN json_each({v}) y"
        " ON x.kind = json_extract(y.value, '$[0]') AND x.value = json_extract(y.value, '$[1]')"
        " WHERE x.memory = {m}.seq AND x.path = {k})"
    ),
}


def compile_sql(filter: Filter, alias: str) -> Compiled:
    """The condition for rows of `memory` under `alias`, and its parameters (named f0, f1, …)."""
    parameters = Parameters(":")

    def leaf(node: Compare, negated: bool) -> str:
        kind = kind_of(node.path.field)
        typed = kind == "metadata"
        slots = {
            "m": alias,
            "c": _COLUMN.get(node.path.field, ""),
            "k": parameters.add(property_name(node.path.keys)) if typed else "",
            "t": parameters.add(leaf_kind(node.value)) if typed and node.op == "eq" else "",
            "v": parameters.add(_value(node.value, typed)),
        }
        text = _TEMPLATES[kind, node.op].format(**slots)
        return f"coalesce({text}, 0)" if negated else text

    return Compiled(render(filter, leaf), parameters.values)


def _value(value: Any, typed: bool) -> Any:
    if isinstance(value, tuple):
        return json.dumps([[leaf_kind(item), storable(item)] if typed else item for item in value])
    return to_micros(value) if isinstance(value, datetime) else storable(value)
