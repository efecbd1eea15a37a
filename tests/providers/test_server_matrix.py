"""Every way in which a model's server may refuse, tried on every call that asks it: it works, and a second call costs one request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, read_chats
from tests.providers.test_model_servers import LIMITED, SERVERS, answered, settings
from tests.tools.scripted_llm import CHAT, EMBEDDINGS, ScriptedLLM, said

CHATS = dict(list(SERVERS.items())[:12])
EMBEDDERS = {
    name: LIMITED[name] for name in list(LIMITED) if name not in ("1 inputs", "64 inputs", "100 inputs", "128 inputs")
}
FIRST, SECOND = "I own a red boat.", "My sister plays chess."


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as found:
        yield found


def read(client: MemoryClient, text: str, folder: Path, user: str) -> None:
    file = folder / "chat.json"
    file.write_text(json.dumps([{"role": "human", "content": text}]), encoding="utf-8")
    client.add_many(read_chats(file).conversations, user_id=user)


# A call → how it is made about a text, for a user of its own. `update` and `search` are about what is there already.
CALLS: dict[str, Callable[[MemoryClient, str, Path, str], Any]] = {
    "add": lambda client, text, _, user: client.add(text, user_id=user),
    "add_many": lambda client, text, _, user: client.add_many([text], user_id=user),
    "import": read,
    "search": lambda client, text, _, __: client.search(text),
    "update": lambda client, text, _, __: client.update(client.get_all(user_id="there")[0]["id"], text),
}


@pytest.mark.thorough
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("refuse", CHATS.values(), ids=CHATS)
def test_a_chat_server(server: ScriptedLLM, tmp_path: Path, refuse: Any, call: str) -> None:
    server.rule(lambda body: refuse(body) or said(json.dumps(answered(body))))
    asked = [*_asked_twice(server, CHAT, call, tmp_path, llm=settings(server), embedder="local")]
    # A search and an update ask no language model.
    assert asked[1] == (0 if call in ("search", "update") else 1)


@pytest.mark.thorough
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("refuse", EMBEDDERS.values(), ids=EMBEDDERS)
def test_an_embedding_server(server: ScriptedLLM, tmp_path: Path, refuse: Any, call: str) -> None:
    server.embedding_rule(refuse)
    asked = [*_asked_twice(server, EMBEDDINGS, call, tmp_path, llm="offline", embedder=settings(server))]
    assert asked[1] == 1


def _asked_twice(server: ScriptedLLM, path: str, call: str, folder: Path, **parts: Any) -> Iterator[int]:
    """How many requests each of two calls makes. The first may be refused until the server is known."""
    with MemoryClient(":memory:", **parts) as client:
        client.add("Something that is there already.", user_id="there", infer=False)
        for number, text in enumerate((FIRST, SECOND)):
            before = len(server.requests)
            CALLS[call](client, text, folder, f"user {number}")
            yield sum(request.path == path for request in server.requests[before:])
        if call not in ("search", "update"):
            assert len(client.get_all()) == 3
