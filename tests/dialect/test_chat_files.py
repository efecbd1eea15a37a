"""Files of chats and memories that other programs write: what is read of each form, what is passed over, and what is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, ValidationError, read_chats
from tests.conftest import StoreUnderTest


def node(
    id: str, parent: str | None, role: str = "", text: Any = "", children: Any = (), **more: Any
) -> dict[str, Any]:
    """A node of ChatGPT's tree."""
    content = {"content_type": "text", "parts": [text]} if isinstance(text, str) else text
    message = {
        "id": id,
        "author": {"role": role},
        "content": content,
        "create_time": 1772355720.5,
        "recipient": "all",
        **more,
    }
    return {"id": id, "message": message if role else None, "parent": parent, "children": list(children)}  # fmt: skip


PICTURE = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
TREE = {
    "root": node("root", None, children=["hidden"]),
    "hidden": node("hidden", "root", "system", "You are helpful.", ["ask"], metadata={"is_visually_hidden_from_conversation": True}),
    "ask": node("ask", "hidden", "user", "I live in Lisbon.", ["old", "new"]),
    "old": node("old", "ask", "assistant", "An answer that was replaced."),
    "new": node("new", "ask", "assistant", "Nice city!", ["code"]),
    "code": node("code", "new", "assistant", {"content_type": "code", "text": "search('x')"}, ["look"], recipient="browser"),
    "look": node("look", "code", "user", {"content_type": "multimodal_text", "parts": [PICTURE, "This is my cat Tom."]}, ["think"]),
    "think": node("think", "look", "assistant", {"content_type": "thoughts", "thoughts": []}),
}  # fmt: skip
CHATGPT = {"title": "Cats", "create_time": 1772355000.0, "mapping": TREE, "current_node": "think"}
SAID = [("user", "I live in Lisbon."), ("assistant", "Nice city!"), ("user", "This is my cat Tom.")]
TURNS = [("user", "I live in Lisbon."), ("assistant", "Nice city!")]
HUMAN = [{"from": "human", "value": "I live in Lisbon."}, {"from": "gpt", "value": "Nice city!"}]
LC = ("HumanMessage", "AIMessage")

