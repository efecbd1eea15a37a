"""Merges the parts of the client into the one class that users see."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from types import FunctionType, GenericAlias
from typing import Any, Generic, TypeVar, cast

from graphmem.dialect.shown import shown
from graphmem.dialect.signatures import Signature

_PACKAGE = "graphmem"

_Class = TypeVar("_Class", bound=type)


def one_class(written: _Class) -> _Class:
    """Copies the methods of all bases into one class without bases, which belongs to the module ``graphmem``.

    This way help, error messages and reprs name the client and not the files that it is written in. Its public methods and
    ``__init__`` check their arguments first: see `Signature`; what the methods return shows itself: see `shown`.
    """
    members: dict[str, Any] = {}
    # Reversed, so that a class overrides its bases, as it would by inheritance.
    for part in reversed(written.__mro__):
        if part not in (object, Generic):
            members.update({name: member for name, member in vars(part).items() if _is_ours(name, member)})
    for name, member in members.items():
        function = member.fget if isinstance(member, property) else member
        if isinstance(function, FunctionType):
            function.__module__, function.__qualname__ = _PACKAGE, f"{written.__name__}.{name}"
    members |= {name: _checked(written.__name__, member) for name, member in members.items() if _is_call(name, member)}
    members["__init__"] = _checked_init(written.__name__, members["__init__"])
    members |= {
        "__module__": _PACKAGE,
        "__qualname__": written.__name__,
        "__doc__": written.__doc__,
        # Generic is no longer a base, but type annotations still write the client with a format in brackets.
        "__class_getitem__": classmethod(GenericAlias),
    }
    return cast(_Class, type(written.__name__, (), members))


def _is_ours(name: str, member: object) -> bool:
    """Whether it is a method or attribute of ours, not one that Python adds to every class."""
    return isinstance(member, FunctionType) or not name.startswith("__")


def _is_call(name: str, member: object) -> bool:
    return isinstance(member, FunctionType) and not name.startswith("_")


def _checked(owner: str, method: Callable[..., Any]) -> Callable[..., Any]:
    signature = Signature(owner, method)

    @functools.wraps(method)
    # `self` is positional only, so that an unexpected argument called self is reported like any other.
    async def checked(self: Any, /, *given: Any, **named: Any) -> Any:
        ignored = signature.check(given, named)
        if ignored and not self._warned_of_ignored:
            self._warned_of_ignored = True
            warnings.warn(signature.ignores(ignored), UserWarning, stacklevel=2)
        if not self._warned_of_literal and (warning := signature.literal(named)) is not None:
            self._warned_of_literal = True
            warnings.warn(warning, UserWarning, stacklevel=2)
        return shown(await method(self, *given, **named))

    return checked


def _checked_init(owner: str, method: Callable[..., None]) -> Callable[..., None]:
    signature = Signature(owner, method)

    @functools.wraps(method)
    def checked(self: Any, /, *given: Any, **named: Any) -> None:
        ignored = signature.check(given, named)
        if ignored:
            warnings.warn(signature.ignores(ignored), UserWarning, stacklevel=2)
        method(self, *given, **named)

    return checked
