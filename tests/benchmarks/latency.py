"""What adding, searching and listing take with 1,000, 10,000 and 100,000 memories, on either store.

    python -m tests.benchmarks.latency                          an embedded store in a temporary folder
    python -m tests.benchmarks.latency --neo4j 2026.08.1        a server of its own, 2 GB of heap and 1 GB of page cache
    python -m tests.benchmarks.latency --sizes 1000 10000       fewer

Each size is the scope of one user, all in one store; calls of all sizes take turns, so that they meet the same noise of the machine. The
first round of each is left out. The second table is what other people's memories cost: the calls of somebody with 100 memories, before
and after the largest scope is loaded beside them. Between these, time has passed and the noise may be another: `get` of one memory,
which no other memory should make slower, takes turns with them as a yardstick. `processor` is what of the time this process was busy,
which tells all of an embedded store and leaves out what other work adds; a server is not in it. Times are in ms.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from graphmem import MemoryClient
from graphmem._sync.providers.wordllama import NAME
from graphmem.model.requests import EmbedderInfo
from tests.benchmarks.corpus import questions, statements
from tests.benchmarks.large_scope import Bench
from tests.benchmarks.large_store import server

_BATCH = 1_000
_SMALL = 100
_PAGE = 100
# Of each call: milliseconds of the clock, and of the processor in this process.
Spent: TypeAlias = Sequence[tuple[float, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", help="of the server to start")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="rising")
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings: dict[str, Any] = {"store": str(folder / "latency.db")}
        if given.neo4j:
            settings = stack.enter_context(server(given.neo4j, folder))
        client = stack.enter_context(MemoryClient(**settings, llm="offline", embedder="local"))
        bench = Bench(client, settings, given.sizes[-1], given.rounds)
        client._parts.store().bind(EmbedderInfo(NAME, 256))
        said = iter(list(statements(random.Random(16), _SMALL + sum(given.sizes))))
        for size in (_SMALL, *given.sizes[:-1]):
            _load(bench, said, size)
        before = _in_turn(_calls(client, _SMALL), given.rounds)
        _load(bench, said, given.sizes[-1])
        after = _in_turn(_calls(client, _SMALL), given.rounds, given.rounds + 1)
        print(f"{client.info().server}: {client.info().counts}")
        calls = {(size, name): call for size in given.sizes for name, call in _calls(client, size).items()}
        spent = _in_turn(calls, given.rounds)
    print("\n".join([*_by_size(given.sizes, spent), *_growth(given.sizes, before, after)]))


def _load(bench: Bench, said: Iterator[str], size: int) -> None:
    for start in range(0, size, _BATCH):
        bench.write(f"user-{size}", [next(said) for _ in range(min(_BATCH, size - start))], start)


def _calls(client: MemoryClient, size: int) -> Mapping[Any, Callable[[int], Any]]:
    """By name; each is given the number of its round."""
    user = f"user-{size}"
    ask = questions(2_000)
    [first] = client.get_all(user_id=user, page=1, page_size=1)["results"]
    return {
        "add": lambda n: client.add(f"I am allergic to nuts number {n}.", user_id=user),
        "add as it stands": lambda n: client.add(f"The train number {n} was late.", user_id=user, infer=False),
        "search": lambda n: client.search(ask[n], user_id=user),
        "search, a category": lambda n: client.search(ask[n], user_id=user, categories=["tenth"]),
        "search, metadata": lambda n: client.search(ask[n], user_id=user, metadata={"box": {"row": 3}}),
        "page, first": lambda _: client.get_all(user_id=user, page=1, page_size=_PAGE),
        "page, middle": lambda _: client.get_all(user_id=user, page=max(1, size // _PAGE // 2), page_size=_PAGE),
        "get": lambda _: client.get(first["id"]),
    }


def _in_turn(calls: Mapping[Any, Callable[[int], Any]], rounds: int, first: int = 0) -> dict[Any, Spent]:
    """first: the number of the first round. What was said before would not be added again."""
    spent: dict[Any, list[tuple[float, float]]] = {name: [] for name in calls}
    for number in range(first, first + rounds + 1):
        for name, call in calls.items():
            started, busy = time.perf_counter(), time.process_time()
            call(number)
            spent[name].append((1e3 * (time.perf_counter() - started), 1e3 * (time.process_time() - busy)))
    return {name: each[1:] for name, each in spent.items()}


def _by_size(sizes: Sequence[int], spent: Mapping[Any, Spent]) -> Iterator[str]:
    yield f"\n| p50 / p95 (processor p50) | {' | '.join(f'{size:,}' for size in sizes)} |"
    yield "|---" * (1 + len(sizes)) + "|"
    for name in dict.fromkeys(name for _, name in spent):
        yield f"| {name} | {' | '.join(_told(spent[size, name]) for size in sizes)} |"


def _told(spent: Spent) -> str:
    walls, busy = np.transpose(spent)
    return f"{np.median(walls):.1f} / {np.percentile(walls, 95):.1f} ({np.median(busy):.1f})"


def _growth(sizes: Sequence[int], before: Mapping[Any, Spent], after: Mapping[Any, Spent]) -> Iterator[str]:
    few, many = sum(sizes[:-1]), sum(sizes)
    yield f"\n| {_SMALL} memories beside others' | {few:,} | {many:,} | times | times, processor |"
    yield "|---" * 5 + "|"
    for name in before:
        # Medians of the clock and of the processor.
        less, more = np.median(before[name], axis=0), np.median(after[name], axis=0)
        times_more = more / np.maximum(less, 1e-3)
        yield f"| {name} | {_told(before[name])} | {_told(after[name])} | {times_more[0]:.2f} | {times_more[1]:.2f} |"


if __name__ == "__main__":
    main()
