"""What both compilers share: text made of our own table rows only, and the caller's values beside it as parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition and its parameters. `text` holds no character that a caller wrote."""

    text: str
    parameters: Mapping[str, Any]


@dataclass(slots=True)
class Parameters:
    """Hands out names f0, f1, … for values."""

    sign: str
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        name = f"f{len(self.values)}"
        self.values[name] = value
        return self.sign + name


class Slots(dict[str, str]):
    """What a template's slots stand for. A slot is worked out only where the template has it."""

    def __init__(self, makers: Mapping[str, Callable[[], str]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, name: str) -> str:
        self[name] = self._makers[name]()
        return self[name]
