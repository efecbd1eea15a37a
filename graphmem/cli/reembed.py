"""The command reembed: the vectors of another embedder for a whole store."""

from __future__ import annotations

from typing import Annotated

import typer

from graphmem.cli import output
from graphmem.cli.options import AsJson, Store, connect
from graphmem.errors import GraphMemError
from graphmem.settings import EMBEDDERS


def reembed(
    embedder: Annotated[
        str | None,
        typer.Option(
            "--embedder",
            metavar="NAME",
            help=f"The new embedder: {', '.join(EMBEDDERS)}, or a model's name; otherwise GRAPHMEM_EMBEDDER.",
        ),
    ] = None,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Throw away what was made for a third embedder and not finished."),
    ] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Change a store to another embedder. All texts, past versions included, get new vectors.

    Until all have one, the store is used as before, with the embedder that it had. Then all change over at once,
    and clients need the new one: set GRAPHMEM_EMBEDDER, or pass embedder=.

    If it is interrupted, the same command continues where it stopped.

    Examples:
      graphmem reembed --embedder e5
      graphmem reembed --embedder text-embedding-3-small --store bolt://127.0.0.1:7687
    """
    with connect(store, embedder) as client:
        try:
            with output.bar("Texts") as advance:
                report = client.reembed(restart=restart, progress=advance)
        except (KeyboardInterrupt, GraphMemError):
            if change := client.info().reembedding:
                output.note(
                    f"{change.done} of {change.total} texts have a vector of {change.embedder.name}; the same command continues there."
                )
            raise
    if as_json:
        output.document(report)
        return
    output.pairs(
        [
            ("Embedder", f"{report['embedder']}, {report['dimensions']} floats"),
            ("Texts", f"{report['embedded']} embedded" if report["embedded"] else "nothing to do"),
        ]
    )
