"""An OpenAI-compatible server that gives the answers that a test has scripted."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import re
import socket
import sys
import threading
from array import array
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

CHAT, EMBEDDINGS = "chat/completions", "embeddings"
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


class Request(NamedTuple):
    """A request. `path`: what follows the base_url. `headers`: by names in lower case."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """A response. `body`: a dict is sent as JSON, a string as text/html, bytes instead of a whole HTTP response.

    `seconds`: how long to wait before it is sent.
    """

    body: dict[str, Any] | str | bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def said(content: str | dict[str, Any] | None, *, finish_reason: str = "stop", refusal: str | None = None) -> Answer:
    """A chat completion with this content; a dict becomes JSON."""
    text = json.dumps(content, ensure_ascii=False) if isinstance(content, dict) else content
    message = {"role": "assistant", "content": text, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}
    head = {"id": "chatcmpl-scripted", "object": "chat.completion", "created": 0, "model": "scripted"}
    return Answer({**head, "choices": [choice], "usage": USAGE})


def failed(status: int, body: dict[str, Any] | str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """An error response. `body`: a string is the message within an error object of the API, a dict is the whole body."""
    if not isinstance(body, dict):
        body = {"error": {"message": body or f"scripted {status}", "type": "error", "param": None, "code": None}}
    return Answer(body, status, headers or {})


def as_said(body: dict[str, Any]) -> dict[str, Any]:
    """The answer of a model that takes each message, word for word, for a fact, and each fact for new."""
    asked = body["messages"][-1]["content"]
    if asked.startswith("Known memories:"):
        return {"decisions": [{"new": int(n), "event": "ADD", "known": 0} for n in re.findall(r"^N(\d+)", asked, re.M)]}
    blank = {"about": "user", "when": "", "categories": [], "entities": [], "relations": []}
    found = re.findall(r"^\[(\d+)\] (?!\(known\)).*?: (.*)$", asked, re.M)
    return {"facts": [{"messages": [int(n)], "quote": text, "text": text, **blank} for n, text in found]}


SCHEMA_UNSUPPORTED = failed(400, "'response_format' of type 'json_schema' is not supported with this model.")


def vector(text: str, dimensions: int = 64) -> list[float]:
    """A unit vector that depends only on the text. Its numbers are exact as 32-bit floats."""
    chance = random.Random(hashlib.sha256(text.encode()).digest())
    drawn = [chance.gauss(0, 1) for _ in range(dimensions)]
    return array("f", [number / math.hypot(*drawn) for number in drawn]).tolist()


class ScriptedLLM(AbstractContextManager["ScriptedLLM"]):
    """Serves until `close()`. The end of a with statement fails if a request had no answer or the rule raised an error."""

    def __init__(self, *, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.requests: list[Request] = []
        self.problems: list[str] = []
        self.connections: list[socket.socket] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Answer]] = {CHAT: deque(), EMBEDDINGS: deque()}
        self._rule: Callable[[dict[str, Any]], str | dict[str, Any] | Answer] | None = None
        self._embedding_rule: Callable[[dict[str, Any]], Answer | None] = lambda _: None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.llm = self
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __exit__(self, kind: object, *_: object) -> None:
        self.close()
        assert kind is not None or not self.problems, "; ".join(self.problems)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        # The thread of a connection that a client keeps alive would wait for more requests.
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def answer(self, *answers: Answer, to: str = CHAT) -> ScriptedLLM:
        """Queue these answers. Each request takes one, and so does each retry. With an empty queue, embeddings are `vector`s."""
        with self._lock:
            self._queues[to].extend(answers)
        return self

    def rule(self, rule: Callable[[dict[str, Any]], str | dict[str, Any] | Answer]) -> ScriptedLLM:
        """Answer chat requests by this function when the queue is empty. It is given the body, on the server's threads."""
        self._rule = rule
        return self

    def embedding_rule(self, rule: Callable[[dict[str, Any]], Answer | None]) -> ScriptedLLM:
        """Answer requests for embeddings by this function when the queue is empty; where it returns None, by `vector`s."""
        self._embedding_rule = rule
        return self

    def reply(self, *contents: str | dict[str, Any]) -> ScriptedLLM:
        return self.answer(*map(said, contents))

    def fail(self, status: int, body: Any = None, headers: Any = None, *, to: str = CHAT) -> ScriptedLLM:
        return self.answer(failed(status, body, headers), to=to)

    def hang(self, seconds: float, *, to: str = CHAT) -> ScriptedLLM:
        return self.answer(Answer(b"", seconds=seconds), to=to)

    def raw(self, wire: bytes, *, to: str = CHAT) -> ScriptedLLM:
        return self.answer(Answer(wire), to=to)

    def refusal(self, text: str) -> ScriptedLLM:
        return self.answer(said(None, refusal=text))

    def cut_off(self, content: str) -> ScriptedLLM:
        return self.answer(said(content, finish_reason="length"))

    def unsupported_schema(self) -> ScriptedLLM:
        return self.answer(SCHEMA_UNSUPPORTED)

    def take(self, request: Request) -> Answer:
        """Record a request and return the answer to it: the next in the queue, or else that of the rule."""
        with self._lock:
            self.requests.append(request)
            if self._queues[request.path]:
                return self._queues[request.path].popleft()
        if request.path == EMBEDDINGS:
            return self._embedding_rule(request.body) or embeddings(request.body, self.dimensions)
        if self._rule is None:
            return self.problem("ScriptedLLM has no answer left for a chat request")
        try:
            answer = self._rule(request.body)
        except BaseException as exc:
            return self.problem(f"the rule raised {exc!r}")
        return answer if isinstance(answer, Answer) else said(answer)

    def problem(self, message: str) -> Answer:
        """Record a fault of the test itself. The answer tells clients not to retry."""
        self.problems.append(message)
        return failed(500, message, {"x-should-retry": "false"})


def embeddings(request: dict[str, Any], dimensions: int = 64) -> Answer:
    """The vectors of the texts in a request, as OpenAI's server sends them."""
    texts = [request["input"]] if isinstance(request["input"], str) else request["input"]
    embeddings: list[Any] = [vector(text, request.get("dimensions", dimensions)) for text in texts]
    if request.get("encoding_format") == "base64":
        embeddings = [base64.b64encode(array("f", numbers).tobytes()).decode() for numbers in embeddings]
    rows = [
        {"object": "embedding", "index": index, "embedding": embedding} for index, embedding in enumerate(embeddings)
    ]
    return Answer({"object": "list", "data": rows, "model": "scripted", "usage": USAGE})


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128
    llm: ScriptedLLM

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.llm.connections.append(connection)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A ConnectionError is a client that left after its time-out.
        if not isinstance(error := sys.exc_info()[1], ConnectionError):
            self.llm.problem(f"the scripted server raised {error!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.llm.take(Request(self.path.partition("?")[0].removeprefix("/v1/"), request, headers))
        self.server.llm.closing.wait(answer.seconds)
        if isinstance(answer.body, bytes):
            self.close_connection = True
            self.wfile.write(answer.body)
            return
        content = (answer.body if isinstance(answer.body, str) else json.dumps(answer.body)).encode()
        kind = "text/html" if isinstance(answer.body, str) else "application/json"
        self.send_response(answer.status)
        for header in {"content-type": kind, "content-length": str(len(content)), **answer.headers}.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""
