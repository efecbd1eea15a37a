"""A server as people start it: a process that listens, on a store of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

START_SECONDS = 60


class Running:
    """A process of `graphmem serve`. It may be killed and started again on the same port."""

    def __init__(self, settings: Mapping[str, Any], folder: Path, *arguments: str) -> None:
        self.settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For commands on the same store."""
        named = {"NEO4J_USERNAME": "username", "NEO4J_PASSWORD": "password", "NEO4J_DATABASE": "database"}
        more = {name: str(self.settings[key]) for name, key in named.items() if self.settings.get(key)}
        # Coverage of no interest, and the local embedder reads nothing from the network.
        return {**os.environ, "GRAPHMEM_STORE": str(self.settings["store"]), "GRAPHMEM_LLM": "offline", **more}

    def command(self, *arguments: str) -> str:
        """What a command of graphmem prints."""
        done = subprocess.run(
            [sys.executable, "-m", "graphmem", *arguments],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout.strip()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "graphmem", "serve", "--port", str(self.port), "--rate", "", *self._arguments],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"{self.url}/health", trust_env=False)
                return
            except httpx.TransportError:
                assert self._process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As the kernel does it: without any notice. The whole group, for there may be several processes."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)

    def stop(self) -> int:
        """As systemd does it. Returns the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
        return self._process.wait(60)


@contextmanager
def running(settings: Mapping[str, Any], folder: Path, *arguments: str) -> Iterator[Running]:
    server = Running(settings, folder, *arguments)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
