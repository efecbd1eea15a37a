"""Two hundred keys, each bound to a user of its own, try every tool with what belongs to others."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from graphmem.server.settings import ServerSettings
from tests.server.mcp.served import Served

KEYS = 200
# Of what is asked with ids of others, {id} and {event}, and of what is asked of everything.
FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("get_memory", {"memory_id": "{id}"}),
    ("memory_history", {"memory_id": "{id}"}),
    ("update_memory", {"memory_id": "{id}", "text": "mine"}),
    ("delete_memory", {"memory_id": "{id}"}),
    ("fetch", {"id": "{id}"}),
    ("get_event_status", {"event_id": "{event}"}),
]
WIDE: list[tuple[str, dict[str, Any]]] = [
    ("search_memories", {"query": "secret", "limit": 1000}),
    ("search_memories", {"query": "secret", "filters": {"OR": [{"user_id": "*"}, {"NOT": {"user_id": "x"}}]}}),
    ("get_memories", {"filters": {"memory_id": "{id}"}}),
    ("get_memories", {"page_size": 1000}),
    ("list_entities", {}),
    ("relations", {}),
    ("context", {"query": "Who has a secret?"}),
    ("search", {"query": "secret"}),
]


@pytest.mark.exhaustive
def test_nobody_sees_or_changes_what_belongs_to_others() -> None:
    server = Served(ServerSettings(rate="", mcp_delete_all=True))
    try:
        keys = [server.key(f"k{n}", user_id=f"u{n}") for n in range(KEYS)]
        with httpx.Client(timeout=60, headers={"Accept": "application/json, text/event-stream"}) as http:

            def ask(n: int, tool: str, arguments: dict[str, Any], path: str = "") -> Any:
                body = {
                    "jsonrpc": "2.0",
                    "id": 1,
                    "method": "tools/call",
                    "params": {"name": tool, "arguments": arguments},
                }
                answer = http.post(server.url + path, json=body, headers={"Authorization": f"Bearer {keys[n]}"})
                if answer.status_code != 200:
                    return {"status": answer.status_code, "text": answer.text}
                data = next(line for line in answer.text.splitlines() if line.startswith("data: "))
                return json.loads(data.removeprefix("data: "))["result"]

            added = [ask(n, "add_memory", {"text": f"secret of u{n}", "infer": False}) for n in range(KEYS)]
            events = [each["structuredContent"]["event_id"] for each in added]
            ids = [each["structuredContent"]["results"][0]["id"] for each in added]
            for n in range(KEYS):
                other = (n + 1) % KEYS
                for tool, arguments in FOREIGN:
                    named = json.loads(
                        json.dumps(arguments).replace("{id}", ids[other]).replace("{event}", events[other])
                    )
                    unknown = json.loads(json.dumps(arguments).replace("{id}", "x").replace("{event}", "x"))
                    found, nothing = ask(n, tool, named), ask(n, tool, unknown)
                    assert found["isError"]
                    # What is not theirs is answered as what does not exist.
                    said, as_unknown = (each["content"][0]["text"] for each in (found, nothing))
                    assert said.replace(ids[other], "x").replace(events[other], "x") == as_unknown
                for tool, arguments in WIDE:
                    named = json.loads(json.dumps(arguments).replace("{id}", ids[other]))
                    text = json.dumps(ask(n, tool, named))
                    assert not [
                        each for each in range(KEYS) if each != n and f"secret of u{each}\\" in text.replace('"', "\\")
                    ]
                    assert ids[other] not in text
                assert ask(n, "get_memories", {}, f"?user_id=u{other}")["status"] == 404
            for n in range(0, KEYS, 2):
                assert ask(n, "delete_all_memories", {})["structuredContent"] == {"deleted": 1}
        left = {row["memory"] for row in server.client.get_all()}
        assert left == {f"secret of u{n}" for n in range(1, KEYS, 2)}
    finally:
        server.close()
