"""The parts of a client, built from the choices when first needed: listing memories needs no embedder."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from graphmem._sync import providers
from graphmem._sync.protocols import LLM, Embedder, Store
from graphmem._sync.waiting import Lock, threaded
from graphmem.errors import ConfigurationError, EmbeddingError, StoreError
from graphmem.model.requests import EmbedderInfo
from graphmem.model.vectors import Vector
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


class Parts:
    """The store, the embedder and the language model of one client."""

    def __init__(self, store: Choice, llm: Choice, embedder: Choice) -> None:
        self.choices = {"store": store, "llm": llm, "embedder": embedder}
        self._lock = Lock()
        self._store: Store | None = None
        self._llm: LLM | None = None
        self._embedder: Embedder | None = None
        self._embedder_info: EmbedderInfo | None = None
        self._bound = False
        self._closed = False

    def store(self) -> Store:
        """The store, connected and with its schema.

        Raises:
            StoreError: the client was closed, or the store can't be used.
        """
        if self._closed:
            raise StoreError("this client is closed; make a new one")
        with self._lock:
            if self._store is None:
                self._store = _store(self.choices["store"])
            self._store.open()
            return self._store

    def llm(self) -> LLM | None:
        """The language model; None if the offline extractor is used."""
        with self._lock:
            if self._llm is None:
                self._llm = _llm(self.choices["llm"])
            return self._llm

    def embed(self, texts: Sequence[str], *, writing: bool) -> Sequence[Vector | None]:
        """A vector for each text. With `writing`, a store that is bound to no embedder yet is bound to this one.

        Raises:
            ConfigurationError: there is nothing to embed with.
            EmbeddingError: the embedder failed.
            SchemaError: the store holds vectors of another model or size.
        """
        with self._lock:
            if self._embedder is None:
                self._embedder = _embedder(self.choices["embedder"])
            embedder = self._embedder
        vectors = embedder.embed(texts)
        # Checked before anything is written: a store can't mix sizes.
        sizes = {len(vector) for vector in vectors if vector is not None}
        if len(vectors) != len(texts) or len(sizes) > 1:
            raise EmbeddingError(
                f"{embedder.name} gave {len(vectors)} vectors of {sorted(sizes)} floats for {len(texts)} texts. Nothing was stored"
            )
        if sizes:
            self._bind(EmbedderInfo(embedder.name, sizes.pop()), writing)
        return vectors

    def reset(self) -> None:
        """Empty the store. The next writer binds its embedder again."""
        store = self.store()
        store.reset()
        self._embedder_info, self._bound = None, False

    def close(self) -> None:
        self._closed = True
        for part in (self._store, self._llm, self._embedder):
            if part is not None:
                part.close()

    def _bind(self, info: EmbedderInfo, writing: bool) -> None:
        if info == self._embedder_info and (self._bound or not writing):
            return
        # A search must not bind an empty store: what it is for is up to the first writer.
        if (self.store()).bind(info, record=writing):
            self._embedder_info, self._bound = info, writing


def _store(choice: Choice) -> Store:
    match choice.use:
        case EmbeddedSettings(location):
            if location.startswith(str(default_folder())):
                default_folder().mkdir(parents=True, exist_ok=True)
            embedded: Store = threaded(SQLiteStore(location))
            return embedded
        case Neo4jSettings() as settings:
            # Imported late, as are the other choices below: nobody loads a driver that they don't use.
            from graphmem._sync.stores.neo4j import Neo4jStore

            return Neo4jStore(settings)
        case Given(given):
            store: Store = given
            return store
    raise ConfigurationError(f"{choice.name} is no store")


def _llm(choice: Choice) -> LLM | None:
    match choice.use:
        case OpenAISettings() as settings:
            from graphmem._sync.providers.openai import OpenAILLM

            return OpenAILLM(settings)
        case Given(given):
            llm: LLM = given
            return llm
    return None


def _embedder(choice: Choice) -> Embedder:
    match choice.use:
        case OpenAISettings() as settings:
            from graphmem._sync.providers.openai import OpenAIEmbedder

            return OpenAIEmbedder(settings)
        case Provider(module):
            made: Embedder = importlib.import_module(f"{providers.__name__}.{module}").embedder()
            return made
        case Given(given):
            embedder: Embedder = given
            return embedder
        case Unavailable(advice):
            raise ConfigurationError(advice)
    raise ConfigurationError(f"{choice.name} is no embedder")
