"""What several commands take: scopes, the store, JSON; and how it becomes what the client takes."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.errors import ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient


def _or_before_the_command(name: str) -> Any:
    """`graphmem --store X list` and `graphmem list --store X` are the same; the later one wins."""

    def value(ctx: typer.Context, given: Any) -> Any:
        return ctx.find_root().params.get(name) if given in (None, False) else given

    return value


User = Annotated[str | None, typer.Option("--user", "-u", metavar="ID", help="Id of a user.")]
Agent = Annotated[str | None, typer.Option("--agent", "-a", metavar="ID", help="Id of an agent.")]
App = Annotated[str | None, typer.Option("--app", metavar="ID", help="Id of an app.")]
Run = Annotated[str | None, typer.Option("--run", "-r", metavar="ID", help="Id of a run: one session.")]
Categories = Annotated[
    list[str] | None, typer.Option("--category", "-c", metavar="NAME", help="Of this category; may be repeated.")
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="What the store would have answered then: ISO 8601 or seconds."),
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
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def help_of(command: Callable[..., None]) -> str:
    """The docstring as help, with its examples line by line."""
    # A paragraph after this character is not wrapped.
    return _EXAMPLES.sub("\b\n", inspect.cleandoc(command.__doc__ or ""))


def connect(store: str | None) -> MemoryClient:
    """A client on this store, on GRAPHMEM_STORE or on the default one."""
    from graphmem._sync.client.client import MemoryClient

    return MemoryClient(store)


def scope(
    user: str | None, agent: str | None, app: str | None, run: str | None, needed_by: typer.Context | None = None
) -> dict[str, Any]:
    """The ids that were given, named as the client names them. Ends in wrong usage where a command needs one."""
    given = {"user_id": user, "agent_id": agent, "app_id": app, "run_id": run}
    found = {name: value for name, value in given.items() if value is not None}
    if needed_by and not found:
        needed_by.fail("say whose memories: give at least one of --user, --agent, --app and --run")
    return found


def json_object(option: str, given: str | None) -> dict[str, Any] | None:
    """The object that an option holds as JSON.

    Raises:
        ValidationError: it is not JSON, or not an object.
    """
    if given is None:
        return None
    try:
        found = json.loads(given)
    except ValueError as error:
        raise ValidationError(f"{option} is not JSON: {error}; write it like {_OBJECT}") from None
    except RecursionError:
        raise ValidationError(f"{option} is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValidationError(f"{option} is a JSON object like {_OBJECT}, not {given.strip()[:40]}")
    return found


def moment(given: Any) -> Any:
    """Seconds since the epoch as a number; everything else as it stands."""
    return float(given) if isinstance(given, str) and _NUMBER.fullmatch(given.strip()) else given
