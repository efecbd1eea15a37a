"""The local embedder: WordLlama's 256 floats, with the weights inside the package. No download, no network."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphmem.changes import Vector
from graphmem.embedding import unit_vectors
from graphmem.errors import ConfigurationError

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference

NAME = "wordllama-l2-supercat-256"


class WordLlamaEmbedder:
    """Loaded at first use (some 0.5 s), then some 0.1 ms a text."""

    name = NAME

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: WordLlamaInference | None = None

    def embed(self, texts: Sequence[str]) -> list[Vector | None]:
        return unit_vectors(self._loaded().embed(list(texts))) if texts else []

    def _loaded(self) -> WordLlamaInference:
        with self._lock:
            if self._model is None:
                try:
                    import wordllama
                except ImportError as error:
                    raise ConfigurationError(
                        'the local embedder is not installed: pip install "graphmem[local]"'
                    ) from error
                # Its loader looks beside its own modules only when told to.
                folder = Path(wordllama.__file__).parent
                self._model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
            return self._model
