"""Model servers that speak OpenAI's API each in their own way: what they refuse is asked for differently, and what was learnt is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from graphmem import EmbeddingError, ExtractionError, MemoryClient, OpenAISettings
from tests.tools.scripted_llm import CHAT, EMBEDDINGS, Answer, ScriptedLLM, as_said, embeddings, failed, said

Body: TypeAlias = dict[str, Any]


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as found:
        yield found


def settings(server: ScriptedLLM, **more: Any) -> OpenAISettings:
    return OpenAISettings(**{"model": "scripted", "base_url": server.base_url, "max_retries": 0, **more})


def refusing(
    when: Callable[[Body], object], message: str, status: int = 400, **more: Any
) -> Answer | Callable[..., Any]:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None, **more}
    return lambda body: failed(status, {"error": error}) if when(body) else None


def has(name: str) -> Callable[[Body], bool]:
    return lambda body: name in body


def asks_for(*kinds: str) -> Callable[[Body], bool]:
    return lambda body: body.get("response_format", {}).get("type") in kinds


def has_system(body: Body) -> bool:
    return any(message["role"] == "system" for message in body["messages"])


def all_of(*rules: Any) -> Callable[[Body], Any]:
    """The first refusal of several."""
    return lambda body: next((refused for rule in rules if (refused := rule(body)) is not None), None)


# How a server refuses → the rule that does. Each takes some form of the request.
SERVERS: Mapping[str, Any] = {
    "another name of the limit": refusing(
        has("max_tokens"),
        "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        param="max_tokens",
    ),
    "no limit at all": all_of(
        refusing(has("max_tokens"), "Unknown parameter: max_tokens", 422),
        refusing(has("max_completion_tokens"), "Unknown parameter: max_completion_tokens", 422),
    ),
    "a limit too high": refusing(
        lambda body: body.get("max_tokens", 0) > 1_000 or body.get("max_completion_tokens", 0) > 1_000,
        "max_tokens is too large: 4096. This model supports at most 1000 completion tokens",
    ),
    "no temperature": refusing(
        has("temperature"), "'temperature' does not support 0.0 with this model.", param="temperature"
    ),
    "one parameter after the other": all_of(
        refusing(has("max_tokens"), "Unsupported parameter: 'max_tokens'", param="max_tokens"),
        refusing(has("temperature"), "Unsupported value", param="temperature", code="unsupported_value"),
        refusing(asks_for("json_schema"), "response_format json_schema is not supported"),
    ),
    "the other order": all_of(
        refusing(asks_for("json_schema"), "This response_format type is unavailable now"),
        refusing(has("temperature"), "temperature must be 1"),
        refusing(has("max_tokens"), "max_tokens: use max_completion_tokens"),
    ),
    "parameters named by their place": lambda body: (
        failed(
            422,
            {
                "detail": [
                    {"type": "extra_forbidden", "loc": ["body", "temperature"], "msg": "Extra inputs are not permitted"}
                ]
            },
        )
        if "temperature" in body
        else None
    ),
    "no JSON mode": refusing(has("response_format"), "JSON mode is not enabled for models/gemma-3-27b-it"),
    "no structured outputs": refusing(asks_for("json_schema"), "This model does not support structured outputs"),
    "no guided decoding": refusing(asks_for("json_schema"), "guided decoding is not supported", 501),
    "a grammar that fails": refusing(asks_for("json_schema"), "failed to parse grammar", 500),
    "an unknown field of the schema": refusing(
        asks_for("json_schema"),
        'Invalid JSON payload received. Unknown name "additionalProperties" at generation_config',
    ),
    "nobody with these parameters": refusing(
        asks_for("json_schema", "json_object"), "No endpoints found that can handle the requested parameters", 404
    ),
    "text or a schema of its own": refusing(has("response_format"), "'response_format.type' must be 'text'"),
    "no reason for what it refuses": refusing(has("response_format"), "Bad Request"),
    "no system message": refusing(has_system, "System role not supported"),
    "roles in turn": refusing(has_system, "Conversation roles must alternate user/assistant/user/assistant/..."),
    "no role of that name": refusing(has_system, "messages[0].role does not support 'system' with this model"),
    "an object of errors in a list": lambda body: (
        Answer({"error": {"code": 400, "message": 'Unknown name "response_format"', "status": "INVALID_ARGUMENT"}}, 400)
        if "response_format" in body
        else None
    ),
    "an error with success": lambda body: (
        Answer({"error": {"message": "json_schema is not supported by the provider", "code": 400}})
        if "response_format" in body
        else None
    ),
    "a failure with success": lambda body: (
        Answer({"success": False, "message": "temperature is not taken", "result": None})
        if "temperature" in body
        else None
    ),
    "streams alone": refusing(
        lambda body: not body.get("stream"), "This model only supports stream mode, please enable the stream parameter"
    ),
    "thoughts in streams alone": refusing(
        lambda body: not body.get("stream"), "enable_thinking must be set to false for non-streaming calls"
    ),
    "statuses of its own": all_of(
        refusing(asks_for("json_schema"), "Failed to compile a grammar for json_schema", 424),
        refusing(has("temperature"), "temperature is a fixed parameter of this model", 412),
    ),
    "more than a minute allows": refusing(
        has("max_tokens"), "Request too large on tokens per minute (TPM): Limit 6000, Requested 9102", 413
    ),
    "more than a minute allows, as a rate limit": refusing(
        has("max_tokens"), "Request too large for this model on tokens per min (TPM): Limit 30000, Requested 35000", 429
    ),
    "no system message, in Chinese": refusing(has_system, "不支持系统角色"),
    "words within words": refusing(has("response_format"), json.dumps({"error": {"message": "no response_format"}})),
}


def chat_requests(server: ScriptedLLM) -> int:
    return sum(request.path == CHAT for request in server.requests)


@pytest.mark.parametrize("refuse", SERVERS.values(), ids=SERVERS)
def test_a_chat_server_is_asked_as_it_wants(server: ScriptedLLM, refuse: Any) -> None:
    server.rule(lambda body: refuse(body) or said(json.dumps(answered(body))))
    with MemoryClient(":memory:", llm=settings(server), embedder="local") as client:
        assert client.add("I like tea.", user_id="u")["results"][0]["memory"] == "I like tea."
        before = len(server.requests)
        client.add("I own a red boat.", user_id="u")
        talks = [[{"role": "user", "content": f"My car number {n} is old."}] for n in range(3)]
        client.add_many(talks, user_id="v")
        # What was learnt is kept: nothing is refused any more.
        assert len(server.requests) > before
        assert [request for request in server.requests[before:] if refuse(request.body) is not None] == []
        assert len(client.get_all()) == 5


def answered(body: Body) -> Body:
    """As `as_said`, wherever the hint about the schema stands."""
    *others, last = body["messages"]
    content = (
        last["content"][last["content"].index("Known memories:") :]
        if "Known memories:" in last["content"]
        else last["content"]
    )
    return as_said({**body, "messages": [*others, {**last, "content": content}]})


def test_a_refusal_that_nothing_cures_is_told_in_the_servers_words(server: ScriptedLLM) -> None:
    server.rule(lambda _: failed(400, "The moon is in the wrong phase"))
    with MemoryClient(":memory:", llm=settings(server), embedder="local") as client:
        with pytest.raises(
            ExtractionError, match=r"status 400\. It says: 'The moon is in the wrong phase'\. Nothing was stored"
        ):
            client.add("I like tea.", user_id="u")
        tried = chat_requests(server)
        assert tried < 8
        # And nothing was learnt from it.
        server.rule(lambda body: said(json.dumps(as_said(body))))
        client.add("I like tea.", user_id="u")
        assert server.requests[-1].body["response_format"]["type"] == "json_schema"


HOPELESS = {
    "model": (failed(404, "model 'gpt-4.1-mini' not found"), "check the name of the model"),
    "quota": (
        failed(429, {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}),
        "nothing left to spend",
    ),
    "filter": (
        failed(400, {"error": {"message": "The response was filtered", "code": "content_filter"}}),
        "filter stopped it",
    ),
    "key": (failed(401, "Incorrect API key provided: sk-abcdef123456"), "refuses the key"),
    "model, by its type": (
        failed(404, {"type": "error", "error": {"type": "not_found_error", "message": "model: claude-nine"}}),
        "check the name of the model",
    ),
    "model, by another word": (failed(400, "gpt-9 is not a valid model ID"), "check the name of the model"),
    "window": (failed(413, "This model's maximum context length is 2048 tokens"), "longer window"),
}


@pytest.mark.parametrize(("answer", "advice"), HOPELESS.values(), ids=HOPELESS)
def test_what_no_other_form_cures_is_not_asked_again(server: ScriptedLLM, answer: Answer, advice: str) -> None:
    server.rule(lambda _: answer)
    with MemoryClient(":memory:", llm=settings(server), embedder="local") as client:
        with pytest.raises(ExtractionError, match=advice) as caught:
            client.add("I like tea.", user_id="u")
        assert "sk-abc" not in str(caught.value)
        assert len(server.requests) == 1
        assert set(client.info().counts.values()) == {0}


FACTS = {
    "facts": [
        {
            "messages": [1],
            "quote": "I like tea",
            "about": "user",
            "text": "Likes tea",
            "when": "",
            "categories": [],
            "entities": [],
            "relations": [],
        }
    ]
}


def shaped(**changes: Any) -> Answer:
    """A chat completion whose parts are changed: content, message, choice, usage."""
    answer = dict(said(json.dumps(FACTS)).body)  # type: ignore[arg-type]
    choice = answer["choices"][0]
    if "content" in changes:
        choice["message"]["content"] = changes["content"]
    if "message" in changes:
        choice["message"] = changes["message"]
    choice.update(changes.get("choice", {}))
    answer.update(changes.get("answer", {}))
    return Answer(answer)


TEXT = json.dumps(FACTS)


def check_read(server: ScriptedLLM, answer: Answer) -> None:
    """The fact in this answer is remembered."""
    server.answer(answer)
    with MemoryClient(":memory:", llm=settings(server), embedder="local") as client:
        assert [row["memory"] for row in client.add("I like tea", user_id="u")["results"]] == ["Likes tea"]


def check_refused(server: ScriptedLLM, says: str) -> None:
    """What the server answers next is an error of ours with these words, and nothing is stored."""
    with MemoryClient(":memory:", llm=settings(server), embedder="local") as client:
        with pytest.raises(ExtractionError, match=says):
            client.add("I like tea", user_id="u")
        assert set(client.info().counts.values()) == {0}


READABLE = {
    "parts": shaped(content=[{"type": "text", "text": TEXT[:20]}, {"type": "text", "text": TEXT[20:]}]),
    "parts after a thought": shaped(content=[{"type": "thinking", "text": "{hm}"}, {"type": "text", "text": TEXT}]),
    "a list of strings": shaped(content=[TEXT]),
    "counts that are null": shaped(answer={"usage": {"prompt_tokens": None, "completion_tokens": None}}),
    "no usage": shaped(answer={"usage": None}),
    "the text of a completion": shaped(message=None, choice={"text": TEXT}),
    "a thought and a fence": shaped(content=f"<think>hm</think>\n```json\n{TEXT}\n```"),
}


@pytest.mark.parametrize("answer", READABLE.values(), ids=READABLE)
def test_answers_of_another_shape_are_read(server: ScriptedLLM, answer: Answer) -> None:
    check_read(server, answer)


UNREADABLE = {
    "no message": (shaped(message=None, choice={"finish_reason": "content_filter"}), "content filter stopped it"),
    "no choices": (Answer({"id": "x"}), "without a message"),
    "a choice that is none": (shaped(answer={"choices": [None]}), "without a message"),
    "choices that are a text": (shaped(answer={"choices": "none"}), "without a message"),
    "a bare list": (
        Answer(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"),
        "without a message",
    ),
    "a page": (Answer("<html>Sign in</html>"), "gave a page"),
    "no room for an answer": (said("", finish_reason="length"), "max_tokens ran out"),
    "a refusal": (said(None, refusal="No."), "refused: No"),
}


@pytest.mark.parametrize(("answer", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_answers_without_a_text_are_errors_of_ours(server: ScriptedLLM, answer: Answer, says: str) -> None:
    server.answer(answer, answer)
    check_refused(server, says)


def test_a_failure_told_with_success_is_tried_again(server: ScriptedLLM) -> None:
    server.answer(Answer({"error": {"message": "Provider returned error", "code": 429}})).reply(FACTS)
    with MemoryClient(":memory:", llm=settings(server, max_retries=1), embedder="local") as client:
        assert client.add("I like tea", user_id="u")["results"]
    server.answer(Answer({"error": {"message": "Provider returned error", "code": 429}}))
    with (
        MemoryClient(":memory:", llm=settings(server), embedder="local") as client,
        pytest.raises(ExtractionError, match=r"429.*Provider returned error"),
    ):
        client.add("I like tea", user_id="u")


def test_errors_show_no_password_of_an_address(server: ScriptedLLM) -> None:
    address = server.base_url.replace("http://", "http://me:hunter2@")
    server.rule(lambda _: failed(400, "key hunter3-secret is wrong"))
    for url in (address, "http://me:hunter2@127.0.0.1:9/v1?key=hunter2"):
        with MemoryClient(
            ":memory:", llm=settings(server, base_url=url, api_key="hunter3-secret"), embedder="local"
        ) as client:
            with pytest.raises(ExtractionError) as caught:
                client.add("I like tea", user_id="u")
            assert "hunter" not in str(caught.value)


@dataclass
class Limits:
    """What an embedding server takes."""

    inputs: int = 10_000
    length: int = 10_000_000
    total: int = 10_000_000
    status: int = 400
    message: str = "batch size is invalid, it should not be larger"

    def __call__(self, body: Body) -> Answer | None:
        texts = body["input"]
        beyond = len(texts) > self.inputs or max(map(len, texts)) > self.length or sum(map(len, texts)) > self.total
        return failed(self.status, self.message) if beyond else None


def no_base64(status: int) -> Any:
    return lambda body: failed(status, "Unsupported encoding_format") if "encoding_format" in body else None


LIMITED: Mapping[str, Any] = {
    **{f"{n} inputs": Limits(n) for n in (1, 10, 32, 64, 100, 128)},
    "413": Limits(16, status=413, message="Payload too large"),
    "422 in a list": Limits(8, status=422, message="inputs: list should have at most 8 items"),
    "500": Limits(20, status=500, message="input length exceeds the maximum"),
    "no reason": Limits(20, message="Bad Request"),
    "a total": Limits(total=3_000, message="too many tokens in this request"),
    "a window": Limits(length=2_000, message="This model's maximum context length is 512 tokens"),
    "a window and inputs": Limits(10, length=2_000),
    "a small window": Limits(length=400, status=413, message="input is too large to process"),
    "a page of a proxy": Limits(20, status=413, message="<html>413 Request Entity Too Large</html>"),
    "an inner error without a word": Limits(20, status=500, message="Internal Server Error"),
    "a time-out": Limits(20, status=504, message="Gateway Time-out"),
    "a rate that one request is beyond": Limits(20, status=429, message="Request too large on tokens per min (TPM)"),
    "base64 alone": lambda body: (
        failed(400, "encoding_format must be base64") if body.get("encoding_format") != "base64" else None
    ),
    "no encoding": no_base64(422),
    "no encoding, 400": no_base64(400),
}


@pytest.mark.parametrize("refuse", LIMITED.values(), ids=LIMITED)
def test_an_embedding_server_is_asked_as_it_wants(server: ScriptedLLM, refuse: Any, tmp_path: Any) -> None:
    server.embedding_rule(refuse)
    long = "A long report of everything. " * 300
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        texts = [*(f"I own book number {n}" for n in range(150)), long]
        added = client.add([{"role": "user", "content": text} for text in texts], user_id="u", infer=False)
        assert len(added["results"]) == len(client.get_all(user_id="u")) == 151
        refused = [request for request in server.requests if refuse(request.body) is not None]
        # Halving 256 down to one, then one text down to what fits.
        assert len(refused) <= 24
        assert client.search("I own book number 7", user_id="u", top_k=1)[0]["memory"] == "I own book number 7"
        client.search(long, user_id="u")
        client.update(added["results"][3]["id"], long + "!")
        client.add_many(
            [[{"role": "user", "content": f"{n} is a number"}] for n in range(30)], user_id="v", infer=False
        )
        assert len(client.get_all(user_id="v")) == 30
        # What was learnt is kept.
        start = len(server.requests)
        client.add("Another text", user_id="u", infer=False)
        client.search("Another text", user_id="u")
        assert all(refuse(request.body) is None for request in server.requests[start:])
        assert len(server.requests) == start + 2


def test_a_server_that_takes_one_text_and_no_list(server: ScriptedLLM) -> None:
    def rule(body: Body) -> Answer:
        if not isinstance(body["input"], str):
            return failed(422, {"detail": [{"loc": ["body", "input"], "msg": "Input should be a valid string"}]})
        return embeddings({**body, "input": [body["input"]]})

    server.embedding_rule(rule)
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        texts = [f"I own book number {n}" for n in range(5)]
        client.add([{"role": "user", "content": text} for text in texts], user_id="u", infer=False)
        start = len(server.requests)
        [hit] = client.search(texts[3], user_id="u", top_k=1, keyword_search=False)
        assert (hit["memory"], len(server.requests)) == (texts[3], start + 1)


def test_a_server_that_is_down_is_not_asked_for_less_and_less(server: ScriptedLLM) -> None:
    server.embedding_rule(lambda _: failed(500, "Internal Server Error"))
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError, match=r"status 500\. It says: 'Internal Server Error'"):
            client.add([{"role": "user", "content": f"Text {n}"} for n in range(300)], user_id="u", infer=False)
        assert len(server.requests) == 2


def test_one_text_that_is_too_long_does_not_make_all_requests_small(server: ScriptedLLM) -> None:
    server.embedding_rule(Limits(length=1_000, message="too long"))
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        client.add(
            [{"role": "user", "content": text} for text in ("x" * 5_000, *(f"Text {n}" for n in range(40)))],
            user_id="u",
            infer=False,
        )
        start = len(server.requests)
        client.add([{"role": "user", "content": f"More {n}"} for n in range(40)], user_id="u", infer=False)
        assert len(server.requests) == start + 1


def rewritten(change: Callable[[list[Any]], Any]) -> Callable[[Body], Answer]:
    """A server that writes its vectors in another way. `change`: of the rows of OpenAI's answer."""

    def rule(body: Body) -> Answer:
        rows = dict(embeddings({**body, "encoding_format": "float"}).body)["data"]  # type: ignore[arg-type]
        changed = change(rows)
        wire = json.dumps(changed).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(wire)}\r\nConnection: close\r\n\r\n"
        return Answer(head.encode() + wire)

    return rule


