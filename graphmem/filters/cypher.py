"""Filter tree → Cypher condition on a :Memory node. One row an operator and kind of field."""

from __future__ import annotations

from typing import Any

from graphmem.filters.ast import Compare, Filter
from graphmem.filters.compiled import Compiled, Parameters, kind_of, render
from graphmem.flatten import property_name, storable
from graphmem.model import SCOPE_FIELDS

_PROPERTY = {name: name for name in (*SCOPE_FIELDS, "created_at", "updated_at")} | {"memory_id": "id"}

# {m} is the node's variable, {p} its property, {k} the parameter that holds a metadata key, {v} the parameter that holds the value.
_TEMPLATES = {
    ("scalar", "eq"): "{m}.{p} = {v}",
    ("scalar", "in"): "{m}.{p} IN {v}",
    ("categories", "eq"): "{v} IN {m}.categories",
    ("categories", "in"): "any(each IN {m}.categories WHERE each IN {v})",
    ("time", "gte"): "{m}.{p} >= {v}",
    ("time", "lte"): "{m}.{p} <= {v}",
    ("text", "icontains"): "toLower({m}.text) CONTAINS toLower({v})",
    ("metadata", "eq"): "{m}[{k}] = {v}",
    ("metadata", "in"): "{m}[{k}] IN {v}",
}


def compile_cypher(filter: Filter, variable: str) -> Compiled:
    """The condition for nodes bound to `variable`, and its parameters (named f0, f1, …)."""
    parameters = Parameters("$")

    def leaf(node: Compare, negated: bool) -> str:
        kind = kind_of(node.path.field)
        slots = {
            "m": variable,
            "p": _PROPERTY.get(node.path.field, ""),
            "k": parameters.add(property_name(node.path.keys)) if kind == "metadata" else "",
            "v": parameters.add(_value(node.value)),
        }
        text = _TEMPLATES[kind, node.op].format(**slots)
        return f"coalesce({text}, false)" if negated else text

    return Compiled(render(filter, leaf), parameters.values)


def _value(value: Any) -> Any:
    return [storable(item) for item in value] if isinstance(value, tuple) else storable(value)
