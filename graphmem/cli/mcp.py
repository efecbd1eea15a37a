"""The command mcp: the memory as tools of an agent, over stdin and stdout."""

from __future__ import annotations

from typing import Annotated

import typer

from graphmem.cli.options import Store, connect, scope
from graphmem.errors import ConfigurationError

_NO_SERVER = "the server is not installed: pip install 'graphmem[server]'"


def mcp(
    ctx: typer.Context,
    user: Annotated[
        str | None, typer.Option("--user", "-u", metavar="ID", help="Whose memory it is.", envvar="GRAPHMEM_USER")
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option("--agent", "-a", metavar="ID", help="Or that of an agent.", envvar="GRAPHMEM_AGENT"),
    ] = None,
    app: Annotated[
        str | None, typer.Option("--app", metavar="ID", help="Only within this app.", envvar="GRAPHMEM_APP")
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", "-r", metavar="ID", help="Only within this run.", envvar="GRAPHMEM_RUN")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="No tools that change anything.", envvar="GRAPHMEM_READ_ONLY")
    ] = False,
    allow_delete_all: Annotated[
        bool,
        typer.Option(
            "--allow-delete-all",
            help="Also a tool that deletes all memories of the scope.",
            envvar="GRAPHMEM_ALLOW_DELETE_ALL",
        ),
    ] = False,
    store: Store = None,
) -> None:
    """Serve the memory to an agent, over stdin and stdout (MCP).

    Programs such as Claude Desktop, Claude Code, Cursor and VS Code start it themselves; README has what to put into their
    settings. The agent sees the memories of these ids only.

    Examples:
      graphmem mcp --user alice
      graphmem mcp --user alice --app notes --read-only
    """
    ids = scope(user, agent, app, run, needed_by=ctx)
    try:
        from graphmem.server.mcp.connection import Rights
        from graphmem.server.mcp.stdio import serve
    except ImportError:
        raise ConfigurationError(_NO_SERVER) from None
    serve(connect(store, new=True), ids, Rights(write=not read_only, delete_all=allow_delete_all))
