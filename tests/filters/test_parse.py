"""Parsing filters: what they mean, where a mistake is, and that no text of the caller becomes query text."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import FilterError
from graphmem.filters.parse import parse
from graphmem.filters.to_cypher import compile_cypher
from graphmem.filters.to_sql import compile_sql
from graphmem.model.filter import And, Compare, Not, Or, Path, Span, of_scope, scope_groups
from graphmem.model.memory import Scope
from tests.filters.strategies import junk
from tests.tools.sizes import examples


def leaf(field: str, op: Any, value: Any = None, *keys: str) -> Compare:
    return Compare(Path(field, keys), op, value)


A, B = leaf("user_id", "eq", "a"), leaf("run_id", "eq", "b")
NOON = datetime(2024, 7, 1, 12, tzinfo=timezone.utc)
DAY = Span(NOON.replace(hour=0), NOON.replace(hour=0) + timedelta(days=1, microseconds=-1))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({}, And(())),
        (None, And(())),
        ({"user_id": "a"}, A),
        ({"user_id": {"eq": "a"}}, A),
        ({"id": "a"}, leaf("memory_id", "eq", "a")),
        ({"run_id": "*"}, leaf("run_id", "any")),
        ({"run_id": {"eq": "*"}}, leaf("run_id", "eq", "*")),
        ({"user_id": {"ne": "a", "in": ("b", "c")}}, And((leaf("user_id", "ne", "a"), leaf("user_id", "in", ("b", "c"))))),
        ({"user_id": "a", "run_id": "b"}, And((A, B))),
        ({"AND": [{"user_id": "a"}, {"run_id": "b"}]}, And((A, B))),
        ({"AND": ({"user_id": "a"}, {"AND": [{"run_id": "b"}]})}, And((A, B))),
        ({"AND": {"user_id": "a", "run_id": "b"}}, And((A, B))),
        ({"AND": []}, And(())),
        ({"OR": []}, Or(())),
        ({"NOT": []}, And(())),
        ({"OR": {"user_id": "a", "run_id": "b"}}, Or((And((A, B)),))),
        ({"OR": [{"user_id": "a"}], "AND": [{"run_id": "b"}]}, And((Or((A,)), B))),
        ({"NOT": {"user_id": "a", "run_id": "b"}}, Not(And((A, B)))),
        ({"NOT": [{"user_id": "a"}, {"run_id": "b"}]}, And((Not(A), Not(B)))),
        ({"NOT": {"NOT": {"user_id": "a"}}}, Not(Not(A))),
        ({"categories": "x"}, leaf("categories", "eq", "x")),
        ({"categories": {"contains": "x"}}, leaf("categories", "eq", "x")),
        ({"categories": {"in": []}}, leaf("categories", "in", ())),
        ({"keywords": "x"}, leaf("text", "icontains", "x")),
        ({"keywords": {"eq": "x"}}, leaf("text", "eq", "x")),
        ({"memory": "x"}, leaf("text", "eq", "x")),
        ({"created_at": "2024-07-01"}, leaf("created_at", "eq", DAY)),
        ({"created_at": {"lte": date(2024, 7, 1)}}, leaf("created_at", "lte", DAY)),
        ({"updated_at": {"gt": "2024-07-01T12:00:00"}}, leaf("updated_at", "gt", Span(NOON, NOON))),
        ({"event_start": "2024-07-01"}, leaf("event_start", "eq", DAY.start.date())),
        ({"event_end": {"gt": "2024-07-01T23:30:00-11:00"}}, leaf("event_end", "gt", DAY.start.date())),
        ({"event_start": {"in": [NOON.timestamp(), "2024-07-01"]}}, leaf("event_start", "in", (DAY.start.date(),) * 2)),
        ({"event_end": "*"}, leaf("event_end", "any")),
        ({"expiration_date": {"in": [NOON.timestamp()]}}, leaf("expiration_date", "in", (Span(NOON, NOON),))),
        ({"metadata": {}}, And(())),
        ({"metadata": {"a": {"b": 1}}}, leaf("metadata", "eq", 1, "a", "b")),
        ({"metadata": {"a": "*"}}, leaf("metadata", "any", None, "a")),
        ({"metadata": {"a.b": {"gt": 1}}}, leaf("metadata", "gt", 1, "a.b")),
        ({"metadata": {"AND": {"user_id": "x"}}}, leaf("metadata", "eq", "x", "AND", "user_id")),
        ({"metadata": {"a": {"contains": "x"}}}, leaf("metadata", "contains", "x", "a")),
        ({"metadata": {"a": {"contains": True}}}, leaf("metadata", "has", True, "a")),
        ({"metadata": {"a": 1, "b": {"c": "x"}}}, And((leaf("metadata", "eq", 1, "a"), leaf("metadata", "eq", "x", "b", "c")))),
    ],
)  # fmt: skip
def test_filters_are_parsed_to_trees(written: Any, meant: Any) -> None:
    assert parse(written) == meant


SAMPLE: dict[str, Any] = dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte", "contains", "icontains"), "2024-07-01")
SAMPLE |= {"in": ["2024-07-01"], "nin": ["2024-07-01"]}
ID = {"eq", "ne", "in", "nin", "contains", "icontains"}
TIME = {"eq", "ne", "gt", "gte", "lt", "lte", "in"}
TEXT = {"eq", "ne", "contains", "icontains"}
ALLOWED = {
    **dict.fromkeys(("user_id", "agent_id", "app_id", "run_id", "memory_id", "id", "categories"), ID),
    **dict.fromkeys(("created_at", "updated_at", "expiration_date", "event_start", "event_end"), TIME),
    **dict.fromkeys(("text", "memory", "keywords"), TEXT),
}


@pytest.mark.parametrize("word", [*SAMPLE, "like", "EQ", "AND", "*", ""])
@pytest.mark.parametrize("field", ALLOWED)
def test_which_field_takes_which_operator(field: str, word: str) -> None:
    operand = SAMPLE.get(word, "x")
    if word in ALLOWED[field]:
        assert isinstance(parse({field: {word: operand}}), Compare)
        return
    with pytest.raises(FilterError) as caught:
        parse({"OR": [{"metadata": {"a": 1}}, {field: {word: operand}}]})
    assert caught.value.path == f"OR[1].{field}.{word}"
    listed = re.search(r"unknown operator.*; allowed are (.*)$", str(caught.value))
    assert listed is not None
    assert set(listed[1].split(", ")) == ALLOWED[field]


def nested(depth: int, word: str = "AND") -> dict[str, Any]:
    found: dict[str, Any] = {"user_id": "a"}
    for _ in range(depth):
        found = {word: [found]}
    return found


def deep(depth: int) -> Any:
    return {"a": deep(depth - 1)} if depth else 1


LOOP: dict[str, Any] = {}
LOOP["AND"] = [LOOP]
KEY_LOOP: dict[str, Any] = {}
KEY_LOOP["a"] = KEY_LOOP


@pytest.mark.parametrize(
    ("written", "path", "says"),
    [
        ([], "", "a filter must be an object, not list"),
        ("user_id", "", "a filter must be an object, not 'user_id'"),
        ({"colour": "red"}, "colour", "unknown field; allowed are AND, OR, NOT, user_id"),
        ({"and": []}, "and", "unknown field"),
        ({5: "x"}, "5", "unknown field"),
        ({None: "x"}, "None", "unknown field"),
        ({"AND": [{"user_id": "a"}, {"created_at": {"gte": "soon"}}]}, "AND[1].created_at.gte", "ISO 8601"),
        ({"OR": [{"NOT": {"AND": [{"run_id": 1}]}}]}, "OR[0].NOT.AND[0].run_id", "takes a string, not 1"),
        ({"AND": "x"}, "AND", "takes a list of filters or one filter, not 'x'"),
        ({"NOT": None}, "NOT", "takes a list of filters or one filter, not null"),
        ({"OR": [5]}, "OR[0]", "a filter must be an object, not 5"),
        ({"OR": [{}, [{}]]}, "OR[1]", "a filter must be an object, not list"),
        ({"user_id": None}, "user_id", "takes a string, not null"),
        ({"user_id": ["a"]}, "user_id", "takes a string, not list"),
        ({"user_id": {}}, "user_id", "no operator; allowed are eq, ne, in"),
        ({"user_id": {5: "x"}}, "user_id.5", "unknown operator"),
        ({"user_id": {"eq": "a", "ne": 5}}, "user_id.ne", "takes a string"),
        ({"user_id": {"in": "x"}}, "user_id.in", "takes a list, not 'x'"),
        ({"user_id": {"in": {"x": 1}}}, "user_id.in", "takes a list, not dict"),
        ({"user_id": {"in": ["x", 5]}}, "user_id.in[1]", "takes a string"),
        ({"user_id": "\ud800"}, "user_id", "surrogate"),
        ({"created_at": True}, "created_at", "ISO 8601"),
        ({"created_at": {"in": ["2024-07-01", None]}}, "created_at.in[1]", "ISO 8601 (2026-03-31 or"),
        ({"metadata": "x"}, "metadata", "object of keys, not 'x'"),
        ({"metadata": "*"}, "metadata", "object of keys"),
        ({"metadata": {"a": None}}, "metadata.a", "not null"),
        ({"metadata": {"a": [1]}}, "metadata.a", "takes a string, a finite number or a truth value, not list"),
        ({"metadata": {"a": float("nan")}}, "metadata.a", "finite"),
        ({"metadata": {"a": {"b": {"in": [1, float("inf")]}}}}, "metadata.a.b.in[1]", "finite"),
        ({"metadata": {"a": {"gt": True}}}, "metadata.a.gt", "no order"),
        ({"metadata": {"a": {"icontains": 5}}}, "metadata.a.icontains", "takes a string, not 5"),
        ({"metadata": {"a": {"gt": 1, "b": 2}}}, "metadata.a", "mixes operators (eq, ne,"),
        ({"metadata": {"a": {}}}, "metadata.a", "no operator"),
        ({"metadata": {5: "x"}}, "metadata.5", "keys are strings"),
        ({"metadata": {"\udfff": "x"}}, "metadata.\udfff", "surrogate"),
        (nested(33), ".".join(["AND[0]"] * 33), "nested deeper than 32"),
        (nested(300, "NOT"), ".".join(["NOT[0]"] * 33), "nested deeper than 32"),
        ({"metadata": deep(300)}, ".".join(["metadata", *["a"] * 33]), "nested deeper than 32"),
        (LOOP, ".".join(["AND[0]"] * 33), "nested deeper than 32"),
        ({"metadata": KEY_LOOP}, ".".join(["metadata", *["a"] * 33]), "nested deeper than 32"),
        ({"AND": [{"user_id": "a"}] * 499, "OR": [{}]}, "OR", "more than 1,000 conditions"),
        ({"metadata": {str(n): 1 for n in range(1_000)}}, "metadata.999", "more than 1,000 conditions"),
        ({"user_id": {"in": ["a"] * 30_001}}, "user_id.in", "more than 30,000 listed values"),
        ({"user_id": {"in": ["a"] * 15_001}, "metadata": {"a": {"nin": [1] * 15_000}}}, "metadata.a.nin", "more than 30,000"),
    ],
    ids=lambda each: each[:40] if isinstance(each, str) else None,
)  # fmt: skip
def test_errors_name_the_mistake_and_its_path(written: Any, path: str, says: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(written)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}: " if path else "a filter")
    assert says in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "written",
    [
        nested(32),
        nested(32, "NOT"),
        {"metadata": deep(33)},
        # One for the AND, two for each of its items, one for the id.
        {"AND": [{"user_id": "a"}] * 499, "run_id": "b"},
        {"metadata": {str(n): 1 for n in range(999)}},
        {"user_id": {"in": ["a"] * 30_000}},
    ],
    ids=lambda each: str(each)[:50],
)
def test_filters_at_the_limits_are_parsed(written: Any) -> None:
    for compiled in (compile_cypher(parse(written), "m"), compile_sql(parse(written), "m")):
        assert compiled.parameters


class Odd:
    """Equal to everything, as arrays are: the truth of that can't be told."""

    def __eq__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise ValueError("more than one element")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    "written",
    [{"user_id": Odd()}, {"metadata": {"a": Odd()}}, {"user_id": 10**5_000}, {"metadata": {10**5_000: 1}}],
    ids=["id", "metadata", "huge", "huge key"],
)
def test_objects_without_truth_and_numbers_without_text(written: Any) -> None:
    with pytest.raises(FilterError):
        parse(written)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.binary(max_size=2)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(("AND", "NOT", "id", "metadata", "in")), st.text(max_size=3)), inner),
    ),
    max_leaves=10,
)


@examples(100, 500)
@given(st.one_of(junk, anything))
def test_arbitrary_input_is_a_filter_or_a_filter_error(written: Any) -> None:
    try:
        tree = parse(written)
    except FilterError as error:
        assert error.path == "" or str(error).startswith(f"{error.path}: ")  # noqa: PT017
    else:
        assert compile_cypher(tree, "m").text
        assert compile_sql(tree, "m").text


def test_scope_groups_are_what_every_match_must_have() -> None:
    tree = parse({"user_id": {"in": ["a", "b"]}, "run_id": "r", "OR": [{"agent_id": "x"}], "app_id": {"ne": "y"}})
    assert list(scope_groups(tree)) == [(("user_id", "a"), ("user_id", "b")), (("run_id", "r"),)]
    assert list(scope_groups(parse({"NOT": {"user_id": "a"}}))) == []
    assert list(scope_groups(parse({"app_id": "a"}))) == [(("app_id", "a"),)]
    assert of_scope(Scope("a", run_id="b")) == And((A, B))
    assert of_scope(Scope()) == parse({})
