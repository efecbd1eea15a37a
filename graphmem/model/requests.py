"""Questions to stores and language models, and the types of their answers."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from graphmem.errors import SchemaError
from graphmem.model.calendar import Days
from graphmem.model.filter import Filter
from graphmem.model.memory import Entity, Scope, StoredMemory
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.model.walk import Link, Walk
from graphmem.model.words import Term


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """Which vectors a store holds: the name of the model, and the number of floats in a vector."""

    name: str
    dimensions: int


@dataclass(frozen=True, slots=True)
class Reembedding:
    """The change of a store to another embedder, while it goes on.

    Attributes:
        embedder: the new one. Until the change is made, the store answers with the vectors that it had before.
        done: how many versions have been given a new vector, or were found to have none.
        total: how many versions there are, without those that are deletions.
    """

    embedder: EmbedderInfo
    done: int
    total: int


def check_schema(version: int, newest: int, location: str) -> None:
    """Refuse a store that was written by a newer graphmem.

    Args:
        version: the schema version of the store. newest: the newest one that this graphmem knows.

    Raises:
        SchemaError: `version` is newer.
    """
    if version > newest:
        raise SchemaError(
            f"{location} has schema version {version}, but this graphmem knows versions up to {newest}: "
            "upgrade graphmem (pip install -U graphmem). Nothing was changed"
        )


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store is, and how much it holds.

    Attributes:
        id: a random id, made when the store was set up. It tells whether two addresses lead to the same store.
        kind: ``embedded`` or ``neo4j``, or whatever a store of your own calls itself.
        location: the file or address, without a password. server: the database and its version.
        embedder: whose vectors the store holds; None before the first write.
        counts: numbers of ``memories`` (current ones), ``versions``, ``messages``, ``entities`` and ``relations``, and of the
            ``users``, ``agents``, ``apps`` and ``runs`` that have memories.
        reembedding: the change to another embedder, if one goes on.
        notes: what else people should know of it, each a clause.
    """

    id: str
    kind: str
    location: str
    server: str
    schema_version: int
    embedder: EmbedderInfo | None
    counts: Mapping[str, int]
    reembedding: Reembedding | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search, as a store gets it. Its arms (by vector, by words, by graph) find memories independently of each other.

    Attributes:
        filter: no arm finds a memory outside of it.
        now: memories that have expired at this time are left out.
        vector: of the query; unit length, shape (dimensions,). None leaves the vector arm out.
        terms: words of the query: what the text arm finds, and what is told of each candidate. Empty leaves the arm out.
        walk: where the graph arm begins. Without names and selves it finds nothing.
        by_words: whether the text arm searches; without it, terms are only told of what the other arms find.
        limit: the most memories that an arm finds, at least 1.
        around: for this many of the best memories of each arm, neighbours in the conversation are added to what was found.
        reach: how far away these neighbours may be, in messages. 0 adds none.
        sample: of how many memories within the filter, at most, it is told how many hold each term.
        long: in that sample, a memory of more characters counts less, by the square root of long / characters.
    """

    filter: Filter
    now: datetime
    vector: Vector | None = None
    terms: tuple[Term, ...] = ()
    walk: Walk = field(default_factory=Walk)
    by_words: bool = True
    limit: int = 50
    around: int = 50
    reach: int = 4
    sample: int = 200
    long: int = 170


@dataclass(frozen=True, slots=True)
class VersionsRequest:
    """Asks for all versions of some memories, current or withdrawn: those that `memory_ids`, `call` or `scope` select.

    Attributes:
        memory_ids: these memories.
        call: the memories that this call changed. Instead of its own id, it may be the id of a version that it wrote.
        scope: the memories that carry all ids of this scope.
        messages: whether versions come with the messages of the call that wrote them.
        links: whether versions come with their entities and relations.
    """

    memory_ids: tuple[str, ...] = ()
    call: str | None = None
    scope: Scope | None = None
    messages: bool = True
    links: bool = False


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """Asks which of these messages a conversation holds already, read by the same extractor.

    Attributes:
        conversation: the key of its scope.
        digests: of the messages.
        read_by: the name of the extractor; None for messages that were stored word for word.
        identities: of texts that may be memories. The texts of those that are current memories come back as well.
    """

    conversation: str
    digests: tuple[str, ...]
    read_by: str | None
    identities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """A new fact, to be compared with the known memories.

    Attributes:
        identity: as in StoredMemory.
        vector: of its text, unit length, shape (dimensions,); None skips the comparison by meaning.
        bonds: pairs (entity key of a subject, predicates). Memories that support a relation from this subject with one of these
            predicates are wanted, because the fact may contradict them.
    """

    identity: str
    vector: Vector | None
    bonds: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class NearRequest:
    """Asks for known memories that are close to new facts, and for entities with similar names.

    Attributes:
        filter: only memories within it are wanted, except for those with a probe's identity.
        now: memories that have expired at this time are left out, with the same exception.
        owner: the key of the owner whose entities and relations are looked up.
        probes: the new facts.
        key_prefixes, key_endings: entities whose key starts with one of these, or has one of these as its last word, are wanted.
        limit: the most memories that the vector of one probe finds.
        floor: the lowest similarity to find, (1 + cosine) / 2.
        entities_per_prefix: the most entities that one prefix or ending finds.
    """

    filter: Filter
    now: datetime
    owner: str
    probes: tuple[Probe, ...]
    key_prefixes: tuple[str, ...] = ()
    key_endings: tuple[str, ...] = ()
    limit: int = 5
    floor: float = 0.5
    entities_per_prefix: int = 200


@dataclass(frozen=True, slots=True)
class Nearby:
    """What a store knows about new facts.

    Attributes:
        known: for each probe, in order, the memories found by identity, then by vector (most similar first), then by bonds. A
            memory may be found in more than one way, and is then listed more than once.
        entities: those whose keys have one of the prefixes or endings; each tells whether it is `united`.
    """

    known: tuple[tuple[Known, ...], ...]
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A language model's answer, and its cost in tokens (0 if the server does not tell).

    `cut_off`: the server says that the limit of tokens ended it.
    """

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cut_off: bool = False


