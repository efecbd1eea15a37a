"""Writes to stdout and stderr: JSON for programs, tables on a terminal, tab-separated lines for pipes.

Only tables need rich, which is slow to import: it is imported where a table is made.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphmem.cli.harmless import harmless, harmless_json
from graphmem.cli.wording import Json, local, speech, whose
from graphmem.history.wordings import compared

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from graphmem import Diff


# The length of a UUID. An id must not be wrapped, or it can't be copied from the terminal.
_ID_WIDTH = 36
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_WORDS = re.compile(r"\S+\s*")
# Comparing longer texts takes long, and nobody reads the result.
_MOST_COMPARED = 2_000


# What happened → its colour, also told by the word itself.
EVENTS = {
    "ADD": "green",
    "UPDATE": "yellow",
    "DELETE": "red",
    "NONE": "dim",
    "added": "green",
    "changed": "yellow",
    "removed": "red",
}


def complain(message: str) -> None:
    """Write an error, as one line on stderr."""
    coloured = sys.stderr.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    note(message, "\x1b[31mError:\x1b[0m " if coloured else "Error: ")


def note(message: str, before: str = "") -> None:
    """Write a remark for people to stderr: on stdout, programs would take it for data. `before`: our own words in front of it."""
    sys.stderr.write(f"{before}{harmless(message)}\n")
    sys.stderr.flush()


def document(value: Any) -> None:
    """Write a command's one JSON document."""
    # ASCII escapes are valid JSON in every encoding.
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(harmless_json(json.dumps(value, ensure_ascii=not unicode, indent=2)) + "\n")


def on_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def text(found: str) -> None:
    """Write a text of several lines as it is."""
    for line in found.split("\n"):
        _write(harmless(line))


