"""The parts of a client, each built when it is first needed: listing memories, for example, needs no embedder."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from graphmem._async import providers
from graphmem._async.protocols import AsyncEmbedder, AsyncLLM, AsyncStore
from graphmem._async.waiting import Lock, threaded
from graphmem.errors import ConfigurationError, EmbeddingError, StoreError
from graphmem.model.requests import EmbedderInfo
from graphmem.model.vectors import Vector
from graphmem.search.commonplace import Commonplace
from graphmem.settings import (
    Choice,
    EmbeddedSettings,
    Given,
    Neo4jSettings,
    OpenAISettings,
    Provider,
    Unavailable,
    default_folder,
)
from graphmem.stores.sqlite.store import SQLiteStore


class AsyncParts:
    """The store, the embedder and the language model of one client. May be shared by tasks or threads.

    `find_messages`: whether what is added is found by what was said, too, and whether searches look there.
    """

    def __init__(self, store: Choice, llm: Choice, embedder: Choice, *, find_messages: bool = True) -> None:
        self.find_messages = find_messages
        self.choices = {"store": store, "llm": llm, "embedder": embedder}
        self._lock = Lock()
        self._store: AsyncStore | None = None
        self._llm: AsyncLLM | None = None
        self._embedder: AsyncEmbedder | None = None
        self._embedder_info: EmbedderInfo | None = None
        # Whether the store has recorded `_embedder_info`, so that later writes need not ask again.
        self._bound = False
        self._closed = False
        self.commonplace = Commonplace()

    async def store(self) -> AsyncStore:
        """The store, connected and with its schema set up.

        Raises:
            StoreError: the client was closed, or the store can't be used.
        """
        if self._closed:
            raise StoreError("this client is closed; make a new one")
        async with self._lock:
            if self._store is None:
                self._store = _store(self.choices["store"])
            # Called every time: it does nothing once the store is open, and tries again after a failure.
            await self._store.open()
            return self._store

    async def llm(self) -> AsyncLLM | None:
        """The language model; None if the built-in rules are used."""
        async with self._lock:
            if self._llm is None:
                self._llm = _llm(self.choices["llm"])
            return self._llm

    async def embed(self, texts: Sequence[str], *, writing: bool) -> Sequence[Vector | None]:
        """A vector for each text, in their order; None for a text without meaning.

        Args:
            writing: whether the vectors will be stored. The first writer binds the store to its embedder.

        Raises:
            ConfigurationError: no embedder is available.
            EmbeddingError: the embedder failed, or did not return one vector of the same size for each text.
            SchemaError: the store holds vectors of another model or size.
        """
        info, vectors = await self.embedded(texts)
        if info is not None:
            await self._bind(info, writing)
        return vectors

    async def embed_query(self, query: str, *, past: bool) -> Vector | None:
        """The vector of what is searched for, as `embed` without `writing`.

        Args:
            past: whether the past is searched. The present is compared with what was bound while it is searched.
        """
        info, [vector] = await self.embedded([query], queries=True)
        if info is not None:
            if past:
                self._embedder_info = None
            await self._bind(info, False)
        return vector

    async def embedded(
        self, texts: Sequence[str], *, queries: bool = False
    ) -> tuple[EmbedderInfo | None, Sequence[Vector | None]]:
        """A vector for each text, and what they are; None where no text has one. The store is not asked.

        Raises:
            ConfigurationError: there is nothing to embed with.
            EmbeddingError: the embedder failed.
        """
        async with self._lock:
            if self._embedder is None:
                self._embedder = _embedder(self.choices["embedder"])
            embedder = self._embedder
        vectors = await (getattr(embedder, "embed_queries", embedder.embed) if queries else embedder.embed)(texts)
        # Checked before anything is written, because a store can hold vectors of one size only.
        sizes = {len(vector) for vector in vectors if vector is not None}
        if len(vectors) != len(texts) or len(sizes) > 1:
            raise EmbeddingError(
                f"{embedder.name} gave {len(vectors)} vectors of {sorted(sizes)} floats for {len(texts)} texts. Nothing was stored"
            )
        return EmbedderInfo(embedder.name, sizes.pop()) if sizes else None, vectors

    async def reset(self) -> None:
        """Empty the store. The next write binds the store to an embedder again."""
        store = await self.store()
        await store.reset()
        self._embedder_info, self._bound = None, False

    async def close(self) -> None:
        self._closed = True
        for part in (self._store, self._llm, self._embedder):
            if part is not None:
                await part.close()

    async def _bind(self, info: EmbedderInfo, writing: bool) -> None:
        if info == self._embedder_info and (self._bound or not writing):
            return
        # A search must not bind an empty store: the first writer decides which embedder it is for.
        if await (await self.store()).bind(info, record=writing):
            self._embedder_info, self._bound = info, writing


def _store(choice: Choice) -> AsyncStore:
    match choice.use:
        case EmbeddedSettings(location):
            # Only our own folder is created. A missing folder elsewhere is more likely a typing error in the path.
            if location.startswith(str(default_folder())):
                default_folder().mkdir(parents=True, exist_ok=True)
            embedded: AsyncStore = threaded(SQLiteStore(location))
            return embedded
        case Neo4jSettings() as settings:
            # Imported only when chosen, like the providers below: nobody should load a driver they don't use.
            from graphmem._async.stores.neo4j import AsyncNeo4jStore

            return AsyncNeo4jStore(settings)
        case Given(given):
            store: AsyncStore = given
            return store
    raise ConfigurationError(f"{choice.name} is not a store")


def _llm(choice: Choice) -> AsyncLLM | None:
    match choice.use:
        case OpenAISettings() as settings:
            from graphmem._async.providers.openai import AsyncOpenAILLM

            return AsyncOpenAILLM(settings)
        case Given(given):
            llm: AsyncLLM = given
            return llm
    return None


def _embedder(choice: Choice) -> AsyncEmbedder:
    match choice.use:
        case OpenAISettings() as settings:
            from graphmem._async.providers.openai import AsyncOpenAIEmbedder

            return AsyncOpenAIEmbedder(settings)
        case Provider(module):
            made: AsyncEmbedder = importlib.import_module(f"{providers.__name__}.{module}").embedder()
            return made
        case Given(given):
            embedder: AsyncEmbedder = given
            return embedder
        case Unavailable(advice):
            raise ConfigurationError(advice)
    raise ConfigurationError(f"{choice.name} is not an embedder")
