"""Metadata as flat leaves: different values never coincide."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model.metadata import (
    Leaf,
    encoded,
    leaf_kind,
    leaves,
    list_name,
    marker_name,
    properties,
    property_name,
    storable,
)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (("a", "b"), "metadata/a/b"),
        (("a.b",), "metadata/a.b"),
        (("a/b",), "metadata/a~1b"),
        (("a~b",), "metadata/a~0b"),
        (("a~1b",), "metadata/a~01b"),
        (("",), "metadata/"),
        (("", ""), "metadata//"),
        (("~2",), "metadata/~02"),
        (("a\0b",), "metadata/a~4b"),
    ],
)
def test_names_of_paths(keys: tuple[str, ...], name: str) -> None:
    assert property_name(keys) == name
    assert list_name(keys) == f"{name}/~2"
    assert marker_name(keys) == f"{name}/~3"


keys = st.lists(st.text(alphabet="ab./~01234\0", max_size=4), min_size=1, max_size=3).map(tuple)


@settings(deadline=None)
@given(st.lists(keys, min_size=2, max_size=2, unique=True))
def test_no_two_paths_share_a_name(pair: list[tuple[str, ...]]) -> None:
    names = [make(each) for each in pair for make in (property_name, list_name, marker_name)]
    assert len(set(names)) == 6
    assert not any("\0" in name for name in names)


scalars = st.one_of(st.booleans(), st.integers(-3, 3), st.sampled_from((0.5, "", "1", "true", "a")))
metadata = st.dictionaries(
    st.text(alphabet="ab/~.2", max_size=3),
    st.recursive(
        st.one_of(scalars, st.lists(scalars, max_size=3)),
        lambda inner: st.dictionaries(st.text(alphabet="ab/~.3", max_size=2), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)


def kinds(given: Any) -> Any:
    """JSON with its types spelled out: 1 is not True."""
    if isinstance(given, dict):
        return {key: kinds(value) for key, value in given.items()}
    return list(map(kinds, given)) if isinstance(given, list) else (type(given).__name__, given)


@settings(deadline=None)
@given(metadata, metadata)
def test_only_equal_metadata_has_equal_leaves(one: dict[str, Any], other: dict[str, Any]) -> None:
    flat = [{(leaf.path, leaf.item): kinds(leaf.value) for leaf in leaves(each)} for each in (one, other)]
    # An empty list and an empty object have but a marker; nothing that a filter says tells them apart.
    assert (flat[0] == flat[1]) == (emptied(kinds(one)) == emptied(kinds(other)))


def emptied(given: Any) -> Any:
    if isinstance(given, dict) and given:
        return {key: emptied(value) for key, value in given.items()}
    return given or {}


def test_leaves_of_metadata() -> None:
    found = list(
        leaves({"a": {"b": 1}, "a.b": True, "l": ["x", 1, None, [2], {"x": 1}, False], "n": None, "e": {}, "t": ()})
    )
    assert found == [
        Leaf("metadata/a/~3", True),
        Leaf("metadata/a/b", 1),
        Leaf("metadata/a.b", True),
        Leaf("metadata/l/~3", True),
        Leaf("metadata/l/~2", "x", 0),
        Leaf("metadata/l/~2", 1, 1),
        Leaf("metadata/l/~2", False, 2),
        Leaf("metadata/e/~3", True),
        Leaf("metadata/t/~3", True),
    ]
    assert list(leaves({})) == []


def test_properties_hold_lists_of_one_type() -> None:
    assert properties({"a": {"b": 1.5}, "l": ["1", 1, 1.0, True], "s": "x"}) == {
        "metadata/a/~3": True,
        "metadata/a/b": 1.5,
        "metadata/l/~3": True,
        "metadata/l/~2": ["string 1", "number 1", "number 1", "truth True"],
        "metadata/s": "x",
    }


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, 2.0**63),
        (-(2**63) - 1, -(2.0**63)),
        (2**70, 2.0**70),
        (10**400, float("inf")),
        (-(10**5_000), float("-inf")),
        (True, True),
        (0.1, 0.1),
        ("1", "1"),
    ],
    ids=range(10),
)
def test_integers_that_no_store_holds_become_floats(value: Any, stored: Any) -> None:
    assert storable(value) == stored
    assert type(storable(value)) is type(stored)
    assert [leaf.value for leaf in leaves({"a": value, "l": [value]})] == [stored, True, stored]


@settings(deadline=None)
@given(*[st.one_of(scalars, st.integers(), st.floats(allow_nan=False), st.text(max_size=3))] * 2)
def test_encoded_items_are_equal_as_their_values_are(one: Any, other: Any) -> None:
    one, other = storable(one), storable(other)
    assert (encoded(one) == encoded(other)) == (leaf_kind(one) == leaf_kind(other) and one == other)


def test_encoded_numbers_are_one_kind() -> None:
    assert encoded(1) == encoded(1.0) == "number 1"
    assert encoded(-0.0) == encoded(0)
    assert encoded(2**70) == encoded(float(2**70))
    assert len({encoded(1), encoded("1"), encoded(True), encoded("True"), encoded("number 1")}) == 5
