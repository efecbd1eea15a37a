"""The command import: a chat transcript into memories, window by window."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import export, output
from graphmem.cli.options import Agent, App, AsJson, Run, Store, User, connect, scope
from graphmem.errors import GraphMemError
from graphmem.model import times

if TYPE_CHECKING:
    from graphmem import MemoryClient
    from graphmem.cli.importing.journal import Journal
    from graphmem.cli.importing.transcript import Transcript


# Enough turns to tell what "it" and "there" mean, few enough that a model's answer holds all facts in them, and that
# a failure costs little: what one window says is stored together or not at all.
WINDOW = 20
# Windows in a transaction, which are read side by side: more of them, and more would have to be read again after Ctrl-C.
TOGETHER = 8


def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="JSON or JSON lines.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    no_infer: Annotated[
        bool, typer.Option("--no-infer", help="Store every message as it stands instead of the facts in it.")
    ] = False,
    window: Annotated[
        int, typer.Option("--window", metavar="N", min=1, help="Messages that are read together.", show_default=True)
    ] = WINDOW,
    again: Annotated[bool, typer.Option("--again", help="From the start, even if it was imported before.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Remember a chat transcript, or take over what export wrote.

    FILE holds messages with role, content and optionally name and timestamp (ISO 8601 or seconds since the epoch):
    a JSON list, {"messages": [...]}, or one message a line. All of it is checked before anything is stored.
    Messages more than six hours apart are never read together.

    A file that export wrote is told by its first line; what is there already stays as it is.

    If it is interrupted, the same command continues where it stopped and stores nothing twice.

    Examples:
      graphmem import chat.json --user alice
      graphmem import chat.jsonl --user alice --agent tutor --run monday
      graphmem import all.jsonl --store bolt://127.0.0.1:7687
    """
    from graphmem.cli.importing import transcript
    from graphmem.cli.importing.journal import Journal, key
    from graphmem.model.memory import Scope

    if export.is_export(file):
        if scope(user, agent, app, run):
            ctx.fail("an export holds whose its memories are: leave out --user, --agent, --app and --run")
        export.import_export(file, store, as_json)
        return
    ids = scope(user, agent, app, run, needed_by=ctx)
    found = transcript.read(file)
    with connect(store) as client:
        owner = Scope(**{name: value.strip() for name, value in ids.items()}).key
        journal = Journal(*key(client.info().id, found.digest, owner, (not no_infer, window)))
        if again:
            journal.path.unlink(missing_ok=True)
        try:
            report = _import(client, found, ids, window, journal, infer=not no_infer)
        except (KeyboardInterrupt, GraphMemError):
            if done := journal.read().done:
                output.note(f"{done} of {len(found.turns)} messages are in; the same command continues there.")
            raise
    if as_json:
        output.document(report)
    else:
        _tell(report)


def _import(
    client: MemoryClient, found: Transcript, ids: dict[str, Any], size: int, journal: Journal, *, infer: bool
) -> dict[str, Any]:
    """Remembers what the journal does not know yet, and says what became of it."""
    from graphmem.cli.importing import transcript

    progress = before = journal.read()
    events: Counter[str] = Counter()
    if before.finished_at is None:
        # Before the first window: its time of start must outlive a kill.
        journal.write(progress)
        windows = [each for each in transcript.windows(found.turns, size) if each.end > before.done]
        with _bar(len(found.turns), before.done) as advance:

            def told(done: int) -> None:
                nonlocal progress
                progress = replace(progress, done=windows[done - 1].end)
                journal.write(progress)
                advance(progress.done)

            added = client.add_many(
                [
                    {
                        "messages": [turn.message for turn in window.turns],
                        "timestamp": window.said_at or before.started_at,
                    }
                    for window in windows
                ],
                **ids,
                infer=infer,
                chunk_size=TOGETHER,
                progress=told,
            )
        events.update(row["event"] for each in added["results"] for row in each["results"])
        journal.write(replace(progress, finished_at=times.now().isoformat()))
    return {
        "messages": len(found.turns),
        "empty_messages": found.empty,
        "already_imported": before.done,
        "imported_at": before.finished_at,
        "events": {event: events[event] for event in ("ADD", "UPDATE", "DELETE", "NONE")},
    }


def _tell(report: dict[str, Any]) -> None:
    events = report["events"]
    if report["imported_at"] is not None:
        output.note(
            f"Nothing new: this file was imported on {output.local(report['imported_at'])}. "
            "--again reads it once more, should its memories be gone."
        )
        return
    resumed = f", {report['already_imported']} of them by an earlier run" if report["already_imported"] else ""
    empty = f" ({report['empty_messages']} more have no text)" if report["empty_messages"] else ""
    changed = [f"{events[event]} {word}" for event, word in (("UPDATE", "updated"), ("DELETE", "withdrawn"))]
    output.pairs(
        [
            ("Messages", f"{report['messages']} read{resumed}{empty}"),
            (
                "Memories",
                ", ".join(
                    [
                        f"{events['ADD']} added",
                        *(each for each in changed if not each.startswith("0 ")),
                        f"{events['NONE']} known already",
                    ]
                ),
            ),
        ]
    )
    if not events["ADD"] and not any(events.values()):
        output.note("No facts were found. --no-infer stores messages as they stand.")
    elif set(+Counter(events)) == {"NONE"}:
        output.note("Nothing new.")


@contextmanager
def _bar(total: int, done: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Messages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, completed=done)
        yield lambda end: bar.update(task, completed=end)
