"""Filter tree → SQL condition on a row of `memory`. One row for each operator of a kind of field."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from graphmem.filters.boolean import render
from graphmem.filters.grammar import FIELDS
from graphmem.filters.parameters import Compiled, Parameters, Slots
from graphmem.model.filter import Compare, Filter
from graphmem.model.metadata import leaf_kind, list_name, marker_name, property_name, storable
from graphmem.model.times import to_micros

_COLUMN = {"memory_id": "id", "expiration_date": "expires_at"}
# {has} and {its} are those of _EACH or of _BY_INDEX.
_CATEGORY = "{has} memory_category x WHERE {its}%s)"
_METADATA = "{has} memory_metadata x WHERE {its} AND %s)"
# Looks at each memory and finds its rows; or finds the memories of all rows that fit, which is better if few memories are wanted of many.
_EACH = {"has": "EXISTS (SELECT 1 FROM", "its": "x.memory = {m}.seq"}
_BY_INDEX = {"has": "{m}.seq IN (SELECT x.memory FROM", "its": "true"}
# SQLite looks up named parameters one by one, so the time for a list of them grows with the square of its length.
_LONG = 100
_IS_STRING = "x.path = {k} AND x.kind = 'string'"

# spelled() and fold() are Python's (model.folding). Of ASCII texts, which have as many bytes as characters, they make the text itself
# and what lower() makes of it, which is much faster.
_IF_ASCII = "CASE WHEN length({m}.text) = length(CAST({m}.text AS BLOB)) THEN"
_SPELLED = f"{_IF_ASCII} {{m}}.text ELSE spelled({{m}}.text) END"
_FOLDED = f"{_IF_ASCII} lower({{m}}.text) ELSE fold({{m}}.text) END"

# {m} is the row's alias, {c} its column, {v} the parameter that holds the value, or for a list all of them in brackets,
# {s} and {e} the ends of a time span, {d} the parameter that holds the spans of a list as JSON; {k}, {l} and {o} the parameters
# that hold the paths of a metadata value, of its list and of its marker, {t} its type, {w} the values of a list by type.
# Conditions are frugal with parameters: a statement can have 32,766 at most.
_TEMPLATES = {
    ("id", "eq"): "{m}.{c} = {v}",
    ("id", "ne"): "({m}.{c} IS NULL OR {m}.{c} <> {v})",
    ("id", "in"): "{m}.{c} IN {v}",
    ("id", "nin"): "({m}.{c} IS NULL OR {m}.{c} NOT IN {v})",
    ("id", "contains"): "instr({m}.{c}, {v}) > 0",
    ("id", "icontains"): "instr(fold({m}.{c}), fold({v})) > 0",
    ("id", "any"): "{m}.{c} IS NOT NULL",
    ("time", "eq"): "{m}.{c} BETWEEN {s} AND {e}",
    ("time", "ne"): "({m}.{c} IS NULL OR {m}.{c} NOT BETWEEN {s} AND {e})",
    ("time", "gt"): "{m}.{c} > {e}",
    ("time", "gte"): "{m}.{c} >= {s}",
    ("time", "lt"): "{m}.{c} < {s}",
    ("time", "lte"): "{m}.{c} <= {e}",
    ("time", "in"): (
        "EXISTS (SELECT 1 FROM json_each({d}) x"
        " WHERE {m}.{c} BETWEEN json_extract(x.value, '$[0]') AND json_extract(x.value, '$[1]'))"
    ),
    ("time", "any"): "{m}.{c} IS NOT NULL",
    ("day", "eq"): "{m}.{c} = {v}",
    ("day", "ne"): "({m}.{c} IS NULL OR {m}.{c} <> {v})",
    ("day", "gt"): "{m}.{c} > {v}",
    ("day", "gte"): "{m}.{c} >= {v}",
    ("day", "lt"): "{m}.{c} < {v}",
    ("day", "lte"): "{m}.{c} <= {v}",
    ("day", "in"): "{m}.{c} IN {v}",
    ("day", "any"): "{m}.{c} IS NOT NULL",
    ("categories", "eq"): _CATEGORY % " AND x.name = {v}",
    ("categories", "ne"): "NOT " + _CATEGORY % " AND x.name = {v}",
    ("categories", "in"): _CATEGORY % " AND x.name IN {v}",
    ("categories", "nin"): "NOT " + _CATEGORY % " AND x.name IN {v}",
    ("categories", "icontains"): _CATEGORY % " AND fold(x.name) = fold({v})",
    ("categories", "any"): _CATEGORY % "",
    ("text", "eq"): f"{_SPELLED} = {{v}}",
    ("text", "ne"): f"{_SPELLED} <> {{v}}",
    ("text", "contains"): f"instr({_SPELLED}, {{v}}) > 0",
    ("text", "icontains"): f"instr({_FOLDED}, fold({{v}})) > 0",
    ("text", "any"): "{m}.text IS NOT NULL",
    ("metadata", "eq"): _METADATA % "x.path = {k} AND x.kind = {t} AND x.value = {v}",
    ("metadata", "ne"): "NOT " + _METADATA % "x.path = {k} AND x.kind = {t} AND x.value = {v}",
    ("metadata", "in"): _METADATA % "x.path = {k} AND ({w})",
    ("metadata", "nin"): "NOT " + _METADATA % "x.path = {k} AND ({w})",
    ("metadata", "gt"): _METADATA % "x.path = {k} AND x.kind = {t} AND x.value > {v}",
    ("metadata", "gte"): _METADATA % "x.path = {k} AND x.kind = {t} AND x.value >= {v}",
    ("metadata", "lt"): _METADATA % "x.path = {k} AND x.kind = {t} AND x.value < {v}",
    ("metadata", "lte"): _METADATA % "x.path = {k} AND x.kind = {t} AND x.value <= {v}",
    ("metadata", "contains"): _METADATA
    % f"({_IS_STRING} AND instr(x.value, {{v}}) > 0 OR x.path = {{l}} AND x.kind = 'string' AND x.value = {{v}})",
    ("metadata", "has"): _METADATA % "x.path = {l} AND x.kind = {t} AND x.value = {v}",
    ("metadata", "icontains"): _METADATA
    % (
        f"({_IS_STRING} AND instr(fold(x.value), fold({{v}})) > 0"
        " OR x.path = {l} AND x.kind = 'string' AND fold(x.value) = fold({v}))"
    ),
    ("metadata", "any"): _METADATA % "x.path IN ({k}, {o})",
}


def compile_sql(filter: Filter, alias: str, *, by_index: bool = False) -> Compiled:
    """The condition for rows of `memory` under `alias`, and its parameters (named f0, f1, …).

    Args:
        by_index: the condition is for finding few memories among very many: indexes of categories and metadata lead to them.
    """
    parameters = Parameters(":")
    ways = _BY_INDEX if by_index else _EACH

    def leaf(node: Compare, negated: bool) -> str:
        keys, value = node.path.keys, node.value
        column = _COLUMN.get(node.path.field, node.path.field)
        slots = Slots(
            {
                "m": lambda: alias,
                "has": lambda: ways["has"].format(m=alias),
                "its": lambda: ways["its"].format(m=alias),
                "c": lambda: column,
                "k": lambda: parameters.add(property_name(keys)),
                "l": lambda: parameters.add(list_name(keys)),
                "o": lambda: parameters.add(marker_name(keys)),
                "t": lambda: _kind(value),
                "v": lambda: _values(value, parameters),
                "w": lambda: _by_type(value, parameters),
                "s": lambda: _end(value, "start", parameters),
                "e": lambda: _end(value, "end", parameters),
                "d": lambda: parameters.add(_spans(value)),
            }
        )
        text = _TEMPLATES[FIELDS[node.path.field].kind, node.op].format_map(slots)
        return f"coalesce({text}, 0)" if negated else text

    return Compiled(render(filter, leaf), parameters.values)


def _values(value: Any, parameters: Parameters) -> str:
    if not isinstance(value, tuple):
        return parameters.add(_stored(value))
    items = [_stored(item) for item in value]
    # One parameter with all values as JSON, wherever JSON keeps them exactly.
    if len(items) > _LONG and all(map(_exact_in_json, items)):
        return f"(SELECT value FROM json_each({parameters.add(json.dumps(items))}))"
    return f"({', '.join(map(parameters.add, items))})"


def _stored(value: Any) -> Any:
    """A value as a column holds it: a day in ISO form."""
    return value.isoformat() if isinstance(value, date) else storable(value)


def _exact_in_json(value: Any) -> bool:
    """Whether SQLite reads the value from JSON as Python does: it ends strings at NUL, and may round floats differently."""
    return "\0" not in value if isinstance(value, str) else not isinstance(value, float)


def _by_type(values: Any, parameters: Parameters) -> str:
    groups: dict[str, list[Any]] = {}
    for value in values:
        # SQLite would compare 1 with '1' by its own rules: each type is compared with its own kind.
        groups.setdefault(_kind(value), []).append(value)
    parts = (f"x.kind = {kind} AND x.value IN {_values(tuple(group), parameters)}" for kind, group in groups.items())
    return " OR ".join(parts) or "false"


def _kind(value: Any) -> str:
    return f"'{leaf_kind(value)}'"


def _end(span: Any, name: str, parameters: Parameters) -> str:
    return parameters.add(to_micros(getattr(span, name)))


def _spans(spans: Any) -> str:
    """The spans as JSON, sorted and merged where they meet: consecutive days become one span."""
    merged: list[list[int]] = []
    for start, end in sorted((to_micros(span.start), to_micros(span.end)) for span in spans):
        # Times are whole microseconds: spans one apart leave nothing between them.
        if merged and start <= merged[-1][1] + 1:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return json.dumps(merged)
