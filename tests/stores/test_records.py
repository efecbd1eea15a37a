"""Records of Neo4j as objects."""

from __future__ import annotations

from typing import Any

from graphmem.model.memory import Entity
from graphmem.stores.neo4j import records

FIELDS = ("id", "version_id", "text", "user_id", "agent_id", "app_id", "run_id", "metadata", "categories", "immutable")
TIMES = ("expires_at", "created_at", "updated_at", "event_start", "event_end")


def test_what_was_taken_away_while_it_was_read_is_not_known() -> None:
    nothing: dict[str, Any] = dict.fromkeys((*FIELDS, *TIMES))
    there = {"id": "a", "version_id": "v", "text": "Likes tea", "user_id": "u", "metadata": "{}", "categories": []}
    times = {"created_at": 0, "updated_at": 0, "immutable": False}
    row = {"place": 0, "similarity": 0.9, "bonds": [["likes", "tea"], ["likes", None]]}
    record = {
        "known": [row | {"memory": nothing}, row | {"memory": {**nothing, **there, **times}}],
        "entities": [[None, None, False], ["Anna", "person", True]],
    }
    found = records.nearby(record, 1)
    [[known]] = found.known
    assert (known.memory.id, known.bonds) == ("a", (("likes", "tea"),))
    [anna] = found.entities
    assert (anna, anna.united) == (Entity("Anna", "person"), True)
