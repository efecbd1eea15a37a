"""The command timeline: memories in the order in which what they tell happened."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from graphmem.cli import output, wording
from graphmem.cli.moments import day, moment
from graphmem.cli.options import (
    Agent,
    App,
    AsJson,
    AsOf,
    Categories,
    Filter,
    Run,
    Store,
    User,
    connect,
    json_object,
    scope,
)


def timeline(
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    category: Categories = None,
    filter: Filter = None,
    start: Annotated[str | None, typer.Option(metavar="DATE", help="What went on on this day or later.")] = None,
    end: Annotated[str | None, typer.Option(metavar="DATE", help="What went on on this day or earlier.")] = None,
    as_of: AsOf = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """List what happened when, in the order in which it happened.

    Memories that don't say when are left out. "list" has all of them, in the order in which they were said.

    Examples:
      graphmem timeline --user alice
      graphmem timeline --user alice --start 2025-01-01 --end 2025-12-31
    """
    start, end = day(start), day(end)
    conditions: list[dict[str, Any]] = [{"OR": [{"event_start": "*"}, {"event_end": "*"}]}]
    if given := json_object("--filter", filter):
        conditions.append(dict(given))
    # What has no end still goes on, and what has no start has always done so.
    if start:
        conditions.append({"NOT": {"event_end": {"lt": start}}})
    if end:
        conditions.append({"NOT": {"event_start": {"gt": end}}})
    with connect(store) as client:
        rows = client.get_all(
            filters={"AND": conditions},
            **scope(user, agent, app, run),
            categories=category,
            as_of=moment(as_of, "--as-of"),
        )
    rows = sorted(rows, key=in_order)
    if as_json:
        output.document(rows)
    elif rows:
        output.table(("When", "Memory", "Whose", "Id"), [_row(memory) for memory in rows])
    else:
        output.note("No memory says when something happened.")


def in_order(memory: Any) -> tuple[str, str, str, str]:
    """By the first day, else by the last; of those that begin together what ends first comes first."""
    first, last = memory["event_start"], memory["event_end"]
    # "~" stands after all digits: what has no end comes last.
    return first or last, last or "~", memory["created_at"], memory["id"]


def _row(memory: Any) -> tuple[str, str, str, str]:
    return wording.days(memory), memory["memory"], ", ".join(wording.whose(memory)), memory["id"]
