"""as_of, diff and relations: what the store would have answered at an earlier time."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

import pytest

from graphmem import ScopeError, ValidationError
from tests.conftest import MakeClient


def now() -> datetime:
    """A moment that lies between what was written before and what is written next."""
    time.sleep(0.002)
    found = datetime.now(timezone.utc)
    time.sleep(0.002)
    return found


def texts(rows: Any) -> list[str]:
    return sorted(row["memory"] for row in rows)


def added(client: Any, text: str, **more: Any) -> str:
    return str(client.add(text, **{"user_id": "alex", "infer": False, **more})["results"][0]["id"])


def test_as_of_answers_match_the_answers_of_then(client: Any) -> None:
    beginning = now()
    one = added(client, "likes chicken", metadata={"n": 1}, categories=["food"])
    gone = added(client, "has a dog", metadata={"n": 2})
    added(client, "is somebody else's", user_id="bo")
    first, before = now(), client.get_all(user_id="alex")
    client.update(one, text="is vegetarian", metadata={"n": 3}, categories=["diet"])
    second = now()
    client.delete(gone)
    added(client, "plays chess", metadata={"n": 1})
    third = now()
    client.restore(client.history(gone)[0]["id"])

    assert client.get_all(user_id="alex", as_of=beginning) == []
    assert client.get_all(user_id="alex", as_of=first) == before
    assert texts(client.get_all(user_id="alex", as_of=second)) == ["has a dog", "is vegetarian"]
    assert texts(client.get_all(user_id="alex", as_of=third)) == ["is vegetarian", "plays chess"]
    assert client.get_all(user_id="alex", as_of=now()) == client.get_all(user_id="alex")
    # The whole algebra, and pages.
    assert texts(client.get_all(user_id="alex", metadata={"n": 1}, as_of=first)) == ["likes chicken"]
    assert texts(client.get_all(filters={"NOT": {"categories": "food"}}, as_of=first)) == [
        "has a dog",
        "is somebody else's",
    ]
    assert texts(client.get_all(user_id="alex", keywords="CHICKEN", as_of=first)) == ["likes chicken"]
    page = client.get_all(user_id="alex", page=2, page_size=1, as_of=first)
    assert (page["count"], len(page["results"]), page["next"]) == (2, 1, None)

    assert client.search("what about chicken?", user_id="alex", as_of=first)[0]["memory"] == "likes chicken"
    assert "likes chicken" not in texts(client.search("chicken", user_id="alex", as_of=second))
    assert client.search("dog", user_id="alex", as_of=second)[0]["memory"] == "has a dog"
    assert "has a dog" not in texts(client.search("dog", user_id="alex", as_of=third))
    [hit] = client.search("dog", user_id="alex", as_of=first, top_k=1, explain=True)
    assert hit["explain"]["arms"]["vector"]["plan"] == "past"


def test_scores_of_the_past_match_those_of_then(client: Any) -> None:
    for text in ("likes green tea", "lives in Berlin", "has a cat named Tom", "works as a nurse"):
        added(client, text)
    found = client.search("which tea?", user_id="alex", keyword_search=False)
    at = now()
    again = client.search("which tea?", user_id="alex", keyword_search=False, as_of=at)
    assert [row["id"] for row in again] == [row["id"] for row in found]
    assert [row["score"] for row in again] == pytest.approx([row["score"] for row in found], abs=1e-5)


def test_relations_have_recorded_and_valid_times(client: Any) -> None:
    client.add("I live in Berlin.", user_id="alex", timestamp="2025-01-01")
    client.add("My sister Anna lives in Rome.", user_id="alex", timestamp="2025-03-01")
    first = now()
    client.add("I moved to Lisbon.", user_id="alex", timestamp="2025-06-01")

    def told(**more: Any) -> set[tuple[str, str]]:
        return {(each["relationship"], each["target"]) for each in client.relations(user_id="alex", **more)}

    assert {("moved_to", "Lisbon"), ("lives_in", "Rome")} <= told()
    assert ("lives_in", "Berlin") not in told()
    assert ("lives_in", "Berlin") in told(as_of=first)
    assert ("moved_to", "Lisbon") not in told(as_of=first)
    assert told(as_of=first, valid_at="2025-02-01") == {("lives_in", "Berlin")}
    assert told(valid_at="2024-12-31") == set()
    assert told(entity="anna", relationship="lives_in") == {("lives_in", "Rome")}
    assert client.relations(user_id="bo") == []
    then = client.search("Where does Alex live?", user_id="alex", as_of=first, output_format="v1.1")["relations"]
    assert ("lives_in", "Berlin") in {(each["relationship"], each["target"]) for each in then}


def test_diff(client: Any) -> None:
    one = added(client, "likes chicken")
    gone = added(client, "has a dog")
    start = now()
    client.update(one, text="is vegetarian")
    client.delete(gone)
    added(client, "plays chess")
    end = now()
    added(client, "comes later")
    found = client.diff(start, end, user_id="alex")
    assert texts(found["added"]) == ["plays chess"]
    assert texts(found["removed"]) == ["has a dog"]
    assert [(each["before"]["memory"], each["after"]["memory"]) for each in found["changed"]] == [
        ("likes chicken", "is vegetarian")
    ]
    assert texts(client.diff(start, user_id="alex")["added"]) == ["comes later", "plays chess"]
    assert client.diff(end, start, user_id="alex")["added"][0]["memory"] == "has a dog"
    assert client.diff(start, end, user_id="bo") == {"added": [], "changed": [], "removed": []}
    with pytest.raises(ValidationError, match="start"):
        client.diff("soon")


def test_memories_expired_by_then_are_hidden(client: Any) -> None:
    added(client, "short", expiration_date=datetime.now(timezone.utc).timestamp() + 86_400)
    before = now()
    assert texts(client.get_all(user_id="alex", as_of=before)) == ["short"]
    assert client.get_all(user_id="alex", as_of="2099-01-01") == []


def test_the_past_of_others_is_out_of_reach(new_client: MakeClient) -> None:
    client, other = new_client(), new_client(scope={"user_id": "bo"})
    added(client, "a secret")
    at = now()
    assert other.get_all(as_of=at) == []
    assert other.get_all(filters={"OR": [{"user_id": "alex"}, {"user_id": {"ne": "bo"}}]}, as_of=at) == []
    assert other.search("secret", as_of=at) == []
    assert other.diff("2020-01-01")["added"] == []
    assert other.relations(as_of=at) == []
    with pytest.raises(ScopeError):
        other.relations(user_id="alex")
