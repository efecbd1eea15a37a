"""The saved queries of cypher/browser with a reader's own values in them, as text that Neo4j Browser runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphmem.errors import ValidationError

Value = str | Sequence[str]

# Neither ends a string, begins an escape, nor breaks a line. Cypher 5 reads \u0027 as a quote before it looks for strings: so text with
# a backslash is never written into a query.
_PLAIN = re.compile(r"[^\\\x00-\x1f\x7f-\x9f\u2028\u2029]*")
_PARAMETER = re.compile(r"\$(\w+)")
_DECLARATION = re.compile(r"// \$(\w+): (.+)")


class SavedQuery(NamedTuple):
    """A query file taken apart. `parameters`: name → what it is."""

    name: str
    description: str
    parameters: Mapping[str, str]
    text: str


def read(name: str, source: str) -> SavedQuery:
    """Take the text of a query file apart.

    Args:
        name: of the file, without folder and suffix.
        source: its first line describes it, the following ones declare its parameters, as in ``// $user: the user's id``.
    """
    lines = source.strip().splitlines()
    comments = [line for line in lines if line.startswith("//")]
    declared = [match for line in comments if (match := _DECLARATION.fullmatch(line))]
    description = " ".join(line[2:].strip() for line in comments if not _DECLARATION.fullmatch(line))
    text = "\n".join(line for line in lines if not line.startswith("//"))
    return SavedQuery(name, description, {match[1]: match[2] for match in declared}, text)


def with_values(query: SavedQuery, values: Mapping[str, Value]) -> str:
    """The query with values in place of its parameters, after its description, ready to be pasted into Neo4j Browser.

    Where a value can't be written into a query safely (it holds a backslash or a control character), the parameters stay, and a line
    before the query sets them all: Neo4j Browser reads that line as JSON. Run that line first.

    Args:
        query: from `read`.
        values: one for each of its parameters.

    Raises:
        ValidationError: a parameter has no value.
    """
    missing = sorted(query.parameters.keys() - values.keys())
    if missing:
        told = ", ".join(f"{name} ({query.parameters[name]})" for name in missing)
        raise ValidationError(f"the query {query.name!r} needs a value for {told}")
    used = {name: values[name] for name in query.parameters}
    head = f"// {query.description}\n"
    if all(
        _PLAIN.fullmatch(text) for value in used.values() for text in ([value] if isinstance(value, str) else value)
    ):
        return head + _PARAMETER.sub(lambda match: _literal(used[match[1]]), query.text)
    told = json.dumps({name: value if isinstance(value, str) else [*value] for name, value in used.items()})
    return f":params {told};\n{head}{query.text}"


def _literal(value: Value) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "\\'") + "'"
    return f"[{', '.join(map(_literal, value))}]"
