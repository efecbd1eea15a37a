"""The command view: a store as one HTML file to look at, or as a graph for other programs."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.files import replacing
from graphmem.cli.options import Agent, App, AsJson, Run, Store, User, connect, scope
from graphmem.cli.owners import note_unknown, users_of
from graphmem.errors import ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient


# Of `MemoryClient.graph`.
_MOST_MEMORIES = 1_000
# Near the beginning of each page.
_OURS = b'<meta name="generator" content="graphmem view">'


def view(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", dir_okay=False, help="Where to write it; by default memory.html or the format's suffix."
        ),
    ] = None,
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    format: Annotated[
        str,
        typer.Option(
            "--format", metavar="NAME", help="html, a page to look at; graphml, dot or json for other programs."
        ),
    ] = "html",
    most: Annotated[
        int,
        typer.Option(
            "--limit", metavar="N", help="How many nodes are drawn at most; a page lists and searches the rest."
        ),
    ] = 5_000,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that graphmem view did not write.")] = False,
    opened: Annotated[bool, typer.Option("--open", help="Open the page in your web browser.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Write the memory as a graph in one HTML file.

    The page needs no server and no network. It has the past of each memory, so it is about as private as the store. It
    holds as many memories as fit into 15 MB, those that changed last first, and says so if there are more.

    Examples:
      graphmem view --user alice --open
      graphmem view everything.html
      graphmem view --user alice --format graphml alice.graphml
    """
    from graphmem.view.formats import FORMATS

    if format not in ("html", *FORMATS):
        raise ValidationError(f"--format is {format!r}; give html, {', '.join(FORMATS)}")
    if most < 1:
        raise ValidationError(f"--limit is {most}; give a number from 1")
    ids = scope(user, agent, app, run)
    path = file or Path(f"memory.{format}")
    if path.exists() and not force and not (format == "html" and is_page(path)):
        ctx.fail(f"{path} exists and is not a page of graphmem view: give another name, or --force to replace it")
    with connect(store) as client:
        if format == "html":
            text, told = _page(client, ids, most)
        else:
            graph = client.graph(**ids, limit=min(most, _MOST_MEMORIES))
            drawn = sum(told["kind"] == "memory" for _, told in graph.nodes(data=True))
            text = FORMATS[format](graph)
            told = {"memories": drawn, "of": graph.graph["memories"], "edges": graph.number_of_edges()}
        if not told["of"]:
            note_unknown(user, users_of(client))
    with replacing(path) as page:
        page.write(text)
    if as_json:
        output.document({"file": str(path), "bytes": len(text.encode()), **told})
    else:
        counted = (
            f"{told['memories']} of {told['of']} memories"
            if told["memories"] < told["of"]
            else f"{told['of']} memories"
        )
        typer.echo(f"Wrote {path}: {counted}, {len(text.encode()) / 1e6:.1f} MB")
    if opened:
        webbrowser.open(path.resolve().as_uri())


def _page(client: MemoryClient, ids: dict[str, Any], most: int) -> tuple[str, dict[str, int]]:
    from graphmem._sync.client.reading import records
    from graphmem.view.page.contents import contents, gathered
    from graphmem.view.page.document import document

    shown = contents(gathered(records(client), ids), most)
    whose = ", ".join(f"{name.removesuffix('_id')} {id}" for name, id in ids.items())
    page = document(shown.data, f"Memory of {whose}" if whose else "Memory")
    return page, {"memories": shown.memories, "of": shown.total, "entities": shown.entities}


def is_page(file: Path) -> bool:
    """Whether this file is a page that graphmem view wrote."""
    try:
        with file.open("rb") as opened:
            return _OURS in opened.read(1_000)
    except OSError:
        return False
