"""The command serve: the HTTP server, for whoever has a key."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.options import Store, connect
from graphmem.errors import ConfigurationError
from graphmem.settings import MEMORY, EmbeddedSettings

if TYPE_CHECKING:
    from graphmem.server.settings import ServerSettings

_NO_SERVER = 'the server is not installed: pip install "graphmem[server]"'
_MEGABYTE = 1024 * 1024
# Of one process; further ones are answered 503 at once.
_MOST_CONNECTIONS = 1_000
# Clients keep idle connections for some seconds, httpx five. If the server closed one first, a request could be on its way already.
_IDLE_SECONDS = 20
# A process that is still loading gives no sign of life.
_START_SECONDS = 120


def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help="Where to listen; 0.0.0.0 is every network, and needs a key.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="The port to listen on.")] = 8420,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", help="How many processes serve; they share the store.", min=1)
    ] = 1,
    rate: Annotated[
        str, typer.Option("--rate", metavar="RATE", help="Requests a key may make of each process; '' for any number.")
    ] = "6000/minute",
    max_body: Annotated[
        int, typer.Option("--max-body", metavar="MB", help="The largest body of a request, in megabytes.", min=1)
    ] = 8,
    max_events: Annotated[
        int, typer.Option("--max-events", metavar="N", help="How many adds may wait to be done.", min=1)
    ] = 10_000,
    allow_delete_all: Annotated[
        bool, typer.Option("--allow-delete-all", help="Give agents a tool that deletes all memories of their scope.")
    ] = False,
    take_over: Annotated[
        float,
        typer.Option(
            "--take-over",
            metavar="SECONDS",
            help="After how long without a sign of life others finish what this server had begun.",
            min=1,
        ),
    ] = 30.0,
    private_webhooks: Annotated[
        bool, typer.Option("--private-webhooks", help="Let webhooks point into private networks and to this machine.")
    ] = False,
    store: Store = None,
) -> None:
    """Serve the store over HTTP.

    The published clients of the hosted service work with it, and programs in any language.

    Without a key only this machine is served. graphmem keys create makes one.

    Examples:
      graphmem serve
      graphmem keys create alice --user alice && graphmem serve --host 0.0.0.0
    """
    try:
        import uvicorn

        from graphmem.server.settings import ServerSettings
    except ImportError:
        raise ConfigurationError(_NO_SERVER) from None
    settings = ServerSettings(
        store=store,
        host=host,
        port=port,
        rate=rate,
        max_body=max_body * _MEGABYTE,
        max_events=max_events,
        mcp_delete_all=allow_delete_all,
        lease_seconds=take_over,
        private_webhooks=private_webhooks,
    )
    _check(settings, workers)
    settings.publish()
    uvicorn.run(
        "graphmem.server.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=_LOGS,
        server_header=False,
        timeout_graceful_shutdown=int(settings.grace_seconds),
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
    )


def _check(settings: ServerSettings, workers: int) -> None:
    """Refuse what would be unsafe or wrong, and say what is served.

    Raises:
        ConfigurationError: there is no key, but other machines could reach the server.
    """
    from graphmem._sync.client.sharing import server_store
    from graphmem.server import keys
    from graphmem.server.guard.rates import readable

    if settings.rate:
        readable(settings.rate)
    with connect(settings.store, new=True) as client:
        kept_in = client.choices["store"].use
        if kept_in == EmbeddedSettings(MEMORY) and workers > 1:
            raise ConfigurationError("a store in memory can't be shared by processes: give a file or a Neo4j address")
        keyed = bool(keys.listed(server_store(client)))
    if not keyed and not settings.loopback:
        raise ConfigurationError(
            f"no key was made yet, so only this machine is served, and --host {settings.host} would let others in: "
            "make a key first (graphmem keys create NAME), or leave out --host"
        )
    output.note(f"Serving {client.choices['store'].name} on http://{settings.host}:{settings.port} (/docs tells what)")
    if not keyed:
        output.note("No key was made yet: only programs on this machine are served, and they need none.")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, and what is told; a request's own fields beside them."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": self.formatTime(record), "level": record.levelname, "logger": record.name}
        text = record.getMessage()
        # Requests are told as JSON already.
        line |= json.loads(text) if record.name == "graphmem.server.requests" else {"says": text}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


_LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": f"{__name__}.{JsonLines.__name__}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}},
    # What libraries warn of, such as Neo4j's driver of a transaction that it repeats.
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
        for name in ("uvicorn", "graphmem.server", "py.warnings")
    },
}
