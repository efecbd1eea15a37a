"""What is written so that memories become again what they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count

import numpy as np
import pytest

from graphmem.errors import ConflictError, ValidationError
from graphmem.history.undo import Step, changes, restored, undone
from graphmem.model.changes import Relate, Retire, Revise, Revive
from graphmem.model.memory import Entity, Event, Links, Scope, StoredMemory, StoredRelation, StoredVersion

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
LATER = AT + timedelta(days=9)
ALEX = Scope("alex")


def chain(*steps: tuple[Event, str, str], immutable: bool = False) -> list[StoredVersion]:
    """Versions v1, v2, … of memory m: what each did, its text, and the call that wrote it."""
    versions = []
    for number, (event, text, call) in enumerate(steps, 1):
        at = AT + timedelta(hours=number)
        memory = StoredMemory("m", text, ALEX, f"v{number}", AT, at, immutable=immutable)
        versions.append(StoredVersion(f"v{number}", memory, event, at, None, change_set=call))
    return versions


def new_ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new{next(numbers)}"


LIVING = chain(("ADD", "likes tea", "one"), ("UPDATE", "likes coffee", "two"))
DELETED = chain(("ADD", "likes tea", "one"), ("DELETE", "likes tea", "two"))


def test_a_version_is_restored_as_a_new_one() -> None:
    step = restored(LIVING, "v1", LATER, new_ids())
    assert step is not None
    assert step.memory == replace(LIVING[0].memory, version_id="new1", updated_at=LATER)
    assert (step.replaces, step.like, step.revives) == ("v2", "v1", False)


def test_restoring_the_current_state_needs_no_step() -> None:
    assert restored(LIVING, "v2", LATER, new_ids()) is None


def test_a_deleted_memory_comes_back() -> None:
    step = restored(DELETED, "v1", LATER, new_ids())
    assert step is not None
    assert step.memory is not None
    assert step.memory.text == "likes tea"
    assert (step.replaces, step.like, step.revives) == ("v2", "v1", True)


def test_entities_stay_if_the_text_stays() -> None:
    filed = [LIVING[0], replace(LIVING[1], memory=replace(LIVING[0].memory, version_id="v2", categories=("food",)))]
    step = restored(filed, "v1", LATER, new_ids())
    assert step is not None
    assert step.like is None


def test_a_deletion_cannot_be_restored() -> None:
    with pytest.raises(ValidationError, match="v2 is the deletion of memory m"):
        restored(DELETED, "v2", LATER, new_ids())


def test_immutable_memories_are_not_changed_back() -> None:
    fixed = chain(("ADD", "likes tea", "one"), ("UPDATE", "likes coffee", "two"), immutable=True)
    with pytest.raises(ConflictError, match="immutable"):
        restored(fixed, "v1", LATER, new_ids())
    deleted = chain(("ADD", "likes tea", "one"), ("DELETE", "likes tea", "two"), immutable=True)
    assert restored(deleted, "v1", LATER, new_ids()) is not None


def test_undo_withdraws_what_a_call_added() -> None:
    added = chain(("ADD", "likes tea", "one"))
    assert undone([added], "one", LATER, new_ids()) == [Step("m", None, "v1", "new1")]


def test_undo_restores_what_a_call_changed() -> None:
    [step] = undone([LIVING], "two", LATER, new_ids())
    assert step.memory == replace(LIVING[0].memory, version_id="new1", updated_at=LATER)


def test_undo_revives_what_a_call_deleted() -> None:
    [step] = undone([DELETED], "two", LATER, new_ids())
    assert step.revives
    assert step.memory is not None


def test_undo_withdraws_what_a_call_revived() -> None:
    revived = chain(("ADD", "likes tea", "one"), ("DELETE", "likes tea", "two"), ("ADD", "likes tea", "three"))
    assert undone([revived], "three", LATER, new_ids()) == [Step("m", None, "v3", "new1")]


def test_undo_needs_no_step_if_nothing_differs() -> None:
    same = [LIVING[0], replace(LIVING[1], memory=replace(LIVING[0].memory, version_id="v2"))]
    assert undone([same], "two", LATER, new_ids()) == []


def test_undo_refuses_memories_changed_since() -> None:
    with pytest.raises(ConflictError, match="changed after that"):
        undone([LIVING], "one", LATER, new_ids())


def test_each_step_becomes_one_change() -> None:
    vector = np.ones(2, np.float32)
    links = Links((Entity("Tea"),), (StoredRelation("a", "likes", "b", "m"),))
    steps = [
        Step("gone", None, "g1", "g2"),
        Step("m", LIVING[0].memory, "v2", "v3", like="v1"),
        Step("back", DELETED[0].memory, "v2", "v3", like="v9", revives=True),
        Step("filed", LIVING[1].memory, "v2", "v3"),
    ]
    assert changes(steps, {"m": vector}, {"v1": links, "v9": Links()}) == (
        Retire("gone", "g2", "g1"),
        Revise(LIVING[0].memory, "v2", True, vector),
        Revive(DELETED[0].memory, "v2", vector),
        Revise(LIVING[1].memory, "v2", False, vector),
        # What the old text named, it names again.
        Relate("m", ALEX.owner, links.entities, links.relations),
    )
