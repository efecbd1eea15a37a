"""Many adds at once: which of them may be read together, and which may be decided and written in one transaction.

All adds of one transaction are decided against what the store held before it. To give the same result as adding one after the
other, an add that bears on an earlier one of the batch starts a new transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from graphmem.model.changes import ChangeSet, Relate
from graphmem.model.memory import Entity, StoredMemory, entity_key
from graphmem.model.requests import Known
from graphmem.model.vectors import Vector, cosines
from graphmem.remember import decisions, drafts
from graphmem.remember.call import Call
from graphmem.remember.decisions import Decision
from graphmem.remember.drafts import Draft
from graphmem.remember.same_entity import after


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an add extracted, before anything is decided about it. `vectors` are in the order of the drafts.

    Attributes:
        infer: whether its drafts are facts to compare with known ones. judged: whether a language model decides about them.
    """

    drafts: Sequence[Draft]
    vectors: Sequence[Vector | None]
    infer: bool
    judged: bool


def chunks(calls: Sequence[Call], size: int) -> Iterator[list[Call]]:
    """The calls in order, at most `size` to a chunk; a call that repeats a message of its chunk starts the next one.

    The repeated message then counts as read before, just as if the calls had been made one by one.
    """
    chunk: list[Call] = []
    times: dict[tuple[str, str], set[datetime]] = {}
    for call in calls:
        terms = call.terms
        own = {(terms.scope.key, message.digest) for message in call.messages}
        # As in already_read.settled: if the caller gave a time, only a message said at that time is the same one.
        repeated = [at for message in own for at in times.get(message, ()) if not terms.timed or at == terms.at]
        if chunk and (len(chunk) == size or (call.infer and repeated)):
            yield chunk
            chunk, times = [], {}
        chunk.append(call)
        for message in own:
            times.setdefault(message, set()).add(terms.at)
    if chunk:
        yield chunk


def independent(adds: Sequence[Prepared]) -> int:
    """How many leading adds may be decided at once: those that come out the same whether or not the others were written first."""
    earlier = _EarlierDrafts()
    for count, add in enumerate(adds):
        if add.infer and any(
            earlier.affects(draft, vector, judged=add.judged)
            for draft, vector in zip(add.drafts, add.vectors, strict=True)
        ):
            return count
        for draft, vector in zip(add.drafts, add.vectors, strict=True):
            earlier.include(draft, vector)
    return len(adds)


def writable_together(adds: Sequence[Sequence[Decision]]) -> int:
    """How many leading adds may be written at once: those about no memory that an earlier one of them changes."""
    changed: set[str] = set()
    for count, decided in enumerate(adds):
        if not changed.isdisjoint(memory.id for decision in decided for memory in decision.about):
            return count
        changed.update(memory.id for decision in decided for memory in decision.changed)
    return len(adds)


def with_entities(known: Mapping[str, Sequence[Entity]], changes: ChangeSet) -> dict[str, Sequence[Entity]]:
    """Owner → the entities that will be known once these changes are written."""
    entities = dict(known)
    for change in changes.changes:
        if isinstance(change, Relate):
            entities[change.owner] = after(entities.get(change.owner, ()), change)
    return entities


@dataclass(slots=True)
class _EarlierDrafts:
    """The drafts of earlier adds, with the indices that a store would find them by.

    Attributes:
        vectors: (index of the draft, its vector).
        bonds: key of a subject → index of the draft → its relations of that subject, as (predicate, key of the target).
        by_wording: comparable wording → indices of the drafts.
    """

    drafts: list[Draft] = field(default_factory=list)
    vectors: list[tuple[int, Vector]] = field(default_factory=list)
    bonds: dict[str, dict[int, list[tuple[str, str]]]] = field(default_factory=dict)
    by_wording: dict[str, list[int]] = field(default_factory=dict)

    def include(self, draft: Draft, vector: Vector | None) -> None:
        index = len(self.drafts)
        self.drafts.append(draft)
        if vector is not None:
            self.vectors.append((index, vector))
        for relation in draft.fact.relations:
            bonds = self.bonds.setdefault(entity_key(relation.source), {})
            bonds.setdefault(index, []).append((relation.predicate, entity_key(relation.target)))
        self.by_wording.setdefault(decisions.wording(draft.memory.text), []).append(index)

    def affects(self, draft: Draft, vector: Vector | None, *, judged: bool) -> bool:
        """Whether an earlier draft could change the decision on this one."""
        memory = draft.memory
        same = [self.drafts[index].memory for index in self.by_wording.get(decisions.wording(memory.text), ())]
        if any(earlier.identity == memory.identity for earlier in same):
            # Harmless: of two memories with one identity the store creates only the first.
            return False
        if any(earlier.scope == memory.scope for earlier in same):
            return True
        # Rules compare relations alone; only a model is shown what is merely similar.
        known = list(self.similar_to(draft, vector if judged else None))
        if judged:
            # What a model would say is unknown here, so anything that it would be asked about counts.
            return any(decisions.is_close(memory, each) for each in known)
        return decisions.by_rule(draft.fact, memory.updated_at, known).event != "ADD"

    def similar_to(self, draft: Draft, vector: Vector | None) -> Iterator[Known]:
        """What a store would find close to this draft if it held the earlier ones."""
        for subject, predicates in drafts.probe(draft, None).bonds:
            for index, bonds in self.bonds.get(subject, {}).items():
                endable = tuple(bond for bond in bonds if bond[0] in predicates)
                if endable and _sees(draft.memory, self.drafts[index].memory):
                    yield Known(self.drafts[index].memory, bonds=endable)
        if vector is not None and self.vectors:
            similar = (1 + cosines(np.stack([earlier for _, earlier in self.vectors]), vector)) / 2
            for row in np.flatnonzero(similar >= decisions.FLOOR):
                old = self.drafts[self.vectors[row][0]].memory
                if _sees(draft.memory, old):
                    yield Known(old, vector=float(similar[row]))


def _sees(new: StoredMemory, old: StoredMemory) -> bool:
    """Whether the scope of the new memory covers that of the old one."""
    return new.scope.ids.items() <= old.scope.ids.items()
