"""Ingest: conversations of one statement each, by add one after the other and by add_many.

    python -m tests.benchmarks.ingest                                        an embedded store in a temporary folder
    python -m tests.benchmarks.ingest --neo4j 2026.08.1 --repeats 5          a server of its own

`verbatim` stores messages as they stand, `offline` looks for facts by rules, `model` asks a scripted server that answers after
--seconds what a language model would; it is the waiting that is measured there, with 4 requests at once in add_many. Both take
turns on an empty store, with users of their own for each; times are medians, in conversations a second.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from graphmem import MemoryClient, OpenAISettings
from tests.benchmarks.corpus import people
from tests.benchmarks.large_store import server
from tests.tools.scripted_llm import Answer, ScriptedLLM, as_said, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", help="of the server to start")
    parser.add_argument("--home", type=Path, help="folder of that server")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--conversations", type=int, default=500, help="in each repeat; a tenth of them with a model")
    parser.add_argument("--seconds", type=float, default=0.3, help="that the scripted model takes for an answer")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        settings = (
            stack.enter_context(server(given.neo4j, given.home or Path(folder)))
            if given.neo4j
            else {"store": f"{folder}/memories.db"}
        )
        llm = stack.enter_context(ScriptedLLM())
        llm.rule(lambda body: Answer(said(as_said(body)).body, seconds=given.seconds))
        scripted = OpenAISettings(model="scripted", base_url=llm.base_url)
        for name, options, count in (
            ("verbatim", {"infer": False}, given.conversations),
            ("offline", {}, given.conversations),
            ("model", {}, given.conversations // 10),
        ):
            with MemoryClient(**settings, llm=scripted if name == "model" else "offline") as client:
                report(name, measure(client, name, options, count, given.repeats))


def measure(
    client: MemoryClient, name: str, options: dict[str, Any], count: int, repeats: int
) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {"add": [], "add_many": []}
    texts = [statement for person in people(10 * count) for statement in person.statements][:count]
    client.add("I like tea.", user_id="warm", **options)
    for turn in range(repeats):
        start = time.perf_counter()
        for text in texts:
            client.add(text, user_id=f"{name}-one-{turn}", **options)
        spent["add"].append(time.perf_counter() - start)
        start = time.perf_counter()
        client.add_many(texts, user_id=f"{name}-many-{turn}", **options)
        spent["add_many"].append(time.perf_counter() - start)
        both = [len(client.get_all(user_id=f"{name}-{which}-{turn}")) for which in ("one", "many")]
        assert both[0] == both[1], both
    return {way: [count / seconds for seconds in found] for way, found in spent.items()}


def report(name: str, rates: dict[str, list[float]]) -> None:
    one, many = rates["add"], rates["add_many"]
    ratios = sorted(b / a for a, b in zip(one, many, strict=True))
    print(
        f"{name:9} add {statistics.median(one):8,.1f}/s   add_many {statistics.median(many):8,.1f}/s   "
        f"ratio {statistics.median(ratios):5.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
