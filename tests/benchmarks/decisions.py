"""Whether new facts are decided about rightly: the 60 pairs of tests/remember/decision_pairs.txt.

    python -m tests.benchmarks.decisions --rules                          the offline rules: the known text is added, then the new one
    python -m tests.benchmarks.decisions --llm http://127.0.0.1:8080/v1 [--model NAME]    a model, in six prompts of ten new facts

Each prompt mixes pairs of all kinds, and each new fact is compared with two other known memories beside its own, as in a real add.
A verdict is right if it is one of those the file has, and about the right memory.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from graphmem import MemoryClient
from graphmem._sync.flows.ask import Asking
from graphmem._sync.providers.openai import OpenAILLM
from graphmem.model.memory import Scope, StoredMemory
from graphmem.remember.by_model import verdicts
from graphmem.remember.decisions import Decision, Doubt
from graphmem.remember.facts import Fact
from graphmem.remember.usage import Usage
from graphmem.settings import OpenAISettings

PAIRS = Path(__file__).parents[1] / "remember" / "decision_pairs.txt"
AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
_PROMPTS = 6


class Pair(NamedTuple):
    kind: str
    known: str
    new: str
    right: tuple[str, ...]


def pairs() -> list[Pair]:
    rows = [line.split(" | ") for line in PAIRS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [Pair(kind, known, new, tuple(right.split())) for kind, known, new, right in rows]


def doubts_of(group: Sequence[Pair]) -> list[Doubt]:
    """A doubt for each pair: its known memory, in the middle of two others."""
    known = [StoredMemory(f"m{n}", pair.known, Scope("u"), f"v{n}", AT, AT) for n, pair in enumerate(group)]
    return [
        Doubt(n, Fact(pair.new, (0,)), (known[n - 1], known[n], known[(n + 1) % len(known)]))
        for n, pair in enumerate(group)
    ]


def is_right(pair: Pair, n: int, decision: Decision) -> bool:
    # A withdrawn memory beside an ADD says the same as a DELETE with something to keep.
    if decision.event == "ADD" and {memory.id for memory in decision.ended} == {f"m{n}"}:
        return "DELETE" in pair.right
    target = None if decision.target is None else decision.target.id
    return decision.event in pair.right and target == (None if decision.event == "ADD" else f"m{n}")


def by_model(llm: OpenAILLM) -> Iterator[tuple[Pair, str, bool]]:
    asking = Asking(llm, Usage())
    every = pairs()
    for start in range(_PROMPTS):
        group = every[start::_PROMPTS]
        doubts = doubts_of(group)
        found = asking.ask(verdicts.prompt(doubts), lambda text, doubts=doubts: verdicts.read_answer(text, doubts))  # type: ignore[misc]
        decided = verdicts.decided(found, doubts, AT)
        for n, pair in enumerate(group):
            said = f"{decided[n].event} {decided[n].text or ''}".strip()
            yield pair, said, is_right(pair, n, decided[n])


def by_rules() -> Iterator[tuple[Pair, str, bool]]:
    with MemoryClient(":memory:", llm="offline", embedder="local") as client:
        for n, pair in enumerate(pairs()):
            user = f"u{n}"
            client.add(_said(pair.known), user_id=user, timestamp="2026-03-04")
            rows = client.add(_said(pair.new), user_id=user, timestamp="2026-03-05")["results"]
            events = [row["event"] for row in rows]
            yield pair, " ".join(events) or "nothing", any(event in pair.right for event in events)


_PAST_FORMS = "Went Read Got Won Sold Bought Broke Gave Attended Watched Applied Ordered Opened Visited Played Wanted"
# What a fact that leaves out who is meant begins with, and how that one would say it.
_SPOKEN = {"Is": "am", "Has": "have", "Was": "was", "Goes": "go", "Can't": "can't", "No": "no", "Would": "would"}
_PASTS = frozenset(_PAST_FORMS.split())


def _said(text: str) -> str:
    """A fact as the one says it whom it is about; those about others stay as they are."""
    first, rest = text.split(maxsplit=1)
    if first in _SPOKEN:
        return f"I {_SPOKEN[first]} {rest}."
    if first in _PASTS:
        return f"I {first.lower()} {rest}."
    if first.endswith("s") and not first.endswith("'s"):
        return f"I {first.lower()[:-1]} {rest}."
    return f"{text}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--llm", metavar="URL", help="an OpenAI-compatible server")
    parser.add_argument("--model", default="at hand")
    parser.add_argument("--timeout", type=float, default=600, help="seconds to wait for an answer")
    given = parser.parse_args()
    rows = by_rules()
    if given.llm:
        settings = OpenAISettings(model=given.model, base_url=given.llm, timeout_seconds=given.timeout, max_retries=0)
        rows = by_model(OpenAILLM(settings))
    elif not given.rules:
        parser.error("--rules or --llm")
    right: dict[str, list[bool]] = defaultdict(list)
    for pair, said, ok in rows:
        right[pair.kind].append(ok)
        if not ok:
            print(f"wrong: {pair.kind}: {pair.known!r} + {pair.new!r} -> {said}, not {' or '.join(pair.right)}")
    for kind, found in right.items():
        print(f"{kind:10} {sum(found)} of {len(found)}")
    print(f"all        {sum(map(sum, right.values()))} of {sum(map(len, right.values()))}")


if __name__ == "__main__":
    main()
