"""What graphmem asks of a store, an embedder and a language model. Any object with these methods will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from graphmem.model.changes import Applied, ChangeSet
from graphmem.model.filter import Filter
from graphmem.model.memory import Message, StoredRelation, StoredVersion
from graphmem.model.related import Related, RelatedRequest
from graphmem.model.requests import (
    Completion,
    EmbedderInfo,
    Findings,
    Listing,
    Named,
    Nearby,
    NearRequest,
    Owner,
    Past,
    Prompt,
    SearchRequest,
    Seen,
    SeenRequest,
    StoreInfo,
    VersionsRequest,
)
from graphmem.model.said import Said, SaidRequest
from graphmem.model.vectors import Vector


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors.

    One that embeds what is searched for otherwise than what is stored also has ``embed_queries``, which takes and gives what `embed`
    does. Without it, `embed` is asked for both.
    """

    @property
    def name(self) -> str:
        """The model's name. A store remembers it and refuses vectors of another."""

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        """One float32 vector of unit length for each text, all of one size; None for a text without meaning.

        Raises:
            EmbeddingError: the model failed or can't be reached.
        """

    def close(self) -> None:
        """Give back connections. May be called twice."""


@runtime_checkable
class LLM(Protocol):
    """Answers a prompt with JSON text."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    def complete(self, prompt: Prompt) -> Completion:
        """The model's answer, which should be JSON of the prompt's schema; it is checked by the caller.

        Raises:
            ExtractionError: the model can't be reached, refuses, times out or keeps answering 429.
        """

    def close(self) -> None:
        """Give back connections. May be called twice."""


class Store(Protocol):
    """Keeps the graph. Knows no rules: it applies changes and answers questions. tests/contract tells how to try one.

    Every method may raise StoreUnavailableError (try again later) or StoreError.

    A store object serves one client, which calls it from several threads or tasks at once and closes it; several objects may stand
    for the same data. Nobody sees what a transaction writes before all of it is written. Callers may change what they gave to a
    store or got from it (metadata is a mutable object); what is stored stays as it was.

    It keeps a chain of versions for each memory. They are numbered from 1, each ends (recorded_to) when the next one begins, and the
    last one is what is true now: the memory is current, or withdrawn if that version is a DELETE. A memory that has expired is still
    current; where a method leaves it out, that is said.
    """

    def open(self) -> None:
        """Connect; set up, check or upgrade the schema. Calling it again does nothing.

        Raises:
            StoreUnavailableError: it can't be reached, or refuses the credentials.
            SchemaError: what is there is no graphmem store, or one of a newer schema.
        """

    def close(self) -> None:
        """Give back connections. May be called twice."""

    def info(self) -> StoreInfo:
        """What the store is and holds.

        The keys of its counts: memories (current ones), versions, messages, entities, relations (those in force), and users, agents,
        apps and runs (ids that current memories have).
        """

    def bind(self, embedder: EmbedderInfo, *, record: bool = True) -> bool:
        """Agree on the vectors: the first embedder is recorded for all clients, another is refused.

        With `record`, this object remembers the embedder for `apply`, even if it was recorded before.

        Args:
            record: whether to record the first one; otherwise this only compares.

        Returns:
            Whether an embedder is recorded now.

        Raises:
            SchemaError: the store holds vectors of another model or size.
        """

    def unembedded(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """Versions and messages that the change which goes on (see `reembed`) has given no vector yet: (id, text), by id.

        Deletions need none, nor do messages that searches don't find. Where no change goes on, it is the messages that searches find
        and that have none: those of an older store.

        Args:
            after: only those with a greater id. limit: how many at most.
        """

    def reembed(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], *, restart: bool = False) -> bool:
        """Begin a change of all vectors to those of this embedder, keep new ones, or finish; or give vectors to messages without one.

        The first call begins. While the change goes on, the store answers with the old vectors, and takes more of them; the new ones
        are kept beside. A call without vectors finishes, if no version and no message is left without a new one: then the new vectors
        take the place of the old ones, for all clients at once. A store without vectors only records the embedder.

        Args:
            vectors: id of a version or message → its vector, None for a text without meaning. What is not there any more is
                passed over.
            restart: throw away what was kept for a change to another embedder that was not finished.

        Returns:
            Whether the store now answers with the vectors of this embedder. If not, some may be left: ask `unembedded`.

        Raises:
            SchemaError: a change to yet another embedder goes on.
        """

    def apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        """Make all of these sets of changes in one transaction, or none. No set is about a memory that one before it makes or changes.

        A store that can't delete many at once may take a single set of more than 1,000 Retires and nothing else in parts, in
        their order. Vectors are those of the embedder that was bound last; to a store that was reset since then, it is bound again.

        Within a set no two changes are about one memory, except that several Creates may have one text, of which the first is made, and
        that a Relate may follow the change that makes its memory. A set with a Purge holds nothing else. `graphmem.model.changes` says
        what each change does; besides that:

        - The transcript is written once, when a change that has sources is made: not for a Create that was known or a Retire that is
          missing. Its messages get the positions after the last one of the conversation, the first ever is 1.
        - A version's conversation and position (see Candidate) are those of its first source, or of the version before it where the
          change has no source. A DELETE version that has sources may keep those before it as well.
        - A version that keeps the text keeps vector and entities as well; a new text has none of the old entities, and its memory
          none of the old relations, unless the Revise says what it keeps: then these, and the sources of the version before as well.
        - A DELETE version repeats the state of the one before it, with `updated_at` of the call, without vector and entities.
        - A Relate of a memory that is not current is passed over. An entity keeps the name it came with; each other spelling of it becomes
          an alias, up to MAX_ALIASES. Relations whose ends are not there are left out.
        - Unite and Separate are passed over for entities of two owners. A pair is stored once, the smaller id first, with its first score.
          A score below 1 does not unite a pair that was separated.
        - A Purge takes the messages that only the purged versions are derived from, and those of calls that left no other version, unless
          another version is derived from them; and the entities that no version names and no relation, retracted or not, has any more.

        Returns:
            What became of each set, in their order.

        Raises:
            StaleVersionError: a Revise names a version that is no longer the newest.
            ConflictError: a Revise gives a memory the text of another one of its scope.
            SchemaError: the store was reset, and holds vectors of another embedder since.
        """

    def search(self, request: SearchRequest) -> Findings:
        """What the arms of a search find within the filter.

        Each arm finds its best: similar vectors, words of the text (in any scale that orders them; stems and accents are the store's
        choice), and the graph. There a name leads to the entities of that key and to those that count as the same; a memory that mentions
        one is at 0 hops, and one that mentions what a relation in force, supported by a memory that may be found, links to it is at 1;
        of those equally far the one updated last comes first. All that is found has its similarity, whichever arm found it.

        Raises:
            SchemaError: the vectors are of another embedder than the one that `bind` was asked for last: the store was reset or changed
                over since. `nearest` raises it as well.
        """

    def said(self, request: SaidRequest) -> Sequence[Said]:
        """The messages within the filter that its arms find: similar vectors, and words of the content; and those near the best of them.

        These are messages that `Findable` made so.

        A message can't be found while a memory that was derived from it is withdrawn by a caller (see `seen`) or has expired; one that
        no memory was derived from while that is so of all memories of its call. With `at`, this goes by the versions of that time. All
        that is found has its similarity, if it has a vector, whichever arm found it.

        Raises:
            SchemaError: as `search`.
        """

    def nearest(self, request: NearRequest) -> Nearby:
        """What is known that is close to new facts, or says the same.

        The memory with a probe's identity is there whatever the filter says and although it has expired: it is what a Create would
        meet. Bonds are of subjects that belong to the request's owner. Entities come by key and type for each prefix.
        """

    def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        """The messages that this conversation holds and that were read by the same reader, and the texts of the memories named.

        A memory is derived from a message if any of its versions is. It was withdrawn by a caller if it ends with a DELETE version
        that has no source: one that a message brought about has that message.
        """

    def select(
        self,
        filter: Filter,
        now: datetime | None,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
    ) -> Listing:
        """Current memories that meet the filter, newest first (created_at, then id), without those expired at `now` (None: with them).

        Args:
            offset, limit: which part of them is wanted; the page's total counts all.
            ids: only these, in this order, without those that are not there or not within the filter; all of them: offset and
                limit are not for them.
        """

    def ids(self, filter: Filter) -> Sequence[str]:
        """The ids of the current memories that meet the filter, newest first, as in `select`; with expired ones."""

    def past(
        self,
        filter: Filter,
        at: datetime,
        query: Vector | None = None,
        ids: Sequence[str] | None = None,
        *,
        whole: bool = True,
    ) -> Sequence[Past]:
        """The memories that were current at that time and met this filter, which speaks of scope ids only; in any order.

        A version is current from recorded_from on until just before recorded_to. With a query, of unit length, each comes with its
        similarity or with its vector, as the store likes; without one, with neither or either.

        Args:
            ids: only these, and then each comes with the message it came from: `verbatim`, `role` and `speaker`. Without ids these
                may stay as they are by default: there may be very many memories, and a search asks again about what it found.
            whole: whether each must have its `memory`, and not only what a search looks at.
        """

    def versions(self, request: VersionsRequest) -> Sequence[StoredVersion]:
        """Whole chains, one after the other, each oldest first; what never was is left out.

        The messages of a version are all of its call's, with no span. Its links are the entities that it names, by key and type, and
        the relations, by ids of their ends, that its memory supported at recorded_from.
        """

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[StoredRelation]:
        """The relations that these memories support, in force now or at `at`; with `valid_at` only what held in the world then.

        In the order of the memories, then by recorded_at, source's key, predicate and target's key. A relation is in force from recorded_at
        on until just before retracted_at, and holds from valid_from on until just before valid_to; what is not known sets no limit.
        """

    def related(self, request: RelatedRequest) -> Related:
        """A part of the graph: relations within the filter, the memories that support them and the entities at their ends.

        With `ids` or `near` the work grows with the relations of these entities, not with the memories within the filter.
        """

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        """Memory id → the messages that its current version is derived from, with their spans, oldest first; none that has no source."""

    def entities(
        self, filter: Filter, now: datetime, ids: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> Sequence[Named]:
        """The entities that current memories within the filter mention, by key, type and id; with `ids` or `keys` only these.

        What counts as the same as one of them is told whoever mentions it.
        """

    def owners(self, filter: Filter) -> Sequence[Owner]:
        """Scope ids of the current memories that meet the filter, expired or not, by kind (user, agent, app, run) and id."""

    def check(self, repair_at: datetime | None = None) -> Sequence[tuple[str, str]]:
        """What is wrong: (name of a check in graphmem.stores.checks, id of what fails it). What a store can't fail is left out.

        Args:
            repair_at: repair what fails the checks that have a fix, and record it at this time; None only looks.
        """

    def dump(self, kind: str, offset: int, limit: int, *, vectors: bool = True) -> Sequence[Mapping[str, Any]]:
        """Records of a kind (graphmem.stores.portable.KINDS): some of them, from a place on.

        Each kind has an order that is the same in all stores: messages and entities by id, pairs by both ids, versions by memory_id and
        number, relations by memory_id, recorded_at, source, predicate and target. `entities` of a version are ids in their order, `sources`
        are (message id, first character, one past the last) in the order of the ids. Without `vectors`, those are None: they are most of
        what there is to read.
        """

    def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write those of these records that are not there, in one transaction; how many these were.

        Messages, entities and versions are known by id, pairs by both ids, relations by all that `dump` orders them by. Pairs and relations
        of entities that are not there are left out, and a version comes without the entities and messages that are not there. A version
        without recorded_to that is no DELETE is what its memory is now. A chain may come in several calls, oldest first.

        Raises:
            ConflictError: another memory of a scope already says what one of them says; or the memory is there in another state.
            SchemaError: they have vectors, and the store has since changed to those of another embedder than the one that was bound.
        """

    def reset(self) -> None:
        """Delete everything that graphmem wrote, versions and messages and the agreement on an embedder included; keep its id.

        What other programs keep in the same place stays. It need not be one transaction: what was cut short can be run again.
        """