def completion_of(given: object) -> Completion | None:
    """What a language model of a caller gave, as a Completion: that, its text alone, or an object like it; None for anything else."""
    text = given if isinstance(given, str) else getattr(given, "text", None)
    if not isinstance(text, str):
        return None
    if isinstance(given, Completion):
        return given
    counts = (getattr(given, name, 0) for name in ("prompt_tokens", "completion_tokens"))
    prompt, completion = (count if isinstance(count, int) and count > 0 else 0 for count in counts)
    return Completion(text, prompt, completion, getattr(given, "cut_off", False) is True)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request to a language model.

    Attributes:
        messages: chat messages with ``role`` and ``content``.
        schema: the JSON schema of the answer.
        name: the name of the schema.
    """

    messages: tuple[Mapping[str, str], ...]
    schema: Mapping[str, Any]
    name: str


# A tuple: a search makes hundreds and looks at columns of them, both of which Python does for tuples in C.
class Candidate(NamedTuple):
    """A memory found by a search, with the score that each arm gives it and what ranking needs to know of it.

    Attributes:
        vector: (1 + cosine) / 2, in [0, 1]; None if the memory or the query has no vector.
        text: BM25 score, at least 0, comparable within one search only; None if the text arm did not find it.
        hops: distance in the graph from an entity that the query names (0: the memory mentions it); None if the graph arm did
            not find it.
        conversation: key of the conversation it came from; None if it came from none.
        position: of its message in that conversation, from 1. Neighbours differ by 1.
        held: which of the request's terms its text holds, by their places from 0, ascending.
        length: of its text, in characters.
        created_at: as in StoredMemory; None if the store does not tell.
        event: the days of what it tells; None if that is not said.
        verbatim: whether it is the message it came from, word for word, and not a fact drawn from it.
        role, speaker: who said that message: its role, and its name where it has one. None if it came from none.
        entities: keys of the entities that it mentions. people: those of them that are of type person.
        labels: its categories and the predicates of its relations in force.
        links: its relations in force of those whom the query means, if the query may ask for them.
        stems: the distinct stems of its text, with a space after each; None if the store does not tell.
    """

    id: str
    vector: float | None = None
    text: float | None = None
    hops: int | None = None
    conversation: str | None = None
    position: int | None = None
    held: tuple[int, ...] = ()
    length: int = 0
    created_at: datetime | None = None
    verbatim: bool = False
    role: str | None = None
    speaker: str | None = None
    entities: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    stems: str | None = None
    event: Days | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the arms of one search found.

    Attributes:
        candidates: the memories found by any arm and the neighbours added to them, each once, in no particular order; perhaps as
            `graphmem.model.candidates.Candidates`.
        plan: how the vector arm searched. ``exact``: it compared all memories within the filter. ``index``: it asked the vector
            index, and enough of the results were within the filter. ``index, then exact``: too few were, so it compared all.
            ``past``: it compared the memories that were current at a past time. ``none``: it was left out.
        sampled: how many memories within the filter were sampled; all of them, if there are no more than asked for.
        shares: for each term, the sum of the weights of the sampled memories that hold it (see SearchRequest.long), divided by
            `sampled`; in [0, 1].
    """

    candidates: Sequence[Candidate]
    plan: str
    sampled: int = 0
    shares: tuple[float, ...] = ()


