"""The command export, and the import of the files that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output, wording
from graphmem.cli.files import replacing
from graphmem.cli.harmless import HarmlessJson
from graphmem.cli.options import AsJson, Store, connect
from graphmem.errors import ValidationError

if TYPE_CHECKING:
    from graphmem import RecordCounts


def export(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", dir_okay=False, help="File to write, as JSON lines; - for stdout.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole store to a file.

    It holds memories with all versions, messages, entities, relations and vectors.

    "graphmem import FILE" reads it into another store of any kind. Nothing is lost.

    Examples:
      graphmem export all.jsonl
      graphmem export - --store notes.db > all.jsonl
    """
    with connect(store) as client:
        if str(file) == "-":
            lines: Any = HarmlessJson()
            client.export_jsonl(lines)
            return
        if file.exists() and not overwrite:
            ctx.fail(f"{file} exists already: --overwrite replaces it")
        with replacing(file) as opened:
            counts = client.export_jsonl(opened)
        memories = client.info().counts["memories"]
    _report("Exported", counts, as_json, memories)


def is_export(file: Path) -> bool:
    """Whether the first line is the header of an export."""
    try:
        with file.open(encoding="utf-8") as opened:
            header = json.loads(opened.readline(10_000))
    except (ValueError, OSError, RecursionError):
        return False
    return isinstance(header, dict) and header.get("kind") == "graphmem"


def import_export(file: Path, store: str | None, as_json: bool) -> None:
    """Import a file that export wrote, and report what was new."""
    with connect(store, new=True) as client, file.open(encoding="utf-8", newline="\n") as opened:
        try:
            counts = client.import_jsonl(opened)
        except UnicodeDecodeError as error:
            raise ValidationError(f"{file} is not UTF-8: {error}") from None
    _report("Imported", counts, as_json)


def _report(done: str, counts: RecordCounts, as_json: bool, memories: int | None = None) -> None:
    if as_json:
        output.document(counts)
    else:
        told = {} if memories is None else {"memories": memories}
        kinds = {"versions": "version", "messages": "message", "entities": "entity", "relations": "relation"}
        told |= {name: counts[kind] for name, kind in kinds.items()}  # type: ignore[literal-required]
        typer.echo(f"{done}: {', '.join(wording.counted(count, kind) for kind, count in told.items())}")
