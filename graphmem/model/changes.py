"""The changes that a store can make. They are the only way to write; a set of them is applied in one transaction.

A store makes up no ids and no times. All of them come with the changes, so the same changes give the same graph in every store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from graphmem.model.memory import Entity, Message, Scope, StoredMemory, StoredRelation
from graphmem.model.vectors import Vector


@dataclass(frozen=True, slots=True)
class Source:
    """A message that supports a version of a memory.

    Attributes:
        message_index: which message of the transcript, from 0.
        start, end: the characters of its content that say it, first and one past the last; None if not known.
    """

    message_index: int
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Adds a memory. If its scope already holds this text, nothing is written and `Applied.known` says so.

    Attributes:
        vector: unit length, shape (dimensions,); None if the text has no meaning to embed.
        sources: the messages that support it.
    """

    memory: StoredMemory
    vector: Vector | None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a text keeps of the one before it: the messages that it came from, and its entities and relations except for these.

    Attributes:
        ended: relations that hold no more, as (entity key of the source, predicate, entity key of the target).
        forgotten: keys of entities that it no longer mentions.
    """

    ended: tuple[tuple[str, str, str], ...] = ()
    forgotten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revise:
    """Changes a current memory: appends a version. If the text changes, relations that the old text supported are retracted.

    Attributes:
        memory: its new state.
        replaces: id of the version that the change was based on. If it is no longer the newest, the store raises
            StaleVersionError.
        text_changed: whether the text is new and `vector` replaces the old one. Otherwise vector and relations stay.
        keeps: what stays of the old version if the text is new and still says what that one said, and has sources of its own; None if
            nothing stays.
    """

    memory: StoredMemory
    replaces: str
    text_changed: bool
    vector: Vector | None = None
    sources: tuple[Source, ...] = ()
    keeps: Kept | None = None


@dataclass(frozen=True, slots=True)
class Retire:
    """Withdraws a current memory: appends a DELETE version, removes it from every search and retracts its relations.

    Attributes:
        version_id: of the DELETE version.
        replaces: as in Revise; None withdraws the memory whatever its newest version is.
    """

    memory_id: str
    version_id: str
    replaces: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Revive:
    """Makes a withdrawn memory current again: appends an ADD version.

    Attributes:
        memory: its new state.
        replaces: id of the DELETE version at the end of its chain. If another version is the newest, the store raises
            StaleVersionError.
        vector: of its text; unit length, shape (dimensions,).
    """

    memory: StoredMemory
    replaces: str
    vector: Vector | None = None


@dataclass(frozen=True, slots=True)
class Purge:
    """Removes a memory for good, current or withdrawn, with all versions, relations, and messages and entities only it needs."""

    memory_id: str


@dataclass(frozen=True, slots=True)
class Relate:
    """Links a memory to the entities it mentions and records the relations it supports.

    Attributes:
        owner: the key of the owner of these entities. Entities that the owner has already are reused.
        relations: their source and target are ids of these entities.
        same: pairs of entities that count as the same one, as (id of one of these, id of a known one, score in [0, 1]).
    """

    memory_id: str
    owner: str
    entities: tuple[Entity, ...]
    relations: tuple[StoredRelation, ...] = ()
    same: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Unite:
    """Makes two entities of one owner, given by id, count as the same one. Both stay, and `Separate` undoes it.

    Attributes:
        score: how sure that is, in [0, 1]; 1 if a person says so.
    """

    one: str
    other: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Separate:
    """Makes two entities, given by id, count as different. Similar names do not unite them again; only a score of 1 does."""

    one: str
    other: str


# Closed: a store must be able to make every one of these, and nothing else.
Change: TypeAlias = Create | Revise | Retire | Revive | Relate | Unite | Separate | Purge


@dataclass(frozen=True, slots=True)
class Findable:
    """What makes a message one that searches find.

    Attributes:
        scope: whom it belongs to.
        vector: of its content; unit length, shape (dimensions,). None if it has no meaning to embed.
    """

    scope: Scope
    vector: Vector | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The messages of the call that the changes come from.

    Attributes:
        conversation: the key of the call's scope.
        ids: one new id for each message, in their order.
        said_at: when the conversation took place.
        read_by: the name of the extractor that read them; None if they were stored word for word.
        found: for each message in their order, by what searches find it, None if they don't; empty if they find none.
    """

    conversation: str
    ids: tuple[str, ...]
    messages: tuple[Message, ...]
    said_at: datetime
    read_by: str | None = None
    found: tuple[Findable | None, ...] = ()

    @property
    def findable(self) -> tuple[Findable | None, ...]:
        """`found`, with a None for each message if it is empty."""
        return self.found or (None,) * len(self.ids)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one call writes.

    Attributes:
        id: of the call; `undo` takes it.
        recorded_at: the time of writing, which begins and ends versions. It is not when the conversation took place.
        transcript: None for calls without messages, such as update and delete.
    """

    id: str
    recorded_at: datetime
    changes: tuple[Change, ...]
    transcript: Transcript | None = None

    @property
    def has_vectors(self) -> bool:
        """Whether a vector is written, so that the store must agree with the embedder."""
        found = () if self.transcript is None else self.transcript.found
        return any(
            isinstance(change, Create | Revise | Revive) and change.vector is not None for change in self.changes
        ) or any(each is not None and each.vector is not None for each in found)


def in_parts(changes: ChangeSet, size: int) -> list[ChangeSet]:
    """The set as parts of at most `size` changes, if all of them are Retire or Purge; otherwise the set in one part."""
    # Deletions don't depend on each other, so they may be cut anywhere. Other changes must be written together.
    if not all(isinstance(change, Retire | Purge) for change in changes.changes):
        return [changes]
    starts = range(0, max(len(changes.changes), 1), size)
    return [replace(changes, changes=changes.changes[start : start + size]) for start in starts]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a ChangeSet.

    Attributes:
        known: memory id of a Create that was not made → id of the memory that has this text already.
        missing: memory ids of Retires that were not made, because the memory was not current.
        purged: how many ``memories``, ``versions``, ``messages``, ``entities`` and ``relations`` the Purges removed.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    purged: Mapping[str, int] = field(default_factory=dict)
