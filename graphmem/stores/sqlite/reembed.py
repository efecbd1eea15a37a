"""New vectors beside the old ones, until every version has one. Then they take their place, in one transaction.

The new vectors are rows of `vector` like the others, so that the change only has to write numbers. `reembedded` tells which version
has which; NULL where the new embedder finds no meaning in the text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from graphmem.model.ids import new_id
from graphmem.model.requests import EmbedderInfo, Reembedding
from graphmem.model.vectors import Vector
from graphmem.stores.reembedding import next_step
from graphmem.stores.sqlite import said
from graphmem.stores.sqlite.rows import blob

# Keys of `meta`: name and dimensions of the embedder whose vectors the store answers with, and of the coming one.
_RECORDED = ("embedder", "dimensions")
_COMING = ("coming_embedder", "coming_dimensions")
_LAST_CHANGE = "vectors_changed"
# In one transaction: others may write in between.
_CLEANED = 2_000
_WITHOUT = "v.event <> 'DELETE' AND v.seq NOT IN (SELECT version FROM reembedded)"


def recorded(connection: sqlite3.Connection) -> EmbedderInfo | None:
    """Whose vectors the store answers with; None if it has none yet."""
    return _info(connection, _RECORDED)


def embedder_of(meta: Mapping[str, str]) -> EmbedderInfo | None:
    """The same, by the table of that name."""
    name, dimensions = map(meta.get, _RECORDED)
    return None if name is None or dimensions is None else EmbedderInfo(name, int(dimensions))


def last_change(meta: Mapping[str, str]) -> str | None:
    """An id of the last change to another embedder. What was remembered of vectors before it holds no more."""
    return meta.get(_LAST_CHANGE)


def progress(connection: sqlite3.Connection) -> Reembedding | None:
    """How far the change to another embedder is; None if none goes on."""
    coming = _info(connection, _COMING)
    if coming is None:
        return None
    [total] = connection.execute(
        "SELECT (SELECT count(*) FROM version WHERE event <> 'DELETE') + (SELECT count(*) FROM said)"
    ).fetchone()
    [done] = connection.execute(
        "SELECT (SELECT count(*) FROM reembedded) + (SELECT count(*) FROM said WHERE coming IS NOT NULL)"
    ).fetchone()
    return Reembedding(coming, done, total)


def unembedded(connection: sqlite3.Connection, after: str, limit: int) -> Sequence[tuple[str, str]]:
    """(id, text) of versions and messages that have no new vector yet, by id; where no change goes on, of messages without a vector."""
    if _info(connection, _COMING) is None:
        return said.unembedded(connection, "vector", after, limit)
    query = f"SELECT v.id, v.text FROM version v WHERE v.id > ? AND {_WITHOUT} ORDER BY v.id LIMIT ?"
    versions = connection.execute(query, (after, limit)).fetchall()
    return sorted((*versions, *said.unembedded(connection, "coming", after, limit)))[:limit]


def go_on(
    connection: sqlite3.Connection,
    embedder: EmbedderInfo,
    vectors: Mapping[str, Vector | None],
    location: str,
    *,
    restart: bool,
) -> bool:
    """See `graphmem.protocols.Store.reembed`. Vectors that are not used any more stay, for `clean`."""
    step = next_step(recorded(connection), _info(connection, _COMING), embedder, location, restart=restart)
    if step == "bind":
        _record(connection, _RECORDED, embedder)
    if step in ("begin", "give up"):
        _forget(connection)
    if step == "begin":
        _record(connection, _COMING, embedder)
    if step == "done":
        for message, vector in vectors.items():
            said.keep(connection, "vector", message, vector)
        return not said.unembedded(connection, "vector", "", 1)
    if step not in ("begin", "keep"):
        return True
    for id, vector in vectors.items():
        _keep(connection, id, vector)
    if vectors or unembedded(connection, "", 1):
        return False
    _change(connection)
    _record(connection, _RECORDED, embedder)
    return True


def _keep(connection: sqlite3.Connection, version: str, vector: Vector | None) -> None:
    row = connection.execute(
        f"SELECT v.seq, v.memory_id, v.text FROM version v WHERE v.id = ? AND {_WITHOUT}", (version,)
    ).fetchone()
    if row is None:
        # It is a message's, or it was erased meanwhile, or another process was faster.
        said.keep(connection, "coming", version, vector)
        return
    seq, *stated = row
    # Versions of a memory that say the same share a vector.
    twin = connection.execute(
        "SELECT r.vector FROM version v JOIN reembedded r ON r.version = v.seq WHERE v.memory_id = ? AND v.text = ?",
        stated,
    ).fetchone()
    if twin is not None:
        id = twin[0]
    elif vector is None:
        id = None
    else:
        id = connection.execute("INSERT INTO vector (data) VALUES (?)", (blob(vector),)).lastrowid
    connection.execute("INSERT INTO reembedded VALUES (?, ?)", (seq, id))


def _change(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE version SET vector = (SELECT r.vector FROM reembedded r WHERE r.version = seq)")
    connection.execute("UPDATE memory SET vector = (SELECT v.vector FROM version v WHERE v.id = memory.version_id)")
    connection.execute("UPDATE said SET vector = coming")
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_LAST_CHANGE, new_id()))
    _forget(connection)


def clean(connection: sqlite3.Connection, after: int) -> int | None:
    """Delete some of the vectors that nothing uses, those with a greater id. The last id; None if there were no more."""
    rows = connection.execute(
        "SELECT x.id FROM vector x WHERE x.id > ? AND NOT EXISTS (SELECT 1 FROM version WHERE vector = x.id)"
        " AND NOT EXISTS (SELECT 1 FROM memory WHERE vector = x.id)"
        " AND NOT EXISTS (SELECT 1 FROM reembedded WHERE vector = x.id) ORDER BY x.id LIMIT ?",
        (after, _CLEANED),
    ).fetchall()
    connection.executemany("DELETE FROM vector WHERE id = ?", rows)
    if rows:
        last: int = rows[-1][0]
        return last
    # Small enough for one transaction: a message has no versions.
    connection.execute(
        "DELETE FROM said_vector WHERE id NOT IN (SELECT vector FROM said WHERE vector IS NOT NULL"
        " UNION SELECT coming FROM said WHERE coming IS NOT NULL)"
    )
    return None


def _forget(connection: sqlite3.Connection) -> None:
    """Forget the change that goes on."""
    connection.execute("DELETE FROM reembedded")
    connection.execute("UPDATE said SET coming = NULL WHERE coming IS NOT NULL")
    connection.execute("DELETE FROM meta WHERE key IN (?, ?)", _COMING)


def _info(connection: sqlite3.Connection, keys: tuple[str, str]) -> EmbedderInfo | None:
    rows = dict(connection.execute("SELECT key, value FROM meta WHERE key IN (?, ?)", keys).fetchall())
    name, dimensions = map(rows.get, keys)
    return None if name is None or dimensions is None else EmbedderInfo(name, int(dimensions))


def _record(connection: sqlite3.Connection, keys: tuple[str, str], embedder: EmbedderInfo) -> None:
    values = zip(keys, (embedder.name, str(embedder.dimensions)), strict=True)
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values))
