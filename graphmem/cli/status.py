"""The command status: which store and which models are used, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output, wording
from graphmem.cli.options import AsJson, Store, connect
from graphmem.errors import ConfigurationError
from graphmem.model.requests import StoreInfo
from graphmem.settings import Choice, Neo4jSettings, Unavailable

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
    reason = choices["store"].reason if store is None else "given as --store"
    document = _document(info, choices, reason)
    if ask:
        document["ping"] = pinged
    failed = any(each["error"] for each in pinged)
    if as_json:
        output.document(document)
        raise typer.Exit(failed)
    output.pairs([*_rows(info, document), *((f"Asked {each['part']}", _told(each)) for each in pinged)])
    if failed:
        raise typer.Exit(1)


def _document(info: StoreInfo, choices: Mapping[str, Choice], reason: str) -> dict[str, Any]:
    """What `--json` writes. reason: why this store was chosen."""
    embedder, change = choices["embedder"], info.reembedding
    return {
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
        "embedder": {
            "name": embedder.name,
            "reason": embedder.reason,
            "advice": embedder.use.advice if isinstance(embedder.use, Unavailable) else None,
        },
        "stored_vectors": None if info.embedder is None else asdict(info.embedder),
        "reembedding": None
        if change is None
        else {**asdict(change.embedder), "done": change.done, "total": change.total},
        "extractor": {"name": choices["llm"].name, "reason": choices["llm"].reason},
    }


def _rows(info: StoreInfo, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same for people: names and values."""
    vectors, change = info.embedder, info.reembedding
    yield "Store", info.location
    yield "Chosen", document["store"]["reason"]
    yield "Browser", document["store"]["browser_url"] or ""
    yield "Server", f"{info.server}, schema version {info.schema_version}"
    yield from (("Note", note) for note in info.notes)
    yield "Holds", ", ".join(wording.counted(count, kind) for kind, count in info.counts.items())
    yield "Vectors", "none yet" if vectors is None else f"{vectors.name}, {vectors.dimensions} floats"
    if change is not None:
        goes_on = "texts: graphmem reembed goes on"
        yield "Changing", f"to {change.embedder.name}, {change.done} of {change.total} {goes_on}"
    embedder, extractor = document["embedder"], document["extractor"]
    yield "Embedder", f"{embedder['name']}: {embedder['reason']}"
    yield "Advice", embedder["advice"] or ""
    yield "Extractor", f"{extractor['name']}: {extractor['reason']}"


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
