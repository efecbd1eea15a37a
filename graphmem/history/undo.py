"""What to write so that a memory becomes again what it was. History is never rewritten: going back makes a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem.errors import ConflictError, ValidationError
from graphmem.model.changes import Change, Relate, Retire, Revise, Revive
from graphmem.model.memory import Links, StoredMemory, StoredVersion
from graphmem.model.vectors import Vector


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with one memory.

    Attributes:
        memory: its state afterwards; None withdraws it.
        replaces: id of its newest version.
        like: the version whose text, entities and relations it gets again; None if they stay, or the memory is withdrawn.
        revives: whether it is withdrawn now.
    """

    memory_id: str
    memory: StoredMemory | None
    replaces: str
    version_id: str
    like: str | None = None
    revives: bool = False


def restored(chain: Sequence[StoredVersion], version_id: str, at: datetime, new_id: Callable[[], str]) -> Step | None:
    """The step that restores a version of this chain; None if the memory is like that already.

    Raises:
        ValidationError: the version is a deletion.
        ConflictError: the memory is immutable and not deleted.
    """
    wanted = next(version for version in chain if version.id == version_id)
    if wanted.event == "DELETE":
        raise ValidationError(
            f"version {version_id} is the deletion of memory {wanted.memory.id}: restore one before it, or delete the memory"
        )
    return _step(chain, wanted, at, new_id)


def undone(
    chains: Sequence[Sequence[StoredVersion]], change_set: str, at: datetime, new_id: Callable[[], str]
) -> list[Step]:
    """The steps that undo what one call did to these memories.

    Raises:
        ConflictError: one of them was changed later, or is immutable.
    """
    steps = []
    for chain in chains:
        newest = chain[-1]
        if newest.change_set != change_set:
            raise ConflictError(
                f"memory {newest.memory.id} was changed after that ({newest.event}, version {newest.id}): undo that first, "
                "or restore the versions you want one by one. Nothing was changed"
            )
        # One call may have written several versions of a memory; all of them are undone.
        before = [version for version in chain if version.change_set != change_set]
        # The call made the memory, or brought it back: undone, it is withdrawn.
        if not before or before[-1].event == "DELETE":
            steps.append(Step(newest.memory.id, None, newest.id, new_id()))
        elif (step := _step(chain, before[-1], at, new_id)) is not None:
            steps.append(step)
    return steps


def changes(
    steps: Sequence[Step], vectors: Mapping[str, Vector | None], links: Mapping[str, Links]
) -> tuple[Change, ...]:
    """What to write. `vectors` (by memory id) and `links` (by version id) are those of the steps that restore a text."""
    made: list[Change] = []
    related: list[Change] = []
    for step in steps:
        memory = step.memory
        if memory is None:
            made.append(Retire(step.memory_id, step.version_id, step.replaces))
            continue
        if step.revives:
            made.append(Revive(memory, step.replaces, vectors.get(memory.id)))
        else:
            made.append(Revise(memory, step.replaces, step.like is not None, vectors.get(memory.id)))
        old = links.get(step.like or "", Links())
        if old.entities:
            related.append(Relate(memory.id, memory.scope.owner, old.entities, old.relations))
    return (*made, *related)


def _step(
    chain: Sequence[StoredVersion], version: StoredVersion, at: datetime, new_id: Callable[[], str]
) -> Step | None:
    newest = chain[-1]
    revives = newest.event == "DELETE"
    now, then = newest.memory, version.memory
    # Whether only what every version has of its own differs.
    same = replace(then, version_id=now.version_id, updated_at=now.updated_at) == now
    if not revives and same:
        return None
    if not revives and now.immutable:
        raise ConflictError(f"memory {now.id} is immutable: delete it and add another instead")
    memory = replace(then, version_id=new_id(), updated_at=max(now.updated_at, at))
    # A withdrawn memory has lost its entities and relations, and a changed text has others.
    like = version.id if revives or now.text != then.text else None
    return Step(now.id, memory, newest.id, memory.version_id, like, revives)
