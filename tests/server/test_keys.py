"""Keys: what they open, what they don't, and what a server without any does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from graphmem.errors import MemoryNotFoundError, ValidationError
from graphmem.model import times
from graphmem.model.memory import Scope
from graphmem.server import keys, known
from tests.server.conftest import HERE, Served


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are looked up at every request, so that tests need not wait."""
    monkeypatch.setattr(known, "KNOWN_SECONDS", 0.0)


def status(server: Served, **headers: str) -> int:
    found: int = server.get("/v1/ping/", headers=headers).status_code
    return found


def test_every_way_to_send_a_key(server: Served) -> None:
    key = server.key()
    for headers in (
        {"Authorization": f"Token {key}"},
        {"Authorization": f"Bearer {key}"},
        {"Authorization": f"bearer  {key} "},
        {"X-API-Key": key},
    ):
        assert status(server, **headers) == 200
    for headers in ({}, {"Authorization": key}, {"Authorization": "Token"}, {"Authorization": f"Basic {key}"}):
        answer = server.get("/v1/ping/", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "needs a key" in answer.json()["detail"]


@pytest.mark.parametrize("change", [lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"), lambda key: key[:-1]])
@pytest.mark.parametrize("other", ["gm_000000000000_" + "x" * 43, "m0-abc", "x" * 5_000, "gm__", "ключ"])
def test_no_other_text_opens_anything(server: Served, change: Any, other: str) -> None:
    key = server.key()
    for text in (change(key), other, key.upper(), key + " x"):
        answer = server.http.get("/v1/ping/", headers={"Authorization": f"Token {text}".encode()})
        assert answer.status_code == 401
        assert text not in answer.text


def test_only_a_hash_is_kept(server: Served) -> None:
    key = server.key("phone", user_id="anna")
    [record] = server.store.kept("key")
    assert key not in str(record)
    assert key.split("_")[2] not in str(record)
    assert record.data["hash"] == keys.hashed(key)
    assert len(key.split("_", 2)[2]) == 43
    assert key not in repr(keys.listed(server.store))
    assert record.data["hash"] not in repr(keys.listed(server.store))


def test_a_key_ends_by_time_by_revocation_and_by_rotation(server: Served) -> None:
    soon = times.now() + timedelta(hours=1)
    key, text = keys.create(server.store, "one", Scope(), expires_at=soon)
    assert key.opened_by(text, soon - timedelta(seconds=1))
    assert not key.opened_by(text, soon)
    assert status(server, **{"X-API-Key": text}) == 200

    turned, new = keys.rotate(server.store, key, soon)
    assert (turned.id, turned.name) == (key.id, "one")
    assert status(server, **{"X-API-Key": text}) == status(server, **{"X-API-Key": new}) == 200
    assert not turned.opened_by(text, soon)
    _, newest = keys.rotate(server.store, turned)
    assert [status(server, **{"X-API-Key": each}) for each in (text, new, newest)] == [401, 401, 200]

    keys.revoke(server.store, keys.named(server.store, "one"))
    assert status(server, **{"X-API-Key": newest}) == 401
    # A server that had keys once doesn't open when the last one ends.
    assert status(server) == 401
    with pytest.raises(ValidationError, match="revoked"):
        keys.rotate(server.store, keys.named(server.store, "one"))


def test_keys_are_found_by_id_or_by_a_name_that_is_the_only_one(server: Served) -> None:
    server.key("twice")
    server.key("twice")
    first, second = keys.listed(server.store)
    assert keys.named(server.store, first.id) == first
    with pytest.raises(ValidationError, match=f"{first.id}, {second.id}"):
        keys.named(server.store, "twice")
    keys.revoke(server.store, first)
    assert keys.named(server.store, "twice") == second
    with pytest.raises(MemoryNotFoundError, match="keys list"):
        keys.named(server.store, "never")
    for wrong in ({"name": " "}, {"name": "x", "expires_at": times.now()}):
        with pytest.raises(ValidationError):
            keys.create(server.store, scope=Scope(), **wrong)  # type: ignore[arg-type]


def test_without_keys_only_this_machine_is_served(server: Served) -> None:
    for host in ("localhost:8420", "127.0.0.1:8420", "[::1]:8420", "LOCALHOST", "127.0.0.2"):
        assert status(server, host=host) == 200
    # Under another name a page in a browser may have been sent here.
    for host in (
        "example.com",
        "evil.localhost.example.com",
        "10.0.0.7:8420",
        "",
        "0.0.0.0:8420",
        "localhost@evil.com",
    ):
        assert status(server, host=host) == 403
    assert status(server, origin="http://localhost:3000") == 200
    for origin in ("https://example.com", "null", "file://"):
        assert status(server, origin=origin) == 403
    # A proxy on this machine would let everybody seem to be here.
    for name in ("x-forwarded-for", "forwarded", "x-real-ip"):
        assert status(server, **{name: "203.0.113.7"}) == 403
    # Another machine can give any name, where the application was made to listen everywhere.
    far = TestClient(server.http.app, base_url=HERE, client=("203.0.113.7", 50_000))
    for host in ("localhost", "127.0.0.1:8420"):
        answer = far.get("/v1/ping/", headers={"host": host})
        assert (answer.status_code, "graphmem keys create" in answer.json()["detail"]) == (403, True)
    # With a key, it is the key that counts.
    key = server.key()
    assert far.get("/v1/ping/", headers={"X-API-Key": key}).status_code == 200
    assert status(server, host="memory.example.com", **{"X-API-Key": key}) == 200


def test_what_is_served_without_a_key_tells_nothing(server: Served) -> None:
    server.key()
    for path in ("/health", "/ready", "/openapi.json", "/docs"):
        assert server.get(path).status_code == 200
    assert server.get("/ready").json() == {"status": "ok"}
    assert server.get("/metrics").status_code == 401
    # No other origin is let in by a browser.
    answer = server.ask(
        "OPTIONS", "/v1/ping/", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    )
    assert not [name for name in answer.headers if name.startswith("access-control")]


# Those that change nothing, though they are no GET.
READING = {
    "/v2/memories/",
    "/v3/memories/",
    "/v1/memories/search/",
    "/v2/memories/search/",
    "/v3/memories/search/",
    "/search",
}
READING |= {"/v1/exports/get/", "/v1/summary/"}
READING |= {f"/graphmem/{name}/" for name in ("context", "search", "relations", "paths")}


def test_a_key_that_may_only_read_changes_nothing_by_any_route(server: Served) -> None:
    id = server.add("I love tea", user_id="anna")
    key = server.key("reader", read_only=True)
    tried = 0
    for path, methods in server.http.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        for method in methods:
            filled = path.replace("{id}", id).replace("{kind}", "user").replace("{name}", "anna")
            filled = filled.replace("{org}", "graphmem").replace("{project}", "default")
            answer = server.ask(
                method.upper(), filled, {"query": "tea"} if method in ("post", "put", "patch") else None, key=key
            )
            if method != "get" and path not in READING:
                # What is wrong with a body may be said first; what is right would be refused.
                assert answer.status_code in (400, 403), (method, path)
                tried += answer.status_code == 403
    assert tried > 8
    asked = {"messages": "x", "user_id": "anna"}
    for path in ("/v1/memories/", "/v3/memories/add/", "/memories"):
        assert server.post(path, asked, key=key).status_code == 403
    assert server.ask("PUT", f"/v1/memories/{id}/", {"text": "x"}, key=key).status_code == 403
    assert server.post("/v3/memories/search/", {"query": "tea"}, key=key).json()["results"][0]["id"] == id


def test_a_key_that_is_bound_sees_its_own_and_needs_no_ids(server: Served) -> None:
    key = server.key("anna", user_id="anna")
    id = server.add("I love tea", key=key)
    assert server.get(f"/v1/memories/{id}/", key=key).json()["user_id"] == "anna"
    assert server.post("/v3/memories/", {}, key=key).json()["count"] == 1
    assert server.ask("DELETE", "/v1/memories/", key=key).json()["deleted"] == 1
    project = server.get("/v1/ping/", key=key).json()["project_id"]
    assert project != "default"
    # Another key with the same scope is of the same project; who made a key for whom is nobody else's matter.
    assert server.get("/v1/ping/", key=server.key("other", user_id="anna")).json()["project_id"] == project
    assert server.get("/v1/ping/", key=server.key("ben", user_id="ben")).json()["project_id"] != project
    assert server.get("/metrics", key=key).status_code == 404
    assert server.post("/reset", None, key=key).status_code == 400
