"""A change to another embedder goes on after a kill at any moment, and its result is the same as without."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from typing import Any

from graphmem import MemoryClient
from tests.conftest import StoreUnderTest

TEXTS, KILLS = 60, 4

# Prints a line after each batch. The vector of a text follows from its letters alone.
CHANGING = """
import json, sys
import numpy as np
from graphmem import MemoryClient
from graphmem._sync.client import maintain

maintain._TEXTS = 3


class Letters:
    name = "letters"

    def embed(self, texts):
        rows = [np.array([1 + text.count(letter) for letter in "aeiou"], dtype=np.float32) for text in texts]
        return [row / np.linalg.norm(row) for row in rows]

    def close(self):
        pass


with MemoryClient(**json.loads(sys.argv[1]), embedder=Letters()) as client:
    client.reembed(progress=lambda done, total: print(done, total, flush=True))
"""


def vectors(store: StoreUnderTest) -> dict[str, Any]:
    with MemoryClient(**store.settings) as client:
        file = io.StringIO()
        client.export_jsonl(file)
    rows = map(json.loads, file.getvalue().splitlines())
    return {row["id"]: row["vector"] for row in rows if row["kind"] == "version"}


def change(store: StoreUnderTest) -> subprocess.Popen[str]:
    settings = json.dumps({**store.settings, "store": str(store.settings["store"])})
    return subprocess.Popen([sys.executable, "-c", CHANGING, settings], stdout=subprocess.PIPE, text=True)


def test_a_change_goes_on_after_kills(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        client.add_many([f"fact {n}" for n in range(TEXTS)], user_id="alex", infer=False)
        rows = client.get_all(user_id="alex")
        client.batch_update([{"memory_id": row["id"], "text": f"{row['memory']} again"} for row in rows[:9]])
        client.delete(rows[20]["id"])
    before = vectors(store)
    done = 0
    for batches in range(KILLS):
        process = change(store)
        assert process.stdout is not None
        for _ in range(batches + 1):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with MemoryClient(**store.settings) as client:
            progress = client.info().reembedding
            assert progress is not None
            # Nothing that was told is lost.
            assert done + 3 * (batches + 1) <= progress.done < progress.total == TEXTS + 9
            done = progress.done
            # Who has the old embedder finds as before.
            hit = client.search("fact 7", user_id="alex", top_k=1)[0]
            assert hit["memory"].startswith("fact 7")
        assert vectors(store) == before
    process = change(store)
    told, _ = process.communicate()
    assert process.returncode == 0
    assert told.splitlines()[-1] == f"{TEXTS + 9} {TEXTS + 9}"
    after = vectors(store)
    assert after.keys() == before.keys()
    assert {id for id, vector in after.items() if vector is None} == {
        id for id, vector in before.items() if vector is None
    }
    assert len(set(after.values()) & set(before.values())) == 1
    with MemoryClient(**store.settings) as client:
        info = client.info()
        assert (info.embedder.name if info.embedder else None, info.reembedding) == ("letters", None)
        assert client.doctor() == {"problems": []}
        client.reset(confirm="everything")
