"""The same tools over HTTP: keys, both spellings of the path, and ids in the address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from graphmem.server.settings import ServerSettings
from tests.server.mcp import refused, told
from tests.server.mcp.served import Served

SAID = "My sister Anna lives in Berlin."
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
JSON = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served(ServerSettings(mcp_delete_all=True))
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _empty(request: pytest.FixtureRequest) -> None:
    if "served" in request.fixturenames:
        request.getfixturevalue("served").client.reset(confirm="everything")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_both_paths_answer_clients_of_both_kinds(served: Served, slash: str, mode: str) -> None:
    async def use(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": SAID}))
        found = told(await client.call_tool("search_memories", {"query": "Where is Anna?"}))
        assert "Berlin" in found["results"][0]["memory"]
        assert "Berlin" in (await client.read_resource("graphmem://memories")).contents[0].text
        prompt = await client.get_prompt("answer_from_memory", {"question": "Where is Anna?"})
        assert "Berlin" in prompt.messages[0].content.text

    served.talk(use, served.key("alex", user_id="alex"), slash, mode=mode)


def test_what_a_key_is_bound_to_bounds_its_agent(served: Served) -> None:
    alex, bo = served.key("alex", user_id="alex"), served.key("bo", user_id="bo")
    kept: dict[str, str] = {}

    async def add(client: Client) -> None:
        added = told(await client.call_tool("add_memory", {"text": SAID}))
        kept.update(event=added["event_id"], memory=added["results"][0]["id"])

    async def pry(client: Client) -> None:
        assert told(await client.call_tool("get_memories", {}))["count"] == 0
        assert told(await client.call_tool("relations", {}))["results"] == []
        assert "no memory" in refused(await client.call_tool("get_memory", {"memory_id": kept["memory"]}))
        assert "no memory" in refused(await client.call_tool("delete_memory", {"memory_id": kept["memory"]}))
        assert "no event" in refused(await client.call_tool("get_event_status", {"event_id": kept["event"]}))
        assert told(await client.call_tool("delete_all_memories", {})) == {"deleted": 0}

    async def look(client: Client) -> None:
        assert told(await client.call_tool("get_memories", {}))["count"] == 1

    served.talk(add, alex)
    served.talk(pry, bo)
    served.talk(look, alex)


def test_agents_that_ask_at_the_same_time_each_see_their_own(served: Served) -> None:
    users = [f"user-{n}" for n in range(6)]
    texts = {user: served.key(user, user_id=user) for user in users}

    async def one(user: str) -> None:
        async with (
            httpx2.AsyncClient(headers={"X-API-Key": texts[user]}, timeout=60) as http,
            Client(streamable_http_client(served.url, http_client=http)) as client,
        ):
            for n in range(3):
                told(await client.call_tool("add_memory", {"text": f"{user} {n}", "infer": False}))
            rows = told(await client.call_tool("get_memories", {}))["results"]
            assert {row["user_id"] for row in rows} == {user}
            assert len(rows) == 3

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, users))

    asyncio.run(all_of_them())


def test_a_key_that_may_only_read_has_no_tools_that_write(served: Served) -> None:
    async def look(client: Client) -> None:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert "search_memories" in names
        assert not names & {"add_memory", "update_memory", "delete_memory", "delete_all_memories"}
        assert "there is no tool" in refused(await client.call_tool("add_memory", {"text": SAID}))

    served.talk(look, served.key("reader", user_id="alex", read_only=True))


def test_the_address_says_whose_memory_it_is_and_never_widens_a_key(served: Served) -> None:
    whole, alex = served.key("whole"), served.key("alex", user_id="alex")

    async def add(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": SAID}))

    async def without(client: Client) -> None:
        assert "bound to no user" in refused(await client.call_tool("add_memory", {"text": SAID}))

    async def look(client: Client) -> None:
        [row] = told(await client.call_tool("get_memories", {}))["results"]
        assert (row["user_id"], row["run_id"]) == ("alex", "r1")

    served.talk(without, whole)
    served.talk(add, whole, "?user_id=alex&run_id=r1")
    served.talk(look, alex, "?run_id=r1")
    answer = httpx.post(f"{served.url}?user_id=bo", json=HELLO, headers={**JSON, "X-API-Key": alex})
    assert answer.status_code == 404
    assert "bo" in answer.json()["detail"]
    # What is mistyped would leave the agent with everything.
    for more in ("?user=alex", "?user_id=alex&user_id=bo", "?user_id=", "?user_id=alex&run=r1"):
        answer = httpx.post(f"{served.url}{more}", json=HELLO, headers={**JSON, "X-API-Key": whole})
        assert (answer.status_code, "user_id" in answer.json()["detail"]) == (400, True)
    both = served.key("both", user_id="alex", agent_id="a")

    async def of_both(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": SAID}))
        [row] = told(await client.call_tool("get_memories", {}))["results"]
        assert (row["user_id"], row["agent_id"]) == ("alex", "a")

    served.talk(of_both, both)


def test_without_a_right_key_nothing_is_told(served: Served) -> None:
    served.key("alex", user_id="alex")
    for path in ("", "/"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Token gm_wrong"}):
            answer = httpx.post(served.url + path, json=HELLO, headers={**JSON, **headers})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "graphmem" not in json.dumps(answer.json().get("result", {}))


def test_without_keys_pages_of_browsers_are_refused_and_nobody_deletes_all_unless_it_is_set() -> None:
    server = Served(ServerSettings())
    try:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            assert httpx.post(server.url, json=HELLO, headers={**JSON, **headers}).status_code == 403
        assert httpx.post(server.url, json=HELLO, headers=JSON).status_code == 200

        async def look(client: Client) -> None:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert "delete_all_memories" not in names
            told(await client.call_tool("add_memory", {"text": SAID}))

        server.talk(look, more="?user_id=alex")
        assert len(server.client.get_all(user_id="alex")) == 1
    finally:
        server.close()


def test_bodies_are_bounded_and_what_is_no_message_is_refused(served: Served) -> None:
    key = {"X-API-Key": served.key("alex", user_id="alex")}
    big = {**HELLO, "params": {"x": "a" * (9 * 1024 * 1024)}}
    assert httpx.post(served.url, json=big, headers={**JSON, **key}).status_code == 413
    assert httpx.post(
        served.url, content=b"{", headers={**JSON, **key, "Content-Type": "application/json"}
    ).is_client_error
    for method in ("GET", "DELETE"):
        answer = httpx.request(method, served.url, headers={**key, "Accept": "text/event-stream"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
