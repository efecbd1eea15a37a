"""The small model keeps to a schema, over HTTP and with the real client."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openai
import pytest

from tests.tools.small_model import SmallModel, small_model

FACT = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "maxLength": 40},
        "kind": {"enum": ["event", "state"]},
        "when": {"anyOf": [{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}, {"type": "null"}]},
    },
    "required": ["text", "kind", "when"],
    "additionalProperties": False,
}
FACTS = {
    "type": "object",
    "properties": {"facts": {"type": "array", "minItems": 2, "maxItems": 3, "items": FACT}},
    "required": ["facts"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def model() -> Iterator[SmallModel]:
    with small_model() as running:
        yield running


def test_an_answer_keeps_to_its_schema(model: SmallModel) -> None:
    with openai.OpenAI(base_url=model.base_url, api_key="any", max_retries=0) as client:
        answer = client.chat.completions.create(
            model=model.model,
            messages=[{"role": "user", "content": "List facts: Alice moved to Berlin in May 2021 and likes tea."}],
            response_format={"type": "json_schema", "json_schema": {"name": "facts", "schema": FACTS, "strict": True}},
            temperature=0,
            max_tokens=400,
        )
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.completion_tokens > 0
    found = json.loads(answer.choices[0].message.content or "")
    assert found.keys() == {"facts"}
    assert 2 <= len(found["facts"]) <= 3
    for fact in found["facts"]:
        assert list(fact) == ["text", "kind", "when"]
        assert len(fact["text"]) <= 40
        assert fact["kind"] in {"event", "state"}
        assert fact["when"] is None or len(fact["when"]) == len("2021-05")


def test_an_answer_is_cut_off_at_its_limit(model: SmallModel) -> None:
    with openai.OpenAI(base_url=model.base_url, api_key="any", max_retries=0) as client:
        answer = client.chat.completions.create(
            model=model.model,
            messages=[{"role": "user", "content": "Tell me a story."}],
            response_format={"type": "json_object"},
            temperature=0,
            max_tokens=5,
        )
    assert answer.choices[0].finish_reason == "length"
