"""What may be wrong with a store: one row a check. Each store has a query of the same name for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must not be.

    Attributes:
        says: what is wrong with a subject, a sentence that goes on after its id.
        fix: what repairs it without a loss; None where somebody has to look.
    """

    says: str
    fix: str | None = None


CHECKS: dict[str, Check] = {
    "numbers": Check("is a memory whose versions are not numbered 1, 2, 3, ..."),
    "intervals": Check("is a version whose time does not end where that of the next one begins"),
    "events": Check(
        "is a version with an event that can't stand there: a chain begins with ADD, and only ADD follows DELETE"
    ),
    "newest": Check("is a memory that is not what its newest version says"),
    "lost": Check("is a memory that was not deleted and still is not there"),
    "orphans": Check("is an entity that no version names and no relation has", "it is removed"),
    "unsupported": Check("is a memory that is not there, and relations in force rest on it", "they are retracted"),
    "strangers": Check("is an entity of one owner that a memory or relation of another one has"),
    "unlinked": Check("is a memory that is not linked to its owners or categories", "it is linked"),
    "damage": Check("is what the database itself reports"),
}
