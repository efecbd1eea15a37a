"""Memories in the shape of a schema."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem.errors import ValidationError
from graphmem.server.exports import schema_of, shaped

ROWS: list[dict[str, Any]] = [
    {"id": "2", "memory": "Likes tea", "categories": ["food"], "metadata": {"city": "Rome", "n": 2}, "user_id": "a"},
    {"id": "1", "memory": "Likes cake", "categories": ["food", "home"], "metadata": {"city": "Bonn"}, "user_id": "a"},
]


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({}, {"memories": ROWS}),
        ({"properties": {}}, {"memories": ROWS}),
        ({"properties": {"city": {"type": "string"}, "n": {}, "zip": {}}}, {"city": "Rome", "n": 2, "zip": None}),
        ({"properties": {"city": {"type": "array"}}}, {"city": ["Rome", "Bonn"]}),
        ({"properties": {"categories": {"type": "array"}}}, {"categories": ["food", "food", "home"]}),
        ({"properties": {"memories": {"type": "array"}}}, {"memories": ["Likes tea", "Likes cake"]}),
        ({"properties": {"others": {"type": "array"}}}, {"others": []}),
        (
            {"properties": {"rows": {"type": "array", "items": {"properties": {"n": {}, "text": {}}}}}},
            {"rows": [{"n": 2, "text": "Likes tea"}, {"n": None, "text": "Likes cake"}]},
        ),
        ({"properties": {"rows": {"type": "array", "items": {"properties": {"n": {}}}}}}, {"rows": [{"n": 2}]}),
        ({"properties": {"who": {"properties": {"user_id": {}}}}}, {"who": {"user_id": "a"}}),
        (
            {"properties": {"place": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/P"}]}}, "$defs": {"P": {"properties": {"city": {}}}}},
            {"place": {"city": "Rome"}},
        ),
        ({"properties": {"a": {"$ref": "#/properties/a"}, "b": {"$ref": "#/nowhere"}}}, {"a": None, "b": None}),
        ({"properties": {"city": True}}, {"city": "Rome"}),
    ],
)  # fmt: skip
def test_shapes(schema: dict[str, Any], found: dict[str, Any]) -> None:
    assert shaped(schema, ROWS) == found


def test_a_schema_without_an_end_ends() -> None:
    schema = {"properties": {"a": {"$ref": "#"}}}
    assert "a" in shaped(schema, ROWS)


@pytest.mark.parametrize("given", ["", "no json", "[1]", "1", None, [1], 7, "[" * 100_000])
def test_what_is_no_schema(given: Any) -> None:
    with pytest.raises(ValidationError, match="schema"):
        schema_of(given)


def test_a_schema_as_text() -> None:
    assert schema_of('{"type": "object"}') == {"type": "object"}
