"""What callers get: exactly the fields of the dialect, with nothing left out and nothing besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from graphmem import ValidationError
from graphmem.dialect import responses
from graphmem.model.memory import SCOPE_FIELDS, Message, Scope, StoredMemory, StoredRelation, StoredVersion
from graphmem.model.requests import Listing, Owner

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
LATER = datetime(2026, 3, 6, 1, 2, 3, 45, tzinfo=timezone.utc)
BARE = StoredMemory("m", "x", Scope("u"), "v", AT, LATER)
FULL = replace(
    BARE,
    scope=Scope("u", "a", "p", "r"),
    metadata={"k": [1]},
    categories=("food", "work"),
    immutable=True,
    expiration_date=LATER,
    event_start=date(2026, 2, 1),
    event_end=date(2026, 2, 28),
)


def test_a_memory_has_all_fields_null_where_there_is_no_value() -> None:
    assert responses.memory(BARE) == {
        "id": "m",
        "memory": "x",
        "user_id": "u",
        "agent_id": None,
        "app_id": None,
        "run_id": None,
        "hash": BARE.hash,
        "metadata": {},
        "categories": [],
        "immutable": False,
        "expiration_date": None,
        "event_start": None,
        "event_end": None,
        "created_at": "2026-03-05T00:00:00+00:00",
        "updated_at": "2026-03-06T01:02:03.000045+00:00",
    }
    assert tuple(responses.memory(BARE)) == responses.MEMORY_FIELDS


def test_a_memory_with_everything() -> None:
    found = responses.memory(FULL)
    assert [found[name] for name in SCOPE_FIELDS] == ["u", "a", "p", "r"]
    assert (found["metadata"], found["categories"], found["immutable"]) == ({"k": [1]}, ["food", "work"], True)
    assert found["expiration_date"] == "2026-03-06T01:02:03.000045+00:00"
    assert (found["event_start"], found["event_end"]) == ("2026-02-01", "2026-02-28")
    found["metadata"]["k2"] = found["categories"].append("more")
    assert responses.memory(FULL)["metadata"] == {"k": [1]}


def test_the_hash_is_of_the_text() -> None:
    assert len(BARE.hash) == 64
    assert BARE.hash == FULL.hash != replace(BARE, text="y").hash


def test_a_hit_has_a_score_and_is_explained_on_demand() -> None:
    assert responses.hit(BARE, 0.5, None) == {**responses.memory(BARE), "score": 0.5}
    assert responses.hit(BARE, 0.5, {"arms": {}}) == {**responses.memory(BARE), "score": 0.5, "explain": {"arms": {}}}


def test_a_relation() -> None:
    assert responses.relation(StoredRelation("Anna", "lives_in", "Berlin", "m", AT)) == {
        "source": "Anna",
        "relationship": "lives_in",
        "target": "Berlin",
        "memory_id": "m",
        "valid_from": "2026-03-05T00:00:00+00:00",
        "valid_to": None,
    }


def test_an_owner() -> None:
    assert responses.owner(Owner("user", "u", 3, AT, LATER)) == {
        "type": "user",
        "id": "u",
        "name": "u",
        "total_memories": 3,
        "created_at": "2026-03-05T00:00:00+00:00",
        "updated_at": "2026-03-06T01:02:03.000045+00:00",
    }


def chain(*steps: tuple[Any, str]) -> list[StoredVersion]:
    return [
        StoredVersion(f"v{n}", replace(BARE, text=text, version_id=f"v{n}"), event, AT, None)
        for n, (event, text) in enumerate(steps)
    ]


def test_a_row_of_history_has_exactly_the_fields_of_the_dialect() -> None:
    version = StoredVersion("v1", FULL, "ADD", AT, LATER, (Message("user", "hi", "Al"), Message("assistant", "ho")))
    assert responses.history([version]) == [
        {
            "id": "v1",
            "memory_id": "m",
            "event": "ADD",
            "old_memory": None,
            "new_memory": "x",
            "input": [{"role": "user", "content": "hi", "name": "Al"}, {"role": "assistant", "content": "ho"}],
            "user_id": "u",
            "agent_id": "a",
            "app_id": "p",
            "run_id": "r",
            "categories": ["food", "work"],
            "metadata": {"k": [1]},
            "created_at": "2026-03-05T00:00:00+00:00",
            "updated_at": "2026-03-06T01:02:03.000045+00:00",
        }
    ]
    assert responses.history([]) == []


def test_each_row_of_history_begins_where_the_last_one_ended() -> None:
    rows = responses.history(chain(("ADD", "a"), ("UPDATE", "b"), ("UPDATE", "b"), ("DELETE", "b"), ("ADD", "c")))
    assert [(row["id"], row["event"], row["old_memory"], row["new_memory"]) for row in rows] == [
        ("v0", "ADD", None, "a"),
        ("v1", "UPDATE", "a", "b"),
        ("v2", "UPDATE", "b", "b"),
        ("v3", "DELETE", "b", None),
        ("v4", "ADD", None, "c"),
    ]
    assert all(row["input"] == [] for row in rows)


@pytest.mark.parametrize(
    ("number", "size", "total", "next", "previous"),
    [
        (1, 10, 0, None, None),
        (1, 10, 10, None, None),
        (1, 10, 11, "?page=2&page_size=10", None),
        (2, 10, 11, None, "?page=1&page_size=10"),
        (2, 50, 101, "?page=3&page_size=50", "?page=1&page_size=50"),
        (3, 50, 101, None, "?page=2&page_size=50"),
        (9, 10, 11, None, "?page=8&page_size=10"),
        (1, 1_000, 1_000, None, None),
    ],
)
def test_pages(number: int, size: int, total: int, next: str | None, previous: str | None) -> None:
    rows = [{"id": "m"}]
    assert responses.page(rows, Listing((), total), number, size) == {
        "count": total,
        "next": next,
        "previous": previous,
        "results": rows,
    }


def test_both_forms_of_results() -> None:
    rows, edge = [{"id": "m"}], StoredRelation("a", "knows", "b", "m")
    assert responses.results(rows, [edge], "v1.0") == rows
    assert responses.results(rows, [edge], "v1.1") == {"results": rows, "relations": [responses.relation(edge)]}
    assert responses.results([], (), "v1.1") == {"results": [], "relations": []}


def test_rows_with_some_fields_only() -> None:
    row = responses.hit(BARE, 0.5, None)
    assert responses.narrow([row], None) == [row]
    assert responses.narrow([row], ["memory", "id"]) == [{"memory": "x", "id": "m"}]
    # What is null is there; what was not asked for to be explained is not.
    assert responses.narrow([row], ("score", "run_id", "explain"), search=True) == [{"score": 0.5, "run_id": None}]
    assert responses.narrow([], ["id"]) == []


@pytest.mark.parametrize("fields", ["id", b"id", 5, ["colour"], [5], [None], [["id"]], {"id": 1}, {"id"}, ["id", "ID"]])
@pytest.mark.parametrize("search", [False, True])
def test_fields_that_no_memory_has(fields: Any, search: bool) -> None:
    with pytest.raises(ValidationError) as caught:
        responses.narrow([], fields, search=search)
    assert str(caught.value).startswith("fields must be a list of names out of id, memory, user_id, agent_id")
    assert str(caught.value).endswith(f", not {fields!r}")
    assert (", score, explain" in str(caught.value)) is search


def test_a_field_that_is_misspelt() -> None:
    with pytest.raises(ValidationError) as caught:
        responses.narrow([], ["createdAt", "x" * 500])
    assert "updated_at (did you mean created_at?), not ['createdAt', 'xxx" in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("field", ["score", "explain"])
def test_only_a_search_has_scores(field: str) -> None:
    with pytest.raises(ValidationError, match=f"not \\['{field}'\\]"):
        responses.narrow([], [field])
    assert responses.narrow([{field: 1}], [field], search=True) == [{field: 1}]


def test_times_are_iso_8601_with_offset() -> None:
    assert responses.iso_or_none(None) is None
    assert responses.iso_or_none(AT) == responses.iso(AT)
    assert responses.iso(AT + timedelta(hours=2)) == "2026-03-05T02:00:00+00:00"