# The file, its form, what was said in it, and how much was passed over.
CHAT_ROWS = [
    {"sender": "human", "text": "I live in Lisbon.", "content": [{"type": "text", "text": "I live in Lisbon."}]},
    {"sender": "assistant", "text": "Nice city!", "content": [], "created_at": "2026-03-01T09:01:00Z"},
]
TALK = "Anna: I live in Lisbon.\nassistant: Nice city!"
READ: dict[str, tuple[Any, str, list[tuple[str, str]], int]] = {
    "ChatGPT": ([CHATGPT], "ChatGPT's export", SAID, 3),
    "ChatGPT, one": (CHATGPT, "ChatGPT's export", SAID, 3),
    "ChatGPT, no current node": ([{**CHATGPT, "current_node": None}], "ChatGPT's export", SAID, 3),
    "ChatGPT, two": ([CHATGPT, CHATGPT], "ChatGPT's export", SAID * 2, 6),
    "Claude": (
        [{"name": "Cats", "chat_messages": CHAT_ROWS}], "Claude's export", TURNS, 0),
    "ShareGPT": ([{"id": "1", "conversations": HUMAN}], "ShareGPT", TURNS, 0),
    "ShareGPT, one": ({"conversations": HUMAN}, "ShareGPT", TURNS, 0),
    "ShareGPT, tools": (
        [{"conversations": [*HUMAN, {"from": "function_call", "value": "{}"}, {"from": "observation", "value": "18 degrees"}]}],
        "ShareGPT", [*TURNS, ("tool", "18 degrees")], 1),
    "bare from and value": (HUMAN, "messages", TURNS, 0),
    "human and ai": (
        [{"role": "human", "content": "I live in Lisbon."}, {"role": "ai", "content": "Nice city!"}], "messages", TURNS, 0),
    "LangChain's types": (
        [{"type": "human", "content": "I live in Lisbon."}, {"type": "ai", "content": "Nice city!", "tool_calls": []}],
        "messages", TURNS, 0),
    "LangChain's dicts": (
        [{"type": "human", "data": {"content": "I live in Lisbon."}}, {"type": "ai", "data": {"content": "Nice city!"}}],
        "messages", TURNS, 0),
    "LangChain, serialised": (
        [{"lc": 1, "type": "constructor", "id": ["langchain", "schema", name], "kwargs": {"content": text, "type": kind}}
         for name, kind, text in zip(LC, ("human", "ai"), ("I live in Lisbon.", "Nice city!"), strict=True)],
        "messages", TURNS, 0),
    "conversations of messages": (
        [{"messages": [{"role": "user", "content": "I live in Lisbon."}]}, {"messages": [{"role": "assistant", "content": "Nice city!"}]}],
        "messages", TURNS, 0),
    "tool calls": (
        [{"role": "user", "content": "I live in Lisbon."}, {"role": "assistant", "content": None, "tool_calls": [{}]},
         {"role": "assistant", "content": [{"type": "text", "text": "Nice city!"}, {"type": "image_url", "image_url": {}}]}],
        "messages", TURNS, 2),
    "Mem0, all": (
        {"results": [{"id": "1", "memory": "Lives in Lisbon", "user_id": "anna"}, {"id": "2", "memory": "", "user_id": "anna"}]},
        "Mem0's memories", [("user", "Lives in Lisbon")], 1),
    "Mem0, a list": ([{"id": "1", "memory": "Lives in Lisbon"}], "Mem0's memories", [("user", "Lives in Lisbon")], 0),
    "Mem0, an export": ({"memories": [{"memory": "Lives in Lisbon"}]}, "Mem0's memories", [("user", "Lives in Lisbon")], 0),
    "Graphiti": (
        {"episodes": [
            {"name": "1", "content": TALK, "source": "message", "valid_at": "2026-03-01T09:00:00Z"},
            {"name": "2", "content": '{"a": 1}', "source": "json", "source_description": "log"}]},
        "Graphiti's episodes", TURNS, 1),
    "Graphiti, a list": (
        [{"name": "1", "episode_body": "I live in Lisbon.", "source": "text", "reference_time": "2026-03-01T09:00:00Z"}],
        "Graphiti's episodes", TURNS[:1], 0),
    "Graphiti's server": (
        [{"content": "Anna(user): I live in Lisbon.\nRobo(assistant): Nice city!", "source": "message", "source_description": ""}],
        "Graphiti's episodes", TURNS, 0),
}  # fmt: skip


@pytest.mark.parametrize(("document", "form", "said", "passed_over"), READ.values(), ids=READ)
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_each_form_is_recognised_and_read(
    tmp_path: Path, suffix: str, document: Any, form: str, said: list[tuple[str, str]], passed_over: int
) -> None:
    file = tmp_path / f"file.{suffix}"
    if suffix == "json":
        file.write_text(json.dumps(document, indent=1), encoding="utf-8")
    else:
        rows = document if isinstance(document, list) else [document]
        if len(rows) == 1 and not set(rows[0]).isdisjoint({"episodes", "memories", "results"}):
            [rows] = rows[0].values()
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = read_chats(file)
    assert (found.form, found.passed_over) == (form, passed_over)
    turns = [message for each in found.conversations for message in each["messages"]]
    assert [(turn["role"], turn["content"]) for turn in turns] == said


def test_times_names_and_options_are_kept(tmp_path: Path) -> None:
    def read(document: Any) -> list[dict[str, Any]]:
        (tmp_path / "x.json").write_text(json.dumps(document), encoding="utf-8")
        return read_chats(tmp_path / "x.json").conversations

    [chat] = read([CHATGPT])
    assert chat["timestamp"].isoformat() == "2026-03-01T09:02:00.500000+00:00"
    [episode] = read(READ["Graphiti"][0])
    assert episode["timestamp"].isoformat() == "2026-03-01T09:00:00+00:00"
    assert episode["messages"][0]["name"] == "Anna"
    [served] = read(READ["Graphiti's server"][0])
    assert [each.get("name") for each in served["messages"]] == ["Anna", "Robo"]
    row = {"memory": "Likes tea", "user_id": "anna", "agent_id": None, "metadata": {"a": 1}, "categories": ["food"],
           "created_at": "2024-07-01T00:00:00-07:00", "hash": "x", "immutable": True, "expiration_date": None}  # fmt: skip
    [first, second] = read([row, {**row, "metadata": None, "user_id": None, "run_id": "r"}])
    assert first["timestamp"].isoformat() == "2024-07-01T07:00:00+00:00"
    del first["timestamp"], second["timestamp"]
    said = [{"role": "user", "content": "Likes tea"}]
    assert first == {
        "messages": said,
        "infer": False,
        "metadata": {"a": 1},
        "categories": ["food"],
        "immutable": True,
        "user_id": "anna",
    }
    assert second == {"messages": said, "infer": False, "categories": ["food"], "immutable": True, "run_id": "r"}  # fmt: skip


