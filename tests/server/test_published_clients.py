"""Published clients of the hosted service, unchanged, against a server of our own: every method of each, a line a method."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import Running, running

pytestmark = pytest.mark.exhaustive
DRIVERS = Path(__file__).parent / "published"
# Version → the generation that it speaks, and how many lines its driver prints at least.
PYTHON = {"0.1.114": ("0", 60), "1.0.9": ("1", 64), "2.2.1": ("2", 75)}
NPM = {"2.4.6": ("2", 43), "3.3.1": ("3", 45)}
CLI = "0.2.13"
QUIET = {"MEM0_TELEMETRY": "false", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("published")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running({"store": tmp_path / "memories.db"}, tmp_path) as found:
        yield found


def run(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **QUIET, **more}
    return subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, timeout=600)


def installed(folder: Path, package: str) -> Path:
    """The Python of an environment that holds this package and nothing of ours."""
    home = folder / package
    if not home.exists():
        assert run(sys.executable, "-m", "venv", home).returncode == 0
        done = run(home / "bin" / "pip", "install", "--quiet", package)
        assert done.returncode == 0, done.stderr
    return home / "bin" / "python"


def check(done: subprocess.CompletedProcess[str], least: int) -> None:
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ok ", "FAIL "))]
    assert [line for line in lines if line.startswith("FAIL")] == [], done.stderr
    assert done.returncode == 0, done.stderr
    assert len(lines) >= least


@pytest.mark.parametrize("awaited", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("version", PYTHON)
def test_every_method_of_the_python_clients(folder: Path, server: Running, version: str, awaited: bool) -> None:
    key = server.command("keys", "create", "admin")
    generation, least = PYTHON[version]
    python = installed(folder, f"mem0ai=={version}")
    more = ["async"] if awaited else []
    check(run(python, DRIVERS / "python_client.py", generation, server.url, key, *more), least)


@pytest.mark.parametrize("version", NPM)
def test_every_method_of_the_npm_clients(folder: Path, server: Running, version: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed here")
    key = server.command("keys", "create", "admin")
    generation, least = NPM[version]
    home = folder / f"npm-{version}"
    if not home.exists():
        home.mkdir()
        (home / "package.json").write_text("{}")
        done = run(
            npm, "install", "--silent", "--legacy-peer-deps", "--omit=peer", "--prefix", home, f"mem0ai@{version}"
        )
        assert done.returncode == 0, done.stderr
    check(run("node", DRIVERS / "npm_client.mjs", generation, server.url, key, home), least)


def test_the_command_line(folder: Path, server: Running, tmp_path: Path) -> None:
    key = server.command("keys", "create", "anna", "--user", "anna")
    command = installed(folder, f"mem0-cli=={CLI}").parent / "mem0"
    place = {"MEM0_BASE_URL": server.url, "MEM0_API_KEY": key, "HOME": str(tmp_path)}

    def mem0(*arguments: str) -> str:
        done = run(command, *arguments, **place)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def told(*arguments: str) -> str:
        return json.dumps(json.loads(mem0("--json", *arguments)))

    added = mem0("add", "I love green tea", "--user-id", "anna", "--no-infer")
    assert "event_id" in added
    event = json.loads(mem0("--json", "event", "list"))
    assert "SUCCEEDED" in json.dumps(event) or "PENDING" in json.dumps(event)
    for _ in range(50):
        if "green tea" in told("list", "--user-id", "anna"):
            break
    assert "green tea" in told("search", "which tea?", "--user-id", "anna")
    assert "Connected" in mem0("status")
    assert "anna" in told("entity", "list", "users")
    [memory] = server_memories(server, key)
    assert "green tea" in told("get", memory)
    mem0("update", memory, "I love black tea")
    assert "black tea" in told("get", memory)
    mem0("delete", memory, "--force")
    assert server_memories(server, key) == []


def server_memories(server: Running, key: str) -> list[str]:
    import httpx

    answer = httpx.post(f"{server.url}/v3/memories/", json={}, headers={"X-API-Key": key}, timeout=60)
    return [row["id"] for row in answer.json()["results"]]
