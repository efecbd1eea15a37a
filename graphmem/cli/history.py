"""Commands that undo changes, erase for good, and check the store: restore, undo, erase, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from graphmem.cli import output, wording
from graphmem.cli.harmless import harmless
from graphmem.cli.ids import whole_id
from graphmem.cli.memories import confirm
from graphmem.cli.options import Agent, App, AsJson, Run, Store, User, connect, scope


def restore(
    version_id: Annotated[str, typer.Argument(metavar="VERSION", help="Id of a version, as shown by history.")],
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Return a memory to one of its versions. It may have been forgotten since.

    Example:
      graphmem restore 7be6a6c2-53cf-4a4b-8f7e-2a1f1e6a5d10
    """
    with connect(store) as client:
        memory = client.restore(version_id)
    if as_json:
        output.document(memory)
    else:
        typer.echo(f"Restored: {harmless(memory['memory'])}")


def undo(
    event_id: Annotated[
        str,
        typer.Argument(metavar="EVENT", help="Id of a call or of a version that it wrote, as shown by history."),
    ],
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Undo everything that one call changed. An undo can itself be undone.

    Example:
      graphmem undo 7be6a6c2-53cf-4a4b-8f7e-2a1f1e6a5d10
    """
    with connect(store) as client:
        undone = client.undo(event_id)
    if as_json:
        output.document(undone)
    else:
        output.events([(row["event"], row["id"], row["memory"] or "") for row in undone["results"]])
        output.note(f"To undo this: graphmem undo {undone['event_id']}")


def erase(
    ctx: typer.Context,
    memory_id: Annotated[str | None, typer.Argument(metavar="ID", help="One memory.")] = None,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Delete a memory, or all memories of a scope, for good. This can't be undone.

    Their history goes too, and so do the messages, people and things that no other memory needs.

    Examples:
      graphmem erase 3f1c0d9e-5a43-4c3b-9f57-1f0f5b1f7c11
      graphmem erase --user alice
    """
    ids = scope(user, agent, app, run)
    if bool(memory_id) == bool(ids):
        ctx.fail("give either the id of a memory or a scope (--user, --agent, --app, --run)")
    with connect(store) as client:
        memory_id = memory_id and whole_id(client, memory_id)
        if not yes:
            named = memory_id or " and ".join(f"{name.removesuffix('_id')} {value}" for name, value in ids.items())
            confirm(ctx, f"Erase {harmless(named)}, with all history?", "Nothing was erased.")
        erased = client.erase(memory_id, **ids)
    if as_json:
        output.document(erased)
    else:
        counts = ", ".join(
            wording.counted(erased[name], name)
            for name in ("memories", "versions", "messages", "entities", "relations")
        )
        typer.echo(f"Erased: {counts}. Left: {erased['left']}")


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Repair what can be repaired without losing anything.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Check the store for damage.

    Such as gaps in a history, or links between the data of two owners.

    The exit code is 1 if a problem is left.

    Example:
      graphmem doctor --fix
    """
    with connect(store) as client:
        problems = client.doctor(fix=fix)["problems"]
    if as_json:
        output.document({"problems": problems})
    elif not problems:
        typer.echo("No problems found.")
    else:
        output.table(
            ("Check", "Fixed", "Problem"),
            [(row["check"], "yes" if row["fixed"] else "no", row["says"]) for row in problems],
        )
    # Scripts and monitoring look at the exit code.
    if not all(row["fixed"] for row in problems):
        raise typer.Exit(1)
