"""The graph arm of a search: from whom the query means, over living relations, to memories. Within one read transaction."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from graphmem.model.requests import SearchRequest
from graphmem.model.walk import Anchor, Link, Walk, begins

# What is looked at of an entity, the newest of each, so that one whom everything mentions costs no more than others.
_MENTIONS = 300
_FEWER_MENTIONS = 30
_EDGES = 300
# So many are read at most to find those of memories that meet the filter.
_READ = 2_000
_KINDS = 500


class Walker:
    """Walks for one search.

    Args:
        where, parameters: the condition on `memory m` that every memory on the way must meet.
    """

    def __init__(
        self, connection: sqlite3.Connection, where: str, parameters: Mapping[str, Any], request: SearchRequest
    ) -> None:
        self._execute = connection.execute
        self._where, self._parameters = where, parameters
        self._walk: Walk = request.walk
        self._limit = request.limit

    def run(self, found: Collection[int]) -> tuple[dict[int, int], dict[int, list[Link]]]:
        """Memories by seq: how far they are from whom the query names, and the relations of those who are meant that they support.

        Args:
            found: what the other arms found. Names are looked up among the owners of what it mentions.
        """
        owners = {*self._walk.owners, *self._owners(found)}
        named = self._entities(owners, self._walk.names)
        named |= self._same(named)
        selves = self._entities(owners, self._walk.selves) - named
        whose = [*named, *(selves if self._walk.roles_of_self else ())]
        leading = self._edges(whose, (*self._walk.roles, *self._walk.turned))
        held = (
            {other for _, predicate, other, outward, _ in leading if self._walk.leads(predicate, outward=outward)}
            - selves
            - named
        )
        anchors: dict[int, Anchor] = {
            **dict.fromkeys(selves, "self"), **dict.fromkeys(held, "role"), **dict.fromkeys(named, "named"),
        }  # fmt: skip
        links: dict[int, list[Link]] = defaultdict(list)
        for anchor, predicate, _, outward, memory in self._edges(list(anchors), self._walk.relations):
            links[memory].append(Link(anchors[anchor], predicate, outward))
        return self._hops(named | held, selves), dict(links)

    def _owners(self, found: Collection[int]) -> set[str]:
        rows = self._execute(
            "SELECT DISTINCT e.owner FROM json_each(?) f JOIN mention n ON n.memory = f.value JOIN entity e ON e.seq = n.entity",
            (json.dumps([*found]),),
        )
        return {owner for (owner,) in rows}

    def _entities(self, owners: Collection[str], keys: Sequence[str]) -> set[int]:
        if not owners or not keys:
            return set()
        rows = self._execute(
            "SELECT e.seq FROM json_each(?) o CROSS JOIN json_each(?) k"
            " CROSS JOIN entity e INDEXED BY entity_of_owner ON e.owner = o.value AND e.key = k.value",
            (json.dumps(sorted(owners)), json.dumps(keys)),
        )
        return {seq for (seq,) in rows}

    def _same(self, entities: Collection[int]) -> set[int]:
        if not entities:
            return set()
        rows = self._execute(
            "SELECT s.one + s.other - f.value FROM json_each(:found) f JOIN same_as s ON s.one = f.value WHERE s.retracted_at IS NULL"
            " UNION SELECT s.one + s.other - f.value FROM json_each(:found) f JOIN same_as s ON s.other = f.value"
            " WHERE s.retracted_at IS NULL",
            {"found": json.dumps([*entities])},
        )
        return {seq for (seq,) in rows}

    def _edges(self, anchors: Sequence[int], prefixes: Sequence[str]) -> list[tuple[int, str, int, bool, int]]:
        """(anchor, predicate, the other end, whether it starts at the anchor, memory) of living relations of such predicates."""
        found: list[tuple[int, str, int, bool, int]] = []
        if not anchors or not prefixes:
            return found
        for end, other, outward in (("source", "target", True), ("target", "source", False)):
            for anchor, predicate in self._kinds(anchors, end, prefixes):
                rows = self._execute(
                    f"SELECT r.far, m.seq FROM (SELECT {other} AS far, memory_id FROM relation INDEXED BY relation_of_{end}"
                    f" WHERE {end} = :anchor AND predicate = :predicate AND retracted_at IS NULL ORDER BY seq DESC LIMIT :read) r"
                    f" CROSS JOIN memory m ON m.id = r.memory_id WHERE {self._where} LIMIT :edges",
                    {**self._parameters, "anchor": anchor, "predicate": predicate, "read": _READ, "edges": _EDGES},
                )
                found += [(anchor, predicate, far, outward, memory) for far, memory in rows]
        return found

    def _kinds(self, anchors: Sequence[int], end: str, prefixes: Sequence[str]) -> list[tuple[int, str]]:
        """(anchor, predicate) of each predicate that has a word with one of these beginnings."""
        # Steps from one predicate to the next in the index: an entity has few predicates, but may have very many relations.
        rows = self._execute(
            f"WITH RECURSIVE kind(anchor, predicate) AS (SELECT value, (SELECT min(predicate) FROM relation WHERE {end} = value)"
            f" FROM json_each(?) UNION ALL SELECT anchor, (SELECT min(r.predicate) FROM relation r WHERE r.{end} = kind.anchor"
            " AND r.predicate > kind.predicate) FROM kind WHERE predicate IS NOT NULL LIMIT ?)"
            " SELECT anchor, predicate FROM kind WHERE predicate IS NOT NULL",
            (json.dumps(anchors), _KINDS * len(anchors)),
        )
        return [(anchor, predicate) for anchor, predicate in rows if begins(predicate, prefixes)]

    def _hops(self, named: Collection[int], selves: Collection[int]) -> dict[int, int]:
        """Memories that mention somebody who is meant (0), or one whom a living relation links to that one (1); the latest first."""
        if not named:
            return {}
        rows = self._execute(
            f"""
            WITH near AS MATERIALIZED (
                SELECT DISTINCT r.other FROM (
                    SELECT r.target AS other, r.memory_id FROM json_each(:named) f JOIN relation r ON r.source = f.value
                    WHERE r.retracted_at IS NULL
                    UNION ALL
                    SELECT r.source, r.memory_id FROM json_each(:named) f JOIN relation r ON r.target = f.value
                    WHERE r.retracted_at IS NULL
                    LIMIT :edges
                ) r CROSS JOIN memory m ON m.id = r.memory_id
                WHERE r.other NOT IN (SELECT value FROM json_each(:selves)) AND {self._where}
            ),
            mentioning AS (
                SELECT memory, 0 AS hops FROM json_each(:named) f CROSS JOIN mention ON {_newest("f.value", ":mentions")}
                UNION ALL
                SELECT memory, 1 FROM near CROSS JOIN mention ON {_newest("near.other", ":fewer")}
            )
            SELECT m.seq, min(n.hops) AS hops FROM mentioning n CROSS JOIN memory m ON m.seq = n.memory
            WHERE {self._where} GROUP BY m.seq ORDER BY hops, m.updated_at DESC, m.id LIMIT :limit
            """,
            {
                **self._parameters,
                "named": json.dumps([*named]),
                "selves": json.dumps([*selves]),
                "edges": _EDGES,
                "mentions": _MENTIONS,
                "fewer": _FEWER_MENTIONS,
                "limit": self._limit,
            },
        )
        return dict(rows.fetchall())


def _newest(entity: str, count: str) -> str:
    """A condition on `mention`: one of the newest of an entity. count: how many of them, as SQL."""
    last = f"SELECT memory FROM mention x WHERE x.entity = {entity} ORDER BY memory DESC LIMIT 1 OFFSET {count} - 1"
    return f"mention.entity = {entity} AND mention.memory >= coalesce(({last}), 0)"
