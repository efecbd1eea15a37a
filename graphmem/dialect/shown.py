"""Answers that show themselves: dicts and lists, equal to plain ones, with a `repr` that reads well and a table in a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pprint import pformat
from typing import Any, cast

from graphmem.history.wordings import compared

# A table of more rows is slow to draw and is not read; more lines of text neither.
MOST_ROWS = 100
_WIDTH = 120
# Comparing longer texts word by word takes long, and nobody reads the result.
_LONGEST_COMPARED = 20_000
_WORDS = re.compile(r"\s+|\S+")
# Of a table's columns, these first; the machine's own not at all.
_FIRST = ("score", "event", "memory", "new_memory", "name", "source", "relationship", "target", "content")
_NOT_IN_TABLES = frozenset({"hash", "explain", "old_memory", "memory_id"})
_TABLE = "<table style='white-space:pre-wrap;overflow-wrap:anywhere'>"
# On each cell: notebooks set numbers and texts alike to the right.
_STYLE = "text-align:left;vertical-align:top;max-width:40em"


class Answer(dict[str, Any]):
    """A dict that shows itself."""

    def __repr__(self) -> str:
        return pformat(plain(self), width=_WIDTH, sort_dicts=False)

    def _repr_html_(self) -> str:
        rows = [(_heading(name), _shown(name, value)) for name, value in self.items() if _said(value)]
        return _TABLE + "".join(f"<tr><th style='{_STYLE}'>{name}</th>{cell}</tr>" for name, cell in rows) + "</table>"

    # A copy is an answer, too; a pickle is read where graphmem is not installed.
    def copy(self) -> Answer:
        return Answer(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class Answers(list[Any]):
    """A list of answers that shows itself."""

    def __repr__(self) -> str:
        # Setting many rows in lines takes seconds.
        return (
            list.__repr__(plain(self))
            if len(self) > MOST_ROWS
            else pformat(plain(self), width=_WIDTH, sort_dicts=False)
        )

    def _repr_html_(self) -> str:
        if not self:
            return "<i>nothing</i>"
        if not all(isinstance(row, Mapping) for row in self):
            return f"<ol>{''.join(f'<li>{_inner(row)}</li>' for row in self[:MOST_ROWS])}</ol>{_more(self)}"
        return _table(self[:MOST_ROWS]) + _more(self)

    def copy(self) -> Answers:
        return Answers(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


def shown(value: Any) -> Any:
    """The same answer, in which each dict and list that holds dicts shows itself."""
    if type(value) is dict:
        answer = Answer(value)
        for name, part in value.items():
            # A caller's metadata stays what it was; only rows within an answer show themselves.
            if type(part) is list and part and type(part[0]) is dict:
                answer[name] = shown(part)
        return answer
    if type(value) is list and value and type(value[0]) in (dict, list):
        return Answers(map(shown, value))
    return Answers(value) if type(value) is list and not value else value


def plain(value: Any) -> Any:
    """The same answer in dicts and lists of Python's own."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = dict.fromkeys(name for row in rows for name, value in row.items() if _said(value))
    columns = sorted(
        (name for name in names if name not in _NOT_IN_TABLES or not names.keys() - _NOT_IN_TABLES),
        # Ids last: they are for copying, not for reading.
        key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name == "id"),
    )
    head = "".join(f"<th style='{_STYLE}'>{_heading(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(_cell(row, name) for name in columns)}</tr>" for row in rows)
    return f"{_TABLE}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(row: Mapping[str, Any], name: str) -> str:
    before, after = row.get("old_memory"), row.get("new_memory")
    if name == "new_memory" and isinstance(before, str):
        told = _difference(before, after) if isinstance(after, str) else f"<del>{escape(before)}</del>"
        return f"<td style='{_STYLE}' dir='auto'>{told}</td>"
    return _shown(name, row.get(name))


def _shown(name: str, value: Any) -> str:
    if name == "score" and isinstance(value, float):
        return f"<td style='{_STYLE}'>{value:.2f}</td>"
    return f"<td style='{_STYLE}' dir='auto'>{_inner(value)}</td>"


def _inner(value: Any) -> str:
    if isinstance(value, (Answer, Answers)):
        return value._repr_html_()
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return escape(", ".join(value))
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def _difference(before: str, after: str) -> str:
    """The new text in HTML, with what went and what came."""
    if len(before) + len(after) > _LONGEST_COMPARED:
        return f"<del>{escape(before)}</del><br><ins>{escape(after)}</ins>"
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    parts = []
    for kept, before_words, after_words in compared(one, other):
        gone, came = escape("".join(before_words)), escape("".join(after_words))
        if kept:
            parts.append(gone)
        else:
            parts += [f"<del>{gone}</del>"] * bool(gone) + [f"<ins>{came}</ins>"] * bool(came)
    return "".join(parts)


def _heading(name: str) -> str:
    return escape({"new_memory": "memory", "input": "what was said"}.get(name, name).replace("_", " "))


def _said(value: Any) -> bool:
    return value not in (None, False, [], {}, "") or (value == 0 and value is not False)


def _more(rows: Iterable[Any]) -> str:
    count = len(cast(Sequence[Any], rows)) - MOST_ROWS
    return f"<i>and {count} more</i>" if count > 0 else ""
