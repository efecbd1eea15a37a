"""One scope of 100,000 memories: what search, listing, adding and deleting take in it, and what other people's memories cost.

    python -m tests.benchmarks.large_scope                                      an embedded store in a temporary folder
    python -m tests.benchmarks.large_scope --size 10000 --home FOLDER           kept there, and not loaded again the next time
    python -m tests.benchmarks.large_scope --store bolt://localhost:7687 --username neo4j --password …     an empty database there

Times are medians in ms, the first round of each left out: it is told as `first`; `processor` is what of it this process (all its
threads) was busy, which tells what the machine's other work adds. `cold` is the first search of a new process, with
all that it loads; `process` adds the start of Python and the imports. Recall is of the vector arm, against all cosines. `others` is
the search of somebody with 100 memories, beside a tenth of the memories and beside all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from graphmem import MemoryClient
from graphmem._async.providers.wordllama import NAME, WordLlamaEmbedder
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Create, Relate, Source, Transcript
from graphmem.model.filter import of_scope
from graphmem.model.ids import new_id
from graphmem.model.memory import Entity, Message, Scope, StoredMemory, StoredRelation
from graphmem.model.requests import EmbedderInfo, SearchRequest
from tests.benchmarks.corpus import START, Person, questions, statements

_BATCH = 1_000
_COLD = """
import json, sys, time
settings = json.loads(sys.argv[1])
from graphmem import MemoryClient
with MemoryClient(**settings, llm="offline", embedder="local") as client:
    started = time.perf_counter()
    assert client.search(sys.argv[2], user_id="large")
    print(time.perf_counter() - started)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--store", help="URI of a Neo4j server; nothing means an embedded store")
    parser.add_argument("--username", default="neo4j")
    parser.add_argument("--password")
    parser.add_argument("--home", type=Path, help="folder of the embedded store, kept afterwards")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=(), help="names of figures; nothing means all")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home.mkdir(exist_ok=True, parents=True)
        settings: dict[str, Any] = {"store": str(home / f"scope_{options.size}.db")}
        if options.store:
            settings = {"store": options.store, "username": options.username, "password": options.password}
        client = stack.enter_context(MemoryClient(**settings, llm="offline", embedder="local"))
        bench = Bench(client, settings, options.size, options.rounds)
        if not client.info().counts["memories"]:
            started = time.perf_counter()
            bench.load()
            print(f"loaded {options.size:,} memories in {time.perf_counter() - started:.0f} s", flush=True)
        print(f"{client.info().server}: {client.info().counts}")
        for name, figure in bench.figures().items():
            if not options.only or name in options.only:
                print(f"{name:12} {figure()}", flush=True)


