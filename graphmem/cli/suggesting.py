"""A group of commands that says which command or option somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from typer.core import TyperGroup

from graphmem.cli.harmless import harmless
from graphmem.errors import closest, meant

# What other programs call a command → what it is called here.
ELSEWHERE: Mapping[str, str] = {
    "all": "list",
    "create": "add",
    "del": "forget",
    "delete": "forget",
    "find": "search",
    "get": "show",
    "get-all": "list",
    "info": "status",
    "log": "history",
    "ls": "list",
    "query": "search",
    "remember": "add",
    "remove": "forget",
    "revert": "undo",
    "rm": "forget",
    "start": "up",
    "stats": "status",
    "stop": "down",
}

# The same of options; the first that the command has is meant.
OPTIONS_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "count": ("top-k", "page-size"),
    "date": ("timestamp", "as-of"),
    "expiration-date": ("expires",),
    "from": ("start",),
    "key": ("keywords",),
    "limit": ("top-k", "page-size"),
    "max": ("top-k", "page-size"),
    "n": ("top-k", "page-size"),
    "query": ("keywords", "filter"),
    "session": ("run",),
    "size": ("page-size",),
    "since": ("start",),
    "tag": ("category",),
    "to": ("end",),
    "until": ("end",),
}


class Suggesting(TyperGroup):
    """For a command or an option that is not there, the error names the nearest that is."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            known = self.list_commands(ctx)
            other = ELSEWHERE.get(name)
            ctx.fail(f"there is no command {name!r}{meant(other if other in known else closest(name, known))}")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _nearest_option():
            return list(super().parse_args(ctx, args))

    def invoke(self, ctx: Any) -> Any:
        # The options of commands are read in here.
        with _nearest_option():
            return super().invoke(ctx)


@contextmanager
def _nearest_option() -> Iterator[None]:
    """Names one option, not all whose names are a little like what was given."""
    try:
        yield
    except Exception as error:
        # Known by what it has: Typer's releases raise classes of different modules.
        told: Any = error
        if hasattr(error, "option_name") and hasattr(error, "possibilities"):
            name = told.option_name
            # Two dashes would make all names alike.
            other = _meant(name.lstrip("-").replace("_", "-"), [] if told.ctx is None else _options(told.ctx))
            told.message = harmless(f"there is no option {name}{meant(other and f'--{other}')}")
            told.possibilities = None
        elif isinstance(getattr(error, "message", None), str):
            # What a library puts before the words.
            told.message = harmless(told.message.replace("Value error, ", ""))
        raise


def _meant(name: str, known: list[str]) -> str | None:
    elsewhere = (other for other in OPTIONS_ELSEWHERE.get(name, ()) if other in known)
    # In the dialect it is --user-id.
    stem = name.removesuffix("-id")
    return next(elsewhere, None) or (stem if stem in known else closest(name, known))


def _options(ctx: Any) -> list[str]:
    names = (name for parameter in ctx.command.get_params(ctx) for name in parameter.opts)
    return [name.removeprefix("--") for name in names if name.startswith("--")]
