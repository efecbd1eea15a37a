"""The local embedder for a client."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from graphmem._sync.protocols import Embedder
from graphmem._sync.waiting import in_thread
from graphmem.errors import ConfigurationError
from graphmem.model.vectors import Vector, unit_vectors

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference


class LocalEmbedder:
    """WordLlama, inside the package: no key, no network, 256 floats."""

    def __init__(self) -> None:
        self._embedder = WordLlamaEmbedder()

    @property
    def name(self) -> str:
        return NAME

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        return in_thread(self._embedder.embed, texts)

    def close(self) -> None:
        pass


def embedder() -> Embedder:
    return LocalEmbedder()


NAME = "wordllama-l2-supercat-256"
_LOADING = threading.Lock()


@contextmanager
def _logging_left_alone() -> Iterator[None]:
    """The package sets up the root logger when it is imported, which is for the program to do."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


class WordLlamaEmbedder:
    """Loaded at first use (some 0.5 s for the first of a process, which all share), then some 0.1 ms a text."""

    name = NAME

    def embed(self, texts: Sequence[str]) -> list[Vector | None]:
        return unit_vectors(_model().embed(list(texts))) if texts else []


def _model() -> WordLlamaInference:
    with _LOADING:
        return _load()


@cache
def _load() -> WordLlamaInference:
    with _logging_left_alone():
        try:
            import wordllama
        except ImportError as error:
            raise ConfigurationError('the local embedder is not installed: pip install "graphmem[local]"') from error
        # Its loader looks beside its own modules only when told to.
        return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
