"""Entities: identified by owner, name and type; lookalikes are linked and can be separated."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem import MemoryNotFoundError, ValidationError
from tests.conftest import MakeClient


def by_name(client: Any, **ids: Any) -> dict[str, Any]:
    return {each["name"]: each for each in client.entities(**ids)}


def test_entities_belong_to_their_owner(client: Any) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    client.add("My sister Anna works at Acme.", user_id="alex", run_id="r")
    client.add("My sister Anna lives in Rome.", user_id="bo")
    of_alex, of_bo = by_name(client, user_id="alex"), by_name(client, user_id="bo")
    assert of_alex["Anna"]["memories"] == 2
    assert of_alex["Anna"]["type"] == "person"
    assert "Rome" not in of_alex
    assert of_alex["Anna"]["id"] != of_bo["Anna"]["id"]
    assert by_name(client, user_id="alex", run_id="r")["Anna"]["memories"] == 1


def test_lookalikes_are_linked_and_can_be_separated(client: Any) -> None:
    client.add("My brother Jonathan Miller lives in Berlin.", user_id="alex")
    client.add("My brother Jonathon Miller works at Acme.", user_id="alex")
    found = by_name(client, user_id="alex")
    one, other = found["Jonathan Miller"], found["Jonathon Miller"]
    [same] = one["same_as"]
    assert (same["id"], same["name"]) == (other["id"], "Jonathon Miller")
    assert 0.96 <= same["score"] < 1

    def hops() -> list[int]:
        hits = client.search("Jonathan Miller?", user_id="alex", explain=True)
        return sorted(hit["explain"]["arms"]["graph"]["hops"] for hit in hits)

    assert hops() == [0, 0]
    client.separate(other["id"], one["id"])
    # The other one is the brother of the same person still.
    assert hops() == [0, 1]
    assert by_name(client, user_id="alex")["Jonathan Miller"]["same_as"] == []
    # They are not taken for one again.
    client.add("Jonathon Miller, my brother, has a dog named Max.", user_id="alex")
    assert by_name(client, user_id="alex")["Jonathan Miller"]["same_as"] == []
    client.unite(one["id"], other["id"])
    assert [each["id"] for each in by_name(client, user_id="alex")["Jonathan Miller"]["same_as"]] == [other["id"]]
    assert client.doctor() == {"problems": []}


def test_impossible_unions_are_refused(new_client: MakeClient) -> None:
    client, bound = new_client(), new_client(scope={"user_id": "bo"})
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    found = by_name(client, user_id="alex")
    anna, berlin = found["Anna"]["id"], found["Berlin"]["id"]
    with pytest.raises(ValidationError):
        client.unite(anna, anna)
    with pytest.raises(MemoryNotFoundError):
        client.unite(anna, "nobody")
    with pytest.raises(MemoryNotFoundError):
        bound.unite(anna, berlin)
    assert bound.entities() == []
    client.add("My sister Anna lives in Rome.", user_id="bo")
    with pytest.raises(ValidationError, match="different owners"):
        client.unite(anna, by_name(client, user_id="bo")["Anna"]["id"])
    assert by_name(client, user_id="alex")["Anna"]["same_as"] == []
