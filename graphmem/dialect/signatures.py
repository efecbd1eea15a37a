"""Checks the arguments of calls, so that errors name a call as users write it and arguments of hosted services are accepted."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphmem.dialect import arguments as checks
from graphmem.errors import closest
from graphmem.model.memory import SCOPE_FIELDS

_ACCOUNT = ("api_key", "org_id", "project_id")
# Call → arguments of hosted services that it accepts and ignores, so that programs written for those run unchanged.
IGNORED: dict[str, tuple[str, ...]] = {
    "__init__": _ACCOUNT,
    "add": (*_ACCOUNT, "async_mode", "enable_graph", "filter_memories", "multilingual", "version"),
    "search": (*_ACCOUNT, "enable_graph", "filter_memories", "multilingual", "rerank"),
    "get_all": (*_ACCOUNT, "enable_graph", "filter_memories", "multilingual"),
    "delete_all": _ACCOUNT,
}


class Signature:
    """The arguments of one call.

    Attributes:
        call: its name as users write it, for example ``MemoryClient.add()``.
    """

    def __init__(self, owner: str, method: Callable[..., Any]) -> None:
        """`owner`: the name of the class that users see."""
        name = method.__name__
        self.call = f"{owner}()" if name == "__init__" else f"{owner}.{name}()"
        self._ignored = IGNORED.get(name, ())
        _, *arguments = inspect.signature(method).parameters.values()
        self._arguments = {argument.name: argument for argument in arguments}
        self._positional = [argument.name for argument in arguments if argument.kind is not argument.KEYWORD_ONLY]
        self._needed = [argument.name for argument in arguments if argument.default is argument.empty]
        self._switches = [argument.name for argument in arguments if isinstance(argument.default, bool)]
        self._never_null = [
            argument.name
            for argument in arguments
            if argument.default not in (None, argument.empty) and not isinstance(argument.default, checks.Missing)
        ]

    def check(self, given: Sequence[Any], named: dict[str, Any]) -> list[str]:
        """Check the arguments of a call, and remove from `named` the ignored ones and those that are null without a meaning.

        Args:
            given: the arguments passed by position. named: those passed by name.

        Returns:
            The names of ignored arguments for which the caller may expect an effect: those that are neither None nor the default.

        Raises:
            TypeError: an argument is unknown, missing or given twice, or there are too many.
            ValidationError: one that is true or false is something else.
        """
        taken = {name: named.pop(name) for name in self._ignored if name in named}
        by_position = self._positional[: len(given)]
        for name in named:
            if name not in self._arguments:
                raise TypeError(self._unexpected(name, {*by_position, *named}))
            if name in by_position:
                raise TypeError(f"{self.call} got multiple values for argument {name!r}")
        if len(given) > len(self._positional):
            raise TypeError(self._too_many(len(given)))
        missing = [repr(name) for name in self._needed if name not in by_position and name not in named]
        if missing:
            count = f"{len(missing)} required argument{'s' if len(missing) > 1 else ''}"
            raise TypeError(f"{self.call} missing {count}: {' and '.join(missing)}")
        # In the dialect, what is null was not given.
        for name in self._never_null:
            if name in named and named[name] is None:
                del named[name]
        for name in self._switches:
            if name in named:
                named[name] = checks.truth(name, named[name])
        return [name for name, value in taken.items() if value is not None and value != self._default(name)]

    def ignores(self, names: Sequence[str]) -> str:
        """The warning about ignored arguments."""
        which = "is ignored: it" if len(names) == 1 else "are ignored: they"
        change = "changes" if len(names) == 1 else "change"
        return (
            f"{self.call}: {', '.join(names)} {which} {change} nothing here and can be passed only so that programs written for a "
            "hosted service run unchanged. A client warns of it once"
        )

    def literal(self, named: Mapping[str, Any]) -> str | None:
        """The warning about an id given as ``"*"`` to a call that takes filters, where that means any id; None if there is none."""
        names = [name for name in SCOPE_FIELDS if named.get(name) == "*"] if "filters" in self._arguments else []
        if not names:
            return None
        return (
            f'{self.call}: {names[0]}="*" means the id "*" and nothing else. For any id give filters={{"{names[0]}": "*"}}; '
            'reset(confirm="everything") empties the store. A client warns of it once'
        )

    def _default(self, name: str) -> Any:
        return self._arguments[name].default if name in self._arguments else None

    def _unexpected(self, name: str, passed: set[str]) -> str:
        others = [other for other in self._arguments if other not in passed]
        # A client takes ids as its scope only.
        other = "scope" if name in SCOPE_FIELDS and "scope" in others else closest(name, others)
        hint = f"Did you mean {other!r}? " if other else ""
        takes = f"It takes {', '.join(self._arguments)}" if self._arguments else "It takes none"
        return f"{self.call} got an unexpected keyword argument {name!r}. {hint}{takes}"

    def _too_many(self, count: int) -> str:
        most = len(self._positional)
        takes = f"{most} positional argument{'' if most == 1 else 's'}" if most else "no positional arguments"
        listed = f" ({', '.join(self._positional)})" if most else ""
        by_name = next((name for name in self._arguments if name not in self._positional), None)
        hint = f": pass the others by name, for example {by_name}=…" if by_name else ""
        return f"{self.call} takes {takes}{listed} but {count} {'was' if count == 1 else 'were'} given{hint}"
