"""Filters in plain Python agree with the oracle and the stores; and what a filter says about the scope alone."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from graphmem import MemoryClient
from graphmem.dialect import responses
from graphmem.filters import to_python, to_sql
from graphmem.filters.parse import parse
from graphmem.filters.to_python import condition, holds
from graphmem.model.filter import EVERYTHING, And, Filter, Not, Or, scope_part
from graphmem.model.memory import SCOPE_FIELDS, Scope, StoredMemory
from tests.filters import oracle
from tests.filters.strategies import filters, memories
from tests.filters.test_oracle import fill, remembered
from tests.tools.sizes import examples

NOW = datetime(2024, 7, 1, tzinfo=timezone.utc)
# A filter on ids among others, so that its part on ids is seldom empty.
scoped = st.dictionaries(st.sampled_from(SCOPE_FIELDS), st.sampled_from(("a", "b", "é", {"ne": "a"}, "*")), min_size=1)
mixed = st.recursive(
    st.one_of(scoped, scoped, filters),
    lambda inner: st.dictionaries(st.sampled_from(("AND", "OR", "NOT")), st.lists(inner, max_size=3), min_size=1),
    max_leaves=6,
)


def made(**state: Any) -> StoredMemory:
    scope = Scope(**{name: state.pop(name) for name in SCOPE_FIELDS if name in state})
    times = {"created_at": NOW, "updated_at": NOW}
    return StoredMemory(**{"id": str(uuid.uuid4()), "text": "tea", "scope": scope, "version_id": "v", **times, **state})


def test_a_row_for_each_row_of_the_compilers() -> None:
    assert set(to_python._TESTS) == set(to_sql._TEMPLATES)


@examples(200, 1_500)
@given(drawn=memories, filter=st.one_of(filters, mixed))
def test_python_filters_agree_with_the_oracle(drawn: dict[str, Any], filter: dict[str, Any]) -> None:
    memory = remembered(drawn)
    expected = oracle.holds(responses.memory(memory), filter)
    event(str(expected))
    assert holds(parse(filter), memory) is expected
    assert holds(Not(parse(filter)), memory) is not expected


@examples(40, 250)
@given(drawn=st.lists(memories, min_size=1, max_size=7), filter=st.one_of(filters, mixed))
def test_python_filters_agree_with_the_embedded_store(drawn: list[dict[str, Any]], filter: dict[str, Any]) -> None:
    tree = parse(filter)
    with MemoryClient(":memory:") as client:
        fill(client, drawn)
        store = client._parts.store()
        every, expected = store.select(EVERYTHING, None), store.select(tree, None)
    assert tuple(filter_(every.memories, tree)) == expected.memories


def filter_(found: tuple[StoredMemory, ...], tree: Filter) -> list[StoredMemory]:
    meets = condition(tree)
    return [memory for memory in found if meets(memory)]


@pytest.mark.parametrize(
    ("metadata", "filter", "expected"),
    [
        ({"k": 10**30}, {"k": 10**30}, True),
        ({"k": 10**400}, {"k": {"gt": 1}}, True),
        ({"k": []}, {"k": "*"}, True),
        ({"k": {}}, {"k": "*"}, True),
        ({"k": None}, {"k": "*"}, False),
        ({"k": [True]}, {"k": {"contains": 1}}, False),
        ({"k": ["a"]}, {"k": {"contains": "a"}}, True),
        ({"k": [["a"]]}, {"k": {"contains": "a"}}, False),
        ({"k": {"a": 1}}, {"k": {"ne": 1}}, True),
    ],
)
def test_python_filters_on_unusual_metadata(metadata: dict[str, Any], filter: dict[str, Any], expected: bool) -> None:
    memory = made(user_id="a", metadata=metadata)
    assert holds(parse({"metadata": filter}), memory) is expected
    assert oracle.holds(responses.memory(memory), {"metadata": filter}) is expected
    with MemoryClient(":memory:") as client:
        client.add("tea", user_id="a", metadata=metadata, infer=False)
        assert bool(client.get_all(filters={"metadata": filter})) is expected


def test_the_longest_and_the_deepest_filters() -> None:
    long = parse({"OR": [{"metadata": {"k": n}} for n in range(330)]})
    deep: dict[str, Any] = {"user_id": "a"}
    for _ in range(32):
        deep = {"NOT": deep}
    listed = parse({"user_id": {"in": [str(n) for n in range(30_000)]}})
    many = [made(user_id=str(n), metadata={"k": n}) for n in range(1_000)]
    assert len(filter_(tuple(many), long)) == 330
    assert holds(parse(deep), made(user_id="a"))
    assert len(filter_(tuple(many), listed)) == 1_000
    assert scope_part(parse(deep)) != EVERYTHING


@pytest.mark.parametrize(
    ("filter", "part"),
    [
        ({}, {}),
        ({"text": "tea"}, {}),
        ({"user_id": "a", "categories": "x"}, {"user_id": "a"}),
        ({"AND": [{"user_id": {"ne": "a"}}, {"run_id": "*", "text": "tea"}]}, {"user_id": {"ne": "a"}, "run_id": "*"}),
        ({"OR": [{"user_id": "a"}, {"run_id": "b", "text": "tea"}]}, {"OR": [{"user_id": "a"}, {"run_id": "b"}]}),
        ({"OR": [{"user_id": "a"}, {"text": "tea"}]}, {}),
        ({"user_id": "a", "OR": [{"run_id": "b"}, {}]}, {"user_id": "a"}),
        ({"OR": []}, {"OR": []}),
        ({"NOT": {"user_id": "a"}}, {"NOT": {"user_id": "a"}}),
        ({"NOT": {"user_id": "a", "text": "tea"}}, {}),
        ({"NOT": [{"user_id": "a"}, {"text": "tea"}]}, {"NOT": {"user_id": "a"}}),
        ({"NOT": {"OR": [{"user_id": "a"}, {"text": "tea"}]}}, {"NOT": {"user_id": "a"}}),
        ({"NOT": {"NOT": {"user_id": "a", "text": "tea"}}}, {"user_id": "a"}),
        ({"memory_id": "a"}, {}),
    ],
)  # fmt: skip
def test_scope_part_of_a_filter(filter: dict[str, Any], part: dict[str, Any]) -> None:
    assert scope_part(parse(filter)) == parse(part)


@examples(150, 1_000)
@given(drawn=memories, filter=mixed)
def test_memories_that_meet_a_filter_meet_its_scope_part(drawn: dict[str, Any], filter: dict[str, Any]) -> None:
    tree, memory = parse(filter), remembered(drawn)
    part = scope_part(tree)
    assert fields(part) <= set(SCOPE_FIELDS)
    event("everything" if part == EVERYTHING else "narrower")
    assert holds(part, memory) or not holds(tree, memory)


def fields(node: Filter) -> set[str]:
    match node:
        case Not(item):
            return fields(item)
        case And(items) | Or(items):
            return set().union(*map(fields, items))
    return {node.path.field}
