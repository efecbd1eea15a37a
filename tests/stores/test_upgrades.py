"""A store of an older schema is upgraded when it is opened: step by step, in batches, resumed after a kill."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from graphmem import MemoryClient, SchemaError, StoreError
from graphmem._sync.stores import neo4j_upgrades
from graphmem.stores.neo4j import query_files, statements
from graphmem.stores.neo4j.statements import DataStep
from graphmem.stores.sqlite import upgrades
from tests.conftest import CYPHER, StoreUnderTest, wipe
from tests.tools.servers import VERSIONS

TEXTS = ("likes tea", "has a dog named Max", "plays chess", "lives in Berlin", "works as a nurse in Rome")
BATCH = 2
# Each memory gets its number of words, and how often that was counted.
QUERIES = {
    "index": "CREATE INDEX graphmem_memory_words IF NOT EXISTS FOR (m:Memory) ON (m.words)",
    "wrong": "CREATE INDEX graphmem_memory_words",
    "read": """
        MATCH (s:GraphMem {key: 'store'})
        MATCH (m:Memory) WHERE m.id > coalesce(s.upgrade_cursor, '')
        RETURN m.id AS id, m.text AS text ORDER BY m.id LIMIT 2
    """,
    "write": """
        // $rows: [{id, words}]
        UNWIND $rows AS row
        MATCH (m:Memory {id: row.id})
        SET m.words = row.words, m.counted = coalesce(m.counted, 0) + 1
        WITH max(row.id) AS last
        MATCH (s:GraphMem {key: 'store'})
        SET s.upgrade_cursor = last
    """,
}
COLUMNS = "ALTER TABLE memory ADD COLUMN words INTEGER;\nALTER TABLE memory ADD COLUMN counted INTEGER DEFAULT 0;\n"


class KilledError(Exception):
    pass


class Steps:
    """Two steps more: columns or an index, then the counting of words. It raises when it would count more texts than `most`."""

    def __init__(self) -> None:
        self.counted = 0
        self.most: float = float("inf")

    def register(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in (COLUMNS, self.batch):
            monkeypatch.setitem(upgrades.STEPS, max(upgrades.STEPS) + 1, step)
        for query in (("test/index",), DataStep("test/read", "test/write", self.row)):
            monkeypatch.setitem(statements.STEPS, max(statements.STEPS) + 1, query)

    def words(self, text: str) -> int:
        self.counted += 1
        if self.counted > self.most:
            raise KilledError
        return len(text.split())

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": row["id"], "words": self.words(row["text"])}

    def batch(self, connection: sqlite3.Connection) -> int:
        saved = connection.execute("SELECT value FROM meta WHERE key = ?", (upgrades.CURSOR,)).fetchone()
        last = int(saved[0]) if saved else 0
        query = "SELECT seq, text FROM memory WHERE seq > ? ORDER BY seq LIMIT ?"
        rows = connection.execute(query, (last, BATCH)).fetchall()
        for seq, text in rows:
            update = "UPDATE memory SET words = ?, counted = counted + 1 WHERE seq = ?"
            connection.execute(update, (self.words(text), seq))
        if rows:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (upgrades.CURSOR, str(rows[-1][0])))
        return len(rows)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def old_store(
    store: StoreUnderTest, tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StoreUnderTest]:
    """A store with memories, two steps behind."""
    with MemoryClient(**store.settings) as client:
        for text in TEXTS:
            client.add(text, user_id="alex", infer=False)
        assert client.info().schema_version == newest(store)
    shutil.copytree(query_files.FOLDER, tmp_path / "cypher")
    (tmp_path / "cypher" / "test").mkdir()
    for name, text in QUERIES.items():
        (tmp_path / "cypher" / "test" / f"{name}.cypher").write_text(dedent(text), encoding="utf-8")
    monkeypatch.setattr(query_files, "FOLDER", tmp_path / "cypher")
    steps.register(monkeypatch)
    yield store
    if store.server is not None:
        wipe(store.server, everything=True)


def newest(store: StoreUnderTest) -> int:
    return max(statements.STEPS if CYPHER in store.capabilities else upgrades.STEPS)


def run(store: StoreUnderTest, sql: str, cypher: str) -> list[tuple[Any, ...]]:
    """The rows that the query in the store's own language gives, asked beside graphmem."""
    if store.server is None:
        connection = sqlite3.connect(store.settings["store"])
        rows = connection.execute(sql).fetchall()
        connection.close()
        return rows
    found = store.server.driver.execute_query(cypher, database_=store.server.database)  # type: ignore[arg-type]
    return [tuple(row.values()) for row in found.records]


def version(store: StoreUnderTest) -> int:
    [(found,)] = run(store, "PRAGMA user_version", "MATCH (s:GraphMem) RETURN s.schema_version")
    return int(found)


def counts(store: StoreUnderTest) -> list[tuple[str, int, int]]:
    """Text, words and how often these were counted, of the memories whose words were."""
    return sorted(
        run(
            store,
            "SELECT text, words, counted FROM memory WHERE counted > 0",
            "MATCH (m:Memory) WHERE m.counted > 0 RETURN m.text, m.words, m.counted",
        )
    )


