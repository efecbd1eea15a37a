"""A real Neo4j server of each supported version.

Whichever of these is available first is used:

1. ``NEO4J_URI`` (with ``NEO4J_USERNAME``, by default ``neo4j``, and ``NEO4J_PASSWORD``). Only the tests for its release line
   run. They write to the database and delete from it: use one that holds nothing else.
2. Docker, through testcontainers. This part was written on a machine without Docker and never ran there.
3. `graphmem.stores.neo4j.local_server`, on free ports, with its home in the temporary folder of the test run.

If none is available, the test is skipped and the reasons are shown; with ``GRAPHMEM_REQUIRE_NEO4J=1`` it fails.
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
# A server that runs for minutes spends most of its time on compiling methods that only pay off after hours. So a method must be
# called five times as often before it is compiled: 60 tests on a server of their own took 146 s of processor time, not 203 s.
_JAVA_OPTIONS = (
    "-XX:ReservedCodeCacheSize=256m",
    "-XX:Tier4InvocationThreshold=25000",
    "-XX:Tier4MinInvocationThreshold=3000",
    "-XX:Tier4CompileThreshold=75000",
    "-XX:Tier4BackEdgeThreshold=200000",
)


def _cannot_restart() -> None:
    pytest.skip("a test can only restart a server that graphmem.stores.neo4j.local_server started")


@dataclass
class ServerUnderTest:
    """A running server. After ``stop()`` and ``start()`` it has the same address, password and data."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str = "neo4j"
    start: Callable[[], None] = _cannot_restart
    stop: Callable[[], None] = _cannot_restart

    @cached_property
    def driver(self) -> neo4j.Driver:
        """The one driver that all tests use to look at the server or to change it behind graphmem's back."""
        # It checks each connection before using it: a test may have restarted the server.
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.username, self.password), liveness_check_timeout=0)

    def close(self) -> None:
        """Close the driver."""
        self.driver.close()

    def version(self) -> str:
        """The server's version, such as 2026.08.1."""
        query = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]"
        # A driver of its own, because there may be no server yet, and nobody would close the other one.
        with (
            neo4j.GraphDatabase.driver(self.uri, auth=(self.username, self.password)) as driver,
            driver.session(database=self.database) as session,
        ):
            return str(session.run(query).single(strict=True)[0])


@contextmanager
def neo4j_server(name: str, folder: Path) -> Iterator[ServerUnderTest]:
    """A running server of the version VERSIONS[name]. If it had to be started, it is stopped at the end.

    Args:
        name: ``neo4j-5`` or ``neo4j-2026``.
        folder: an existing folder, in which a local server makes its home.
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
    """Skip the test, or let it fail if GRAPHMEM_REQUIRE_NEO4J is set."""
    if os.environ.get("GRAPHMEM_REQUIRE_NEO4J") == "1":
        pytest.fail(f"GRAPHMEM_REQUIRE_NEO4J=1, but there is no Neo4j. {reason}")
    pytest.skip(f"no Neo4j. {reason}")


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nothing listens on."""
    with ExitStack() as stack:
        # All are open at once, so that they differ.
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


class UnavailableError(Exception):
    """This kind of server can't run here."""


def _release_line(version: str) -> str:
    """The release line: 5 for 5.26.30, 2026 for 2026.08.1."""
    return re.split(r"\D", version)[0]


def _from_environment(name: str) -> ServerUnderTest:
    uri, password = os.environ["NEO4J_URI"], os.environ.get("NEO4J_PASSWORD", "")
    server = ServerUnderTest(uri, os.environ.get("NEO4J_USERNAME", "neo4j"), password)
    try:
        version = server.version()
    except (DriverError, Neo4jError) as exc:
        no_neo4j(f"NEO4J_URI is {uri}: {exc}")
    if _release_line(version) != _release_line(VERSIONS[name]):
        pytest.skip(f"NEO4J_URI is a Neo4j {version}, not {VERSIONS[name]}")
    return server


@contextmanager
def _in_docker(name: str, folder: Path) -> Iterator[ServerUnderTest]:
    try:
        from testcontainers.core.container import DockerContainer

        # Not docker.from_env(), which leaks a socket if no engine answers.
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
            home,
            version=VERSIONS[name],
            bolt_port=bolt_port,
            http_port=http_port,
            # More than by default: it keeps the plans of some thousands of query texts, of all tests that a process runs.
            heap="1g",
            java_options=_JAVA_OPTIONS,
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
