"""The process of a local server: `pid` in its home says which it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from graphmem.stores.neo4j.local.configuration import ARGUMENTS
from graphmem.stores.neo4j.local.files import Progress


def pid_of(folder: Path) -> int | None:
    """The process id of the running server. The command line tells it from a later process with the same id."""
    try:
        pid = int((folder / "pid").read_text())
        if sys.platform == "linux":
            command = _command(pid)
        else:
            command = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError, ValueError):
        return None
    return pid if os.fsencode(folder / ARGUMENTS) in command else None


def _command(pid: int) -> bytes:
    """The command line of a process, as Linux tells it: empty while it becomes another program, and when it has ended."""
    process = Path(f"/proc/{pid}")
    deadline = time.monotonic() + 2
    while not (command := (process / "cmdline").read_bytes()) and time.monotonic() < deadline:
        # Its state stands behind its name, which may hold anything.
        if (process / "stat").read_bytes().rpartition(b")")[2].split()[:1] in ([b"Z"], [b"X"]):
            break
        time.sleep(0.01)
    return command


def start(folder: Path, java: Path) -> None:
    """Start the server as its home says, and return at once. It keeps running when this process ends."""
    (folder / "logs").mkdir(exist_ok=True)
    # The shell starts the server in the background and writes down its process id, even if this process is killed meanwhile.
    script = 'umask 077; "$@" </dev/null >logs/console.log 2>&1 & echo $! >pid.new && mv pid.new pid'
    # Environments often hold API keys, which the server must not get.
    environment = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    environment["LC_ALL"] = "C.UTF-8"
    command = ["/bin/sh", "-c", script, "sh", str(java), f"@{folder / ARGUMENTS}"]
    subprocess.run(command, cwd=folder, env=environment, start_new_session=True, check=True)


def stop(folder: Path, timeout_seconds: float, say: Progress) -> bool:
    """Stop the server, and kill it if it takes longer than this. Returns False if none was running."""
    pid = pid_of(folder)
    steps = (
        (signal.SIGTERM, timeout_seconds, "Stopping Neo4j"),
        (signal.SIGKILL, 10.0, "Killing Neo4j, it took too long"),
    )
    for kind, seconds, line in steps:
        if pid is not None and pid_of(folder) == pid:
            say(line)
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
            deadline = time.monotonic() + seconds
            while pid_of(folder) == pid and time.monotonic() < deadline:
                time.sleep(0.1)
            if kind == signal.SIGKILL:
                # The ports of a killed process are closed a little after its command line is gone.
                time.sleep(0.5)
    return pid is not None
