"""What is asked of stores and language models, and what they answer, besides memories and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphmem.errors import SchemaError
from graphmem.model.filter import Filter
from graphmem.model.memory import Entity, Scope, StoredMemory
from graphmem.model.vectors import Vector


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """Which vectors a store holds: the model's name, and the number of floats in each."""

    name: str
    dimensions: int


def check_embedder(recorded: EmbedderInfo, given: EmbedderInfo, location: str) -> None:
    """Refuse vectors that can't be compared with those in the store.

    Raises:
        SchemaError: another model, or another size.
    """
    if recorded != given:
        raise SchemaError(
            f"{location} holds vectors of {recorded.name} ({recorded.dimensions} floats), and this client embeds with {given.name} "
            f"({given.dimensions} floats): use that embedder, or another store. Nothing was written"
        )


def check_schema(version: int, newest: int, location: str) -> None:
    """Refuse a store that a later graphmem wrote.

    Args:
        version: of the store's schema. newest: the one that this graphmem knows.

    Raises:
        SchemaError: `version` is newer.
    """
    if version > newest:
        raise SchemaError(
            f"{location} has schema version {version}, and this graphmem knows versions up to {newest}: "
            "upgrade graphmem (pip install -U graphmem). Nothing was changed"
        )


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What `status` shows of a store.

    Attributes:
        id: made once when the store was set up; another store has another.
        counts: of memories, versions, messages, entities, relations and of users, agents, apps and runs with memories.
    """

    id: str
    kind: str
    location: str
    server: str
    schema_version: int
    embedder: EmbedderInfo | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search, ready for a store. Every arm stays within `filter` and leaves out what has expired at `now`.

    Attributes:
        filter: which memories may be found at all.
        vector: unit length; None leaves the vector arm out.
        terms: words of the query for the text arm; empty leaves it out.
        names: keys of entities that the query may name, for the graph arm.
        limit: how many each arm returns at most, at least 1.
        reach: neighbours in the conversation up to this distance are added to the best that the arms find; 0 adds none.
        around: of how many of each arm's best neighbours are added.
    """

    filter: Filter
    now: datetime
    vector: Vector | None = None
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    limit: int = 100
    reach: int = 2
    around: int = 10


@dataclass(frozen=True, slots=True)
class VersionsRequest:
    """Whose versions are wanted: whole chains, of the memories that one or more of these name.

    Attributes:
        memory_ids: current or withdrawn.
        call: the id of a call, or of a version that it wrote: the memories that it changed.
        scope: the memories that carry all of its ids.
        messages: whether each version comes with the messages of the call that wrote it.
        links: whether each version comes with what it named and supported.
    """

    memory_ids: tuple[str, ...] = ()
    call: str | None = None
    scope: Scope | None = None
    messages: bool = True
    links: bool = False


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """Which of these messages does the conversation hold, and who read them.

    Attributes:
        identities: of texts that may be memories; those that are come back as well.
    """

    conversation: str
    digests: tuple[str, ...]
    read_by: str | None
    identities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """A new fact that is to be compared with what is known.

    Attributes:
        identity: as StoredMemory's.
        bonds: subjects by entity key, and the predicates of theirs that it may end.
    """

    identity: str
    vector: Vector | None
    bonds: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class NearRequest:
    """What is known that is close to these facts. All within `filter`; what has expired at `now` is left out.

    Attributes:
        owner: whose entities are looked up.
        beginnings: first characters of entity keys; entities that begin so are wanted.
        limit: how many memories each probe's vector finds at most.
        floor: the least similarity, (1 + cosine) / 2.
        entities: how many entities each beginning finds at most.
    """

    filter: Filter
    now: datetime
    owner: str
    probes: tuple[Probe, ...]
    beginnings: tuple[str, ...] = ()
    limit: int = 5
    floor: float = 0.5
    entities: int = 200


@dataclass(frozen=True, slots=True)
class Nearby:
    """For each probe what is known: by identity, by vector (best first), by bonds; a memory may be there more than once."""

    known: tuple[tuple[Known, ...], ...]
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A language model's answer and what it cost in tokens (0 where the server does not say)."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request to a language model.

    Attributes:
        messages: chat messages, each with role and content.
        schema: JSON schema that the answer must meet.
        name: what the schema is called.
    """

    messages: tuple[Mapping[str, str], ...]
    schema: Mapping[str, Any]
    name: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A memory that some arm of a search found, with what each arm says of it.

    Attributes:
        vector: (1 + cosine) / 2 in [0, 1]; None if it or the query has no vector.
        text: BM25 score, at least 0, comparable within one search only; None if the text arm did not find it.
        hops: graph distance from an entity that the query names (0: mentions it); None if the graph arm did not find it.
        conversation, position: its place in the conversation it came from; neighbours differ by 1.
    """

    id: str
    vector: float | None = None
    text: float | None = None
    hops: int | None = None
    conversation: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the arms of one search found: their union, in no particular order, each memory once.

    Attributes:
        plan: how the vector arm went about it. ``exact`` compared every memory within the filter; ``index`` asked the vector
            index for as many as should hold enough of them, and they did;
            ``index, then exact`` had to do both; ``past`` compared what was current at some time; ``none``.
    """

    candidates: tuple[Candidate, ...]
    plan: str


@dataclass(frozen=True, slots=True)
class Known:
    """A current memory that a new fact may repeat or replace.

    Attributes:
        vector: as in Candidate, with the fact; None if either has none.
        bonds: what it says of the same subject: predicate and target's key of its relations in force, of those asked for.
    """

    memory: StoredMemory
    vector: float | None = None
    bonds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of a store, for people. `same_as` holds (id, name, score) of those that count as the same."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...]
    memories: int
    same_as: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that a conversation holds already.

    Attributes:
        said_at: when it was said, as it was recorded.
        memories: the current memories derived from it, as they are now.
        withdrawn: whether a caller deleted a memory derived from it, so that saying it again is news.
    """

    digest: str
    said_at: datetime
    memories: tuple[tuple[str, str], ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing. `total` counts all that match, on every page."""

    memories: tuple[StoredMemory, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A scope id that has memories. `kind` is user, agent, app or run; `memories` counts the current ones."""

    kind: str
    id: str
    memories: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """A memory as it was at some moment.

    Attributes:
        memory: its state then.
        vector: of its text then, unit length, shape (dimensions,); None if it has none.
        entities: keys of the entities that it named.
        conversation, position: as in Candidate.
    """

    memory: StoredMemory
    vector: Vector | None
    entities: tuple[str, ...] = ()
    conversation: str | None = None
    position: int | None = None
