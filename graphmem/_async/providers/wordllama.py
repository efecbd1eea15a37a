"""The local embedder: WordLlama, which needs neither a key nor the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graphmem._async.protocols import AsyncEmbedder
from graphmem._async.waiting import in_thread
from graphmem.errors import ConfigurationError
from graphmem.model.loading import Loaded
from graphmem.model.vectors import Vector, unit_vectors

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference


class AsyncLocalEmbedder:
    """Embeds texts as unit vectors of 256 floats, in a thread. Its model is part of the wordllama package."""

    def __init__(self) -> None:
        self._embedder = WordLlamaEmbedder()

    @property
    def name(self) -> str:
        return NAME

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        return await in_thread(self._embedder.embed, texts)

    async def close(self) -> None:
        pass


def embedder() -> AsyncEmbedder:
    return AsyncLocalEmbedder()


NAME = "wordllama-l2-supercat-256"


@contextmanager
def _root_logger_unchanged() -> Iterator[None]:
    """Undo what wordllama does to the root logger when it is imported: logging is for the program to set up."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


class WordLlamaEmbedder:
    """Calls WordLlama and blocks. The model is loaded once a process, at first use (about 0.5 s); a text takes about 0.1 ms."""

    name = NAME

    def embed(self, texts: Sequence[str]) -> list[Vector | None]:
        if not texts:
            return []
        model = _model()
        return unit_vectors(_one(model, texts[0]) if len(texts) == 1 else model.embed(list(texts)))


def _one(model: WordLlamaInference, text: str) -> npt.NDArray[np.float32]:
    """What `model.embed` makes of one text, float for float, without the threads and masks that it has for many; shape (1, 256)."""
    ids = np.array(model.tokenizer.encode(text, add_special_tokens=False).ids, dtype=np.intp)
    # Tokens that the model does not know count as its last one, as there.
    tokens = model.embedding.take(ids, axis=0, mode="clip")
    mean: npt.NDArray[np.float32] = np.add.reduce(tokens, axis=0, keepdims=True, dtype=np.float32)
    mean /= max(len(ids), 1)
    return mean


def _load() -> WordLlamaInference:
    with _root_logger_unchanged():
        try:
            import wordllama
        except ImportError as error:
            raise ConfigurationError('the local embedder is not installed: pip install "graphmem[local]"') from error
        # By default, WordLlama looks for the model in a cache folder and downloads it; the wheel has it beside its modules.
        return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


_model = Loaded(_load)
