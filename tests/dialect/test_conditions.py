"""The simple conditions of a call as a filter."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from graphmem.dialect.conditions import listing_filter, narrowed
from graphmem.errors import FilterError, ValidationError
from graphmem.filters.parse import parse
from graphmem.filters.to_python import condition
from graphmem.model.filter import EVERYTHING
from graphmem.model.memory import Scope, StoredMemory

DAY = datetime(2026, 3, 5, tzinfo=timezone.utc)
NEXT_DAY = datetime(2026, 3, 6, tzinfo=timezone.utc)


def test_nothing_given_is_everything() -> None:
    assert narrowed(None, Scope(), None, None) == EVERYTHING
    assert listing_filter(None, None, None) == EVERYTHING


def test_each_condition_narrows() -> None:
    assert narrowed({"run_id": "r"}, Scope("alex"), ["food"], {"a": 1}) == parse(
        {
            "AND": [
                {"run_id": "r"},
                {"user_id": "alex"},
                {"categories": {"in": ["food"]}},
                {"metadata": {"a": 1}},
            ]
        }
    )


@pytest.mark.parametrize(
    ("keywords", "start", "end", "met"),
    [
        ("TEA", None, None, True),
        ("coffee", None, None, False),
        (None, DAY, None, True),
        (None, NEXT_DAY, None, False),
        (None, None, DAY, True),
        (None, None, datetime(2026, 3, 4, tzinfo=timezone.utc), False),
        ("tea", DAY, NEXT_DAY, True),
    ],
)
def test_bounds_are_included(keywords: str | None, start: datetime | None, end: datetime | None, met: bool) -> None:
    memory = StoredMemory("m", "Likes green tea", Scope("alex"), "v", DAY, DAY)
    assert condition(listing_filter(keywords, start, end))(memory) is met


def test_what_means_nothing_is_refused() -> None:
    with pytest.raises(FilterError):
        narrowed({"colour": "red"}, Scope(), None, None)
    with pytest.raises(FilterError):
        narrowed(None, Scope(), None, {"a": {"no_such_operator": 1, "eq": 2}})
    with pytest.raises(ValidationError):
        narrowed(None, Scope(), [""], None)
    with pytest.raises(ValidationError):
        listing_filter(" ", None, None)
