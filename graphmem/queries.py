"""The files in cypher/, by path: one query each, valid Cypher as it stands.

A header of comment lines says what the query does and declares its parameters, one line each (``// $name: what it is``);
declared and used must agree. Where a file says ``true /*filter m*/`` a compiled filter on the node `m` goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphmem.filters import Filter
from graphmem.filters.cypher import compile_cypher

_HERE = Path(__file__).parent
# In a wheel the files are inside the package, in a checkout beside it.
FOLDER = next((folder for folder in (_HERE / "cypher", _HERE.parent / "cypher") if folder.is_dir()), _HERE / "cypher")

_DECLARED = re.compile(r"^// \$(\w+):", re.MULTILINE)
_USED = re.compile(r"\$(\w+)")
_COMMENT = re.compile(r"^//.*\n", re.MULTILINE)
_FILTER = re.compile(r"true /\*filter (\w+)\*/")


@dataclass(frozen=True, slots=True)
class Query:
    """One file. `name` is its path below cypher/ without the ending."""

    name: str
    text: str
    parameters: frozenset[str]

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
    text = _COMMENT.sub("", source).strip()
    declared, used = set(_DECLARED.findall(source)), set(_USED.findall(text))
    if declared != used:
        raise ValueError(
            f"cypher/{name}.cypher: declared but not used {sorted(declared - used)}, used but not declared {sorted(used - declared)}"
        )
    return Query(name, text, frozenset(declared))


def names() -> tuple[str, ...]:
    """All there are, sorted."""
    return tuple(sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.cypher")))
