"""The commands neo4j up, down and status, which run a local server without Docker."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from graphmem.cli import output
from graphmem.cli.options import AsJson, help_of
from graphmem.cli.suggesting import Suggesting

if TYPE_CHECKING:
    from graphmem.stores.neo4j.local_server import Fetched, LocalServer

app = typer.Typer(
    cls=Suggesting,
    help="Run a Neo4j server here, without Docker.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="FOLDER", help="Where the server keeps its data; by default in your data folder."),
]


def up(
    version: Annotated[
        str | None,
        typer.Option(
            "--version",
            metavar="VERSION",
            help="2026.x or 5.26.x; by default the home's version, or 2026.x for a new home.",
        ),
    ] = None,
    bolt_port: Annotated[
        int | None,
        typer.Option(
            "--bolt-port", metavar="PORT", help="For graphmem and drivers; by default the port used last, else 7687."
        ),
    ] = None,
    http_port: Annotated[
        int | None,
        typer.Option(
            "--http-port", metavar="PORT", help="For Neo4j Browser; by default the port used last, else 7474."
        ),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Start the server unless it is running, and show how to use it.

    The first start downloads it (about 130 MB).

    Examples:
      graphmem neo4j up
      graphmem neo4j up --version 5.26.30 --home ~/neo4j-lts --bolt-port 7688 --http-port 7475
    """
    from graphmem.stores.neo4j import local_server

    # A restart keeps the ports of the last start, because other programs may be set up for them.
    last = local_server.status(home)
    with _downloading() as fetched:
        server = local_server.up(
            home,
            version=version,
            bolt_port=_port(last.bolt_uri) if bolt_port is None else bolt_port,
            http_port=_port(last.browser_url) if http_port is None else http_port,
            progress=output.note,
            fetched=fetched,
        )
    if bolt_port not in (None, _port(server.bolt_uri)) or http_port not in (None, _port(server.browser_url)):
        output.note("The server was already running. It keeps the ports that it was started with.")
    _show(server, as_json, default_home=home is None)


def down(home: Home = None, as_json: AsJson = False) -> None:
    """Stop the server; its data stays.

    Example:
      graphmem neo4j down
    """
    from graphmem.stores.neo4j import local_server

    stopped = local_server.down(home, progress=output.note)
    if as_json:
        output.document({"stopped": stopped})
    else:
        typer.echo("Neo4j was stopped. Its data stays." if stopped else "Neo4j was not running.")


def status(home: Home = None, as_json: AsJson = False) -> None:
    """Show whether the server runs and how to use it. The exit code is 3 if it doesn't run.

    Example:
      graphmem neo4j status
    """
    from graphmem.stores.neo4j import local_server

    server = local_server.status(home)
    _show(server, as_json, default_home=home is None)
    if not server.running:
        # As of systemctl: what a script asks about does not run.
        raise typer.Exit(3)


for command in (up, down, status):
    app.command(help=help_of(command))(command)


# Away from a terminal, a line is written each time that one more part of so many is here.
_PARTS = 4


@contextmanager
def _downloading() -> Iterator[Fetched]:
    """Shows how far the download is: a bar on a terminal, some lines elsewhere. Nothing, if there is nothing to download."""
    with ExitStack() as stack:
        advance: Callable[[int, int], None] | None = None
        told = 0

        def fetched(count: int, files: int, size: int) -> None:
            nonlocal advance, told
            # Made at the first file, because until then there may be nothing to download.
            advance = advance or stack.enter_context(output.bar("Files of Neo4j"))
            advance(count, files)
            if not sys.stderr.isatty() and count * _PARTS // files > told:
                told = count * _PARTS // files
                output.note(f"{count} of {files} files are here, {size / 1e6:.0f} MB")
            if count == files:
                stack.close()

        yield fetched


def _port(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port


def _show(server: LocalServer, as_json: bool, *, default_home: bool) -> None:
    password_file = server.home / "password"
    flag = "" if default_home else f" --home {shlex.quote(str(server.home))}"
    # graphmem looks up the password by itself only in the default home.
    password = "" if default_home else f'NEO4J_PASSWORD="$(cat {shlex.quote(str(password_file))})" '
    use = f"{password}graphmem --store {server.bolt_uri} status"
    if as_json:
        document: dict[str, Any] = {
            "running": server.running,
            "pid": server.pid,
            "version": server.version,
            "home": str(server.home),
            "bolt_uri": server.bolt_uri,
            "browser_url": server.browser_url,
            "username": server.username,
            "password_file": str(password_file) if server.password else None,
            "command": use if server.running else f"graphmem neo4j up{flag}",
        }
        output.document(document)
        return
    if not server.running:
        output.pairs([("Neo4j", "not running"), ("Home", str(server.home)), ("Start it", f"graphmem neo4j up{flag}")])
        return
    output.pairs(
        [
            ("Neo4j", f"{server.version}, running (process {server.pid})"),
            ("Home", str(server.home)),
            ("Bolt", server.bolt_uri),
            ("Browser", server.browser_url),
            ("User", server.username),
            ("Password", f"in {password_file}"),
            ("Use it", use),
            ("Stop it", f"graphmem neo4j down{flag}"),
        ]
    )