def test_conversations_are_not_read_together(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps([{"conversations": HUMAN * 15}, {"conversations": HUMAN}]), encoding="utf-8")
    assert [len(each["messages"]) for each in read_chats(file).conversations] == [19, 11, 2]
    assert [len(each["messages"]) for each in read_chats(file, window=30).conversations] == [30, 2]
    with pytest.raises(ValidationError, match="window must be a whole number"):
        read_chats(file, window=0)


def test_what_was_read_is_remembered(store: StoreUnderTest, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        file.write_text(json.dumps([CHATGPT]), encoding="utf-8")
        client.add_many(read_chats(file).conversations, user_id="anna")
        assert "Lives in Lisbon" in [row["memory"] for row in client.get_all(user_id="anna")]
        file.write_text(json.dumps(READ["Mem0, all"][0]), encoding="utf-8")
        client.add_many(read_chats(file).conversations)
        assert len(client.get_all(user_id="anna", keywords="Lives in Lisbon")) == 1


def hostile() -> Iterator[Any]:
    """Files that are none of the forms, or nearly: with what they should hold replaced by something else."""
    chance = random.Random(7)
    wrong = [None, 5, "x", [], {}, [None], {"a": 1}, True, 1e400, "\ud800", "\0", [[[]]], -1, {"role": "user"}]
    for document, *_ in READ.values():
        for _ in range(6):
            spoiled = json.loads(json.dumps(document))
            holders = [each for each in _holders(spoiled) if each]
            holder = chance.choice(holders)
            place = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            holder[place] = chance.choice(wrong)
            yield spoiled
    loop = {"a": {**node("a", "b", "user", "x", ["b"])}, "b": {**node("b", "a", "user", "y", ["a"])}}
    yield from ({"mapping": loop}, [{"mapping": loop, "current_node": "a"}], {"mapping": {}}, {"mapping": {"a": None}})
    yield from (
        {"chat": []},
        [],
        "x",
        5,
        None,
        [5],
        [[]],
        {"conversations": [5]},
        {"conversations": []},
        {"messages": [None]},
    )
    yield [{"memory": "x", "user_id": "\0"}]
    yield [{"memory": "x", "user_id": "u", "metadata": {"user_id": {"a": [[["x"] * 3] * 3] * 3}}}]
    yield [{"memory": "x", "user_id": "u", "created_at": "0001-01-01T00:00:00+14:00"}]
    yield [{"memory": "x", "user_id": "u", "expiration_date": float("nan")}]
    yield [{"role": "user", "content": "x", "timestamp": float("inf")}]


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from _holders(each)


def test_a_hostile_file_is_read_or_refused_in_our_words(tmp_path: Path) -> None:
    read = refused = 0
    documents = list(hostile())
    assert len(documents) > 100
    for n, document in enumerate(documents):
        file = tmp_path / f"{n}.json"
        # Lone surrogates as they come in JSON: escaped.
        file.write_text(json.dumps(document), encoding="utf-8")
        try:
            read_chats(file)
        except ValidationError as error:
            refused += str(file) in str(error)
            continue
        read += 1
    assert read + refused == len(documents)
    assert refused > 20


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '[{"role": "user", "content": ' * 5_000, '{"mapping": ' * 3_000, "\x00", "nan", "{", "\n[\n"],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    for suffix in ("json", "jsonl"):
        file = tmp_path / f"x.{suffix}"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValidationError, match=r"x\.json"):
            read_chats(file)


def test_a_mixed_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps([CHATGPT, {"conversations": HUMAN}]), encoding="utf-8")
    with pytest.raises(ValidationError, match="conversation 2 is none of ChatGPT's export"):
        read_chats(file)
