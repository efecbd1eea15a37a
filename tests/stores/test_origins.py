"""A Memory node in Neo4j tells what the Message at its position would: its role, its speaker, and whether it is its text."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.stores.neo4j import query_files, statements
from graphmem.stores.neo4j.statements import DataStep
from tests.conftest import StoreUnderTest, wipe

STEP = 10
TOLD = """
MATCH (m:Memory)
OPTIONAL MATCH (said:Message {conversation: m.conversation, position: m.position})
RETURN m.text AS text, [m.role, m.speaker, m.verbatim] AS noted,
       [said.role, said.speaker, CASE WHEN said IS NULL THEN null ELSE said.content = m.text END] AS looked_up
"""


class KilledError(Exception):
    pass


def noted(store: StoreUnderTest) -> dict[str, list[Any]]:
    """Text of a memory → role, speaker and whether it is what was said. It is what its message says."""
    assert store.server is not None
    rows = store.server.driver.execute_query(TOLD, database_=store.server.database).records
    for row in rows:
        assert row["noted"] == row["looked_up"], row["text"]
    return {row["text"]: row["noted"] for row in rows}


@pytest.fixture
def client(neo4j_store: StoreUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**neo4j_store.settings, llm="offline") as client:
        yield client
    assert neo4j_store.server is not None
    wipe(neo4j_store.server, everything=True)


def add(client: MemoryClient, text: str, role: str = "user", **message: str) -> str:
    [added] = client.add([{"role": role, "content": text, **message}], user_id="alex", agent_id="guide", infer=False)[
        "results"
    ]
    return str(added["id"])


def test_every_change_notes_it(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    tea = add(client, "Likes tea", name="Dana")
    add(client, "Likes maps", role="assistant")
    client.add("I live in Rome.", user_id="alex")
    assert noted(neo4j_store) == {
        "Likes tea": ["user", "Dana", True],
        "Likes maps": ["assistant", None, True],
        "Lives in Rome": ["user", None, False],
    }

    client.add("I moved to Porto.", user_id="alex")
    moved = [list(row) for text, row in noted(neo4j_store).items() if "Porto" in text]
    assert moved == [["user", None, False]]

    client.update(tea, text="Likes coffee")
    assert noted(neo4j_store)["Likes coffee"] == ["user", "Dana", False]
    client.update(tea, metadata={"n": 1})
    assert noted(neo4j_store)["Likes coffee"] == ["user", "Dana", False]
    client.delete(tea)
    assert "Likes coffee" not in noted(neo4j_store)
    first = next(row["id"] for row in client.history(tea) if row["event"] == "ADD")
    client.restore(first)
    assert noted(neo4j_store)["Likes tea"] == ["user", "Dana", True]


def test_an_import_notes_it(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    add(client, "Likes tea", name="Dana")
    client.add("I live in Rome.", user_id="alex")
    before, file = noted(neo4j_store), io.StringIO()
    client.export_jsonl(file)
    client.reset(confirm="everything")
    assert noted(neo4j_store) == {}
    file.seek(0)
    client.import_jsonl(file)
    assert noted(neo4j_store) == before != {}


def test_an_older_store_gets_it_even_after_a_kill(
    client: MemoryClient, neo4j_store: StoreUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        add(client, f"Likes tea number {number}", name=f"Dana {number}")
    client.add("I live in Rome.", user_id="alex")
    before = noted(neo4j_store)
    assert neo4j_store.server is not None
    driver, database = neo4j_store.server.driver, neo4j_store.server.database
    older = "MATCH (m:Memory) REMOVE m.role, m.speaker, m.verbatim WITH count(*) AS n MATCH (s:GraphMem) SET s.schema_version = $version"
    driver.execute_query(older, version=STEP - 1, database_=database)
    named = "MATCH (m:Message) SET m.name = m.speaker, m.caption = m.title REMOVE m.speaker, m.title"
    driver.execute_query(named, database_=database)

    # Batches of two, and killed in the second.
    step = statements.STEPS[STEP]
    assert isinstance(step, DataStep)
    shutil.copytree(query_files.FOLDER, tmp_path / "cypher")
    read = query_files.source(step.read)
    assert "LIMIT 1000" in read
    (tmp_path / "cypher" / "read" / "in_small_batches.cypher").write_text(read.replace("LIMIT 1000", "LIMIT 2"))
    monkeypatch.setattr(query_files, "FOLDER", tmp_path / "cypher")
    changed: list[Any] = []

    def change(row: Mapping[str, Any]) -> Mapping[str, Any]:
        if len(changed) == 3:
            raise KilledError
        changed.append(row["id"])
        return dict(row)

    monkeypatch.setitem(statements.STEPS, STEP, DataStep("read/in_small_batches", step.write, change))
    with MemoryClient(**neo4j_store.settings, llm="offline") as killed, pytest.raises(KilledError):
        killed.users()
    done = driver.execute_query("MATCH (m:Memory) WHERE m.verbatim IS NOT NULL RETURN m.id AS id", database_=database)
    assert sorted(row["id"] for row in done.records) == sorted(changed[:2])

    monkeypatch.setitem(statements.STEPS, STEP, DataStep("read/in_small_batches", step.write))
    with MemoryClient(**neo4j_store.settings, llm="offline") as resumed:
        assert resumed.info().schema_version == max(statements.STEPS)
        assert resumed.doctor() == {"problems": []}
    assert noted(neo4j_store) == before


def test_a_memory_whose_message_is_gone_does_not_stop_the_upgrade(
    client: MemoryClient, neo4j_store: StoreUnderTest
) -> None:
    add(client, "Likes tea")
    assert neo4j_store.server is not None
    driver, database = neo4j_store.server.driver, neo4j_store.server.database
    lost = """
        MATCH (m:Memory) REMOVE m.role, m.verbatim
        WITH count(*) AS n MATCH (s:Message) DETACH DELETE s
        WITH count(*) AS n MATCH (s:GraphMem) SET s.schema_version = $version
    """
    driver.execute_query(lost, version=STEP - 1, database_=database)
    with MemoryClient(**neo4j_store.settings, llm="offline") as opened:
        assert opened.search("tea", user_id="alex")[0]["memory"] == "Likes tea"
        assert opened.info().schema_version == max(statements.STEPS)
