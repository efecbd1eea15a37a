"""Names, spellings and look-alikes of entities are told only where a visible memory says them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graphmem import MemoryClient
from tests.conftest import StoreUnderTest

HERE = {"user_id": "u", "run_id": "r1"}
THERE = {"user_id": "u", "run_id": "r2"}


@pytest.fixture
def whole(store: StoreUnderTest) -> Any:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as made:
        yield made


@pytest.fixture
def bound(store: StoreUnderTest) -> Any:
    with MemoryClient(**store.settings, llm="offline", embedder="local", scope=HERE) as made:
        yield made


def all_told(client: MemoryClient, **ids: str) -> str:
    """All calls that name entities, and their answers."""
    names = ["Annabella Fairfax", "Annabella Fairfaxx"]
    told: list[Any] = [client.entities(**ids), client.entities(names=names, **ids), client.relations(**ids)]
    told += [client.entities(as_of="2999-01-01", **ids), client.relations(as_of="2999-01-01", **ids)]
    for name in names:
        told += [
            client.relations(entity=name, **ids),
            client.neighbours(name, hops=3, **ids),
            client.paths(name, "Boston", **ids),
        ]
        told.append(client.search(f"Where does {name} live?", explain=True, messages=True, output_format="v1.1", **ids))
        told.append(client.context(f"Where does {name} live?", explain=True, **ids))
    graph = client.graph(**ids)
    return json.dumps([told, list(graph.nodes(data=True)), list(graph.edges(data=True))], default=str)  # fmt: skip


def test_of_another_run_nothing_is_told(whole: MemoryClient, bound: MemoryClient) -> None:
    whole.add("My doctor Annabella Fairfax lives in Boston.", **HERE)
    whole.add("My doctor Annabella Fairfaxx lives in Salem.", **THERE)
    whole.add("My doctor ANNABELLA FAIRFAX lives in Dover.", **THERE)
    for told in (all_told(bound), all_told(whole, **HERE)):
        assert "Annabella Fairfax" in told
        assert not [hidden for hidden in ("ANNABELLA", "Salem", "Dover") if hidden in told]
        # It stands in the questions alone.
        assert "Fairfaxx" not in told.replace("Where does Annabella Fairfaxx live?", "")
    [row] = bound.entities(names=["Annabella Fairfax"])
    assert (row["aliases"], row["same_as"]) == ([], [])
    # Who sees both is told of both.
    [row] = whole.entities(names=["Annabella Fairfax"], user_id="u")
    assert row["aliases"] == ["ANNABELLA FAIRFAX"]
    assert [each["name"] for each in row["same_as"]] == ["Annabella Fairfaxx"]


def test_who_was_first_called_so_elsewhere_is_called_as_here(whole: MemoryClient, bound: MemoryClient) -> None:
    whole.add("My doctor ANNABELLA FAIRFAX lives in Dover.", **THERE)
    whole.add("My doctor Annabella Fairfax lives in Boston.", **HERE)
    for told in (all_told(bound), all_told(whole, **HERE)):
        assert "Annabella Fairfax" in told
        assert "ANNABELLA" not in told
    assert [row["name"] for row in whole.entities(names=["Annabella Fairfax"], **THERE)] == ["ANNABELLA FAIRFAX"]


def test_what_is_deleted_or_filtered_out_is_not_told(whole: MemoryClient) -> None:
    first = whole.add("My doctor Annabella Fairfax lives in Boston.", user_id="u", metadata={"for": "us"})
    second = whole.add("My doctor ANNABELLA FAIRFAX works at Google.", user_id="u", metadata={"for": "me"})
    assert len(first["results"]) == len(second["results"]) == 1
    assert second["results"][0]["event"] == "ADD"
    [row] = whole.entities(names=["Annabella Fairfax"], user_id="u", filters={"metadata": {"for": "us"}})
    assert (row["name"], row["aliases"]) == ("Annabella Fairfax", [])
    [row] = whole.entities(names=["Annabella Fairfax"], user_id="u", filters={"metadata": {"for": "me"}})
    assert (row["name"], row["aliases"]) == ("ANNABELLA FAIRFAX", [])
    whole.delete(first["results"][0]["id"])
    [row] = whole.entities(names=["Annabella Fairfax"], user_id="u")
    assert (row["name"], row["aliases"]) == ("ANNABELLA FAIRFAX", [])


def test_united_by_hand_is_told_where_both_are_seen(whole: MemoryClient, bound: MemoryClient) -> None:
    whole.add("My doctor Annabella Fairfax lives in Boston.", **HERE)
    whole.add("My friend Bella lives in Salem.", **THERE)
    rows = {row["name"]: row["id"] for row in whole.entities(user_id="u")}
    whole.unite(rows["Annabella Fairfax"], rows["Bella"])
    assert [row["same_as"] for row in bound.entities(names=["Annabella Fairfax"])] == [[]]
    [row] = whole.entities(names=["Annabella Fairfax"], user_id="u")
    assert [each["name"] for each in row["same_as"]] == ["Bella"]
    assert "Bella" not in all_told(bound)
