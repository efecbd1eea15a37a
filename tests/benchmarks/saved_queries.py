"""How long the saved queries of Neo4j Browser take, as it runs them: the time until the last row is here.

    python -m tests.benchmarks.saved_queries --neo4j 2026.08.1 --memories 10000

Each is run once on a server that has not planned it yet, and five times more, of which the least is told: other programs of the machine
take part in the others. The goal is 2 s each with 10,000 memories.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import neo4j

from graphmem import MemoryClient
from graphmem.cli.browser import saved
from graphmem.stores.neo4j.local_server import DEFAULT_VERSION
from graphmem.view.neo4j_browser.saved_queries import with_values
from tests.benchmarks.large_store import server
from tests.tools.much_told import VALUES, tell

# What the entity queries are asked about besides the user, who has the most relations.
_ENTITIES = (
    {"entity": "user", "other": "person 5"},
    {"entity": "person 5", "other": "person 700"},
    {"entity": "place 3", "other": "user"},
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", default=DEFAULT_VERSION, help="of the server to start")
    parser.add_argument("--home", type=Path, help="folder of the server, kept afterwards")
    parser.add_argument("--memories", type=int, default=10_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = stack.enter_context(server(options.neo4j, home))
        with MemoryClient(**settings, llm="offline", embedder="local") as client:
            if not client.info().counts["memories"]:
                tell(client._parts.store(), options.memories)
            print(f"{client.info().server}: {dict(client.info().counts)}")
        auth = settings["username"], settings["password"]
        driver = stack.enter_context(
            neo4j.GraphDatabase.driver(settings["store"], auth=auth, notifications_min_severity="OFF")
        )
        session = stack.enter_context(driver.session(default_access_mode=neo4j.READ_ACCESS))
        print("| query | of | rows | first, s | least, s |\n|---|---|---|---|---|")
        for name, query in saved().items():
            for entities in _ENTITIES if "entity" in query.parameters else ({},):
                text = with_values(query, {**VALUES, **entities})
                times = []
                for _ in range(6):
                    began = time.perf_counter()
                    rows = len(list(session.run(text)))  # type: ignore[arg-type]
                    times.append(time.perf_counter() - began)
                of = ", ".join(entities.values())
                print(f"| {name} | {of} | {rows} | {times[0]:.2f} | {min(times[1:]):.2f} |", flush=True)


if __name__ == "__main__":
    main()
