"""How often workers ask the store: once for what there is, and one for all where there is nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from graphmem.errors import StoreUnavailableError
from graphmem.model import times
from graphmem.model.memory import Scope
from graphmem.model.served import Event, Finished, Outcome
from graphmem.server.events import worker
from graphmem.server.events.worker import Worker
from graphmem.server.guard.observed import Meters


class Counting:
    """A store that counts how often it is asked for events."""

    def __init__(self) -> None:
        self.waiting: list[Event] = []
        self.claims = self.ends = 0
        self.renewed: list[list[str]] = []
        self._lock = threading.Lock()

    def claim(self, *_: Any) -> list[Event]:
        with self._lock:
            self.claims += 1
            return [self.waiting.pop(0)] if self.waiting else []

    def finish(self, *_: Any) -> Finished:
        with self._lock:
            self.ends += 1
            return Finished(True, self.waiting.pop(0) if self.waiting else None)

    def renew(self, ids: Sequence[str], *_: Any) -> None:
        self.renewed.append(list(ids))

    def prune(self, *_: Any) -> int:
        return 0


def made(store: Counting, work: Any, threads: int, lease: float = 600) -> Worker:
    return Worker(
        lambda: store,  # type: ignore[arg-type, return-value]
        "add",
        work,
        Meters(),
        threads=threads,
        keep_days=1,
        lease_seconds=lease,
        followed=lambda: None,
    )


def add(n: int) -> Event:
    return Event(f"e{n}", "add", "lane", Scope("anna"), {}, times.now())


def test_an_add_costs_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 600.0)
    store = Counting()
    one = made(store, lambda _: Outcome("SUCCEEDED"), 1)
    one.start()
    for n in range(5):
        # Two at the start; then one for each event, whose end tells that there is no other.
        while store.claims < 2 + n:
            time.sleep(0.001)
        store.waiting.append(add(n))
        one.wake()
        while store.ends < n + 1:
            time.sleep(0.001)
    assert one.stop(30)
    assert (store.claims, store.ends) == (7, 5)


def test_adds_that_wait_cost_one_question_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 600.0)
    store, done = Counting(), []
    store.waiting += [add(n) for n in range(5)]
    one = made(store, lambda event: (done.append(event.id), Outcome("SUCCEEDED"))[1], 1)
    one.start()
    while store.ends < 5:
        time.sleep(0.001)
    assert one.stop(30)
    assert (store.claims <= 2, store.ends, done) == (True, 5, ["e0", "e1", "e2", "e3", "e4"])


def test_only_what_is_under_way_is_kept_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 0.01)

    class Failing(Counting):
        """Its answer to the first end is lost; nothing else is known of that event here."""

        def finish(self, *given: Any) -> Finished:
            if not self.ends:
                self.ends += 1
                raise StoreUnavailableError("gone")
            return super().finish(*given)

        def release(self, *_: Any) -> None:
            raise StoreUnavailableError("gone")

    store, begun, go_on = Failing(), threading.Semaphore(0), threading.Semaphore(0)

    def work(_: Event) -> Outcome:
        begun.release()
        go_on.acquire(timeout=30)
        return Outcome("SUCCEEDED")

    store.waiting.append(add(0))
    one = made(store, work, 1, lease=0.03)
    one.start()
    for n in range(2):
        assert begun.acquire(timeout=30)
        store.renewed.clear()
        while len(store.renewed) < 2:
            time.sleep(0.001)
        assert store.renewed[1] == [f"e{n}"]
        store.waiting.append(add(n + 1))
        go_on.release()
    go_on.release()
    assert one.stop(30)


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
