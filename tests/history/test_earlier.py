"""What was so before: past states of memories, and what a call withdrew by what it wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from graphmem.filters.parse import parse
from graphmem.history.earlier import Earlier, earlier
from graphmem.model.filter import EVERYTHING, Filter
from graphmem.model.memory import Event, Scope, StoredMemory, StoredVersion

BEGAN = datetime(2026, 1, 1, tzinfo=timezone.utc)
NOW = BEGAN + timedelta(days=100)


def day(number: int) -> datetime:
    return BEGAN + timedelta(days=number)


def chain(id: str, *states: tuple[str, Event, str]) -> list[StoredVersion]:
    """The versions of a memory: text, event, and call. A call is named after its day: "d3"."""
    versions = []
    for number, (text, event, call) in enumerate(states):
        at = day(int(call.strip("d-")))
        memory = StoredMemory(id, text, Scope(user_id="alex"), f"{id}{number}", at, at)
        versions.append(StoredVersion(f"{id}{number}", memory, event, at, None, change_set=call))
    return versions


def told(
    versions: list[StoredVersion], *asked: str, filter: Filter = EVERYTHING, as_of: datetime | None = None
) -> set[str]:
    return {each.text for each in earlier(versions, asked, filter, NOW, as_of)}


MOVED = chain(
    "home", ("Lives in Boston", "ADD", "d1"), ("Lives in Rome", "UPDATE", "d3"), ("Lives in Oslo", "UPDATE", "d9")
)


def test_the_states_of_a_memory_before_this_one() -> None:
    assert earlier(MOVED, ["home"], EVERYTHING, NOW, None) == [
        Earlier("home", "Lives in Boston", day(1), day(3), "home"),
        Earlier("home", "Lives in Rome", day(3), day(9), "home"),
    ]
    assert told(MOVED) == set()


def test_as_of_a_time() -> None:
    assert told(MOVED, "home", as_of=day(4)) == {"Lives in Boston"}
    assert told(MOVED, "home", as_of=day(2)) == set()


def test_what_meets_the_conditions_and_has_not_expired() -> None:
    assert told(MOVED, "home", filter=parse({"text": {"contains": "Rome"}})) == {"Lives in Rome"}
    first, *others = MOVED
    expired = replace(first, memory=replace(first.memory, expiration_date=day(50)))
    assert told([expired, *others], "home") == {"Lives in Rome"}


def test_a_change_of_something_else_is_no_other_state() -> None:
    same = chain("home", ("Lives in Rome", "ADD", "d1"), ("Lives in Rome", "UPDATE", "d2"))
    assert told(same, "home") == set()
    back = chain(
        "home", ("Lives in Rome", "ADD", "d1"), ("Lives in Oslo", "UPDATE", "d2"), ("Lives in Rome", "UPDATE", "d3")
    )
    assert told(back, "home") == {"Lives in Oslo"}


def test_what_was_withdrawn_by_what_is_so_now() -> None:
    new = chain("rome", ("Moved to Rome", "ADD", "d5"))
    ended = chain("boston", ("Lives in Boston", "ADD", "d1"), ("Lives in Boston", "DELETE", "d5"))
    assert earlier([*new, *ended], ["rome"], EVERYTHING, NOW, None) == [
        Earlier("boston", "Lives in Boston", day(1), day(5), "rome")
    ]
    # Another memory that the call only changed says nothing of this matter.
    changed = chain("tea", ("Likes tea", "ADD", "d1"), ("Likes green tea", "UPDATE", "d5"))
    assert told([*new, *changed], "rome") == set()


def test_what_a_caller_deleted_stays_out_of_sight() -> None:
    deleted = chain("boston", ("Lives in Boston", "ADD", "d1"), ("Lives in Boston", "DELETE", "d5"))
    assert told(deleted, "boston") == set()
    restored = [*deleted, *chain("boston", ("Lives in Boston", "ADD", "d6"))]
    assert told(restored, "boston") == set()
    assert told([*deleted, *MOVED], "home") == {"Lives in Boston", "Lives in Rome"}
    assert {each.memory_id for each in earlier([*deleted, *MOVED], ["home"], EVERYTHING, NOW, None)} == {"home"}


def test_a_chain_that_comes_twice_is_told_once() -> None:
    assert len(earlier([*MOVED, *MOVED], ["home"], EVERYTHING, NOW, None)) == 2
