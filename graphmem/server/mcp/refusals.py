"""Refusals in words that a model understands: what was given, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pydantic

from graphmem.errors import nearest, shown
from graphmem.model.memory import SCOPE_FIELDS

# Pydantic's kinds of problem begin with these; what was expected, in words.
_EXPECTED = {
    "bool": "true or false",
    "dict": "an object",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "string": "a text",
}


def unknown_tool(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return f"there is no tool {name!r}{nearest(name, names)}; there are {', '.join(names)}"


def unknown_arguments(tool: str, given: Mapping[str, Any], allowed: Iterable[str]) -> str | None:
    """What is wrong with the names of these arguments; None if nothing is."""
    names = list(allowed)
    problems = [
        f"{name} is not an argument of {tool}: whose memories these are is fixed by the connection, so leave it out"
        if name in SCOPE_FIELDS
        else f"{name} is not an argument of {tool}{nearest(name, names)}"
        for name in given
        if name not in names
    ]
    if not problems:
        return None
    takes = f"it takes {', '.join(names)}" if names else "it takes no arguments"
    return f"{'; '.join(problems)}; {takes}"


def wrong_values(error: pydantic.ValidationError) -> str:
    """What is wrong with the values of arguments."""
    told: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"] if not str(part).startswith("list["))
        told.setdefault(place, f"{place}: {_says(problem)}")
    return "; ".join(told.values())


def _says(problem: Any) -> str:
    sort, _, trouble = problem["type"].partition("_")
    if problem["type"] == "missing":
        return "is needed"
    if sort in _EXPECTED and trouble in ("type", "parsing", "from_float"):
        return f"must be {_EXPECTED[sort]}, not {shown(problem['input'])}"
    message: str = problem["msg"]
    return message[:1].lower() + message[1:]
