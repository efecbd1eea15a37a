"""The command status: which store and which models are used, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.options import AsJson, Store, connect
from graphmem.errors import ConfigurationError
from graphmem.settings import Neo4jSettings, Unavailable

if TYPE_CHECKING:
    from graphmem import Pinged


def status(
    store: Store = None,
    ask: Annotated[
        bool,
        typer.Option("--ping", help="Ask the store and the models once whether they work; a model may cost a request."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the store, what it holds, and which models are used.

    Each choice is shown with its reason, such as an option or an environment variable.

    Examples:
      graphmem status
      graphmem status --ping
      graphmem status --store bolt://127.0.0.1:7687 --json
    """
    with connect(store) as client:
        choices = client.choices
        pinged = client.ping() if ask else []
        info = client.info()
    embedder = choices["embedder"]
    reason = choices["store"].reason if store is None else "given as --store"
    advice = embedder.use.advice if isinstance(embedder.use, Unavailable) else None
    document: dict[str, Any] = {
        "store": {
            "id": info.id,
            "kind": info.kind,
            "location": info.location,
            "reason": reason,
            "server": info.server,
            "schema_version": info.schema_version,
            "notes": list(info.notes),
            "browser_url": local_browser(choices["store"].use),
        },
        "counts": dict(info.counts),
        "embedder": {"name": embedder.name, "reason": embedder.reason, "advice": advice},
        "stored_vectors": None
        if info.embedder is None
        else {"name": info.embedder.name, "dimensions": info.embedder.dimensions},
        "reembedding": None
        if info.reembedding is None
        else {
            "name": info.reembedding.embedder.name,
            "dimensions": info.reembedding.embedder.dimensions,
            "done": info.reembedding.done,
            "total": info.reembedding.total,
        },
        "extractor": {"name": choices["llm"].name, "reason": choices["llm"].reason},
    }
    if ask:
        document["ping"] = pinged
    failed = any(each["error"] for each in pinged)
    if as_json:
        output.document(document)
        raise typer.Exit(failed)
    vectors = "none yet" if info.embedder is None else f"{info.embedder.name}, {info.embedder.dimensions} floats"
    change = info.reembedding
    output.pairs(
        [
            ("Store", info.location),
            ("Chosen", reason),
            ("Browser", document["store"]["browser_url"] or ""),
            ("Server", f"{info.server}, schema version {info.schema_version}"),
            *(("Note", note) for note in info.notes),
            ("Holds", ", ".join(output.counted(count, kind) for kind, count in info.counts.items())),
            ("Vectors", vectors),
            (
                "Changing",
                ""
                if change is None
                else f"to {change.embedder.name}, {change.done} of {change.total} texts: graphmem reembed goes on",
            ),
            ("Embedder", f"{embedder.name}: {embedder.reason}"),
            ("Advice", advice or ""),
            ("Extractor", f"{choices['llm'].name}: {choices['llm'].reason}"),
            *((f"Asked {each['part']}", _told(each)) for each in pinged),
        ]
    )
    if failed:
        raise typer.Exit(1)


def _told(pinged: Pinged) -> str:
    return pinged["error"] or f"works, {pinged['milliseconds']:.0f} ms"


def local_browser(use: Any) -> str | None:
    """The address of Neo4j Browser for this store, if it is the server of `graphmem neo4j up`."""
    if not isinstance(use, Neo4jSettings):
        return None
    from graphmem.stores.neo4j.local_server import status as local_status

    try:
        server = local_status()
    except ConfigurationError:
        return None
    return server.browser_url if server.running and server.bolt_uri == use.uri else None
