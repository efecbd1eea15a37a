"""Many adds at once: which may be read together, and which decided and written in one transaction.

Adds in one transaction are decided by what the store knew before it. So that they come out as if they had been made one after
the other, an add that speaks of what one before it says begins another transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from graphmem.model.changes import ChangeSet, Relate
from graphmem.model.memory import Entity, Memory, entity_key
from graphmem.model.requests import Known
from graphmem.model.vectors import Vector
from graphmem.remember import decisions, drafts
from graphmem.remember.call import Call
from graphmem.remember.decisions import Decision
from graphmem.remember.drafts import Draft


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an add found, before it is decided. `vectors` stand in the order of the drafts.

    Attributes:
        infer: whether its drafts are facts to be compared. judged: whether a language model decides on them.
    """

    drafts: Sequence[Draft]
    vectors: Sequence[Vector | None]
    infer: bool
    judged: bool


def chunks(calls: Sequence[Call], size: int) -> Iterator[list[Call]]:
    """The calls in their order, at most `size` together; one with a message that its chunk holds already begins the next."""
    chunk: list[Call] = []
    said: dict[tuple[str, str], set[datetime]] = {}
    for call in calls:
        terms = call.terms
        own = {(terms.scope.key, message.digest) for message in call.messages}
        # As in recollection.settled: with a time of its own, a message is the same only if it was said then.
        heard = [at for each in own for at in said.get(each, ()) if not terms.timed or at == terms.at]
        if chunk and (len(chunk) == size or (call.infer and heard)):
            yield chunk
            chunk, said = [], {}
        chunk.append(call)
        for each in own:
            said.setdefault(each, set()).add(terms.at)
    if chunk:
        yield chunk


def alike(given: Sequence[Prepared]) -> int:
    """How many of these, from the first, may be decided at once: none of them would be decided otherwise after one before it."""
    before = _Before()
    for number, each in enumerate(given):
        if each.infer and any(
            before.tells(*pair, judged=each.judged) for pair in zip(each.drafts, each.vectors, strict=True)
        ):
            return number
        for draft, vector in zip(each.drafts, each.vectors, strict=True):
            before.include(draft, vector)
    return len(given)


def unclashed(given: Sequence[Sequence[Decision]]) -> int:
    """How many of these, from the first, may be written at once: none is about a memory that one before it changes."""
    changed: set[str] = set()
    for number, decided in enumerate(given):
        if not changed.isdisjoint(memory.id for each in decided for memory in each.about):
            return number
        changed.update(memory.id for each in decided for memory in each.changed)
    return len(given)


def named(change: ChangeSet, known: Mapping[str, Sequence[Entity]]) -> dict[str, Sequence[Entity]]:
    """Owner → the entities that are known once this is written."""
    found = dict(known)
    for each in change.changes:
        if isinstance(each, Relate):
            found[each.owner] = (*found.get(each.owner, ()), *each.entities)
    return found


@dataclass(slots=True)
class _Before:
    """The drafts of the adds before, and what leads to them."""

    drafts: list[Draft] = field(default_factory=list)
    vectors: list[tuple[int, Vector]] = field(default_factory=list)
    bonds: dict[str, dict[int, list[tuple[str, str]]]] = field(default_factory=dict)
    said: dict[str, list[int]] = field(default_factory=dict)

    def include(self, draft: Draft, vector: Vector | None) -> None:
        place = len(self.drafts)
        self.drafts.append(draft)
        if vector is not None:
            self.vectors.append((place, vector))
        for each in draft.fact.relations:
            bonds = self.bonds.setdefault(entity_key(each.source), {})
            bonds.setdefault(place, []).append((each.predicate, entity_key(each.target)))
        self.said.setdefault(decisions.said(draft.memory.text), []).append(place)

    def tells(self, draft: Draft, vector: Vector | None, *, judged: bool) -> bool:
        """Whether one of them bears on the decision on this draft."""
        memory = draft.memory
        same = [self.drafts[place].memory for place in self.said.get(decisions.said(memory.text), ())]
        if any(each.identity == memory.identity for each in same):
            # The store makes it once.
            return False
        if any(each.scope == memory.scope for each in same):
            return True
        known = list(self.near(draft, vector if judged else None))
        if judged:
            return bool(decisions.close(memory, known))
        return decisions.by_rule(draft.fact, memory.updated_at, known).event != "ADD"

    def near(self, draft: Draft, vector: Vector | None) -> Iterator[Known]:
        """What a store would find, had it these."""
        for subject, predicates in drafts.probe(draft, None).bonds:
            for place, bonds in self.bonds.get(subject, {}).items():
                asked = tuple(bond for bond in bonds if bond[0] in predicates)
                if asked and _sees(draft.memory, self.drafts[place].memory):
                    yield Known(self.drafts[place].memory, bonds=asked)
        if vector is not None and self.vectors:
            similar = (1 + np.stack([each for _, each in self.vectors]) @ vector) / 2
            for found in np.flatnonzero(similar >= decisions.FLOOR):
                old = self.drafts[self.vectors[found][0]].memory
                if _sees(draft.memory, old):
                    yield Known(old, vector=float(similar[found]))


def _sees(new: Memory, old: Memory) -> bool:
    """Whether the old one lies within the scope of the new one."""
    return new.scope.ids.items() <= old.scope.ids.items()
