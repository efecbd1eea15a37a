"""Erases memories for good, with all their versions and everything that nothing else needs any more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

_CHAINS = "SELECT seq FROM version WHERE memory_id IN (SELECT value FROM json_each(:ids))"
# (what is erased, statement), in this order; statements without a name only prepare or clean up. A message is erased if only
# erased versions derive from it, or if its call left no other version.
_STEPS = (
    ("", "CREATE TEMP TABLE purged_set AS SELECT DISTINCT change_set FROM version WHERE memory_id IN (SELECT value FROM json_each(:ids))"),
    ("", f"CREATE TEMP TABLE purged_message AS SELECT DISTINCT message FROM version_source WHERE version IN ({_CHAINS})"),
    ("", "CREATE TEMP TABLE purged_entity AS SELECT DISTINCT entity FROM version_entity"
         f" WHERE version IN ({_CHAINS})"
         " UNION SELECT source FROM relation WHERE memory_id IN (SELECT value FROM json_each(:ids))"
         " UNION SELECT target FROM relation WHERE memory_id IN (SELECT value FROM json_each(:ids))"),
    ("relations", "DELETE FROM relation WHERE memory_id IN (SELECT value FROM json_each(:ids))"),
    ("memories", "DELETE FROM memory WHERE id IN (SELECT value FROM json_each(:ids))"),
    ("versions", "DELETE FROM version WHERE memory_id IN (SELECT value FROM json_each(:ids))"),
    ("messages",
     "DELETE FROM message WHERE (seq IN (SELECT message FROM purged_message) OR change_set IN (SELECT change_set FROM purged_set"
     " WHERE change_set NOT IN (SELECT change_set FROM version))) AND seq NOT IN (SELECT message FROM version_source)"),
    ("entities",
     "DELETE FROM entity WHERE seq IN (SELECT entity FROM purged_entity) AND seq NOT IN (SELECT entity FROM version_entity)"
     " AND seq NOT IN (SELECT source FROM relation UNION SELECT target FROM relation)"),
    ("", "DELETE FROM vector WHERE id NOT IN (SELECT vector FROM version WHERE vector IS NOT NULL"
         " UNION SELECT vector FROM memory WHERE vector IS NOT NULL"
         " UNION SELECT vector FROM reembedded WHERE vector IS NOT NULL)"),
    ("", "DROP TABLE purged_set"),
    ("", "DROP TABLE purged_message"),
    ("", "DROP TABLE purged_entity"),
)  # fmt: skip


def purge(execute: Callable[..., sqlite3.Cursor], memory_ids: Sequence[str]) -> dict[str, int]:
    """Erase these memories, current or withdrawn, within the open transaction. Returns kind of row → number of rows erased."""
    ids: dict[str, Any] = {"ids": json.dumps(list(memory_ids))}
    # Counted in `version`, because a withdrawn memory has no row in `memory`.
    erased = execute(
        "SELECT count(DISTINCT memory_id) FROM version WHERE memory_id IN (SELECT value FROM json_each(:ids))", ids
    ).fetchone()[0]
    counts: dict[str, int] = {}
    for name, statement in _STEPS:
        rows = execute(statement, ids if ":ids" in statement else {}).rowcount
        if name:
            counts[name] = rows
    return {**counts, "memories": erased}