def console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def lines(rows: Iterable[Sequence[str]]) -> None:
    """Write one row a line with cells separated by tabs, for cut, grep and awk."""
    for row in rows:
        # Line breaks and tabs within a cell become spaces: they would look like another row or cell.
        _write("\t".join(" ".join(harmless(cell).split()) for cell in row))


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows: a table on a terminal, tab-separated lines elsewhere."""
    if not on_terminal():
        lines(rows)
        return
    from rich.text import Text

    shown = _borderless(*titles)
    for row in rows:
        shown.add_row(*(Text(harmless(cell)) for cell in row))
    console().print(shown)


def pairs(rows: Iterable[tuple[str, str]]) -> None:
    """Write names and values, one pair a line; pairs without a value are left out."""
    filled = [(name, value) for name, value in rows if value]
    if not on_terminal():
        for name, value in filled:
            _write(f"{name}: {harmless(value)}")
        return
    from rich.table import Table
    from rich.text import Text

    shown = Table.grid(padding=(0, 2, 0, 0))
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, value in filled:
        shown.add_row(name, Text(harmless(value)))
    console().print(shown)


def memories(
    rows: Sequence[Json], extra: Mapping[str, Sequence[str]] | None = None, weak: Collection[str] = ()
) -> None:
    """Write memories with their ids, and with scores if they have any.

    Args:
        extra: id → more lines to show with the memory. weak: ids of those that are marked as weak hits.
    """
    extra = extra or {}
    scored = any("score" in row for row in rows)
    if not on_terminal():
        lines(
            (
                row["id"],
                *([f"{row['score']:.2f}"] if scored else []),
                row["memory"],
                ", ".join(whose(row)),
                local(row["created_at"]),
                *extra.get(row["id"], ()),
                *(["weak"] if row["id"] in weak else []),
            )
            for row in rows
        )
        return
    from rich.text import Text

    shown = _borderless()
    if scored:
        shown.add_column("Score", no_wrap=True)
    shown.add_column("Memory", min_width=_ID_WIDTH, overflow="fold")
    shown.add_column("Whose", overflow="fold")
    shown.add_column("When", overflow="fold")
    for row in rows:
        style, mark = ("dim", "\nweak") if row["id"] in weak else ("", "")
        memory = (row["memory"], row["id"], *_tags(row), *extra.get(row["id"], ()))
        cells = (_stack(memory, style), Text(harmless("\n".join(whose(row)))), local(row["created_at"]))
        shown.add_row(*([f"{row['score']:.2f}{mark}"] if scored else []), *cells, style=style)
    console().print(shown)


def events(rows: Sequence[tuple[str, str, str]]) -> None:
    """Write what became of memories: event, id and text of each. On a terminal the id has a line of its own, so that it is whole."""
    if not on_terminal():
        lines(rows)
        return
    shown = _borderless()
    shown.add_column("Event", no_wrap=True)
    shown.add_column("Memory", min_width=_ID_WIDTH, overflow="fold")
    for event, id, text in rows:
        shown.add_row(_event(event), _stack((text, id)) if text else _stack((id,), "dim"))
    console().print(shown)


def history(versions: Sequence[Json]) -> None:
    """Write the versions of one memory."""
    rows = []
    for version in versions:
        text = version["old_memory"] if version["new_memory"] is None else version["new_memory"]
        rows.append((local(version["updated_at"]), version["event"], version["id"], text, *speech(version["input"])))
    if not on_terminal():
        lines(rows)
        return
    shown = _borderless()
    shown.add_column("When", no_wrap=True)
    shown.add_column("Event", no_wrap=True)
    shown.add_column("Memory and version", min_width=_ID_WIDTH, overflow="fold")
    for (when, event, id, text, *messages), version in zip(rows, versions, strict=True):
        cell = _stack((text, id, *messages), "strike" if event == "DELETE" else "")
        if event == "UPDATE" and version["old_memory"]:
            cell = _changed(version["old_memory"], text).append(_stack(("", id, *messages)))
        shown.add_row(when, _event(event), cell)
    console().print(shown)


def changes(difference: Diff) -> None:
    """Write what was added, changed and removed."""
    rows = [
        *(("added", memory["id"], memory["memory"], "") for memory in difference["added"]),
        *(
            ("changed", pair["after"]["id"], pair["after"]["memory"], pair["before"]["memory"])
            for pair in difference["changed"]
        ),
        *(("removed", memory["id"], "", memory["memory"]) for memory in difference["removed"]),
    ]
    if not on_terminal():
        lines(rows)
        return
    shown = _borderless()
    shown.add_column("What", no_wrap=True)
    shown.add_column("Memory", min_width=_ID_WIDTH, overflow="fold")
    for what, id, now, before in rows:
        text = _changed(before, now) if now and before else _stack((now or before,), "" if now else "strike")
        shown.add_row(_event(what), text.append(_stack(("", id))))
    console().print(shown)


def _borderless(*titles: str) -> Table:
    from rich.table import Table

    return Table(*titles, box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))


def _event(name: str) -> Text:
    from rich.text import Text

    return Text(name, style=EVENTS.get(name, ""))


def _changed(before: str, after: str) -> Text:
    """The new text, with what went struck through and what came underlined: they differ without colour, too."""
    from rich.text import Text

    one, other = (_WORDS.findall(harmless(text)) for text in (before, after))
    found = Text()
    if len(one) + len(other) > _MOST_COMPARED:
        return found.append(harmless(before), style="red strike").append("\n").append(harmless(after), style="green")
    for kept, gone, came in compared(one, other):
        if gone and not kept:
            found.append("".join(gone).strip(), style="red strike").append(" ")
        found.append("".join(came), style="" if kept else "green underline")
    return found


def _stack(lines: Sequence[str], style: str = "") -> Text:
    """A cell of several lines: the first in this style, the others dim."""
    from rich.text import Text

    # A line without text in it would look like the end of the memory.
    first, *others = (_BLANK.sub("\n", harmless(line).rstrip("\n")) for line in lines)
    cell = Text().append(first, style=style)
    for line in others:
        cell.append(f"\n{line}", style="dim")
    return cell


def _tags(row: Json) -> list[str]:
    return [", ".join(row["categories"])] if row["categories"] else []


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere: a function that takes how much is done, and of how much."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
