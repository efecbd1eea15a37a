"""Recall of the evidence with the weights as they are and with one of them less; the bar that it must reach; and golden orders."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

from graphmem.search.ranking import Weights
from tests.search.corpus.asking import Asked
from tests.search.corpus.corpus import FOLDER, Question

DEPTHS = (5, 10)
OVERALL = "overall"
BAR, GOLDEN = FOLDER / "bar.json", FOLDER / "golden.json"
# With fewer questions each of them would be worth more than a tenth.
_LEAST_QUESTIONS = 10
_GOLDEN_DEPTH = 6
# Scores closer than this may change places where vectors are multiplied in another order.
_NEAR_TIE = 0.001
_FACTORS = frozenset({"other_person", "other_subject", "other_role"})

# Kind of question, or OVERALL → "recall@5" and "recall@10" in percent.
Figures = dict[str, dict[str, float]]


def figures(answers: Iterable[tuple[Question, Sequence[str]]]) -> Figures:
    """Means over the questions, overall and of each kind that has enough of them."""
    kinds: dict[str, list[tuple[Question, Sequence[str]]]] = defaultdict(list)
    for question, ids in answers:
        kinds[OVERALL].append((question, ids))
        kinds[question.kind].append((question, ids))
    return {
        kind: {
            f"recall@{depth}": round(100 * sum(question.recall(ids, depth) for question, ids in rows) / len(rows), 1)
            for depth in DEPTHS
        }
        for kind, rows in kinds.items()
        if len(rows) >= _LEAST_QUESTIONS
    }


def ranked(corpus: Iterable[Asked], weights: Weights) -> Figures:
    return figures((asked.question, asked.order(weights)) for asked in corpus)


def weakened(weights: Weights, share: float) -> Iterator[tuple[str, Weights]]:
    """By name, each weight with this share of its effect and the others as they are. A tuple is weakened one by one and as a whole."""
    for name in sorted({field.name for field in fields(weights)} - {"scale"}):
        weight = getattr(weights, name)
        if isinstance(weight, tuple):
            for index, one in enumerate(weight):
                yield f"{name}[{index}]", _with(weights, name, (*weight[:index], one * share, *weight[index + 1 :]))
            yield name, _with(weights, name, tuple(one * share for one in weight))
        else:
            # A factor of 1 has no effect.
            yield name, _with(weights, name, 1 - (1 - weight) * share if name in _FACTORS else weight * share)


def _with(weights: Weights, name: str, weight: Any) -> Weights:
    return replace(weights, **{name: weight})


def bar() -> Figures:
    """The least figures that are good enough."""
    least: Figures = json.loads(BAR.read_text(encoding="utf-8"))
    return least


def shortfalls(measured: Figures, least: Figures) -> list[str]:
    """What is below the bar, for people."""
    return [
        f"{kind}: {depth} is {measured[kind][depth]}, not {figure} at least"
        for kind, row in least.items()
        for depth, figure in row.items()
        if measured[kind][depth] < figure
    ]


def golden() -> dict[str, list[str]]:
    """Text of a question → the ids that come first, in order."""
    orders: dict[str, list[str]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return orders


def firm_order(asked: Asked, weights: Weights) -> list[str]:
    """The first ids, up to where the order hangs on less than rounding could change."""
    hits = asked.hits(weights)[: _GOLDEN_DEPTH + 1]
    order = []
    for hit, following in pairwise(hits):
        if hit.score - following.score < _NEAR_TIE:
            break
        order.append(hit.candidate.id)
    return order


def golden_changes(corpus: Iterable[Asked], weights: Weights) -> list[str]:
    """The golden questions whose answers come in another order with these weights."""
    orders = golden()
    return [
        asked.question.text
        for asked in corpus
        if (order := orders.get(asked.question.text)) and asked.order(weights)[: len(order)] != order
    ]
