"""Withdraws many memories at once: a few statements about all of them, and not some for each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence

from graphmem.errors import StaleVersionError
from graphmem.model.changes import Applied, Change, ChangeSet, Retire
from graphmem.model.times import to_micros
from graphmem.stores.sqlite.rows import STATE

# Below that, the statements for each are as fast.
_MANY = 50
# In KiB, while it lasts: otherwise changed pages are written to the log and read again many times over.
_CACHE = 65_536
_DEFAULT_CACHE = 2_000

_COLUMNS = ", ".join(STATE)
_STEPS = (
    # The deletion is a version like any other, so that history and undo need no special case.
    "UPDATE version SET recorded_to = max(:now, recorded_from) WHERE id IN (SELECT current FROM withdrawn)",
    "INSERT INTO version (id, memory_id, number, event, change_set, recorded_from, conversation, position,"
    f" {_COLUMNS}) SELECT w.version, v.memory_id, v.number + 1, 'DELETE', :change_set, v.recorded_to, v.conversation, v.position,"
    f" {_COLUMNS.replace('updated_at', 'v.recorded_to')} FROM withdrawn w CROSS JOIN version v ON v.id = w.current ORDER BY w.place",
    "UPDATE relation SET retracted_at = max(:now, recorded_at) WHERE retracted_at IS NULL AND memory_id IN (SELECT id FROM withdrawn)",
    # The foreign keys would do these one by one.
    "DELETE FROM memory_category WHERE memory IN (SELECT seq FROM withdrawn)",
    "DELETE FROM memory_metadata WHERE memory IN (SELECT seq FROM withdrawn)",
    "DELETE FROM mention WHERE memory IN (SELECT seq FROM withdrawn)",
    "DELETE FROM memory_stems WHERE memory IN (SELECT seq FROM withdrawn)",
    "DELETE FROM memory WHERE seq IN (SELECT seq FROM withdrawn)",
)


def only_withdraws(changes: Sequence[Change]) -> bool:
    """Whether this is for `withdraw`: many memories, and no message that brought it about."""
    return len(changes) >= _MANY and all(isinstance(each, Retire) and not each.sources for each in changes)


def withdraw(execute: Callable[..., sqlite3.Cursor], changes: ChangeSet) -> Applied:
    """Carry out a set of Retires, within the open transaction.

    Raises:
        StaleVersionError: one of them names a version that is no longer the newest.
    """
    retires = [each for each in changes.changes if isinstance(each, Retire)]
    rows = json.dumps([(each.memory_id, each.version_id, each.replaces) for each in retires])
    execute(f"PRAGMA cache_size = -{_CACHE}")
    try:
        execute(
            "CREATE TEMP TABLE withdrawn AS SELECT w.key AS place, m.seq, m.id, json_extract(w.value, '$[1]') AS version,"
            " m.version_id AS current, json_extract(w.value, '$[2]') AS replaces"
            " FROM json_each(?) w CROSS JOIN memory m ON m.id = json_extract(w.value, '$[0]')",
            (rows,),
        )
        stale = execute("SELECT id FROM withdrawn WHERE replaces <> current ORDER BY place LIMIT 1").fetchone()
        if stale:
            raise StaleVersionError(stale[0])
        found = {id for (id,) in execute("SELECT id FROM withdrawn")}
        values = {"now": to_micros(changes.recorded_at), "change_set": changes.id}
        for step in _STEPS:
            execute(step, {name: value for name, value in values.items() if f":{name}" in step})
        execute("DROP TABLE withdrawn")
    finally:
        execute(f"PRAGMA cache_size = -{_DEFAULT_CACHE}")
    return Applied(missing=frozenset(each.memory_id for each in retires) - found)
