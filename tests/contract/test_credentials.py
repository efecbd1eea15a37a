"""Credentials are not remembered: not as facts, not as what was said, not in errors or logs; a client may keep them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import ExtractionError, MemoryClient, OpenAISettings
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM, as_said, said

SECRET = "hunter2-Blue"
TALK = [
    {"role": "user", "content": f"I live in Boston and my wifi password is {SECRET}."},
    {"role": "assistant", "content": f"Noted: {SECRET}."},
]


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as found:
        yield found


def everything(client: MemoryClient) -> str:
    """All that a store holds, and all ways to read it."""
    ids = {"user_id": "u"}
    rows = client.get_all(**ids)
    exported = io.StringIO()
    client.export_jsonl(exported)
    shown: list[Any] = [exported.getvalue(), rows, [client.history(row["id"]) for row in rows]]
    for query in ("wifi password", "Boston"):
        shown.append(client.search(query, explain=True, messages=True, output_format="v1.1", **ids))
        shown.append(client.context(query, explain=True, **ids))
    return json.dumps([shown, client.entities(**ids), client.relations(**ids)])


def test_neither_fact_nor_message_holds_it(store: StoreUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        told = client.add(TALK, user_id="u", explain=True)
        assert [row["memory"] for row in told["results"]] == ["Lives in Boston"]
        assert told["explain"]["secrets"] == 1
        shown = everything(client)
        assert SECRET not in shown + json.dumps(told) + caplog.text
        assert "my wifi password is [credential left out]." in shown
        # Given again, it is known.
        assert client.add(TALK, user_id="u", explain=True)["explain"]["settled"] == 2
        many = client.add_many([{"messages": TALK, "user_id": "v"}], explain=True)
        assert many["results"][0]["explain"]["secrets"] == 1
        # What only holds one leaves nothing behind.
        assert client.add(f"My password is {SECRET}.", user_id="w")["results"] == []
        assert client.add(f"My password is {SECRET}.", user_id="w", dry_run=True)["explain"]["secrets"] == 1
        assert SECRET not in everything(client)


def test_a_client_may_keep_them(store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with MemoryClient(**store.settings, llm="offline", embedder="local", secrets="keep") as client:
        told = client.add(TALK, user_id="u", explain=True)
        assert SECRET in json.dumps(told["results"])
        assert told["explain"]["secrets"] == 0
    monkeypatch.setenv("GRAPHMEM_SECRETS", "keep")
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        assert SECRET in json.dumps(client.add(TALK, user_id="v"))


def test_what_is_stored_as_given_stays_as_it_is(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        row = client.add(f"My password is {SECRET}.", user_id="u", infer=False)["results"][0]
        assert SECRET in row["memory"]
        assert "hunter3" in client.update(row["id"], "My password is hunter3.")["memory"]


def test_no_model_gets_it(store: StoreUnderTest, server: ScriptedLLM) -> None:
    server.rule(lambda body: json.dumps(as_said(body)))
    model = OpenAISettings("scripted", server.base_url)
    with MemoryClient(**store.settings, llm=model, embedder="local") as client:
        told = client.add(
            [{"role": "user", "content": "I live in Boston."}, {"role": "user", "content": f"My PIN is 4821, my password {SECRET}."}],
            user_id="u",
            explain=True,
        )  # fmt: skip
        assert [row["memory"] for row in told["results"]] == ["I live in Boston."]
        assert told["explain"]["secrets"] == 2
        sent = json.dumps([request.body for request in server.requests])
        assert "I live in Boston" in sent
        assert SECRET not in sent + everything(client)
        assert "4821" not in sent + everything(client)


def fact(text: str, **more: Any) -> dict[str, Any]:
    return {"messages": [1], "quote": "I live in Boston", "text": text, "about": "user", "when": "", "categories": [],
            "entities": [], "relations": [], **more}  # fmt: skip


@pytest.mark.parametrize(
    "made_up",
    [
        fact(f"Lives in Boston, password is {SECRET}"),
        fact("Lives in Boston", entities=[{"name": "ghp_" + "a1B2" * 9, "type": "thing"}]),
        fact("Lives in Boston", relations=[{"source": "user", "relationship": "has PIN", "target": "4821",
                                            "since": "", "until": ""}]),
    ],
)  # fmt: skip
def test_a_model_that_tells_one_is_not_believed(server: ScriptedLLM, made_up: dict[str, Any]) -> None:
    """It may stand in an older part of the conversation, or be guessed."""
    server.rule(lambda _: json.dumps({"facts": [made_up]}))
    with MemoryClient(":memory:", llm=OpenAISettings("scripted", server.base_url), embedder="local") as client:
        told = client.add("I live in Boston.", user_id="u", explain=True)
        assert (told["results"], told["explain"]["secrets"]) == ([], 1)
        # It was no mistake to ask about again.
        assert len(server.requests) == 1


def test_an_update_does_not_merge_one_in(server: ScriptedLLM) -> None:
    def answer(body: dict[str, Any]) -> str:
        asked = as_said(body)
        for decision in asked.get("decisions", ()):
            decision.update(
                event="UPDATE",
                known=1,
                text="The wifi router stands in the hall by the door beside the coats, pw: hunter2",
            )
        return json.dumps(asked)

    server.rule(answer)
    with MemoryClient(":memory:", llm=OpenAISettings("scripted", server.base_url), embedder="local") as client:
        client.add("The wifi router stands in the hall", user_id="u", infer=False)
        told = client.add("The wifi router stands in the hall by the door beside the coats", user_id="u", explain=True)
        assert [row["event"] for row in told["results"]] == ["ADD"]
        assert told["explain"]["secrets"] == 1
        assert "hunter2" not in everything(client)


def test_errors_do_not_tell_it(server: ScriptedLLM) -> None:
    server.rule(lambda _: said("no JSON"))
    with MemoryClient(":memory:", llm=OpenAISettings("scripted", server.base_url), embedder="local") as client:
        with pytest.raises(ExtractionError) as caught:
            client.add(TALK, user_id="u")
        assert SECRET not in repr(caught.value)
