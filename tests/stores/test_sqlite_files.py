"""What happens to the embedded store's file, and to the client, from outside: Ctrl-C, places that can't be written."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, StoreError, StoreUnavailableError
from graphmem.stores.sqlite.connections import Database

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and modes of POSIX")


@pytest.mark.parametrize("place", ["read", "write"])
def test_an_interrupt_anywhere_leaves_a_store_in_memory_usable(place: str) -> None:
    """An interrupt after each line of the code that opens, runs and ends a transaction."""
    interrupted = 0
    for line in range(60):
        database = Database(":memory:")
        database.open()
        seen = 0

        def trace(frame: Any, event: str, _: Any, line: int = line) -> Any:
            nonlocal seen
            if frame.f_code.co_filename.endswith("connections.py") and event == "line":
                seen += 1
                if seen == line:
                    raise KeyboardInterrupt
            return trace

        sys.settrace(trace)
        try:
            with getattr(database, place)() as connection:
                connection.execute("SELECT 1")
        except KeyboardInterrupt:
            interrupted += 1
        finally:
            sys.settrace(None)
        for again in (database.write, database.read):
            with again() as connection:
                assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] >= 1
        database.close()
    assert interrupted > 10


@on_posix
def test_ctrl_c_leaves_a_client_in_memory_usable() -> None:
    hits = 0
    with MemoryClient(":memory:", llm="offline", embedder="local") as client:
        client.add("ready", user_id="u", infer=False)
        for n in range(60):
            timer = threading.Timer(0.0005 * (n % 12), signal.raise_signal, (signal.SIGINT,))
            try:
                # Within: the signal may come before this returns.
                timer.start()
                while True:
                    client.add(f"text {n}", user_id="u", infer=False)
                    client.get_all(user_id="u", page=1, page_size=1)
            except KeyboardInterrupt:
                hits += 1
            timer.join()
        assert hits == 60
        client.add("still here", user_id="u", infer=False)
        assert client.search("still here", user_id="u", top_k=1)[0]["memory"] == "still here"


def test_a_home_that_cant_be_written_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr("graphmem._sync.parts.default_folder", lambda: blocked / "graphmem")
    monkeypatch.setattr("graphmem.settings.store.default_folder", lambda: blocked / "graphmem")
    monkeypatch.delenv("GRAPHMEM_STORE", raising=False)
    with (
        MemoryClient(llm="offline", embedder="local") as client,
        pytest.raises(StoreUnavailableError, match="set GRAPHMEM_STORE or pass store="),
    ):
        client.add("I like tea", user_id="u")
    with MemoryClient(":memory:", llm="offline", embedder="local") as client:
        assert client.add("I like tea", user_id="u", infer=False)["results"]


def test_errors_of_the_file_system_are_store_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("graphmem.stores.sqlite.connections.os.open", refuse)
    path = tmp_path / "memories.db"
    with MemoryClient(str(path), llm="offline") as client, pytest.raises(StoreError, match="Permission denied"):
        client.get_all()
    assert not path.exists()


def test_a_category_with_nul_is_refused() -> None:
    with MemoryClient(":memory:", llm="offline", embedder="local") as client:
        for name in ("a\x00b", "\x00", "b\x00"):
            with pytest.raises(ValueError, match="NUL"):
                client.add("plain", user_id="x", infer=False, categories=[name])
        assert client.get_all() == []


def texts(path: Path) -> set[str]:
    with MemoryClient(str(path), llm="offline", embedder="local") as client:
        return {row["memory"] for row in client.get_all()}


@on_posix
@pytest.mark.parametrize("call", ["add", "search", "get_all", "update", "delete_all"])
def test_a_file_that_was_deleted_is_an_error(tmp_path: Path, call: str) -> None:
    path = tmp_path / "memories.db"
    with MemoryClient(str(path), llm="offline", embedder="local") as client:
        id = client.add("first", user_id="u", infer=False)["results"][0]["id"]
        for file in tmp_path.iterdir():
            file.unlink()
        calls = {
            "add": lambda: client.add("second", user_id="u", infer=False),
            "search": lambda: client.search("first", user_id="u"),
            "get_all": lambda: client.get_all(user_id="u"),
            "update": lambda: client.update(id, "third"),
            "delete_all": lambda: client.delete_all(user_id="u"),
        }
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match="was deleted or replaced"):
                calls[call]()
    assert list(tmp_path.iterdir()) == []
    assert texts(path) == set()


@on_posix
@pytest.mark.parametrize("with_log", [False, True], ids=["the file", "the file and its log"])
def test_a_backup_that_replaced_the_file_survives(tmp_path: Path, with_log: bool) -> None:
    path, backup = tmp_path / "memories.db", tmp_path / "backup.db"
    with MemoryClient(str(backup), llm="offline", embedder="local") as client:
        client.add("of the backup", user_id="u", infer=False)
    with MemoryClient(str(path), llm="offline", embedder="local") as client:
        for n in range(5):
            client.add(f"of before {n}", user_id="u", infer=False)
        backup.replace(path)
        if with_log:
            for end in ("-wal", "-shm"):
                (tmp_path / f"memories.db{end}").unlink()
            # Somebody else uses what is there now.
            other = MemoryClient(str(path), llm="offline", embedder="local")
            other.add("by another", user_id="u", infer=False)
        with pytest.raises(StoreUnavailableError, match="was deleted or replaced"):
            client.add("lost", user_id="u", infer=False)
    if with_log:
        other.add("by another, later", user_id="u", infer=False)
        other.close()
        assert texts(path) == {"of the backup", "by another", "by another, later"}
    else:
        assert texts(path) == {"of the backup"}
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


@on_posix
def test_a_file_replaced_and_closed_without_another_call_survives(tmp_path: Path) -> None:
    path, backup = tmp_path / "memories.db", tmp_path / "backup.db"
    with MemoryClient(str(backup), llm="offline", embedder="local") as client:
        client.add("of the backup", user_id="u", infer=False)
    with MemoryClient(str(path), llm="offline", embedder="local") as client:
        client.add("of before", user_id="u", infer=False)
        backup.replace(path)
    assert texts(path) == {"of the backup"}


@on_posix
def test_a_fork_waits_for_the_transactions_of_other_threads(tmp_path: Path) -> None:
    """In the middle of one SQLite would keep its lock in the child, which could never write."""
    database = Database(str(tmp_path / "x.db"))
    database.open()
    within = threading.Event()

    def write() -> None:
        with database.write() as connection:
            within.set()
            time.sleep(0.1)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('of the parent', '')")

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    within.wait()
    codes = []
    for number in range(2):
        with warnings.catch_warnings():
            # Python 3.12 warns of forks beside threads.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            signal.alarm(5)
            with suppress(BaseException):
                with database.write() as connection:
                    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '')", (f"of child {number}",))
                os._exit(0)
            os._exit(1)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        with database.write() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'of the parent'")
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE key LIKE 'of child %'").fetchone() == (2,)
    database.close()
