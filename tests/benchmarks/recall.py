"""How many of the turns that answer a question a search finds, and what each part of the ranking does for it.

    python -m tests.benchmarks.recall CONVERSATIONS.json [MORE.json …]         an embedded store in a temporary folder
    python -m tests.benchmarks.recall CONVERSATIONS.json --neo4j 2026.08.1     a server of its own
    python -m tests.benchmarks.recall CONVERSATIONS.json --uri bolt://HOST:7687 --username neo4j --password …    adds users there
    python -m tests.benchmarks.recall CONVERSATIONS.json --facts FOLDER        conversations with facts: messages, facts, and both
    python -m tests.benchmarks.recall CONVERSATIONS.json MORE.json --cv        weights chosen for each conversation on all others

`tests/benchmarks/conversations.py` tells what such files hold; there are none in this project. Every conversation is one user and
every session one run, stored without a language model: messages word for word, facts as they are given.

`as it is` is what the client answers. The other rows rank the same candidates again, each without one part of the ranking. Without
the page, newer states of a matter do not take the places of older ones, and doubles stay. Two rows search anew, because they change
the candidates: `graph off`, and `all words in the query`, where names and other words that most memories hold are embedded with the
rest. The change of R@10 is paired, question by question, and told with its standard error; columns of kinds of questions tell R@10.
Figures are percent.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from graphmem import MemoryClient
from graphmem._sync.flows import search as flow
from graphmem.model.changes import Create
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Candidate
from graphmem.model.walk import Walk
from graphmem.search import page
from graphmem.search.page import arranged
from graphmem.search.ranking import Question, Ranked, Weights, rank
from tests.benchmarks.conversations import MEASURES, Conversation, facts_of, load, measures, stored
from tests.benchmarks.large_store import server

_DEPTH = 30
_AS_IT_IS, _R10 = "as it is", MEASURES.index("R@10")
# With these values a weight counts nothing; with 0, or an empty window, if it is not here.
_NEUTRAL: Mapping[str, Mapping[str, Any]] = {
    "words": {"words": 0.0, "meaning": 1.0},
    "meaning": {"meaning": 0.0, "words": 1.0},
    "other_person": {"other_person": 1.0},
    "other_role": {"other_role": 1.0},
}
# What is tried in place of the weights as they are; of what is equally good, what comes first is taken: what differs least from them.
_GRID = sorted(
    (
        {"words": words, "meaning": round(1 - words, 2), "other_person": person, "other_role": role, "length": length}
        for words, person, (role, length) in product(
            (0.45, 0.55, 0.65), (0.35, 0.5, 0.65), ((0.7, 0.5), (0.55, 0.5), (0.85, 0.5), (0.7, 0.0), (0.7, 1.0))
        )
    ),
    key=lambda changed: sum(getattr(Weights(), name) != value for name, value in changed.items()),
)
# What can't change an order is left out. So is `graph`: the row `graph off` finds no candidates by it either.
_ABLATED = [name for name in (each.name for each in fields(Weights)) if name not in ("graph", "scale")]

Figures: TypeAlias = npt.NDArray[np.float64]


@dataclass(slots=True)
class Measured:
    """The figures of one conversation, by variant and question. `reachable`: what share of the turns that answer it any memory tells."""

    id: str
    kinds: list[str]
    reachable: list[float] = field(default_factory=list)
    rows: dict[str, list[Figures]] = field(default_factory=dict)

    def figures(self, variant: str = _AS_IT_IS) -> Figures:
        """Shape (questions, measures)."""
        return np.array(self.rows[variant])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--facts", type=Path, metavar="FOLDER", help="of files facts-<id of a conversation>.json")
    parser.add_argument("--conversations", type=int, help="of each file, the first of them")
    parser.add_argument("--cv", action="store_true", help="cross-validated weights instead of the ablations")
    parser.add_argument("--neo4j", metavar="VERSION", help="of the server to start")
    parser.add_argument("--uri", help="of a Neo4j that runs")
    parser.add_argument("--username", default="neo4j")
    parser.add_argument("--password", default="")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings: dict[str, Any] = {"store": str(folder / "recall.db")}
        if given.neo4j:
            settings = stack.enter_context(server(given.neo4j, folder))
        elif given.uri:
            settings = {"store": given.uri, "username": given.username, "password": given.password}
        client = stack.enter_context(MemoryClient(**settings, llm="offline", embedder="local"))
        # Its vectors are those of the store from now on.
        client.add("Hello.", user_id="recall", infer=False)
        sets: dict[str, list[Measured]] = {}
        for path in given.files:
            conversations = load(path)[: given.conversations]
            if given.facts:
                conversations = [each for each in conversations if facts_of(given.facts, each)]
            for name, how in _kinds_of_memories(given.facts):
                title = f"{path.stem}, {name}"
                sets[title] = [_measure(client, each, how(each), given.cv) for each in conversations]
                print("\n".join(_table(title, sets[title])), flush=True)
        client.delete_all(user_id="recall")
    if given.cv:
        print("\n".join(_cross_validated(sets)))


def _kinds_of_memories(facts: Path | None) -> list[tuple[str, Callable[[Conversation], dict[str, Any]]]]:
    """What is stored of a conversation: name and arguments of `stored`."""
    if facts is None:
        return [("messages", lambda _: {})]
    return [
        ("messages", lambda _: {}),
        ("facts", lambda each: {"messages": False, "facts": facts_of(facts, each)}),
        ("facts and messages", lambda each: {"facts": facts_of(facts, each)}),
    ]


class _Recorder:
    """Ranks as a search does, and keeps what it was given. `memories`: all there are, by id."""

    def __init__(self, memories: Mapping[str, StoredMemory]) -> None:
        self.memories = memories
        self.candidates: Sequence[Candidate] = ()
        self.question = Question("")

    def __call__(self, candidates: Sequence[Candidate], question: Question) -> list[Ranked]:
        self.candidates, self.question = candidates, question
        return rank(candidates, question)

    def ranked(self, weights: Weights = Weights()) -> list[Ranked]:
        return rank(self.candidates, self.question, weights)

    def order(self, weights: Weights = Weights()) -> list[str]:
        return _ids(arranged(self.ranked(weights), self.memories, _DEPTH))


def _ids(ranked: Sequence[Ranked]) -> list[str]:
    return [hit.candidate.id for hit in ranked[:_DEPTH]]


def _measure(client: MemoryClient, conversation: Conversation, what: Mapping[str, Any], cv: bool) -> Measured:
    user = f"recall-{conversation.id}"
    client.delete_all(user_id=user)
    memories, turns = _load(client, conversation, user, what)
    found = Measured(conversation.id, [question.kind for question in conversation.questions])
    recorder = _Recorder(memories)
    everything = frozenset[str]().union(*turns.values())
    # The words of a memory are split once, not for each variant.
    with patch.object(flow, "rank", recorder), patch.object(page, "stems", cache(page.stems)):
        for question in conversation.questions:
            orders = _orders(client, question.text, user, recorder, cv)
            found.reachable.append(len(everything & question.evidence) / len(question.evidence))
            for name, ids in orders.items():
                row = measures((turns[id] for id in ids), question.evidence)
                found.rows.setdefault(name, []).append(row)
    client.delete_all(user_id=user)
    return found


def _load(
    client: MemoryClient, conversation: Conversation, user: str, what: Mapping[str, Any]
) -> tuple[dict[str, StoredMemory], dict[str, frozenset[str]]]:
    """All memories by id, and by id the turns that each tells."""
    parts = client._parts
    memories: dict[str, StoredMemory] = {}
    turns: dict[str, frozenset[str]] = {}
    embed = partial(parts.embed, writing=True)
    for name, session in conversation.sessions.items():
        here = {turn.id for turn in session}
        facts = [fact for fact in what.get("facts", ()) if fact["turns"][0] in here]
        scope = Scope(user_id=user, run_id=f"{user}-{name}")
        row = stored(session, scope, embed, messages=what.get("messages", True), facts=facts)
        parts.store().apply([row.changes])
        created = (change.memory for change in row.changes.changes if isinstance(change, Create))
        memories |= {memory.id: memory for memory in created}
        turns |= row.turns
    return memories, turns


def _orders(client: MemoryClient, query: str, user: str, recorder: _Recorder, cv: bool) -> dict[str, list[str]]:
    """Variant → ids of what is found, best first."""

    def search() -> list[str]:
        return [hit["id"] for hit in client.search(query, user_id=user, top_k=_DEPTH)]

    found = search()
    # The other rows would not be of this search.
    if recorder.order() != found:
        raise RuntimeError(f"ranked once more, {query!r} finds something else than the client does")
    orders = {_AS_IT_IS: found}
    if cv:
        return orders | {str(n): recorder.order(replace(Weights(), **changed)) for n, changed in enumerate(_GRID)}
    orders |= {f"without {name}": recorder.order(_without(name)) for name in _ABLATED}
    orders["without page"] = _ids(recorder.ranked())
    with patch.object(flow, "commonplace", lambda *_: frozenset()):
        orders["all words in the query"] = search()
    with patch.object(flow, "start", lambda *_: Walk()):
        search()
        orders["graph off"] = recorder.order(_without("graph"))
    return orders


def _without(name: str) -> Weights:
    weights = Weights()
    return replace(weights, **_NEUTRAL.get(name, {name: type(getattr(weights, name))()}))


def _table(title: str, measured: Sequence[Measured]) -> Iterator[str]:
    kinds = np.array([kind for each in measured for kind in each.kinds])
    every = {
        name: np.concatenate([each.figures(name) for each in measured])
        for name in measured[0].rows
        if not name.isdigit()
    }
    base = every[_AS_IT_IS]
    names = sorted(set(kinds))
    told = 100 * np.mean([share for each in measured for share in each.reachable])
    yield f"\n{title}: {len(measured)} conversations, {len(kinds)} questions, {told:.1f} % of what answers them is told"
    yield f"| | n | {' | '.join(MEASURES)} |"
    yield "|---" * (2 + len(MEASURES)) + "|"
    for name, chosen in [("all", np.full(len(kinds), True)), *((name, kinds == name) for name in names)]:
        yield f"| {name} | {chosen.sum()} | {_percents(base[chosen].mean(axis=0))} |"
    yield f"\n| | {' | '.join(MEASURES)} | change of R@10 | {' | '.join(names)} |"
    yield "|---" * (2 + len(MEASURES) + len(names)) + "|"
    same = [name for name, rows in every.items() if name != _AS_IT_IS and np.array_equal(rows, base)]
    for name, rows in every.items():
        if name in same:
            continue
        changes = rows[:, _R10] - base[:, _R10]
        change = f"{100 * changes.mean():+.1f} ± {_error(changes):.1f}" if name != _AS_IT_IS else ""
        by_kind = _percents([rows[kinds == kind, _R10].mean() for kind in names])
        yield f"| {name} | {_percents(rows.mean(axis=0))} | {change} | {by_kind} |"
    if same:
        yield f"The same as it is: {', '.join(same)}"
    each = [100 * one.figures()[:, _R10].mean() for one in measured]
    yield f"R@10 of conversations {min(each):.1f} to {max(each):.1f}, standard deviation {np.std(each):.1f}"


def _percents(shares: Iterable[float]) -> str:
    return " | ".join(f"{100 * share:.1f}" for share in shares)


def _error(changes: Figures) -> float:
    """The standard error of the mean, in percent."""
    return float(100 * changes.std(ddof=1) / np.sqrt(len(changes)))


def _cross_validated(sets: Mapping[str, Sequence[Measured]]) -> Iterator[str]:
    """Each conversation with the weights of the grid that do best on all others; each set counts alike."""
    # Of each set: (conversations, settings).
    means = {
        title: np.array([[each.figures(str(n))[:, _R10].mean() for n in range(len(_GRID))] for each in measured])
        for title, measured in sets.items()
    }
    yield f"\nCross-validated over {len(_GRID)} settings: R@10 with weights chosen on the other conversations"
    yield "| | cross-validated | as it is | settings, worst to best | conversations |"
    yield "|---" * 5 + "|"
    chosen = Counter[int]()
    for title, measured in sets.items():
        figures, plain = [], []
        for left_out, each in enumerate(measured):
            kept = [np.delete(rows, left_out, axis=0) if name == title else rows for name, rows in means.items()]
            best = int(np.argmax(np.mean([rows.mean(axis=0) for rows in kept if len(rows)], axis=0)))
            chosen[best] += 1
            figures.append(each.figures(str(best))[:, _R10])
            plain.append(each.figures()[:, _R10])
        settings = [
            np.concatenate([each.figures(str(n))[:, _R10] for each in measured]).mean() for n in range(len(_GRID))
        ]
        spread = [100 * rows.mean() for rows in figures]
        yield (
            f"| {title} | {_percents([np.concatenate(figures).mean(), np.concatenate(plain).mean()])} "
            f"| {100 * min(settings):.1f} to {100 * max(settings):.1f} "
            f"| {min(spread):.1f} to {max(spread):.1f}, standard deviation {np.std(spread):.1f} |"
        )
    for setting, times_chosen in chosen.most_common():
        yield f"chosen {times_chosen} times: {_GRID[setting]}"


if __name__ == "__main__":
    main()
