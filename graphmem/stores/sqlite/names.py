"""The graph arm of a search: from the names in a query over entities and relations to memories."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphmem.stores.sqlite.members import condition
from graphmem.stores.sqlite.within import Within

# In a large scope, a name finds the newest so many of the memories that mention it or what is linked to it.
_MOST = 1_000

# Few memories: all that they mention is read, and compared with the names. So it doesn't matter how many other tenants know a name.
_AMONG_FEW = """
WITH mentions AS MATERIALIZED (
    SELECT m.seq AS memory, n.entity FROM memory m CROSS JOIN mention n ON n.memory = m.seq WHERE {where}
),
links AS MATERIALIZED (
    SELECT r.source, r.target FROM memory m CROSS JOIN relation r INDEXED BY relation_of_memory ON r.memory_id = m.id
    WHERE r.retracted_at IS NULL AND {where}
),
there AS MATERIALIZED (
    SELECT entity FROM mentions UNION SELECT source FROM links UNION SELECT target FROM links
),
named AS MATERIALIZED (
    SELECT t.entity FROM there t CROSS JOIN entity e ON e.seq = t.entity WHERE e.key IN (SELECT value FROM json_each(:names))
    UNION
    SELECT t.entity FROM there t CROSS JOIN same_as s ON s.one = t.entity CROSS JOIN entity e ON e.seq = s.other
    WHERE s.retracted_at IS NULL AND e.key IN (SELECT value FROM json_each(:names))
    UNION
    SELECT t.entity FROM there t CROSS JOIN same_as s INDEXED BY same_as_other ON s.other = t.entity
    CROSS JOIN entity e ON e.seq = s.one
    WHERE s.retracted_at IS NULL AND e.key IN (SELECT value FROM json_each(:names))
),
near AS MATERIALIZED (
    SELECT entity, 0 AS hops FROM named
    UNION SELECT target, 1 FROM links WHERE source IN (SELECT entity FROM named)
    UNION SELECT source, 1 FROM links WHERE target IN (SELECT entity FROM named)
)
SELECT m.seq, f.hops FROM (
    SELECT n.memory, min(near.hops) AS hops FROM near JOIN mentions n ON n.entity = near.entity GROUP BY n.memory
) f CROSS JOIN memory m ON m.seq = f.memory ORDER BY f.hops, m.updated_at DESC, m.id LIMIT :limit
"""

# Many memories: from the names, and over the indexes. An entity belongs to one owner, so one memory that mentions it tells whether
# it is one of the scope's.
_AMONG_MANY = """
WITH called AS MATERIALIZED (
    SELECT seq FROM entity WHERE key IN (SELECT value FROM json_each(:names))
),
named AS MATERIALIZED (
    SELECT c.seq AS entity FROM (
        SELECT seq FROM called
        UNION SELECT s.other FROM called CROSS JOIN same_as s ON s.one = called.seq WHERE s.retracted_at IS NULL
        UNION SELECT s.one FROM called CROSS JOIN same_as s INDEXED BY same_as_other ON s.other = called.seq
        WHERE s.retracted_at IS NULL
    ) c WHERE EXISTS (
        SELECT 1 FROM (SELECT memory FROM mention WHERE entity = c.seq LIMIT 1) n CROSS JOIN memory ON memory.seq = n.memory
        WHERE {ground}
    )
),
near AS MATERIALIZED (
    SELECT entity, 0 AS hops FROM named
    UNION
    SELECT r.target, 1 FROM named CROSS JOIN relation r INDEXED BY relation_from ON r.source = named.entity
    CROSS JOIN memory m ON m.id = r.memory_id WHERE r.retracted_at IS NULL AND {where}
    UNION
    SELECT r.source, 1 FROM named CROSS JOIN relation r INDEXED BY relation_to ON r.target = named.entity
    CROSS JOIN memory m ON m.id = r.memory_id WHERE r.retracted_at IS NULL AND {where}
)
SELECT m.seq, f.hops FROM (
    SELECT n.memory, min(near.hops) AS hops FROM near CROSS JOIN mention n INDEXED BY mention_of_entity ON n.entity = near.entity
    GROUP BY n.memory ORDER BY hops, n.memory DESC LIMIT :most
) f CROSS JOIN memory m ON m.seq = f.memory WHERE {where} ORDER BY f.hops, m.updated_at DESC, m.id LIMIT :limit
"""


def by_names(
    execute: Callable[..., sqlite3.Cursor],
    where: str,
    parameters: Mapping[str, Any],
    names: Sequence[str],
    limit: int,
    large: Within | None,
) -> list[tuple[int, int]]:
    """(seq, hops) of memories that mention a named entity (0), or one linked to it by a relation of a memory that meets the filter (1).

    Args:
        where: the filter on `memory m`, with its parameters.
        large: the same, if very many memories may meet it.
    """
    given = {**parameters, "names": json.dumps(names), "limit": limit}
    if large is None:
        return execute(_AMONG_FEW.format(where=where), given).fetchall()
    # Entities hang on user, agent and app: memories of several runs mention one.
    by_owner = all(field != "run_id" for field, _ in large.ground)
    ground, ids = condition(large.ground) if by_owner else ("true", {})
    return execute(_AMONG_MANY.format(where=where, ground=ground), {**given, **ids, "most": _MOST}).fetchall()
