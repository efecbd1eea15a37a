"""Keys of every kind of scope: each sees and changes what it adds itself, and nothing gets out of its scope."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from graphmem import MemoryClient
from graphmem.server.app import create_app
from graphmem.server.settings import ServerSettings
from tests.server.conftest import HERE, PEER, Served

NAMES = ("user_id", "agent_id", "app_id", "run_id")
USUAL = {"user", "agent", "user+agent", "app+run"}


def title(names: tuple[str, ...]) -> str:
    return "+".join(name.removesuffix("_id") for name in names)


KINDS = [
    pytest.param(kind, id=title(kind), marks=() if title(kind) in USUAL else pytest.mark.thorough)
    for count in range(1, 5)
    for kind in itertools.combinations(NAMES, count)
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for the file: each test has ids of its own."""
    with MemoryClient(tmp_path_factory.mktemp("scoped") / "memories.db", llm="offline") as client:
        app = create_app(ServerSettings(rate=""), client)
        with TestClient(app, base_url=HERE, client=PEER, raise_server_exceptions=False) as http:
            yield Served(client, http)


@pytest.fixture
def ids(request: pytest.FixtureRequest) -> dict[str, str]:
    """All four ids, of this test alone."""
    return {name: f"{name} of {request.node.name}" for name in NAMES}


def said(ids: dict[str, str]) -> list[dict[str, str]]:
    texts = {
        "user": f"I love zanzibar tea, says {ids['user_id']}",
        "assistant": f"My colour is blue, says {ids['agent_id']}",
    }
    return [{"role": role, "content": text} for role, text in texts.items()]


def listed(server: Served, key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = server.post("/v3/memories/", {}, key=key).json()["results"]
    return rows


def ended(server: Served, key: str, event: str) -> dict[str, Any]:
    while (told := server.get(f"/v1/event/{event}/", key=key).json())["status"] in ("PENDING", "RUNNING"):
        pass
    return dict(told)


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_has_what_it_adds(server: Served, ids: dict[str, str], kind: tuple[str, ...]) -> None:
    bound = {name: ids[name] for name in kind}
    key, other = server.key("own", **bound), server.key("other", **{name: f"not {id}" for name, id in bound.items()})
    asked = {"messages": said(ids), "infer": False, "output_format": "v1.1"}
    texts = {each["content"] for each in said(ids)}
    at_once = server.post("/v1/memories/", asked, key=key).json()["results"]
    assert {row["memory"] for row in at_once} == texts
    later = server.post("/v3/memories/add/", {"messages": "Rides a bicycle", "infer": False}, key=key).json()
    assert ended(server, key, later["event_id"])["results"][0]["memory"] == "Rides a bicycle"
    assert server.get(f"/v1/event/{later['event_id']}/", key=other).status_code == 404

    rows = listed(server, key)
    assert {row["memory"] for row in rows} == {*texts, "Rides a bicycle"}
    for row in rows:
        assert {name: row[name] for name in kind} == bound
        path = f"/v1/memories/{row['id']}/"
        assert server.get(path, key=key).json()["memory"] == row["memory"]
        assert server.get(f"{path}history/", key=key).status_code == 200
        assert server.get(path, key=other).status_code == 404
    found = server.post("/v3/memories/search/", {"query": "zanzibar tea"}, key=key).json()["results"]
    assert "zanzibar" in found[0]["memory"]
    assert "zanzibar" in server.post("/graphmem/context/", {"query": "zanzibar tea"}, key=key).json()["context"]
    owners = {(row["type"], row["id"]) for row in server.get("/v1/entities/", key=key).json()["results"]}
    assert owners == {(name.removesuffix("_id"), id) for name, id in bound.items()}
    assert listed(server, other) == []

    changed, *left = [row["id"] for row in rows]
    path, text = f"/v1/memories/{changed}/", "Rides a red bicycle"
    assert server.ask("PUT", path, {"text": text}, key=other).status_code == 404
    assert server.ask("PUT", path, {"text": text}, key=key).json()["memory"] == text
    assert server.ask("DELETE", path, key=other).status_code == 404
    assert server.ask("DELETE", path, key=key).status_code == 200
    assert {row["id"] for row in listed(server, key)} == set(left)
    assert server.ask("DELETE", "/v1/memories/", key=other).json()["deleted"] == 0
    assert server.ask("DELETE", "/v1/memories/", key=key).json()["deleted"] == len(left)
    assert listed(server, key) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_key_adds_gets_out_of_its_scope(
    server: Served, ids: dict[str, str], kind: tuple[str, ...]
) -> None:
    bound = {name: ids[name] for name in kind}
    key = server.key("own", **bound)
    # All that a request may name besides.
    more = {name: id for name, id in ids.items() if name not in kind}
    for path in ("/v1/memories/", "/v3/memories/add/", "/memories"):
        answer = server.post(path, {"messages": said(ids), "infer": False, **more}, key=key)
        assert answer.status_code == 200, answer.text
        if path.startswith("/v3"):
            ended(server, key, answer.json()["event_id"])
    # All that came of it, whoever may see it.
    texts = {each["content"] for each in said(ids)}
    rows = [row for row in server.client.get_all() if row["memory"] in texts]
    assert len(rows) == len(texts)
    for row in rows:
        assert {name: row[name] for name in kind} == bound
    assert {row["id"] for row in listed(server, key)} == {row["id"] for row in rows}


def test_a_key_reads_nothing_from_conversations_of_others(server: Served, ids: dict[str, str]) -> None:
    both = {name: ids[name] for name in ("user_id", "agent_id")}
    asked = {"messages": said(ids), **both, "output_format": "v1.1"}
    bound = server.key("user", user_id=ids["user_id"])
    admins = server.post("/v1/memories/", {**asked, "infer": False}, key=server.key("admin")).json()["results"]
    by_text = {row["memory"]: row["id"] for row in admins}
    of_user, of_agent = (by_text[each["content"]] for each in said(ids))
    for infer in (False, True):
        # The same conversation, word for word: what is kept of it for the agent is neither told nor changed.
        own = server.post("/v1/memories/", {**asked, "infer": infer}, key=bound).json()["results"]
        assert of_agent not in {row["id"] for row in own}
    assert server.client.get(of_agent)["user_id"] is None
    assert server.client.get(of_user)["user_id"] == ids["user_id"]
