"""Commands that change memories or show one: add, show, history, forget, reset."""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli import output, wording
from graphmem.cli.harmless import harmless
from graphmem.cli.ids import whole_id
from graphmem.cli.moments import day, moment
from graphmem.cli.options import Agent, App, AsJson, Categories, Run, Store, User, connect, json_object, scope
from graphmem.errors import MemoryNotFoundError, ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient


class Role(str, Enum):
    """Who said the text to be added."""

    user = "user"
    assistant = "assistant"
    system = "system"


def add(
    ctx: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What was said; - reads it from stdin.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    role: Annotated[
        Role | None,
        typer.Option(help="Who said it. By default the user, or the assistant if --agent is given without --user."),
    ] = None,
    metadata: Annotated[
        str | None, typer.Option(metavar="JSON", help="A JSON object to store with each memory.")
    ] = None,
    category: Categories = None,
    no_infer: Annotated[
        bool, typer.Option("--no-infer", help="Store the text word for word instead of the facts in it.")
    ] = False,
    timestamp: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When it was said: ISO 8601 or seconds since the epoch; now by default."),
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Hide it after this day.")] = None,
    immutable: Annotated[bool, typer.Option("--immutable", help="Let nothing change it later.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be stored, and store nothing.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Remember what somebody said.

    Examples:
      graphmem add "I'm allergic to nuts and my sister Anna lives in Berlin" --user alice
      graphmem add --user alice --timestamp 2026-03-31 "I moved to Lisbon last week"
      cat notes.txt | graphmem add - --user alice --no-infer --category notes
    """
    ids = scope(user, agent, app, run, needed_by=ctx)
    role = role or (Role.assistant if agent is not None and user is None else Role.user)
    content = _stdin() if text == ["-"] else " ".join(text)
    with connect(store, new=True) as client:
        added = client.add(
            {"role": role.value, "content": content},
            **ids,
            metadata=json_object("--metadata", metadata),
            categories=category,
            infer=not no_infer,
            timestamp=moment(timestamp, "--timestamp"),
            expiration_date=day(expires),
            immutable=immutable,
            dry_run=dry_run,
            explain=True,
        )
    secrets, event = added["explain"]["secrets"], added["explain"]["event_id"]
    if not dry_run:
        del added["explain"]
    if as_json:
        output.document(added)
        return
    if secrets:
        output.note(wording.left_out(secrets))
    rows = added["results"]
    if not rows:
        output.note("No facts were found in the text, so nothing was stored. --no-infer stores it word for word.")
    elif dry_run:
        output.table(("Event", "Memory"), [(row["event"], row["memory"]) for row in rows])
        output.note("This was a dry run: nothing was written.")
    else:
        output.events([(row["event"], row["id"], row["memory"]) for row in rows])
        if event is None or all(row["event"] == "NONE" for row in rows):
            output.note("All of it was already known.")
        else:
            output.note(f"To undo this: graphmem undo {event}")


def show(
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="As shown by search and list.")],
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show one memory in full.

    Example:
      graphmem show 3f1c0d9e-5a43-4c3b-9f57-1f0f5b1f7c11
    """
    with connect(store) as client:
        memory = client.get(whole_id(client, memory_id))
        # Only this form of a listing comes with relations.
        related = client.get_all(filters={"memory_id": memory["id"]}, output_format="v1.1")["relations"]
    if as_json:
        output.document(memory | {"relations": related})
        return
    output.pairs(
        [
            ("Memory", memory["memory"]),
            ("Id", memory["id"]),
            ("Whose", ", ".join(wording.whose(memory))),
            ("Categories", ", ".join(memory["categories"])),
            ("Metadata", wording.compact(memory["metadata"]) if memory["metadata"] else ""),
            ("Relations", "\n".join(f"{row['source']} {row['relationship']} {row['target']}" for row in related)),
            ("Immutable", "yes" if memory["immutable"] else ""),
            ("Happened", wording.days(memory)),
            ("Said", wording.local(memory["created_at"])),
            ("Changed", wording.local(memory["updated_at"]) if memory["updated_at"] != memory["created_at"] else ""),
            ("Expires", wording.local(memory["expiration_date"])),
        ]
    )


def history(
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a memory, even of a forgotten one.")],
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show the versions of a memory, oldest first.

    Example:
      graphmem history 3f1c0d9e-5a43-4c3b-9f57-1f0f5b1f7c11
    """
    with connect(store) as client:
        versions = client.history(whole_id(client, memory_id))
    if as_json:
        output.document(versions)
    else:
        output.history(versions)


def forget(
    ctx: typer.Context,
    memory_ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Memories to forget.")] = None,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    any_of: Annotated[
        bool,
        typer.Option(
            "--any", help="Forget what belongs to any of the given ids, not only what belongs to all of them."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before a whole scope is forgotten.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Forget single memories, or all memories of a scope.

    Searches and lists no longer show them. Their history stays: "graphmem history ID" shows it.

    Examples:
      graphmem forget 3f1c0d9e-5a43-4c3b-9f57-1f0f5b1f7c11
      graphmem forget --user alice --run monday
      graphmem forget --user alice --agent tutor --any
    """
    ids = scope(user, agent, app, run)
    if bool(memory_ids) == bool(ids):
        ctx.fail("give either ids of memories or a scope (--user, --agent, --app, --run)")
    if any_of and memory_ids:
        ctx.fail("--any goes with a scope, not with ids of memories")
    with connect(store) as client:
        if memory_ids:
            _forget_by_id(client, memory_ids, as_json)
            return
        if not yes:
            conditions = [{name: value} for name, value in ids.items()]
            # Only the count is needed, so the page is as small as it can be.
            count = client.get_all(filters={"OR" if any_of else "AND": conditions}, page_size=1)["count"]
            owners = (" or " if any_of else " and ").join(
                f"{name.removesuffix('_id')} {value}" for name, value in ids.items()
            )
            confirm(ctx, f"Forget all {count} memories of {harmless(owners)}?", "Nothing was forgotten.")
        forgotten = client.delete_users(**ids) if any_of else client.delete_all(**ids)
    if as_json:
        output.document({"deleted": forgotten["deleted"]})
    else:
        typer.echo(f"Forgotten: {forgotten['deleted']}")


def reset(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Delete everything in the store: memories, history, messages. This can't be undone.

    Data of other programs in the same Neo4j database is left alone.

    Example:
      graphmem reset --store notes.db
    """
    with connect(store) as client:
        info = client.info()
        count = info.counts["memories"]
        if not yes:
            question = f"Delete all {count} memories in {harmless(info.location)}, with their history?"
            confirm(ctx, question, "Nothing was deleted.")
        client.reset(confirm="everything")
    if as_json:
        output.document({"deleted": count})
    else:
        typer.echo(f"Deleted: {count} memories and all history")


def _forget_by_id(client: MemoryClient, memory_ids: list[str], as_json: bool) -> None:
    """Forget the memories that exist, and report the others."""
    refused = {memory_id: _forget_one(client, memory_id) for memory_id in dict.fromkeys(memory_ids)}
    forgotten = [memory_id for memory_id, reason in refused.items() if reason is None]
    if as_json:
        output.document({"deleted": len(forgotten), "ids": forgotten})
    elif forgotten:
        typer.echo(f"Forgotten: {len(forgotten)}")
        output.note("Their history stays: graphmem history ID shows the versions that graphmem restore takes.")
    for reason in filter(None, refused.values()):
        output.complain(reason)
    if len(forgotten) < len(refused):
        raise typer.Exit(1)


def _forget_one(client: MemoryClient, memory_id: str) -> str | None:
    """Forget one memory. Returns the reason if that is not possible."""
    try:
        client.delete(whole_id(client, memory_id))
    except (MemoryNotFoundError, ValidationError) as error:
        return str(error)
    return None


def confirm(ctx: typer.Context, question: str, otherwise: str) -> None:
    """Ask a question. After a no, show `otherwise` and end the command."""
    # In a script nobody would answer, and the command would hang.
    if not sys.stdin.isatty():
        ctx.fail("without a terminal there is nobody to ask for confirmation: give --yes to go ahead")
    if not typer.confirm(question, err=True):
        output.note(otherwise)
        raise typer.Exit(1)


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(f"stdin is not UTF-8: byte {error.start} can't be read") from None
