"""Agents of each framework, with a memory and a scripted model, in an environment that has the frameworks.

They take minutes to install. GRAPHMEM_FRAMEWORKS_PYTHON names the interpreter of one that is there; GRAPHMEM_LLAMAINDEX_PYTHON and
GRAPHMEM_CREWAI_PYTHON those of environments that hold only that framework, and reach a server's memory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import running
from tests.tools.dependencies import ROOT

EXAMPLES = Path(__file__).parent / "examples"
# They speak to a server. Some can't be installed beside the server's own packages.
ALONE = {
    "llamaindex": ("llama-index-core>=0.14", "llama-index-tools-mcp>=0.6"),
    "crewai": ("crewai>=1.15",),
}
QUIET = {"CREWAI_DISABLE_TELEMETRY": "true", "CREWAI_TRACING_ENABLED": "false", "OTEL_SDK_DISABLED": "true"}
PACKAGES = ("langgraph>=1.2", "langchain-tests>=1.1", "openai-agents>=0.24", "pydantic-ai-slim[mcp]>=2.68")
pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given := os.environ.get("GRAPHMEM_FRAMEWORKS_PYTHON"):
        yield given
        return
    folder = tmp_path_factory.mktemp("frameworks")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    made = str(folder / "bin" / "python")
    wanted = ["-e", f"{ROOT}[local,server,langgraph,adk]", *PACKAGES]
    subprocess.run([made, "-m", "pip", "install", "--quiet", *wanted], check=True)
    yield made
    shutil.rmtree(folder)


def run(command: list[str], folder: Path, **more: str) -> str:
    environment = {**os.environ, "GRAPHMEM_LLM": "offline", "PYTHONWARNINGS": "ignore", **more}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["langgraph_agent", "adk_agent", "openai_agents", "pydantic_ai_agent"])
def test_an_agent_remembers(python: str, name: str, tmp_path: Path) -> None:
    assert run([python, str(EXAMPLES / f"{name}.py"), str(tmp_path / "memories.db")], tmp_path) == "fine\n"


@pytest.mark.parametrize("name", ALONE)
def test_an_agent_of_another_environment_remembers(name: str, tmp_path: Path) -> None:
    python = os.environ.get(f"GRAPHMEM_{name.upper()}_PYTHON")
    if python is None:
        subprocess.run([sys.executable, "-m", "venv", str(tmp_path / name)], check=True)
        python = str(tmp_path / name / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *ALONE[name]], check=True)
    with running({"store": tmp_path / "memories.db"}, tmp_path) as server:
        key = server.command("keys", "create", "alex", "--user", "alex")
        command = [python, str(EXAMPLES / f"{name}_agent.py"), server.url, key]
        assert run(command, tmp_path, HOME=str(tmp_path), **QUIET).splitlines()[-1] == "fine"


def test_langchains_own_tests_of_retrievers_pass(python: str, tmp_path: Path) -> None:
    suite = shutil.copy(EXAMPLES / "retriever_suite.py", tmp_path / "test_suite.py")
    alone = ["-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "--rootdir", str(tmp_path)]
    told = run([python, "-m", "pytest", *alone, str(suite)], tmp_path)
    assert "5 passed" in told
