"""The whole path with a real language model over HTTP. The model is tiny, so only the form of its answers is tested."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from graphmem import ExtractionError, MemoryClient, OpenAISettings
from graphmem._async.providers.openai import AsyncOpenAILLM
from graphmem._sync.providers.openai import OpenAILLM
from graphmem.model.requests import Prompt
from tests.conftest import StoreUnderTest
from tests.tools.small_model import SmallModel, small_model

SAID = "My brother Ben studies in Delft."

# Bounded so that the longest answer fits the limit: it can't be cut off.
COLOURS = Prompt(
    messages=({"role": "user", "content": "Name two colours."},),
    schema={
        "type": "object",
        "properties": {
            "colours": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string", "maxLength": 12}},
        },
        "required": ["colours"],
        "additionalProperties": False,
    },
    name="colours",
)


@pytest.fixture(scope="module")
def model() -> Iterator[SmallModel]:
    with small_model() as running:
        yield running


@pytest.fixture
def settings(model: SmallModel) -> OpenAISettings:
    return OpenAISettings(model.model, model.base_url, timeout_seconds=120, max_tokens=250)


def test_answers_match_the_schema(settings: OpenAISettings) -> None:
    llm = OpenAILLM(settings)
    answer = llm.complete(COLOURS)
    llm.close()
    assert len(json.loads(answer.text)["colours"]) == 2
    assert answer.prompt_tokens > 0
    assert answer.completion_tokens > 0


def test_answers_match_the_schema_async(settings: OpenAISettings) -> None:
    async def ask() -> str:
        llm = AsyncOpenAILLM(settings)
        answer = await llm.complete(COLOURS)
        await llm.close()
        return answer.text

    assert len(json.loads(asyncio.run(ask()))["colours"]) == 2


@pytest.mark.thorough
def test_an_add_stores_what_the_model_says_or_nothing_at_all(settings: OpenAISettings, store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings, llm=settings) as client:
        before = client.info().counts
        try:
            answer = client.add(SAID, user_id="alex")
        except ExtractionError as error:
            # Its answer was cut off at the limit, and once more when it was asked to be shorter.
            assert "no usable answer, twice" in str(error)  # noqa: PT017
            assert client.info().counts == before
            return
        for row in answer["results"]:
            assert row["event"] == "ADD"
            assert client.get(row["id"])["memory"] == row["memory"]
            assert client.history(row["id"])[0]["input"] == [{"role": "user", "content": SAID}]
        assert len(client.get_all(user_id="alex")) == len(answer["results"])
