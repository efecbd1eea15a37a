"""The checks of `doctor`: what can be wrong with a store. Every store has a query under the name of each check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must not be in a store.

    Attributes:
        says: what is wrong: the rest of a sentence that begins with an id.
        fix: how it is repaired without losing anything; None if a person has to look at it.
    """

    says: str
    fix: str | None = None


CHECKS: dict[str, Check] = {
    "numbers": Check("is a memory whose versions are not numbered 1, 2, 3, ..."),
    "intervals": Check("is a version whose time does not end when the next version's begins", "it does then"),
    "events": Check("is a version with the wrong event: the first must be ADD, and only ADD may follow DELETE"),
    "newest": Check("is a memory that differs from its newest version"),
    "lost": Check("is a memory that is missing although it was not deleted"),
    "orphans": Check("is an entity that no version and no relation refers to", "it is removed"),
    "unsupported": Check("is a memory that is missing although valid relations rest on it", "they are retracted"),
    "strangers": Check("is an entity of one owner that a memory or relation of another owner refers to"),
    "unlinked": Check("is a memory that is not linked to its owners or categories", "it is linked"),
    "twins": Check("is a memory whose relations are not all drawn under their names in Neo4j", "they are"),
    "indexes": Check("is an index or a constraint of graphmem's that was dropped", "it is made again"),
    "damage": Check("is damage that the database itself reports"),
}
