"""The files in cypher/, by path: one query each, valid Cypher as it stands.

A header of comment lines says what the query does and declares its parameters, one line each (``// $name: what it is``);
declared and used must agree. Where a file says ``true /*filter m*/`` a compiled filter on the node `m` goes. A line
``// if rows or others: found`` begins a part that is needed only where one of these parameters holds rows; it gives `found`.
``// always:`` ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphmem.filters.to_cypher import compile_cypher
from graphmem.model.filter import Filter

_PACKAGE = Path(__file__).parents[2]
# In a wheel the files are inside the package, in a checkout beside it.
FOLDER = next(
    (folder for folder in (_PACKAGE / "cypher", _PACKAGE.parent / "cypher") if folder.is_dir()), _PACKAGE / "cypher"
)

_DECLARED = re.compile(r"^// \$(\w+):", re.MULTILINE)
_USED = re.compile(r"\$(\w+)")
_COMMENT = re.compile(r"^//.*\n", re.MULTILINE)
_PART = re.compile(r"^// (?:if ([\w ]+)|always):(.*)\n", re.MULTILINE)
_FILTER = re.compile(r"true /\*filter (\w+)\*/")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query: which parameters it is for (none: it is always needed), and the lists that it gives."""

    rows: frozenset[str]
    gives: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """One file. `name` is its path below cypher/ without the ending."""

    name: str
    parameters: frozenset[str]
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(part.text for part in self.parts)

    def needed(self, parameters: Mapping[str, Any]) -> str:
        """The text without the parts whose parameters are all empty; what these would give is an empty list."""
        given = frozenset(name for name, value in parameters.items() if value)
        return _needed(self.parts, given)

    def filtered(self, filter: Filter) -> tuple[str, Mapping[str, Any]]:
        """The text with the filter in its places, and the filter's parameters."""
        compiled = {variable: compile_cypher(filter, variable) for variable in set(_FILTER.findall(self.text))}
        text = _FILTER.sub(lambda place: f"({compiled[place[1]].text})", self.text)
        return text, next(iter(compiled.values())).parameters if compiled else {}


@cache
def load(name: str) -> Query:
    """The query of this name, such as ``read/search``.

    Raises:
        ValueError: the file's header does not declare exactly the parameters that it uses.
    """
    source = (FOLDER / f"{name}.cypher").read_text(encoding="utf-8")
    declared, used = set(_DECLARED.findall(source)), set(_USED.findall(_COMMENT.sub("", source)))
    if declared != used:
        raise ValueError(
            f"cypher/{name}.cypher: declared but not used {sorted(declared - used)}, used but not declared {sorted(used - declared)}"
        )
    return Query(name, frozenset(declared), tuple(_parts(source)))


def names() -> tuple[str, ...]:
    """All there are, sorted."""
    return tuple(sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.cypher")))


def _parts(source: str) -> Iterator[Part]:
    start, rows, gives = 0, "", ""
    for mark in [*_PART.finditer(source), None]:
        text = _COMMENT.sub("", source[start : mark.start() if mark else None]).strip()
        if text:
            kinds = frozenset(rows.split()) - {"or"}
            yield Part(kinds, tuple(name.strip() for name in gives.split(",") if name.strip()), text)
        if mark:
            start, rows, gives = mark.end(), mark[1] or "", mark[2]


@cache
def _needed(parts: tuple[Part, ...], given: frozenset[str]) -> str:
    left_out = [part for part in parts if part.rows and not part.rows & given]
    empty = [f"[] AS {name}" for part in left_out for name in part.gives]
    lines = [f"WITH {', '.join(empty)}"] if empty else []
    return "\n".join((*lines, *(part.text for part in parts if part not in left_out)))
