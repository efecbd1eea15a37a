"""Keeps what a search reads of a small scope for as long as nobody writes to the file: an answer often takes several searches.

A connection tells whether anything in the file has changed since it last looked, whoever wrote it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from graphmem.model.filter import Filter
from graphmem.stores.sqlite.standing import Standing
from graphmem.stores.sqlite.vectors import numbers

# Of the filters used last; a part of the store with more memories is not kept.
_KEPT = 16
_MOST = 2_000
_ALL = (
    "SELECT m.seq, m.version_id, x.seq, m.conversation, m.position, m.expires_at FROM memory m"
    " LEFT JOIN message x ON x.conversation = m.conversation AND x.position = m.position"
)


# Somebody asked once; can't be kept.
_ONCE, _NEVER = "once", "never"


class Connection(sqlite3.Connection):
    """A connection that keeps what was read on it; used by one thread at a time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._state: tuple[int, int] | None = None
        self._meta: Mapping[str, str] = {}
        self._kept: dict[Filter, Standing | str] = {}

    def meta(self) -> Mapping[str, str]:
        """The table of that name, in the open read transaction; what was kept of an earlier state of the file is forgotten."""
        # The first tells what others have written, the second what was written on this connection.
        state = (self.execute("PRAGMA data_version").fetchone()[0], self.total_changes)
        if state != self._state:
            self._meta = dict(self.execute("SELECT key, value FROM meta").fetchall())
            self._state, self._kept = state, {}
        return self._meta

    def kept(self, filter: Filter, where: str, parameters: Mapping[str, Any]) -> Standing | None:
        """What meets a filter, if that is kept; after `meta`, as `standing`."""
        kept = self._kept.get(filter)
        if not isinstance(kept, Standing) or kept.condition != _condition(where, parameters):
            return None
        # What was used last is kept longest.
        self._kept[filter] = self._kept.pop(filter)
        return kept

    def standing(self, filter: Filter, where: str, parameters: Mapping[str, Any]) -> Standing | None:
        """What meets a filter; None if that is not kept. In the read transaction in which `meta` was asked for.

        It is kept from the second time on that somebody asks while nothing is written, so that it costs nothing where each search
        follows a write.

        Args:
            where, parameters: the filter as a condition on `memory m`, and not expired at ``now``.
        """
        if (known := self.kept(filter, where, parameters)) is not None:
            return known
        before = self._kept.pop(filter, None)
        found: Standing | str = _ONCE if before is None else _NEVER
        if before is not None and before != _NEVER:
            found = _read(self, _condition(where, parameters), where, parameters) or _NEVER
        self._kept[filter] = found
        if len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))
        return found if isinstance(found, Standing) else None


def _condition(where: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    return (where, *(value for name, value in parameters.items() if name != "now"))


def _read(
    connection: sqlite3.Connection, condition: tuple[Any, ...], where: str, parameters: Mapping[str, Any]
) -> Standing | None:
    """None if there is too much, or some of it expires."""
    # Also what has expired already: the next search may be about an earlier time.
    found = connection.execute(
        f"{_ALL} WHERE {where} ORDER BY m.created_at DESC, m.id LIMIT {_MOST + 1}", {**parameters, "now": None}
    ).fetchall()
    if len(found) > _MOST or any(expires is not None for *_, expires in found):
        return None
    seqs, vectors = numbers(connection, f"memory m WHERE m.vector IS NOT NULL AND {where}", parameters)
    return Standing(condition, [row[:-1] for row in found], seqs, vectors)
