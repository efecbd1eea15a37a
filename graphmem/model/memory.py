"""What graphmem stores and returns: memories, versions, messages, entities, relations and scopes, as frozen values.

All times are timezone-aware datetimes in UTC. All ids are strings. Sequences are tuples.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any, Literal

from graphmem.model.calendar import Days, days_between
from graphmem.model.folding import folded, spelled

Role = Literal["system", "user", "assistant", "tool"]
# NONE: nothing was written, because it was known already. The others are versions.
Event = Literal["ADD", "UPDATE", "DELETE", "NONE"]

ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")
# Further spellings of an entity are not kept.
MAX_ALIASES = 20
# The type of entities that are people.
PERSON = "person"
SCOPE_FIELDS: tuple[str, ...] = ("user_id", "agent_id", "app_id", "run_id")
# The longest of these ids, and of other names that callers give, in characters.
MAX_ID = 256


def digest(*parts: str | None) -> str:
    """64 hex digits that stand for these parts in this order: SHA-256 of their JSON."""
    # JSON keeps the parts apart: joined as plain text, ("ab", "c") and ("a", "bc") would be the same.
    # Written out, because a search needs dozens and json.dumps takes three times as long.
    text = f"[{', '.join(['null' if part is None else encode_basestring_ascii(part) for part in parts])}]"
    return hashlib.sha256(text.encode()).hexdigest()


# Very many memories have the same scope.
_scope_key = lru_cache(maxsize=4_096)(digest)
# The same memories are found again and again. Longer texts would take much room.
_known_digest = lru_cache(maxsize=4_096)(digest)
_SHORT = 1_000


def _digest_of(text: str, *parts: str | None) -> str:
    """The digest of these parts, of which a text of this length is one."""
    return _known_digest(*parts) if len(text) <= _SHORT else digest(*parts)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a memory belongs to. Two memories have the same scope only if all four ids are equal.

    An id has one spelling: "josé" is the same user, whether its é was typed as one character or two. Capital and small letters differ:
    programs make ids of both ("aB3x"), and to take two of them for one would show one user's memories to another.
    """

    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    run_id: str | None = None

    def __post_init__(self) -> None:
        for name in SCOPE_FIELDS:
            given = getattr(self, name)
            if given is not None and not given.isascii():
                object.__setattr__(self, name, spelled(given))

    @property
    def ids(self) -> dict[str, str]:
        """The ids that have a value, by field name."""
        return {name: value for name in SCOPE_FIELDS if (value := getattr(self, name)) is not None}

    @property
    def key(self) -> str:
        """64 hex digits that identify the scope."""
        return _scope_key(self.user_id, self.agent_id, self.app_id, self.run_id)

    @property
    def owner(self) -> str:
        """The key of the owner of this scope's entities: the scope without its run, or the run if there is nothing else.

        People and places stay the same from one run (session) to the next.
        """
        if self.user_id is self.agent_id is self.app_id is None:
            return self.key
        return _scope_key(self.user_id, self.agent_id, self.app_id, None)

    def of_speaker(self, *, assistant: bool, bound: Scope | None = None) -> Scope:
        """The scope of what was said in a call of this scope: with both a user and an agent its speaker's, else this one.

        Args:
            bound: the ids that the caller can't see past. They stay, or it would get out of sight, and into the memories of others.
        """
        if self.user_id is None or self.agent_id is None:
            return self
        own = replace(self, user_id=None) if assistant else replace(self, agent_id=None)
        return replace(own, **bound.ids) if bound is not None and bound.ids else own

    def of_role(self, role: Role, bound: Scope | None = None) -> Scope:
        """The scope of a message of this role: what a tool said belongs to the agent that called it. `bound`: as in `of_speaker`."""
        return self.of_speaker(assistant=role in ("assistant", "tool"), bound=bound)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as the caller gave it.

    Attributes:
        name: of the speaker, if given.
        span: set if the message supports a memory: the characters of `content` that say it, first and one past the last; None
            if not known.
        id: if it is stored, and was asked for.
    """

    role: Role
    content: str
    name: str | None = None
    span: tuple[int, int] | None = None
    id: str | None = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """64 hex digits; the same for the same message said again, in whatever spelling."""
        return digest(self.role, None if self.name is None else spelled(self.name), spelled(self.content))


@dataclass(frozen=True, slots=True)
class StoredMemory:
    """The state of one memory, usually the current one.

    Attributes:
        version_id: of the version that this is the state of; for a current memory the newest in its chain.
        created_at, updated_at: when the conversations took place in which it was first said and last changed (the caller's clock).
        metadata: a JSON object.
        expiration_date: the memory is hidden from this moment on; None means never.
        event_start, event_end: the first and the last day of what it tells; None where that is not said, or has no end.
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
    event_start: date | None = None
    event_end: date | None = None

    @property
    def event(self) -> Days | None:
        """The days of what it tells; None if that is not said."""
        return days_between(self.event_start, self.event_end)

    @property
    def hash(self) -> str:
        """64 hex digits of the text as it stands. No two current memories of a scope have the same."""
        return _digest_of(self.text, self.text)

    @property
    def identity(self) -> str:
        """64 hex digits of scope and text, as people read it. An ADD is a NONE if a current memory has the same identity."""
        # An add asks for it four times.
        return _digest_of(self.text, self.scope.key, folded(self.text))


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, place or thing that memories mention.

    Attributes:
        type: what kind of entity, for example ``person``; ``thing`` if not known.
        united: whether it counts as the same as another one, where that was asked for.
    """

    name: str
    type: str = "thing"
    united: bool = field(default=False, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The normalised name; see `entity_key`."""
        return entity_key(self.name)

    def id(self, owner: str) -> str:
        """64 hex digits of owner, normalised name and type: the same entity has the same id in every store."""
        return digest(owner, self.key, self.type)


# Names are compared with very many others, and are mostly the same ones.
@lru_cache(10_000)
def entity_key(name: str) -> str:
    """A name, normalised. Names with the same key are one entity.

    They may differ in case, white space, punctuation at the ends, Unicode compatibility forms, a leading article or a possessive.
    """
    words = unicodedata.normalize("NFKC", name).casefold().strip(" .,;:!?\"'“”‘’").split()
    # A name that is nothing but an article stays: it would be empty otherwise.
    if len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    return " ".join(words).removesuffix("'s").removesuffix("’s")


@dataclass(frozen=True, slots=True)
class StoredRelation:
    """A typed edge between two entities, and the memory that supports it.

    Attributes:
        source, target: entities: their ids in changes, their names in answers.
        predicate: in lower case, words joined by underscores, for example ``lives_in``.
        memory_id: of the memory that supports it.
        valid_from, valid_to: when it began and ceased to hold in the world; None if that is not known, or has not happened.
    """

    source: str
    predicate: str
    target: str
    memory_id: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """The entities that a version names and the relations that it supports; their ends are entity ids."""

    entities: tuple[Entity, ...] = ()
    relations: tuple[StoredRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One link of a memory's chain.

    Attributes:
        memory: the state of the memory in this version.
        recorded_from, recorded_to: when it became current and when it was replaced, by the store's clock; None if it is the newest.
        messages: the messages of the call that wrote it, oldest first; empty for direct updates and deletes.
        change_set: id of the call that wrote it; `undo` takes it.
        links: its entities and relations when it became current; None if they were not asked for.
    """

    id: str
    memory: StoredMemory
    event: Event
    recorded_from: datetime
    recorded_to: datetime | None
    messages: tuple[Message, ...] = ()
    change_set: str = ""
    links: Links | None = None
