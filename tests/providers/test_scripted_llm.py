"""The scripted server, tested with the real client."""

from __future__ import annotations

import asyncio
import gc
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from tests.tools.scripted_llm import CHAT, EMBEDDINGS, SCHEMA_UNSUPPORTED, USAGE, Answer, ScriptedLLM, said, vector

ASK: dict[str, Any] = {"model": "any", "messages": [{"role": "user", "content": "Hello"}]}
SCHEMA_FORMAT = {"type": "json_schema", "json_schema": {"name": "any", "schema": {"type": "object"}}}
Ask = Callable[..., Any]


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, llm: ScriptedLLM) -> Ask:
    """Asks for a chat completion, or for embeddings where there is an `input`, with a client of its own."""

    def create(client: Any, body: dict[str, Any]) -> Any:
        if "input" in body:
            return client.embeddings.create(model="any", **body)
        return client.chat.completions.create(**{**ASK, **body})

    def sync(*, retries: int = 0, timeout: float = 10, **body: Any) -> Any:
        with openai.OpenAI(base_url=llm.base_url, api_key="key", max_retries=retries, timeout=timeout) as client:
            return create(client, body)

    async def awaited(*, retries: int = 0, timeout: float = 10, **body: Any) -> Any:
        url = llm.base_url
        async with openai.AsyncOpenAI(base_url=url, api_key="key", max_retries=retries, timeout=timeout) as client:
            return await create(client, body)

    return sync if request.param == "sync" else lambda **body: asyncio.run(awaited(**body))


def test_replies_come_in_order_and_requests_are_kept(llm: ScriptedLLM, ask: Ask) -> None:
    llm.reply("Ünïcode", {"facts": []})
    first, second = ask(temperature=0), ask()
    assert (first.choices[0].message.content, first.choices[0].finish_reason) == ("Ünïcode", "stop")
    assert json.loads(second.choices[0].message.content) == {"facts": []}
    assert first.usage.total_tokens == USAGE["total_tokens"]
    assert [request.path for request in llm.requests] == [CHAT, CHAT]
    assert llm.requests[0].body == {**ASK, "temperature": 0}
    assert llm.requests[0].headers["authorization"] == "Bearer key"


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, openai.AuthenticationError), (429, openai.RateLimitError), (500, openai.InternalServerError)],
)
def test_failures(llm: ScriptedLLM, ask: Ask, status: int, error: type[openai.APIStatusError]) -> None:
    llm.fail(status, "so it was scripted", {"retry-after": "7"})
    with pytest.raises(error, match="so it was scripted") as caught:
        ask()
    assert caught.value.response.headers["retry-after"] == "7"


def test_each_retry_takes_an_answer(llm: ScriptedLLM, ask: Ask) -> None:
    llm.fail(429, headers={"retry-after-ms": "1"}).fail(503, headers={"retry-after-ms": "1"}).reply("at last")
    assert ask(retries=2).choices[0].message.content == "at last"
    assert len(llm.requests) == 3


def test_a_hanging_server_is_timed_out_and_closes_at_once(llm: ScriptedLLM, ask: Ask) -> None:
    llm.hang(60)
    with pytest.raises(openai.APITimeoutError):
        ask(timeout=0.2)
    before = time.monotonic()
    llm.close()
    assert time.monotonic() - before < 10


def test_hanging_up_after_a_while(llm: ScriptedLLM, ask: Ask) -> None:
    llm.hang(0.1)
    with pytest.raises(openai.APIConnectionError):
        ask()


@pytest.mark.parametrize("wire", [b"", b"\x00\xffnonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"])
def test_nonsense_on_the_wire(llm: ScriptedLLM, ask: Ask, wire: bytes) -> None:
    llm.raw(wire)
    with pytest.raises(openai.APIConnectionError):
        ask()


def test_a_page_in_place_of_an_answer(llm: ScriptedLLM, ask: Ask) -> None:
    llm.answer(Answer("<html>bad gateway</html>", 502), Answer("<html>sign in</html>"))
    with pytest.raises(openai.InternalServerError, match="502") as caught:
        ask()
    assert "bad gateway" in caught.value.response.text
    assert ask() == "<html>sign in</html>"


