"""What is asked of a store about relations, and what it tells: a part of the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from graphmem.model.filter import Filter
from graphmem.model.memory import StoredMemory, StoredRelation


@dataclass(frozen=True, slots=True)
class RelatedRequest:
    """Which relations are wanted: those in force that a memory within `filter` supports and that meet all of the rest.

    An entity is meant by its id or by its key, or as one that counts as the same as such an entity, directly or by way of others.

    Attributes:
        filter: of the memories; with `at` it speaks of scope ids only.
        now: a memory that has expired by then supports nothing.
        at: the relations in force then and the memories as they were then, expired or not; None for now.
        valid_at: only what held in the world then.
        memories: only what these memories support, by id; what they mention is told as well.
        ids, near: entities, by id and by key, one of which is at an end; with neither, any may be.
        source, target: keys of the entity at that end.
        limit: how many relations at most; None for all.
    """

    filter: Filter
    now: datetime
    at: datetime | None = None
    valid_at: datetime | None = None
    memories: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    near: tuple[str, ...] | None = None
    source: tuple[str, ...] | None = None
    target: tuple[str, ...] | None = None
    predicate: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An entity as it is now: its id, its name, its other spellings."""

    id: str
    key: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A part of the graph.

    Attributes:
        relations: their ends by id; those of the newest memories first (created_at, then id), each memory's by recorded_at,
            source's key, predicate and target's key.
        memories: those that support them, and with `memories` all of these that are within the filter; in any order.
        entities: the ends, what is mentioned, and all that counts as the same as these; in any order.
        same: the pairs that make these count as the same, the smaller id first, with their scores; in any order.
        mentions: (memory id, entity id), where `memories` asks for them; in any order.
    """

    relations: tuple[StoredRelation, ...] = ()
    memories: tuple[StoredMemory, ...] = ()
    entities: tuple[Node, ...] = ()
    same: tuple[tuple[str, str, float], ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()


def as_said(name: str, aliases: Collection[str], said: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The name and the other spellings of it to tell: those that are said.

    Args:
        said: those of them that stand in a memory. If none does, as where it only says "she", the name is told; all have one key.
    """
    known = frozenset(said)
    told = [each for each in (name, *aliases) if each in known] or [name]
    return told[0], tuple(told[1:])
