"""Commands that correct what is known: update, unite, separate."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.ids import whole_entity_id, whole_id
from graphmem.cli.moments import day
from graphmem.cli.options import Agent, App, AsJson, Categories, Run, Store, User, connect, json_object, scope

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name or id, as shown by entities --ids.")]


def update(
    ctx: typer.Context,
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="Of the memory, or its beginning.")],
    text: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="What is true now.")] = None,
    metadata: Annotated[
        str | None, typer.Option(metavar="JSON", help="A JSON object in the place of the one there is.")
    ] = None,
    category: Categories = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Hide it after this day; never: keep it.")] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Correct a memory. Its past stays: "graphmem history ID" shows it.

    Examples:
      graphmem update 3f1c0d9e "Is allergic to nuts and soy"
      graphmem update 3f1c0d9e --category health --expires 2027-01-01
    """
    changes: dict[str, Any] = {
        "text": " ".join(text) if text else None,
        "metadata": json_object("--metadata", metadata),
        "categories": category,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if expires is not None:
        given["expiration_date"] = None if expires == "never" else day(expires)
    if not given:
        ctx.fail("what should change? Give a text, --metadata, --category or --expires")
    with connect(store) as client:
        memory = client.update(whole_id(client, memory_id), **given)
    if as_json:
        output.document(memory)
    else:
        output.events([("UPDATE", memory["id"], memory["memory"])])


def unite(
    one: Name,
    other: Name,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Let two people, places or things count as the same one.

    Examples:
      graphmem unite Liz Elizabeth --user alice
    """
    _relate("unite", one, other, scope(user, agent, app, run), store, as_json)


def separate(
    one: Name,
    other: Name,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Let two people, places or things count as different. Their names may be alike.

    Examples:
      graphmem separate "Dr. Lee" Lee --user alice
    """
    _relate("separate", one, other, scope(user, agent, app, run), store, as_json)


def _relate(what: str, one: str, other: str, ids: dict[str, Any], store: str | None, as_json: bool) -> None:
    with connect(store) as client:
        first, second = (whole_entity_id(client, given, ids) for given in (one, other))
        done = getattr(client, what)(first, second)
        back = "separate" if what == "unite" else "unite"
    if as_json:
        output.document(done)
    else:
        typer.echo(done["message"])
        output.note(f"To undo this: graphmem {back} {first} {second}")
