"""Checks the files and lines that callers hand in: opened for text, not a path and not bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BufferedIOBase, RawIOBase
from os import PathLike
from typing import Any

from graphmem.dialect.arguments import kind
from graphmem.errors import ValidationError, shown

_NO_TEXT = (RawIOBase, BufferedIOBase)


def to_write(given: Any) -> Any:
    """An object that takes text by ``write``, such as a file that is open for it.

    Raises:
        ValidationError: it is something else.
    """
    if isinstance(given, _NO_TEXT) or not callable(getattr(given, "write", None)):
        raise ValidationError(
            f'file must be open for text, as open(path, "w", encoding="utf-8") makes it, not {_shown(given)}'
        )
    return given


def to_read(given: Any) -> Any:
    """An iterable of lines, such as a file that is open for text; `texts` checks the lines.

    Raises:
        ValidationError: it is something else.
    """
    one = isinstance(given, str | bytes | PathLike | Mapping | RawIOBase | BufferedIOBase)
    if one or not isinstance(given, Iterable):
        raise ValidationError(
            f'lines must be a file open for text, as open(path, encoding="utf-8") makes it, or its lines, not {_shown(given)}'
        )
    return given


def texts(lines: Iterable[Any]) -> Iterator[str]:
    """The lines, each of which must be a string.

    Raises:
        ValidationError: one is not.
    """
    for number, line in enumerate(lines, 1):
        if not isinstance(line, str):
            raise ValidationError(f"line {number} is of type {kind(line)}, not a string: open files for text")
        yield line


def _shown(given: Any) -> str:
    return "null" if given is None else f"{shown(given)} ({kind(given)})"
