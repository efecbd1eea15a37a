"""The commands keys create, list, revoke and rotate: who may use the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.moments import moment
from graphmem.cli.options import Agent, App, AsJson, Run, Store, User, connect, help_of, scope
from graphmem.cli.suggesting import Suggesting
from graphmem.dialect import arguments
from graphmem.model import times

if TYPE_CHECKING:
    from graphmem.protocols import ServerStore
    from graphmem.server.keys import Key

app = typer.Typer(
    cls=Suggesting, help="Make and end the keys of the server.", no_args_is_help=True, rich_markup_mode=None
)

Which = Annotated[str, typer.Argument(metavar="NAME", help="Name or id of a key.")]


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="By which you know it again.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="It may not change anything.")] = False,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="TIME", help="Until when it is in force: ISO 8601, or 90d.")
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and show it once. With ids it is bound to them, and sees nothing beyond.

    Examples:
      graphmem keys create admin
      graphmem keys create alice-phone --user alice --read-only --expires 90d
    """
    from graphmem.server import keys

    until = None if expires is None else _until(expires)
    with _served(store) as kept:
        key, text = keys.create(
            kept, name, arguments.scope(scope(user, agent, app, run)), read_only=read_only, expires_at=until
        )
    _shown_once(key, text, as_json)


def list_keys(store: Store = None, as_json: AsJson = False) -> None:
    """Show the keys that there are. The secrets themselves are known to nobody but who has them.

    Example:
      graphmem keys list
    """
    from graphmem.server import keys

    with _served(store) as kept:
        found = keys.listed(kept)
    if as_json:
        output.document([_row(key) for key in found])
    elif found:
        output.table(
            ("Id", "Name", "Bound to", "May", "State", "Made", "Ends"),
            [
                (
                    key.id,
                    key.name,
                    ", ".join(f"{name}={value}" for name, value in key.scope.ids.items()) or "everything",
                    "read" if key.read_only else "read, write",
                    _state(key),
                    f"{key.created_at:%Y-%m-%d}",
                    "" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d %H:%M}",
                )
                for key in found
            ],
        )
    else:
        output.note("No keys. Without any, graphmem serve serves only this machine.")


def revoke(name: Which, store: Store = None, as_json: AsJson = False) -> None:
    """End a key. Servers that run heed it within two seconds.

    Example:
      graphmem keys revoke alice-phone
    """
    from graphmem.server import keys

    with _served(store) as kept:
        key = keys.revoke(kept, keys.named(kept, name))
    if as_json:
        output.document(_row(key))
    else:
        output.note(f"The key {key.name} ({key.id}) was revoked.")


def rotate(
    name: Which,
    keep_old: Annotated[
        int, typer.Option("--keep-old", metavar="SECONDS", help="How long the old one is accepted too.", min=0)
    ] = 0,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Give a key a new text, and show it once. Name, id and scope stay.

    Example:
      graphmem keys rotate alice-phone --keep-old 3600
    """
    from graphmem.server import keys

    until = times.now() + timedelta(seconds=keep_old) if keep_old else None
    with _served(store) as kept:
        key, text = keys.rotate(kept, keys.named(kept, name), until)
    _shown_once(key, text, as_json)


@contextmanager
def _served(store: str | None) -> Iterator[ServerStore]:
    from graphmem._sync.client.sharing import server_store

    with connect(store, new=True) as client:
        yield server_store(client)


def _until(given: str) -> Any:
    """A time to come: ISO 8601, or a number of days."""
    days = given.removesuffix("d")
    if given.endswith("d") and days.isdecimal() and len(days) < 6:
        return times.now() + timedelta(days=int(days))
    return arguments.moment("--expires", moment(given, "--expires"), day_end=True)


def _shown_once(key: Key, text: str, as_json: bool) -> None:
    if as_json:
        output.document({**_row(key), "key": text})
        return
    typer.echo(text)
    output.note("Keep it now: it is not shown again. Send it as 'Authorization: Token KEY'.")


def _state(key: Key) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= times.now() else "in force"


def _row(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scope.ids,
        "read_only": key.read_only,
        "state": _state(key),
        "created_at": key.created_at.isoformat(),
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
        "revoked_at": None if key.revoked_at is None else key.revoked_at.isoformat(),
    }


_COMMANDS: dict[str, Callable[..., None]] = {
    "create": create,
    "list": list_keys,
    "revoke": revoke,
    "rotate": rotate,
}
for name, command in _COMMANDS.items():
    app.command(name, help=help_of(command))(command)
