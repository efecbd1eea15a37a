"""What the server adds to a call:  python -m tests.benchmarks.serving [REQUESTS]

Processor time of the server's process for a request, beside that of the client's call in this process, on the same embedded store of
1,000 memories of ten users; one key that is bound to a user, one request at a time, over a connection that stays. The difference is the
server's share: HTTP, the key, the rate, the log, JSON.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from graphmem import MemoryClient
from tests.server.running import running

_CLOCK_TICKS = 100
USERS, EACH = 10, 100


def main(requests: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"store": folder / "memories.db"}
        with MemoryClient(settings["store"]) as client:
            conversations = [
                {"messages": f"I like the {n}th street of town {user}", "user_id": f"user {user}"}
                for user in range(USERS)
                for n in range(EACH)
            ]
            client.add_many(conversations, infer=False, chunk_size=500)
        with running(settings, folder, "--rate", "1000000/minute") as server:
            key = server.command("keys", "create", "one", "--user", "user 1")
            time.sleep(2.1)
            headers = {"Authorization": f"Token {key}"}
            with (
                httpx.Client(base_url=server.url, headers=headers, timeout=60, trust_env=False) as http,
                MemoryClient(settings["store"], scope={"user_id": "user 1"}) as client,
            ):
                id = client.get_all(limit=1)[0]["id"]
                asked = {"query": "the 7th street", "top_k": 10}
                rows: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
                    ("ping", lambda: http.get("/v1/ping/"), lambda: None),
                    ("get", lambda: http.get(f"/v1/memories/{id}/"), lambda: client.get(id)),
                    ("search", lambda: http.post("/v3/memories/search/", json=asked), lambda: client.search(**asked)),
                    (
                        "list 100",
                        lambda: http.post("/v3/memories/", json={"page": 1}),
                        lambda: client.get_all(page=1, page_size=100),
                    ),
                ]
                print(f"{'':10}{'server':>9}{'client':>9}{'share':>9}   milliseconds of processor time a request")
                for title, over_http, here in rows:
                    for _ in range(20):
                        over_http().raise_for_status()
                        here()
                    before = _seconds(server.pid)
                    for _ in range(requests):
                        over_http()
                    served = (_seconds(server.pid) - before) / requests
                    start = time.process_time()
                    for _ in range(requests):
                        here()
                    called = (time.process_time() - start) / requests
                    print(f"{title:10}{served * 1e3:9.2f}{called * 1e3:9.2f}{(served - called) * 1e3:9.2f}")


def _seconds(pid: int) -> float:
    """Processor time of a process and its threads so far (user and system)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
