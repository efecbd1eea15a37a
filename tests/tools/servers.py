"""A real Neo4j of each supported version, for tests that ask the real thing.

The first of these that is there:

1. ``NEO4J_URI`` (with ``NEO4J_USERNAME``, by default ``neo4j``, and ``NEO4J_PASSWORD``). It serves the tests of its own
   release line and the others are skipped. The tests write to it and delete from it: give one that holds nothing else.
2. Docker, by testcontainers. This branch was written on a machine without Docker and never ran there.
3. `graphmem.stores.neo4j.local_server`, on free ports, with its home in the test run's temporary folder.

Where none works the test is skipped with the reasons, or fails where ``GRAPHMEM_REQUIRE_NEO4J=1`` says so.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import neo4j
import pytest
from neo4j.exceptions import DriverError, Neo4jError

from graphmem.errors import GraphMemError
from graphmem.stores.neo4j import local_server

VERSIONS = {"neo4j-5": local_server.LTS_VERSION, "neo4j-2026": local_server.DEFAULT_VERSION}
# Most of a short server's time goes into compiling methods for a long life. Five times the calls before that, a quarter less of
# the processor (60 tests on a server of their own: 146 s against 203 s).
_JAVA_OPTIONS = (
    "-XX:ReservedCodeCacheSize=256m",
    "-XX:Tier4InvocationThreshold=25000",
    "-XX:Tier4MinInvocationThreshold=3000",
    "-XX:Tier4CompileThreshold=75000",
    "-XX:Tier4BackEdgeThreshold=200000",
)


def _cannot_restart() -> None:
    pytest.skip("only a server of graphmem.stores.neo4j.local_server can be stopped and started by a test")


@dataclass
class ServerUnderTest:
    """A server that answers. After ``stop()`` and ``start()`` it has the same address, password and data."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str = "neo4j"
    start: Callable[[], None] = _cannot_restart
    stop: Callable[[], None] = _cannot_restart

    def driver(self) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.username, self.password))

    @cached_property
    def kept_driver(self) -> neo4j.Driver:
        """One that is kept while the server is, and closed with it. It looks whether a connection lives before it uses it."""
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.username, self.password), liveness_check_timeout=0)

    def close(self) -> None:
        self.kept_driver.close()

    def version(self) -> str:
        """Of the server, such as 2026.08.1."""
        query = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]"
        with self.driver() as driver, driver.session(database=self.database) as session:
            return str(session.run(query).single(strict=True)[0])


@contextmanager
def neo4j_server(name: str, folder: Path) -> Iterator[ServerUnderTest]:
    """A running server of VERSIONS[name]; one that is started for this stops at the end.

    Args:
        name: ``neo4j-5`` or ``neo4j-2026``.
        folder: exists; a local server makes its home in it.
    """
    if os.environ.get("NEO4J_URI"):
        with closing(_from_environment(name)) as server:
            yield server
        return
    reasons = []
    with ExitStack() as stack:
        for kind in (_in_docker, _local):
            try:
                server = stack.enter_context(kind(name, folder))
                break
            except UnavailableError as exc:
                reasons.append(f"{kind.__name__.strip('_')}: {exc}")
        else:
            no_neo4j("; ".join(["NEO4J_URI is not set", *reasons]))
        with closing(server):
            yield server


def no_neo4j(reason: str) -> NoReturn:
    """Skip the test, or fail it where a Neo4j was promised."""
    if os.environ.get("GRAPHMEM_REQUIRE_NEO4J") == "1":
        pytest.fail(f"GRAPHMEM_REQUIRE_NEO4J=1, but there is no Neo4j. {reason}")
    pytest.skip(f"no Neo4j. {reason}")


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nothing listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


class UnavailableError(Exception):
    """This kind of server can't be had here."""


def _line(version: str) -> str:
    """The release line: 5 for 5.26.30, 2026 for 2026.08.1."""
    return re.split(r"\D", version)[0]


def _from_environment(name: str) -> ServerUnderTest:
    uri, password = os.environ["NEO4J_URI"], os.environ.get("NEO4J_PASSWORD", "")
    server = ServerUnderTest(uri, os.environ.get("NEO4J_USERNAME", "neo4j"), password)
    try:
        version = server.version()
    except (DriverError, Neo4jError) as exc:
        no_neo4j(f"NEO4J_URI is {uri}: {exc}")
    if _line(version) != _line(VERSIONS[name]):
        pytest.skip(f"NEO4J_URI is a Neo4j {version}, not {VERSIONS[name]}")
    return server


@contextmanager
def _in_docker(name: str, folder: Path) -> Iterator[ServerUnderTest]:
    try:
        from testcontainers.core.container import DockerContainer

        # Not docker.from_env(), which leaks a socket where no engine answers.
        command = ["docker", "version", "--format", "{{.Server.Version}}"]
        subprocess.run(command, check=True, capture_output=True, timeout=20)
    except (ImportError, OSError, subprocess.SubprocessError) as exc:
        raise UnavailableError(f"no Docker engine answers ({type(exc).__name__})") from exc
    password = secrets.token_urlsafe(24)
    container = DockerContainer(f"neo4j:{VERSIONS[name]}").with_exposed_ports(7687)
    with container.with_env("NEO4J_AUTH", f"neo4j/{password}"):
        uri = f"bolt://{container.get_container_host_ip()}:{container.get_exposed_port(7687)}"
        server = ServerUnderTest(uri, "neo4j", password)
        deadline = time.monotonic() + 120
        while True:
            try:
                server.version()
                break
            except (DriverError, Neo4jError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
        yield server


@contextmanager
def _local(name: str, folder: Path) -> Iterator[ServerUnderTest]:
    home = folder / name
    bolt_port, http_port = free_ports(2)

    def start() -> None:
        local_server.up(
            home, version=VERSIONS[name], bolt_port=bolt_port, http_port=http_port, java_options=_JAVA_OPTIONS
        )

    def stop() -> None:
        local_server.down(home)

    try:
        start()
    except GraphMemError as exc:
        raise UnavailableError(str(exc)) from exc
    try:
        server = local_server.status(home)
        yield ServerUnderTest(server.bolt_uri, server.username, server.password, start=start, stop=stop)
    finally:
        stop()
