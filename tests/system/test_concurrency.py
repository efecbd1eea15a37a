"""Many writers on the same memories: no update is lost, no chain forks, nothing is stored twice."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

from graphmem import MemoryClient
from tests.conftest import StoreUnderTest

MEMORIES, THREADS, PROCESSES, ROUNDS = 50, 8, 4, 2
# Adds all of the same facts, and counts up its own key in each memory's metadata, retrying as a caller would.
WRITING = """
import json, sys
from tests.system.test_concurrency import write
from graphmem import MemoryClient
settings, who = json.loads(sys.argv[1]), sys.argv[2]
with MemoryClient(**settings, llm="offline") as client:
    write(client, who)
"""


def write(client: MemoryClient, who: str) -> None:
    ids = [client.add(f"fact {n}", user_id="alex", infer=False)["results"][0]["id"] for n in range(MEMORIES)]
    for turn in range(ROUNDS):
        for n, id in enumerate(ids):
            client.update(id, categories=[f"{who}-{turn}-{n}"])


def both(store: StoreUnderTest) -> None:
    raised: list[BaseException] = []
    settings = {name: str(value) for name, value in store.settings.items()}
    with MemoryClient(**settings, llm="offline") as client:
        client.add("anything", user_id="bo", infer=False)

        def safely(who: str) -> None:
            try:
                write(client, who)
            except BaseException as error:
                raised.append(error)

        processes = [
            subprocess.Popen(
                [sys.executable, "-c", WRITING, json.dumps(settings), f"p{n}"], stderr=subprocess.PIPE, text=True
            )
            for n in range(PROCESSES)
        ]
        threads = [threading.Thread(target=safely, args=(f"t{n}",)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for process in processes:
            _, errors = process.communicate()
            assert process.returncode == 0, errors
        assert raised == []
        check(client)


def check(client: MemoryClient) -> None:
    rows: list[Any] = client.get_all(user_id="alex")
    assert sorted(row["memory"] for row in rows) == sorted(f"fact {n}" for n in range(MEMORIES))
    for row in rows:
        written = [version["categories"] for version in client.history(row["id"])[1:]]
        n = row["memory"].removeprefix("fact ")
        writers = [f"t{w}" for w in range(THREADS)] + [f"p{w}" for w in range(PROCESSES)]
        wanted = [[f"{who}-{turn}-{n}"] for who in writers for turn in range(ROUNDS)]
        assert sorted(written) == sorted(wanted)
    assert client.doctor() == {"problems": []}


def test_threads_and_processes_lose_no_updates(store: StoreUnderTest) -> None:
    both(store)
