"""Shared by both compilers: text that comes from our own tables only, with the caller's values as parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition and its parameters. `text` holds nothing that a caller wrote."""

    text: str
    parameters: Mapping[str, Any]


@dataclass(slots=True)
class Parameters:
    """Collects values under the names f0, f1, …; `sign` marks a parameter in the query language."""

    sign: str
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        name = f"f{len(self.values)}"
        self.values[name] = value
        return self.sign + name


class Slots(dict[str, str]):
    """The values of a template's slots. Each is computed only if the template has it, so that no unused parameter is added."""

    def __init__(self, makers: Mapping[str, Callable[[], str]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, name: str) -> str:
        self[name] = self._makers[name]()
        return self[name]
