"""What callers may pass, and what they are told when they may not."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from graphmem import ScopeError, ValidationError, arguments
from graphmem.model import Message, Scope


def test_scope_ids_are_trimmed() -> None:
    assert arguments.scope({"user_id": "  alex ", "run_id": None}) == Scope(user_id="alex")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "user_id is blank"),
        (" \t", "user_id is blank"),
        ("x" * 257, "257 characters; at most 256"),
        ("a\nb", "control character"),
        ("a\x00b", "control character"),
        ("a\ud800", "control character"),
        (7, "user_id is a string, not int"),
        (["alex"], "user_id is a string, not list"),
    ],
)
def test_malformed_ids_name_the_argument(value: Any, says: str) -> None:
    with pytest.raises(ScopeError, match=says) as caught:
        arguments.scope({"user_id": value})
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("value", ["alice@example.com", "用户-1", "a/b c", "x" * 256, "'; --", "x\u2028y", "🙂"])
def test_any_other_unicode_is_an_id(value: str) -> None:
    assert arguments.scope({"agent_id": value}).agent_id == value


def test_a_call_that_needs_an_id_says_which() -> None:
    with pytest.raises(ScopeError, match=r"add needs at least one of user_id, agent_id, app_id, run_id"):
        arguments.scope({}, needed_by="add")
    assert arguments.scope({}) == Scope()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("hi", (Message("user", "hi"),)),
        ({"role": "assistant", "content": "hi", "name": "Bob", "tool_calls": []}, (Message("assistant", "hi", "Bob"),)),
        ([{"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b"}]}], (Message("user", "a\nb"),)),
        ([{"role": "tool", "content": {"type": "text", "text": "a"}}], (Message("tool", "a"),)),
    ],
)
def test_messages_come_in_several_shapes(given: Any, expected: tuple[Message, ...]) -> None:
    assert arguments.messages(given) == expected


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "messages is empty"),
        ("", r"messages\[0\].content is blank"),
        (None, "not null"),
        (5, "not int"),
        (["hi"], r"messages\[0\] is an object with role and content, not str"),
        (
            [{"role": "user", "content": "a"}, {"role": "robot", "content": "b"}],
            r"messages\[1\].role is one of .* not 'robot'",
        ),
        ([{"content": "a"}], r"messages\[0\].role"),
        ([{"role": "user", "content": None}], r"messages\[0\].content is a string, not null"),
        ([{"role": "user"}], r"messages\[0\].content is a string, not null"),
        ([{"role": "user", "content": " "}], r"messages\[0\].content is blank"),
        ([{"role": "user", "content": []}], r"messages\[0\].content is blank"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}], r"content\[0\] is a text part"),
        ([{"role": "user", "content": "a\ud800"}], "surrogate"),
        ([{"role": "user", "content": "a", "name": ""}], r"messages\[0\].name is blank"),
    ],
)
def test_malformed_messages_are_named(given: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        arguments.messages(given)


def test_metadata_is_copied() -> None:
    given = {"a": [1, {"b": None}], "t": (1, 2)}
    copy = arguments.metadata(given)
    given["a"].append(2)  # type: ignore[attr-defined]
    assert copy == {"a": [1, {"b": None}], "t": [1, 2]}
    assert arguments.metadata(None) == {}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "metadata is a JSON object, not list"),
        ("x", "not str"),
        ({"a": {"b": float("nan")}}, "metadata.a.b is nan"),
        ({"a": float("inf")}, "metadata.a is inf"),
        ({"a": [1, {2}]}, r"metadata.a\[1\] is of type set"),
        ({"a": b"x"}, "metadata.a is of type bytes"),
        ({"a": datetime(2026, 1, 1, tzinfo=timezone.utc)}, "of type datetime"),
        ({1: "a"}, "the key 1; JSON keys are strings"),
        ({"a": {None: 1}}, "the key None"),
        ({"user_id": "x"}, "may not carry user_id"),
        ({"a": "\ud800"}, "surrogate"),
    ],
)
def test_metadata_that_is_not_json(given: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        arguments.metadata(given)


NOON = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-31T12:00:00Z", NOON),
        ("2026-03-31T12:00", NOON),
        ("2026-03-31 12:00:00", NOON),
        ("2026-03-31T14:00:00+02:00", NOON),
        (NOON.timestamp(), NOON),
        (int(NOON.timestamp()), NOON),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        ("2026-03-31", NOON.replace(hour=0)),
        (date(2026, 3, 31), NOON.replace(hour=0)),
        (0, datetime(1970, 1, 1, tzinfo=timezone.utc)),
        (-1.5, datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=timezone.utc)),
        (None, None),
    ],
)
def test_moments(given: Any, expected: datetime | None) -> None:
    assert arguments.moment("timestamp", given) == expected


def test_a_bare_date_may_mean_its_end() -> None:
    assert arguments.moment("x", "2026-03-31", day_end=True) == NOON.replace(hour=0) + timedelta(
        days=1, microseconds=-1
    )
    assert arguments.moment("x", "2026-03-31T12:00", day_end=True) == NOON


@pytest.mark.parametrize(
    "given", ["", "soon", "2026-13-01", "2026-02-30", "31.03.2026", True, float("nan"), 1e300, "1700000000", [], {}]
)
def test_what_is_no_moment(given: Any) -> None:
    with pytest.raises(ValidationError, match=r"timestamp is ISO 8601 .* not "):
        arguments.moment("timestamp", given)


@pytest.mark.parametrize("given", [0, -1, 1_001, 1.0, "5", True, None])
def test_whole_numbers_have_bounds(given: Any) -> None:
    with pytest.raises(ValidationError, match="top_k is a whole number from 1 to 1,000"):
        arguments.whole("top_k", given, 1, 1_000)


@pytest.mark.parametrize("given", [-0.1, 1.1, "0.5", True, float("nan")])
def test_shares_are_from_0_to_1(given: Any) -> None:
    with pytest.raises(ValidationError, match="threshold is a number from 0 to 1"):
        arguments.share("threshold", given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, {}),
        (["a", "b"], {"a": "", "b": ""}),
        ([{"a": "about a"}, {"b": "about b"}], {"a": "about a", "b": "about b"}),
        ({"a": "about a"}, {"a": "about a"}),
    ],
)
def test_custom_categories(given: Any, expected: dict[str, str]) -> None:
    assert arguments.custom_categories(given) == expected


@pytest.mark.parametrize("given", ["food", [""], [5], 5])
def test_malformed_categories(given: Any) -> None:
    for read in (arguments.categories, arguments.custom_categories):
        with pytest.raises(ValidationError, match="categories"):
            read(given)
