"""An OpenAI-compatible server that answers what a test scripted: for what graphmem sends, and how it meets failures.

    with ScriptedLLM() as llm:
        llm.fail(429, headers={"retry-after-ms": "1"}).reply({"facts": []})
        ...  # graphmem talks to llm.base_url
        assert llm.requests[1].body["temperature"] == 0

Each request takes one scripted answer, and so does each of a client's retries.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import socket
import sys
import threading
from array import array
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ENDPOINTS = {"/v1/chat/completions": "chat", "/v1/embeddings": "embeddings"}


@dataclass(frozen=True)
class Request:
    """What came in. The headers' names are in lower case."""

    endpoint: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What goes out: the `message` of a chat completion, or a `body` of any kind, or the bytes of `wire` alone."""

    message: dict[str, Any] | None = None
    finish_reason: str = "stop"
    status: int = 200
    body: dict[str, Any] | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wire: bytes | None = None
    seconds: float = 0.0


def said(content: str | dict[str, Any], finish_reason: str = "stop") -> Answer:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Answer({"role": "assistant", "content": text, "refusal": None}, finish_reason)


def failed(status: int, body: dict[str, Any] | str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Any status, 200 too: a dict is a JSON body, a string a text/html one, and None an error of the usual form."""
    error = {"message": f"scripted {status}", "type": "scripted", "param": None, "code": None}
    return Answer(status=status, body={"error": error} if body is None else body, headers=headers or {})


SCHEMA_MESSAGE = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
SCHEMA_UNSUPPORTED = failed(400, {"error": {"message": SCHEMA_MESSAGE, "type": "invalid_request_error", "code": None}})


def tokens(text: str) -> int:
    """As the `usage` of each answer counts them."""
    return math.ceil(len(text) / 4)


def vector(text: str, dimensions: int = 64) -> list[float]:
    """The unit vector that stands for a text, the same one each time; its numbers are exact as 32-bit floats."""
    chance = random.Random(hashlib.sha256(text.encode()).digest())
    drawn = [chance.gauss(0, 1) for _ in range(dimensions)]
    return array("f", [number / math.hypot(*drawn) for number in drawn]).tolist()


class ScriptedLLM:
    """Answers from when it is made until `close()`.

    Leaving its with statement raises AssertionError where a request found no answer or a rule raised, so that a test
    notices even if the code under test swallows the error.
    """

    def __init__(self, *, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.problems: list[str] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._queues: dict[str, deque[Answer]] = {"chat": deque(), "embeddings": deque()}
        self._rule: Callable[[dict[str, Any]], str | dict[str, Any] | Answer] | None = None
        self._server = _Server(self)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> ScriptedLLM:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close()
        assert kind is not None or not self.problems, "; ".join(self.problems)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def requests(self) -> list[Request]:
        """All so far, in the order of their coming."""
        with self._lock:
            return list(self._requests)

    def answer(self, *answers: Answer, to: str = "chat") -> ScriptedLLM:
        """Queue these; `to` is chat or embeddings. Embeddings are answered with `vector` when nothing is queued."""
        with self._lock:
            self._queues[to].extend(answers)
        return self

    def rule(self, rule: Callable[[dict[str, Any]], str | dict[str, Any] | Answer]) -> ScriptedLLM:
        """Answers each chat request's body for which nothing is queued. It is called on the server's threads."""
        self._rule = rule
        return self

    def reply(self, *contents: str | dict[str, Any]) -> ScriptedLLM:
        return self.answer(*map(said, contents))

    def fail(self, status: int, body: Any = None, headers: Any = None, *, to: str = "chat") -> ScriptedLLM:
        return self.answer(failed(status, body, headers), to=to)

    def hang(self, seconds: float, *, to: str = "chat") -> ScriptedLLM:
        """Say nothing for so long, then hang up."""
        return self.answer(Answer(wire=b"", seconds=seconds), to=to)

    def raw(self, wire: bytes, *, to: str = "chat") -> ScriptedLLM:
        """Send these bytes in place of an HTTP response, then hang up."""
        return self.answer(Answer(wire=wire), to=to)

    def refusal(self, text: str) -> ScriptedLLM:
        return self.answer(Answer({"role": "assistant", "content": None, "refusal": text}))

    def cut_off(self, content: str) -> ScriptedLLM:
        return self.answer(said(content, "length"))

    def unsupported_schema(self) -> ScriptedLLM:
        return self.answer(SCHEMA_UNSUPPORTED)

    def take(self, request: Request) -> Answer:
        """The answer to a request; the server calls this."""
        with self._lock:
            self._requests.append(request)
            if self._queues[request.endpoint]:
                return self._queues[request.endpoint].popleft()
        if request.endpoint == "embeddings":
            return Answer(body=_embeddings(request.body, self.dimensions))
        if self._rule is None:
            return self.trouble("ScriptedLLM has no answer left for a chat request")
        try:
            found = self._rule(request.body)
        except BaseException as exc:
            return self.trouble(f"the rule raised {exc!r}")
        return found if isinstance(found, Answer) else said(found)

    def trouble(self, message: str) -> Answer:
        """Remember a fault of the test itself, and answer it so that clients don't try again."""
        self.problems.append(message)
        return failed(500, {"error": {"message": message, "type": "scripted"}}, {"x-should-retry": "false"})


def _completion(request: dict[str, Any], message: dict[str, Any], finish_reason: str) -> dict[str, Any]:
    asked = sum(tokens(str(each.get("content"))) for each in request.get("messages", []))
    told = tokens(message["content"] or message["refusal"] or "")
    usage = {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}
    head = {"id": "chatcmpl-scripted", "object": "chat.completion", "created": 0, "model": request.get("model")}
    return {**head, "choices": [choice], "usage": usage}


def _embeddings(request: dict[str, Any], dimensions: int) -> dict[str, Any]:
    texts = [request["input"]] if isinstance(request["input"], str) else request["input"]
    found: list[Any] = [vector(text, request.get("dimensions", dimensions)) for text in texts]
    if request.get("encoding_format") == "base64":
        found = [base64.b64encode(array("f", numbers).tobytes()).decode() for numbers in found]
    rows = [{"object": "embedding", "index": index, "embedding": each} for index, each in enumerate(found)]
    count = sum(map(tokens, texts))
    usage = {"prompt_tokens": count, "total_tokens": count}
    return {"object": "list", "data": rows, "model": request.get("model"), "usage": usage}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128

    def __init__(self, llm: ScriptedLLM) -> None:
        self.llm = llm
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in list(self._connections):  # kept alive by a client: the thread would wait for more
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):  # which is only a client that left, as after its time-out
            self.llm.trouble(f"the scripted server raised {error!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        llm, body = self.server.llm, json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path not in ENDPOINTS:
            self._send(llm.trouble(f"the scripted server has no {self.path}"), body)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = llm.take(Request(ENDPOINTS[self.path], body, headers))
        llm.closing.wait(answer.seconds)
        self._send(answer, body)

    def _send(self, answer: Answer, request: dict[str, Any]) -> None:
        if answer.wire is not None:
            self.close_connection = True
            self.wfile.write(answer.wire)
            return
        body = _completion(request, answer.message, answer.finish_reason) if answer.message else answer.body
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(answer.status)
        kind = "text/html" if isinstance(body, str) else "application/json"
        for name, value in {"content-type": kind, "content-length": str(len(content)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""
