"""Adding doesn't block, keeps its order, and loses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from graphmem import MemoryClient, OpenAISettings
from graphmem._sync.client.sharing import within
from graphmem.model.memory import Scope
from graphmem.server.callers import Caller
from graphmem.server.mcp import tools
from graphmem.server.mcp.connection import Connection, Rights
from graphmem.server.mcp.server import build
from graphmem.server.service import Service
from graphmem.server.settings import ServerSettings
from tests.server.mcp import done, refused, talk, told
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
    monkeypatch.setattr(tools, "ANSWER_WITHIN", 0.01)
    service = Service(MemoryClient(":memory:"), ServerSettings(max_events=2))
    ids = Scope(user_id="alex")
    connection = Connection(Caller(within(service.client, ids.ids), ids), service)

    async def add(client: Client) -> None:
        # Nobody works yet, so that all of them wait.
        for n in range(2):
            told(await client.call_tool("add_memory", {"text": f"Boat {n}"}))
        assert "too many adds wait" in refused(await client.call_tool("add_memory", {"text": "Boat 2"}))

    async def run() -> None:
        async with Client(build(lambda: connection, Rights())) as client:
            await add(client)

    with service.client:
        asyncio.run(run())


def test_what_a_killed_process_left_is_done_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "ANSWER_WITHIN", 0.01)
    store = str(tmp_path / "memories.db")
    taken: list[str] = []

    async def add(client: Client) -> None:
        taken.append(told(await client.call_tool("add_memory", {"text": "Boat number one"}))["event_id"])

    # Like one that is killed before it begins.
    service = Service(MemoryClient(store), ServerSettings())
    ids = Scope(user_id="alex")
    connection = Connection(Caller(within(service.client, ids.ids), ids), service)

    async def run() -> None:
        async with Client(build(lambda: connection, Rights())) as client:
            await add(client)

    with service.client:
        asyncio.run(run())

    async def look(client: Client) -> None:
        found = await done(client, taken[0])
        assert [row["memory"] for row in found["results"]] == ["Boat number one"]

    talk(look, store=store)


def _slowly(llm: ScriptedLLM, body: dict[str, Any]) -> dict[str, Any]:
    llm.closing.wait(0.1)
    return as_said(body)
