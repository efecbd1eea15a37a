"""The local embedder for a client."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.changes import Vector
from graphmem.concurrency import in_thread
from graphmem.offline.embedder import NAME, WordLlamaEmbedder


class AsyncLocalEmbedder:
    """WordLlama, inside the package: no key, no network, 256 floats."""

    def __init__(self) -> None:
        self._embedder = WordLlamaEmbedder()

    @property
    def name(self) -> str:
        return NAME

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        return await in_thread(self._embedder.embed, texts)

    async def close(self) -> None:
        pass
