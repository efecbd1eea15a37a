"""How well a search finds sets, single answers and exact words, and what its scores are worth: the questions of tests/search/finding.

    python -m tests.benchmarks.finding                         an embedded store in a temporary folder
    python -m tests.benchmarks.finding --neo4j 2026.08.1       a server of its own
    python -m tests.benchmarks.finding --uri bolt://HOST:7687 --username neo4j --password …    adds users ruth, maria, … to that store
    python -m tests.benchmarks.finding --questions             and what each question found, and what it missed

`graph off` ranks the same candidates with a weight of 0 for the graph.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.benchmarks.large_store import server
from tests.search.finding.asking import Asked, Scored, ask_queries, ask_questions, opened
from tests.search.finding.facts import Question

DEPTH = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", help="of the server to start")
    parser.add_argument("--uri", help="of a Neo4j that runs")
    parser.add_argument("--username", default="neo4j")
    parser.add_argument("--password", default="")
    parser.add_argument("--questions", action="store_true", help="list the questions")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings: dict[str, Any] = {"store": str(folder / "finding.db")}
        if given.neo4j:
            settings = stack.enter_context(server(given.neo4j, folder))
        elif given.uri:
            settings = {"store": given.uri, "username": given.username, "password": given.password}
        with opened(**settings) as stores:
            asked, scored = ask_questions(stores), ask_queries(stores)
    print(
        "\n".join(
            [*_sets(asked), *_singles(asked), *_scores(scored), *_bands(asked, scored), *_thresholds(asked, scored)]
        )
    )
    if given.questions:
        print("\n".join([*_questions(asked), *_queries(scored)]))


def _of(kind: str, asked: Sequence[Asked]) -> list[Asked]:
    return [each for each in asked if each.question.kind == kind]


def _sets(asked: Sequence[Asked]) -> Iterator[str]:
    for kind in ("set", "reworded"):
        sets = _of(kind, asked)
        for name, graph in (("graph on", True), ("graph off", False)):
            found = [_recall(each, graph) for each in sets]
            whole = sum(value == 1 for value in found)
            yield f"{kind} ({len(sets)}), {name:9}: recall within {DEPTH} {statistics.mean(found):.3f}, whole sets {whole}"


def _recall(each: Asked, graph: bool) -> float:
    return each.question.recall(each.order(graph)[:DEPTH])


def _singles(asked: Sequence[Asked]) -> Iterator[str]:
    for kind in ("single", "newcomer"):
        for name, graph in (("graph on", True), ("graph off", False)):
            places = [each.question.place(each.order(graph)) for each in _of(kind, asked)]
            mrr = statistics.mean(0 if place is None else 1 / place for place in places)
            at = {n: statistics.mean(place is not None and place <= n for place in places) for n in (1, 5, 10)}
            shares = ", ".join(f"R@{n} {share:.3f}" for n, share in at.items())
            yield f"{kind} ({len(places)}), {name:9}: MRR {mrr:.3f}, {shares}"


def _scores(scored: Sequence[Scored]) -> Iterator[str]:
    for kind in ("exact", "paraphrase"):
        rows = [each for each in scored if each.query.kind == kind]
        best = [each.best_right for each in rows]
        first = statistics.mean(each.right[:1] == [True] for each in rows)
        yield (
            f"{kind} ({len(rows)}): score of the answer from {min(best):.3f}, median {statistics.median(best):.3f}, "
            f"{statistics.mean(score >= 0.7 for score in best):.2f} of them 0.7 or above, first {first:.3f}"
        )
    for store in ("facts", "messages", "demo"):
        best = [
            each.scores[0] if each.scores else 0.0
            for each in scored
            if (each.query.kind, each.query.store) == ("nonsense", store)
        ]
        above = sum(score > 0.25 for score in best)
        middle = statistics.median(best)
        yield f"nonsense ({len(best)}), {store:8}: best hit up to {max(best):.3f}, median {middle:.3f}, above 0.25: {above}"


def _bands(asked: Sequence[Asked], scored: Sequence[Scored]) -> Iterator[str]:
    """What share of the hits in each tenth of the scores is right; nonsense has no right hits."""
    hits = [(score, right) for each in scored for score, right in zip(each.scores, each.right, strict=True)]
    hits += [(score, id in each.question.answer) for each in asked for id, score in each.hits(True)[:DEPTH]]
    for tenth in range(10):
        band = [right for score, right in hits if tenth == min(9, int(10 * score))]
        least = [right for score, right in hits if score >= tenth / 10]
        if least:
            here = f"{statistics.mean(band):.2f} of {len(band)}" if band else "none"
            yield f"score {tenth / 10:.1f}-{(tenth + 1) / 10:.1f}: right {here}; at or above {statistics.mean(least):.2f} of {len(least)}"


def _thresholds(asked: Sequence[Asked], scored: Sequence[Scored]) -> Iterator[str]:
    """What a threshold leaves of the ten first hits: how many of these and of the very first are right, and what it costs."""
    found = [list(zip(each.scores, each.right, strict=True)) for each in scored]
    found += [[(score, id in each.question.answer) for id, score in each.hits(True)[:DEPTH]] for each in asked]
    nonsense = [each.scores for each in scored if each.query.kind == "nonsense"]
    for threshold in (0.1, 0.3, 0.5, 0.7):
        kept = [[right for score, right in hits if score >= threshold] for hits in found]
        first = [hits[0] for hits in kept if hits]
        every, right = sum(map(sum, kept)), sum(right for hits in found for _, right in hits)
        still = sum(max(scores, default=0) >= threshold for scores in nonsense)
        yield (
            f"threshold {threshold}: first hits right {statistics.mean(first):.2f} of {len(first)}, ten first "
            f"{every / sum(map(len, kept)):.2f} of {sum(map(len, kept))}; right hits left {every} of {right}, "
            f"nonsense with a hit {still} of {len(nonsense)}"
        )


def _questions(asked: Sequence[Asked]) -> Iterator[str]:
    for each in asked:
        order = each.order(True)
        yield f"{_mark(each.question, order)} {each.question.text}"
        if each.question.kind in ("set", "reworded"):
            places = {id: order.index(id) + 1 if id in order else None for id in each.question.answer}
            yield f"      {places}; without the graph {_recall(each, False):.2f}"


def _mark(question: Question, order: Sequence[str]) -> str:
    if question.kind in ("set", "reworded"):
        return f"{question.recall(order[:DEPTH]):.2f}"
    return f"{question.place(order) or '-':>4}"


def _queries(scored: Sequence[Scored]) -> Iterator[str]:
    for each in scored:
        if each.query.kind != "nonsense":
            yield f"{each.best_right:.3f} {each.query.kind} {each.query.store}: {each.query.text}"
        elif each.scores and each.scores[0] > 0.25:
            yield f"{each.scores[0]:.3f} nonsense {each.query.store}: {each.query.text} → {each.texts[0][:60]}"


if __name__ == "__main__":
    main()
