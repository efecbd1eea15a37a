"""Upgrade steps that write anew what filters and searches compare, for files of a graphmem that compared characters and not letters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphmem.model.folding import folded, spelled
from graphmem.model.memory import SCOPE_FIELDS, Scope, digest
from graphmem.model.metadata import leaf_kind, leaves
from graphmem.model.words import indexed, stem_list
from graphmem.stores.scope_tokens import scope_tokens

_IDS = ", ".join(SCOPE_FIELDS)


def spell_ids(connection: sqlite3.Connection) -> int:
    """Gives each scope id its one spelling. Entities and conversations keep the keys that they have."""
    for table in ("memory", "version", "said"):
        for name in SCOPE_FIELDS:
            ids = connection.execute(f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL").fetchall()
            changed = [(new, id) for (id,) in ids if (new := spelled(id)) != id]
            connection.executemany(f"UPDATE {table} SET {name} = ? WHERE {name} = ?", changed)
    return 0


def reread_memories(connection: sqlite3.Connection, after: int, limit: int) -> int | None:
    """Writes anew what finds the next memories; the number of the last one, or None if there was none."""
    rows = connection.execute(
        f"SELECT seq, text, metadata, categories, {_IDS} FROM memory WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    ).fetchall()
    for seq, text, metadata, categories, *ids in rows:
        scope = Scope(*ids)
        # Of two texts that are one now, one keeps the identity that it had: it is found and changed like any other.
        identity = digest(scope.key, folded(text))
        connection.execute("UPDATE OR IGNORE memory SET identity = ? WHERE seq = ?", (identity, seq))
        if any(id is not None and not id.isascii() for id in ids):
            connection.execute("UPDATE memory SET scopes = ? WHERE seq = ?", (scope_tokens(scope), seq))
        if not text.isascii():
            connection.execute("UPDATE memory SET indexed = ? WHERE seq = ?", (indexed(text), seq))
            connection.execute("UPDATE memory_stems SET stems = ? WHERE memory = ?", (stem_list(text), seq))
        if not (metadata.isascii() and categories.isascii()):
            connection.execute("DELETE FROM memory_category WHERE memory = ?", (seq,))
            connection.execute("DELETE FROM memory_metadata WHERE memory = ?", (seq,))
            insert_compared(connection.execute, seq, json.loads(categories), json.loads(metadata))
    return rows[-1][0] if rows else None


def reread_messages(connection: sqlite3.Connection, after: int, limit: int) -> int | None:
    """The same for messages that searches find."""
    rows = connection.execute(
        f"SELECT x.seq, x.content, {_IDS} FROM said s JOIN message x ON x.seq = s.message WHERE x.seq > ? ORDER BY x.seq LIMIT ?",
        (after, limit),
    ).fetchall()
    for seq, content, *ids in rows:
        if not all(text is None or text.isascii() for text in (content, *ids)):
            connection.execute(
                "UPDATE said SET scopes = ?, indexed = ?, stems = ? WHERE message = ?",
                (scope_tokens(Scope(*ids)), indexed(content), stem_list(content), seq),
            )
    return rows[-1][0] if rows else None


def insert_compared(
    execute: Callable[..., Any], seq: int | None, categories: Iterable[str], metadata: Mapping[str, Any]
) -> None:
    """Insert the rows that filters on categories and metadata compare."""
    for name in dict.fromkeys(map(spelled, categories)):
        execute("INSERT INTO memory_category VALUES (?, ?)", (seq, name))
    for leaf in leaves(metadata):
        row = (seq, leaf.path, leaf.item, leaf_kind(leaf.value), leaf.value)
        execute("INSERT INTO memory_metadata VALUES (?, ?, ?, ?, ?)", row)