def without(row: Body, name: str) -> Body:
    return {key: value for key, value in row.items() if key != name}


def vectors_of(rows: list[Any]) -> list[Any]:
    return [row["embedding"] for row in rows]


SHAPES: Mapping[str, Callable[[list[Any]], Any]] = {
    "no index": lambda rows: {"data": [without(row, "index") for row in rows]},
    "no first index": lambda rows: {"data": [row if row["index"] else without(row, "index") for row in rows]},
    "null indices": lambda rows: {"data": [{**row, "index": None} for row in rows]},
    "indices that are all 0": lambda rows: {"data": [{**row, "index": 0} for row in rows]},
    "another order": lambda rows: {"data": rows[::-1]},
    "values": lambda rows: {"data": [{**row, "embedding": {"values": row["embedding"]}} for row in rows]},
    "values alone": lambda rows: {"embeddings": [{"values": vector} for vector in vectors_of(rows)]},
    "a list of rows": lambda rows: rows,
    "a list of vectors": vectors_of,
    "embeddings": lambda rows: {"embeddings": vectors_of(rows)},
    "wrapped once more": lambda rows: {"data": [{**row, "embedding": [row["embedding"]]} for row in rows]},
    "no usage, no model": lambda rows: {"data": rows, "usage": None},
    "in a result": lambda rows: {"result": {"shape": [3, 64], "data": vectors_of(rows)}, "success": True, "errors": []},
    "by their type": lambda rows: {"id": "e", "embeddings": {"float": vectors_of(rows)}},
    "in an output": lambda rows: {
        "output": {"embeddings": [{"embedding": row["embedding"], "text_index": row["index"]} for row in rows[::-1]]}
    },
    "predictions": lambda rows: {"predictions": [{"embeddings": {"values": vector}} for vector in vectors_of(rows)]},
    "vectors": lambda rows: {"vectors": vectors_of(rows)},
    "dense": lambda rows: {"data": [{"dense": vector, "index": n} for n, vector in enumerate(vectors_of(rows))]},
    "places that are texts": lambda rows: {"data": [{**row, "index": str(row["index"])} for row in rows[::-1]]},
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_vectors_written_in_another_way_are_read(server: ScriptedLLM, change: Any) -> None:
    server.embedding_rule(rewritten(change))
    texts = ("I own a boat", "I own a car", "I own a house")
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        client.add([{"role": "user", "content": text} for text in texts], user_id="u", infer=False)
        for text in texts:
            # Each has its own vector: nobody else's is as close.
            [hit] = client.search(text, user_id="u", top_k=1, keyword_search=False, explain=True)
            assert hit["memory"] == text
            assert hit["explain"]["arms"]["vector"]["score"] == pytest.approx(1, abs=1e-4)


def spoilt(value: Any) -> Callable[[list[Any]], Any]:
    """One number of the second vector is something else."""

    def change(rows: list[Any]) -> Any:
        rows[1]["embedding"][3] = value
        return {"data": rows}

    return change


WRONG: Mapping[str, tuple[Callable[[list[Any]], Any], str]] = {
    "NaN": (spoilt(float("nan")), "not finite"),
    "infinity": (spoilt(float("inf")), "not finite"),
    "minus infinity": (spoilt(float("-inf")), "not finite"),
    "null": (spoilt(None), "no number"),
    "a text": (spoilt("0.1"), "no number"),
    "one too few": (lambda rows: {"data": rows[:-1]}, "gave 2 vectors for 3 texts"),
    "one too many": (lambda rows: {"data": [*rows, rows[0]]}, "gave 4 vectors for 3 texts"),
    "different lengths": (lambda rows: {"data": [{**rows[0], "embedding": [1.0]}, *rows[1:]]}, "different lengths"),
    "no vectors": (lambda rows: {"data": [{"embedding": None} for _ in rows]}, "something else"),
    "empty vectors": (lambda rows: {"data": [{"embedding": []} for _ in rows]}, "empty"),
    "a vector a token": (
        lambda rows: {"data": [{"embedding": [row["embedding"]] * 2} for row in rows]},
        "more than one vector",
    ),
    "numbers that are none": (lambda rows: {"data": [{"embedding": [{}]} for _ in rows]}, "something else"),
    "nothing": (lambda _: {}, "gave 0 vectors"),
    "a word": (lambda _: "no", "gave 0 vectors"),
    "null alone": (lambda _: None, "gave 0 vectors"),
    "not base64": (lambda rows: {"data": [{"embedding": "?"} for _ in rows]}, "something else"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_vectors_that_are_none_are_errors_of_ours(server: ScriptedLLM, change: Any, says: str) -> None:
    server.embedding_rule(rewritten(change))
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError, match=says):
            client.add([{"role": "user", "content": text} for text in "abc"], user_id="u", infer=False)
        assert set(client.info().counts.values()) == {0}


def test_an_empty_answer_to_base64_is_asked_for_in_floats(server: ScriptedLLM) -> None:
    server.embedding_rule(lambda body: Answer({"data": []}) if "encoding_format" in body else None)
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        client.add("I like tea", user_id="u", infer=False)
        assert len([request for request in server.requests if request.path == EMBEDDINGS]) == 2
        client.search("tea", user_id="u")
        assert len(server.requests) == 3


def test_a_server_without_embeddings_says_what_to_do(server: ScriptedLLM) -> None:
    server.embedding_rule(lambda _: failed(404, "Not Found"))
    with MemoryClient(":memory:", llm="offline", embedder=settings(server)) as client:
        with pytest.raises(EmbeddingError, match="GRAPHMEM_EMBEDDER=local"):
            client.add("I like tea", user_id="u", infer=False)
        assert len(server.requests) == 1


def test_more_can_be_sent_with_each_request(server: ScriptedLLM) -> None:
    more = settings(
        server,
        extra_body={"reasoning_effort": "low", "temperature": 1},
        extra_headers={"X-Title": "mine"},
        extra_query={"api-version": "preview"},
    )
    server.rule(lambda body: said(json.dumps(as_said(body))))
    with MemoryClient(":memory:", llm=more, embedder="local") as client:
        client.add("I like tea.", user_id="u")
    [request] = server.requests
    assert (request.body["reasoning_effort"], request.body["temperature"]) == ("low", 1)
    assert request.headers["x-title"] == "mine"


def test_each_part_is_asked_once(server: ScriptedLLM) -> None:
    server.reply({"facts": []})
    with MemoryClient(":memory:", llm=settings(server), embedder=settings(server, model="vectors")) as client:
        told = client.ping()
        assert [(each["part"], each["name"], each["error"]) for each in told] == [
            ("store", ":memory:", None),
            ("embedder", "vectors", None),
            ("llm", "scripted", None),
        ]
        assert len(server.requests) == 2
        assert set(client.info().counts.values()) == {0}
        # What fails keeps no other from being asked.
        server.rule(lambda _: failed(401, "no")).embedding_rule(lambda _: failed(404, "no"))
        _, embedder, llm = client.ping()
        assert "has no embeddings" in str(embedder["error"])
        assert "refuses the key" in str(llm["error"])
