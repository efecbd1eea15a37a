"""Answers in a notebook and in a terminal's `repr`; and that they are plain dicts and lists for everybody else."""

from __future__ import annotations

import ast
import copy
import json
import pickle
from typing import Any
from xml.etree import ElementTree

import pytest

from graphmem import MemoryClient
from graphmem.dialect.shown import MOST_ROWS, Answer, Answers, shown

HOSTILE = "</td></table><script>alert('1')</script>\u2028\"&\u202e"
ROW = {"id": "m1", "memory": HOSTILE, "user_id": "alex", "agent_id": None, "metadata": {"a": {"b": [1]}}, "score": 0.5}


def cells(answer: Any) -> list[str]:
    """The texts of the table, read as XML: what is not escaped breaks it, or is missing here."""
    table = ElementTree.fromstring(f"<div>{answer._repr_html_()}</div>")
    return ["".join(cell.itertext()) for cell in table.iter() if cell.tag in ("th", "td", "i", "li")]


@pytest.mark.parametrize(
    "given",
    [ROW, [ROW, ROW], [], [[ROW], [ROW]], {"results": [ROW], "relations": []}, {"message": "Done", "deleted": 0}],
)
def test_an_answer_is_what_it_was(given: Any) -> None:
    answer = shown(given)
    assert answer == given
    assert isinstance(answer, (Answer, Answers))
    assert json.loads(json.dumps(answer)) == given
    assert ast.literal_eval(repr(answer)) == given
    assert copy.deepcopy(answer) == copy.copy(answer) == answer.copy() == given
    assert type(pickle.loads(pickle.dumps(answer))) is type(given)


@pytest.mark.parametrize("given", ["text", None, 3, ("a",), ["a", "b"]])
def test_other_values_stay_themselves(given: Any) -> None:
    assert shown(given) is given


def test_texts_are_texts_in_a_notebook() -> None:
    assert HOSTILE in cells(shown([ROW]))
    assert HOSTILE in cells(shown(ROW))
    assert "<script" not in shown({"results": [ROW]})._repr_html_()
    assert "<script" not in shown([{"<script>": "x"}, {"memory": ["<script>"]}])._repr_html_()


def test_a_table_leaves_out_what_has_no_value_and_puts_the_id_last() -> None:
    assert cells(shown([ROW]))[:5] == ["score", "memory", "user id", "metadata", "id"]
    assert "0.50" in cells(shown([ROW]))


def test_a_history_shows_what_changed() -> None:
    rows = [
        {"id": "v1", "event": "ADD", "old_memory": None, "new_memory": "Lives in <Porto>"},
        {"id": "v2", "event": "UPDATE", "old_memory": "Lives in <Porto>", "new_memory": "Lives in Rome now"},
        {"id": "v3", "event": "DELETE", "old_memory": "Lives in Rome now", "new_memory": None},
    ]
    html = shown(rows)._repr_html_()
    assert "Lives in <del>&lt;Porto&gt;</del><ins>Rome now</ins>" in html
    assert "<del>Lives in Rome now</del>" in html


def test_a_long_list_is_cut_in_a_notebook_only() -> None:
    rows = [{"id": str(n)} for n in range(MOST_ROWS + 7)]
    assert cells(shown(rows))[-1] == "and 7 more"
    assert ast.literal_eval(repr(shown(rows))) == rows


def test_every_call_answers_so() -> None:
    with MemoryClient(":memory:", llm="offline") as client:
        added = client.add("I am here", user_id="alex", infer=False)
        id = added["results"][0]["id"]
        answers = [
            added,
            client.get(id),
            client.get_all(page=1),
            client.search("here"),
            client.history(id),
            client.users(),
        ]
        for answer in answers:
            assert "I am here" in repr(answer) or "alex" in repr(answer)
            assert "<table" in answer._repr_html_()  # type: ignore[attr-defined]
        assert "<table" in client.search("here", output_format="v1.0")[0]._repr_html_()  # type: ignore[attr-defined]
