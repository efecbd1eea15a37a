"""Stores written by older versions still open, answer as they did, and can be used. See tests/fixtures/make_fixtures.py."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, MemoryNotFoundError
from graphmem.stores.sqlite import upgrades
from tests.conftest import STORES, StoreUnderTest, open_store, wipe
from tests.fixtures.compare import differences
from tests.tools.neo4j_dump import dump, load

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCHEMA_VERSIONS = (1,)


@pytest.fixture(params=SCHEMA_VERSIONS, ids=lambda version: f"schema-{version}")
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def expected(version: int) -> dict[str, Any]:
    text = (FIXTURES / f"store_v{version}_expected.json").read_text(encoding="utf-8")
    answers: dict[str, Any] = json.loads(text)
    return answers


@pytest.fixture(params=STORES)
def old_store(request: pytest.FixtureRequest, tmp_path: Path, version: int) -> Iterator[StoreUnderTest]:
    """A copy of the fixture, not opened yet."""
    store = open_store(request.param, request, tmp_path)
    if store.server is None:
        shutil.copy(FIXTURES / f"store_v{version}.db", store.settings["store"])
        yield store
        return
    wipe(store.server, everything=True)
    with (FIXTURES / f"neo4j_v{version}.jsonl").open(encoding="utf-8") as lines:
        load(store.server.driver, store.server.database, lines)
    yield store
    wipe(store.server, everything=True)


def opened(store: StoreUnderTest) -> MemoryClient:
    return MemoryClient(**store.settings, llm="offline", embedder="local")


def content(store: StoreUnderTest) -> object:
    """Equal before and after, where nothing was written."""
    if store.server is None:
        return hashlib.sha256(Path(store.settings["store"]).read_bytes()).hexdigest()
    return dump(store.server.driver, store.server.database)


def unranked(call: str, answer: Any) -> Any:
    """How the hits behind the first are ranked is not the store's to say."""
    if call != "search":
        return answer
    return {"best": answer[0]["id"], "hits": sorted(answer, key=lambda row: str(row["id"]))}


def test_an_old_store_answers_as_recorded(old_store: StoreUnderTest, expected: dict[str, Any]) -> None:
    with opened(old_store) as client:
        for recorded in expected["answers"]:
            call, arguments = recorded["call"], recorded["arguments"]
            found = unranked(call, getattr(client, call)(**arguments))
            assert list(differences(found, unranked(call, recorded["answer"]))) == [], (call, arguments)
        assert dict(client.info().counts) == expected["counts"]
        with pytest.raises(MemoryNotFoundError):
            client.history(expected["ids"]["erased"])
        assert client.doctor() == {"problems": []}


def test_an_old_store_can_be_added_to_and_changed(old_store: StoreUnderTest, expected: dict[str, Any]) -> None:
    ids, talk = expected["ids"], {"user_id": "alex", "agent_id": "guide", "run_id": "spring"}
    with opened(old_store) as client:
        # A fact takes the place of one of then, found by its vector and its relation.
        [moved] = client.add("I moved to Porto.", **talk)["results"]
        assert (moved["event"], moved["previous_memory"]) == ("UPDATE", "Moved to Lisbon")
        assert "Porto" in moved["memory"]
        # A text of then is known.
        [known] = client.add("Likes long walks", user_id="blake", app_id="notes", infer=False)["results"]
        assert known["event"] == "NONE"
        client.add("Collects stamps from Norway", user_id="blake", infer=False, metadata={"geo": {"city": "Bergen"}})
        assert client.search("stamps", user_id="blake")[0]["memory"] == "Collects stamps from Norway"
        assert [row["memory"] for row in client.get_all(metadata={"geo": {"city": "Bergen"}})] == [
            "Collects stamps from Norway"
        ]

        client.update(ids["changed"], text="Booked a flight to Bergen", categories=["travel", "air"])
        assert client.search("flight to Bergen", user_id="alex")[0]["id"] == ids["changed"]
        client.restore(client.history(ids["deleted"])[0]["id"])
        assert client.search("learn Finnish", user_id="alex")[0]["id"] == ids["deleted"]
        client.delete(ids["restored"])
        client.erase(ids["undone"])
        with pytest.raises(MemoryNotFoundError):
            client.history(ids["undone"])
        entities = {entity["name"]: entity for entity in client.entities(user_id="alex")}
        client.separate(entities["Jonathan Miller"]["id"], entities["Jonathon Miller"]["id"])
        client.unite(entities["Stephen Clarke"]["id"], entities["Stephan Clarke"]["id"])
        entities = {entity["name"]: entity for entity in client.entities(user_id="alex")}
        assert entities["Jonathan Miller"]["same_as"] == []
        assert [same["name"] for same in entities["Stephen Clarke"]["same_as"]] == ["Stephan Clarke"]
        assert client.doctor() == {"problems": []}

        then = {"as_of": expected["moments"]["middle"]}
        [recorded] = [
            answer["answer"]
            for answer in expected["answers"]
            if (answer["call"], answer["arguments"]) == ("get_all", then)
        ]
        assert list(differences(client.get_all(**then), recorded)) == []


def test_opening_an_old_store_again_changes_nothing(old_store: StoreUnderTest, expected: dict[str, Any]) -> None:
    with opened(old_store) as client:
        first = client.info()
    before = content(old_store)
    with opened(old_store) as client:
        assert client.info() == first
    assert content(old_store) == before
    assert first.schema_version >= expected["schema_version"]


@pytest.mark.parametrize("batch", [3, 1_000])
def test_messages_of_then_are_found(old_store: StoreUnderTest, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrades, "_BATCH", batch)

    def said(client: MemoryClient, query: str, **options: Any) -> dict[str, Any]:
        found = client.search(query, output_format="v1.1", messages=True, top_k=50, explain=True, **options)
        return {row["content"]: row["explain"]["arms"] for row in found["messages"]}

    class Refusing:
        name = "refusing"

        def embed(self, _: Any) -> Any:
            raise AssertionError("opening a store embeds nothing")

        def close(self) -> None:
            pass

    with MemoryClient(**old_store.settings, llm="offline", embedder=Refusing()) as client:
        client.users()
    berlin = "I live in Berlin. My sister Anna lives in Rome."
    with opened(old_store) as client:
        # By their words at once.
        assert set(said(client, "Berlin", user_id="alex")[berlin]) == {"text"}
        assert berlin in said(client, "Berlin", user_id="alex", run_id="spring")
        assert berlin not in said(client, "Berlin", user_id="blake")
        assert "My sister Anna lives in Madrid." in said(client, "Madrid", user_id="blake", app_id="notes")
        # What the assistant said belongs to an agent that no memory of its call names.
        assert "What does she do there?" not in said(client, "What does she do there?")
        # What was stored as said is a memory.
        assert said(client, "Finnish bees on the roof") == {}
        assert client.reembed()["embedded"] > 10
        assert set(said(client, "Berlin", user_id="alex")[berlin]) == {"text", "vector"}
        assert client.reembed()["embedded"] == 0
        assert client.doctor() == {"problems": []}
