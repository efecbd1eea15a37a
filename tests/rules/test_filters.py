"""Reading filters: what is meant, where it is wrong, and that no caller's text becomes query text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import FilterError
from graphmem.filters import And, Compare, Not, Or, Path, parse
from graphmem.filters.ast import scope_groups
from graphmem.filters.cypher import compile_cypher
from graphmem.filters.sql import compile_sql


def leaf(field: str, op: Any, value: Any = None, *keys: str) -> Compare:
    return Compare(Path(field, keys), op, value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({}, And(())),
        (None, And(())),
        ({"user_id": "a"}, leaf("user_id", "eq", "a")),
        ({"id": "a"}, leaf("memory_id", "eq", "a")),
        ({"run_id": "*"}, leaf("run_id", "any")),
        ({"run_id": {"eq": "*"}}, leaf("run_id", "eq", "*")),
        ({"AND": [{"user_id": "a"}, {"run_id": "b"}]}, And((leaf("user_id", "eq", "a"), leaf("run_id", "eq", "b")))),
        ({"AND": {"user_id": "a"}}, And((leaf("user_id", "eq", "a"),))),
        (
            {"OR": [{"user_id": "a"}], "run_id": "b"},
            And((Or((leaf("user_id", "eq", "a"),)), leaf("run_id", "eq", "b"))),
        ),
        (
            {"NOT": [{"user_id": "a"}, {"run_id": "b"}]},
            And((Not(leaf("user_id", "eq", "a")), Not(leaf("run_id", "eq", "b")))),
        ),
        ({"categories": {"contains": "x"}}, leaf("categories", "eq", "x")),
        ({"categories": {"in": []}}, leaf("categories", "in", ())),
        ({"keywords": "x"}, leaf("text", "icontains", "x")),
        ({"memory": "x"}, leaf("text", "eq", "x")),
        ({"metadata": {"a": {"b": 1}}}, leaf("metadata", "eq", 1, "a", "b")),
        ({"metadata": {"a.b": {"gt": 1}}}, leaf("metadata", "gt", 1, "a.b")),
        ({"metadata": {"a": {"contains": 1}}}, leaf("metadata", "has", 1, "a")),
        (
            {"user_id": {"ne": "a", "contains": "b"}},
            And((leaf("user_id", "ne", "a"), leaf("user_id", "contains", "b"))),
        ),
    ],
)
def test_meaning(written: Any, meant: Any) -> None:
    assert parse(written) == (meant.items[0] if isinstance(meant, And) and len(meant.items) == 1 else meant)


def nested(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"user_id": "a"}
    for _ in range(depth):
        found = {"AND": [found]}
    return found


@pytest.mark.parametrize(
    ("written", "path", "says"),
    [
        ([], "", "a filter is an object"),
        ({"colour": "red"}, "colour", "unknown field; allowed are AND, OR, NOT, user_id"),
        ({"AND": [{"user_id": "a"}, {"created_at": {"gte": "soon"}}]}, "AND[1].created_at.gte", "ISO 8601"),
        ({"AND": "x"}, "AND", "list of filters"),
        ({"OR": [5]}, "OR[0]", "a filter is an object"),
        ({"user_id": 5}, "user_id", "takes a string"),
        ({"user_id": None}, "user_id", "not null"),
        ({"user_id": {}}, "user_id", "no operator"),
        ({"user_id": {"like": "x"}}, "user_id.like", "unknown operator; allowed are eq, ne, in"),
        ({"user_id": {"in": "x"}}, "user_id.in", "takes a list"),
        ({"user_id": {"in": ["x", 5]}}, "user_id.in[1]", "takes a string"),
        ({"categories": {"gte": "x"}}, "categories.gte", "unknown operator"),
        ({"created_at": True}, "created_at", "ISO 8601"),
        ({"created_at": {"contains": "2024"}}, "created_at.contains", "unknown operator"),
        ({"text": {"in": ["x"]}}, "text.in", "unknown operator"),
        ({"metadata": "x"}, "metadata", "object of keys"),
        ({"metadata": {"a": None}}, "metadata.a", "not null"),
        ({"metadata": {"a": [1]}}, "metadata.a", "takes a string, a finite number"),
        ({"metadata": {"a": float("nan")}}, "metadata.a", "finite"),
        ({"metadata": {"a": {"gt": True}}}, "metadata.a.gt", "no order"),
        ({"metadata": {"a": {"gt": 1, "b": 2}}}, "metadata.a", "mixes operators"),
        ({"metadata": {"a": {}}}, "metadata.a", "no operator"),
        ({"metadata": {5: "x"}}, "metadata.5", "keys are strings"),
        ({"user_id": "\ud800"}, "user_id", "surrogate"),
        ({5: "x"}, "5", "unknown field"),
        (nested(33), None, "nested deeper than 32"),
        ({"AND": [{"user_id": "a"}] * 1_001}, None, "more than 1,000 conditions"),
        ({"user_id": {"in": ["a"] * 30_001}}, "user_id.in", "more than 30,000"),
    ],
)
def test_what_is_wrong_and_where(written: Any, path: str | None, says: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(written)
    assert says in str(caught.value)
    if path is not None:
        assert caught.value.path == path
    assert isinstance(caught.value, ValueError)


def test_depth_of_32_is_allowed() -> None:
    assert parse(nested(32)) is not None


def test_a_filter_that_contains_itself_ends() -> None:
    loop: dict[str, Any] = {}
    loop["AND"] = [loop]
    with pytest.raises(FilterError, match="deeper"):
        parse(loop)


MARK = "☃"
texts = (
    st.text(max_size=8)
    .map(lambda text: f"{MARK}{text}")
    .filter(lambda text: not any(0xD800 <= ord(each) < 0xE000 for each in text))
)


@settings(max_examples=200, deadline=None)
@given(texts, texts, st.sampled_from(["eq", "ne", "contains", "icontains"]))
def test_no_callers_text_in_query_text(key: str, value: str, op: str) -> None:
    written = {
        "AND": [{"user_id": {op: value}}, {"metadata": {key: {op: value}}}, {"categories": {"in": [value]}}],
        "NOT": {"text": {op: value}},
    }
    tree = parse(written)
    for compiled in (compile_cypher(tree, "m"), compile_sql(tree, "m")):
        assert MARK not in compiled.text
        assert compiled.text.isascii()
        assert str(compiled.parameters).count(MARK) >= 5


def test_scope_groups_are_what_every_match_must_have() -> None:
    tree = parse({"user_id": {"in": ["a", "b"]}, "run_id": "r", "OR": [{"agent_id": "x"}], "app_id": {"ne": "y"}})
    assert list(scope_groups(tree)) == [(("user_id", "a"), ("user_id", "b")), (("run_id", "r"),)]