def cursors(store: StoreUnderTest) -> list[tuple[Any, ...]]:
    return run(
        store,
        f"SELECT value FROM meta WHERE key = '{upgrades.CURSOR}'",
        "MATCH (s:GraphMem) WHERE s.upgrade_cursor IS NOT NULL RETURN s.upgrade_cursor",
    )


EACH_ONCE = sorted((text, len(text.split()), 1) for text in TEXTS)


def told(store: StoreUnderTest) -> str:
    """What `info` notes after the two steps."""
    return f"upgraded from schema version {newest(store) - 2}"


def test_opening_an_old_store_upgrades_it(old_store: StoreUnderTest, client: Any) -> None:
    assert client.info().schema_version == newest(old_store)
    assert client.info().notes == (told(old_store),)
    assert counts(old_store) == EACH_ONCE
    assert cursors(old_store) == []
    assert client.search("tea", user_id="alex")[0]["memory"] == "likes tea"
    client.add("likes coffee", user_id="alex", infer=False)
    assert client.doctor() == {"problems": []}


def test_opening_again_runs_no_step(old_store: StoreUnderTest, steps: Steps) -> None:
    for _ in range(2):
        with MemoryClient(**old_store.settings) as client:
            assert client.info().schema_version == newest(old_store)
    assert steps.counted == len(TEXTS)
    assert counts(old_store) == EACH_ONCE


def test_an_upgrade_that_was_killed_is_resumed(old_store: StoreUnderTest, steps: Steps) -> None:
    steps.most = BATCH + 1
    with MemoryClient(**old_store.settings) as client:
        with pytest.raises(KilledError):
            client.get_all(user_id="alex")
        assert version(old_store) == newest(old_store) - 1
        # The first batch is kept, nothing of the second is.
        assert len(counts(old_store)) == len(cursors(old_store)) * BATCH == BATCH
        steps.counted, steps.most = 0, float("inf")
        assert len(client.get_all(user_id="alex")) == len(TEXTS)
    with MemoryClient(**old_store.settings) as client:
        # Where the upgrade began, not where it went on.
        assert client.info().notes == (told(old_store),)
    assert steps.counted == len(TEXTS) - BATCH
    assert version(old_store) == newest(old_store)
    assert counts(old_store) == EACH_ONCE
    assert cursors(old_store) == []


def test_a_step_that_fails_is_run_again(old_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with MemoryClient(**old_store.settings) as client:
        with monkeypatch.context() as patch:
            fails = COLUMNS + "ALTER TABLE nothing ADD COLUMN words;\n"
            patch.setitem(upgrades.STEPS, max(upgrades.STEPS) - 1, fails)
            patch.setitem(statements.STEPS, max(statements.STEPS) - 1, ("test/index", "test/wrong"))
            with pytest.raises(StoreError):
                client.users()
            assert version(old_store) == newest(old_store) - 2
        assert client.info().schema_version == newest(old_store)
    assert counts(old_store) == EACH_ONCE


def test_clients_that_open_at_once_run_each_step_once(old_store: StoreUnderTest, steps: Steps) -> None:
    with MemoryClient(**old_store.settings) as first, MemoryClient(**old_store.settings) as second:
        together = threading.Barrier(2)
        versions: list[int] = []

        def use(client: MemoryClient) -> None:
            together.wait()
            versions.append(client.info().schema_version)

        threads = [threading.Thread(target=use, args=(client,)) for client in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert versions == [newest(old_store)] * 2
    assert steps.counted == len(TEXTS)
    assert counts(old_store) == EACH_ONCE


@pytest.mark.parametrize("store", VERSIONS, indirect=True)
def test_a_late_client_repeats_no_step(
    old_store: StoreUnderTest, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MemoryClient(**old_store.settings) as client:
        client.users()
    # It asked for the version before the other one was done. The embedded store asks within the transaction.
    before, now = iter([newest(old_store) - 1]), neo4j_upgrades._version
    monkeypatch.setattr(neo4j_upgrades, "_version", lambda server: next(before, None) or now(server))
    with MemoryClient(**old_store.settings) as client:
        client.users()
    assert next(before, None) is None
    assert steps.counted == len(TEXTS)
    assert cursors(old_store) == []


def test_a_new_store_takes_all_steps(old_store: StoreUnderTest, tmp_path: Path) -> None:
    settings = old_store.settings
    if old_store.server is None:
        settings = {"store": str(tmp_path / "new.db")}
    else:
        wipe(old_store.server, everything=True)
    with MemoryClient(**settings) as client:
        assert client.info().schema_version == newest(old_store)
        assert client.info().notes == ()
        client.add("likes tea", user_id="alex", infer=False)
        assert client.search("tea", user_id="alex")[0]["memory"] == "likes tea"


def test_an_older_graphmem_refuses_it(old_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with MemoryClient(**old_store.settings) as client:
        client.users()
    recorded = newest(old_store)
    for table in (upgrades.STEPS, statements.STEPS):
        for _ in range(2):
            monkeypatch.delitem(table, max(table))
    says = f"has schema version {recorded}, but this graphmem knows versions up to {recorded - 2}: upgrade graphmem"
    with MemoryClient(**old_store.settings) as client, pytest.raises(SchemaError, match=says):
        client.users()
    assert version(old_store) == recorded
