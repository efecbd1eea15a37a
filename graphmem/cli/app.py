"""The application: the table of commands, the options before them, and how errors are reported."""

from __future__ import annotations

import io
import logging
import os
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import typer

from graphmem import __version__
from graphmem.cli import (
    browser,
    change,
    connections,
    context,
    export,
    find,
    graph,
    history,
    keys,
    mcp,
    memories,
    neo4j,
    reembed,
    serve,
    status,
    timeline,
    view,
)
from graphmem.cli.demo.command import demo
from graphmem.cli.importing.command import import_file
from graphmem.cli.options import help_of
from graphmem.cli.output import complain
from graphmem.cli.suggesting import Suggesting
from graphmem.errors import GraphMemError


class Commands(Suggesting):
    """Reports errors as one line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            done = super().invoke(ctx)
            # A broken pipe must raise here, not while the interpreter shuts down, which would print a traceback.
            sys.stdout.flush()
            return done
        except (KeyboardInterrupt, typer.Abort):
            complain("interrupted")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise
        except (GraphMemError, OSError) as error:
            complain(str(error))
            _give_up_what_is_unwritten()
            raise typer.Exit(1) from None


def _give_up_what_is_unwritten() -> None:
    """Where stdout takes no more (a full disk), the interpreter would try once more at its end, and complain in its own way."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    cls=Commands,
    help="Graph memory for LLM agents: what people and agents said, kept as facts that can be searched.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graphmem {__version__}")
        raise typer.Exit


@app.callback(epilog="Start with: graphmem demo")
def _before_every_command(
    store: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            help="A file, or a Neo4j address (bolt://..., neo4j+s://...). "
            "Otherwise GRAPHMEM_STORE, else a file in your data folder.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    # Every command has options of the same names, which look up these values in the context.
    del store, as_json, version
    # Characters that the terminal's encoding lacks are shown as escapes instead of raising an error.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    # Some libraries set up the root logger if nobody else has, and then fill stderr.
    logging.basicConfig(level=logging.WARNING, format="Warning: %(message)s")
    # Of a warning people need the words, and not the file and the line that it comes from.
    warnings.formatwarning = lambda message, *_, **__: str(message)
    logging.captureWarnings(True)


_COMMANDS: dict[str, Callable[..., None]] = {
    "add": memories.add,
    "search": find.search,
    "context": context.context,
    "why-not": find.why_not,
    "ask": connections.ask,
    "list": find.list_memories,
    "timeline": timeline.timeline,
    "show": memories.show,
    "history": memories.history,
    "update": change.update,
    "forget": memories.forget,
    "restore": history.restore,
    "undo": history.undo,
    "erase": history.erase,
    "doctor": history.doctor,
    "reset": memories.reset,
    "users": find.users,
    "entities": graph.entities,
    "unite": change.unite,
    "separate": change.separate,
    "relations": graph.relations,
    "neighbours": connections.neighbours,
    "paths": connections.paths,
    "diff": graph.diff,
    "import": import_file,
    "export": export.export,
    "view": view.view,
    "browser": browser.browser,
    "reembed": reembed.reembed,
    "mcp": mcp.mcp,
    "serve": serve.serve,
    "status": status.status,
    "demo": demo,
}
for name, command in _COMMANDS.items():
    app.command(name, help=help_of(command))(command)
app.add_typer(keys.app, name="keys")
app.add_typer(neo4j.app, name="neo4j")