def test_refusal_and_cut_off(llm: ScriptedLLM, ask: Ask) -> None:
    llm.refusal("I won't").cut_off('{"facts": [')
    refused, cut_off = ask().choices[0], ask().choices[0]
    assert (refused.message.content, refused.message.refusal) == (None, "I won't")
    assert (cut_off.message.content, cut_off.finish_reason) == ('{"facts": [', "length")


def test_a_server_without_schemas(llm: ScriptedLLM, ask: Ask) -> None:
    llm.unsupported_schema()
    llm.rule(lambda body: SCHEMA_UNSUPPORTED if body["response_format"]["type"] == "json_schema" else {"ok": True})
    for _ in range(2):
        with pytest.raises(openai.BadRequestError, match="json_schema"):
            ask(response_format=SCHEMA_FORMAT)
    assert ask(response_format={"type": "json_object"}).choices[0].message.content == '{"ok": true}'


def test_a_rule_answers_what_is_not_queued_from_many_threads(llm: ScriptedLLM, ask: Ask) -> None:
    llm.reply("queued").rule(lambda body: body["messages"][0]["content"].upper())
    assert ask().choices[0].message.content == "queued"
    found: dict[str, str] = {}

    def one(text: str) -> None:
        found[text] = ask(messages=[{"role": "user", "content": text}]).choices[0].message.content

    threads = [threading.Thread(target=one, args=(f"text {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {f"text {number}": f"TEXT {number}" for number in range(8)}
    assert len(llm.requests) == 9


def test_a_request_without_an_answer_fails_the_test() -> None:
    def run() -> None:
        with ScriptedLLM() as llm, openai.OpenAI(base_url=llm.base_url, api_key="key") as client:
            with pytest.raises(openai.InternalServerError, match="no answer left"):
                client.chat.completions.create(**ASK)
            assert len(llm.requests) == 1

    with pytest.raises(AssertionError, match="no answer left"):
        run()


def test_a_rule_that_raises_fails_the_test() -> None:
    def run() -> None:
        with ScriptedLLM() as llm, openai.OpenAI(base_url=llm.base_url, api_key="key") as client:
            llm.rule(lambda body: said(body["missing"]))
            with pytest.raises(openai.InternalServerError, match="missing"):
                client.chat.completions.create(**ASK)

    with pytest.raises(AssertionError, match="missing"):
        run()


@pytest.mark.parametrize("settings", [{}, {"encoding_format": "float"}, {"encoding_format": "base64"}])
def test_embeddings(llm: ScriptedLLM, ask: Ask, settings: dict[str, Any]) -> None:
    rows = ask(input=["one", "two"], **settings).data
    if settings.get("encoding_format") == "base64":  # who asks for it by name decodes it
        assert all(isinstance(row.embedding, str) for row in rows)
        return
    assert [row.embedding for row in rows] == [vector("one"), vector("two")]
    assert math.hypot(*rows[0].embedding) == pytest.approx(1)


def test_embeddings_of_one_text_of_other_lengths_and_failures(llm: ScriptedLLM, ask: Ask) -> None:
    assert ask(input="one", dimensions=3).data[0].embedding == vector("one", 3)
    llm.fail(429, to=EMBEDDINGS).raw(b"?", to=EMBEDDINGS)
    with pytest.raises(openai.RateLimitError):
        ask(input="one")
    with pytest.raises(openai.APIConnectionError):
        ask(input="one")
    assert len(ask(input="one").data[0].embedding) == llm.dimensions


def test_closing_leaves_nothing_open_and_nothing_printed(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    with ScriptedLLM() as llm:
        llm.reply("kept alive").hang(60)
        client = openai.OpenAI(base_url=llm.base_url, api_key="key", max_retries=0, timeout=0.2)
        client.chat.completions.create(**ASK)
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(**ASK)
        llm.reply("kept alive")
        client.chat.completions.create(**ASK)
    client.close()
    gc.collect()
    assert set(threading.enumerate()) <= before
    assert capfd.readouterr() == ("", "")
