"""What filters compare beside what was given, on nodes whose text is not ASCII: spelled alike, and with its case folded.

Of ASCII text no such thing is kept: it is its own spelling, and Cypher's toLower() folds it as Python does. The full-text index gets
the words within what its tokenizer takes for one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.model.folding import folded, spelled
from graphmem.model.memory import SCOPE_FIELDS, Scope, digest
from graphmem.model.metadata import PREFIX, properties
from graphmem.model.words import indexed, parted, stem_list
from graphmem.stores.scope_tokens import scope_tokens


def text(name: str, given: str) -> dict[str, Any]:
    """Of the text that this property holds: what filters compare, and what the full-text index holds in its place or beside it."""
    if given.isascii():
        return {} if (within := parted(given)) is None else {"indexed": within}
    found = {f"{name}_spelled": spelled(given), "indexed": indexed(given) or parted(given)}
    found = {name: value for name, value in found.items() if value not in (None, given)}
    # Where it is its own folding, toLower() leaves it as it is.
    return found if given == folded(given) == given.lower() else {f"{name}_folded": folded(given), **found}


def ids(scope: Scope) -> dict[str, Any]:
    """Of the ids of this scope."""
    return {f"{name}_folded": folded(id) for name, id in scope.ids.items() if not id.isascii()}


def categories(given: Sequence[str]) -> dict[str, Any]:
    """Of these categories."""
    if all(map(str.isascii, given)):
        return {}
    found = {"categories_folded": list(map(folded, given))}
    return found | ({} if (alike := list(map(spelled, given))) == list(given) else {"categories_spelled": alike})


def memory_again(row: Mapping[str, Any]) -> dict[str, Any]:
    """A memory of an older store → the row that gives it what it is compared by."""
    scope = Scope(*(row[name] for name in SCOPE_FIELDS))
    changed: dict[str, Any] = {}
    if not row["text"].isascii():
        changed |= {**text("text", row["text"]), "stems": stem_list(row["text"])}
    if not row["metadata"].isascii():
        found = properties(json.loads(row["metadata"]))
        gone = [name for name in row["names"] if name.startswith(f"{PREFIX}/") and name not in found]
        changed |= dict.fromkeys(gone) | found
    return {
        "id": row["id"],
        "identity": digest(scope.key, folded(row["text"])),
        "changed": {**changed, **categories(row["categories"]), **_ids_again(scope)},
        "moved": scope.ids != {name: row[name] for name in scope.ids},
    }


def version_again(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a version, which has scope ids and categories."""
    scope = Scope(*(row[name] for name in SCOPE_FIELDS))
    return {"id": row["id"], "changed": {**scope.ids, **ids(scope), **categories(row["categories"])}}


def message_again(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a message that searches find."""
    scope = Scope(*(row[name] for name in SCOPE_FIELDS))
    return {
        "id": row["id"],
        "changed": {**text("content", row["content"]), "stems": stem_list(row["content"]), **_ids_again(scope)},
    }


def parted_again(row: Mapping[str, Any]) -> dict[str, Any]:
    """A memory or message with words that the index kept together → the row that gives it these words."""
    return {"id": row["id"], "changed": {"indexed": indexed(row["text"]) or parted(row["text"])}}


def _ids_again(scope: Scope) -> dict[str, Any]:
    return {**scope.ids, **ids(scope), "scopes": scope_tokens(scope)} if ids(scope) else {}
