"""The command context: the text that an agent pastes into its prompt."""

from __future__ import annotations

from typing import Annotated

import typer

from graphmem.cli import output
from graphmem.cli.moments import moment
from graphmem.cli.options import Agent, App, AsJson, AsOf, Filter, Run, Store, User, connect, json_object, scope


def context(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A question or some words.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    max_tokens: Annotated[
        int, typer.Option(metavar="N", help="Size of the text, estimated: four bytes are one token.")
    ] = 1_000,
    filter: Filter = None,
    as_of: AsOf = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Write what is known about a question for an agent's prompt.

    That is memories, what was said, and relations.

    Nothing is told twice, and the last line says what was left out for lack of room. --json also has the ids.

    Examples:
      graphmem context "what should I cook?" --user alice
      graphmem context "where did she live before?" --user alice --max-tokens 300
    """
    with connect(store) as client:
        found = client.context(
            query,
            max_tokens=max_tokens,
            filters=json_object("--filter", filter),
            **scope(user, agent, app, run),
            as_of=moment(as_of, "--as-of"),
            explain=True,
        )
    if as_json:
        output.document(found)
    elif found["context"]:
        output.text(found["context"])
    else:
        output.note("Nothing was found, or there is no room for it.")
