"""What is unset is safe: a server as people start it, with nothing set but its port, looked at from outside."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graphmem import MemoryClient
from graphmem._sync.client.sharing import server_store
from graphmem.model.memory import Scope
from graphmem.server import keys
from tests.server.running import Running, free_port, running

pytestmark = pytest.mark.thorough
ELSEWHERE = "https://elsewhere.example"


class Given:
    """The server, and a key of anna's."""

    def __init__(self, server: Running, key: str, project: str) -> None:
        self.server = server
        self.key = key
        self.project = project
        self.http = httpx.Client(base_url=server.url, timeout=30, trust_env=False)

    def ask(self, method: str, path: str, *, key: str | None = None, **more: object) -> httpx.Response:
        text = self.key if key is None else key
        headers = {**({"Authorization": f"Token {text}"} if text else {}), **more.pop("headers", {})}  # type: ignore[dict-item]
        return self.http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    folder = tmp_path_factory.mktemp("unset")
    settings = {"store": folder / "memories.db"}
    with running(settings, folder) as server, MemoryClient(settings["store"]) as client:
        key, text = keys.create(server_store(client), "anna", Scope(user_id="anna"))
        told = Given(server, text, key.project)
        with told.http:
            yield told


def sockets(port: int) -> list[str]:
    """Where something listens on this port, as the kernel tells it."""
    told = subprocess.run(["ss", "-lntuH", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"(\S+):\d+\s+\S+\s*$", told, re.MULTILINE)


def of_process(pid: int) -> list[str]:
    """Everything that a process listens to, as address:port."""
    told = subprocess.run(["ss", "-lntupH"], capture_output=True, text=True, check=True).stdout
    return [line.split()[4] for line in told.splitlines() if f"pid={pid}," in line]


def test_only_this_machine_reaches_it(given: Given, tmp_path: Path) -> None:
    assert sockets(given.server.port) == ["127.0.0.1"]
    assert of_process(given.server.pid) == [f"127.0.0.1:{given.server.port}"]
    # A store without keys is not shown to others, whatever is asked.
    port = free_port()
    refused = subprocess.run(
        [sys.executable, "-m", "graphmem", "serve", "--host", "0.0.0.0", "--port", str(port)],
        env={**given.server.environment, "GRAPHMEM_STORE": str(tmp_path / "another.db")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (refused.returncode, "graphmem keys create" in refused.stderr, sockets(port)) == (1, True, [])


def test_whoever_has_no_key_learns_nothing(given: Given) -> None:
    id = given.ask("POST", "/v1/memories/", json={"messages": "I love tea", "infer": False}).json()[0]["id"]
    for key in ("", "x", given.key[:-1], given.key + "x"):
        for path in (f"/v1/memories/{id}/", "/v1/events/", "/metrics", "/mcp"):
            assert given.ask("GET", path, key=key).status_code == 401
    kept = given.server.settings["store"]
    secret = given.key.rpartition("_")[2].encode()
    assert not any(secret in each.read_bytes() for each in Path(kept).parent.glob(f"{Path(kept).name}*"))


def test_no_page_of_another_origin_may_read(given: Given) -> None:
    paths = given.http.get("/openapi.json").json()["paths"]
    asked = {
        "Origin": ELSEWHERE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key",
    }
    for path in [*(re.sub(r"\{.*?\}", "x", each) for each in paths), "/docs", "/openapi.json", "/mcp"]:
        for method in ("OPTIONS", "GET"):
            answer = given.ask(method, path, headers=asked)
            assert not [name for name in answer.headers if name.startswith("access-control")], path


def test_no_webhook_reaches_into_the_network(given: Given) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(1.5)
        port = inside.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"):
            body = {"url": f"http://{host}:{port}/", "name": "x", "event_types": ["memory_add"]}
            answer = given.ask("POST", f"/api/v1/webhooks/projects/{given.project}/", json=body)
            assert answer.status_code == 400 or host == "localhost", (host, answer.text)
        given.ask("POST", "/v1/memories/", json={"messages": "I love coffee", "infer": False})
        # A name is looked up when it is used: the delivery is given up, and nobody connects.
        with pytest.raises(TimeoutError):
            inside.accept()


def test_no_content_is_logged(given: Given) -> None:
    words = ("zanzibar", "papaya", "mango", "anna", given.key.rpartition("_")[2])
    given.ask("POST", "/v1/memories/", json={"messages": "I love zanzibar", "metadata": {"a": "mango"}})
    given.ask("POST", "/v3/memories/add/", json={"messages": "I moved to zanzibar"})
    given.ask("POST", "/v3/memories/search/", json={"query": "zanzibar", "mango": 1})
    given.ask("POST", "/v1/memories/", content=b'{"messages": "zanzibar')
    given.ask("GET", "/v1/papaya/?mango=zanzibar")
    given.ask("GET", "/v1/ping/", key=f"gm_papaya_{given.key}")
    for path, params in (
        ("/mcp?user_id=papaya", {}),
        ("/mcp", "zanzibar"),
        ("/mcp", {"zanzibar": 1}),
        ("/mcp", {"name": "papaya"}),
        ("/mcp", {"name": "add_memory", "arguments": {"text": ["zanzibar"], "papaya": 1}}),
        ("/mcp", {"name": "add_memory", "arguments": {"text": "I love zanzibar", "timestamp": "mango"}}),
        ("/mcp", {"name": "get_memory", "arguments": {"memory_id": "papaya"}}),
    ):
        told = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        given.ask("POST", path, json=told, headers={"Accept": "application/json, text/event-stream"})
    given.ask("POST", "/mcp", content=b'{"zanzibar', headers={"Accept": "application/json, text/event-stream"})
    log = given.server.log.read_text()
    assert '"route": "/v3/memories/search/"' in log
    assert '"route": "/mcp"' in log
    assert [word for word in words if word in log] == []


def test_bodies_are_bounded(given: Given) -> None:
    large = b'{"messages": "' + b"x" * (9 * 1024 * 1024) + b'"}'

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    # With a length that tells it, and without.
    for content in (large, pieces()):
        answer = given.ask("POST", "/v1/memories/", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
