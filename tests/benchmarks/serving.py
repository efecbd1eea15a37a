"""What the server adds to a call, and how it bears many clients at a time.

    python -m tests.benchmarks.serving                          an embedded store in a temporary folder
    python -m tests.benchmarks.serving --neo4j 2026.08.1        a server of its own, 2 GB of heap and 1 GB of page cache
    python -m tests.benchmarks.serving --clients 50 --seconds 60 --pause 0.5
    python -m tests.benchmarks.serving --requests 0             only the many clients

There are as many users as clients, each with 20 memories and a key of its own that is bound to it.

1. One client, one request at a time, over a connection that stays: the server's call beside the same call of a client in this process,
   on the same store, in turn. `wall` is the median of what is waited for, `processor` what the server's process, or this one, was busy
   for in the mean; a Neo4j is not in it. The difference is the server's share: HTTP, key, rate, log, JSON. An `add later` is
   answered before it is done; its `processor` counts until it has ended, beside that of an `add`: so its share is the event, too.
2. Many clients at a time, for so many seconds, each with a mix of all calls; `--pause` is what each waits after an answer (in the mean),
   0 for nothing: then the clients wait for each other. Errors, p50 and p95 in milliseconds, and the memory of the server's process after
   a sixth of the time, half of it and at the end. The clients are threads of this process, and need about as much of a processor as the
   server.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from graphmem import MemoryClient
from graphmem._sync.client.sharing import server_store
from graphmem.errors import GraphMemError
from graphmem.model.memory import Scope
from graphmem.model.served import ENDED
from graphmem.server import keys
from tests.benchmarks.large_store import server as neo4j_server
from tests.server.running import running

_CLOCK_TICKS = 100
EACH = 20
# Call → how many of a hundred.
MIX = {
    "search": 30,
    "get": 15,
    "list": 10,
    "add": 10,
    "add later": 15,
    "update": 10,
    "delete": 10,
}
_DID = ("visited", "photographed", "painted", "liked", "described")
_WHAT = ("station", "harbour", "library", "market", "bridge", "castle", "museum", "garden")
_TOWNS = ("Rome", "Porto", "Oslo", "Kyoto", "Lima", "Cairo", "Turin", "Perth", "Quito", "Sofia")


class Person:
    """A user with a key, who knows some of their memories. Every call is there twice: over HTTP, and by a client here."""

    def __init__(self, name: str, url: str, key: str, here: MemoryClient[Any]) -> None:
        headers = {"Authorization": f"Token {key}"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=120, trust_env=False)
        self.here = here
        self.chance = random.Random(name)
        self.ids: list[str] = []
        self.event = ""

    def statement(self) -> str:
        did, what, town = (self.chance.choice(words) for words in (_DID, _WHAT, _TOWNS))
        friend, number = self.chance.choice(("Ana", "Ben", "Zoe")), self.chance.randrange(10_000)
        return f"I {did} the {what} number {number} of {town} with my friend {friend}."

    def question(self) -> str:
        return f"Which {self.chance.choice(_WHAT)} of {self.chance.choice(_TOWNS)} did I see?"

    def some(self) -> str:
        return self.chance.choice(self.ids)

    def over_http(self, call: str) -> Any:
        """Make a call; raises httpx.HTTPStatusError."""
        if call in ("get", "update", "delete") and not self.ids:
            call = "list"
        http = self.http
        if call == "search":
            answer = http.post("/v3/memories/search/", json={"query": self.question(), "top_k": 10})
        elif call == "get":
            answer = http.get(f"/v1/memories/{self.some()}/")
        elif call == "list":
            answer = http.post("/v3/memories/", params={"page": 1, "page_size": EACH}, json={})
        elif call == "add":
            answer = http.post("/v1/memories/", json={"messages": self.statement(), "output_format": "v1.1"})
        elif call == "add later":
            answer = http.post("/v3/memories/add/", json={"messages": self.statement()})
        elif call == "update":
            answer = http.put(f"/v1/memories/{self.some()}/", json={"text": self.statement()})
        else:
            answer = http.delete(f"/v1/memories/{self.ids.pop()}/")
        found = answer.raise_for_status().json()
        if call == "list":
            self.ids = [row["id"] for row in found["results"]]
        if call == "add later":
            self.event = found["event_id"]
        return found

    def waited(self) -> None:
        """Wait until the last add that was answered before it was done has ended, and so all have."""
        while self.event:
            # The store is asked, and not the server, which is measured.
            [told] = server_store(self.here).events("add", Scope(), id=self.event, limit=1).events
            if told.status in ENDED:
                assert told.status == "SUCCEEDED", told.error
                self.event = ""
            else:
                time.sleep(0.05)

    def by_client(self, call: str) -> Any:
        """Make the same call here."""
        if call in ("get", "update", "delete") and not self.ids:
            call = "list"
        if call == "search":
            return self.here.search(self.question(), top_k=10, threshold=0.1)
        if call == "get":
            return self.here.get(self.some())
        if call == "list":
            found = self.here.get_all(page=1, page_size=EACH)
            self.ids = [row["id"] for row in found["results"]]
            return found
        if call == "update":
            return self.here.update(self.some(), text=self.statement())
        if call == "delete":
            return self.here.delete(self.ids.pop())
        return self.here.add(self.statement())


def alone(people: Sequence[Person], pid: int, requests: int) -> None:
    """Prints the first table."""
    row = "{:12}{:>9}{:>9}{:>9}{:>14}{:>9}{:>9}"
    print(row.format("ms", "server", "client", "share", "server", "client", "share"))
    print(row.format("", "wall", "wall", "wall", "processor", "proc.", "proc."))
    shares: list[tuple[int, float, float]] = []
    for call in MIX:
        spent: dict[str, list[float]] = defaultdict(list)
        busy = {"http": 0.0, "here": 0.0}
        # Ten blocks in turn, so that both meet the same noise; the first is left out.
        for block in range(11):
            for where, clock in (("http", lambda: _seconds(pid)), ("here", time.process_time)):
                chosen = [people[n % len(people)] for n in range(requests // 10)]
                for person in chosen:
                    person.over_http("list")
                before = clock()
                for person in chosen:
                    start = time.perf_counter()
                    (person.over_http if where == "http" else person.by_client)(call)
                    if block:
                        spent[where].append(time.perf_counter() - start)
                for person in chosen:
                    person.waited()
                if block:
                    busy[where] += clock() - before
        wall = [1e3 * statistics.median(spent[where]) for where in ("http", "here")]
        processor = [1e3 * busy[where] / len(spent[where]) for where in ("http", "here")]
        shares.append((MIX[call], wall[0] - wall[1], processor[0] - processor[1]))
        numbers = [f"{n:.2f}" for n in (*wall, wall[0] - wall[1], *processor, processor[0] - processor[1])]
        print(row.format(call, *numbers), flush=True)
    total = sum(weight for weight, *_ in shares)
    mean = [sum(weight * share[n] for weight, *share in shares) / total for n in (0, 1)]
    print(row.format("all, by mix", "", "", f"{mean[0]:.2f}", "", "", f"{mean[1]:.2f}"))


def together(people: Sequence[Person], pid: int, seconds: float, pause: float, *, here: bool = False) -> None:
    """Prints the second table; `here`: of the same calls by clients in this process."""
    took: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    until = time.monotonic() + seconds
    for person in people:
        person.over_http("list")
    # A server that was just started plans each query once, which takes seconds: it is not what many clients cost.
    for call in MIX:
        (people[0].by_client if here else people[0].over_http)(call)

    def live(person: Person) -> None:
        calls = random.Random(person.chance.random())
        while time.monotonic() < until:
            [call] = calls.choices(list(MIX), list(MIX.values()))
            start = time.perf_counter()
            try:
                (person.by_client if here else person.over_http)(call)
            except httpx.HTTPStatusError as error:
                errors.append(f"{call}: {error.response.status_code} {error.response.text[:200]}")
            except (httpx.HTTPError, GraphMemError) as error:
                errors.append(f"{call}: {type(error).__name__} {error}")
            took[call].append(time.perf_counter() - start)
            if pause:
                time.sleep(calls.uniform(0, 2 * pause))

    before = _seconds(pid)
    threads = [threading.Thread(target=live, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    held: list[str] = []
    for after in (seconds / 6, seconds / 2):
        time.sleep(max(0.0, until - seconds + after - time.monotonic()))
        held.append(f"{_megabytes(pid):.0f} MB after {after:.0f} s")
    for thread in threads:
        thread.join()
    busy, late = _seconds(pid) - before, _megabytes(pid)
    start = time.monotonic()
    for person in people:
        person.waited()
    drained = time.monotonic() - start
    every = [each for found in took.values() for each in found]
    print(f"\n{'By clients in this process' if here else 'Over HTTP'}")
    print(
        f"{len(people)} clients, {seconds:.0f} s, pause {pause} s: {len(every):,} requests, {len(every) / seconds:.0f} a second, "
        f"{len(errors)} errors; {1e3 * busy / len(every):.2f} ms of processor time a request, adds included; "
        f"the last adds ended {drained:.1f} s later"
    )
    last = _megabytes(pid)
    print(f"memory of the process {', '.join(held)}, {late:.0f} MB at the end, {last:.0f} MB after the last adds")
    print(f"{'ms':12}{'p50':>9}{'p95':>9}{'n':>9}")
    for call, found in [*((call, took[call]) for call in MIX if took[call]), ("all", every)]:
        found.sort()
        print(f"{call:12}{1e3 * found[len(found) // 2]:9.1f}{1e3 * found[int(len(found) * 0.95)]:9.1f}{len(found):9,}")
    for error in errors[:10]:
        print(error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", help="of the server to start")
    parser.add_argument("--requests", type=int, default=500, help="of each kind, one at a time")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, nargs="+", default=[0.0, 0.5])
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings: dict[str, Any] = {"store": str(folder / "memories.db")}
        if given.neo4j:
            settings = stack.enter_context(neo4j_server(given.neo4j, folder / "neo4j"))
        names = [f"user {n}" for n in range(given.clients)]
        with MemoryClient(**settings, llm="offline", embedder="local") as client:
            texts = [keys.create(server_store(client), name, Scope(user_id=name))[1] for name in names]
            conversations = [
                {"messages": f"I liked the {what} of {town}", "user_id": name}
                for name in names
                for what, town in zip(_WHAT * 3, _TOWNS * 2, strict=False)
            ]
            client.add_many(conversations, infer=False, chunk_size=500)
        server = stack.enter_context(running(settings, folder, "--rate", "1000000/minute"))
        people = []
        for name, key in zip(names, texts, strict=True):
            here = MemoryClient(**settings, llm="offline", embedder="local", scope={"user_id": name})
            stack.callback(here.close)
            people.append(Person(name, server.url, key, here))
        if given.requests:
            alone(people, server.pid, given.requests)
        for pause in given.pause:
            together(people, server.pid, given.seconds, pause)
            together(people, os.getpid(), given.seconds / 2, pause, here=True)


def _seconds(pid: int) -> float:
    """Processor time of a process and its threads so far (user and system)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def _megabytes(pid: int) -> float:
    """Memory of its own that a process holds. Not counted: pages of files, of which each connection to an embedded store shows its own."""
    [line] = [each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("RssAnon")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
