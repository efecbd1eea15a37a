"""The integration tests that the hosted service's TypeScript client comes with, unchanged, against a server of our own.

They are not in the published package: GRAPHMEM_MEM0_TS names the folder `mem0-ts` of a copy of their repository.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.running import running

SUITE = os.environ.get("GRAPHMEM_MEM0_TS", "")
REDIRECTED = Path(__file__).parent / "published" / "redirected.cjs"
# What the suite's own package.json asks for, as far as these tests use it.
PACKAGES = (
    *("jest@29", "ts-jest@29", "typescript@5.5.4", "dotenv@16", "axios@1", "uuid@11", "zod@3"),
    *("@types/jest@29.5.14", "@types/node@22", "@types/uuid@9"),
)
TESTS = 42

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(not SUITE, reason="GRAPHMEM_MEM0_TS names no folder"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed here"),
]


def test_the_typescript_clients_own_tests_pass(tmp_path: Path) -> None:
    home, told = tmp_path / "mem0-ts", tmp_path / "told.json"
    shutil.copytree(SUITE, home, ignore=shutil.ignore_patterns("node_modules"))
    # Beside it: its own package.json asks for far more than these tests need.
    (tmp_path / "package.json").write_text("{}")
    wanted = ["npm", "install", "--silent", "--no-save", "--legacy-peer-deps", "--prefix", str(tmp_path), *PACKAGES]
    subprocess.run(wanted, check=True, capture_output=True, timeout=600)
    with running({"store": tmp_path / "memories.db"}, tmp_path) as server:
        environment = {
            **os.environ,
            "MEM0_API_KEY": server.command("keys", "create", "admin"),
            "MEM0_TELEMETRY": "false",
            "GRAPHMEM_URL": server.url,
            "NODE_OPTIONS": f"--require {REDIRECTED}",
        }
        jest = [str(tmp_path / "node_modules" / ".bin" / "jest"), "--config", "jest.integration.config.js"]
        command = [*jest, "--forceExit", "--json", f"--outputFile={told}"]
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=900)
    assert told.exists(), done.stderr
    found = json.loads(told.read_text())
    failed = [
        f"{each['fullName']}: {' '.join(each['failureMessages'])[:500]}"
        for file in found["testResults"]
        for each in file["assertionResults"]
        if each["status"] != "passed"
    ]
    assert failed == [], done.stderr[-2_000:]
    assert found["numPassedTests"] == TESTS
