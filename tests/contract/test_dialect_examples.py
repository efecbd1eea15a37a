"""The documented examples of the dialect, on every store."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from tests.conftest import MakeClient

# text, ids, day of July 2024, categories, metadata
SAID: tuple[tuple[str, dict[str, str], int, list[str], dict[str, Any]], ...] = (
    ("Alice likes ramen", {"user_id": "alice"}, 2, ["food_preferences"], {"food": "vegan"}),
    ("Alice plans a trip to Kyoto", {"user_id": "alice", "run_id": "trip"}, 12, ["travel", "plans"], {"food": "none"}),
    ("The travel agent wants to play cards", {"agent_id": "travel-agent"}, 15, ["travel"], {}),
    ("The sports agent wants to play tennis", {"agent_id": "sports-agent"}, 18, ["sports"], {"food": "vegan"}),
    ("Bob cooks on Sundays", {"user_id": "bob"}, 20, ["food_preferences", "hobbies"], {"food": "vegan"}),
    ("Bob has no category", {"user_id": "bob", "run_id": "trip"}, 31, [], {}),
)
RAMEN, KYOTO, CARDS, TENNIS, COOKS, NONE = range(len(SAID))


@pytest.fixture
def said(client: Any) -> Any:
    for text, ids, day, categories, metadata in SAID:
        at = datetime(2024, 7, day, 12, tzinfo=timezone.utc)
        client.add(text, **ids, infer=False, timestamp=at, categories=categories, metadata=metadata)
    return client


def found(rows: list[dict[str, Any]]) -> set[int]:
    return {next(n for n, each in enumerate(SAID) if each[0] == row["memory"]) for row in rows}


EXAMPLES: tuple[tuple[dict[str, Any], set[int]], ...] = (
    ({"OR": [{"user_id": "alice"}, {"agent_id": {"in": ["travel-agent", "sports-agent"]}}]}, {RAMEN, KYOTO, CARDS, TENNIS}),
    ({"AND": [{"created_at": {"gte": "2024-07-20", "lte": "2024-07-10"}}]}, set()),
    ({"AND": [{"user_id": "alice"}, {"created_at": {"gte": "2024-07-10", "lte": "2024-07-31"}}]}, {KYOTO}),
    ({"AND": [{"metadata": {"food": "vegan"}}, {"categories": {"contains": "food_preferences"}}]}, {RAMEN, COOKS}),
    ({"AND": [{"user_id": "alice"}, {"NOT": {"categories": {"contains": "food_preferences"}}}]}, {KYOTO}),
    ({"NOT": [{"categories": {"in": ["travel", "sports"]}}, {"user_id": "bob"}]}, {RAMEN}),
    ({"run_id": "*"}, {KYOTO, NONE}),
    ({"AND": [{"user_id": "bob"}, {"run_id": "*"}]}, {NONE}),
    ({"AND": [{"user_id": "alice"}, {"agent_id": "travel-agent"}]}, set()),
    ({"user_id": "alice", "OR": [{"run_id": "trip"}, {"agent_id": "travel-agent"}]}, {KYOTO}),
    ({"keywords": {"icontains": "TO PLAY"}}, {CARDS, TENNIS}),
    ({"keywords": {"contains": "TO PLAY"}}, set()),
    ({"categories": {"in": ["hobbies", "plans"]}}, {KYOTO, COOKS}),
    ({"categories": {"ne": "travel"}, "created_at": {"lt": "2024-07-18"}}, {RAMEN}),
    ({}, set(range(len(SAID)))),
)  # fmt: skip


def test_filters_of_the_dialect(said: Any) -> None:
    for filters, expected in EXAMPLES:
        assert found(said.search("anything at all", version="v2", filters=filters, top_k=100)) == expected, filters
        assert found(said.get_all(version="v2", filters=filters)) == expected, filters
        page = said.get_all(version="v2", filters=filters, page=1, page_size=100)
        assert (found(page["results"]), page["count"]) == (expected, len(expected)), filters


def test_search_of_the_first_version(said: Any) -> None:
    assert found(said.search("food", user_id="alice")) == {RAMEN, KYOTO}
    assert found(said.search("food", categories=["food_preferences"])) == {RAMEN, COOKS}
    assert found(said.search("food", categories=["plans", "hobbies"])) == {KYOTO, COOKS}
    assert found(said.search("food", user_id="bob", metadata={"food": "vegan"})) == {COOKS}
    assert found(said.search("tennis", top_k=1)) == {TENNIS}
    assert found(said.search("food")) == set(range(len(SAID)))
    assert said.search("tennis", threshold=0.99, keyword_search=False) == []
    both = said.search("food", version="v2", filters={"user_id": "alice"}, categories=["travel"], output_format="v1.1")
    assert found(both["results"]) == {KYOTO}
    assert both["relations"] == []
    assert said.search("ramen", user_id="alice", fields=["memory", "score"], top_k=1)[0].keys() == {"memory", "score"}


def test_listing_of_the_first_version(said: Any) -> None:
    assert found(said.get_all(categories=["travel"])) == {KYOTO, CARDS}
    assert found(said.get_all(categories=["travel", "sports"])) == {KYOTO, CARDS, TENNIS}
    assert found(said.get_all(keywords="to play")) == {CARDS, TENNIS}
    assert found(said.get_all(user_id="alice", start_date="2024-07-12", end_date="2024-07-12")) == {KYOTO}
    assert found(said.get_all(agent_id="travel-agent", keywords="PLAY", output_format="v1.1")["results"]) == {CARDS}
    assert [row["memory"] for row in said.get_all()] == [each[0] for each in reversed(SAID)]
    assert said.get_all(user_id="bob", fields=["memory"]) == [{"memory": SAID[NONE][0]}, {"memory": SAID[COOKS][0]}]


def test_pages_of_a_listing(said: Any) -> None:
    first = said.get_all(categories=["food_preferences", "travel"], page=1, page_size=3)
    assert (first["count"], first["next"], first["previous"]) == (4, "?page=2&page_size=3", None)
    second = said.get_all(categories=["food_preferences", "travel"], page=2, page_size=3)
    assert (second["count"], second["next"], second["previous"]) == (4, None, "?page=1&page_size=3")
    assert [row["memory"] for row in first["results"] + second["results"]] == [
        SAID[n][0] for n in (COOKS, CARDS, KYOTO, RAMEN)
    ]
    beyond = said.get_all(page=9, page_size=3)
    assert (beyond["count"], beyond["results"], beyond["next"]) == (6, [], None)
    assert len(said.get_all(page=1)["results"]) == len(SAID)
    assert said.get_all(page_size=2)["next"] == "?page=2&page_size=2"


def test_no_filter_leads_out_of_a_clients_scope(said: Any, new_client: MakeClient) -> None:
    bound = new_client(scope={"user_id": "alice"})
    mine = {RAMEN, KYOTO}
    for filters in (
        {},
        {"user_id": "*"},
        {"OR": [{"user_id": "bob"}, {"user_id": "alice"}]},
        {"OR": [{"agent_id": "travel-agent"}, {"NOT": {"user_id": "nobody"}}]},
        {"NOT": {"user_id": {"in": ["zoe"]}}},
        {"NOT": {"NOT": {"user_id": {"ne": "zoe"}}}},
    ):
        assert found(bound.search("food trip", filters=filters, top_k=100)) == mine, filters
        assert found(bound.get_all(filters=filters)) == mine, filters
    assert found(bound.search("food", categories=["food_preferences"])) == {RAMEN}
    assert bound.get_all(filters={"user_id": "bob"}) == []
    assert {row["id"] for row in bound.users()["results"]} == {"alice", "trip"}


def test_a_filtered_search_finds_as_many_as_there_are(client: Any) -> None:
    near = [{"role": "user", "content": f"The green lighthouse number {n}"} for n in range(180)]
    client.add(near, user_id="u", infer=False, metadata={"kind": "near"})
    far = [
        {"role": "user", "content": f"{word} soup recipe"}
        for word in ["beet", "leek", "corn", "bean", "pea", "miso", "plum", "kale", "dill", "lime", "fig", "yam"]
    ]
    client.add(far, user_id="u", infer=False, metadata={"kind": "far"})
    rows = client.search("the green lighthouse", user_id="u", metadata={"kind": "far"}, top_k=12)
    assert {row["memory"] for row in rows} == {each["content"] for each in far}
    assert len(client.search("the green lighthouse", user_id="u", metadata={"kind": "near"}, top_k=150)) == 150
