"""A filter means of messages what it means of a memory that has nothing but text, scope and time."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphmem.filters.of_messages import of_messages
from graphmem.filters.parse import parse
from graphmem.filters.to_python import holds
from graphmem.model.filter import EVERYTHING, NOTHING, And, Compare, Filter, Not, Or, Path, scope_groups
from graphmem.model.memory import SCOPE_FIELDS, Scope, StoredMemory
from tests.filters.strategies import MOMENTS, WORDS, filters

times = st.sampled_from(MOMENTS).map(lambda text: datetime.fromisoformat(text).astimezone(timezone.utc))
scopes = st.builds(Scope, *[st.none() | st.sampled_from(("a", "b", "é"))] * 4)


def said(text: str, scope: Scope, at: datetime) -> StoredMemory:
    """A memory that has what a message has."""
    return StoredMemory("m", text, scope, "v", at, at)


def fields(filter: Filter) -> set[str]:
    if isinstance(filter, Compare):
        return {filter.path.field}
    if isinstance(filter, Not):
        return fields(filter.item)
    return set[str]().union(*map(fields, filter.items))


@given(filters, st.sampled_from(WORDS), scopes, times)
def test_it_decides_what_a_message_lacks(given: dict[str, Any], text: str, scope: Scope, at: datetime) -> None:
    # A memory has an id of its own.
    assume("id" not in {key.lower() for key in json.loads(json.dumps(given))} and "memory_id" not in json.dumps(given))
    filter = parse(given)
    assume("memory_id" not in fields(filter))
    message = said(text, scope, at)
    assert holds(of_messages(filter), message) == holds(filter, message)


@given(filters)
def test_it_speaks_of_what_a_message_has(given: dict[str, Any]) -> None:
    filter = parse(given)
    mapped = of_messages(filter)
    assert fields(mapped) <= {*SCOPE_FIELDS, "created_at", "text"}
    # So that the words of other tenants are passed over within the index, as for memories.
    assert mapped in (EVERYTHING, NOTHING) or list(scope_groups(mapped)) == list(scope_groups(filter))


@pytest.mark.parametrize(
    ("given", "meets"),
    [
        ({"memory_id": "m"}, False),
        ({"memory_id": {"in": ["m"]}}, False),
        ({"memory_id": {"ne": "x"}}, True),
        ({"NOT": {"id": "m"}}, True),
        ({"updated_at": {"gte": "2024-01-01"}}, True),
        ({"metadata": {"a": "*"}}, False),
        ({"categories": {"nin": ["x"]}}, True),
    ],
)
def test_what_a_message_lacks(given: dict[str, Any], meets: bool) -> None:
    message = said("tea", Scope(user_id="a"), datetime(2024, 7, 1, tzinfo=timezone.utc))
    assert holds(of_messages(parse(given)), message) is meets


def test_the_form_stays() -> None:
    tea, food = Compare(Path("text"), "eq", "tea"), Compare(Path("categories"), "eq", "food")
    assert of_messages(And((Or((tea, food)), Not(food)))) == And((Or((tea,)),))
    assert of_messages(And((tea, food))) == of_messages(Or(())) == of_messages(And((Or(()),))) == NOTHING
    assert of_messages(Or((tea, Not(food)))) == of_messages(Not(And((tea, food)))) == EVERYTHING
