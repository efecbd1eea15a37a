"""Which plain labels the nodes of a Neo4j store carry, beside those of other programs. See `graphmem.stores.neo4j.labels`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo4j import WRITE_ACCESS
from neo4j.exceptions import Neo4jError

from graphmem._sync.stores.neo4j_connection import Neo4jConnection
from graphmem._sync.waiting import sleep
from graphmem.errors import SchemaError
from graphmem.stores.neo4j.errors import TransientError, translated
from graphmem.stores.neo4j.labels import (
    Rule,
    clash,
    drop,
    former_rules,
    half_made,
    needed_rules,
    rules,
    used_by_others,
    worn,
)
from graphmem.stores.neo4j.statements import Statement, plain
from graphmem.stores.neo4j.twins import TYPES

# So long a constraint that another client makes is waited for.
_LOOKS, _LOOK_SECONDS = 50, 0.1
_FORBIDDEN = "Neo.ClientError.Security.Forbidden"


class Neo4jLabels:
    """The labels of one database.

    Attributes:
        bare: the plain labels that nodes don't carry, as this client knows it.
    """

    def __init__(self, server: Neo4jConnection, where: str) -> None:
        self._server = server
        self._where = where
        self.bare: frozenset[str] = frozenset()

    def worn(self, statement: Statement) -> Statement:
        """The same query, writing only labels that nodes carry here."""
        return worn(statement, self.bare)

    def check_written(self, row: Mapping[str, Any]) -> None:
        """Makes sure, within the transaction that wrote, that it gave nodes the labels that the store's record says.

        Raises:
            TransientError: it must be tried again.
        """
        known, self.bare = self.bare, _bare(row["store"][0] if row["store"] else {})
        if known != self.bare:
            raise TransientError(f"{self._where} is changed by other programs again and again; nothing was written")

    def look(self, store: Mapping[str, Any]) -> None:
        """Take plain labels off where another program has a constraint on them by now. `store`: the store's record."""
        self.bare = _bare(store)
        if store["labels_left"]:
            self._take(self.bare)
        try:
            constraints = self._constraints()
        except Neo4jError as error:
            # A user may be allowed to read and write, and not to see this.
            if error.code != _FORBIDDEN:
                raise
            return
        self._leave(used_by_others(constraints))

    def leave_types(self) -> None:
        """Do without twins of the types that relations of other programs have, or their indexes and constraints are on."""
        relations = self._server.run(plain("schema/other_types"))
        self._leave(frozenset(TYPES) & used_by_others(self._present()) | {row["type"] for row in relations})

    def give_way(self) -> bool:
        """Take plain labels off where other programs have constraints or indexes on them; whether there were such."""
        with translated(self._where):
            return self._leave(used_by_others(self._present()))

    def _leave(self, labels: frozenset[str]) -> bool:
        more = labels - self.bare
        if not more:
            return False
        # Recorded first: from now on, no writer gives a node these labels.
        [store] = self._server.write(plain("schema/without_labels", labels=sorted(more)))
        self.bare = _bare(store)
        self._take(more)
        return True

    def _take(self, labels: frozenset[str]) -> None:
        for query in (
            plain("schema/take_labels", labels=sorted(labels.difference(TYPES))),
            plain("schema/take_types", types=sorted(labels.intersection(TYPES))),
        ):
            self._server.run_with_retries(query, WRITE_ACCESS)
        self._server.write(plain("schema/labels_taken"))

    def to_leave_out(self, *, new: bool) -> tuple[frozenset[str], frozenset[Rule]]:
        """What a store needs to know before it gets labels of its own. `new`: nobody knows it by plain ones yet.

        Returns:
            The plain labels that it does without, and the indexes and constraints that it had on them, which are to be dropped.

        Raises:
            SchemaError: an index or a constraint of another program is in the way.
        """
        present = self._present()
        for _ in range(_LOOKS):
            if not half_made(present):
                break
            sleep(_LOOK_SECONDS)
            present = self._present()
        problem = clash(present)
        if problem is not None:
            raise SchemaError(
                f"{self._where} can't be used as it is: {problem}; or use another database. Nothing was written"
            )
        former = former_rules(present)
        if not new:
            return used_by_others((rule for rule in present if rule.kind == "CONSTRAINT"), former), former
        nodes = self._server.run(plain("schema/others"))
        return used_by_others(present, former) | {row["label"] for row in nodes}, former

    def missing(self, *, vectors: str | None) -> list[str]:
        """Names of graphmem's indexes and constraints that are not there. `vectors`: the property of vectors; None if there are none."""
        names = {rule.name for rule in self._present()}
        return [rule.name for rule in needed_rules(vectors) if rule.name not in names]

    def drop(self, former: frozenset[Rule]) -> None:
        """Drop the indexes and constraints that a store of before had on plain labels."""
        for rule in former:
            self._server.write(drop(rule))

    def _present(self) -> list[Rule]:
        return [*self._constraints(), *rules("INDEX", self._server.run(plain("schema/indexes")))]

    def _constraints(self) -> list[Rule]:
        return rules("CONSTRAINT", self._server.run(plain("schema/constraints")))


def _bare(store: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(store.get("bare_labels") or ())
