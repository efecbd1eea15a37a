"""Options that commands share (scopes, the store, JSON), and their conversion to the client's arguments."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.errors import ConfigurationError, ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient


def _or_before_the_command(name: str) -> Any:
    """Let an option stand before the command too: `graphmem --store X list`. If both are given, the one after the command wins."""

    def value(ctx: typer.Context, own: Any) -> Any:
        return ctx.find_root().params.get(name) if own in (None, False) else own

    return value


User = Annotated[str | None, typer.Option("--user", "-u", metavar="ID", help="Id of a user.")]
Agent = Annotated[str | None, typer.Option("--agent", "-a", metavar="ID", help="Id of an agent.")]
App = Annotated[str | None, typer.Option("--app", metavar="ID", help="Id of an app.")]
Run = Annotated[str | None, typer.Option("--run", "-r", metavar="ID", help="Id of a run, such as one session.")]
Categories = Annotated[
    list[str] | None, typer.Option("--category", "-c", metavar="NAME", help="Name of a category; may be repeated.")
]
Filter = Annotated[
    str | None,
    typer.Option("--filter", "-f", metavar="JSON", help="A filter object, for conditions that have no option."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="Answer as the store would have at this time: ISO 8601, 'yesterday', '2 weeks ago'.",
    ),
]
ValidAt = Annotated[
    str | None,
    typer.Option("--valid-at", metavar="TIME", help="Only relations that were true in the world at this time."),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PLACE",
        help="A file or a Neo4j address; otherwise GRAPHMEM_STORE, else a file in your data folder.",
        callback=_or_before_the_command("store"),
    ),
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document.", callback=_or_before_the_command("as_json")),
]

_OBJECT = '{"key": "value"}'
_EXAMPLES = re.compile(r"^(?=Examples?:$)", re.MULTILINE)


def help_of(command: Callable[..., None]) -> str:
    """The docstring as help text, with one example a line."""
    # After this character, Click does not wrap the paragraph.
    return _EXAMPLES.sub("\b\n", inspect.cleandoc(command.__doc__ or ""))


def connect(store: str | None, embedder: str | None = None, *, new: bool = False) -> MemoryClient:
    """A client for this store; if None, for GRAPHMEM_STORE, or else for the default store. Likewise for the embedder.

    Args:
        new: whether a file that isn't there is made. Else one that was named is more likely mistyped.

    Raises:
        ConfigurationError: there is no such file.
    """
    from graphmem import settings
    from graphmem._sync.client.client import MemoryClient

    use = settings.choose_store(store).use
    if not new and isinstance(use, settings.EmbeddedSettings) and use.location != settings.MEMORY:
        default = Path(use.location).parent == settings.default_folder()
        if not default and not Path(use.location).exists():
            raise ConfigurationError(
                f"there is no store in {use.location}: check --store and GRAPHMEM_STORE; add and import make a new one"
            )
    return MemoryClient(store, embedder=embedder)


def scope(
    user: str | None, agent: str | None, app: str | None, run: str | None, needed_by: typer.Context | None = None
) -> dict[str, Any]:
    """The ids that were given, as arguments of the client. The command `needed_by` fails if there are none."""
    options = {"user_id": user, "agent_id": agent, "app_id": app, "run_id": run}
    ids = {name: value for name, value in options.items() if value is not None}
    if needed_by and not ids:
        needed_by.fail("whose memories? Give at least one of --user, --agent, --app and --run")
    return ids


def json_object(option: str, text: str | None) -> dict[str, Any] | None:
    """The JSON object in the text of an option; None if it was not given.

    Raises:
        ValidationError: it is not JSON, or not an object.
    """
    if text is None:
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValidationError(f"{option} is not JSON: {error}; give an object such as {_OBJECT}") from None
    except RecursionError:
        raise ValidationError(f"{option} is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValidationError(f"{option} must be a JSON object such as {_OBJECT}, not {text.strip()[:40]}")
    return value
