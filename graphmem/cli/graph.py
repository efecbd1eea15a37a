"""Commands that show the graph and how it changed: entities, relations, diff."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli import output, wording
from graphmem.cli.moments import moment
from graphmem.cli.options import Agent, App, AsJson, AsOf, Run, Store, User, ValidAt, connect, scope
from graphmem.errors import ValidationError
from graphmem.model import times

if TYPE_CHECKING:
    from graphmem import Relation


def relations(
    entity: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only relations of this person, place or thing.")
    ] = None,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="NAME", help="Only relations from this person, place or thing.")
    ] = None,
    object: Annotated[str | None, typer.Option("--object", metavar="NAME", help="Only relations to this one.")] = None,
    relationship: Annotated[
        str | None,
        typer.Option("--relationship", metavar="KIND", help="Only relations of this kind, such as lives_in."),
    ] = None,
    as_of: AsOf = None,
    valid_at: ValidAt = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show how people, places and things are related.

    Examples:
      graphmem relations --user alice
      graphmem relations Anna --user alice
      graphmem relations --user alice --subject me --object Berlin
      graphmem relations --user alice --relationship lives_in --valid-at 2026-03-31
    """
    with connect(store) as client:
        related = client.relations(
            entity=entity,
            subject=subject,
            object=object,
            relationship=relationship,
            **scope(user, agent, app, run),
            as_of=moment(as_of, "--as-of"),
            valid_at=moment(valid_at, "--valid-at"),
        )
    if as_json:
        output.document(related)
    elif related:
        titles = ("Who or what", "Relation", "To", "From", "Until")
        # Relations that several memories support are shown once.
        output.table(titles, list(dict.fromkeys(_cells(row) for row in related)))
    else:
        output.note("No relations found.")


def entities(
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    as_of: AsOf = None,
    with_ids: Annotated[
        bool, typer.Option("--ids", help="Show ids for unite and separate, as much as they need.")
    ] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """List the people, places and things that memories mention.

    Example:
      graphmem entities --user alice
    """
    with connect(store) as client:
        mentioned = client.entities(**scope(user, agent, app, run), as_of=moment(as_of, "--as-of"))
    if as_json:
        output.document(mentioned)
    elif mentioned:
        rows: list[tuple[str, ...]]
        rows = [(row["name"], row["type"], str(row["memories"]), ", ".join(row["aliases"])) for row in mentioned]
        titles: tuple[str, ...] = ("Name", "Type", "Memories", "Also")
        if with_ids:
            titles = (*titles, "Id")
            rows = [(*cells, row["id"][:12]) for cells, row in zip(rows, mentioned, strict=True)]
        output.table(titles, rows)
    else:
        output.note("No entities yet.")


def diff(
    ctx: typer.Context,
    start: Annotated[str, typer.Argument(metavar="START", help="Earlier time: ISO 8601, 'yesterday', '2 weeks ago'.")],
    end: Annotated[str | None, typer.Argument(metavar="END", help="Later time; now by default.")] = None,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show what was added, changed and removed between two times.

    Examples:
      graphmem diff yesterday --user alice
      graphmem diff "2 weeks ago" "last monday"
      graphmem diff 2026-03-01 2026-03-31T12:00:00Z
    """
    first, last = moment(start), moment(end)
    # What is no time the client refuses, and says why.
    with suppress(ValidationError, ValueError):
        if last is not None and (times.moment(last) or times.now()) < (times.moment(first) or times.now()):
            ctx.fail(f"END ({end}) lies before START ({start})")
    with connect(store) as client:
        difference = client.diff(first, last, **scope(user, agent, app, run))
    if as_json:
        output.document(difference)
    elif any(difference.values()):
        output.changes(difference)
    else:
        output.note("Nothing has changed.")


def _cells(row: Relation) -> tuple[str, ...]:
    times = (wording.local(row[name]) for name in ("valid_from", "valid_to"))
    return row["source"], row["relationship"], row["target"], *times
