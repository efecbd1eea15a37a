"""Filters as query text: no text of the caller in it, and on SQLite the results that the contract defines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphmem.filters.boolean import render
from graphmem.filters.parse import parse
from graphmem.filters.to_cypher import compile_cypher
from graphmem.filters.to_sql import compile_sql
from graphmem.model.changes import ChangeSet, Create
from graphmem.model.filter import Not
from graphmem.model.folding import spelled
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import SearchRequest
from graphmem.search.asked import asked, start
from graphmem.search.terms import query_terms
from graphmem.stores.sqlite.store import SQLiteStore
from tests.filters.strategies import filters
from tests.tools.sizes import examples


@examples(100, 500)
@given(filters)
def test_compiled_filters_use_exactly_their_parameters(written: Any) -> None:
    tree = parse(written)
    for compiled, sign in ((compile_cypher(tree, "m"), r"\$"), (compile_sql(tree, "m"), ":")):
        assert set(re.findall(rf"{sign}(\w+)", compiled.text)) == set(compiled.parameters)
        assert compiled.text.isascii()


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


def everywhere(keys: list[str], values: list[str]) -> dict[str, Any]:
    """A filter with a key or a value of the caller in every place that takes one. The marks tell them apart."""
    a, b, c, d = (f"☃{n}☃{key}" for n, key in enumerate(keys))
    v, w, x = (f"☂{n}☂{value}" for n, value in enumerate(values))
    ids = dict.fromkeys(("eq", "ne", "contains", "icontains"), v) | {"in": [w, x], "nin": [w]}
    texts = dict.fromkeys(("eq", "ne", "contains", "icontains"), w)
    found = {**ids, **dict.fromkeys(("gt", "gte", "lt", "lte"), x)}
    branch = {"user_id": ids, "memory_id": ids, "categories": ids, "text": texts, "keywords": v}
    metadata = {a: v, b: {c: {d: found}}, c: "*", d: {"contains": True}}
    return {"OR": [branch, {"metadata": metadata}], "NOT": [branch, {"AND": {"metadata": metadata}}]}


@examples(50, 200)
@example(keys=[""] * 4, values=["", "", "\uf900"])
@given(st.lists(words, min_size=4, max_size=4), st.lists(words, min_size=3, max_size=3))
def test_no_callers_text_in_query_text(keys: list[str], values: list[str]) -> None:
    for compile in (compile_cypher, compile_sql):
        compiled = compile(parse(everywhere(keys, values)), "m")
        # The text depends on the filter's shape alone.
        assert compiled.text == compile(parse(everywhere([""] * 4, [""] * 3)), "m").text
        assert not set("☃☂") & set(compiled.text)
        held = repr(list(compiled.parameters.values()))
        assert all(f"☃{n}☃" in held for n in range(4))
        # Ids are compared in one spelling.
        given = [f"☂{n}☂{value}" for n, value in enumerate(values)]
        assert all(repr(value) in held or repr(spelled(value)) in held for value in given)


def test_only_what_stands_under_a_not_is_made_two_valued() -> None:
    tree = parse({"run_id": "a", "NOT": {"OR": [{"run_id": "b"}, {"NOT": {"run_id": "c"}}]}})
    assert compile_cypher(tree, "m").text == (
        "(m.run_id = $f0) AND (NOT (coalesce(m.run_id = $f1, false))) AND (m.run_id = $f2)"
    )
    assert (
        compile_sql(tree, "n").text == "(n.run_id = :f0) AND (NOT (coalesce(n.run_id = :f1, 0))) AND (n.run_id = :f2)"
    )


@pytest.mark.parametrize(
    ("written", "frame"),
    [
        ({"AND": [{"AND": [{"id": "a"}, {"AND": {"id": "b"}}]}, {"OR": [{"id": "c"}]}]}, "(a) AND (b) AND (c)"),
        ({"NOT": {"id": "a", "OR": [{"id": "b"}, {"id": "c"}]}}, "(NOT (a)) OR ((NOT (b)) AND (NOT (c)))"),
        ({"NOT": {"NOT": {"NOT": {"id": "a"}}}}, "NOT (a)"),
        ({"NOT": [{"OR": []}, {"AND": []}]}, "false"),
        ({"id": "a", "OR": [{}, {"OR": []}, {"id": "b"}]}, "(a) AND ((true) OR (b))"),
    ],
)
def test_boolean_operators_are_nested_as_little_as_possible(written: Any, frame: str) -> None:
    assert render(parse(written), lambda leaf, _: str(leaf.value)) == frame


AT = datetime(2024, 1, 1, tzinfo=timezone.utc)


def a_memory(id: str, text: str, scope: Scope, created_at: str, **more: Any) -> StoredMemory:
    return StoredMemory(id, text, scope, f"version of {id}", datetime.fromisoformat(f"{created_at}+00:00"), AT, **more)


MEMORIES = (
    a_memory("a", "Likes tea", Scope("u1", run_id="r1"), "2024-07-10T12:00:00", categories=("food", "Work"), metadata={
        "n": 1, "s": "one", "deep": {"k": True}, "l": ["x", 2, None], "a.b": "dot", "big": 2**70, "a/b": "slash",
    }),
    a_memory("b", "Has a cat", Scope("u1"), "2024-07-20T23:59:59.999999", expiration_date=AT.replace(year=2099),
             event_start=date(2024, 7, 1), event_end=date(2024, 7, 31), metadata={
        "n": "1", "deep": {"k": False}, "l": [], "null": None,
    }),
    a_memory("c", "likes TEA", Scope(agent_id="bot"), "2024-07-21T00:00:00", categories=("food",), event_start=date(2019, 1, 1), metadata={
        "n": 1.5, "a": {"b": "nested"}, "l": "x", "z": 0,
    }),
    a_memory("d", "Ärger", Scope(app_id="X"), "2024-08-01T00:00:00"),
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[SQLiteStore]:
    found = SQLiteStore(":memory:")
    found.open()
    found.apply([ChangeSet("set", AT, tuple(Create(memory, None) for memory in MEMORIES))])
    yield found
    found.close()


FOUND: list[tuple[Any, str]] = [
    ({}, "abcd"),
    # Ids.
    ({"user_id": "u1"}, "ab"),
    ({"user_id": "U1"}, ""),
    ({"user_id": {"ne": "u1"}}, "cd"),
    ({"user_id": {"in": ["u1", "zz"]}}, "ab"),
    ({"user_id": {"nin": ["u1"]}}, "cd"),
    ({"user_id": {"in": []}}, ""),
    ({"user_id": {"nin": []}}, "abcd"),
    ({"run_id": "*"}, "a"),
    ({"run_id": {"eq": "*"}}, ""),
    ({"user_id": {"contains": "1"}}, "ab"),
    ({"app_id": {"contains": "x"}}, ""),
    ({"app_id": {"icontains": "x"}}, "d"),
    ({"id": "c"}, "c"),
    ({"memory_id": {"in": ["d", "a"]}}, "ad"),
    ({"agent_id": {"ne": "bot"}}, "abd"),
    # Times: a bare date is that whole day.
    ({"created_at": {"gte": "2024-07-20", "lte": "2024-07-20"}}, "b"),
    ({"created_at": "2024-07-20"}, "b"),
    ({"created_at": {"ne": "2024-07-20"}}, "acd"),
    ({"created_at": {"gt": "2024-07-20"}}, "cd"),
    ({"created_at": {"lt": "2024-07-20"}}, "a"),
    ({"created_at": {"lte": "2024-07-20"}}, "ab"),
    ({"created_at": {"lte": "2024-07-20T23:59:59"}}, "a"),
    ({"created_at": {"gte": "2024-07-20", "lte": "2024-07-10"}}, ""),
    ({"created_at": "2024-07-21T02:00:00+02:00"}, "c"),
    ({"created_at": {"in": ["2024-07-10", 1_721_520_000, "2024-07-11"]}}, "ac"),
    ({"created_at": {"in": []}}, ""),
    ({"created_at": "*"}, "abcd"),
    ({"updated_at": "2024-01-01"}, "abcd"),
    ({"expiration_date": "*"}, "b"),
    ({"expiration_date": {"lt": "3000-01-01"}}, "b"),
    ({"expiration_date": {"ne": "2099-01-01"}}, "acd"),
    ({"expiration_date": {"gt": "1970-01-01"}}, "b"),
    # Days: of b July 2024, of c from 2019 on.
    ({"event_start": "2024-07-01"}, "b"),
    ({"event_start": {"ne": "2024-07-01"}}, "acd"),
    ({"event_start": {"gt": "2024-06-30"}}, "b"),
    ({"event_start": {"gt": "2024-07-01"}}, ""),
    ({"event_start": {"gte": "2024-07-01T23:59:59"}}, "b"),
    ({"event_start": {"lt": "2024-07-01"}}, "c"),
    ({"event_start": {"lte": "2024-07-01T00:00:00-11:00"}}, "bc"),
    ({"event_start": {"in": ["2019-01-01", 1_719_792_000]}}, "bc"),
    ({"event_start": {"in": []}}, ""),
    ({"event_start": "*"}, "bc"),
    ({"event_end": "*"}, "b"),
    ({"event_end": {"lte": "2024-07-31"}}, "b"),
    ({"NOT": {"event_end": {"gte": "2024-07-01"}}}, "acd"),
    (
        {
            "event_start": {"lte": "2024-08-01"},
            "OR": [{"event_end": {"gte": "2024-07-01"}}, {"NOT": {"event_end": "*"}}],
        },
        "bc",
    ),
    # Categories.
    ({"categories": "food"}, "ac"),
    ({"categories": {"contains": "foo"}}, ""),
    ({"categories": {"contains": "food"}}, "ac"),
    ({"categories": {"icontains": "WORK"}}, "a"),
    ({"categories": {"in": ["Work", "x"]}}, "a"),
    ({"categories": {"in": []}}, ""),
    ({"categories": {"ne": "food"}}, "bd"),
    ({"categories": {"nin": ["Work", "x"]}}, "bcd"),
    ({"categories": "*"}, "ac"),
    # Text.
    ({"text": {"contains": "tea"}}, "a"),
    ({"text": {"icontains": "tea"}}, "ac"),
    ({"memory": "Likes tea"}, "a"),
    ({"keywords": "LIKES T"}, "ac"),
    ({"keywords": "äRGER"}, "d"),
    ({"keywords": {"contains": "TEA"}}, "c"),
    ({"text": {"ne": "Has a cat"}}, "acd"),
    ({"text": "*"}, "abcd"),
    # Metadata: equality is typed, order is between numbers or between strings.
    ({"metadata": {"n": 1}}, "a"),
    ({"metadata": {"n": 1.0}}, "a"),
    ({"metadata": {"n": True}}, ""),
    ({"metadata": {"n": "1"}}, "b"),
    ({"metadata": {"n": {"gt": 0}}}, "ac"),
    ({"metadata": {"n": {"gt": 1}}}, "c"),
    ({"metadata": {"n": {"gte": "0"}}}, "b"),
    ({"metadata": {"n": {"lte": 1, "gte": 1}}}, "a"),
    ({"metadata": {"n": {"lt": "2"}}}, "b"),
    ({"metadata": {"n": "*"}}, "abc"),
    ({"metadata": {"n": {"in": [1, "1", True]}}}, "ab"),
    ({"metadata": {"n": {"nin": [1]}}}, "bcd"),
    ({"metadata": {"n": {"in": []}}}, ""),
    ({"metadata": {"n": {"ne": 1}}}, "bcd"),
    ({"metadata": {"deep": {"k": True}}}, "a"),
    ({"metadata": {"deep": {"k": 1}}}, ""),
    ({"metadata": {"deep": {"k": {"ne": True}}}}, "bcd"),
    ({"metadata": {"deep": "*"}}, "ab"),
    ({"metadata": {"null": "*"}}, ""),
    ({"metadata": {"z": 0}}, "c"),
    ({"metadata": {"z": False}}, ""),
    ({"metadata": {"big": 2**70}}, "a"),
    ({"metadata": {"big": {"gt": 2**69}}}, "a"),
    ({"metadata": {"a.b": "dot"}}, "a"),
    ({"metadata": {"a": {"b": "nested"}}}, "c"),
    ({"metadata": {"a/b": "slash"}}, "a"),
    ({"metadata": {"a": "*"}}, "c"),
    ({"metadata": {"l": {"contains": "x"}}}, "ac"),
    ({"metadata": {"l": {"contains": 2}}}, "a"),
    ({"metadata": {"l": {"contains": "2"}}}, ""),
    ({"metadata": {"l": {"icontains": "X"}}}, "ac"),
    ({"metadata": {"s": {"contains": "ne"}}}, "a"),
    ({"metadata": {"s": {"contains": "NE"}}}, ""),
    ({"metadata": {"s": {"icontains": "NE"}}}, "a"),
    ({"metadata": {"l": "x"}}, "c"),
    ({"metadata": {"l": "*"}}, "abc"),
    ({"metadata": {"n": 1, "s": "one"}}, "a"),
    ({"metadata": {"n": 1, "s": "two"}}, ""),
    ({"metadata": {}}, "abcd"),
    # Logic.
    ({"AND": []}, "abcd"),
    ({"OR": []}, ""),
    ({"NOT": []}, "abcd"),
    ({"OR": [{}]}, "abcd"),
    ({"OR": [{"id": "a"}, {"id": "d"}]}, "ad"),
    ({"NOT": [{"id": "a"}, {"id": "d"}]}, "bc"),
    ({"NOT": {"user_id": "u1", "run_id": "r1"}}, "bcd"),
    ({"AND": [{"user_id": "u1"}], "OR": [{"id": "b"}]}, "b"),
    ({"OR": [{"id": "a"}, {"id": "c"}], "NOT": {"run_id": "r1"}}, "c"),
    ({"AND": [{"user_id": "u1"}, {"agent_id": "bot"}]}, ""),
    ({"NOT": {"OR": [{"metadata": {"n": {"gt": 0}}}, {"expiration_date": {"gt": 0}}]}}, "d"),
]


@pytest.mark.parametrize(("written", "expected"), FOUND, ids=lambda each: str(each)[:60])
def test_a_negated_filter_finds_the_complement(store: SQLiteStore, written: Any, expected: str) -> None:
    tree = parse(written)
    for filter, ids in (
        (tree, set(expected)),
        (Not(tree), set("abcd") - set(expected)),
        (Not(Not(tree)), set(expected)),
        (parse({"NOT": [written]}), set("abcd") - set(expected)),
    ):
        assert {memory.id for memory in store.select(filter, None).memories} == ids


def chain(link: Callable[[Any], Any], links: int = 32) -> Any:
    """As deep as is allowed."""
    found: Any = {"metadata": {"k": {"icontains": "x"}}}
    for _ in range(links):
        found = link(found)
    return found


MOST: dict[str, tuple[Any, int]] = {
    "operators": ({"OR": {"metadata": {str(n): {"ne": 1} for n in range(498)}}}, 4),
    "values": ({"user_id": {"in": ["u1"] * 30_000}}, 2),
    "keys": ({"AND": {"metadata": {str(n): 1 for n in range(998)}}}, 0),
    "not": ({"NOT": {"metadata": {str(n): 1 for n in range(998)}}}, 4),
    "ids": ({"OR": [{"user_id": "u1"}] * 499}, 2),
    "times": ({"created_at": {"in": ["2024-07-10"] * 1_000}}, 1),
    "all times": ({"created_at": {"in": [*range(29_999), "2024-07-10"]}}, 1),
    "values and keys": (
        {"id": {"in": [f"x{n}" for n in range(30_000)]}, "NOT": {"metadata": {str(n): f"{n}" for n in range(990)}}},
        0,
    ),
    "or in and": (chain(lambda inner: {"user_id": "u1", "OR": [{"run_id": "r1"}, inner]}), 1),
    "nots": (chain(lambda inner: {"NOT": inner}), 0),
    "not in and": (chain(lambda inner: {"run_id": "r1", "NOT": [{"app_id": "x"}, inner]}), 0),
    "and in not": (chain(lambda inner: {"NOT": [inner, {"app_id": "x", "OR": [{"app_id": "x"}, {"run_id": "r1"}]}]}, 31), 4),
    "wide and deep": (chain(lambda inner: {"metadata": {str(n): {"ne": n} for n in range(14)}, "OR": [inner]}), 0),
    "wide at the end": (chain(lambda inner: {"OR": [*({"id": "a"},) * 7, {"id": {"ne": "b"}, "user_id": "u1"}, inner]}), 1),
}  # fmt: skip


@pytest.mark.parametrize(("written", "count"), MOST.values(), ids=MOST)
def test_the_largest_filters_run_on_sqlite(store: SQLiteStore, written: Any, count: int) -> None:
    tree = parse(written)
    assert store.select(tree, None).total == count
    request = SearchRequest(
        tree, AT, np.ones(4, np.float32), query_terms("tea cat"), walk=start(asked("anna"), "anna", tree)
    )
    assert len(store.search(request).candidates) <= count
    assert len(store.select(tree, None, ids=["a", "b", "c", "d"]).memories) == count
    assert sum(owner.memories for owner in store.owners(tree) if owner.kind == "user") <= count


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1], "a"),
        ([1.0], "a"),
        ([1.5, "1"], "bc"),
        ([True], ""),
        (["1\0"], ""),
        ([float(10**17 + 16 * n) for n in range(200)] + [1.5], "c"),
    ],
)
def test_long_lists_find_what_short_ones_do(store: SQLiteStore, values: list[Any], expected: str) -> None:
    for more in ([], [f"x{n}" for n in range(300)], [1_000 + n for n in range(300)]):
        tree = parse({"metadata": {"n": {"in": [*more, *values]}}})
        assert {memory.id for memory in store.select(tree, None).memories} == set(expected)
    assert store.select(parse({"user_id": {"nin": [*map(str, range(300)), "u1"]}}), None).total == 2


def test_consecutive_days_are_merged_to_one_span() -> None:
    tree = parse({"created_at": {"in": ["2024-07-11", "2024-07-10", "2024-07-10T05:00:00", "2024-07-13"]}})
    day = 86_400_000_000
    start = 19_914 * day
    assert list(compile_sql(tree, "m").parameters.values()) == [
        f"[[{start}, {start + 2 * day - 1}], [{start + 3 * day}, {start + 4 * day - 1}]]"
    ]
