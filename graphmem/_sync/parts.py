"""The parts of a client, each built when it is first needed: listing memories, for example, needs no embedder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import ModuleType

from graphmem._sync import providers, stores
from graphmem._sync.protocols import LLM, Embedder, Store
from graphmem._sync.providers import given
from graphmem._sync.waiting import Lock, OnePerPlace, threaded
from graphmem.errors import ConfigurationError, EmbeddingError, StoreError, StoreUnavailableError
from graphmem.model.folding import spelled
from graphmem.model.loading import imported
from graphmem.model.requests import EmbedderInfo
from graphmem.model.vectors import Vector
from graphmem.search.commonplace import Commonplace
from graphmem.settings import (
    MEMORY,
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


class _Connected:
    """What has connections, or may have: made anew for each event loop, and after a fork."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.store: Store | None = None
        self.llm: LLM | None = None
        self.embedder: Embedder | None = None


class Parts:
    """The store, the embedder and the language model of one client. May be shared by tasks, threads, event loops and forked processes.

    `find_messages`: whether what is added is found by what was said, too, and whether searches look there.
    """

    def __init__(self, store: Choice, llm: Choice, embedder: Choice, *, find_messages: bool = True) -> None:
        self.find_messages = find_messages
        self.choices = {"store": store, "llm": llm, "embedder": embedder}
        self._connected = OnePerPlace(_Connected, self._disconnect)
        # Stores that serve any loop, by `_process`.
        self._stores: dict[int, Store] = {}
        self._embedder_info: EmbedderInfo | None = None
        # Whether the store has recorded `_embedder_info`, so that later writes need not ask again.
        self._bound = False
        self._closed = False
        self.commonplace = Commonplace()

    def store(self) -> Store:
        """The store, connected and with its schema set up.

        Raises:
            StoreError: the client was closed, or the store can't be used.
        """
        if self._closed:
            raise StoreError("this client is closed; make a new one")
        here = self._connected.get()
        with here.lock:
            if here.store is None:
                here.store = self._store()
            # Called every time: it does nothing once the store is open, and tries again after a failure.
            here.store.open()
            return here.store

    def llm(self) -> LLM | None:
        """The language model; None if the built-in rules are used."""
        here = self._connected.get()
        with here.lock:
            if here.llm is None:
                here.llm = _llm(self.choices["llm"])
            return here.llm

    def embed(self, texts: Sequence[str], *, writing: bool) -> Sequence[Vector | None]:
        """A vector for each text, in their order; None for a text without meaning.

        Args:
            writing: whether the vectors will be stored. The first writer binds the store to its embedder.

        Raises:
            ConfigurationError: no embedder is available.
            EmbeddingError: the embedder failed, or did not return one vector of the same size for each text.
            SchemaError: the store holds vectors of another model or size.
        """
        info, vectors = self.embedded(texts)
        if info is not None:
            self._bind(info, writing)
        return vectors

    def embed_query(self, query: str, *, past: bool) -> Vector | None:
        """The vector of what is searched for, as `embed` without `writing`.

        Args:
            past: whether the past is searched. The present is compared with what was bound while it is searched.
        """
        try:
            info, [vector] = self.embedded([query], queries=True)
        except EmbeddingError as error:
            # Nobody wanted to store anything.
            error.args = (str(error).removesuffix(". Nothing was stored"),)
            raise
        if info is not None:
            if past:
                self._embedder_info = None
            self._bind(info, False)
        return vector

    def embedded(
        self, texts: Sequence[str], *, queries: bool = False
    ) -> tuple[EmbedderInfo | None, Sequence[Vector | None]]:
        """A vector for each text, and what they are; None where no text has one. The store is not asked.

        Raises:
            ConfigurationError: there is nothing to embed with.
            EmbeddingError: the embedder failed.
        """
        here = self._connected.get()
        with here.lock:
            if here.embedder is None:
                here.embedder = _embedder(self.choices["embedder"])
            embedder = here.embedder
        # Models read composed letters, and make something else of others.
        read = list(map(spelled, texts))
        vectors = (getattr(embedder, "embed_queries", embedder.embed) if queries else embedder.embed)(read)
        # Checked before anything is written, because a store can hold vectors of one size only.
        sizes = {len(vector) for vector in vectors if vector is not None}
        if len(vectors) != len(texts) or len(sizes) > 1:
            raise EmbeddingError(
                f"{embedder.name} gave {len(vectors)} vectors of {sorted(sizes)} floats for {len(texts)} texts. Nothing was stored"
            )
        return EmbedderInfo(embedder.name, sizes.pop()) if sizes else None, vectors

    def reset(self) -> None:
        """Empty the store. The next write binds the store to an embedder again."""
        store = self.store()
        store.reset()
        self._embedder_info, self._bound = None, False

    def close(self) -> None:
        self._closed = True
        self._connected.close()
        # What serves every loop is closed last, and once.
        store = self._stores.get(self._process)
        if store is not None:
            store.close()
        for name, choice in self.choices.items():
            if name != "store" and isinstance(choice.use, Given):
                given.close(choice.use.object)

    def _disconnect(self, here: _Connected) -> None:
        """Close what belongs to one loop."""
        failure: Exception | None = None
        for name, part in (("store", here.store), ("llm", here.llm), ("embedder", here.embedder)):
            if part is not None and isinstance(self.choices[name].use, Neo4jSettings | OpenAISettings):
                # One that fails, as on a loop that has ended, keeps no other from being closed.
                try:
                    part.close()
                except Exception as error:
                    failure = failure or error
        if failure is not None:
            raise failure

    @property
    def _process(self) -> int:
        """The key of the store: those in memory go on in a forked child, with what they held."""
        return 0 if _in_memory(self.choices["store"]) else os.getpid()

    def _store(self) -> Store:
        choice = self.choices["store"]
        if isinstance(choice.use, Neo4jSettings):
            return _store(choice)
        process = self._process
        # At once, for several threads may ask at the same time.
        return self._stores.get(process) or self._stores.setdefault(process, _store(choice))

    def _bind(self, info: EmbedderInfo, writing: bool) -> None:
        if info == self._embedder_info and (self._bound or not writing):
            return
        # A search must not bind an empty store: the first writer decides which embedder it is for.
        if (self.store()).bind(info, record=writing):
            self._embedder_info, self._bound = info, writing


