"""Which adds may be read together, and which may be written in one transaction."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest

from graphmem.dialect import calls
from graphmem.model.memory import Scope, StoredMemory
from graphmem.remember import batches
from graphmem.remember.batches import Prepared
from graphmem.remember.call import Call
from graphmem.remember.decisions import Decision
from graphmem.remember.drafts import Draft
from graphmem.remember.facts import Fact, Triple

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
ALEX = Scope(user_id="alex")
BERLIN = Triple("User", "lives_in", "Berlin")
LISBON = Triple("User", "lives_in", "Lisbon")


def call(text: str, scope: Scope = ALEX, **options: Any) -> Call:
    return calls.read(text, scope, options, AT)


def memory(text: str, scope: Scope = ALEX, categories: tuple[str, ...] = (), id: str = "") -> StoredMemory:
    return StoredMemory(
        id=id or text,
        version_id="v" + text,
        text=text,
        scope=scope,
        categories=categories,
        created_at=AT,
        updated_at=AT,
    )


def prepared(text: str, *relations: Triple, scope: Scope = ALEX, vector: Any = None, **more: Any) -> Prepared:
    fact = Fact(text, (0,), False, relations=relations)
    draft = Draft(memory(text, scope, more.pop("categories", ())), fact)
    return Prepared([draft], [vector], **{"infer": True, "judged": False, **more})


def sizes(found: Any) -> list[int]:
    return [len(chunk) for chunk in found]


def test_chunks_hold_at_most_size_calls() -> None:
    assert sizes(batches.chunks([call(str(n)) for n in range(5)], 2)) == [2, 2, 1]
    assert sizes(batches.chunks([], 2)) == []


def test_a_repeated_message_begins_a_new_chunk() -> None:
    said = [call("a"), call("b"), call("a"), call("c")]
    assert sizes(batches.chunks(said, 10)) == [2, 2]
    assert sizes(batches.chunks([call("a"), call("a", Scope(user_id="bo"))], 10)) == [2]
    assert sizes(batches.chunks([call("a", infer=False), call("a", infer=False)], 10)) == [2]
    days = ["2026-01-01", "2026-01-02", "2026-01-02"]
    assert sizes(batches.chunks([call("a", timestamp=day) for day in days], 10)) == [2, 1]
    assert sizes(batches.chunks([call("a", timestamp="2026-01-02"), call("a")], 10)) == [1, 1]


def unit(degrees: float) -> Any:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (prepared("Lives in Berlin", BERLIN), prepared("Lives in Lisbon", LISBON), False),
        (prepared("Lives in Berlin", BERLIN), prepared("Lives in Lisbon", LISBON, infer=False), True),
        (prepared("Lives in Berlin", BERLIN, infer=False), prepared("Lives in Lisbon", LISBON), False),
        (prepared("Lives in Berlin", BERLIN), prepared("Lives in Lisbon", LISBON, scope=Scope(user_id="bo")), True),
        # A call of a user sees what was said in a run of that user, and not the other way round.
        (
            prepared("Lives in Berlin", BERLIN, scope=Scope(user_id="alex", run_id="r")),
            prepared("Lives in Lisbon", LISBON),
            False,
        ),
        (
            prepared("Lives in Berlin", BERLIN),
            prepared("Lives in Lisbon", LISBON, scope=Scope(user_id="alex", run_id="r")),
            True,
        ),
        (prepared("Likes tea"), prepared("Likes tea"), True),
        (prepared("Likes tea"), prepared("likes tea."), False),
        (prepared("Likes tea", vector=unit(0)), prepared("Likes coffee", vector=unit(1)), True),
        (prepared("Likes tea", vector=unit(0)), prepared("Likes coffee", vector=unit(1), judged=True), False),
        (prepared("Likes tea", vector=unit(0)), prepared("Likes coffee", vector=unit(179), judged=True), True),
        # (1 + cos 83°) / 2 is 0.56: close enough only with a category in common.
        (prepared("Likes tea", vector=unit(0)), prepared("Likes coffee", vector=unit(83), judged=True), True),
        (
            prepared("Likes tea", vector=unit(0), categories=("food",)),
            prepared("Likes coffee", vector=unit(83), judged=True, categories=("food",)),
            False,
        ),
    ],
)
def test_independent_adds_are_decided_together(first: Prepared, second: Prepared, together: bool) -> None:
    other = prepared("Plays chess")
    assert batches.independent([first, other, second]) == (3 if together else 2)


def test_a_memory_changed_by_one_add_delays_the_next() -> None:
    tea, rain = memory("Likes tea"), memory("Likes rain")
    update, none, delete = Decision("UPDATE", tea), Decision("NONE", tea), Decision("DELETE", tea)
    new, other = Decision("ADD"), Decision("UPDATE", rain)
    assert batches.writable_together([[update], [other], [new]]) == 3
    assert batches.writable_together([[update], [new], [none]]) == 2
    assert batches.writable_together([[none], [none], [update]]) == 3
    assert batches.writable_together([[new, delete], [update]]) == 1
    assert batches.writable_together([]) == 0
