"""How long the saved queries of Neo4j Browser take, as it runs them: the time until the last row is here.

    python -m tests.benchmarks.saved_queries --neo4j 2026.08.1 --memories 10000

`cold`: the first time after a start of the server, which has planned nothing yet and is slow until Java has compiled it: the first of
the queries takes the longest, so a plain one beside them tells what the server itself takes. `warmed`: the first time after another
start, once `graphmem browser` has run them in its way. `least`: of five more. The goal is 2 s each with 10,000 memories.
In brackets: the processor time of the server, in seconds, which other programs of the machine change less.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import neo4j

from graphmem import MemoryClient
from graphmem.cli.browser import saved
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j import local_server
from graphmem.stores.neo4j.local_server import DEFAULT_VERSION
from graphmem.view.neo4j_browser.guide import PAGES
from graphmem.view.neo4j_browser.saved_queries import with_values
from graphmem.view.neo4j_browser.warming import Warming
from tests.benchmarks.large_store import server
from tests.tools.much_told import VALUES, tell

# What the entity queries are asked about besides the user, who has the most relations.
_ENTITIES = (
    {"entity": "user", "other": "person 5"},
    {"entity": "person 5", "other": "person 700"},
    {"entity": "place 3", "other": "user"},
)

# Beside which they are looked at.
_PLAIN = "MATCH (m:GraphmemMemory) RETURN m.text ORDER BY m.updated_at DESC LIMIT 100"


class _Times(NamedTuple):
    """Of one query. Times are seconds on the clock, and of the server's processors."""

    rows: int
    first: tuple[float, float]
    least: tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", default=DEFAULT_VERSION, help="of the server to start")
    parser.add_argument("--home", type=Path, help="folder of the server, kept afterwards")
    parser.add_argument("--memories", type=int, default=10_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with (
            server(options.neo4j, home) as settings,
            MemoryClient(**settings, llm="offline", embedder="local") as client,
        ):
            if not client.info().counts["memories"]:
                tell(client._parts.store(), options.memories)
            print(f"{client.info().server}: {dict(client.info().counts)}")
        runs = {"(plain)": _PLAIN} | {
            f"{name} {' '.join(entities.values())}": with_values(query, {**VALUES, **entities})
            for name, query in saved().items()
            for entities in (_ENTITIES if "entity" in query.parameters else ({},))
        }
        cold = _measured(options.neo4j, home, runs)
        warmed = _measured(options.neo4j, home, runs, warm=True)
    print("| query | rows | cold, s | warmed, s | least, s |\n|---|---|---|---|---|")
    for run in runs:
        rows, first, least = warmed[run]
        print(f"| {run.strip()} | {rows} | {_told(cold[run].first)} | {_told(first)} | {_told(least)} |")


def _measured(version: str, home: Path, runs: Mapping[str, str], *, warm: bool = False) -> dict[str, _Times]:
    """The runs by name, on a server that is started for them."""
    found = {}
    with server(version, home) as settings:
        auth = settings["username"], settings["password"]
        if warm:
            queries = saved()
            names = [page.query for page in PAGES]
            with Warming(Neo4jSettings(settings["store"], *auth), [queries[name] for name in names], VALUES) as warming:
                warming.wait()
        with (
            neo4j.GraphDatabase.driver(settings["store"], auth=auth, notifications_min_severity="OFF") as driver,
            driver.session(default_access_mode=neo4j.READ_ACCESS) as session,
        ):
            for run, text in runs.items():
                times = []
                for _ in range(6):
                    began, worked = time.perf_counter(), _worked(home)
                    rows = len(list(session.run(text)))  # type: ignore[arg-type]
                    times.append((time.perf_counter() - began, _worked(home) - worked))
                found[run] = _Times(rows, times[0], min(times[1:]))
    return found


def _worked(home: Path) -> float:
    """Seconds of processor time of the server of this home."""
    # Linux tells them behind the program's name, which may hold anything.
    told = Path(f"/proc/{local_server.status(home).pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _told(times: tuple[float, float]) -> str:
    return f"{times[0]:.2f} ({times[1]:.2f})"


if __name__ == "__main__":
    main()
