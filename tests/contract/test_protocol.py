"""A store has every method of the protocol, and takes what its callers give."""

from __future__ import annotations

import inspect
import io
import json
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem._async.stores.neo4j import AsyncNeo4jStore
from graphmem._sync.client.reading import records
from graphmem._sync.stores.neo4j import Neo4jStore
from graphmem.protocols import AsyncServerStore, AsyncStore, ServerStore, Store
from graphmem.stores import portable
from graphmem.stores.sqlite.store import SQLiteStore
from tests.conftest import StoreUnderTest
from tests.contract.memory_store import MemoryStore

SERVED = (SQLiteStore, Neo4jStore, AsyncNeo4jStore)


def methods(kind: type) -> dict[str, inspect.Signature]:
    public = inspect.getmembers(kind, inspect.isfunction)
    return {name: inspect.signature(method) for name, method in public if not name.startswith("_")}


@pytest.mark.parametrize(
    ("store", "protocol"),
    [(SQLiteStore, Store), (Neo4jStore, Store), (MemoryStore, Store), (AsyncNeo4jStore, AsyncStore)],
)
def test_every_method_is_there_with_the_same_parameters(store: type, protocol: type) -> None:
    asked = methods(protocol)
    assert len(asked) == 24
    # What servers ask for besides is for those stores that can be served.
    more = methods(AsyncServerStore if protocol is AsyncStore else ServerStore) if issubclass(store, SERVED) else {}
    assert methods(store) == asked | more
    assert len(more) in (0, 10)


def test_what_callers_change_afterwards_is_not_stored(client: Any) -> None:
    metadata = {"route": {"stops": ["Faro"]}}
    id = client.add("Goes to Faro", user_id="alex", infer=False, metadata=metadata)["results"][0]["id"]
    metadata["route"]["stops"].append("Lisbon")
    client.get(id)["metadata"]["route"]["stops"].append("Porto")
    client.search("Faro", user_id="alex")[0]["metadata"].clear()
    client.history(id)[0]["metadata"].clear()
    assert client.get(id)["metadata"] == client.history(id)[0]["metadata"] == {"route": {"stops": ["Faro"]}}


def spoiled(lines: list[str]) -> list[str]:
    """An export of what `fill` does, with one thing wrong for each check that an import can fail."""
    rows = [json.loads(line) for line in lines]
    versions = [row for row in rows if row["kind"] == "version" and row["text"] in ("one", "two", "three")]
    first, changed = ({row["text"]: row for row in versions if row["number"] == number} for number in (1, 2))
    changed["one"]["number"] = 7
    first["two"]["recorded_to"] = first["two"]["recorded_from"]
    first["three"]["event"] = "UPDATE"
    [relation] = [row for row in rows if row["kind"] == "relation" and row["predicate"] == "lives_in"]
    relation["memory_id"] = "nobody"
    [berlin] = [row for row in rows if row["kind"] == "entity" and row["name"] == "Berlin"]
    rows.insert(rows.index(berlin), {**berlin, "id": "alone"})
    berlin["owner"] = "another"
    rows[-1]["records"] += 1
    return [json.dumps(row) for row in rows]


def fill(client: MemoryClient) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    for text in ("one", "two", "three"):
        id = client.add(text, user_id="alex", infer=False)["results"][0]["id"]
        client.update(id, metadata={"n": 2})


def test_the_doctor_finds_what_an_import_brought_in(store: StoreUnderTest, tmp_path: Path) -> None:
    file = io.StringIO()
    with MemoryClient(tmp_path / "other.db", llm="offline") as source:
        fill(source)
        source.export_jsonl(file)
    with MemoryClient(**store.settings, llm="offline") as client:
        client.import_jsonl(spoiled(file.getvalue().splitlines()))
        problems = client.doctor()["problems"]
        checks = {"numbers", "intervals", "events", "orphans", "unsupported", "strangers"}
        assert {row["check"] for row in problems} == checks
        ids = {row["check"]: row["id"] for row in problems}
        assert (ids["orphans"], ids["unsupported"]) == ("alone", "nobody")
        assert client.doctor(fix=True)["problems"] == [
            {**row, "fixed": row["check"] in ("orphans", "unsupported", "intervals")} for row in problems
        ]
        assert {row["check"] for row in client.doctor()["problems"]} == checks - {"orphans", "unsupported", "intervals"}


def test_records_are_read_without_vectors_too(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings, llm="offline") as client:
        fill(client)
        whole, shown = io.StringIO(), list(records(client))
        client.export_jsonl(whole)
    exported = [json.loads(line) for line in whole.getvalue().splitlines()[1:-1]]
    assert any(row.get("vector") for row in exported)
    assert [json.loads(portable.line(kind, row)) for kind, row in shown] == [
        {**row, "vector": None} if "vector" in row else row for row in exported
    ]
