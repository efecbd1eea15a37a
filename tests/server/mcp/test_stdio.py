"""`graphmem mcp` as a process of its own, as desktop programs start it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from graphmem import MemoryClient
from tests.server.mcp import done, told
from tests.tools.scripted_llm import ScriptedLLM, as_said

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
START = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
STARTED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "graphmem", "mcp", *arguments]


def call(id: int, tool: str, **arguments: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


class Process:
    """The command, and messages to and from it."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.running = subprocess.Popen(
            command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.send(START)
        self.greeting = self.answer()
        self.send(STARTED)

    def send(self, *messages: dict[str, Any]) -> None:
        assert self.running.stdin is not None
        for message in messages:
            self.running.stdin.write(json.dumps(message) + "\n")
        self.running.stdin.flush()

    def answer(self) -> Any:
        assert self.running.stdout is not None
        return json.loads(self.running.stdout.readline())["result"]

    def end(self) -> tuple[int, str, str]:
        """Close stdin and wait; the exit code, and what else it wrote."""
        out, err = self.running.communicate(timeout=60)
        return self.running.returncode, out, err

    def close(self) -> None:
        for stream in (self.running.stdin, self.running.stdout, self.running.stderr):
            assert stream is not None
            stream.close()


def test_the_official_client_starts_it_and_uses_it(tmp_path: Path) -> None:
    store = str(tmp_path / "memories.db")
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "graphmem", "mcp", "--allow-delete-all"],
        env={"GRAPHMEM_USER": "alex", "GRAPHMEM_STORE": store, "GRAPHMEM_LLM": "offline"},
    )

    async def use() -> None:
        async with Client(parameters) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert {"add_memory", "search_memories", "delete_all_memories"} <= names
            added = told(await client.call_tool("add_memory", {"text": "My sister Anna lives in Berlin."}))
            await done(client, added["event_id"])
            found = told(await client.call_tool("search_memories", {"query": "Where is Anna?"}))
            assert "Berlin" in found["results"][0]["memory"]

    asyncio.run(use())
    with MemoryClient(store) as client:
        [kept] = client.get_all(user_id="alex")
        assert "Berlin" in kept["memory"]


def test_stdout_is_for_the_protocol_only_and_stderr_tells_no_content(tmp_path: Path) -> None:
    process = Process("--user", "alex", "--read-only", "--store", str(tmp_path / "memories.db"))
    assert process.greeting["serverInfo"]["name"] == "graphmem"
    process.send(call(2, "search_memories", query="boats", limt=1), call(3, "get_memories"))
    answers = [process.answer() for _ in range(2)]
    assert sorted(answer["isError"] for answer in answers) == [False, True]
    process.send({"jsonrpc": "2.0", "id": 4, "method": "no/such"})
    assert process.running.stdin is not None
    process.running.stdin.write("no JSON, though it holds a secret\n")
    code, out, err = process.end()
    assert code == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in out.splitlines())
    assert "secret" not in err
    assert "boats" not in err


@pytest.mark.parametrize("way", ["end of stdin", "SIGTERM", pytest.param("SIGINT", marks=pytest.mark.thorough)])
def test_what_was_taken_is_kept_however_it_is_stopped(tmp_path: Path, way: str) -> None:
    store = str(tmp_path / "memories.db")
    with ScriptedLLM() as llm:
        asked, stopped = threading.Event(), threading.Event()

        def slowly(body: dict[str, Any]) -> dict[str, Any]:
            asked.set()
            assert stopped.wait(60)
            return as_said(body)

        llm.rule(slowly)
        models = {"OPENAI_BASE_URL": llm.base_url, "OPENAI_API_KEY": "key", "GRAPHMEM_EMBEDDER": "local"}
        process = Process("--user", "alex", "--store", store, **models)
        process.send(call(2, "add_memory", text="Bought a boat."))
        assert asked.wait(60)
        assert process.running.stdin is not None
        if way == "end of stdin":
            process.running.stdin.close()
        else:
            process.running.send_signal(getattr(signal, way))
        with pytest.raises(subprocess.TimeoutExpired):
            process.running.wait(0.3)
        stopped.set()
        assert process.running.wait(60) == (130 if way == "SIGINT" else 0)
        process.close()
    with MemoryClient(store) as client:
        assert [row["memory"] for row in client.get_all(user_id="alex")] == ["Bought a boat."]


def test_what_the_readme_tells_desktop_programs_to_start_serves(tmp_path: Path) -> None:
    """The blocks for their settings, as they are pasted."""
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", README, re.DOTALL)]
    servers = [
        server for block in blocks for name in ("mcpServers", "servers") for server in block.get(name, {}).values()
    ]
    assert len(servers) == 2
    shell = re.search(r"^    claude mcp add graphmem -- (.*)$", README, re.MULTILINE)
    assert shell is not None
    started, *arguments = shlex.split(shell[1])
    # They differ in form only, so that one of them is started.
    [(command, *args)] = {(each["command"], *each["args"]) for each in servers} | {(started, *arguments)}
    parameters = StdioServerParameters(
        command=shutil.which(command) or str(Path(sys.executable).parent / command),
        args=args,
        env={"GRAPHMEM_STORE": str(tmp_path / "memories.db"), "GRAPHMEM_LLM": "offline"},
    )

    async def use() -> None:
        async with Client(parameters) as client:
            added = told(await client.call_tool("add_memory", {"text": "Likes tea", "infer": False}))
            await done(client, added["event_id"])
            assert told(await client.call_tool("get_memories", {}))["count"] == 1

    asyncio.run(use())


@pytest.mark.thorough
def test_an_add_in_the_middle_of_which_it_is_killed_is_done_by_the_next_one(tmp_path: Path) -> None:
    store = str(tmp_path / "memories.db")
    with ScriptedLLM() as llm:
        asked, killed = threading.Event(), threading.Event()

        def slowly(body: dict[str, Any]) -> dict[str, Any]:
            if not asked.is_set():
                asked.set()
                assert killed.wait(60)
            return as_said(body)

        llm.rule(slowly)
        models = {"OPENAI_BASE_URL": llm.base_url, "OPENAI_API_KEY": "key", "GRAPHMEM_EMBEDDER": "local"}
        first = Process("--user", "alex", "--store", store, **models)
        first.send(call(2, "add_memory", text="Bought a boat."))
        assert asked.wait(60)
        first.send(call(3, "add_memory", text="Sold a car."))
        accepted = [first.answer()["structuredContent"]["status"] for _ in range(2)]
        assert sorted(accepted) == ["PENDING", "RUNNING"]
        first.running.kill()
        killed.set()
        first.running.wait(60)
        first.close()
        with MemoryClient(store) as client:
            assert client.get_all(user_id="alex") == []
        # What the dead one had begun is taken over after half a minute.
        second = Process("--user", "alex", "--store", store, **models)
        with MemoryClient(store) as client:
            until = time.monotonic() + 90
            while len(client.get_all(user_id="alex")) < 2 and time.monotonic() < until:
                time.sleep(0.5)
            assert [row["memory"] for row in client.get_all(user_id="alex")] == ["Sold a car.", "Bought a boat."]
        assert second.end()[0] == 0
