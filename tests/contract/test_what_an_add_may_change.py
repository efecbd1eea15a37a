"""What a call may change, whatever a model says: memories of the same user and agent that carry all ids of the call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import MemoryClient, OpenAISettings
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM, as_said

KEPT = {
    "a user's, of the app": {"user_id": "bob", "app_id": "shop"},
    "a user's, of the run": {"user_id": "bob", "run_id": "r1"},
    "a user's, of both": {"user_id": "bob", "app_id": "shop", "run_id": "r1"},
    "an agent's": {"agent_id": "clerk", "app_id": "shop", "run_id": "r1"},
    "another user's": {"user_id": "eve", "app_id": "shop", "run_id": "r1"},
}
CALLS = {
    "an app": {"app_id": "shop"},
    "a run": {"run_id": "r1"},
    "another user": {"user_id": "mallory", "app_id": "shop", "run_id": "r1"},
}


@pytest.fixture(params=["UPDATE", "DELETE"])
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedLLM]:
    """A model that replaces or withdraws whatever it is shown."""

    def answer(body: dict[str, Any]) -> str:
        asked = as_said(body)
        for decision in asked.get("decisions", ()):
            decision.update(event=request.param, known=1, text="")
        return json.dumps(asked)

    with ScriptedLLM() as found:
        yield found.rule(answer)


@pytest.mark.parametrize("ids", CALLS.values(), ids=CALLS)
def test_memories_of_others_stay(store: StoreUnderTest, server: ScriptedLLM, ids: dict[str, str]) -> None:
    model = OpenAISettings("scripted", server.base_url)
    with MemoryClient(**store.settings, llm=model, embedder="local") as client:
        for owner in KEPT.values():
            client.add("My favourite tea is green tea.", infer=False, **owner)
        for text in ("My favourite tea is black tea.", "My favourite tea is red tea."):
            client.add(text, **ids)
        for owner in KEPT.values():
            assert [row["memory"] for row in client.get_all(**owner) if row["user_id"] == owner.get("user_id")][
                -1:
            ] == ["My favourite tea is green tea."]
        # The second call could change what the first one stored: it is its own.
        own = [row for row in client.get_all() if row["memory"] != "My favourite tea is green tea."]
        assert len(own) < 2
        assert all(row["user_id"] == ids.get("user_id") and row["agent_id"] == ids.get("agent_id") for row in own)
