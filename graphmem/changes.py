"""The only way to write: a closed union of changes, applied in one transaction.

Ids and times come in with the changes. A store never makes any up, so the same changes give the same graph on every store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.model import Entity, Memory, Message, Relation

Vector: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Create:
    """A new memory. Where its scope already holds this text, nothing is written and `Applied.known` says so.

    Attributes:
        vector: unit length, shape (dimensions,); None if the text has no meaning to embed.
        sources: places in the transcript of the messages that support it.
    """

    memory: Memory
    vector: Vector | None
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Revise:
    """A newer state of a known memory: appends a version. A new text retracts the relations that the old one supported.

    Attributes:
        replaces: the version this was made from; if it is no longer the newest, the store refuses with StaleVersionError.
        text_changed: whether `vector` takes the place of the old one; otherwise the old one and the relations stay.
    """

    memory: Memory
    replaces: str
    text_changed: bool
    vector: Vector | None = None
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Retire:
    """Withdraws a memory: appends a DELETE version, takes it out of every search, retracts its relations."""

    memory_id: str
    version_id: str


@dataclass(frozen=True, slots=True)
class Relate:
    """Links a memory to the entities it mentions and records the relations it supports."""

    memory_id: str
    owner: str
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...] = ()


Change: TypeAlias = Create | Revise | Retire | Relate


@dataclass(frozen=True, slots=True)
class Transcript:
    """The messages that the changes come from. `conversation` is the key of the scope of the call."""

    conversation: str
    ids: tuple[str, ...]
    messages: tuple[Message, ...]
    said_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one call writes. `id` names the call (the `add`); `recorded_at` is the store's clock."""

    id: str
    recorded_at: datetime
    changes: tuple[Change, ...]
    transcript: Transcript | None = None

    @property
    def has_vectors(self) -> bool:
        return any(isinstance(each, Create | Revise) and each.vector is not None for each in self.changes)


def in_parts(changes: ChangeSet, size: int) -> list[ChangeSet]:
    """The set itself; or where it only retires, parts of it of this size at most."""
    if not all(isinstance(each, Retire) for each in changes.changes):
        return [changes]
    starts = range(0, max(len(changes.changes), 1), size)
    return [replace(changes, changes=changes.changes[start : start + size]) for start in starts]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a ChangeSet.

    Attributes:
        known: id of a Create that was not needed → id of the memory that already says it.
        missing: memory ids of Retire that name no current memory.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