class Bench:
    """The figures of one store, in an order in which none spoils the next."""

    def __init__(self, client: MemoryClient, settings: dict[str, Any], size: int, rounds: int) -> None:
        self.client, self.settings, self.size, self.rounds = client, settings, size, rounds
        self.embedder = WordLlamaEmbedder()
        self.ask = questions(8 * rounds)

    def figures(self) -> dict[str, Callable[[], str]]:
        return {
            "cold": self.cold,
            "search": self.each(lambda query: self.client.search(query, user_id="large")),
            "vector": self.each(lambda query: self.client.search(query, user_id="large", keyword_search=False)),
            "category": self.each(lambda query: self.client.search(query, user_id="large", categories=["tenth"])),
            "metadata": self.each(lambda query: self.client.search(query, user_id="large", metadata={"shelf": 7})),
            "since": self.each(
                lambda query: self.client.search(
                    query, user_id="large", filters={"created_at": {"gte": "2026-02-01T00:00:00Z"}}
                )
            ),
            "contains": self.each(
                lambda query: self.client.search(query, user_id="large", filters={"memory": {"icontains": "violin"}})
            ),
            "rare words": self.each(
                lambda query: self.client.search(f"{query} 4711", user_id="large", filters={"memory": {"ne": "x"}})
            ),
            "recall@10": self.recall,
            "page first": self.page(lambda _: 1),
            "page middle": self.page(lambda n: max(1, self.size // 200 + n)),
            "page last": self.page(lambda n: max(1, self.size // 100 - n)),
            "page of tenth": self.page(lambda n: n + 1, categories=["tenth"]),
            "as_of": self.as_of,
            "as_of tenth": lambda: self.as_of(categories=["tenth"]),
            "add": self.add,
            "others": self.others,
            "delete_all": self.delete_all,
        }

    def load(self) -> None:
        store = self.client._parts.store()
        store.bind(EmbedderInfo(NAME, 256))
        said = list(statements(random.Random(13), self.size))
        for start in range(0, self.size, _BATCH):
            self.write("large", said[start : start + _BATCH], start)

    def write(self, user: str, said: Sequence[str], start: int = 0) -> None:
        vectors = self.embedder.embed(said)
        scope = Scope(user_id=user)
        creates: list[Create | Relate] = []
        for n, (text, vector) in enumerate(zip(said, vectors, strict=True)):
            number = start + n
            at = Person(user, ()).said_at(number // 60)
            memory = StoredMemory(
                new_id(), text, scope, new_id(), at, at,
                {"number": number, "shelf": number % 1000, "box": {"row": number % 7}},
                ("tenth",) if number % 10 == 0 else ("other",),
            )  # fmt: skip
            creates.append(Create(memory, vector, (Source(n),)))
            # One of 875 things in each; every hundredth says where it is.
            what, where = text.split(" a ", 1)[1].split(" in ", 1)
            thing, place = Entity(what), Entity(where.split()[0], "place")
            relation = StoredRelation(thing.id(scope.owner), "located_in", place.id(scope.owner), memory.id)
            related = number % 100 == 0
            creates.append(
                Relate(memory.id, scope.owner, (thing, place) if related else (thing,), (relation,) if related else ())
            )
        messages = tuple(Message("user", text) for text in said)
        transcript = Transcript(scope.key, tuple(new_id() for _ in said), messages, START)
        self.client._parts.store().apply([ChangeSet(new_id(), times.now(), tuple(creates), transcript)])

    def each(self, call: Callable[[str], Any]) -> Callable[[], str]:
        return lambda: _told(self._timed(call, self.ask[: self.rounds + 1]))

    def page(self, number: Callable[[int], int], **filters: Any) -> Callable[[], str]:
        def call(n: int) -> None:
            answer = self.client.get_all(user_id="large", page=number(n), page_size=100, **filters)
            assert answer["results"]
            assert answer["count"] >= len(answer["results"])

        return lambda: _told(self._timed(call, range(self.rounds // 2 + 1)))

    def as_of(self, **filters: Any) -> str:
        now = datetime.now(timezone.utc)
        return _told(
            self._timed(lambda query: self.client.search(query, user_id="large", as_of=now, **filters), self.ask[:4])
        )

    def add(self) -> str:
        facts = [f"I am allergic to {what} number {n}." for n in range(self.rounds) for what in ("nuts",)]
        return _told(self._timed(lambda fact: self.client.add(fact, user_id="large"), facts))

    def recall(self) -> str:
        store, scope = self.client._parts.store(), of_scope(Scope(user_id="large"))
        memories = store.select(scope, None).memories
        vectors = self.embedder.embed([memory.text for memory in memories])
        matrix = np.array([np.zeros(256, np.float32) if vector is None else vector for vector in vectors])
        place = {memory.id: number for number, memory in enumerate(memories)}
        shares, plans = [], Counter[str]()
        for query in self.ask[: self.rounds]:
            [vector] = self.embedder.embed([query])
            cosines = matrix @ vector
            least = np.sort(cosines)[-10:][0]
            found = store.search(SearchRequest(scope, times.now(), vector, limit=50))
            plans[found.plan] += 1
            best = sorted(found.candidates, key=lambda each: -(each.vector or 0))[:10]
            # Texts with one cosine are as good as each other.
            shares.append(sum(cosines[place[each.id]] >= least - 1e-5 for each in best) / 10)
        return f"{statistics.mean(shares):.3f}  plan {', '.join(plans)}"

    def cold(self) -> str:
        wholes, firsts = [], []
        for query in self.ask[-3:]:
            started = time.perf_counter()
            command = [sys.executable, "-c", _COLD, json.dumps(self.settings), query]
            firsts.append(1_000 * float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
            wholes.append(1_000 * (time.perf_counter() - started))
        return f"{statistics.median(firsts):8.1f}  process {statistics.median(wholes):.0f}"

    def others(self) -> str:
        """In a store of its own where it is embedded: beside nobody else's memories but these."""
        if "username" in self.settings:
            self.write("small", list(statements(random.Random(14), 100)))
            return _told(self._timed(lambda query: self.client.search(query, user_id="small"), self.ask))
        spent: dict[int, list[tuple[float, float]]] = {self.size // 10: [], self.size: []}
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            clients = {size: stack.enter_context(self._beside(size, Path(folder))) for size in spent}
            # They take turns, so that both meet the same noise.
            for query in self.ask:
                for size, client in clients.items():
                    spent[size] += self._timed(lambda query, one=client: one.search(query, user_id="small"), [query])
        few, many = ([statistics.median(column) for column in zip(*each[1:], strict=True)] for each in spent.values())
        return (
            f"{few[0]:8.2f} → {many[0]:.2f}: {many[0] / few[0]:.2f} times, "
            f"processor {few[1]:.2f} → {many[1]:.2f}: {many[1] / few[1]:.2f} times"
        )

    def _beside(self, size: int, folder: Path) -> MemoryClient:
        """A client of a store where somebody has 100 memories beside so many of others."""
        settings: dict[str, Any] = {"store": str(folder / f"{size}.db")}
        client = MemoryClient(**settings, llm="offline", embedder="local")
        bench = Bench(client, settings, size, self.rounds)
        client._parts.store().bind(EmbedderInfo(NAME, 256))
        said = list(statements(random.Random(15), size + 100))
        for start in range(0, size, 100):
            bench.write(f"user-{start}", said[start : start + 100])
        bench.write("small", said[size:])
        return client

    def delete_all(self) -> str:
        if "username" in self.settings:
            return self._delete(self.client)
        copy = self.settings["store"] + ".copy"
        with self.client._parts.store()._database.read() as connection:
            connection.execute("PRAGMA wal_checkpoint")
        for suffix in ("", "-wal"):
            if Path(self.settings["store"] + suffix).exists():
                shutil.copy(self.settings["store"] + suffix, copy + suffix)
        try:
            with MemoryClient(copy, llm="offline", embedder="local") as client:
                return self._delete(client)
        finally:
            for path in Path(copy).parent.glob(Path(copy).name + "*"):
                path.unlink()

    def _delete(self, client: MemoryClient) -> str:
        started = time.perf_counter()
        deleted = client.delete_all(user_id="large")["deleted"]
        spent = 1_000 * (time.perf_counter() - started)
        assert not client.search(self.ask[0], user_id="large")
        return f"{spent:8.0f}  of {deleted:,}"

    @staticmethod
    def _timed(
        call: Callable[[Any], Any], arguments: Iterator[Any] | Sequence[Any] | range
    ) -> list[tuple[float, float]]:
        spent = []
        for argument in arguments:
            started, busy = time.perf_counter(), time.process_time()
            call(argument)
            spent.append((1_000 * (time.perf_counter() - started), 1_000 * (time.process_time() - busy)))
        return spent


def _told(spent: Sequence[tuple[float, float]]) -> str:
    walls = [wall for wall, _ in spent]
    processor = statistics.median(busy for _, busy in spent[1:])
    return f"{statistics.median(walls[1:]):8.1f}  first {walls[0]:.1f}, slowest {max(walls[1:]):.1f}, processor {processor:.1f}"


if __name__ == "__main__":
    main()
