"""Upgrades a file to the newest schema, step by step, when it is opened.

A change of the schema adds a step. Released steps never change: there are files that still need them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from graphmem.model.ids import new_id
from graphmem.model.memory import Scope
from graphmem.model.requests import check_schema
from graphmem.model.words import stem_list
from graphmem.stores.message_scopes import scope_of
from graphmem.stores.scope_tokens import scope_tokens
from graphmem.stores.sqlite.rereading import reread_memories, reread_messages, spell_ids
from graphmem.stores.sqlite.schema import (
    APPLICATION_ID,
    ENDINGS,
    EVENTS,
    EVERY_SCRIPT,
    LARGE_SCOPES,
    MESSAGES,
    REEMBEDDING,
    SCHEMA,
    SERVED,
)

# SQL that runs once, or a function that changes data in batches: it is called again, each time in its own transaction, until it
# returns that it changed 0 rows. If no column shows what is done, it can keep its position in `meta` under CURSOR.
Step: TypeAlias = str | Callable[[sqlite3.Connection], int]
CURSOR = "upgrade_cursor"
# In `meta`: the version that the file had when the upgrade began that is going on, 0 for a new file; and when the last one began.
_UPGRADING_FROM, _UPGRADED_FROM = "upgrading_from", "upgraded_from"


def _create(connection: sqlite3.Connection) -> int:
    _run(connection, SCHEMA)
    connection.execute("INSERT INTO meta VALUES ('store_id', ?)", (new_id(),))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return 0


_STEMS = """
-- The distinct stems of a memory's text, each between spaces: they tell whether it holds a word of a query.
CREATE TABLE memory_stems (memory INTEGER PRIMARY KEY REFERENCES memory ON DELETE CASCADE, stems TEXT NOT NULL);
"""
_BATCH = 1_000


def _add_stems(connection: sqlite3.Connection) -> int:
    rows = connection.execute(
        "SELECT m.seq, m.text FROM memory m LEFT JOIN memory_stems s ON s.memory = m.seq WHERE s.memory IS NULL LIMIT ?",
        (_BATCH,),
    ).fetchall()
    connection.executemany("INSERT INTO memory_stems VALUES (?, ?)", [(seq, stem_list(text)) for seq, text in rows])
    return len(rows)


_RELATIONS = """
-- The kinds of relations that an entity has, and the newest of each kind, without its other relations.
CREATE INDEX relation_of_source ON relation (source, predicate);
CREATE INDEX relation_of_target ON relation (target, predicate);
"""


def _find_messages(connection: sqlite3.Connection) -> int:
    """Makes messages that are there findable, without vectors."""
    rows = connection.execute(
        "SELECT m.seq, m.role, m.conversation, m.content, m.read_by, (SELECT json_group_array(json_array(v.user_id, v.agent_id, v.app_id,"
        " v.run_id)) FROM version v WHERE v.change_set = m.change_set) FROM message m WHERE m.seq > ? ORDER BY m.seq LIMIT ?",
        (_cursor(connection), _BATCH),
    ).fetchall()
    for seq, role, conversation, content, read_by, scopes in rows:
        scope = scope_of(role, conversation, read_by, [Scope(*ids) for ids in json.loads(scopes)])
        if scope is not None:
            connection.execute(
                "INSERT INTO said (message, user_id, agent_id, app_id, run_id, scopes, stems) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    seq,
                    scope.user_id,
                    scope.agent_id,
                    scope.app_id,
                    scope.run_id,
                    scope_tokens(scope),
                    stem_list(content),
                ),
            )
    if rows:
        _move_cursor(connection, rows[-1][0])
    return len(rows)


def _cursor(connection: sqlite3.Connection) -> int:
    saved = connection.execute("SELECT value FROM meta WHERE key = ?", (CURSOR,)).fetchone()
    return int(saved[0]) if saved else 0


def _move_cursor(connection: sqlite3.Connection, place: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (CURSOR, str(place)))


def _in_batches(reread: Callable[[sqlite3.Connection, int, int], int | None]) -> Step:
    def step(connection: sqlite3.Connection) -> int:
        last = reread(connection, _cursor(connection), _BATCH)
        if last is None:
            return 0
        _move_cursor(connection, last)
        return 1

    return step


# Schema version → the step that leads to it from the one before. An empty file has version 0.
STEPS: dict[int, Step] = {
    1: _create,
    2: LARGE_SCOPES,
    3: REEMBEDDING,
    4: _STEMS,
    5: _add_stems,
    6: _RELATIONS,
    7: MESSAGES,
    8: _find_messages,
    9: EVENTS,
    10: ENDINGS,
    11: SERVED,
    12: EVERY_SCRIPT,
    13: spell_ids,
    14: _in_batches(reread_memories),
    15: _in_batches(reread_messages),
}


def schema_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def advance(connection: sqlite3.Connection, location: str) -> bool:
    """Run the next step, or one batch of it, within the open transaction. True once the schema is the newest.

    Raises:
        SchemaError: the file is of a newer schema.
    """
    # Read within the transaction: another process may just have run the same step.
    version, newest = schema_version(connection), max(STEPS)
    check_schema(version, newest, location)
    if version == newest:
        return True
    step = STEPS[version + 1]
    if isinstance(step, str):
        _run(connection, step)
    elif step(connection):
        return False
    # The step is done; the next one starts without its cursor. After a kill, whoever goes on must find where the first one began.
    connection.execute("DELETE FROM meta WHERE key = ?", (CURSOR,))
    connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (_UPGRADING_FROM, str(version)))
    connection.execute(f"PRAGMA user_version = {version + 1}")
    if version + 1 == newest:
        query = "INSERT OR REPLACE INTO meta SELECT ?, value FROM meta WHERE key = ? AND value <> '0'"
        connection.execute(query, (_UPGRADED_FROM, _UPGRADING_FROM))
        connection.execute("DELETE FROM meta WHERE key = ?", (_UPGRADING_FROM,))
    return version + 1 == newest


def upgraded(meta: Mapping[str, str]) -> str | None:
    """That the store is one of before, for people; None if it is not. `meta`: the table of that name."""
    before = meta.get(_UPGRADED_FROM)
    return None if before is None else f"upgraded from schema version {before}"


def _run(connection: sqlite3.Connection, script: str) -> None:
    # Not executescript(), which commits the open transaction.
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
