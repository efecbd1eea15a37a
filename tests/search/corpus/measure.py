"""Recall in the corpus as search ranks today, and with each weight off or halved.

    python -m tests.search.corpus.measure                 the table
    python -m tests.search.corpus.measure --questions     and in what place each question finds its evidence
    python -m tests.search.corpus.measure --write         and bar.json and golden.json anew

Cells are recall@5 and recall@10 in percent. --write raises the bar to SLACK below the figures and never lowers it: to lower a
figure, take it out of bar.json first, and say in the commit why less is good enough.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from graphmem.search.ranking import Weights
from tests.search.corpus.asking import Asked, ask_all
from tests.search.corpus.figures import BAR, DEPTHS, GOLDEN, Figures, bar, firm_order, golden, ranked, weakened

# In points: one question of the corpus more or less.
SLACK = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", action="store_true", help="list the places of the evidence")
    parser.add_argument("--write", action="store_true", help="write bar.json and golden.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = ask_all(Path(folder))
    today = ranked(corpus, Weights())
    if options.write:
        write(corpus, today)
    print(table(corpus, today))
    if options.questions:
        print()
        for asked in corpus:
            print(places(asked))


def table(corpus: Sequence[Asked], today: Figures) -> str:
    """One row for each way to rank, one column for each kind of question."""
    kinds = list(today)
    rows = {"today": today, "bar": bar()}
    for label, factor in (("off", 0.0), ("halved", 0.5)):
        for name, weights in weakened(Weights(), factor):
            rows[f"{name} {label}"] = ranked(corpus, weights)
    lines = [" " * 19 + "".join(f"{kind:>19}" for kind in kinds)]
    lines += [f"{name:19}" + "".join(f"{_cell(row.get(kind, {})):>19}" for kind in kinds) for name, row in rows.items()]
    return "\n".join(lines)


def places(asked: Asked) -> str:
    """A question with the place, from 1, of each piece of evidence; "-" for what the store did not find."""
    order = asked.order(Weights())
    evidence = (f"{id}: {order.index(id) + 1 if id in order else '-'}" for id in asked.question.evidence)
    return f"{asked.question.kind:18} {asked.question.text}  ({', '.join(evidence)})"


def write(corpus: Sequence[Asked], today: Figures) -> None:
    """The bar, raised where the figures are better; and the orders of the questions that golden.json has."""
    least = bar()
    raised = {
        kind: {
            depth: max(round(figure - SLACK, 1), least.get(kind, {}).get(depth, 0.0)) for depth, figure in row.items()
        }
        for kind, row in today.items()
    }
    by_text = {asked.question.text: asked for asked in corpus}
    orders = {text: firm_order(by_text[text], Weights()) for text in golden()}
    BAR.write_text(_json_lines(raised), encoding="utf-8")
    GOLDEN.write_text(_json_lines(orders), encoding="utf-8")


def _cell(row: Mapping[str, float]) -> str:
    return " / ".join(f"{row[depth]:.1f}" if depth in row else "-" for depth in (f"recall@{n}" for n in DEPTHS))


def _json_lines(rows: Mapping[str, object]) -> str:
    """A JSON object with one key a line."""
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in rows.items())
    return f"{{\n{lines}\n}}\n"


if __name__ == "__main__":
    main()
