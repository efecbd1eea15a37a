"""How often workers ask the store: once for what there is, and one for all where there is nothing."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from graphmem.model import times
from graphmem.model.memory import Scope
from graphmem.model.served import Event, Outcome
from graphmem.server.events import worker
from graphmem.server.events.worker import Worker
from graphmem.server.guard.observed import Meters


class Counting:
    """A store that counts how often it is asked for events."""

    def __init__(self) -> None:
        self.waiting: list[Event] = []
        self.claims = 0
        self._lock = threading.Lock()

    def claim(self, *_: Any) -> list[Event]:
        with self._lock:
            self.claims += 1
            return [self.waiting.pop()] if self.waiting else []

    def finish(self, *_: Any) -> bool:
        return True


def made(store: Counting, work: Any, threads: int) -> Worker:
    return Worker(
        lambda: store,  # type: ignore[arg-type, return-value]
        "add",
        work,
        Meters(),
        threads=threads,
        keep_days=1,
        lease_seconds=600,
        followed=lambda: None,
    )


def test_an_add_costs_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 600.0)
    store, done = Counting(), threading.Semaphore(0)

    def work(_: Event) -> Outcome:
        done.release()
        return Outcome("SUCCEEDED")

    one = made(store, work, 1)
    one.start()
    for n in range(5):
        # Two at the start; then one for each event, and one for what may follow it.
        while store.claims < 2 + 2 * n:
            time.sleep(0.001)
        store.waiting.append(Event(f"e{n}", "add", "lane", Scope("anna"), {}, times.now()))
        one.wake()
        assert done.acquire(timeout=30)
    while store.claims < 12:
        time.sleep(0.001)
    assert one.stop(30)
    assert store.claims == 12


def test_one_thread_looks_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 600.0)
    many = made(Counting(), None, 4)
    # The first one has to look. The others wait until it is time again, or until they are called.
    many._idle(0)
    others = [threading.Thread(target=many._idle, args=(0,)) for _ in range(3)]
    for thread in others:
        thread.start()
    assert all(thread.is_alive() for thread in others)
    for _ in others:
        many.wake()
    for thread in others:
        thread.join(30)
    assert not any(thread.is_alive() for thread in others)
