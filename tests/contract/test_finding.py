"""search, get and get_all."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import ANY

import pytest

from graphmem import FilterError, MemoryNotFoundError, ValidationError

FOODS = ["I love Italian food", "I am allergic to nuts", "My car is red", "I play the violin", "I live in Lisbon"]


@pytest.fixture
def foods(client: Any) -> Any:
    for n, text in enumerate(FOODS):
        client.add(
            text,
            user_id="alex",
            run_id=f"run-{n % 2}",
            infer=False,
            timestamp=1_700_000_000 + n,
            metadata={"n": n, "odd": bool(n % 2)},
        )
    return client


def test_best_first_with_scores_between_0_and_1(foods: Any) -> None:
    rows = foods.search("which food do I love", user_id="alex")
    assert rows[0]["memory"] == FOODS[0]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(rows) == len(FOODS)


def test_top_k_limit_and_threshold(foods: Any) -> None:
    assert len(foods.search("food", user_id="alex", top_k=2)) == 2
    assert len(foods.search("food", user_id="alex", limit=1)) == 1
    every = foods.search("food", user_id="alex")
    some = foods.search("food", user_id="alex", threshold=every[1]["score"])
    assert some == every[:2]
    assert foods.search("food", user_id="alex", threshold=1.0) == []


def test_both_output_formats(foods: Any) -> None:
    assert foods.search("food", user_id="alex", output_format="v1.1")["results"] == foods.search("food", user_id="alex")


def test_search_within_ids_and_without(foods: Any) -> None:
    foods.add("I love French food", user_id="blake", infer=False)
    assert {row["user_id"] for row in foods.search("food")} == {"alex", "blake"}
    assert {row["run_id"] for row in foods.search("food", user_id="alex", run_id="run-1")} == {"run-1"}
    assert foods.search("food", user_id="nobody") == []


def test_search_by_metadata_and_categories(foods: Any) -> None:
    foods.add(
        "I love Greek food",
        user_id="alex",
        infer=False,
        categories=["food", "likes"],
        metadata={"geo": {"city": "Athens"}},
    )
    assert [row["memory"] for row in foods.search("x", metadata={"geo": {"city": "Athens"}})] == ["I love Greek food"]
    assert [row["memory"] for row in foods.search("x", categories=["food", "other"])] == ["I love Greek food"]
    assert foods.search("x", categories=["other"]) == []
    assert {row["metadata"]["n"] for row in foods.search("x", metadata={"odd": True})} == {1, 3}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"n": 1}, {1}),
        ({"n": 1.0}, {1}),
        ({"n": "1"}, set()),
        ({"n": True}, set()),
        ({"odd": 1}, set()),
        ({"odd": True, "n": 3}, {3}),
        ({"n": {"in": [0, 4, "1", True]}}, {0, 4}),
        ({"n": {"in": []}}, set()),
        ({"missing": 1}, set()),
    ],
)
def test_metadata_equality_is_typed(foods: Any, condition: Any, expected: set[int]) -> None:
    rows = foods.search("x", filters={"AND": [{"user_id": "alex"}, {"metadata": condition}]})
    assert {row["metadata"]["n"] for row in rows} == expected


def test_a_key_with_a_dot_is_not_a_nested_key(client: Any) -> None:
    client.add("dotted", user_id="alex", infer=False, metadata={"a.b": 1})
    client.add("nested", user_id="alex", infer=False, metadata={"a": {"b": 1}})
    client.add("slash", user_id="alex", infer=False, metadata={"a/b": 1})
    assert [row["memory"] for row in client.get_all(metadata={"a.b": 1})] == ["dotted"]
    assert [row["memory"] for row in client.get_all(metadata={"a": {"b": 1}})] == ["nested"]
    assert [row["memory"] for row in client.get_all(metadata={"a/b": 1})] == ["slash"]


def test_filters_and_ids_are_both_met(foods: Any) -> None:
    condition = {"run_id": {"in": ["run-0", "run-9"]}}
    assert {row["metadata"]["n"] for row in foods.search("x", version="v2", filters=condition, user_id="alex")} == {
        0,
        2,
        4,
    }
    assert foods.search("x", version="v2", filters=condition, user_id="blake") == []


def test_unknown_field_is_an_error(foods: Any) -> None:
    with pytest.raises(FilterError, match=r"AND\[0\]\.colour"):
        foods.search("x", filters={"AND": [{"colour": "red"}]})


def test_only_the_fields_asked_for(foods: Any) -> None:
    assert foods.search("Italian", user_id="alex", top_k=1, fields=["memory", "score"])[0].keys() == {"memory", "score"}
    assert foods.get_all(user_id="alex", fields=["id"])[0].keys() == {"id"}


def test_explain_tells_arms_and_source(foods: Any) -> None:
    row = foods.search("Italian food", user_id="alex", top_k=1, explain=True)[0]
    assert row["explain"]["arms"]["vector"]["rank"] == 1
    assert row["explain"]["arms"]["text"]["rank"] == 1
    assert row["explain"]["messages"] == [{"id": ANY, "role": "user", "content": FOODS[0]}]


def test_graph_arm_finds_what_shares_no_word(client: Any) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    for n in range(60):
        client.add(f"Note {n} is about the weather on some day", user_id="alex", infer=False)
    row = next(row for row in client.search("Anna?", user_id="alex", explain=True) if "Anna" in row["memory"])
    assert row["explain"]["arms"]["graph"]["hops"] == 0


def test_queries_of_any_text_are_answered(foods: Any) -> None:
    for query in (
        'food" OR *',
        "food AND (",
        "scopes:x",
        "a:b^2~[x TO y]",
        "\x00",
        "'",
        "NOT",
        "用户",
        "food " * 10_000,
        "?!",
    ):
        assert len(foods.search(query, user_id="alex")) <= len(FOODS)
    assert foods.search("food* OR NOT", user_id="alex")[0]["memory"] == FOODS[0]


def test_words_count_only_if_wanted(foods: Any) -> None:
    row = foods.search("violin", user_id="alex", top_k=1, keyword_search=False, explain=True)[0]
    assert "text" not in row["explain"]["arms"]


def test_listing_is_newest_first_and_whole(foods: Any) -> None:
    rows = foods.get_all(user_id="alex")
    assert [row["memory"] for row in rows] == FOODS[::-1]
    assert foods.get_all(user_id="alex", output_format="v1.1")["results"] == rows


def test_pages_neither_repeat_nor_skip(foods: Any) -> None:
    first = foods.get_all(user_id="alex", page=1, page_size=2)
    second = foods.get_all(user_id="alex", page=2, page_size=2)
    third = foods.get_all(user_id="alex", page=3, page_size=2)
    assert [len(page["results"]) for page in (first, second, third)] == [2, 2, 1]
    assert {page["count"] for page in (first, second, third)} == {5}
    assert (first["previous"], first["next"]) == (None, "?page=2&page_size=2")
    assert (third["previous"], third["next"]) == ("?page=2&page_size=2", None)
    assert [row for page in (first, second, third) for row in page["results"]] == foods.get_all(user_id="alex")
    assert foods.get_all(user_id="alex", page=9)["results"] == []


def test_equal_times_are_ordered_by_id(client: Any) -> None:
    for n in range(6):
        client.add(f"fact {n}", user_id="alex", infer=False, timestamp=1_700_000_000)
    ids = [row["id"] for row in client.get_all(user_id="alex")]
    assert ids == sorted(ids)


def test_listing_by_keywords_and_dates(foods: Any) -> None:
    assert [row["memory"] for row in foods.get_all(keywords="ITALIAN F")] == [FOODS[0]]
    assert foods.get_all(keywords="%") == []
    assert len(foods.get_all(start_date="2023-11-14", end_date="2023-11-14")) == 5
    assert foods.get_all(start_date="2023-11-15") == []
    assert [row["memory"] for row in foods.get_all(start_date=1_700_000_003)] == [FOODS[4], FOODS[3]]
    assert foods.get_all(start_date="2023-11-20", end_date="2023-11-10") == []


def test_expired_memories_are_hidden(client: Any) -> None:
    soon = datetime.now(timezone.utc) + timedelta(days=1)
    gone = client.add("offer ended", user_id="alex", infer=False, expiration_date="2020-01-01")["results"][0]["id"]
    client.add("offer stands", user_id="alex", infer=False, expiration_date=soon)
    assert [row["memory"] for row in client.search("offer", user_id="alex")] == ["offer stands"]
    assert [row["memory"] for row in client.get_all(user_id="alex")] == ["offer stands"]
    assert client.get_all(user_id="alex", page=1)["count"] == 1
    # What may have become of a memory is told as each call sees it.
    with pytest.raises(MemoryNotFoundError, match="was deleted or has expired, or lies outside"):
        client.get(gone)
    with pytest.raises(MemoryNotFoundError, match="it does not exist, was deleted, or lies outside"):
        client.update("none", expiration_date=None)
    with pytest.raises(MemoryNotFoundError, match="it does not exist, was erased, or lies outside"):
        client.history("none")
    client.update(gone, expiration_date=None)
    assert client.get(gone)["memory"] == "offer ended"


def test_users_lists_every_kind_of_scope(client: Any) -> None:
    client.add("I like tea", user_id="alex", run_id="r1", infer=False)
    client.add("I like milk", user_id="alex", app_id="kitchen", infer=False)
    client.add("I am a cook", agent_id="cook", infer=False)
    found = {(row["type"], row["id"]): row["total_memories"] for row in client.users()["results"]}
    assert found == {("user", "alex"): 2, ("agent", "cook"): 1, ("app", "kitchen"): 1, ("run", "r1"): 1}


def test_neighbours_in_the_conversation_help(client: Any) -> None:
    client.add(
        [
            {"role": "user", "content": "Which museum should we visit in Vienna?"},
            {"role": "user", "content": "The Albertina, they open at ten."},
        ],
        user_id="alex",
        infer=False,
    )
    for n in range(5):
        client.add(f"My bicycle number {n} has a flat tyre.", user_id="alex", run_id=f"other-{n}", infer=False)
    rows = client.search("museum to visit in Vienna", user_id="alex", top_k=2)
    assert [row["memory"] for row in rows][1] == "The Albertina, they open at ten."


def test_what_was_said_on_the_days_that_a_query_names(client: Any) -> None:
    days = {month: datetime(2023, month, 3, 12, tzinfo=timezone.utc) for month in (4, 5, 6)}
    # Alike, so that the day alone tells which is meant.
    texts = {month: f"We had lunch at the {name} place" for month, name in ((4, "Greek"), (5, "Thai"), (6, "Polish"))}
    for month, day in days.items():
        client.add(texts[month], user_id="alex", infer=False, timestamp=day)
    for month, name in ((4, "April"), (5, "May"), (6, "June")):
        for query in (f"Where did we have lunch in {name} 2023?", f"Where did we have lunch on 3 {name}?"):
            assert client.search(query, user_id="alex")[0]["memory"] == texts[month]
    first, *others = client.search("Where did we have lunch in May 2023?", user_id="alex", explain=True)
    assert first["explain"]["signals"]["date"] == 0.5
    assert {row["explain"]["signals"]["date"] for row in others} == {0}
    then = datetime.now(timezone.utc)
    past = client.search("Where did we have lunch in May 2023?", user_id="alex", as_of=then)
    assert [(row["memory"], row["score"]) for row in past] == [
        (row["memory"], pytest.approx(row["score"], abs=1e-5)) for row in (first, *others)
    ]


def test_hits_are_different_things(client: Any) -> None:
    # The same in other letters and stops is another memory, but no other thing.
    for text in (
        "I like strong coffee",
        "I like strong coffee!",
        "i LIKE strong coffee ...",
        "Coffee is sold at the corner",
    ):
        client.add(text, user_id="alex", infer=False)
    assert len(client.get_all(user_id="alex")) == 4
    asked = {"user_id": "alex", "top_k": 2}
    first, second = client.search("Which coffee do I like?", **asked)
    assert second["memory"] == "Coffee is sold at the corner"
    assert first["score"] > second["score"]
    past = client.search("Which coffee do I like?", **asked, as_of=datetime.now(timezone.utc))
    assert [row["id"] for row in past] == [first["id"], second["id"]]
    every = client.search("Which coffee do I like?", user_id="alex", top_k=4)
    assert [row["memory"] == "Coffee is sold at the corner" for row in every] == [False, False, False, True]
    double = next(row for row in every[1:] if row["id"] != first["id"])
    why = client.why_not("Which coffee do I like?", double["id"], **asked)
    assert why["reason"] == "beyond_top_k"
    assert first["id"] in why["because"]
    # What is below the threshold takes no place.
    among = client.search("Which coffee do I like?", **asked, threshold=double["score"])
    assert len(among) == 2
    assert among[1]["memory"] != "Coffee is sold at the corner"


def test_a_limit_gives_the_newest(client: Any) -> None:
    for n in range(5):
        client.add(f"text {n}", user_id="u", infer=False, timestamp=f"2026-03-0{n + 1}")
    assert [row["memory"] for row in client.get_all(user_id="u", limit=2)] == ["text 4", "text 3"]
    assert [row["memory"] for row in client.get_all(user_id="u", limit=2, output_format="v1.1")["results"]] == [
        "text 4",
        "text 3",
    ]
    assert len(client.get_all(user_id="u", limit=50)) == 5
    for wrong in ({"limit": 0}, {"limit": "2"}, {"limit": 2, "page": 1}, {"limit": 2, "page_size": 2}):
        with pytest.raises(ValidationError, match="limit"):
            client.get_all(user_id="u", **wrong)