def _in_memory(choice: Choice) -> bool:
    return choice.use == EmbeddedSettings(MEMORY) or isinstance(choice.use, Given)


def _store(choice: Choice) -> Store:
    match choice.use:
        case EmbeddedSettings(location):
            # Only our own folder is created. A missing folder elsewhere is more likely a typing error in the path.
            if location.startswith(str(default_folder())):
                _make_default_folder()
            embedded: Store = threaded(SQLiteStore(location))
            return embedded
        case Neo4jSettings() as settings:
            # Imported only when chosen, like the providers below: nobody should load a driver they don't use.
            server: Store = imported(f"{stores.__name__}.neo4j").Neo4jStore(settings)
            return server
        case Given(made):
            store: Store = made
            return store
    raise ConfigurationError(f"{choice.name} is not a store")


def _make_default_folder() -> None:
    try:
        default_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(
            f"the default store can't be made in {default_folder()} ({error.strerror}): "
            "set GRAPHMEM_STORE or pass store=, a path that can be written or ':memory:'"
        ) from error


def _provider(module: str) -> ModuleType:
    return imported(f"{providers.__name__}.{module}")


def _llm(choice: Choice) -> LLM | None:
    match choice.use:
        case OpenAISettings() as settings:
            llm: LLM = _provider("openai").OpenAILLM(settings)
            return llm
        case Given(made):
            return given.GivenLLM(made)
    return None


def _embedder(choice: Choice) -> Embedder:
    match choice.use:
        case OpenAISettings() as settings:
            embedder: Embedder = _provider("openai").OpenAIEmbedder(settings)
            return embedder
        case Provider(module):
            named: Embedder = _provider(module).embedder()
            return named
        case Given(made):
            return given.GivenEmbedder(made)
        case Unavailable(advice):
            raise ConfigurationError(advice)
    raise ConfigurationError(f"{choice.name} is not an embedder")
