"""The whole way with a real language model over HTTP. It is tiny: what matters is that its answers are of the right form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphmem import ExtractionError, MemoryClient, OpenAISettings
from tests.conftest import StoreUnderTest
from tests.small_model import SmallModel, small_model

SAID = (
    "My brother Ben studies in Delft.",
    "I moved to Lisbon in May and I work as a nurse.",
    "I play the cello in an orchestra.",
)


@pytest.fixture(scope="module")
def model() -> Iterator[SmallModel]:
    with small_model() as running:
        yield running


def test_a_real_model_adds_memories_that_can_be_found(model: SmallModel, store: StoreUnderTest) -> None:
    settings = OpenAISettings(model.model, model.base_url, timeout_seconds=120, max_tokens=300)
    stored = []
    with MemoryClient(**store.settings, llm=settings) as client:
        for text in SAID:
            before = client.info().counts
            try:
                answer = client.add(text, user_id="alex")
            except ExtractionError:
                # A model of this size may talk without end; then nothing at all is written.
                assert client.info().counts == before
                continue
            for row in answer["results"]:
                assert row["event"] in ("ADD", "NONE")
                found = client.get(row["id"])
                assert found["memory"] == row["memory"]
                assert found["user_id"] == "alex"
                assert client.history(row["id"])[0]["input"] == [{"role": "user", "content": text}]
                stored.append(row["id"])
            if stored:
                break
        assert stored
        assert {row["id"] for row in client.search(text, user_id="alex")} & set(stored)
