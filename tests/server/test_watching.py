"""What those see who watch a server: counts, logs, health. Nothing in it tells what is stored, or with which key it was asked for."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from graphmem import MemoryClient
from graphmem.server.access import Reader
from graphmem.server.settings import ServerSettings, is_loopback
from tests.server.conftest import Served
from tests.server.running import Running, free_port, running


def test_counts_go_by_the_template_of_a_route(server: Served) -> None:
    key = server.key()
    id = server.add("I love zanzibar", user_id="anna", key=key)
    for path in (f"/v1/memories/{id}/", "/v1/memories/nonsense/", "/v2/entities/user/anna/", f"/secret/{id}"):
        server.get(path, key=key)
    told = server.get("/metrics", key=key).text
    assert 'graphmem_requests_total{method="GET",route="/v1/memories/{id:path}/",status="200"} 1.0' in told
    assert 'graphmem_requests_total{method="GET",route="/v1/memories/{id:path}/",status="400"} 1.0' in told
    assert 'route="none",status="404"' in told
    assert "graphmem_request_seconds_bucket" in told
    for secret in (id, "anna", "zanzibar", "nonsense", key):
        assert secret not in told


def test_the_log_holds_no_content_no_ids_and_no_keys(server: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "graphmem")
    key = server.key()
    id = server.add("I love zanzibar", user_id="anna", metadata={"a": "mango"}, key=key)
    server.get(f"/v1/memories/{id}/?secret=papaya", key=key)
    server.post("/v3/memories/search/", {"query": "zanzibar", "bogus": "mango"}, key=key)
    server.get("/v1/ping/", key=key + "x")
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("graphmem"))
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/v1/memories/", 200),
        ("/v1/memories/{id:path}/", 200),
        ("/v3/memories/search/", 400),
        ("none", 401),
    ]
    assert lines[0]["key"] == key.split("_")[1]
    assert lines[3]["key"] is None
    for secret in ("zanzibar", "anna", "mango", "papaya", id, key, key.split("_", 2)[2]):
        assert secret not in told


def test_an_unforeseen_failure_says_where_and_nothing_else(server: Served, caplog: pytest.LogCaptureFixture) -> None:
    def fails(caller: Reader) -> None:
        raise RuntimeError("the password is hunter2")

    server.http.app.add_api_route("/fails", fails)  # type: ignore[attr-defined]
    answer = server.get("/fails")
    assert answer.status_code == 500
    assert set(answer.json()) == {"detail", "error"}
    told = answer.text + "".join(record.getMessage() for record in caplog.records if record.name.startswith("graphmem"))
    assert "hunter2" not in told
    assert "RuntimeError" in told


def test_ready_tells_whether_the_store_is_there(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    assert server.get("/ready").json() == {"status": "ok"}
    server.client.close()
    answer = server.get("/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert server.get("/health").status_code == 200


def test_a_request_has_an_id(server: Served) -> None:
    ids = {server.get(path).headers["x-request-id"] for path in ("/v1/ping/", "/nothing", "/health")}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_which_addresses_are_of_this_machine_only(host: str, here: bool) -> None:
    assert is_loopback(host) is here
    assert ServerSettings(host=host).loopback is here


def test_a_server_as_people_start_it(tmp_path: Path) -> None:
    """One start for all of it: where it listens, keys by commands, and its log."""
    settings = {"store": tmp_path / "memories.db"}
    server = Running(settings, tmp_path)
    refused = subprocess.run(
        [sys.executable, "-m", "graphmem", "serve", "--host", "0.0.0.0", "--port", str(free_port())],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert refused.returncode == 1
    assert "graphmem keys create" in refused.stderr
    with running(settings, tmp_path) as server:
        listening = subprocess.run(["ss", "-ltnH", f"sport = :{server.port}"], capture_output=True, text=True).stdout
        assert re.findall(r"(\S+):\d+\s+\S+\s*$", listening, re.MULTILINE) == ["127.0.0.1"]
        assert httpx.get(f"{server.url}/v1/ping/").status_code == 200
        assert "only programs on this machine" in server.log.read_text()
        with MemoryClient(settings["store"]) as client:
            client.add("I love zanzibar", user_id="anna", infer=False)
        key = server.command("keys", "create", "anna", "--user", "anna")
        found = httpx.post(f"{server.url}/v3/memories/", json={}, headers={"Authorization": f"Token {key}"}, timeout=30)
        # Keys are looked for every two seconds.
        assert found.json()["count"] == 1
        # A request is logged after it was answered.
        for _ in range(500):
            log = server.log.read_text()
            if '"route": "/v3/memories/"' in log:
                break
            time.sleep(0.01)
        assert all(json.loads(line)["level"] for line in log.splitlines() if line.startswith("{"))
        assert '"route": "/v3/memories/"' in log
        assert "zanzibar" not in log
        assert key not in log


@pytest.mark.thorough
def test_what_libraries_warn_of_is_a_line_of_json_too() -> None:
    code = (
        "import logging.config, graphmem.cli.serve as serve; logging.config.dictConfig(serve._LOGS);"
        r" logging.getLogger('neo4j.pool').warning('one\ntwo'); logging.getLogger('neo4j').info('no')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    [line] = done.stderr.splitlines()
    assert (json.loads(line)["logger"], json.loads(line)["says"]) == ("neo4j.pool", "one\ntwo")
