"""The nouns: what graphmem stores and returns, as frozen values.

All times are timezone-aware datetimes in UTC. All ids are strings. Sequences are tuples.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]
Event = Literal["ADD", "UPDATE", "DELETE", "NONE"]

ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")
# Spellings of one entity beyond these are not kept.
MAX_ALIASES = 20
SCOPE_FIELDS: tuple[str, ...] = ("user_id", "agent_id", "app_id", "run_id")


def digest(*parts: str | None) -> str:
    """64 hex digits that stand for these parts in this order (SHA-256 of their JSON, so no two lists collide by joining)."""
    text = json.dumps(parts, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom memories belong to. Two memories are of one scope only if all four ids are equal."""

    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    run_id: str | None = None

    @property
    def ids(self) -> dict[str, str]:
        """The ids that have a value, by field name."""
        return {name: value for name in SCOPE_FIELDS if (value := getattr(self, name)) is not None}

    @property
    def key(self) -> str:
        """64 hex digits, one for each scope."""
        return digest(self.user_id, self.agent_id, self.app_id, self.run_id)

    @property
    def owner(self) -> str:
        """The key that entities of this scope hang on: the scope without its run, unless the run is all there is."""
        if self.user_id is self.agent_id is self.app_id is None:
            return self.key
        return Scope(self.user_id, self.agent_id, self.app_id).key


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as the caller gave it.

    Attributes:
        span: where it is what supports a memory: the characters that say it, first and one past the last; None if not known.
    """

    role: Role
    content: str
    name: str | None = None
    span: tuple[int, int] | None = None

    @property
    def digest(self) -> str:
        return digest(self.role, self.name, self.content)


@dataclass(frozen=True, slots=True)
class StoredMemory:
    """What is true now: the current state of one memory.

    Attributes:
        hash: 64 hex digits of the text; with the scope it is unique among current memories.
        metadata: a JSON object.
        expiration_date: from this moment on the memory is hidden; None means never.
        created_at, updated_at: when the conversation took place (the caller's clock).
        version_id: the newest version in its chain.
    """

    id: str
    text: str
    scope: Scope
    version_id: str
    created_at: datetime
    updated_at: datetime
    metadata: Mapping[str, Any] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    immutable: bool = False
    expiration_date: datetime | None = None

    @property
    def hash(self) -> str:
        return digest(self.text)

    @property
    def identity(self) -> str:
        """One for each text within a scope: what makes a second ADD of the same fact a NONE."""
        return digest(self.scope.key, self.text)


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, place or thing that memories mention.

    Attributes:
        type: ``thing`` where it is not known.
    """

    name: str
    type: str = "thing"

    @property
    def key(self) -> str:
        return entity_key(self.name)

    def id(self, owner: str) -> str:
        """64 hex digits: its identity is its owner, its normalised name and its type."""
        return digest(owner, self.key, self.type)


def entity_key(name: str) -> str:
    """Names that differ only in case, white space, compatible characters, an article or a possessive are one entity."""
    words = unicodedata.normalize("NFKC", name).casefold().strip(" .,;:!?\"'“”‘’").split()
    if len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    return " ".join(words).removesuffix("'s").removesuffix("’s")


@dataclass(frozen=True, slots=True)
class StoredRelation:
    """A typed edge between two entities, and the memory that supports it.

    Attributes:
        source, target: entities; by id where they are written, by name where they are read.
        predicate: such as ``lives_in``; lower case, words joined by underscores.
        valid_from, valid_to: when it held in the world; None means unknown or still.
    """

    source: str
    predicate: str
    target: str
    memory_id: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """What a version named and supported: entities, and relations by the ids of their ends."""

    entities: tuple[Entity, ...] = ()
    relations: tuple[StoredRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One link of a memory's chain.

    Attributes:
        recorded_from, recorded_to: when the store held this as the current version (the store's clock); None means it still does.
        messages: what was said in the call that wrote it, oldest first; empty for direct updates and deletes.
        change_set: the call that wrote it, what `undo` takes.
        links: what it named and supported when it became current, where that was asked for.
    """

    id: str
    memory: StoredMemory
    event: Event
    recorded_from: datetime
    recorded_to: datetime | None
    messages: tuple[Message, ...] = ()
    change_set: str = ""
    links: Links | None = None
