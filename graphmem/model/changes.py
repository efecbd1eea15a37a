"""The only way to write: a closed union of changes, applied in one transaction.

Ids and times come in with the changes. A store never makes any up, so the same changes give the same graph on every store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from graphmem.model.memory import Entity, Message, StoredMemory, StoredRelation
from graphmem.model.vectors import Vector


@dataclass(frozen=True, slots=True)
class Source:
    """What supports a version: a message by its place in the transcript, and the characters of it, if they are known."""

    place: int
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """A new memory. Where its scope already holds this text, nothing is written and `Applied.known` says so.

    Attributes:
        vector: unit length, shape (dimensions,); None if the text has no meaning to embed.
        sources: what in the transcript supports it.
    """

    memory: StoredMemory
    vector: Vector | None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Revise:
    """A newer state of a known memory: appends a version. A new text retracts the relations that the old one supported.

    Attributes:
        replaces: the version this was made from; if it is no longer the newest, the store refuses with StaleVersionError.
        text_changed: whether `vector` takes the place of the old one; otherwise the old one and the relations stay.
    """

    memory: StoredMemory
    replaces: str
    text_changed: bool
    vector: Vector | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Retire:
    """Withdraws a memory: appends a DELETE version, takes it out of every search, retracts its relations.

    Attributes:
        replaces: as in Revise; None withdraws whatever is the newest.
    """

    memory_id: str
    version_id: str
    replaces: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Revive:
    """Makes a withdrawn memory current again, with the state of `memory`: appends an ADD version.

    Attributes:
        replaces: the DELETE version that ends its chain; if it does not, the store refuses with StaleVersionError.
    """

    memory: StoredMemory
    replaces: str
    vector: Vector | None = None


@dataclass(frozen=True, slots=True)
class Purge:
    """Forgets a memory, current or withdrawn: its chain, its relations, and the messages and entities that nothing else needs."""

    memory_id: str


@dataclass(frozen=True, slots=True)
class Relate:
    """Links a memory to the entities it mentions and records the relations it supports.

    Attributes:
        owner: whose entities these are; an entity that is there already is used.
        relations: their ends are ids of these entities.
        same: what is taken for the same as an entity that was there: (id, id of that one, score in [0, 1]).
    """

    memory_id: str
    owner: str
    entities: tuple[Entity, ...]
    relations: tuple[StoredRelation, ...] = ()
    same: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Unite:
    """Two entities of one owner, by id, are the same one, with a score in [0, 1]. Both stay; `Separate` takes it back."""

    one: str
    other: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Separate:
    """Two entities, by id, are not the same one. They are not taken for the same again."""

    one: str
    other: str


Change: TypeAlias = Create | Revise | Retire | Revive | Relate | Unite | Separate | Purge


@dataclass(frozen=True, slots=True)
class Transcript:
    """The messages that the changes come from.

    Attributes:
        conversation: the key of the scope of the call.
        said_at: when they were said.
        read_by: the model that looked for facts in them; None where they were stored as they stand.
    """

    conversation: str
    ids: tuple[str, ...]
    messages: tuple[Message, ...]
    said_at: datetime
    read_by: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one call writes. `id` names the call (the `add`); `recorded_at` is the store's clock."""

    id: str
    recorded_at: datetime
    changes: tuple[Change, ...]
    transcript: Transcript | None = None

    @property
    def has_vectors(self) -> bool:
        return any(isinstance(each, Create | Revise | Revive) and each.vector is not None for each in self.changes)


def in_parts(changes: ChangeSet, size: int) -> list[ChangeSet]:
    """The set itself; or where it only takes away, parts of it of this size at most."""
    if not all(isinstance(each, Retire | Purge) for each in changes.changes):
        return [changes]
    starts = range(0, max(len(changes.changes), 1), size)
    return [replace(changes, changes=changes.changes[start : start + size]) for start in starts]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a ChangeSet.

    Attributes:
        known: id of a Create that was not needed → id of the memory that already says it.
        missing: memory ids of Retire that name no current memory.
        purged: how many memories, versions, messages, entities and relations a Purge removed.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    purged: Mapping[str, int] = field(default_factory=dict)
