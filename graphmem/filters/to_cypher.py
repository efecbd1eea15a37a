"""Filter tree → Cypher condition on a :Memory node. One row for each operator of a kind of field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphmem.filters.boolean import render
from graphmem.filters.grammar import FIELDS
from graphmem.filters.parameters import Compiled, Parameters, Slots
from graphmem.model.filter import Compare, Filter, Span
from graphmem.model.folding import folded
from graphmem.model.metadata import encoded, folded_name, list_name, marker_name, property_name, storable

_PROPERTY = {"memory_id": "id", "expiration_date": "expires_at"}
# A Message has scope ids, and these; see of_messages.
MESSAGE = {"text": "content", "created_at": "said_at"}

_TEXT = "coalesce({m}.{p}_spelled, {m}.{p})"
_CATEGORIES = "coalesce({m}.categories_spelled, {m}.categories)"

# {m} is the node's variable, {p} its property, {v} the parameter that holds the value; {s} and {e} the ends of a time span;
# {k}, {l} and {o} the parameters that hold the names of a metadata value, of its list and of its marker, {x} a list item; {f}, {kf}, {lf}
# and {xf} are the same for comparisons that ignore case. What such a comparison sees of text that is not ASCII was folded when it was
# written (`folding`): toLower() is Java's, which folds otherwise. It fails for a number or a truth value, and with it the whole query.
_TEMPLATES = {
    ("id", "eq"): "{m}.{p} = {v}",
    ("id", "ne"): "coalesce({m}.{p} <> {v}, true)",
    ("id", "in"): "{m}.{p} IN {v}",
    ("id", "nin"): "NOT coalesce({m}.{p} IN {v}, false)",
    ("id", "contains"): "{m}.{p} CONTAINS {v}",
    ("id", "icontains"): "coalesce({m}.{p}_folded, toLower({m}.{p})) CONTAINS {f}",
    ("id", "any"): "{m}.{p} IS NOT NULL",
    ("time", "eq"): "{s} <= {m}.{p} AND {m}.{p} <= {e}",
    ("time", "ne"): "coalesce({m}.{p} < {s} OR {m}.{p} > {e}, true)",
    ("time", "gt"): "{m}.{p} > {e}",
    ("time", "gte"): "{m}.{p} >= {s}",
    ("time", "lt"): "{m}.{p} < {s}",
    ("time", "lte"): "{m}.{p} <= {e}",
    ("time", "in"): "any(span IN {v} WHERE span[0] <= {m}.{p} AND {m}.{p} <= span[1])",
    ("time", "any"): "{m}.{p} IS NOT NULL",
    ("day", "eq"): "{m}.{p} = {v}",
    ("day", "ne"): "coalesce({m}.{p} <> {v}, true)",
    ("day", "gt"): "{m}.{p} > {v}",
    ("day", "gte"): "{m}.{p} >= {v}",
    ("day", "lt"): "{m}.{p} < {v}",
    ("day", "lte"): "{m}.{p} <= {v}",
    ("day", "in"): "{m}.{p} IN {v}",
    ("day", "any"): "{m}.{p} IS NOT NULL",
    ("categories", "eq"): f"{{v}} IN {_CATEGORIES}",
    ("categories", "ne"): f"NOT {{v}} IN {_CATEGORIES}",
    ("categories", "in"): f"any(name IN {_CATEGORIES} WHERE name IN {{v}})",
    ("categories", "nin"): f"none(name IN {_CATEGORIES} WHERE name IN {{v}})",
    ("categories", "icontains"): "{f} IN coalesce({m}.categories_folded, [name IN {m}.categories | toLower(name)])",
    ("categories", "any"): "size({m}.categories) > 0",
    ("text", "eq"): f"{_TEXT} = {{v}}",
    ("text", "ne"): f"{_TEXT} <> {{v}}",
    ("text", "contains"): f"{_TEXT} CONTAINS {{v}}",
    ("text", "icontains"): "coalesce({m}.{p}_folded, toLower({m}.{p})) CONTAINS {f}",
    ("text", "any"): "{m}.{p} IS NOT NULL",
    ("metadata", "eq"): "{m}[{k}] = {v}",
    ("metadata", "ne"): "coalesce({m}[{k}] <> {v}, true)",
    ("metadata", "in"): "{m}[{k}] IN {v}",
    ("metadata", "nin"): "NOT coalesce({m}[{k}] IN {v}, false)",
    ("metadata", "gt"): "{m}[{k}] > {v}",
    ("metadata", "gte"): "{m}[{k}] >= {v}",
    ("metadata", "lt"): "{m}[{k}] < {v}",
    ("metadata", "lte"): "{m}[{k}] <= {v}",
    ("metadata", "contains"): "coalesce({m}[{k}] CONTAINS {v}, {x} IN {m}[{l}], false)",
    ("metadata", "has"): "{x} IN {m}[{l}]",
    ("metadata", "icontains"): (
        "coalesce(coalesce({m}[{kf}], CASE WHEN {m}[{k}] IS :: STRING THEN toLower({m}[{k}]) END) CONTAINS {f},"
        " {xf} IN coalesce({m}[{lf}], [item IN {m}[{l}] | toLower(item)]), false)"
    ),
    ("metadata", "any"): "({m}[{k}] IS NOT NULL OR {m}[{o}] IS NOT NULL)",
}


def compile_cypher(filter: Filter, variable: str, names: Mapping[str, str] = _PROPERTY) -> Compiled:
    """The condition for nodes bound to `variable`, and its parameters (named f0, f1, …).

    Args:
        names: of the properties that are not called as the fields. Default: those of a Memory.
    """
    parameters = Parameters("$")

    def leaf(node: Compare, negated: bool) -> str:
        keys, value = node.path.keys, node.value
        slots = Slots(
            {
                "m": lambda: variable,
                "p": lambda: names.get(node.path.field, node.path.field),
                "k": lambda: parameters.add(property_name(keys)),
                "l": lambda: parameters.add(list_name(keys)),
                "o": lambda: parameters.add(marker_name(keys)),
                "v": lambda: parameters.add(_value(value)),
                "x": lambda: parameters.add(encoded(value)),
                "f": lambda: parameters.add(folded(str(value))),
                "kf": lambda: parameters.add(folded_name(property_name(keys))),
                "lf": lambda: parameters.add(folded_name(list_name(keys))),
                "xf": lambda: parameters.add(folded(encoded(value))),
                "s": lambda: parameters.add(value.start if isinstance(value, Span) else None),
                "e": lambda: parameters.add(value.end if isinstance(value, Span) else None),
            }
        )
        text = _TEMPLATES[FIELDS[node.path.field].kind, node.op].format_map(slots)
        # NOT null is null: a missing value must be false before it is negated.
        return f"coalesce({text}, false)" if negated else text

    return Compiled(render(filter, leaf), parameters.values)


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return [value.start, value.end] if isinstance(value, Span) else storable(value)
