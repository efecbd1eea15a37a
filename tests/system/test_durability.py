"""What was acknowledged stays; what was not is stored completely or not at all."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, StoreUnavailableError
from tests.conftest import StoreUnderTest

PER_CALL = 3

# Prints a line after each acknowledged add, each of three messages.
ADDING = """
import itertools, sys
from graphmem import MemoryClient
client = MemoryClient(sys.argv[1])
for n in itertools.count():
    said = [{"role": "user", "content": f"fact {sys.argv[2]} {n} {part}"} for part in range(3)]
    client.add(said, user_id="alex", run_id=sys.argv[2], infer=False, metadata={"n": n})
    print(n, flush=True)
"""


def adding(path: Path, run: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", ADDING, str(path), run], stdout=subprocess.PIPE, text=True)


def whole_calls(client: MemoryClient, run: str) -> set[int]:
    """The calls that are there; each must be there with all its memories, its versions and its messages."""
    parts: dict[int, set[str]] = {}
    for row in client.get_all(user_id="alex", run_id=run):
        parts.setdefault(row["metadata"]["n"], set()).add(row["memory"])
        [version] = client.history(row["id"])
        assert version["new_memory"] == row["memory"]
        assert len(version["input"]) == PER_CALL
    for n, found in parts.items():
        assert found == {f"fact {run} {n} {part}" for part in range(PER_CALL)}
    return set(parts)


def test_acknowledged_adds_survive_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    for attempt, at_least in enumerate((5, 17, 40)):
        run = f"run-{attempt}"
        process = adding(path, run)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(at_least)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().split()]
        process.wait()
        process.stdout.close()
        with MemoryClient(path) as client:
            found = whole_calls(client, run)
            assert found >= set(acknowledged)
            assert len(found) <= len(acknowledged) + 1
            newest = acknowledged[-1]
            assert (
                client.search(f"fact {run} {newest} 0", user_id="alex", run_id=run, top_k=1)[0]["metadata"]["n"]
                == newest
            )
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO memory_text (memory_text, rank) VALUES ('integrity-check', 1)")
    connection.close()


def test_concurrent_processes_lose_no_adds(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    processes = [adding(path, f"run-{n}") for n in range(3)]
    acknowledged = []
    for process in processes:
        assert process.stdout is not None
        acknowledged.append([int(process.stdout.readline()) for _ in range(15)])
    with MemoryClient(path) as client:
        for n, calls in enumerate(acknowledged):
            assert whole_calls(client, f"run-{n}") >= set(calls)
            # Vectors that other processes wrote are found as well.
            assert client.search(f"fact run-{n} 14 2", run_id=f"run-{n}", keyword_search=False)
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_new_file_opened_by_many_processes(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    processes = [adding(path, f"run-{n}") for n in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_forked_child_can_go_on(tmp_path: Path) -> None:
    with MemoryClient(tmp_path / "memories.db") as client:
        client.add("from the parent", user_id="alex", infer=False)
        child = os.fork()
        if not child:
            try:
                client.add("from the child", user_id="alex", infer=False)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert {row["memory"] for row in client.get_all(user_id="alex")} == {"from the parent", "from the child"}


def test_a_failing_update_changes_nothing(store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with MemoryClient(**store.settings) as client:
        kept = client.add("I like tea", user_id="alex", infer=False)["results"][0]["id"]
        client.add("I like milk", user_id="alex", infer=False)
        before = client.info().counts
        with pytest.raises(Exception, match="already says this"):
            client.update(kept, text="I like milk", metadata={"x": 1}, categories=["new"])
        assert client.info().counts == before
        assert client.get(kept)["metadata"] == {}


def test_acknowledged_adds_survive_a_restart_of_neo4j(neo4j_store: StoreUnderTest) -> None:
    server = neo4j_store.server
    assert server is not None
    acknowledged: list[int] = []
    errors: list[Exception] = []
    done = threading.Event()

    def add(client: MemoryClient) -> None:
        n = 0
        while not done.is_set():
            said = [{"role": "user", "content": f"fact r {n} {part}"} for part in range(PER_CALL)]
            try:
                client.add(said, user_id="alex", run_id="r", infer=False, metadata={"n": n})
            except Exception as error:
                errors.append(error)
                time.sleep(0.2)
            else:
                acknowledged.append(n)
                n += 1

    def wait_for(condition: Any) -> None:
        until = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < until, errors[-1:]
            time.sleep(0.1)

    with MemoryClient(**neo4j_store.settings) as client:
        writer = threading.Thread(target=add, args=(client,))
        writer.start()
        try:
            wait_for(lambda: len(acknowledged) >= 10)
            server.stop()
            try:
                wait_for(lambda: errors)
            finally:
                server.start()
            before = len(acknowledged)
            wait_for(lambda: len(acknowledged) >= before + 10)
        finally:
            done.set()
            writer.join()
        assert {type(error) for error in errors} == {StoreUnavailableError}
        assert server.uri in str(errors[0])
        assert server.password not in "".join(map(str, errors))
        assert whole_calls(client, "r") >= set(acknowledged)
        assert client.search("fact r 0 0", user_id="alex", top_k=1)[0]["memory"].startswith("fact r")
