"""Adding doesn't block, keeps its order, and loses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from graphmem import MemoryClient, OpenAISettings
from graphmem.errors import ValidationError
from graphmem.server.mcp import adds, tools
from graphmem.server.mcp.adds import Background
from tests.server.mcp import refused, talk, told
from tests.tools.scripted_llm import ScriptedLLM, as_said, failed


def settings(llm: ScriptedLLM) -> dict[str, Any]:
    return {"llm": OpenAISettings("scripted", llm.base_url, "key"), "embedder": "local"}


def test_a_slow_model_is_not_waited_for_and_what_it_finds_is_kept_when_the_connection_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "ANSWER_WITHIN", 0.01)
    store = str(tmp_path / "memories.db")

    async def add(client: Client) -> None:
        for n in range(3):
            taken = told(await client.call_tool("add_memory", {"text": f"Bought boat number {n}."}))
            assert taken["status"] in ("PENDING", "RUNNING")
            assert taken["results"] == []
            asked = told(await client.call_tool("get_event_status", {"event_id": taken["event_id"]}))
            assert asked["status"] in ("PENDING", "RUNNING")

    with ScriptedLLM() as llm:
        llm.rule(lambda body: _slowly(llm, body))
        talk(add, store=store, **settings(llm))
    with MemoryClient(store) as client:
        # Newest first: in the order in which they came.
        assert [row["memory"] for row in client.get_all(user_id="alex")] == [
            f"Bought boat number {n}." for n in (2, 1, 0)
        ]


def test_an_add_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(client: Client) -> None:
        assert "scripted 400" in refused(await client.call_tool("add_memory", {"text": "I like tea."}))
        monkeypatch.setattr(tools, "ANSWER_WITHIN", 0.0)
        taken = told(await client.call_tool("add_memory", {"text": "I like coffee."}))
        for _ in range(200):
            asked = await client.call_tool("get_event_status", {"event_id": taken["event_id"]})
            if asked.is_error:
                break
            await asyncio.sleep(0.02)
        assert "scripted 400" in refused(asked)

    with ScriptedLLM() as llm:
        llm.rule(lambda _: failed(400))
        talk(fail, **settings(llm))


def test_no_more_wait_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adds, "MOST_WAITING", 2)

    async def run() -> None:
        go = asyncio.Event()
        done = []

        async def add(messages: Any) -> dict[str, Any]:
            await go.wait()
            done.append(messages)
            return {"results": []}

        background = Background(add)
        first = await background.submit("0", {}, within=0.01)
        assert first.status == "RUNNING"
        for n in (1, 2):
            assert (await background.submit(str(n), {}, within=0)).status == "PENDING"
        with pytest.raises(ValidationError, match="2 adds are waiting already"):
            await background.submit("3", {}, within=0)
        go.set()
        await background.drain()
        assert done == ["0", "1", "2"]
        assert (await background.submit("4", {}, within=1)).status == "SUCCEEDED"
        assert await background.get("nobody") is None

    asyncio.run(run())


def _slowly(llm: ScriptedLLM, body: dict[str, Any]) -> dict[str, Any]:
    llm.closing.wait(0.1)
    return as_said(body)
