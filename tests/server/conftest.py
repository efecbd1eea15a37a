"""Servers for tests: in this process over an embedded store, and real ones that listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from graphmem import MemoryClient
from graphmem._sync.client.sharing import server_store
from graphmem.dialect import arguments
from graphmem.server import keys
from graphmem.server.app import create_app
from graphmem.server.settings import ServerSettings

HERE = "http://localhost"
# Where requests seem to come from.
PEER = ("127.0.0.1", 50_000)
MakeServer = Callable[..., "Served"]


class Served:
    """A server in this process.

    Attributes:
        client: what it serves. http: sends requests to it, without a key.
    """

    def __init__(self, client: MemoryClient[Any], http: TestClient) -> None:
        self.client = client
        self.http = http

    @property
    def store(self) -> Any:
        return server_store(self.client)

    def key(self, name: str = "key", *, read_only: bool = False, **ids: str) -> str:
        """A new key's text."""
        return keys.create(self.store, name, arguments.scope(ids), read_only=read_only)[1]

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Any:
        """Send a request and return the response. `body`: sent as JSON."""
        headers = more.pop("headers", {}) | ({} if key is None else {"Authorization": f"Token {key}"})
        return self.http.request(method, path, json=body, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.ask("POST", path, body, **more)

    def add(self, text: str, *, key: str | None = None, **ids: Any) -> str:
        """Add a memory word for word; its id."""
        answer = self.post("/v1/memories/", {"messages": text, "infer": False, **ids}, key=key)
        assert answer.status_code == 200, answer.text
        added: str = answer.json()[0]["id"]
        return added


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    """A function that makes a server with these settings, on one store for all of a test's."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Served:
            client = stack.enter_context(MemoryClient(tmp_path / "memories.db", llm="offline"))
            app = create_app(ServerSettings(**{"rate": "", **settings}), client)
            return Served(
                client, stack.enter_context(TestClient(app, base_url=HERE, client=PEER, raise_server_exceptions=False))
            )

        yield make


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of a file whose requests are refused, so that nothing changes. Two users and an agent have memories."""
    with MemoryClient(tmp_path_factory.mktemp("refusing") / "memories.db", llm="offline") as client:
        app = create_app(ServerSettings(rate=""), client)
        with TestClient(app, base_url=HERE, client=PEER, raise_server_exceptions=False) as http:
            served = Served(client, http)
            for user, food in (("anna", "tea"), ("anna", "cake"), ("ben", "tea")):
                served.add(f"{user} likes {food}", user_id=user, metadata={"food": food, "n": True})
            served.add("The agent knows Python", agent_id="tutor")
            yield served


@pytest.fixture
def server(make_server: MakeServer) -> Served:
    return make_server()