def shares(sample: Sequence[tuple[int, Sequence[int]]], terms: int, long: int) -> tuple[float, ...]:
    """The shares of Findings.

    Args:
        sample: of each memory the characters of its text, and the places of the terms that it holds.
        terms: how many terms there are. long: as in SearchRequest.
    """
    sums = [0.0] * terms
    for length, held in sample:
        if held:
            weight = math.sqrt(long / length) if length > long else 1.0
            for place in held:
                sums[place] += weight
    return tuple(total / max(len(sample), 1) for total in sums)


@dataclass(frozen=True, slots=True)
class Known:
    """A current memory that a new fact may repeat or replace.

    Attributes:
        vector: similarity to the new fact, (1 + cosine) / 2 in [0, 1]; None if one of them has no vector.
        bonds: its relations in force among those that the probe asked for, as pairs (predicate, entity key of the target).
    """

    memory: StoredMemory
    vector: float | None = None
    bonds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An entity, as `entities` shows it.

    Attributes:
        name, aliases: the spellings of its name that one of these memories says.
        memories: the number of memories that mention it.
        same_as: the entities that count as the same one and that one of these memories mentions, too, as (id, name, score in [0, 1]).
    """

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
        said_at: when it was said, as recorded with it.
        memories: (id, text) of the current memories derived from it.
        withdrawn: whether a caller deleted a memory derived from it. Then saying it again is news.
    """

    digest: str
    said_at: datetime
    memories: tuple[tuple[str, str], ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing. `total` is the number of matches on all pages."""

    memories: tuple[StoredMemory, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A scope id that has memories.

    Attributes:
        kind: ``user``, ``agent``, ``app`` or ``run``.
        memories: the number of its current memories.
        created_at, updated_at: of its first and of its newest memory.
    """

    kind: str
    id: str
    memories: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """A memory as it was at a past time.

    Attributes:
        memory: its state at that time.
        vector: of its text at that time, unit length, shape (dimensions,); None if it has none.
        entities: keys of the entities that it mentioned. people: those of them that are of type person.
        conversation, position, verbatim, role, speaker: as in Candidate.
        similarity: of that text to what was asked for, (1 + cosine) / 2; given where `vector` is not.
    """

    memory: StoredMemory
    vector: Vector | None
    entities: tuple[str, ...] = ()
    conversation: str | None = None
    position: int | None = None
    people: tuple[str, ...] = ()
    verbatim: bool = False
    role: str | None = None
    speaker: str | None = None
    similarity: float | None = None

    # What a search looks at in each of very many of these. A store may give objects that have all of this without a whole memory.
    @property
    def id(self) -> str:
        return self.memory.id

    @property
    def text(self) -> str:
        return self.memory.text

    @property
    def scope(self) -> Scope:
        return self.memory.scope

    @property
    def scope_ids(self) -> int:
        """How many ids the scope has."""
        return len(self.memory.scope.ids)

    @property
    def mentions(self) -> Hashable:
        """Those with the same one mention the same entities."""
        return self.entities

    @property
    def expires(self) -> int | None:
        """Microseconds since the epoch, as are `created` and `updated`; None means never."""
        return None if self.memory.expiration_date is None else to_micros(self.memory.expiration_date)

    @property
    def created(self) -> int:
        return to_micros(self.memory.created_at)

    @property
    def categories(self) -> tuple[str, ...]:
        return self.memory.categories

    @property
    def event(self) -> Days | None:
        return self.memory.event

    @property
    def updated(self) -> int:
        return to_micros(self.memory.updated_at)
