"""Webhooks: what is told to whom, how it is signed and tried again, and where none may lead."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from graphmem.errors import ValidationError
from graphmem.server.webhooks import addresses, delivery, hooks, telling
from tests.server.conftest import MakeServer, Served

PROJECT = "/api/v1/webhooks/projects/default/"
ALL = list(hooks.EVENT_TYPES)


class Receiver(ThreadingHTTPServer):
    """Takes what it is sent. `answers`: the statuses that it gives, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook?a=1"
        self.answers = [204]
        self.got: list[tuple[dict[str, str], bytes]] = []

    def events(self, count: int) -> list[Any]:
        """What it was told, when it was so much."""
        deadline = time.monotonic() + 30
        while len(self.got) < count:
            assert time.monotonic() < deadline, self.got
            time.sleep(0.01)
        return [json.loads(body)["event_details"] for _, body in self.got]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answers = self.server.answers
        status = answers.pop(0) if len(answers) > 1 else answers[0]
        self.server.got.append((dict(self.headers), body))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def server(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setattr(telling, "_KNOWN_SECONDS", 0.0)
    monkeypatch.setattr(delivery, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(delivery.deliver, "__kwdefaults__", {"first_pause": 0.01})
    return make_server(private_webhooks=True)


def make(server: Served, url: str, types: list[str] = ALL, path: str = PROJECT, **more: Any) -> Any:
    return server.post(path, {"url": url, "name": "one", "event_types": types}, **more).json()


def test_every_change_is_told_in_its_order(server: Served, receiver: Receiver) -> None:
    make(server, receiver.url)
    id = server.add("I love tea", user_id="anna", categories=["drinks"])
    server.ask("PUT", f"/v1/memories/{id}/", {"text": "I love white tea"})
    server.ask("DELETE", f"/v1/memories/{id}/")
    other = server.add("I swim", user_id="anna")
    server.ask("DELETE", "/v1/memories/?user_id=anna")
    assert receiver.events(7) == [
        {"id": id, "data": {"memory": "I love tea"}, "event": "ADD"},
        {"event": "CATEGORIZE", "memory_id": id, "categories": ["drinks"]},
        {"id": id, "data": {"memory": "I love white tea"}, "event": "UPDATE"},
        {"event": "CATEGORIZE", "memory_id": id, "categories": ["drinks"]},
        {"id": id, "data": {"memory": None}, "event": "DELETE"},
        {"id": other, "data": {"memory": "I swim"}, "event": "ADD"},
        {"id": other, "data": {"memory": None}, "event": "DELETE"},
    ]


def test_adds_by_event_are_told_too_and_only_what_is_asked_for(server: Served, receiver: Receiver) -> None:
    make(server, receiver.url, ["memory_update"])
    hook = make(server, receiver.url, ["memory_add"])["webhook_id"]
    for text in ("I love tea", "I love cake"):
        server.post("/v3/memories/add/", {"messages": text, "user_id": "anna", "infer": False})
    assert [event["data"]["memory"] for event in receiver.events(2)] == ["I love tea", "I love cake"]
    server.ask("DELETE", f"/api/v1/webhooks/{hook}/")
    server.add("I love juice", user_id="anna")
    time.sleep(0.1)
    assert len(receiver.got) == 2
    # Deliveries are no adds: who asks for events sees none of them.
    assert server.get("/v1/events/").json()["count"] == 2


def test_a_delivery_is_signed_with_the_time(server: Served, receiver: Receiver) -> None:
    made = make(server, receiver.url, ["memory_add"])
    server.add("Ich mag Tee – ü", user_id="anna")
    receiver.events(1)
    [(headers, body)] = receiver.got
    at, signed = (part.split("=", 1)[1] for part in headers["X-Graphmem-Signature"].split(","))
    expected = hmac.new(made["secret"].encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signed, expected)
    assert abs(time.time() - int(at)) < 60
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == receiver.url.split("/")[2]
    # The secret is told once.
    assert made["secret"] not in server.get(PROJECT).text
    assert set(server.get(PROJECT).json()[0]) == {
        *("webhook_id", "name", "url", "event_types", "is_active", "project", "created_at", "updated_at")
    }


def test_what_was_not_taken_is_sent_again(server: Served, receiver: Receiver) -> None:
    receiver.answers = [500, 404, 204]
    make(server, receiver.url, ["memory_add"])
    server.add("I love tea", user_id="anna")
    first, second, third = receiver.events(3)
    assert first == second == third
    assert len({headers["X-Graphmem-Delivery"] for headers, _ in receiver.got}) == 1


def test_a_redirect_is_not_followed_and_a_dead_webhook_is_switched_off(
    server: Served, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MOST_FAILURES", 2)
    receiver.answers = [302]
    hook = make(server, receiver.url, ["memory_add"])["webhook_id"]
    for n in range(2):
        server.add(f"I love tea {n}", user_id="anna")
        receiver.events(delivery.ATTEMPTS * (n + 1))
    for _ in range(500):
        if not server.get(PROJECT).json()[0]["is_active"]:
            break
        time.sleep(0.01)
    assert len(receiver.got) == 2 * delivery.ATTEMPTS
    server.add("I love cake", user_id="anna")
    receiver.answers = [204]
    server.ask("PUT", f"/api/v1/webhooks/{hook}/", {"name": "again"})
    server.add("I love juice", user_id="anna")
    assert receiver.events(2 * delivery.ATTEMPTS + 1)[-1]["data"] == {"memory": "I love juice"}


def test_a_webhook_is_told_of_its_makers_scope_only(server: Served, receiver: Receiver) -> None:
    key = server.key("anna", user_id="anna")
    project = server.get("/v1/ping/", key=key).json()["project_id"]
    make(server, receiver.url, ALL, f"/api/v1/webhooks/projects/{project}/", key=key)
    admin = server.key("admin")
    server.add("Ben loves cake", key=admin, user_id="ben")
    # A conversation of both: what the agent says is the agent's, and no user's.
    said = [{"role": "user", "content": "I love tea"}, {"role": "assistant", "content": "I know Python"}]
    asked = {"messages": said, "infer": False, "user_id": "anna", "agent_id": "tutor"}
    server.post("/v3/memories/add/", asked, key=admin)
    server.add("I love juice", key=key)
    # One was added by event, so either may come first.
    assert sorted(event["data"]["memory"] for event in receiver.events(2)) == ["I love juice", "I love tea"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://127.1.2.3:8080/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://240.0.0.1/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://user:pass@example.com/",
        "https:///x",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "http://example.com/\r\nX: y",
        "not a url",
        "",
        "https://example.com/" + "x" * 3_000,
    ],
)
def test_addresses_that_no_webhook_may_have(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        addresses.checked(url, private=False)


def test_a_webhook_with_such_an_address_is_not_made(make_server: MakeServer) -> None:
    server = make_server()
    answer = server.post(PROJECT, {"url": "http://127.0.0.1/", "name": "x", "event_types": ["memory_add"]})
    assert (answer.status_code, "public internet" in answer.json()["detail"]) == (400, True)
    assert server.get(PROJECT).json() == []


# What a resolver makes of these is this machine, too.
@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_names_are_looked_up_when_they_are_used(host: str) -> None:
    with pytest.raises((ValidationError, socket.gaierror)):
        addresses.resolved(f"http://{host}/", private=False)


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def leads_to(*found: str) -> None:
        rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in found]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

    leads_to("8.8.8.8")
    target = addresses.resolved("https://example.com/a?b=c#d", private=False)
    # It connects to the address that was looked at: by its name it might be another one a moment later.
    assert (target.direct, target.host) == ("https://8.8.8.8:443/a?b=c", "example.com")
    for inside in ("10.0.0.1", "127.0.0.1", "169.254.169.254"):
        leads_to("8.8.8.8", inside)
        with pytest.raises(ValidationError, match="public internet"):
            addresses.resolved("https://example.com/", private=False)
        assert addresses.resolved("https://example.com/", private=True).address == "8.8.8.8"


def test_what_led_outside_and_now_leads_inside_gets_nothing(
    make_server: MakeServer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "_KNOWN_SECONDS", 0.0)
    server = make_server()
    port = receiver.server_address[1]
    row = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    assert make(server, f"http://rebinding.example:{port}/", ["memory_add"])["webhook_id"]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: row if "rebinding" in str(host) else real(host, *a, **k)
    )
    server.add("I love tea", user_id="anna")
    for _ in range(500):
        found = server.store.kept(hooks.KIND)[0].data["failures"]
        if found:
            break
        time.sleep(0.01)
    assert (found, receiver.got) == (1, [])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"url": "https://example.com"}, "event_types"),
        ({"event_types": ["memory_add"]}, "url"),
        ({"url": "https://example.com", "event_types": ["memory_burn"]}, "memory_burn"),
        ({"url": "https://example.com", "event_types": []}, "event_types"),
        ({"url": "https://example.com", "event_types": ["memory_add"], "name": "x" * 300}, "name"),
    ],
)
def test_webhooks_that_are_refused(server: Served, given: Any, says: str) -> None:
    answer = server.post(PROJECT, given)
    assert (answer.status_code, says in answer.json()["detail"]) == (400, True)


def test_there_is_room_for_a_hundred(server: Served) -> None:
    for n in range(hooks.MAX_HOOKS):
        make(server, f"https://example.com/{n}")
    assert server.post(PROJECT, {"url": "https://example.com", "event_types": ALL}).status_code == 400
