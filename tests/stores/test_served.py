"""What a server keeps in a store of graphmem's own: records, and events that are done in their order, once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem._sync.client.sharing import server_store
from graphmem.model.ids import new_id
from graphmem.model.memory import Scope
from graphmem.model.served import Event, Finished, Outcome, Record
from graphmem.protocols import ServerStore
from tests.conftest import MakeClient, StoreUnderTest

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
LATER = NOW + 60 * SECOND
DONE = Outcome("SUCCEEDED")


@pytest.fixture
def kept(new_client: MakeClient) -> ServerStore:
    return server_store(new_client())


def event(lane: str, kind: str = "add", **more: Any) -> Event:
    return Event(new_id(), kind, lane, Scope(user_id=lane), {"messages": f"für {lane}"}, NOW, **more)


def record(id: str, owner: str = "p", kind: str = "key", at: datetime = NOW, **data: Any) -> Record:
    return Record(kind, id, owner, data, at, at)


def claimed(kept: ServerStore, worker: str = "w", now: datetime = NOW, limit: int = 10, kind: str = "add") -> list[str]:
    return [each.id for each in kept.claim(kind, worker, now, now + 30 * SECOND, limit)]


def test_records_are_kept_replaced_listed_and_discarded(kept: ServerStore) -> None:
    kept.keep(record("b", at=NOW + SECOND, name="two", deep={"ü": [1, None, True]}))
    kept.keep(record("a", name="one"))
    kept.keep(record("c", owner="q", at=NOW + 2 * SECOND))
    kept.keep(record("a", kind="webhook", url="x"))
    assert [each.id for each in kept.kept("key")] == ["a", "b", "c"]
    assert [each.id for each in kept.kept("key", owner="p")] == ["a", "b"]
    assert kept.kept("key", ids=["b"]) == [record("b", at=NOW + SECOND, name="two", deep={"ü": [1, None, True]})]
    assert kept.kept("key", ids=["c"], owner="p") == kept.kept("key", ids=["x"]) == kept.kept("nothing") == []
    assert [each.id for each in kept.kept("key", ids=["c", "x", "a", "webhook"])] == ["a", "c"]
    assert [each.id for each in kept.kept("key", ids=["c", "a"], owner="q")] == ["c"]
    assert kept.kept("key", ids=[]) == []
    kept.keep(record("a", owner="q", at=LATER, name="new"))
    [changed] = kept.kept("key", ids=["a"])
    assert (changed.owner, changed.data, changed.created_at, changed.updated_at) == ("q", {"name": "new"}, NOW, LATER)
    assert kept.discard("key", "a")
    assert not kept.discard("key", "a")
    assert [each.id for each in kept.kept("webhook")] == ["a"]


def test_a_lane_is_done_in_its_order_and_lanes_beside_each_other(kept: ServerStore) -> None:
    first, second, other, hook = event("anna"), event("anna"), event("ben"), event("anna", "webhook")
    assert kept.enqueue([first, second], 10)
    assert kept.enqueue([other, hook], 10)
    [began, beside] = kept.claim("add", "w", NOW, LATER, 10)
    assert (began.id, beside.id) == (first.id, other.id)
    assert (began.status, began.request, began.attempts, began.started_at) == ("RUNNING", first.request, 1, NOW)
    assert claimed(kept) == []
    assert claimed(kept, kind="webhook") == [hook.id]
    assert kept.finish(first.id, "w", DONE, NOW + SECOND).done
    assert claimed(kept) == [second.id]


def test_the_oldest_come_first_and_only_so_many(kept: ServerStore) -> None:
    events = [event(f"user {n}") for n in range(5)]
    kept.enqueue(events, 10)
    assert claimed(kept, limit=2) == [each.id for each in events[:2]]
    assert claimed(kept, limit=9) == [each.id for each in events[2:]]


def test_an_event_ends_once_and_is_told_afterwards(kept: ServerStore) -> None:
    one = event("anna")
    kept.enqueue([one], 10)
    assert not kept.finish(one.id, "w", DONE, NOW).done
    claimed(kept)
    assert not kept.finish(one.id, "another", DONE, NOW).done
    outcome = Outcome("FAILED", [{"id": "x"}], "ExtractionError: no", [event("hook", "webhook")])
    assert kept.finish(one.id, "w", outcome, LATER).done
    assert not kept.finish(one.id, "w", DONE, LATER).done
    [told] = kept.events("add", Scope()).events
    assert (told.status, told.results, told.error) == ("FAILED", [{"id": "x"}], "ExtractionError: no")
    assert (told.request, told.created_at, told.started_at, told.ended_at) == (None, NOW, NOW, LATER)
    assert len(claimed(kept, kind="webhook")) == 1


def test_the_end_of_an_event_begins_the_next_one(kept: ServerStore) -> None:
    one, two, other, hook = event("anna"), event("anna"), event("ben"), event("anna", "webhook")
    kept.enqueue([one, other, two, hook], 10)
    assert claimed(kept, limit=1) == [one.id]
    # Whoever has lost it begins nothing.
    assert kept.finish(one.id, "another", DONE, NOW, LATER) == Finished(False)
    ended = kept.finish(one.id, "w", DONE, NOW, NOW + 30 * SECOND)
    assert ended.next is not None
    assert (ended.next.id, ended.next.status, ended.next.request) == (other.id, "RUNNING", other.request)
    assert (ended.next.attempts, ended.next.started_at) == (1, NOW)
    assert claimed(kept, "heir") == [two.id]
    # Nobody works on it any more when its time is up; what follows is there before the next one is looked for.
    follow = event("cleo")
    ended = kept.finish(two.id, "heir", Outcome("SUCCEEDED", following=[follow]), NOW + 31 * SECOND, LATER)
    assert ended.next is not None
    assert (ended.next.id, ended.next.attempts) == (other.id, 2)
    assert not kept.finish(other.id, "w", DONE, LATER).done
    ended = kept.finish(other.id, "heir", DONE, LATER, LATER)
    assert ended.next is not None
    assert ended.next.id == follow.id
    assert kept.finish(follow.id, "heir", DONE, LATER, LATER) == Finished(True)
    assert claimed(kept, kind="webhook") == [hook.id]
    assert kept.finish(hook.id, "w", DONE, LATER) == Finished(True)


def test_what_a_dead_worker_had_is_taken_over_when_its_time_is_up(kept: ServerStore) -> None:
    one, two = event("anna"), event("anna")
    kept.enqueue([one, two], 10)
    assert claimed(kept, "dead") == [one.id]
    assert claimed(kept, "heir", NOW + 30 * SECOND) == []
    kept.renew([two.id], "dead", LATER)
    kept.renew([one.id], "another", LATER)
    kept.renew([one.id], "dead", NOW + 40 * SECOND)
    assert claimed(kept, "heir", NOW + 40 * SECOND) == []
    assert claimed(kept, "heir", NOW + 41 * SECOND) == [one.id]
    # It was not dead after all, but it is too late.
    assert not kept.finish(one.id, "dead", DONE, LATER).done
    assert kept.finish(one.id, "heir", DONE, LATER).done
    [told] = kept.events("add", Scope(), id=one.id).events
    assert told.attempts == 2
    assert claimed(kept, "heir", LATER) == [two.id]


def test_an_event_that_is_given_back_keeps_its_place(kept: ServerStore) -> None:
    one, two = event("anna"), event("anna")
    kept.enqueue([one, two], 10)
    claimed(kept)
    kept.release(one.id, "another")
    assert claimed(kept) == []
    kept.release(one.id, "w")
    assert claimed(kept) == [one.id]


def test_there_is_room_for_so_many_and_all_or_none_are_accepted(kept: ServerStore) -> None:
    assert kept.enqueue([event("a"), event("b")], 3)
    assert not kept.enqueue([event("c"), event("d")], 3)
    assert kept.events("add", Scope()).total == 2
    [first, _] = claimed(kept)
    assert kept.finish(first, "w", DONE, NOW).done
    assert kept.enqueue([event("c"), event("d")], 3)
    assert not kept.enqueue([event("e")], 3)


def test_events_are_told_within_a_scope_and_by_pages(kept: ServerStore) -> None:
    events = [event(["anna", "ben"][n % 2]) for n in range(7)]
    kept.enqueue(events, 10)
    of_anna = [each.id for each in reversed(events) if each.lane == "anna"]
    found = kept.events("add", Scope(user_id="anna"), offset=1, limit=2)
    assert ([each.id for each in found.events], found.total) == (of_anna[1:3], 4)
    assert kept.events("add", Scope(user_id="anna"), offset=9).total == 4
    assert kept.events("add", Scope(user_id="anna"), id=of_anna[0]).total == 1
    assert kept.events("add", Scope(user_id="ben"), id=of_anna[0]).total == 0
    assert kept.events("add", Scope(user_id="anna", run_id="r")).total == 0
    assert kept.events("webhook", Scope()).total == 0


def test_only_what_ended_long_ago_is_pruned(kept: ServerStore) -> None:
    old, new, open = event("a"), event("b"), event("c")
    kept.enqueue([old, new, open], 10)
    claimed(kept)
    kept.finish(old.id, "w", DONE, NOW)
    kept.finish(new.id, "w", DONE, LATER)
    assert kept.prune(LATER) == 1
    assert [each.id for each in kept.events("add", Scope()).events] == [open.id, new.id]


def test_many_workers_do_each_event_once_and_in_order(store: StoreUnderTest) -> None:
    events = [event(f"user {n % 5}") for n in range(60)]
    done: list[str] = []
    lock = threading.Lock()

    def work(name: str, goes_on: bool) -> None:
        with MemoryClient(**store.settings) as client:
            kept = server_store(client)
            while len(done) < len(events):
                begun = list(kept.claim("add", name, NOW, LATER, 2))
                while begun:
                    each = begun.pop(0)
                    with lock:
                        done.append(each.id)
                    ended = kept.finish(each.id, name, DONE, NOW, LATER if goes_on else None)
                    assert ended.done
                    begun += [ended.next] if ended.next else []

    with MemoryClient(**store.settings) as client:
        assert server_store(client).enqueue(events, 100)
        threads = [threading.Thread(target=work, args=(f"worker {n}", n % 2 == 0)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(done) == sorted(each.id for each in events)
        for lane in {each.lane for each in events}:
            order = [each.id for each in events if each.lane == lane]
            assert [id for id in done if id in order] == order


def test_a_reset_takes_events_and_leaves_keys(new_client: MakeClient) -> None:
    client = new_client()
    kept = server_store(client)
    for kind in ("key", "project", "webhook", "export", "feedback"):
        kept.keep(record("one", kind=kind))
    kept.enqueue([event("anna")], 10)
    client.reset(confirm="everything")
    assert kept.events("add", Scope()).total == 0
    assert claimed(kept) == []
    assert [kind for kind in ("key", "project", "webhook", "export", "feedback") if kept.kept(kind)] == [
        "key",
        "project",
        "webhook",
    ]
    # Whoever runs the server may go on at once.
    assert kept.enqueue([event("anna")], 10)
    assert len(claimed(kept)) == 1
