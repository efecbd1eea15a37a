"""Stores and clients for all tests. A test that uses them runs on every store, with the sync and with the async client."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import neo4j
import pytest

from graphmem import AsyncMemoryClient, MemoryClient
from tests.tools import sizes, workers
from tests.tools.repeats import repeats, takes_too_long
from tests.tools.servers import VERSIONS, ServerUnderTest, neo4j_server

STORES = ("embedded", *VERSIONS)
# What a test may need of a store besides the protocol: a file that it can open itself, or a server that it can send Cypher to.
FILE, CYPHER = "file", "cypher"
CAPABILITIES = {"embedded": frozenset({FILE}), **dict.fromkeys(VERSIONS, frozenset({CYPHER}))}
KINDS = ("sync", "async")
MakeClient = Callable[..., Any]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> workers.ByServer:
    return workers.ByServer(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What needs the indexes and constraints of other programs comes last on each server.
    items.sort(key=lambda item: (workers.order(item.nodeid), "-shared" in item.nodeid))
    repeated = set(repeats(item.nodeid for item in items))
    for item in items:
        if item.get_closest_marker("exhaustive") is not None:
            # It takes too long for a thorough run, whatever else is said of its test.
            item.own_markers = [mark for mark in item.own_markers if mark.name != "thorough"]
        elif item.nodeid in repeated:
            item.add_marker(pytest.mark.exhaustive if takes_too_long(item.nodeid) else pytest.mark.thorough)


def pytest_configure(config: pytest.Config) -> None:
    sizes.thorough = config.option.markexpr in ("thorough", "exhaustive")
    # No test fails because the machine was busy with something else.
    hypothesis.settings.register_profile(
        "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("any-machine")
    _accept_ctrl_c()


def _accept_ctrl_c() -> None:
    """Undo that Ctrl-C is ignored in a background job: the commands that tests interrupt would inherit it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Awaited:
    """An AsyncMemoryClient that is called like a MemoryClient. Each call runs to its end on the given event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *args: Any, **settings: Any) -> None:
        self._loop = loop
        self._client = AsyncMemoryClient(*args, **settings)

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._client, name)
        if not asyncio.iscoroutinefunction(member):
            return member
        return lambda *args, **kwargs: self._loop.run_until_complete(member(*args, **kwargs))


@pytest.fixture(autouse=True, scope="session")
def plain_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the keys, stores, models and folders of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "GRAPHMEM_STORE", "GRAPHMEM_LLM", "GRAPHMEM_EMBEDDER"):
            patch.delenv(name, raising=False)
        for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


def _server(name: str) -> Callable[[pytest.TempPathFactory], Iterator[ServerUnderTest]]:
    def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerUnderTest]:
        with neo4j_server(name, tmp_path_factory.mktemp(name)) as server:
            yield server

    return running


neo4j_5 = pytest.fixture(scope="session", name="neo4j-5")(_server("neo4j-5"))
neo4j_2026 = pytest.fixture(scope="session", name="neo4j-2026")(_server("neo4j-2026"))


def wipe(server: ServerUnderTest, *, everything: bool = False) -> None:
    """Empty the database. The schema and the store's own node are only deleted with `everything`."""
    driver = server.driver
    kept = "" if everything else "WHERE NOT n:GraphMem"
    with driver.session(database=server.database) as session:
        session.run(f"MATCH (n) {kept} CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 5000 ROWS").consume()  # type: ignore[arg-type]
    if everything:
        for kind, name in _schema(driver, server.database):
            driver.execute_query(f"DROP {kind} {name} IF EXISTS", database_=server.database)  # type: ignore[arg-type]


def _schema(driver: neo4j.Driver, database: str) -> list[tuple[str, str]]:
    constraints = driver.execute_query("SHOW CONSTRAINTS YIELD name", database_=database).records
    indexes = driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'", database_=database).records
    found = [("CONSTRAINT", row["name"]) for row in constraints]
    return found + [("INDEX", row["name"]) for row in indexes if row["name"] not in {name for _, name in found}]


class StoreUnderTest:
    """An empty store.

    Attributes:
        settings: arguments with which a MemoryClient opens it.
        awaited_settings: the same for an AsyncMemoryClient.
        server: its server, if it has the capability CYPHER.
    """

    capabilities: frozenset[str]

    def __init__(self, name: str, settings: dict[str, Any], server: ServerUnderTest | None = None) -> None:
        self.name = name
        self.settings = self.awaited_settings = settings
        self.server = server
        self.capabilities = CAPABILITIES[name]

    @property
    def file(self) -> Path:
        """Its file, if it has the capability FILE."""
        return Path(self.settings["store"])


def skip_without(request: pytest.FixtureRequest, name: str, capabilities: frozenset[str]) -> None:
    """Skip the test if its `needs` marks name a capability that the store lacks."""
    needed = {capability for mark in request.node.iter_markers("needs") for capability in mark.args}
    for lacking in sorted(needed - capabilities):
        pytest.skip(f"needs {lacking}, which {name} does not have")


def open_store(name: str, request: pytest.FixtureRequest, folder: Path) -> StoreUnderTest:
    """An empty store of this name. Skips the test if it needs a capability that the store lacks."""
    skip_without(request, name, CAPABILITIES[name])
    if name == "embedded":
        return StoreUnderTest(name, {"store": str(folder / "memories.db")})
    server: ServerUnderTest = request.getfixturevalue(name)
    wipe(server)
    settings = {
        "store": server.uri,
        "username": server.username,
        "password": server.password,
        "database": server.database,
    }
    return StoreUnderTest(name, settings, server)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreUnderTest:
    return open_store(request.param, request, tmp_path)


@pytest.fixture(params=VERSIONS)
def neo4j_store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreUnderTest:
    return open_store(request.param, request, tmp_path)


@pytest.fixture
def new_client(store: StoreUnderTest) -> Iterator[MakeClient]:
    """A function that makes MemoryClients on the store; they are closed when the test ends."""
    made: list[MemoryClient] = []

    def make(**settings: Any) -> MemoryClient:
        made.append(MemoryClient(**{**store.settings, **settings}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(params=KINDS)
def client(request: pytest.FixtureRequest, store: StoreUnderTest) -> Iterator[Any]:
    """A client on the store: the sync one, and in a second run of the test the async one."""
    if request.param == "sync":
        with MemoryClient(**store.settings) as found:
            yield found
        return
    loop = asyncio.new_event_loop()
    awaited = Awaited(loop, **store.awaited_settings)
    try:
        yield awaited
    finally:
        awaited.close()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
