"""What graphmem asks of a store, an embedder and a language model. Any object with these methods will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from graphmem.model.changes import Applied, ChangeSet
from graphmem.model.filter import Filter
from graphmem.model.memory import Message, Relation, Version
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
from graphmem.model.vectors import Vector


@runtime_checkable
class AsyncEmbedder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """The model's name. A store remembers it and refuses vectors of another."""

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        """One float32 vector of unit length for each text, all of one size; None for a text without meaning.

        Raises:
            EmbeddingError: the model failed or can't be reached.
        """

    async def close(self) -> None:
        """Give back connections. May be called twice."""


@runtime_checkable
class AsyncLLM(Protocol):
    """Answers a prompt with JSON text."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer, which should be JSON of the prompt's schema; it is checked by the caller.

        Raises:
            ExtractionError: the model can't be reached, refuses, times out or keeps answering 429.
        """

    async def close(self) -> None:
        """Give back connections. May be called twice."""


class AsyncStore(Protocol):
    """Keeps the graph. Knows no rules: it applies changes and answers questions.

    Every method may raise StoreUnavailableError (try again later) or StoreError.
    """

    async def open(self) -> None:
        """Connect; set up, check or upgrade the schema. Calling it again does nothing.

        Raises:
            StoreUnavailableError: it can't be reached, or refuses the credentials.
            SchemaError: what is there is no graphmem store, or one of a newer schema.
        """

    async def close(self) -> None:
        """Give back connections. May be called twice."""

    async def info(self) -> StoreInfo:
        """What the store is and holds."""

    async def bind(self, embedder: EmbedderInfo, *, record: bool = True) -> bool:
        """Agree on the vectors: the first embedder is recorded, another is refused.

        Args:
            record: whether to record the first one; otherwise this only compares.

        Returns:
            Whether an embedder is recorded now.

        Raises:
            SchemaError: the store holds vectors of another model or size.
        """

    async def apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        """Make all of these sets of changes in one transaction, or none. No set is about a memory that one before it makes or changes.

        A store that can't delete many at once may take a single set of more than 1,000 Retires and nothing else in parts, in
        their order. Vectors are those of the embedder that was bound last; to a store that was reset since then, it is bound again.

        Returns:
            What became of each set, in their order.

        Raises:
            StaleVersionError: a Revise names a version that is no longer the newest.
            ConflictError: a Revise gives a memory the text of another one of its scope.
            SchemaError: the store was reset, and holds vectors of another embedder since.
        """

    async def search(self, request: SearchRequest) -> Findings:
        """What the arms of a search find within the filter."""

    async def nearest(self, request: NearRequest) -> Nearby:
        """What is known that is close to new facts, or says the same."""

    async def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        """The messages that this conversation holds and that were read by the same reader, and the texts of the memories named."""

    async def select(
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
            ids: only these, in this order, all that are there: offset and limit are not for them.
        """

    async def past(self, filter: Filter, at: datetime) -> Sequence[Past]:
        """The memories that were current at that time and met this filter, which speaks of scope ids only."""

    async def versions(self, request: VersionsRequest) -> Sequence[Version]:
        """Whole chains, one after the other, each oldest first; what never was is left out."""

    async def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[Relation]:
        """The relations that these memories support, in force now or at `at`; with `valid_at` only what held in the world then."""

    async def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        """Memory id → the messages that its current version is derived from, oldest first."""

    async def entities(self, filter: Filter, now: datetime, ids: Sequence[str] | None = None) -> Sequence[Named]:
        """The entities that current memories within the filter mention, by name; with `ids` only these."""

    async def owners(self, filter: Filter) -> Sequence[Owner]:
        """Scope ids of the current memories that meet the filter, by kind (user, agent, app, run) and id."""

    async def check(self, repair_at: datetime | None = None) -> Sequence[tuple[str, str]]:
        """What is wrong: (name of a check in graphmem.stores.checks, id of what fails it). What a store can't fail is left out.

        Args:
            repair_at: repair what fails the checks that have a fix, and record it at this time; None only looks.
        """

    async def dump(self, kind: str, offset: int, limit: int) -> Sequence[Mapping[str, Any]]:
        """Records of a kind (graphmem.stores.portable.KINDS), always in the same order: some of them, from a place on."""

    async def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write those of these records that are not there, in one transaction; how many these were.

        Raises:
            ConflictError: another memory of a scope already says what one of them says.
        """

    async def reset(self) -> None:
        """Delete everything that graphmem wrote, versions and messages and the agreement on an embedder included; keep its id.

        What other programs keep in the same place stays. It need not be one transaction: what was cut short can be run again.
        """
