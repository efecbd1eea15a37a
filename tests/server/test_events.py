"""Adds by event: in their order, once each, whatever happens to the server."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from graphmem.errors import ExtractionError, StoreUnavailableError
from graphmem.server.events import adds, worker
from tests.conftest import StoreUnderTest
from tests.server.conftest import MakeServer, Served
from tests.server.running import Running, running

ENDED = ("SUCCEEDED", "FAILED")


def later(server: Served, text: Any, **more: Any) -> Any:
    return server.post("/v3/memories/add/", {"messages": text, "infer": False, "user_id": "anna", **more})


def all_ended(server: Served) -> list[dict[str, Any]]:
    """All events, newest first, when nothing waits any more."""
    for _ in range(1_000):
        events: list[dict[str, Any]] = server.get("/v1/events/?page_size=1000").json()["results"]
        if all(event["status"] in ENDED for event in events):
            return events
        time.sleep(0.01)
    raise AssertionError(events)


def test_a_users_adds_are_done_in_their_order(server: Served) -> None:
    for n in range(12):
        assert later(server, f"I am at stop {n}").status_code == 200
    assert {event["status"] for event in all_ended(server)} == {"SUCCEEDED"}
    stored = [row["memory"] for row in server.client.get_all(user_id="anna")]
    assert stored == [f"I am at stop {n}" for n in reversed(range(12))]


def test_users_are_served_beside_each_other(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    both, done = threading.Barrier(2, timeout=30), adds.done
    monkeypatch.setattr(adds, "done", lambda client, event: (both.wait(), done(client, event))[1])
    server = make_server(event_workers=2)
    for user in ("anna", "ben"):
        later(server, "I love tea", user_id=user)
    # Each waits for the other: one after the other would never end.
    assert [event["status"] for event in all_ended(server)] == ["SUCCEEDED"] * 2


def test_what_failed_says_why_and_holds_up_nobody(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    done = adds.done

    def fails(client: Any, event: Any) -> Any:
        if "bad" in str(event.request):
            raise ExtractionError("the model said nothing")
        if "worse" in str(event.request):
            raise RuntimeError("a secret")
        return done(client, event)

    monkeypatch.setattr(adds, "done", fails)
    for text in ("bad", "worse", "good"):
        later(server, text)
    good, worse, bad = all_ended(server)
    assert (bad["status"], bad["error"]) == ("FAILED", "ExtractionError: the model said nothing")
    assert (worse["status"], worse["error"]) == ("FAILED", "the server failed: RuntimeError")
    assert (good["status"], good["error"], good["results"][0]["memory"]) == ("SUCCEEDED", None, "good")
    assert all(event["latency"] >= 0 and event["started_at"] and event["completed_at"] for event in (good, worse, bad))


def test_a_store_that_is_away_is_waited_for(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    done, tried = adds.done, Counter[str]()
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 0.01)

    def away_at_first(client: Any, event: Any) -> Any:
        tried[event.id] += 1
        if tried[event.id] < 3:
            raise StoreUnavailableError("away")
        return done(client, event)

    monkeypatch.setattr(adds, "done", away_at_first)
    later(server, "I love tea")
    [event] = all_ended(server)
    assert (event["status"], tried[event["id"]]) == ("SUCCEEDED", 3)


def test_a_queue_that_is_full_refuses_and_has_room_again(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, done = threading.Event(), adds.done
    monkeypatch.setattr(adds, "done", lambda client, event: (go_on.wait(30), done(client, event))[1])
    server = make_server(max_events=3)
    answers = [later(server, f"one {n}") for n in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 503, 503]
    assert answers[-1].headers["retry-after"] == "5"
    assert "wait to be done" in answers[-1].json()["detail"]
    go_on.set()
    assert len(all_ended(server)) == 3
    assert later(server, "one more").status_code == 200


def test_an_event_that_kills_servers_is_given_up(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_ATTEMPTS", 0)
    server = make_server()
    later(server, "I love tea")
    [event] = all_ended(server)
    assert (event["status"], "given up" in event["error"]) == ("FAILED", True)


def test_what_was_said_is_not_kept_twice_and_not_past_an_erasure(server: Served) -> None:
    later(server, "I love zanzibar")
    [event] = all_ended(server)
    assert event["results"][0]["memory"] == "I love zanzibar"
    server.client.erase(user_id="anna")
    assert "zanzibar" not in server.get("/v1/events/").text
    file = Path(server.client.choices["store"].name)
    left = b"".join(each.read_bytes() for each in file.parent.iterdir() if each.name.startswith(file.name))
    assert b"zanzibar" not in left


def test_yesterday_is_read_against_the_time_of_the_request(server: Served) -> None:
    server.post(
        "/v3/memories/add/", {"messages": "I moved to Rome yesterday.", "user_id": "anna", "timestamp": 1_700_000_000}
    )
    all_ended(server)
    [memory] = server.client.get_all(user_id="anna")
    assert (memory["event_start"], memory["created_at"][:10]) == ("2023-11-13", "2023-11-14")


@pytest.mark.thorough
def test_a_server_that_is_stopped_finishes_what_it_does(store: StoreUnderTest, tmp_path: Path) -> None:
    if store.name != "embedded":
        pytest.skip("the same threads, whatever the store")
    with running(store.settings, tmp_path) as server:
        asked = {"messages": "I love tea", "infer": False, "user_id": "anna"}
        ids = [
            httpx.post(f"{server.url}/v3/memories/add/", json=asked, timeout=30).json()["event_id"] for _ in range(3)
        ]
        assert server.stop() in (0, -signal.SIGTERM)
        server.start()
        for id in ids:
            assert _ended(server, id)["status"] == "SUCCEEDED"


@pytest.mark.exhaustive
def test_nothing_is_lost_or_done_twice_when_a_server_is_killed(store: StoreUnderTest, tmp_path: Path) -> None:
    _killed(store, tmp_path, clients=20, each=50, kills=3)


def test_a_server_is_killed(store: StoreUnderTest, tmp_path: Path) -> None:
    if store.name != "embedded":
        pytest.skip("the thorough test tries it")
    _killed(store, tmp_path, clients=3, each=8, kills=1)


def _killed(store: StoreUnderTest, folder: Path, clients: int, each: int, kills: int) -> None:
    """Several clients add while the server is killed and started again; then every event that was accepted has ended, once."""
    accepted: dict[str, str] = {}
    lock = threading.Lock()
    with running(store.settings, folder, "--take-over", "2") as server:

        def client(number: int) -> None:
            with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http:
                for n in range(each):
                    asked = {"messages": f"Client {number} says {n}", "infer": False, "user_id": f"user {number}"}
                    while True:
                        try:
                            answer = http.post("/v3/memories/add/", json=asked)
                        except httpx.TransportError:
                            # Killed: it may have been accepted or not, which nobody knows.
                            time.sleep(0.05)
                            continue
                        assert answer.status_code == 200, answer.text
                        with lock:
                            accepted[answer.json()["event_id"]] = asked["messages"]
                        break

        threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        total = clients * each
        for kill in range(1, kills + 1):
            while len(accepted) < total * kill // (kills + 1):
                assert any(thread.is_alive() for thread in threads)
                time.sleep(0.005)
            server.kill()
            server.start()
        for thread in threads:
            thread.join(300)
        if kills > 1:
            # Once more, while the last ones are done.
            server.kill()
            server.start()
        assert len(accepted) == total
        for id in accepted:
            assert _ended(server, id)["status"] == "SUCCEEDED"
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http:
            told = [
                event
                for page in range(1, 2 + total // 500)
                for event in http.get("/v1/events/", params={"page": page, "page_size": 1_000}).json()["results"]
            ]
            assert {event["status"] for event in told} == {"SUCCEEDED"}
            assert set(accepted) <= {event["id"] for event in told}
            assert max(Counter(event["id"] for event in told).values()) == 1
            for number in range(clients):
                found = http.post(
                    "/v3/memories/?page_size=1000", json={"filters": {"user_id": f"user {number}"}}
                ).json()
                # The newest comes first: in the order in which they were sent, each once.
                texts = [row["memory"] for row in reversed(found["results"])]
                assert texts == [f"Client {number} says {n}" for n in range(each)]


def _ended(server: Running, id: str) -> Any:
    # What a killed server had begun is taken over after its lease.
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        event = httpx.get(f"{server.url}/v1/event/{id}/", timeout=60, trust_env=False).json()
        if event["status"] in ENDED:
            return event
        time.sleep(0.05)
    raise AssertionError(event)
