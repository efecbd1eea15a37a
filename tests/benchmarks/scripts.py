"""Every script within one scope of 10,000 memories: how many of 40 names come first, within ten, and by the text arm.

    python -m tests.benchmarks.scripts                                     an embedded store in memory
    python -m tests.benchmarks.scripts --store bolt://localhost:7687 --username neo4j --password …     an empty database there

200 sentences of each row of `tests/contract/scripts.py` that differ in a name, and English ones up to the size, in one scope.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from typing import Any

from graphmem import MemoryClient
from tests.contract.scripts import SCRIPTS

_EACH, _ASKED = 200, 40
_COLOURS = ["red", "blue", "old", "new", "big", "small", "quiet", "loud", "warm", "cold"]
_THINGS = [
    "car",
    "boat",
    "house",
    "garden",
    "piano",
    "guitar",
    "bike",
    "book",
    "lamp",
    "chair",
    "table",
    "phone",
    "camera",
    "watch",
    "coat",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--store", default=":memory:")
    parser.add_argument("--username")
    parser.add_argument("--password")
    given = vars(parser.parse_args())
    size = given.pop("size")
    with MemoryClient(
        **{name: value for name, value in given.items() if value}, llm="offline", embedder="local"
    ) as client:
        names = _names()
        _fill(client, names, size)
        for name, own in names.items():
            print(f"{name:28} {'  '.join(f'{value:3}' for value in _asked(client, name, own))}", flush=True)


def _names() -> dict[str, list[str]]:
    """The names of each row; rows with the same parts have none in common."""
    used: Counter[tuple[str, ...]] = Counter()
    found = {}
    for name, script in SCRIPTS.items():
        first = used[script.parts]
        used[script.parts] += _EACH
        found[name] = script.names(first + _EACH)[first:]
    return found


def _sentence(name: str, person: str) -> str:
    return SCRIPTS[name].written(SCRIPTS[name].said.format(person))


def _fill(client: MemoryClient, names: dict[str, list[str]], size: int) -> None:
    texts = [_sentence(name, each) for name, own in names.items() for each in own]
    texts += [
        f"I bought a {_COLOURS[n % 10]} {_THINGS[n % 15]} for {n} euros in shop {n // 7}"
        for n in range(size - len(texts))
    ]
    random.Random(1).shuffle(texts)
    for start in range(0, len(texts), 1_000):
        talk = [{"role": "user", "content": text} for text in texts[start : start + 1_000]]
        client.add(talk, user_id="u", infer=False)


def _asked(client: MemoryClient, name: str, own: list[str]) -> tuple[int, int, int]:
    first = ten = by_words = 0
    for each in own[:: _EACH // _ASKED]:
        script = SCRIPTS[name]
        hits: list[Any] = client.search(script.read(script.asked.format(each)), user_id="u", explain=True)
        found = [hit for hit in hits if hit["memory"] == _sentence(name, each)]
        first += hits[:1] == found
        ten += bool(found)
        by_words += any("text" in hit["explain"]["arms"] for hit in found)
    return first, ten, by_words


if __name__ == "__main__":
    main()
