"""The checks of `doctor` as queries. Each finds the ids of what is wrong; `graphmem.stores.checks` explains them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

_NEWEST = "SELECT memory_id, max(number) AS number FROM version GROUP BY memory_id"
CHECKS: dict[str, str] = {
    "numbers": "SELECT memory_id FROM version GROUP BY memory_id HAVING count(*) <> max(number) OR min(number) <> 1",
    "intervals": (
        "SELECT id FROM (SELECT id, recorded_from, recorded_to,"
        " lead(recorded_from) OVER (PARTITION BY memory_id ORDER BY number) AS next FROM version)"
        " WHERE recorded_to IS NOT next OR recorded_to < recorded_from"
    ),
    "events": (
        "SELECT v.id FROM version v LEFT JOIN version p ON p.memory_id = v.memory_id AND p.number = v.number - 1"
        " WHERE (v.event = 'ADD') <> (p.id IS NULL OR p.event = 'DELETE')"
    ),
    "newest": (
        f"SELECT m.id FROM memory m LEFT JOIN ({_NEWEST}) x ON x.memory_id = m.id"
        " LEFT JOIN version v ON v.memory_id = x.memory_id AND v.number = x.number"
        " WHERE v.id IS NOT m.version_id OR v.text IS NOT m.text OR v.metadata IS NOT m.metadata OR v.event = 'DELETE'"
        " OR v.categories IS NOT m.categories OR v.vector IS NOT m.vector"
    ),
    "lost": (
        f"SELECT v.memory_id FROM ({_NEWEST}) x JOIN version v ON v.memory_id = x.memory_id AND v.number = x.number"
        " WHERE v.event <> 'DELETE' AND v.memory_id NOT IN (SELECT id FROM memory)"
    ),
    "orphans": (
        "SELECT id FROM entity WHERE seq NOT IN (SELECT entity FROM version_entity)"
        " AND seq NOT IN (SELECT source FROM relation UNION SELECT target FROM relation)"
    ),
    "unsupported": (
        "SELECT DISTINCT memory_id FROM relation WHERE retracted_at IS NULL AND memory_id NOT IN (SELECT id FROM memory)"
    ),
    "strangers": (
        "SELECT e.id FROM entity e JOIN version_entity n ON n.entity = e.seq JOIN version v ON v.seq = n.version GROUP BY e.id"
        " HAVING count(DISTINCT json_array(v.user_id, v.agent_id, v.app_id)) > 1"
        " UNION SELECT s.id FROM relation r JOIN entity s ON s.seq = r.source JOIN entity t ON t.seq = r.target"
        " WHERE s.owner <> t.owner"
    ),
    "unlinked": (
        "SELECT m.id FROM memory m JOIN json_each(m.categories) c"
        " WHERE NOT EXISTS (SELECT 1 FROM memory_category x WHERE x.memory = m.seq AND x.name = spelled(c.value))"
    ),
}
FIXES: dict[str, str] = {
    "orphans": f"DELETE FROM entity WHERE id IN ({CHECKS['orphans']})",
    "unsupported": (
        "UPDATE relation SET retracted_at = :at WHERE retracted_at IS NULL AND memory_id NOT IN (SELECT id FROM memory)"
    ),
    # Where the clock went back. The next begins when this one ends, and none before those that it follows.
    "intervals": (
        "UPDATE version AS v SET recorded_from = n.start, recorded_to = n.finish FROM ("
        "SELECT seq, start, lead(start) OVER (PARTITION BY memory_id ORDER BY number) AS finish FROM ("
        "SELECT seq, memory_id, number, max(recorded_from) OVER (PARTITION BY memory_id ORDER BY number) AS start FROM version"
        f" WHERE memory_id IN (SELECT memory_id FROM version WHERE id IN ({CHECKS['intervals']})))) n WHERE n.seq = v.seq"
    ),
    "unlinked": (
        "INSERT INTO memory_category SELECT m.seq, spelled(c.value) FROM memory m JOIN json_each(m.categories) c WHERE true"
        " ON CONFLICT DO NOTHING"
    ),
}


def problems(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """All problems, as (name of the check, id or description)."""
    problems = [(name, str(id)) for name, query in CHECKS.items() for (id,) in connection.execute(query)]
    for (line,) in connection.execute("PRAGMA integrity_check"):
        problems += [("damage", line)] if line != "ok" else []
    problems += [("damage", f"{row[0]} row {row[1]}") for row in connection.execute("PRAGMA foreign_key_check")]
    return problems


def repair(connection: sqlite3.Connection, checks: Collection[str], at: int) -> None:
    """Repair what failed these checks, where a repair exists. `at`: time of the repair in microseconds since the epoch."""
    for name, query in FIXES.items():
        if name in checks:
            connection.execute(query, {"at": at} if ":at" in query else {})
