"""Language models and embedders that callers made: what they give is read or refused, and what they raise becomes an error of ours."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graphmem import AsyncMemoryClient, ConfigurationError, EmbeddingError, ExtractionError, MemoryClient
from graphmem.protocols import Completion

SAID = '{"facts": []}'


class Model:
    """Gives or raises the same to every call."""

    def __init__(self, gives: Any) -> None:
        self.gives = gives

    def complete(self, prompt: Any) -> Any:
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    def embed(self, texts: Any) -> Any:
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives(len(texts)) if callable(self.gives) else self.gives


class Awaited:
    name = "awaited"

    async def complete(self, prompt: Any) -> Any:
        return SAID

    async def embed(self, texts: Any) -> Any:
        return [[3.0, 4.0]] * len(texts)


@pytest.mark.parametrize(
    "gives", [Completion(SAID), SAID, SimpleNamespace(text=SAID), SimpleNamespace(text=SAID, prompt_tokens=None)]
)
def test_answers_of_a_model(gives: Any) -> None:
    with MemoryClient(":memory:", llm=Model(gives), embedder="local") as client:
        told = client.add("I like tea", user_id="u", explain=True)
        assert (told["results"], told["explain"]["usage"]["llm_calls"]) == ([], 1)


@pytest.mark.parametrize(
    ("gives", "says"),
    [
        (
            None,
            "complete() of Model gave NoneType: it must be graphmem.protocols.Completion or its text. Nothing was stored",
        ),
        (Completion(None), "gave Completion"),  # type: ignore[arg-type]
        ({"text": SAID}, "gave dict"),
        (
            RuntimeError("sk-secret"),
            "the language model Model raised RuntimeError, the cause of this error. Nothing was",
        ),
    ],
)
def test_a_model_that_fails(gives: Any, says: str) -> None:
    with MemoryClient(":memory:", llm=Model(gives), embedder="local") as client:
        with pytest.raises(ExtractionError) as caught:
            client.add("I like tea", user_id="u")
        assert says in str(caught.value)
        assert "secret" not in str(caught.value)
        assert client.get_all() == []


@pytest.mark.parametrize(
    "row", [[3, 4], (3.0, 4.0), np.array([3, 4]), np.array([0.6, 0.8], np.float32), [np.float64(30), 40]]
)
def test_vectors_of_any_numbers_are_scaled(row: Any) -> None:
    with MemoryClient(":memory:", llm="offline", embedder=Model(lambda count: [row] * count)) as client:
        client.add("I like tea", user_id="u")
        [hit] = client.search("coffee", explain=True)
        assert hit["explain"]["arms"]["vector"]["score"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("gives", "says"),
    [
        (lambda count: None, "embed() of Model gave NoneType, and no list with a vector for each text"),
        (lambda count: "abc", "gave str, and no list"),
        (lambda count: ["abc"] * count, "gave str as a vector: it must be a list of numbers, or None"),
        (lambda count: [["a"]] * count, "gave list as a vector"),
        (lambda count: [[[0.6, 0.8]]] * count, "gave list as a vector"),
        (lambda count: [[]] * count, "gave list as a vector"),
        (lambda count: [[float("nan"), 1.0]] * count, "numbers that are not finite 32-bit floats"),
        (lambda count: np.full((count, 2), np.inf, np.float32), "not finite"),
        (lambda count: [[1e300, 1.0]] * count, "not finite"),
        (lambda count: [], "Model gave 0 vectors"),
        (ZeroDivisionError("secret"), "the embedder Model raised ZeroDivisionError, the cause of this error"),
    ],
)
def test_an_embedder_that_fails(gives: Any, says: str) -> None:
    with MemoryClient(":memory:", llm="offline", embedder=Model(gives)) as client:
        for call in (lambda: client.add("I like tea", user_id="u"), lambda: client.search("tea")):
            with pytest.raises(EmbeddingError) as caught:
                call()
            assert says in str(caught.value)
            assert "secret" not in str(caught.value)
        assert client.get_all() == []


@pytest.mark.parametrize("part", ["llm", "embedder"])
def test_what_is_awaited_and_what_is_not(part: str) -> None:
    settings: dict[str, Any] = {"llm": "offline", "embedder": "local"}
    with (
        MemoryClient(":memory:", **settings | {part: Awaited()}) as client,
        pytest.raises(ConfigurationError, match=r"of awaited is async: MemoryClient takes"),
    ):
        client.add("I like tea", user_id="u")

    async def use(given: Any) -> None:
        async with AsyncMemoryClient(":memory:", **settings | {part: given}) as client:
            await client.add("I like tea", user_id="u")

    asyncio.run(use(Awaited()))
    with pytest.raises(ConfigurationError, match=r"of Model is no coroutine: AsyncMemoryClient takes"):
        asyncio.run(use(Model(SAID)))
