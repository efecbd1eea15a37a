"""A Neo4j server without Docker: Java comes from PyPI, the server from Maven Central.

A server lives in one folder, its home, which holds the data of one Neo4j version: ``server.json`` (version and ports),
``password``, ``pid``, ``lock`` (held during a start or a stop), and Neo4j's own ``conf``, ``data`` and ``logs``.
Before the first start, the salted hash of the password is written where Neo4j looks for its first user. So the well-known
default password never works, not even for a moment, and a start that was killed half way can simply be repeated.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graphmem.errors import ConfigurationError, StoreUnavailableError
from graphmem.stores.neo4j.local import download, process
from graphmem.stores.neo4j.local.configuration import (
    DEFAULT_VERSION,
    LTS_VERSION,
    Java,
    release_of,
    write_configuration,
    write_password,
)
from graphmem.stores.neo4j.local.download import Fetched, browser_jar
from graphmem.stores.neo4j.local.files import Progress, locked, write

__all__ = [
    "DEFAULT_VERSION",
    "LTS_VERSION",
    "Fetched",
    "LocalServer",
    "Progress",
    "browser_jar",
    "down",
    "status",
    "up",
]

# How many seconds another process may hold a home: it may be one that fetches the server first.
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A local Neo4j server and how to reach it.

    Attributes:
        password: empty if the server was never started; not part of ``repr``.
        version: of Neo4j, such as ``2026.08.1``.
        home: the server's folder.
        running: whether the process ``pid`` exists. It may not answer yet if its start was interrupted.
    """

    bolt_uri: str
    browser_url: str
    username: str
    password: str = field(repr=False)
    version: str
    home: Path
    pid: int | None
    running: bool


def up(
    home: Path | None = None,
    *,
    version: str | None = None,
    bolt_port: int = 7687,
    http_port: int = 7474,
    heap: str = "512m",
    page_cache: str = "64m",
    java_options: Sequence[str] = (),
    timeout_seconds: float = 120.0,
    progress: Progress | None = None,
    fetched: Fetched | None = None,
) -> LocalServer:
    """Start the server of this home unless it is running, and return it once it answers.

    The server listens on the loopback address only, keeps running when this process ends, and uses 400 to 700 MB of memory
    with the default heap. Concurrent calls start one server. A running server is returned as it is, with the ports that it
    was started with.

    Args:
        home: the server's folder, made if missing; by default ``neo4j`` in graphmem's folder for user data.
        version: 2026.x or 5.26.x; by default the version that the home holds, or `DEFAULT_VERSION` for a new home.
        bolt_port: for the driver, 1 to 65535.
        http_port: for Neo4j Browser, another number from 1 to 65535.
        heap: maximum size of Java's heap, such as ``512m`` or ``2g``.
        page_cache: memory for caching the graph's files, such as ``64m``. Large graphs are faster if all their files fit.
        java_options: more options for the Java virtual machine, such as ``-XX:+UseParallelGC``.
        timeout_seconds: how long to wait for the server to answer. The download (about 130 MB, once for each version) is
            not counted.
        progress: called with a line of text at each step.
        fetched: called while the server is downloaded, with each file that has come: how many files are here, how many there will be,
            and how many bytes are here. Never called if all are here already.

    Raises:
        ConfigurationError: a package is missing, a port is taken or invalid, or the home holds another version or other files.
        StoreUnavailableError: the server can't be downloaded, ends, does not answer in time, or refuses the password. If this
            call started it, it is stopped again. Or another process has locked this home for ten minutes.
    """
    say = progress or (lambda _: None)
    folder = _folder(home)
    _make_home(folder)
    with locked(folder / "lock", say, _PATIENCE):
        kept = status(folder)
        version = version or kept.version
        release = release_of(version)
        _check_home(folder, kept, version)
        if not kept.running:
            ports = {"bolt_port": bolt_port, "http_port": http_port}
            _check_ports(ports)
            java, jars = download.java(), download.jars_of(version, say, fetched or (lambda *_: None))
            write(folder / "server.json", json.dumps({"version": version, **ports}))
            write_password(folder)
            write_configuration(folder, release, ports, page_cache, Java(heap, java_options, jars))
            say(f"Starting Neo4j {version} in {folder}")
            process.start(folder, java)
        try:
            _wait_until_answering(status(folder), timeout_seconds)
        except BaseException:
            if not kept.running:
                process.stop(folder, 5, say)
            raise
        say(f"Neo4j answers at {status(folder).bolt_uri}")
        return status(folder)


