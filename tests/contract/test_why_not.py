"""why_not: what became of one memory in a search."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from graphmem import ScopeError, ValidationError
from tests.contract.test_finding import FOODS

VIOLIN = FOODS[3]
ALEX = {"user_id": "alex"}


@pytest.fixture
def ids(client: Any) -> dict[str, str]:
    """Text → id of what is known."""
    return {
        text: client.add(text, **ALEX, infer=False, metadata={"n": n})["results"][0]["id"]
        for n, text in enumerate(FOODS)
    }


def test_place_and_score_are_those_of_the_search(client: Any, ids: dict[str, str]) -> None:
    rows = client.search("which instrument do I play", **ALEX)
    for place, row in enumerate(rows, 1):
        why = client.why_not("which instrument do I play", row["id"], **ALEX)
        assert (why["found"], why["reason"], why["place"], why["score"]) == (True, "returned", place, row["score"])
    why = client.why_not("violin", ids[VIOLIN], **ALEX)
    [row] = client.search("violin", **ALEX, explain=True, top_k=1)
    assert (why["arms"], why["signals"]) == (row["explain"]["arms"], row["explain"]["signals"])
    assert set(why["missed"]) == {"graph"}


def test_cut_off_by_top_k_or_threshold(client: Any, ids: dict[str, str]) -> None:
    rows = client.search("violin", **ALEX)
    last, best = rows[-1], rows[0]
    why = client.why_not("violin", last["id"], **ALEX, top_k=2)
    assert (why["found"], why["reason"], why["place"]) == (False, "beyond_top_k", len(FOODS))
    assert "top_k is 2" in why["because"]
    # A greater top_k would not help.
    why = client.why_not("violin", last["id"], **ALEX, top_k=2, threshold=best["score"])
    assert (why["found"], why["reason"], why["score"]) == (False, "below_threshold", last["score"])
    assert client.why_not("violin", best["id"], **ALEX, top_k=2, threshold=best["score"])["reason"] == "returned"
    assert client.why_not("violin", last["id"], **ALEX, limit=1)["reason"] == "beyond_top_k"


@pytest.mark.parametrize(
    ("conditions", "failed"),
    [
        ({"user_id": "blake"}, 'user_id is "blake"'),
        ({"run_id": "r1"}, 'run_id is "r1"'),
        ({"categories": ["food"]}, 'categories contain one of "food"'),
        ({"metadata": {"n": 4}}, "metadata.n is 4"),
        (
            {"filters": {"AND": [{"metadata": {"n": {"gte": 3}}}, {"metadata": {"n": {"gt": 3}}}]}},
            "metadata.n is greater than 3",
        ),
        ({"filters": {"NOT": [{"text": {"contains": "violin"}}]}}, 'not (text contains "violin")'),
        (
            {"filters": {"OR": [{"agent_id": "a"}, {"created_at": {"gt": "2100-01-01"}}]}},
            '(agent_id is "a") or (created_at is after 2100-01-01)',
        ),
    ],
)
def test_the_first_condition_that_fails_is_told(
    client: Any, ids: dict[str, str], conditions: dict[str, Any], failed: str
) -> None:
    why = client.why_not("violin", ids[VIOLIN], **{**ALEX, **conditions})
    assert (why["found"], why["reason"], why["condition"]) == (False, "outside_filter", failed)
    assert failed in why["because"]
    assert (why["place"], why["score"], why["arms"]) == (None, None, {})


def test_what_the_memory_has_instead(client: Any, ids: dict[str, str]) -> None:
    assert client.why_not("violin", ids[VIOLIN], user_id="blake")["because"].endswith('its user_id is "alex".')
    assert client.why_not("violin", ids[VIOLIN], metadata={"n": 4})["because"].endswith("its metadata.n is 3.")


def test_what_no_arm_brings_in_is_ranked_all_the_same(client: Any) -> None:
    hidden = client.add("The bicycle has a flat tyre", **ALEX, run_id="other", infer=False)["results"][0]["id"]
    client.add_many([f"Violin lesson number {n} went well" for n in range(60)], **ALEX, run_id="lessons", infer=False)
    why = client.why_not("violin lesson", hidden, **ALEX)
    assert (why["found"], why["reason"]) == (False, "not_a_candidate")
    # Each arm brings in 40.
    assert why["place"] > 40
    assert 0 <= why["score"] < 0.3
    assert set(why["missed"]) == {"vector", "text", "graph"}
    assert why["missed"]["vector"] == "40 memories are nearer in meaning"
    assert why["missed"]["text"] == "the memory holds no word of the query"
    assert why["arms"]["vector"]["rank"] > 40
    # With more of them it is found.
    assert client.why_not("violin lesson", hidden, **ALEX, top_k=100)["reason"] == "returned"
    now = datetime.now(timezone.utc)
    then = client.why_not("violin lesson", hidden, **ALEX, as_of=now)
    assert (then["reason"], then["score"]) == ("not_a_candidate", pytest.approx(why["score"], abs=1e-3))


def test_without_words_the_text_arm_is_told_to_be_off(client: Any, ids: dict[str, str]) -> None:
    why = client.why_not("violin", ids[VIOLIN], **ALEX, keyword_search=False)
    assert why["missed"]["text"] == "the search was not by words"
    assert "text" not in why["arms"]


def test_deleted_expired_and_never_known(client: Any, ids: dict[str, str]) -> None:
    before = datetime.now(timezone.utc)
    time.sleep(0.002)
    client.delete(ids[VIOLIN])
    client.update(ids[FOODS[0]], expiration_date=before - timedelta(days=1))
    why: Callable[..., Any] = client.why_not
    assert why("violin", ids[VIOLIN], **ALEX)["reason"] == "deleted"
    assert why("food", ids[FOODS[0]], **ALEX)["reason"] == "expired"
    assert why("violin", "no-such-id", **ALEX)["reason"] == "no_such_memory"
    # At that time both were found.
    assert [why("violin", ids[text], **ALEX, as_of=before)["reason"] for text in (VIOLIN, FOODS[0])] == ["returned"] * 2
    assert why("violin", ids[VIOLIN], **ALEX, as_of="2020-01-01")["reason"] == "not_yet"


def test_others_memories_look_like_none(new_client: Any) -> None:
    theirs = new_client().add("I play the violin", user_id="blake", infer=False)["results"][0]["id"]
    bound = new_client(scope=ALEX)
    bound.add("I play the cello", infer=False)
    for conditions in (
        {},
        {"threshold": 0.9},
        {"filters": {"user_id": "blake"}},
        {"as_of": datetime.now(timezone.utc)},
    ):
        seen, unseen = (bound.why_not("violin", id, **conditions) for id in (theirs, "never-was"))
        assert {**seen, "memory_id": ""} == {**unseen, "memory_id": ""}
        assert seen["reason"] == "no_such_memory"
    with pytest.raises(ScopeError):
        bound.why_not("violin", theirs, user_id="blake")
    new_client().delete(theirs)
    assert bound.why_not("violin", theirs)["reason"] == "no_such_memory"


@pytest.mark.parametrize(
    ("query", "id", "options"), [(" ", "x", {}), ("x", " ", {}), ("x", "x", {"top_k": 0}), ("x", "x", {"threshold": 2})]
)
def test_bad_arguments(client: Any, query: str, id: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        client.why_not(query, id, **options)
