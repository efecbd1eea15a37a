"""Loads the query files in cypher/. Each holds one query that is valid Cypher as it stands: to read, to paste and to run.

The comment lines at the top say what the query does and declare its parameters, one a line (``// $name: what it is``). The
parameters declared must be those used. Further comments stand on lines of their own. Marks in a query stand for text that
would otherwise be repeated in many files:

==============================  ============================================================================================
``true /*filter m*/``           the filter, compiled to a condition on the node `m`
``true /*said m*/``             the same on the Message node `m`, for a filter that speaks of what messages have
``t /*micros*/``                the time `t` as an integer, in microseconds since the epoch: the driver takes five times as
                                long to read times
``d /*date*/``                  the date `d` as a string in ISO form
``m {.*} /*memory*/``           a map of a memory's fields, read from its Memory node; with ``AS memory``: one column a field,
                                in brackets: a list of their values, in the order of ``FIELDS``
``v {.*} /*version*/``          the same, read from a Version node
``FORMERLY /*twins*/``          all types of twins, see `graphmem.stores.neo4j.twins`
==============================  ============================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphmem.filters.to_cypher import MESSAGE, compile_cypher
from graphmem.model.filter import Filter
from graphmem.stores.neo4j.twins import TYPES

_PACKAGE = Path(__file__).parents[2]
# In a wheel the files are inside the package, in a checkout beside it.
FOLDER = next(
    (folder for folder in (_PACKAGE / "cypher", _PACKAGE.parent / "cypher") if folder.is_dir()), _PACKAGE / "cypher"
)

_DECLARED = re.compile(r"^// \$(\w+):", re.MULTILINE)
_USED = re.compile(r"\$(\w+)")
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_FILTER = re.compile(r"true /\*(filter|said) (\w+)\*/")
_MICROS = re.compile(r"([\w.]+) /\*micros\*/")
_DATE = re.compile(r"([\w.]+) /\*date\*/")
_TWINS = re.compile(r"FORMERLY /\*twins\*/")
_COLUMNS = re.compile(r"(\[)?(\w+) \{\.\*\}\]?( AS memory)? /\*(memory|version)\*/")

# Field of a memory → property that it is read from. A Version node keeps the ids under other names than a Memory node.
_IDS = {"memory": {"id": "id", "version_id": "version_id"}, "version": {"id": "memory_id", "version_id": "id"}}
_PLAIN = ("text", "user_id", "agent_id", "app_id", "run_id", "metadata", "categories", "immutable")
_TIMES = ("expires_at", "created_at", "updated_at")
_DATES = ("event_start", "event_end")
# Fields of a memory, in the order in which queries return them.
FIELDS = ("id", "version_id", *_PLAIN, *_TIMES, *_DATES)


@dataclass(frozen=True, slots=True)
class Query:
    """A loaded query. `name`: path below cypher/ without the suffix. `text`: without comments, all marks but filters replaced."""

    name: str
    parameters: frozenset[str]
    text: str

    def filtered(self, filter: Filter) -> tuple[str, Mapping[str, Any]]:
        """The text with its filter marks replaced by this filter, and the filter's parameters."""
        compiled = {
            (kind, variable): compile_cypher(filter, variable, *([MESSAGE] if kind == "said" else []))
            for kind, variable in set(_FILTER.findall(self.text))
        }
        text = _FILTER.sub(lambda mark: f"({compiled[mark[1], mark[2]].text})", self.text)
        return text, next(iter(compiled.values())).parameters if compiled else {}


def source(name: str) -> str:
    """The unchanged text of a query file."""
    return (FOLDER / f"{name}.cypher").read_text(encoding="utf-8")


@cache
def load(name: str) -> Query:
    """The query of this name, such as ``read/search``.

    Raises:
        ValueError: the file's header does not declare exactly the parameters that it uses.
    """
    file = source(name)
    text = _TWINS.sub("|".join(TYPES), _COMMENT.sub("", file).strip())
    declared, used = set(_DECLARED.findall(file)), set(_USED.findall(text))
    if declared != used:
        raise ValueError(
            f"cypher/{name}.cypher: declared but not used {sorted(declared - used)}, used but not declared {sorted(used - declared)}"
        )
    return Query(
        name, frozenset(declared), _DATE.sub(r"toString(\1)", _MICROS.sub(_micros, _COLUMNS.sub(_columns, text)))
    )


@cache
def joined(names: tuple[str, ...]) -> str:
    """Join queries into one that runs each in a subquery, in this order.

    Each must return exactly one row: after none the later ones would not run, after several they would run several times.
    """
    return "\n".join([f"CALL () {{\n{load(name).text}\n}}" for name in names] + ["RETURN *"])


def names() -> tuple[str, ...]:
    """Names of all query files, sorted."""
    return tuple(sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.cypher")))


def _micros(mark: re.Match[str]) -> str:
    return f"{mark[1]}.epochSeconds * 1000000 + {mark[1]}.microsecond"


def _columns(mark: re.Match[str]) -> str:
    as_list, node, as_columns, kind = mark.groups()
    values = _IDS[kind] | {name: name for name in _PLAIN} | {name: f"{name} /*micros*/" for name in _TIMES}
    values |= {name: f"{name} /*date*/" for name in _DATES}
    if as_list:
        return f"[{', '.join(f'{node}.{value}' for value in values.values())}]"
    if as_columns:
        return ", ".join(f"{node}.{value} AS {name}" for name, value in values.items())
    return f"{node} {{{', '.join(f'{name}: {node}.{value}' for name, value in values.items())}}}"
