"""The command import: turns a chat transcript into memories, a window of messages at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import export, output, wording
from graphmem.cli.options import Agent, App, AsJson, Run, Store, User, connect, scope
from graphmem.errors import GraphMemError
from graphmem.model import times

if TYPE_CHECKING:
    from graphmem import MemoryClient
    from graphmem.cli.importing.journal import Journal
    from graphmem.dialect.chat_files.transcript import Transcript


# Messages in a window. Enough to show what "it" and "there" mean, but few enough that a model's answer has room for all their
# facts and that a failure costs little: a window is stored as a whole or not at all.
WINDOW = 20
# Windows that are read concurrently and stored in one transaction. After Ctrl-C, up to this many must be read again.
TOGETHER = 8


def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="JSON or JSON lines.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    no_infer: Annotated[
        bool, typer.Option("--no-infer", help="Store every message word for word instead of the facts in it.")
    ] = False,
    window: Annotated[
        int,
        typer.Option(
            "--window", metavar="N", min=1, help="How many messages are read together at most.", show_default=True
        ),
    ] = WINDOW,
    again: Annotated[
        bool, typer.Option("--again", help="Import the whole file, even if it was imported before.")
    ] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Remember a chat, or import a file that export wrote.

    FILE holds messages with role, content and optionally name and timestamp (ISO 8601 or seconds since the epoch):
    a JSON list, {"messages": [...]}, or one message a line. The exports of ChatGPT and Claude, ShareGPT, LangChain's
    messages, Mem0's memories and Graphiti's episodes are recognised. All of it is checked before anything is stored.
    Messages more than six hours apart are never read together. Memories are stored word for word, with their ids
    unless others are given.

    A file that export wrote is recognised by its first line. What the store already holds stays as it is.

    After an interruption, the same command continues where it stopped and stores nothing twice.

    Examples:
      graphmem import chat.json --user alice
      graphmem import chat.jsonl --user alice --agent tutor --run monday
      graphmem import conversations.json --user alice
      graphmem import all.jsonl --store bolt://127.0.0.1:7687
    """
    from graphmem.cli.importing.journal import Journal, key
    from graphmem.dialect.chat_files import transcript
    from graphmem.model.memory import Scope

    if export.is_export(file):
        if scope(user, agent, app, run):
            ctx.fail("an export already says whose memories it holds: leave out --user, --agent, --app and --run")
        export.import_export(file, store, as_json)
        return
    ids = scope(user, agent, app, run)
    if not ids and not transcript.says_whose(file):
        scope(user, agent, app, run, needed_by=ctx)
    chat = transcript.read(file)
    with connect(store, new=True) as client:
        owner = Scope(**{name: value.strip() for name, value in ids.items()}).key
        journal = Journal(*key(client.info().id, chat.digest, owner, (not no_infer, window)))
        if again:
            journal.path.unlink(missing_ok=True)
        try:
            report = _import(client, chat, ids, window, journal, infer=not no_infer)
        except (KeyboardInterrupt, GraphMemError):
            done = journal.read().done
            output.note(
                f"{done or 'None'} of {len(chat.turns)} messages are imported; the same command continues from there."
            )
            raise
    if as_json:
        output.document(report)
    else:
        _report(report)


def _import(
    client: MemoryClient, chat: Transcript, ids: dict[str, Any], size: int, journal: Journal, *, infer: bool
) -> dict[str, Any]:
    """Remember the windows that the journal does not list as done, and return the report."""
    from graphmem.dialect.chat_files import transcript

    progress = before = journal.read()
    events: Counter[str] = Counter()
    secrets = 0
    if before.finished_at is None:
        # Before the first window, because the start time must survive a kill.
        journal.write(progress)
        windows = [window for window in transcript.windows(chat.turns, size) if window.end > before.done]
        with output.bar("Messages") as advance:
            advance(before.done, len(chat.turns))

            def on_progress(done: int) -> None:
                nonlocal progress
                progress = replace(progress, done=windows[done - 1].end)
                journal.write(progress)
                advance(progress.done, len(chat.turns))

            added = client.add_many(
                [{"timestamp": before.started_at, **transcript.given(window, ids=not ids)} for window in windows],
                **ids,
                infer=infer,
                chunk_size=TOGETHER,
                progress=on_progress,
                explain=True,
            )
        secrets = sum(call["explain"]["secrets"] for call in added["results"])
        events.update(row["event"] for call in added["results"] for row in call["results"])
        journal.write(replace(progress, finished_at=times.now().isoformat()))
    return {
        "form": chat.form,
        "conversations": chat.conversations,
        "messages": len(chat.turns),
        "empty_messages": chat.empty,
        "already_imported": before.done,
        "imported_at": before.finished_at,
        "secrets": secrets,
        "events": {event: events[event] for event in ("ADD", "UPDATE", "DELETE", "NONE")},
    }


def _report(report: dict[str, Any]) -> None:
    events = report["events"]
    if report["imported_at"] is not None:
        output.note(
            f"Nothing new: this file was imported on {wording.local(report['imported_at'])}. "
            "--again imports it again, in case its memories were deleted."
        )
        return
    resumed = f", {report['already_imported']} of them by an earlier run" if report["already_imported"] else ""
    empty = f" ({report['empty_messages']} more were passed over: no text)" if report["empty_messages"] else ""
    changed = [f"{events[event]} {word}" for event, word in (("UPDATE", "updated"), ("DELETE", "withdrawn"))]
    output.pairs(
        [
            ("Form", report["form"]),
            ("Messages", f"{report['messages']} read{resumed}{empty}"),
            (
                "Memories",
                ", ".join(
                    [
                        f"{events['ADD']} added",
                        *(count for count in changed if not count.startswith("0 ")),
                        f"{events['NONE']} known already",
                    ]
                ),
            ),
        ]
    )
    if report["secrets"]:
        output.note(wording.left_out(report["secrets"]))
    if not events["ADD"] and not any(events.values()):
        output.note("No facts were found. --no-infer stores messages word for word.")
    elif set(+Counter(events)) == {"NONE"}:
        output.note("Nothing new.")
