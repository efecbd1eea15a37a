"""Going back: what to write so that a memory is again what it was. Nothing is rewritten, each way back is a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem.errors import ConflictError, ValidationError
from graphmem.model.changes import Change, Relate, Retire, Revise, Revive
from graphmem.model.memory import Links, Memory, Version
from graphmem.model.vectors import Vector


@dataclass(frozen=True, slots=True)
class Step:
    """One memory on its way back.

    Attributes:
        memory: the state it gets; None withdraws it.
        replaces: its newest version now.
        like: the version whose text, entities and relations it gets again; None where these stay, or go.
        revives: whether it was withdrawn.
    """

    memory_id: str
    memory: Memory | None
    replaces: str
    version_id: str
    like: str | None = None
    revives: bool = False


def restored(chain: Sequence[Version], version_id: str, at: datetime, new_id: Callable[[], str]) -> Step | None:
    """The step that makes a memory what it was in one version of its chain; None if it is so already.

    Raises:
        ValidationError: in that version it was withdrawn.
        ConflictError: it is immutable and still there.
    """
    version = next(each for each in chain if each.id == version_id)
    if version.event == "DELETE":
        raise ValidationError(
            f"version {version_id} is the deletion of memory {version.memory.id}: restore one before it, or delete the memory"
        )
    return _step(chain, version, at, new_id)


def undone(chains: Sequence[Sequence[Version]], change_set: str, at: datetime, new_id: Callable[[], str]) -> list[Step]:
    """The steps that take back what one call did to these memories.

    Raises:
        ConflictError: one of them was changed since; or it is immutable.
    """
    steps = []
    for chain in chains:
        newest = chain[-1]
        if newest.change_set != change_set:
            raise ConflictError(
                f"memory {newest.memory.id} was changed after that ({newest.event}, version {newest.id}): undo that first, "
                "or restore the versions you want one by one. Nothing was changed"
            )
        before = [version for version in chain if version.change_set != change_set]
        if not before or before[-1].event == "DELETE":
            steps.append(Step(newest.memory.id, None, newest.id, new_id()))
        elif (step := _step(chain, before[-1], at, new_id)) is not None:
            steps.append(step)
    return steps


def changes(
    steps: Sequence[Step], vectors: Mapping[str, Vector | None], links: Mapping[str, Links]
) -> tuple[Change, ...]:
    """What to write; `vectors` by memory id and `links` by version id, for the steps that get an old text again."""
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
        found = links.get(step.like or "", Links())
        if found.entities:
            related.append(Relate(memory.id, memory.scope.owner, found.entities, found.relations))
    return (*made, *related)


def _step(chain: Sequence[Version], version: Version, at: datetime, new_id: Callable[[], str]) -> Step | None:
    newest = chain[-1]
    revives = newest.event == "DELETE"
    now, then = newest.memory, version.memory
    same = replace(then, version_id=now.version_id, updated_at=now.updated_at) == now
    if not revives and same:
        return None
    if not revives and now.immutable:
        raise ConflictError(f"memory {now.id} is immutable: delete it and add another instead")
    memory = replace(then, version_id=new_id(), updated_at=at)
    like = version.id if revives or now.text != then.text else None
    return Step(now.id, memory, newest.id, memory.version_id, like, revives)
