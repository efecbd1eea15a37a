"""Every tool, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError

from graphmem import MemoryClient
from graphmem.model.memory import SCOPE_FIELDS
from graphmem.server.mcp.connection import Rights
from tests.server.mcp import refused, talk, told

READING = {
    "search_memories",
    "context",
    "get_memory",
    "get_memories",
    "memory_history",
    "list_entities",
    "relations",
    "paths",
    "search",
    "fetch",
}
WRITING = {"add_memory", "update_memory", "delete_memory", "get_event_status"}
SAID = "I work at Google. My sister Anna lives in Berlin."


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


def test_which_tools_there_are_depends_on_the_rights() -> None:
    def they_are(expected: set[str]) -> Any:
        async def look(client: Client) -> None:
            assert await names(client) == expected

        return look

    talk(they_are(READING | WRITING))
    talk(they_are(READING), rights=Rights(write=False))
    talk(they_are(READING), rights=Rights(write=False, delete_all=True))
    talk(they_are(READING | WRITING | {"delete_all_memories"}), rights=Rights(delete_all=True))


def test_what_is_not_listed_can_not_be_called() -> None:
    async def try_it(client: Client) -> None:
        assert "there is no tool 'add_memory'" in refused(await client.call_tool("add_memory", {"text": SAID}))
        assert "there is no tool 'delete_all_memories'" in refused(await client.call_tool("delete_all_memories", {}))

    talk(try_it, rights=Rights(write=False))


def test_tools_are_described_for_models_and_for_those_who_ask_before_they_are_used() -> None:
    async def look(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert tool.description, tool.name
            assert tool.title, tool.name
            assert "  " not in tool.description, tool.name
            assert tool.annotations.read_only_hint == (tool.name in READING | {"get_event_status"}), tool.name
            deletes = tool.name in ("update_memory", "delete_memory", "delete_all_memories")
            assert tool.annotations.destructive_hint == deletes, tool.name
            assert tool.output_schema["type"] == "object", tool.name
            assert tool.input_schema["additionalProperties"] is False, tool.name
            # Whose memories these are is the connection's to say.
            assert not set(tool.input_schema.get("properties", {})) & set(SCOPE_FIELDS), tool.name

    talk(look, rights=Rights(delete_all=True))


def test_remember_search_change_and_delete() -> None:
    async def use(client: Client) -> None:
        added = told(await client.call_tool("add_memory", {"text": SAID, "metadata": {"source": "chat"}}))
        assert added["status"] == "SUCCEEDED"
        assert [row["event"] for row in added["results"]] == ["ADD", "ADD"]
        again = told(await client.call_tool("add_memory", {"text": SAID}))
        assert {row["event"] for row in again["results"]} == {"NONE"}
        assert told(await client.call_tool("get_event_status", {"event_id": again["event_id"]})) == again

        found = told(await client.call_tool("search_memories", {"query": "Where does Anna live?", "limit": 1}))
        [hit] = found["results"]
        assert (hit["user_id"], hit["metadata"]) == ("alex", {"source": "chat"})
        assert "Berlin" in hit["memory"]
        assert 0 < hit["score"] <= 1
        by_source = {"query": "Anna", "filters": {"metadata": {"source": "elsewhere"}}}
        assert told(await client.call_tool("search_memories", by_source)) == {"results": []}
        assert "Berlin" in told(await client.call_tool("context", {"query": "Where is Anna?"}))["context"]

        id = hit["id"]
        changed = told(await client.call_tool("update_memory", {"memory_id": id, "text": "Sister Anna lives in Rome"}))
        assert changed["memory"] == "Sister Anna lives in Rome"
        assert changed["metadata"] == {"source": "chat"}
        assert told(await client.call_tool("get_memory", {"memory_id": id})) == changed
        history = told(await client.call_tool("memory_history", {"memory_id": id}))["results"]
        assert [row["event"] for row in history] == ["ADD", "UPDATE"]
        assert history[0]["said"] == [f"user: {SAID}"]
        assert history[1]["old_memory"] == hit["memory"]

        page = told(await client.call_tool("get_memories", {"page": 2, "page_size": 1}))
        assert (page["count"], page["page"], page["pages"], len(page["results"])) == (2, 2, 2, 1)
        assert told(await client.call_tool("delete_memory", {"memory_id": id})) == {"deleted": 1}
        assert "no memory" in refused(await client.call_tool("get_memory", {"memory_id": id}))
        assert told(await client.call_tool("get_memories", {}))["count"] == 1
        assert told(await client.call_tool("delete_all_memories", {})) == {"deleted": 1}

    talk(use, rights=Rights(delete_all=True))


def test_the_graph_can_be_asked() -> None:
    async def ask(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": f"{SAID} My friend Ben works at Google."}))
        entities = told(await client.call_tool("list_entities", {"limit": 2}))
        assert entities["count"] > len(entities["results"]) == 2
        assert entities["results"][0] == {"name": "user", "type": "person", "memories": 3}
        [one] = told(await client.call_tool("list_entities", {"names": ["ANNA"]}))["results"]
        assert one["name"] == "Anna"
        asked = {"subject": "Anna", "relationship": "lives_in"}
        [lives] = told(await client.call_tool("relations", asked))["results"]
        assert (lives["source"], lives["target"]) == ("Anna", "Berlin")
        paths = told(await client.call_tool("paths", {"a": "Anna", "b": "Google"}))["results"]
        assert {len(path) for path in paths} == {2}
        assert all(step["memory"] for path in paths for step in path)

    talk(ask)


def test_search_and_fetch_have_the_form_that_connectors_know() -> None:
    async def use(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": SAID}))
        found = told(await client.call_tool("search", {"query": "Anna"}))["results"][0]
        assert set(found) == {"id", "title", "url"}
        document = told(await client.call_tool("fetch", {"id": found["id"]}))
        assert {name: document[name] for name in found} == found
        assert document["text"] == f"{found['title']}\n\nWhat was said:\nuser: {SAID}"
        assert "created_at" in document["metadata"]
        # Its address is that of a resource.
        read = await client.read_resource(document["url"])
        assert found["title"] in read.contents[0].text

    talk(use)


def test_a_text_that_is_no_sentence_of_the_user_is_kept_as_it_stands() -> None:
    async def use(client: Client) -> None:
        for text in ("Dark mode in all editors", "Project deadline: 2026-12-24"):
            [row] = told(await client.call_tool("add_memory", {"text": text}))["results"]
            assert (row["memory"], row["event"]) == (text, "ADD")
        # Of a conversation only facts are kept.
        small_talk = [{"role": "user", "content": "Hello there!"}]
        assert told(await client.call_tool("add_memory", {"messages": small_talk}))["results"] == []

    talk(use)


def test_an_agents_own_memory() -> None:
    async def use(client: Client) -> None:
        text = "Deploys need a green build"
        told(await client.call_tool("add_memory", {"text": text}))
        [found] = told(await client.call_tool("get_memories", {}))["results"]
        assert (found["memory"], found["agent_id"]) == (text, "builder")

    talk(use, scope={"agent_id": "builder"})


def test_lists_and_objects_may_come_as_json_text_but_texts_stay_what_they_are() -> None:
    async def use(client: Client) -> None:
        arguments = {
            "messages": '[{"role": "user", "content": "I drive a Tesla."}]',
            "categories": '["cars"]',
            "metadata": '{"n": 1}',
        }
        told(await client.call_tool("add_memory", arguments))
        [found] = told(await client.call_tool("get_memories", {"filters": '{"categories": "cars"}'}))["results"]
        assert found["metadata"] == {"n": 1}
        for text in ("null", "[1, 2]", '{"a": 1}', "42"):
            told(await client.call_tool("add_memory", {"text": text, "infer": False}))
            assert text in {row["memory"] for row in told(await client.call_tool("get_memories", {}))["results"]}
        # Models send null for what they leave out.
        left_out = {"entity": None, "subject": None, "object": None, "relationship": None, "valid_at": None}
        told(await client.call_tool("relations", left_out))

    talk(use)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        (
            "search_memories",
            {"query": "x", "limt": 3},
            "limt is not an argument of search_memories (did you mean limit?)",
        ),
        ("search_memories", {"query": "x", "user_id": "bo"}, "fixed by the connection, so leave it out"),
        ("search_memories", {}, "query: is needed"),
        ("search_memories", {"query": 5}, "query: must be a text, not 5"),
        ("search_memories", {"query": "x", "limit": "many"}, "limit: must be a whole number, not 'many'"),
        ("search_memories", {"query": "x", "limit": 0}, "limit: input should be greater than or equal to 1"),
        ("search_memories", {"query": "x", "categories": "food"}, "categories: must be a list, not 'food'"),
        ("search_memories", {"query": "x", "filters": {"colour": 1}}, "colour: unknown field; allowed are"),
        ("search_memories", {"query": " "}, "query is blank"),
        ("serch_memories", {"query": "x"}, "there is no tool 'serch_memories' (did you mean search_memories?)"),
        ("get_memory", {"memory_id": "nobody"}, "no memory 'nobody'"),
        ("add_memory", {}, "give either text or messages"),
        ("add_memory", {"text": "a", "messages": [{"role": "user", "content": "b"}]}, "give either text or messages"),
        ("add_memory", {"messages": [{"role": "robot", "content": "b"}]}, "messages.0.role: input should be"),
        ("add_memory", {"text": "a", "metadata": {"user_id": "bo"}}, "metadata may not carry user_id"),
        ("add_memory", {"text": "a", "timestamp": "soon"}, "timestamp"),
        ("update_memory", {"memory_id": "x"}, "update needs text, metadata"),
        ("paths", {"a": "Anna", "b": "anna"}, "give the names of two different entities"),
        ("get_event_status", {"event_id": "x"}, "no event 'x'"),
        ("delete_memory", {"memory_id": "x", "all": True}, "it takes memory_id"),
    ],
)
def test_refusals_say_what_to_do(tool: str, arguments: dict[str, Any], says: str) -> None:
    async def try_it(client: Client) -> None:
        told = refused(await client.call_tool(tool, arguments))
        assert says in told
        # Nothing of the machinery that a model could not make sense of.
        assert "pydantic" not in told
        assert "Error executing" not in told

    talk(try_it)


def test_whose_memories_they_are_is_the_connections_to_say(tmp_path: Any) -> None:
    store = str(tmp_path / "memories.db")
    with MemoryClient(store) as owner:
        [secret] = owner.add("I live in Oslo.", user_id="bo")["results"]
        owner.add("My sister Zoe lives in Rome.", user_id="bo")

    async def pry(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": SAID}))
        seen = [
            told(await client.call_tool(tool, arguments))
            for tool, arguments in (
                ("search_memories", {"query": "Where does Zoe live?"}),
                ("search_memories", {"query": "Oslo", "filters": {"OR": [{"user_id": "bo"}, {"user_id": "*"}]}}),
                ("get_memories", {"filters": {"user_id": "bo"}}),
                ("list_entities", {}),
                ("relations", {"entity": "Zoe"}),
                ("relations", {}),
                ("context", {"query": "Where does Zoe live?"}),
                ("search", {"query": "Oslo"}),
            )
        ]
        assert not any(word in str(seen) for word in ("Oslo", "Rome", "Zoe"))
        for tool, name in (
            ("get_memory", "memory_id"),
            ("memory_history", "memory_id"),
            ("update_memory", "memory_id"),
            ("delete_memory", "memory_id"),
            ("fetch", "id"),
        ):
            more = {"text": "mine"} if tool == "update_memory" else {}
            unknown = refused(await client.call_tool(tool, {name: "nobody", **more}))
            assert refused(await client.call_tool(tool, {name: secret["id"], **more})) == unknown.replace(
                "nobody", secret["id"]
            )
        with pytest.raises(MCPError, match="no memory"):
            await client.read_resource(f"graphmem://memories/{secret['id']}")
        assert "Oslo" not in (await client.read_resource("graphmem://memories")).contents[0].text
        assert "Zoe" not in (await client.read_resource("graphmem://entities")).contents[0].text
        told(await client.call_tool("delete_all_memories", {}))

    talk(pry, store=store, rights=Rights(delete_all=True))
    with MemoryClient(store) as owner:
        assert len(owner.get_all(user_id="bo")) == 2
        assert owner.get_all(user_id="alex") == []


def test_a_connection_without_scope_can_not_add() -> None:
    async def try_it(client: Client) -> None:
        assert "bound to no user" in refused(await client.call_tool("add_memory", {"text": SAID}))
        assert "delete_all needs at least one" in refused(await client.call_tool("delete_all_memories", {}))

    talk(try_it, scope={}, rights=Rights(delete_all=True))


def test_resources_and_the_prompt() -> None:
    async def use(client: Client) -> None:
        told(await client.call_tool("add_memory", {"text": SAID}))
        assert {str(row.uri) for row in (await client.list_resources()).resources} == {
            "graphmem://memories",
            "graphmem://entities",
        }
        assert "Berlin" in (await client.read_resource("graphmem://memories")).contents[0].text
        assert "Anna" in (await client.read_resource("graphmem://entities")).contents[0].text
        [prompt] = (await client.list_prompts()).prompts
        made = await client.get_prompt(prompt.name, {"question": "Where does Anna live?"})
        text = made.messages[0].content.text
        assert "Berlin" in text
        assert text.endswith("Where does Anna live?")

    talk(use)


def test_a_failure_that_nobody_foresaw_tells_nothing_of_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        name = "broken"

        def embed(self, texts: Any) -> Any:
            raise RuntimeError("secret path /srv/keys")

        def close(self) -> None:
            pass

    async def use(client: Client) -> None:
        says = refused(await client.call_tool("search_memories", {"query": "x"}))
        assert "secret" not in says

    talk(use, embedder=Broken())
