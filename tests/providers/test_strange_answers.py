"""Answers of success that hold something else than a result: read where that is unambiguous, else an error of ours that says why."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from graphmem import ConfigurationError, EmbeddingError, ExtractionError, MemoryClient, OpenAISettings
from tests.providers.test_model_servers import FACTS, TEXT, check_read, check_refused, rewritten, settings, shaped
from tests.tools.scripted_llm import CHAT, EMBEDDINGS, Answer, ScriptedLLM, embeddings, said


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as found:
        yield found


def wire(body: str | bytes, kind: str = "application/json", more: str = "", length: int = 0) -> Answer:
    """A whole response of status 200. `length`: what it says of its length beyond what it has."""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content) + length}\r\nConnection: close\r\n{more}\r\n"
    return Answer(head.encode() + content)


def events(*rows: Any) -> str:
    return ": working\n\n" + "".join(f"data: {row if isinstance(row, str) else json.dumps(row)}\n\n" for row in rows)


def piece(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}


WHOLE = json.dumps(shaped().body)
CALL = {"name": "facts", "arguments": TEXT}
READABLE = {
    "text/plain": wire(WHOLE, "text/plain; charset=utf-8"),
    "bytes": wire(WHOLE, "application/octet-stream"),
    "a mark of byte order": wire(b"\xef\xbb\xbf" + WHOLE.encode()),
    "packed": wire(gzip.compress(WHOLE.encode()), more="Content-Encoding: gzip\r\n"),
    "a stream": wire(events(piece(TEXT[:30]), piece(TEXT[30:]), {"choices": [], "usage": {}}, "[DONE]"), "text/event-stream"),
    "a stream with ends of lines in it": wire(events({**piece(TEXT), "id": "-"}).replace("-", "\u2028\x85"), "text/event-stream"),
    "a stream of other ends of lines": wire(events(piece(TEXT[:30]), piece(TEXT[30:])).replace("\n", "\r\n"), "text/event-stream"),
    "an object": shaped(content=FACTS),
    "a call of a tool": shaped(message={"content": None, "tool_calls": [{"type": "function", "function": CALL}]}),
    "a call of a function": shaped(message={"content": "", "function_call": CALL}),
    "all a thought": shaped(message={"content": "", "reasoning_content": f"\n{TEXT}\n"}),
    "an empty choice first": shaped(answer={"choices": [{"message": {"content": ""}}, {"message": {"content": TEXT}}]}),
    "an error that is null": shaped(answer={"error": None}),
}  # fmt: skip


@pytest.mark.parametrize("answer", READABLE.values(), ids=READABLE)
def test_an_answer_in_another_wrapping_is_read(server: ScriptedLLM, answer: Answer) -> None:
    check_read(server, answer)


UNREADABLE = {
    "a page": (wire("<html>Sign in</html>"), "gave a page instead of an answer; check the address"),
    "nothing": (wire(""), "gave an empty answer; check the address"),
    "another encoding": (wire(b'{"choices": "caf\xe9"}'), "no JSON: '{\"choices\": \"caf"),
    "nested": (wire('{"choices":' + "[" * 100_000), "no JSON"),
    "a long number": (wire('{"created":' + "9" * 5_000 + "}"), "no JSON"),
    "half a stream": (wire("data: {"), "no JSON"),
    "an error in a stream": (wire(events({"error": {"message": "model is gone", "code": 400}})), "'model is gone'"),
    "packed otherwise": (wire(WHOLE, more="Content-Encoding: gzip\r\n"), "isn't packed as it says"),
    "half of it": (wire(WHOLE, length=50), "broke off"),
    "a part that refuses": (shaped(content=[{"type": "refusal", "refusal": "No."}]), "refused: No"),
    "details": (Answer({"detail": "Not authenticated"}), "refuses the key"),
    "a list of errors": (Answer({"success": False, "errors": [{"code": 7003, "message": "No route"}]}), "says: 'No route'"),
    "a code beside it": (Answer({"error": True, "message": "quota for today", "code": 429}), "rate limit.*'quota for today'"),
    "a limit in words": (Answer({"error": {"message": "Wait", "code": "rate_limit_exceeded"}}), "is over its rate limit"),
    "an error of a choice": (shaped(content="", choice={"error": {"code": 502, "message": "Lost it"}}), "502.*'Lost it'"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_answer_is_an_error_that_says_why(server: ScriptedLLM, answer: Answer, says: str) -> None:
    # A refusal that another form might cure is asked for again.
    server.answer(*[answer] * 8)
    check_refused(server, says)
    server.answer(*[answer] * 8, to=EMBEDDINGS)
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError):
            client.add("I like tea", user_id="u")
        assert set(client.info().counts.values()) == {0}


def test_a_passing_failure_in_words_is_tried_again(server: ScriptedLLM) -> None:
    server.answer(Answer({"error": "upstream timeout"})).reply(FACTS)
    with MemoryClient(":memory:", llm=settings(server, max_retries=1), embedder="local") as client:
        assert client.add("I like tea", user_id="u")["results"]
    assert [request.path for request in server.requests] == [CHAT] * 2


def test_an_answer_that_the_limit_cut_off_says_so(server: ScriptedLLM) -> None:
    server.answer(*[said(TEXT[:-20], finish_reason="length")] * 2)
    with (
        MemoryClient(":memory:", llm=settings(server), embedder="local") as client,
        pytest.raises(ExtractionError, match="max_tokens ran out: raise it"),
    ):
        client.add("I like tea", user_id="u")


def packed(form: str) -> Callable[[list[Any]], Any]:
    """Vectors in base64. `form`: of the struct module, such as ``>f``."""

    def change(rows: list[Any]) -> Any:
        packs = [struct.pack(f"{form[0]}{len(row['embedding'])}{form[1]}", *row["embedding"]) for row in rows]
        return {"data": [{"embedding": base64.b64encode(content).decode()} for content in packs]}

    return change


WRONG: Mapping[str, tuple[Callable[[list[Any]], Any], str]] = {
    "the other order of bytes": (packed(">f"), "lowest byte first"),
    "doubles": (packed("<d"), "32-bit floats"),
    "halves": (packed("<e"), "32-bit floats"),
    "sparse": (lambda rows: {"data": [{"embedding": {"indices": [1], "values": [0.5]}} for _ in rows]}, "sparse"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_what_looks_like_vectors_and_is_none_is_refused(server: ScriptedLLM, change: Any, says: str) -> None:
    server.embedding_rule(rewritten(change))
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError, match=says):
            client.add([{"role": "user", "content": text} for text in "abc"], user_id="u", infer=False)
        assert set(client.info().counts.values()) == {0}


SHAPES: Mapping[str, Callable[[list[Any]], Any]] = {
    "counted from 1": lambda rows: {"data": [{**row, "index": row["index"] + 1} for row in rows[::-1]]},
    "places that are floats": lambda rows: {"data": [{**row, "index": float(row["index"])} for row in rows[::-1]]},
    "very large": lambda rows: {"data": [{**row, "embedding": [n * 1e30 for n in row["embedding"]]} for row in rows]},
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_each_text_has_its_own_vector(server: ScriptedLLM, change: Any) -> None:
    server.embedding_rule(rewritten(change))
    texts = ("I own a boat", "I own a car", "I own a house")
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        client.add([{"role": "user", "content": text} for text in texts], user_id="u", infer=False)
        for text in texts:
            [hit] = client.search(text, user_id="u", top_k=1, keyword_search=False, explain=True)
            assert (hit["memory"], hit["explain"]["arms"]["vector"]["score"]) == (text, pytest.approx(1, abs=1e-4))


def test_vectors_of_another_length_in_a_second_request_are_refused(server: ScriptedLLM) -> None:
    server.embedding_rule(lambda body: embeddings(body, 64 if len(server.requests) == 1 else 32))
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError, match=r"vectors of \[32, 64\] floats"):
            client.add([{"role": "user", "content": f"Text {n}"} for n in range(300)], user_id="u", infer=False)
        assert set(client.info().counts.values()) == {0}


@pytest.mark.parametrize("proxy", ["me:hunter2@127.0.0.1:port", "ftp://me:hunter2@127.0.0.1:9"])
def test_a_proxy_that_cant_be_used_is_told_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    model = OpenAISettings("m", "http://models.invalid/v1", max_retries=0)
    with (
        MemoryClient(":memory:", llm=model, embedder="local") as client,
        pytest.raises(ConfigurationError, match="check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY") as caught,
    ):
        client.add("I like tea", user_id="u")
    assert "hunter2" not in str(caught.value)
