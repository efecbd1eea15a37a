"""Opening a file of the embedded store: several at once, in one process, where there is no file yet."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from graphmem.stores.sqlite import connections
from graphmem.stores.sqlite.connections import Database
from graphmem.stores.sqlite.store import SQLiteStore

ROUNDS, OPENERS = 100, 4


def test_a_new_file_is_opened_by_several_threads_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a busy machine, and those that wait for each other are not waited for.
    monkeypatch.setattr(connections, "BUSY_SECONDS", 10.0)
    raised: list[BaseException] = []
    for number in range(ROUNDS):
        databases = [Database(str(tmp_path / f"{number}.db")) for _ in range(OPENERS)]
        together = threading.Barrier(OPENERS)

        def open_and_write(database: Database, together: threading.Barrier = together) -> None:
            try:
                together.wait()
                database.open()
                for _ in range(5):
                    with database.write() as connection:
                        connection.execute("UPDATE meta SET value = value")
            except BaseException as error:
                raised.append(error)

        threads = [threading.Thread(target=open_and_write, args=(database,)) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for database in databases:
            database.close()
        assert not raised, (number, raised)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "memories.db"))
    store.open()
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    store.close()
