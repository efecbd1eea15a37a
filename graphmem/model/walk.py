"""What the graph arm of a search is asked, and what it says of a memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# Who an end of a relation is to a query: somebody whom it names, whoever asks, or somebody found by a role ("my sister").
Anchor = Literal["named", "self", "role"]


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the graph arm of a search begins, and which relations it looks at.

    Attributes:
        names: keys of entities that the query may name.
        selves: keys of the entity that stands for whoever asks; empty if the query is not about that one.
        owners: whose entities these can be at any rate. Owners of what the other arms found are added.
        roles: how the words of predicates begin that lead to somebody who is meant: "my sister", "Anna's boss".
        turned: how those begin that lead there from the other end: "father of" to a child.
        roles_of_self: whether they lead there from whoever asks, too.
        relations: how the words of predicates begin that the query may ask for.
    """

    names: tuple[str, ...] = ()
    selves: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    roles_of_self: bool = False
    relations: tuple[str, ...] = ()

    def leads(self, predicate: str, *, outward: bool) -> bool:
        """Whether a relation leads to one who has the role: by ``has_child`` where it starts, back by ``child_of``, on by ``father_of``."""
        way = outward if predicate.startswith("has_") else not outward if predicate.endswith("_of") else True
        return (way and begins(predicate, self.roles)) or (
            is_turned(predicate, outward=outward) and begins(predicate, self.turned)
        )


def is_turned(predicate: str, *, outward: bool) -> bool:
    """Whether the predicate says what this end is to the other, and not what the other is to this one."""
    return not outward if predicate.startswith("has_") else outward and predicate.endswith("_of")


def begins(predicate: str, prefixes: Iterable[str]) -> bool:
    """Whether a word of a predicate begins with one of these."""
    return any(f"_{prefix}" in f"_{predicate}" for prefix in prefixes)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of somebody whom a query means, of those that the query may ask for.

    Attributes:
        outward: whether it starts at that one.
    """

    anchor: Anchor
    predicate: str
    outward: bool
