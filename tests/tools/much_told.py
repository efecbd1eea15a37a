"""A user of whom much is known: memories with entities, relations, categories, events, messages and versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np

from graphmem._async.providers.wordllama import NAME
from graphmem.model.changes import Change, ChangeSet, Create, Relate, Revise, Source, Transcript
from graphmem.model.memory import Entity, Message, Scope, StoredMemory, StoredRelation
from graphmem.model.requests import EmbedderInfo

USER, OTHER = "much", "little"
# The vectors are made up, under the name of those that other tests write to the same store.
EMBEDDER = EmbedderInfo(NAME, 256)
_BATCH = 250
_BEGIN = datetime(2020, 1, 1, tzinfo=timezone.utc)
_PREDICATES = ("lives_in", "visited", "likes", "works_at", "sister_of", "repaired")
_CATEGORIES = ("home", "travel", "food", "work", "family")


def tell(store: Any, memories: int, *, seed: int = 7) -> None:
    """Fill a store: all but a hundredth of the memories are of `USER`, the rest of `OTHER`. A fifth of them changed once.

    A third of the relations begin at the user, so that one entity has very many; the others are between a tenth as many entities.

    Args:
        store: with the methods of `graphmem.protocols.Store`.
    """
    store.bind(EMBEDDER)
    others = memories // 100
    for user, count in ((USER, memories - others), (OTHER, others)):
        for start in range(0, count, _BATCH):
            size = min(_BATCH, count - start)
            first = list(_said(user, start, size, seed))
            store.apply([_added(user, start, first)])
            store.apply([_changed(user, start, first[::5])])


def _said(user: str, start: int, count: int, seed: int) -> Iterator[tuple[StoredMemory, Any]]:
    random = np.random.default_rng(seed + start)
    for number in range(start, start + count):
        at = _BEGIN + timedelta(hours=5 * number)
        vector = random.standard_normal(EMBEDDER.dimensions).astype(np.float32)
        memory = StoredMemory(
            f"{user}-m{number}",
            f"Statement {number} of {user} about place {number % 97} and somebody or something that is told at some length here",
            Scope(user_id=user),
            f"{user}-v{number}.1",
            at,
            at,
            categories=(_CATEGORIES[number % len(_CATEGORIES)],),
            event_start=at.date() if number % 3 == 0 else None,
            event_end=at.date() if number % 3 == 0 else None,
        )
        yield memory, vector / np.linalg.norm(vector)


def _added(user: str, start: int, said: Sequence[tuple[StoredMemory, Any]]) -> ChangeSet:
    owner = Scope(user_id=user).key
    changes: list[Change] = []
    for number, (memory, vector) in enumerate(said, start):
        changes.append(Create(memory, vector, (Source(number - start),)))
        changes.append(_related(memory.id, owner, number))
    messages = tuple(Message("user", memory.text) for memory, _ in said)
    ids = tuple(f"{user}-s{number}" for number in range(start, start + len(said)))
    transcript = Transcript(owner, ids, messages, said[0][0].created_at)
    return ChangeSet(f"{user}-c{start}", said[-1][0].created_at, tuple(changes), transcript)


def _related(memory: str, owner: str, number: int) -> Relate:
    self = Entity("user", "person")
    one, other = Entity(f"Person {number % 811}", "person"), Entity(f"Place {number % 97}", "place")
    source = self if number % 3 == 0 else one
    predicate = _PREDICATES[number % len(_PREDICATES)]
    relation = StoredRelation(source.id(owner), predicate, other.id(owner), memory)
    return Relate(memory, owner, (source, other), (relation,))


def _changed(user: str, start: int, said: Sequence[tuple[StoredMemory, Any]]) -> ChangeSet:
    # The last ones changed this week, or the query that asks for it would find nothing.
    at = max(said[-1][0].created_at, datetime.now(timezone.utc) - timedelta(days=2))
    changes: list[Change] = []
    for number, (memory, vector) in enumerate(said):
        later = replace(memory, text=f"{memory.text}, but no more", version_id=f"{memory.id}.2", updated_at=at)
        changes.append(Revise(later, memory.version_id, True, vector, (Source(number),)))
        changes.append(_related(memory.id, Scope(user_id=user).key, start + number + 1))
    messages = tuple(Message("user", f"No more: {memory.text}") for memory, _ in said)
    ids = tuple(f"{user}-t{start + number}" for number in range(len(said)))
    return ChangeSet(f"{user}-d{start}", at, tuple(changes), Transcript(Scope(user_id=user).key, ids, messages, at))


# What the saved queries of Neo4j Browser ask about: parameter → value.
VALUES: dict[str, str | list[str]] = {
    "user": USER,
    "other_user": OTHER,
    "entity": "user",
    "other": "person 5",
    "memory": f"{USER}-m0",
    "memories": [f"{USER}-m{number}" for number in range(10)],
}
