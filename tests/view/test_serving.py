"""The small server for Neo4j Browser: on this machine, for this machine."""

from __future__ import annotations

import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graphmem.errors import ConfigurationError
from graphmem.view.neo4j_browser.serving import Content, Server

BROWSER = "http://127.0.0.1:7474"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    jar = tmp_path / "browser.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("browser/index.html", "<html><head><title>Neo4j Browser</title>")
        archive.writestr("browser/style.js", '"@import url(https://fonts.example.org/?a=1;2);","p {}"')
        archive.writestr("browser/app.js", "1")
        archive.writestr("META-INF/secret.txt", "no")
    content = Content("<article>guide</article>", "node {}", "bolt://127.0.0.1:7687", frozenset({BROWSER}), jar)
    with Server(content) as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/guide.html", "text/html; charset=utf-8", "<article>guide</article>"),
        ("/graphmem.grass", "text/plain; charset=utf-8", "node {}"),
        ("/browser/style.js", "text/javascript", '"","p {}"'),
        ("/browser/app.js", "text/javascript", "1"),
        ("/", "application/json", '{"bolt_direct": "bolt://127.0.0.1:7687"}'),
    ],
)
def test_what_is_served(server: Server, path: str, kind: str, text: str) -> None:
    answer = httpx.get(server.address + path)
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, kind, text)
    # A page from here can't fetch from anywhere else.
    assert "connect-src 'self' data: blob: http://127.0.0.1:*" in answer.headers["Content-Security-Policy"]


def test_neo4j_browser_has_no_reason_to_ask_elsewhere(server: Server) -> None:
    answer = httpx.get(f"{server.address}/browser/?dbms=x")
    assert answer.headers["Content-Type"] == "text/html"
    begins, script, ends = re.split("</?script>", answer.text)
    assert (begins, ends) == ("<html><head>", "<title>Neo4j Browser</title>")
    # Before anything else of the page runs.
    assert "allowCrashReports: false" in script
    assert 'if (href === "http://127.0.0.1:7687/") return ask("/", ...more)' in script


@pytest.mark.parametrize(
    "path", ["/META-INF/secret.txt", "/browser/../META-INF/secret.txt", "/etc/passwd", "/browser/none.js"]
)
def test_nothing_else_is_served(server: Server, path: str) -> None:
    assert httpx.get(server.address + path).status_code == 404


def test_only_neo4j_browser_may_read_it(server: Server) -> None:
    def allowed(origin: str) -> str | None:
        return httpx.options(server.address + "/guide.html", headers={"Origin": origin}).headers.get(
            "Access-Control-Allow-Origin"
        )

    assert [allowed(BROWSER), allowed(server.address), allowed("http://example.org")] == [BROWSER, server.address, None]


def test_a_host_of_another_name_gets_nothing(server: Server) -> None:
    for method in ("GET", "OPTIONS"):
        answer = httpx.request(method, server.address + "/guide.html", headers={"Host": "example.org"})
        assert (answer.status_code, answer.text) == (403, "")


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_in_use_is_told(server: Server) -> None:
    with pytest.raises(ConfigurationError, match=r"port \d+ can't be used .*; choose another one, or 0 for any"):
        Server(server.content, server.server_address[1])
