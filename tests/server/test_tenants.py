"""Many keys, each bound to a user: no route shows, changes or betrays what lies outside of its scope."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.server.conftest import Served
from tests.tools import sizes

TENANTS = 4
SECRET = "zanzibar"


@pytest.mark.exhaustive
def test_two_hundred_keys(server: Served) -> None:
    _try_all(server, 200)


def test_some_keys(server: Served) -> None:
    _try_all(server, TENANTS)


# They tell nothing of anybody, or only of whoever asks.
_OF_NOBODY = {
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/v1/ping/"),
    ("GET", "/v2/profiles/jobs/{id}/"),
    ("GET", "/v2/profiles/settings/"),
    ("POST", "/v2/profiles/settings/"),
    ("POST", "/api/v1/orgs/organizations/{org}/projects/"),
}


def test_every_route_is_tried(server: Served) -> None:
    paths = server.get("/openapi.json").json()["paths"]
    # Those with the most fixed text first: /memories/{id}/history before /memories/{id}.
    known = sorted(paths, key=lambda path: -len(re.sub(r"{.*?}", "", path)))
    tried = set()
    for method, asked, _, _ in _requests("1", "user 1", "p", "w", "x", "e"):
        wanted, _, _ = asked.partition("?")
        fits = [
            path
            for path in known
            if re.fullmatch(re.sub(r"\\{.*?\\}", ".+", re.escape(path)), wanted) and method.lower() in paths[path]
        ]
        tried.add((method, fits[0]))
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} - tried == _OF_NOBODY


def _try_all(server: Served, count: int) -> None:
    keys = [server.key(f"key {n}", user_id=f"user {n}") for n in range(count)]
    ids = [
        server.add(f"Secret of {n} is {SECRET}{n}", key=key, metadata={"of": n}, categories=["secrets"])
        for n, key in enumerate(keys)
    ]
    hooks, exports, events = [], [], []
    for n, key in enumerate(keys):
        project = server.get("/v1/ping/", key=key).json()["project_id"]
        body = {"url": "https://example.com/x", "name": f"{SECRET}{n}", "event_types": ["memory_delete"]}
        made = server.post(f"/api/v1/webhooks/projects/{project}/", body, key=key).json()
        hooks.append((project, made["webhook_id"]))
        exports.append(server.post("/v1/exports/", {"schema": {}}, key=key).json()["id"])
        if n < 3:
            asked = {"messages": f"Event of {SECRET}{n}", "infer": False}
            events.append(server.post("/v3/memories/add/", asked, key=key).json()["event_id"])
    before = _state(server)
    for n, key in enumerate(keys):
        other = (n + 1) % count
        own = f"{SECRET}{n}"
        event = events[other % len(events)] if other % len(events) != n else events[(other + 1) % len(events)]
        project, hook = hooks[other]
        for method, path, body, allowed in _requests(ids[other], f"user {other}", project, hook, exports[other], event):
            answer = server.ask(method, path, body, key=key)
            assert answer.status_code in allowed, (method, path, body, answer.status_code, answer.text)
            text = answer.text.replace(own, "")
            assert SECRET not in text, (method, path, body, text)
            if answer.status_code == 404:
                # It reads as what never was.
                assert f"user {other}" not in text or f"user {other}" in path + json.dumps(body)
    if sizes.thorough or count <= TENANTS:
        assert _state(server) == before


def _state(server: Served) -> Any:
    """All that there is, once nothing waits any more."""
    for _ in range(600):
        if server.get("/v1/events/", key=_admin(server)).json()["results"][0]["status"] == "SUCCEEDED":
            break
    memories = sorted((row["id"], row["memory"], str(row["metadata"])) for row in server.client.get_all())
    records = {
        kind: [(each.id, each.data) for each in server.store.kept(kind)] for kind in ("webhook", "project", "members")
    }
    return memories, records


def _admin(server: Served) -> str:
    return server.key("admin")


FOUND, GONE, REFUSED = {200}, {404}, {400}


def _requests(
    id: str, user: str, project: str, hook: str, export: str, event: str
) -> list[tuple[str, str, Any, set[int]]]:
    """Requests that name what is another's, with the statuses that they may have."""
    foreign: dict[str, Any] = {"filters": {"user_id": user}}
    widened = [
        {"filters": {"OR": [{"user_id": user}, {"user_id": "*"}]}},
        {"filters": {"NOT": [{"user_id": "nobody"}]}},
        {"filters": {"user_id": {"ne": "x"}}},
        {"filters": {"memory_id": id}},
        {"filters": {"metadata": {"of": {"gte": 0}}}},
        {"categories": ["secrets"]},
    ]
    found: list[tuple[str, str, Any, set[int]]] = []
    for version in ("v1", "v2", "v3"):
        search = f"/{version}/memories/search/"
        found += [("POST", search, {"query": SECRET, **each}, FOUND) for each in (foreign, *widened, {"user_id": "*"})]
        found.append(("POST", search, {"query": SECRET, "user_id": user}, GONE))
    for path in ("/v2/memories/", "/v3/memories/"):
        found += [("POST", path, each, FOUND) for each in (foreign, *widened, {"user_id": "*"})]
        found.append(("POST", path, {"user_id": user}, GONE))
    for path in ("/v1/memories/", "/memories"):
        found += [("GET", f"{path}?user_id={user}", None, GONE), ("GET", f"{path}?user_id=*", None, FOUND)]
        found += [("DELETE", f"{path}?user_id={user}", None, GONE)]
        found += [("DELETE", f'{path}?filters={{"user_id": "{user}"}}', None, FOUND)]
        found += [("DELETE", f'{path}?filters={{"memory_id": "{id}"}}', None, FOUND)]
        found += [("POST", path, {"messages": "x", "user_id": user}, GONE)]
    found += [
        ("POST", "/v3/memories/add/", {"messages": "x", "user_id": user}, GONE),
        ("POST", "/v3/memories/add/", {"messages": "x", "filters": {"user_id": user}}, GONE),
        ("POST", "/search", {"query": SECRET, **foreign}, FOUND),
    ]
    for path in (f"/v1/memories/{id}/", f"/memories/{id}"):
        end = "/" if path.endswith("/") else ""
        found += [("GET", path, None, GONE), ("PUT", path, {"text": "x"}, GONE), ("DELETE", path, None, GONE)]
        found.append(("GET", f"{path.rstrip('/')}/history{end}", None, GONE))
    found += [
        ("PUT", "/v1/batch/", {"memories": [{"memory_id": id, "text": "x"}]}, GONE),
        ("DELETE", "/v1/batch/", {"memories": [{"memory_id": id}]}, GONE),
        ("DELETE", "/v1/batch/", {"memories": [id]}, GONE),
        ("GET", "/v1/entities/", None, FOUND),
        ("GET", "/entities", None, FOUND),
        ("GET", f"/v2/entities/user/{user}/", None, GONE),
        ("DELETE", f"/v2/entities/user/{user}/", None, GONE),
        ("DELETE", f"/v1/entities/user/{user}/", None, GONE),
        ("DELETE", f"/entities/user/{user}", None, GONE),
        ("GET", f"/v2/entities/user/{user}/profile/", None, GONE),
        ("POST", "/v2/profiles/jobs/", {"operation": "trigger", "entity_id": user}, GONE),
        ("GET", f"/v1/event/{event}/", None, GONE),
        ("GET", "/v1/events/", None, FOUND),
        ("GET", f"/v1/events/?user_id={user}", None, GONE),
        ("POST", "/v1/feedback/", {"memory_id": id, "feedback": "NEGATIVE"}, GONE),
        ("POST", "/v1/exports/get/", {"memory_export_id": export}, GONE),
        ("POST", "/v1/exports/get/", {"user_id": user}, GONE),
        ("POST", "/v1/exports/", {"schema": {}, "user_id": user}, GONE),
        ("POST", "/v1/summary/", foreign, FOUND),
        ("GET", f"/api/v1/orgs/organizations/graphmem/projects/{project}/", None, GONE),
        ("PATCH", f"/api/v1/orgs/organizations/graphmem/projects/{project}/", {"custom_instructions": "x"}, GONE),
        ("DELETE", f"/api/v1/orgs/organizations/graphmem/projects/{project}/", None, GONE),
        ("GET", "/api/v1/orgs/organizations/graphmem/projects/default/", None, GONE),
        ("GET", f"/api/v1/orgs/organizations/graphmem/projects/{project}/members/", None, GONE),
        ("POST", f"/api/v1/orgs/organizations/graphmem/projects/{project}/members/", {"email": "x"}, GONE),
        ("PUT", f"/api/v1/orgs/organizations/graphmem/projects/{project}/members/", {"email": "x"}, GONE),
        ("DELETE", f"/api/v1/orgs/organizations/graphmem/projects/{project}/members/?email=x", None, GONE),
        ("GET", f"/api/v1/webhooks/projects/{project}/", None, GONE),
        (
            "POST",
            f"/api/v1/webhooks/projects/{project}/",
            {"url": "https://x.example", "event_types": ["memory_add"]},
            GONE,
        ),
        ("PUT", f"/api/v1/webhooks/{hook}/", {"name": "x"}, GONE),
        ("DELETE", f"/api/v1/webhooks/{hook}/", None, GONE),
        ("POST", "/graphmem/context/", {"query": SECRET, **foreign}, FOUND),
        ("POST", "/graphmem/context/", {"query": SECRET, "user_id": user}, GONE),
        ("POST", "/graphmem/search/", {"query": SECRET, "messages": True, **foreign}, FOUND),
        ("POST", "/graphmem/relations/", foreign, FOUND),
        ("POST", "/graphmem/relations/", {"user_id": user}, GONE),
        ("POST", "/graphmem/paths/", {"a": "me", "b": f"{SECRET}", "user_id": user}, GONE),
        ("GET", f"/graphmem/history/{id}/", None, GONE),
        ("POST", "/graphmem/undo/", {"event_id": event}, GONE),
        ("POST", "/reset", None, REFUSED),
        ("GET", "/metrics", None, GONE),
    ]
    return found