def down(home: Path | None = None, *, timeout_seconds: float = 30.0, progress: Progress | None = None) -> bool:
    """Stop the server of this home; its data stays. Returns False if none was running.

    Args:
        home: as for `up`.
        timeout_seconds: how long the server may take to end. After that it is killed, and recovers its data at the next start.
        progress: called with a line of text at each step.

    Raises:
        StoreUnavailableError: another process has locked this home for ten minutes.
    """
    folder = _folder(home)
    if not folder.is_dir():
        return False
    say = progress or (lambda _: None)
    with locked(folder / "lock", say, _PATIENCE):
        return process.stop(folder, timeout_seconds, say)


def status(home: Path | None = None) -> LocalServer:
    """The server of this home, running or not. Changes nothing, and does not connect to the server."""
    folder = _folder(home)
    kept, password = folder / "server.json", folder / "password"
    state = json.loads(kept.read_text()) if kept.exists() else {}
    pid = process.pid_of(folder)
    return LocalServer(
        bolt_uri=f"bolt://127.0.0.1:{state.get('bolt_port', 7687)}",
        browser_url=f"http://127.0.0.1:{state.get('http_port', 7474)}/browser/",
        username="neo4j",
        password=password.read_text().strip() if password.exists() else "",
        version=state.get("version", DEFAULT_VERSION),
        home=folder,
        pid=pid,
        running=pid is not None,
    )


def _folder(home: Path | None) -> Path:
    if sys.platform == "win32":
        raise ConfigurationError("a local Neo4j needs Linux or macOS; on Windows use WSL or Docker")
    import platformdirs

    return (home or platformdirs.user_data_path("graphmem") / "neo4j").expanduser().resolve()


def _make_home(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        reason = "" if os.access(folder, os.W_OK | os.X_OK) else "it can't be written"
    except OSError as error:
        reason = str(error.strerror)
    if reason:
        raise StoreUnavailableError(
            f"a local Neo4j can't have its home in {folder} ({reason}): give another, --home or home="
        )
    # One that was there before may be open to others, who could then hold the lock or read the password.
    if not _holds_other_files(folder):
        with suppress(PermissionError):
            folder.chmod(0o700)


def _holds_other_files(folder: Path) -> bool:
    """Whether this is a folder of somebody's: neither a home nor empty."""
    # "lock" and a draft may be left by a first start that was killed.
    used_before = (folder / "server.json").exists()
    return not used_before and bool({path.name for path in folder.iterdir()} - {"lock", "server.json.new"})


def _check_home(folder: Path, kept: LocalServer, version: str) -> None:
    if (folder / "server.json").exists() and version != kept.version:
        raise ConfigurationError(
            f"{folder} is for Neo4j {kept.version}, not {version}; give that version, or another home"
        )
    if _holds_other_files(folder):
        raise ConfigurationError(f"{folder} holds other files; home must be a new or an empty folder")


def _check_ports(ports: dict[str, int]) -> None:
    for name, port in ports.items():
        change = f"choose another with {name} (--{name.replace('_', '-')})"
        if not 1 <= port <= 65535 or list(ports.values()).count(port) > 1:
            raise ConfigurationError(f"{name} is {port}; the ports are two numbers from 1 to 65535: {change}")
        with socket.socket() as probe:
            # Like the server's own socket, which takes a port whose last connection was closed a moment ago.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as exc:
                raise ConfigurationError(f"port {port} can't be used ({exc.strerror}); {change}") from exc


def _wait_until_answering(server: LocalServer, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not _answers(server):
        alive = process.pid_of(server.home) is not None
        if not alive or time.monotonic() > deadline:
            what = f"gave no answer in {timeout_seconds:g} s" if alive else "ended"
            # console.log and neo4j.log
            logs = {log: log.read_text(errors="replace").splitlines() for log in server.home.glob("logs/[cn]*.log")}
            tails = "".join("\n".join((f"\n{log}:", *lines[-6:])) for log, lines in logs.items())
            raise StoreUnavailableError(f"the Neo4j in {server.home} {what}. The last lines of its logs:{tails}")
        time.sleep(0.1)


def _answers(server: LocalServer) -> bool:
    from neo4j import GraphDatabase
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    auth = (server.username, server.password)
    # While it starts, the server accepts connections without serving them; the caller asks again.
    driver = GraphDatabase.driver(server.bolt_uri, auth=auth, connection_acquisition_timeout=3)
    try:
        with driver, driver.session() as session:
            session.run("RETURN 1").consume()
        return True
    except AuthError as exc:
        message = f"{server.bolt_uri} refuses the password in {server.home}/password; write the current one there"
        raise StoreUnavailableError(message) from exc
    except (DriverError, Neo4jError):
        return False
