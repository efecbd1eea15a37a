"""What callers may pass, and what they are told when they may not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import MemoryClient, ScopeError, ValidationError
from graphmem.dialect import arguments
from graphmem.model.memory import SCOPE_FIELDS, Scope


def test_scope_ids_are_trimmed_and_null_means_not_given() -> None:
    given = {"user_id": "  alex ", "agent_id": "\u3000b\n", "app_id": f" {'x' * 256} ", "run_id": None}
    assert arguments.scope(given) == Scope("alex", "b", "x" * 256)
    assert arguments.scope({}) == Scope()


@pytest.mark.parametrize("name", SCOPE_FIELDS)
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "is blank: give 1 to 256 characters, or leave it out"), (" \t\n\u3000", "is blank"),
        ("x" * 257, "has 257 characters; at most 256 are allowed"), ("🙂" * 257, "has 257 characters"),
        ("a\nb", "control character"), ("a\x00b", "control character"), ("a\x7fb", "control character"), ("a\x85b", "control character"),
        ("a\ud800", "half a surrogate pair"), ("\udfff", "half a surrogate pair"),
        (7, "must be a string, not int"), (True, "must be a string, not bool"), (b"alex", "must be a string, not bytes"),
        (["alex"], "must be a string, not list"),
    ],
)  # fmt: skip
def test_malformed_ids_name_the_argument(name: str, value: Any, says: str) -> None:
    with pytest.raises(ScopeError) as caught:
        arguments.scope({"user_id": "fine", name: value})
    assert str(caught.value).startswith(f"{name} ")
    assert says in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", SCOPE_FIELDS)
@pytest.mark.parametrize(
    "value",
    [
        "alice@example.com",
        "用户-1",
        "a/b c",
        "x" * 256,
        "🙂" * 256,
        "'; --",
        "x\u2028y",
        "a\u200db",
        "e\u0301",
        "*",
        "0",
    ],
)
def test_any_other_unicode_is_an_id(name: str, value: str) -> None:
    assert arguments.scope({name: value}) == Scope(**{name: value})


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_every_text_is_an_id_or_a_scope_error(text: str) -> None:
    trimmed = text.strip()
    allowed = 1 <= len(trimmed) <= 256 and not {unicodedata.category(each) for each in trimmed} & {"Cc", "Cs"}
    try:
        found = arguments.scope({"run_id": text})
    except ScopeError:
        assert not allowed
    else:
        assert found == Scope(run_id=trimmed)
        assert allowed


@pytest.mark.parametrize("call", ["add", "delete_all"])
def test_a_call_that_needs_an_id_says_which(call: str) -> None:
    with pytest.raises(ScopeError, match=f"^{call} needs at least one of user_id, agent_id, app_id, run_id"):
        arguments.scope({"user_id": None}, needed_by=call)
    assert arguments.scope({"app_id": "a"}, needed_by=call) == Scope(app_id="a")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "text must be a string, not null"),
        (b"x", "not bytes"),
        ("", "text is blank"),
        ("\u2003\n", "text is blank"),
    ],
)
def test_texts_and_identifiers_that_are_none(given: Any, says: str) -> None:
    for read in (arguments.text, arguments.identifier):
        with pytest.raises(ValidationError, match=says):
            read("text", given)


def test_texts_stay_as_they_are_and_identifiers_are_trimmed() -> None:
    assert arguments.text("text", " a\x00 ") == " a\x00 "
    assert arguments.identifier("memory_id", " m1\n") == "m1"


def test_metadata_is_copied() -> None:
    given = {"a": [1, {"b": None}], "t": (1, 2.5), "": True, "deep": {"user_id": "x"}, "n": 2**70}
    copy = arguments.metadata(given)
    given["a"].append(2)  # type: ignore[attr-defined]
    assert copy == {"a": [1, {"b": None}], "t": [1, 2.5], "": True, "deep": {"user_id": "x"}, "n": 2**70}
    assert arguments.metadata(None) == {} == arguments.metadata({})


def test_metadata_may_be_any_mapping() -> None:
    given = MappingProxyType({"a": MappingProxyType({"b": 1})})
    assert arguments.metadata(given) == {"a": {"b": 1}}


LOOP: dict[str, Any] = {}
LOOP["a"] = [LOOP]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "metadata must be a JSON object, not list"),
        ('{"a": 1}', "metadata must be a JSON object, not str"),
        ({"a": {"b": float("nan")}}, "metadata.a.b is nan, which JSON does not have"),
        ({"a": [1.0, float("-inf")]}, "metadata.a[1] is -inf"),
        ({"a": [1, {2}]}, "metadata.a[1] is of type set, which is not JSON"),
        ({"a": ({"b": b"x"},)}, "metadata.a[0].b is of type bytes"),
        ({"a": datetime(2026, 1, 1)}, "metadata.a is of type datetime"),
        ({1: "a"}, "metadata has the key 1; JSON keys are strings"),
        ({"a": {None: 1}}, "metadata.a has the key None"),
        ({"a": [{("b",): 1}]}, "metadata.a[0] has the key ('b',)"),
        ({"a": "\ud800"}, "metadata contains half a surrogate pair"),
        ({"\udfff": 1}, "metadata contains half a surrogate pair"),
        (LOOP, "metadata"),
        ({"a": 10**5_000}, "metadata"),
        *(({"a": 1, name: "x"}, f"metadata may not carry {name}: pass scope ids as arguments") for name in SCOPE_FIELDS),
    ],
)  # fmt: skip
def test_metadata_that_is_not_json(given: Any, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        arguments.metadata(given)
    assert says in str(caught.value)


def test_categories_are_names_each_once() -> None:
    assert arguments.categories(None) == ()
    assert arguments.categories([" food ", "work", "food", "x" * 256]) == ("food", "work", "x" * 256)
    for written in (["a", "b"], [{"a": ""}, {"b": None}], {"a": "", "b": ""}):
        assert arguments.custom_categories(written) == {"a": "", "b": ""}
    assert arguments.custom_categories([{"a": "one", "b": "two"}, "c"]) == {"a": "one", "b": "two", "c": ""}


@pytest.mark.parametrize("given", ["food", b"food", 5, {"food"}, [""], [5], [None], ["x" * 257], ["\ud800"]])
def test_malformed_categories_name_the_argument(given: Any) -> None:
    for name, read in (("categories", arguments.categories), ("custom_categories", arguments.custom_categories)):
        with pytest.raises(ValidationError, match=rf"^{name}(\[0\])? (must be|is|has|contains) .*"):
            read(given)


@pytest.mark.parametrize(
    "given", [0, -1, 1_001, 10**400, 1.0, "5", True, float("nan"), [5]], ids=lambda each: repr(each)[:9]
)
@pytest.mark.parametrize("name", ["top_k", "limit", "page_size"])
def test_how_many_has_bounds(name: str, given: Any) -> None:
    with MemoryClient(":memory:") as client, pytest.raises(ValidationError) as caught:
        client.get_all(page_size=given) if name == "page_size" else client.search("x", **{name: given})
    assert str(caught.value).startswith(f"{name} must be a whole number from 1 to 1,000, not {given!r}"[:70])


@pytest.mark.parametrize("given", [0, -1, 2**31 + 1, 1.0, True, "1"])
def test_pages_count_from_1(given: Any) -> None:
    with (
        MemoryClient(":memory:") as client,
        pytest.raises(ValidationError, match=r"^page must be a whole number from 1 to "),
    ):
        client.get_all(page=given)


@pytest.mark.parametrize(
    "read",
    [
        lambda n: arguments.whole_number("x", n, 1, 2),
        lambda n: arguments.fraction("x", n),
        lambda n: arguments.moment("x", n),
    ],
)
def test_numbers_too_long_to_print_are_refused_as_well(read: Callable[[int], Any]) -> None:
    with pytest.raises(ValidationError, match=r"^x must be "):
        read(10**5_000)


def test_numbers_of_numpy_are_numbers() -> None:
    found = arguments.whole_number("x", np.int64(2), 1, 2), arguments.fraction("x", np.float32(0.5))
    assert (found, list(map(type, found))) == ((2, 0.5), [int, float])
    assert arguments.moment("x", np.int64(60)) == arguments.moment("x", np.float32(60)) == arguments.moment("x", 60)


@pytest.mark.parametrize(
    ("given", "expected"), [(True, True), (0, False), (1, True), (np.True_, True), (np.False_, False)]
)
def test_what_is_true_or_false(given: Any, expected: bool) -> None:
    assert arguments.truth("infer", given) is expected


@pytest.mark.parametrize("given", ["false", "no", "", 2, 1.0, [], None, np.array([True, False])])
def test_words_are_no_truth(given: Any) -> None:
    with pytest.raises(ValidationError, match=r"^infer must be true or false, not "):
        arguments.truth("infer", given)


def test_texts_of_other_types_become_plain_ones() -> None:
    class Name(str, Enum):
        ALEX = "alex"

    for name in (Name.ALEX, np.str_("alex")):
        found = arguments.text("x", name), arguments.scope({"user_id": name}).user_id, *arguments.categories([name])
        assert (found, set(map(type, found))) == (("alex",) * 3, {str})


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("", None), (" ", None), ("food", "food")])
def test_wishes(given: Any, expected: str | None) -> None:
    assert arguments.wish("includes", given) == expected


@pytest.mark.parametrize("given", [5, ["food"], b"food", {"a": 1}, True, "\ud800"])
def test_wishes_that_are_no_words(given: Any) -> None:
    with pytest.raises(ValidationError, match=r"^includes (must be a string|contains half)"):
        arguments.wish("includes", given)


def test_a_category_may_be_named_by_its_name() -> None:
    assert arguments.custom_categories(
        [{"name": "food", "description": "what is eaten"}, {"name": "what one is called"}]
    ) == {
        "food": "what is eaten",
        "name": "what one is called",
    }
    with pytest.raises(ValidationError, match=r"^custom_categories\[1\]\.food must be a string, not list"):
        arguments.custom_categories(["a", {"food": ["x"]}])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"user_id": None}, "scope has no user_id, it is null: give an id, or leave user_id out"),
        ({"user_id": "a", "run_id": None}, "scope has no run_id"),
        ({"user_id": ""}, "user_id is blank"),
        (["user_id"], "scope must be an object with ids out of user_id, agent_id, app_id, run_id, not list"),
        ((), "not tuple"), ("", "not str"), ("alex", "not str"), (5, "not int"), (False, "not bool"),
        ({"userId": "a"}, "scope takes user_id, agent_id, app_id, run_id, not userId"), ({5: "a"}, "not 5"),
    ],
)  # fmt: skip
def test_a_client_is_not_bound_by_what_is_no_scope(given: Any, says: str) -> None:
    with pytest.raises(ScopeError) as caught:
        MemoryClient(":memory:", scope=given)
    assert says in str(caught.value)


def test_bounds_are_included() -> None:
    assert [arguments.whole_number("x", each, 1, 1_000) for each in (1, 1_000)] == [1, 1_000]
    fractions = [arguments.fraction("x", each) for each in (0, 1, 0.25)]
    assert fractions == [0.0, 1.0, 0.25]
    assert {type(each) for each in fractions} == {float}


@pytest.mark.parametrize("given", [-0.1, 1.1, 2, "0.5", True, None, float("nan"), float("inf")])
def test_fractions_are_from_0_to_1(given: Any) -> None:
    with pytest.raises(ValidationError, match=f"^threshold must be a number from 0 to 1, not {given!r}$"):
        arguments.fraction("threshold", given)


@pytest.mark.parametrize("given", ["v3", "V1.0", None, 1, ["v1.0"], ""])
def test_one_of_a_few_words(given: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        arguments.one_of("output_format", given, arguments.OUTPUT_FORMATS)
    assert str(caught.value) == f"output_format must be one of v1.0, v1.1, not {given!r}"
    assert arguments.one_of("output_format", "v1.1", arguments.OUTPUT_FORMATS) == "v1.1"
