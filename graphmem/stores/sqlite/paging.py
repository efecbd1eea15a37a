"""Pages of a listing, found in an index: rows are read only of the memories on the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from graphmem.model.requests import Listing
from graphmem.stores.sqlite.rows import MEMORY_COLUMNS, memory_of

_NEWEST_FIRST = "m.created_at DESC, m.id"
_OLDEST_FIRST = "m.created_at, m.id DESC"


def page(
    execute: Callable[..., sqlite3.Cursor], where: str, parameters: Mapping[str, Any], offset: int, limit: int | None
) -> Listing:
    """So many memories that meet a condition on `memory m`, newest first, after the first `offset`; and how many meet it at all.

    Args:
        limit: None for all that follow.
    """
    total: int = execute(f"SELECT count(*) FROM memory m WHERE {where}", parameters).fetchone()[0]
    left = max(0, total - offset)
    size = left if limit is None else min(limit, left)
    # Counted from the nearer end: what comes before the page is passed over one by one.
    after = left - size
    order, skipped = (_NEWEST_FIRST, offset) if offset <= after else (_OLDEST_FIRST, after)
    rows = execute(
        f"SELECT {MEMORY_COLUMNS} FROM (SELECT m.seq FROM memory m WHERE {where} ORDER BY {order} LIMIT :size OFFSET :skipped) p"
        f" CROSS JOIN memory m ON m.seq = p.seq ORDER BY {_NEWEST_FIRST}",
        {**parameters, "size": size, "skipped": skipped},
    )
    return Listing(tuple(map(memory_of, rows)), total)
