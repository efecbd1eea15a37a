"""The local embedder for a client."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.changes import Vector
from graphmem.concurrency import inline
from graphmem.offline.embedder import NAME, WordLlamaEmbedder


class LocalEmbedder:
    """WordLlama, inside the package: no key, no network, 256 floats."""

    def __init__(self) -> None:
        self._embedder = WordLlamaEmbedder()

    @property
    def name(self) -> str:
        return NAME

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        return inline(self._embedder.embed, texts)

    def close(self) -> None:
        pass
