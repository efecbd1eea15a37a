"""Messages in the shapes that chat APIs and their packages use: what is text is read, the rest is passed over and counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from openai.types.chat import ChatCompletionMessage

from graphmem import MemoryClient, ValidationError
from graphmem.dialect import messages
from graphmem.model.memory import Message
from tests.conftest import StoreUnderTest


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("hi", [Message("user", "hi")]),
        (" hi\n", [Message("user", " hi\n")]),
        ({"role": "assistant", "content": "hi", "name": " Bob ", "tool_calls": []}, [Message("assistant", "hi", "Bob")]),
        (MappingProxyType({"role": "system", "content": "hi", "name": None}), [Message("system", "hi")]),
        (({"role": "user", "content": "a"}, {"role": "tool", "content": "b"}), [Message("user", "a"), Message("tool", "b")]),
        ([{"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b"}]}], [Message("user", "a\nb")]),
        ([{"role": "tool", "content": {"type": "text", "text": "a"}}], [Message("tool", "a")]),
        ([{"role": "user", "content": "a", "name": "x" * 256}], [Message("user", "a", "x" * 256)]),
    ],
)  # fmt: skip
def test_messages_come_in_several_shapes(given: Any, expected: list[Message]) -> None:
    assert messages.read(given) == (tuple(expected), 0)


HI = {"role": "user", "content": "hi"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "messages is empty: give at least one message"),
        ((), "messages is empty"),
        ({}, "messages[0].role must be one of system, user, assistant, tool, developer, function, not None"),
        ("\ud800", "messages[0].content contains half a surrogate pair at character 0"),
        (None, "messages must be a string, a message or a list of messages, not null"),
        (5, "a list of messages, not int"),
        (b"hi", "a list of messages, not bytes"),
        ({"a set"}, "a list of messages, not set"),
        (iter([HI]), "a list of messages, not list_iterator"),
        (["hi"], "messages[0] must be an object with role and content, not str"),
        ([HI, None], "messages[1] must be an object with role and content, not null"),
        ([HI, [HI]], "messages[1] must be an object with role and content, not list"),
        ([HI, {"role": "robot", "content": "b"}], "messages[1].role must be one of system, user, assistant, tool, dev"),
        ([{"role": "User", "content": "b"}], "messages[0].role must be one of"),
        ([{"role": ["user"], "content": "b"}], "messages[0].role must be one of"),
        ([{"content": "a"}], "messages[0].role must be one of"),
        ([HI, {"role": "user", "content": 5}], "messages[1].content must be a string, a part or a list of them, not int"),
        ([{"role": "user", "content": [{"text": 5}]}], "messages[0].content[0].text must be a string, not int"),
        ([{"role": "user", "content": "a\ud800"}], "messages[0].content contains half a surrogate pair at character 1"),
        ([{"role": "user", "content": [5]}], "messages[0].content[0] must be a string or a part"),
        ([{"role": "user", "content": b"a"}], "messages[0].content must be a string, a part or a list of them, not bytes"),
        ([HI, type(HI)], "messages[1] must be an object with role and content, not type"),
        ([{"role": "user", "content": [{"type": ["text"], "text": "a"}]}], "messages[0].content[0].type must be a string, not list"),
        ([{**HI, "name": ""}], "messages[0].name is blank"),
        ([{**HI, "name": 5}], "messages[0].name must be a string, not int"),
        ([{**HI, "name": "x" * 257}], "messages[0].name has 257 characters; at most 256 are allowed"),
        ([{**HI, "name": "\ud800"}], "messages[0].name contains half a surrogate pair"),
    ],
)  # fmt: skip
def test_malformed_messages_are_named(given: Any, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        messages.read(given)
    assert says in str(caught.value)


@dataclass
class Dumped:
    """An object of a chat package."""

    fields: Any

    def model_dump(self) -> Any:
        return self.fields


A, B, SYSTEM = Message("user", "a"), Message("tool", "b", "f"), Message("system", "a")
TOOL_CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:,"}}
THOUGHT = {"type": "thinking", "thinking": "hm", "text": "hm"}


@pytest.mark.parametrize(
    ("given", "expected", "passed_over"),
    [
        ([HI, {"role": "assistant", "content": None, "tool_calls": [TOOL_CALL]}], [Message("user", "hi")], 1),
        ([HI, {"role": "assistant", "tool_calls": [TOOL_CALL]}], [Message("user", "hi")], 1),
        ([HI, {"role": "tool", "tool_call_id": "c1", "content": ""}, {"role": "user", "content": " \n"}], [Message("user", "hi")], 2),
        ([HI, {"role": "user", "content": []}], [Message("user", "hi")], 1),
        ([{"role": "user", "content": ({"type": "text", "text": ""}, {"text": "a"})}], [A], 1),
        ([HI, {"role": "user", "content": PICTURE}], [Message("user", "hi")], 1),
        ([{"role": "user", "content": [{"type": "text", "text": "a"}, PICTURE, PICTURE]}], [A], 2),
        ([{"role": "user", "content": ["a", {"type": "input_text", "text": "b"}, {"type": "input_audio"}]}], [Message("user", "a\nb")], 1),
        ([{"role": "user", "content": [THOUGHT, {"type": "output_text", "text": "a"}, {"type": "tool_use"}]}], [A], 2),
        ([{"role": "user", "content": [{"type": "text", "text": {"value": "a", "annotations": []}}]}], [A], 0),
        ([{"role": "user", "content": [{"type": None, "text": "a"}]}], [A], 0),
        ([{"role": "developer", "content": "a"}, {"role": "function", "name": "f", "content": "b"}], [SYSTEM, B], 0),
        (Dumped({"role": "user", "content": "a", "refusal": None}), [A], 0),
        ([Dumped({"role": "user", "content": [Dumped({"type": "text", "text": "a"}), Dumped({"type": "file"})]})], [A], 1),
        ([HI, {"type": "reasoning", "summary": []}, {"type": "function_call", "name": "f", "arguments": "{}"}], [Message("user", "hi")], 2),
        ([HI, {"type": "function_call_output", "call_id": "1", "output": "b"}], [Message("user", "hi"), Message("tool", "b")], 0),
        ([HI, Dumped({"type": "web_search_call", "status": "completed"})], [Message("user", "hi")], 1),
        ([{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]}], [A], 0),
        ([{"role": "user", "content": [{"type": "text", "text": None}, {"type": "text", "text": "a"}]}], [A], 1),
        ([{"role": "user", "content": [None, {"type": "text", "text": "a"}]}], [A], 1),
        ([HI, {"type": "mcp_approval_response", "approve": True, "approval_request_id": "1"}], [Message("user", "hi")], 1),
        ([ChatCompletionMessage(role="assistant", content="a"), HI], [Message("assistant", "a"), Message("user", "hi")], 0),
        ([ChatCompletionMessage(role="assistant", content=None), HI], [Message("user", "hi")], 1),
    ],
)  # fmt: skip
def test_what_is_no_text_is_passed_over(given: Any, expected: list[Message], passed_over: int) -> None:
    assert messages.read(given) == (tuple(expected), passed_over)


def test_members_of_enumerations_are_read_as_their_values() -> None:
    """Some chat packages have roles of this kind; a prompt would show "Role.USER"."""

    class Role(str, Enum):
        USER = "user"

    [read], _ = messages.read(Dumped({"role": Role.USER, "content": np.str_("hi"), "name": np.str_("Bob")}))
    assert read == Message("user", "hi", "Bob")
    assert {type(each) for each in (read.role, read.content, read.name)} == {str}


@pytest.mark.parametrize(
    "given",
    ["", " ", [{"role": "user", "content": None}], {"role": "user", "content": [PICTURE]}, [{"role": "tool"}] * 3],
)
def test_nothing_to_read_is_an_error(given: Any) -> None:
    with pytest.raises(ValidationError, match="messages hold no text"):
        messages.read(given)


def test_a_conversation_of_an_agent_is_remembered(store: StoreUnderTest) -> None:
    talk = [
        {"role": "user", "content": [{"type": "text", "text": "I like green tea."}, PICTURE]},
        {"role": "assistant", "content": None, "tool_calls": [TOOL_CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "18 degrees"},
        ChatCompletionMessage(role="assistant", content="It is 18 degrees."),
    ]
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        told = client.add(talk, user_id="u", explain=True)
        assert [row["memory"] for row in told["results"]] == ["Likes green tea"]
        assert told["explain"]["passed_over"] == 2
        many = client.add_many([{"messages": talk, "user_id": "v"}], explain=True, infer=False)
        assert [row["memory"] for row in many["results"][0]["results"]] == [
            "I like green tea.",
            "18 degrees",
            "It is 18 degrees.",
        ]
        assert many["results"][0]["explain"]["passed_over"] == 2
        # Without explain, nothing of it is told.
        assert "explain" not in client.add(talk, user_id="w")
