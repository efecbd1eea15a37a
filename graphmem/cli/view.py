"""The command view: a store as one HTML file to look at, or as a graph for other programs."""

from __future__ import annotations

import json
import tempfile
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.files import replacing
from graphmem.cli.options import Agent, App, AsJson, Run, Store, User, connect, scope
from graphmem.errors import ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient


# Of `MemoryClient.graph`.
_MOST_MEMORIES = 1_000


def view(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Where to write it; by default memory.html or the format's suffix."),
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
        int, typer.Option("--limit", metavar="N", help="How many nodes at most; of more, what changed last is taken.")
    ] = 5_000,
    opened: Annotated[bool, typer.Option("--open", help="Open the page in your web browser.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Write the memory as a graph: one HTML file that needs no server and no network.

    The page has the past of each memory, so it is about as private as the store.

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
    with connect(store) as client:
        if format == "html":
            text, told = _page(client, ids, most)
        else:
            graph = client.graph(**ids, limit=min(most, _MOST_MEMORIES))
            drawn = sum(told["kind"] == "memory" for _, told in graph.nodes(data=True))
            text = FORMATS[format](graph)
            told = {"memories": drawn, "of": graph.graph["memories"], "edges": graph.number_of_edges()}
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
    from graphmem.view.page.contents import contents, gathered
    from graphmem.view.page.document import document

    # An export has every record once, with the times at which it was written: all that a look into the past needs.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        client.export_jsonl(kept)
        kept.seek(0)
        shown = contents(gathered(_records(kept), ids), most)
    whose = ", ".join(f"{name.removesuffix('_id')} {id}" for name, id in ids.items())
    page = document(shown, f"Memory of {whose}" if whose else "Memory")
    return page, {"memories": len(shown["memories"]), "of": shown["total"], "entities": len(shown["entities"])}


def _records(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        record = json.loads(line)
        # The largest part, and nothing to look at.
        record.pop("vector", None)
        yield record
