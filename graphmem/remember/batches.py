"""Many adds at once: which of them may be read together, and which may be decided and written in one transaction.

The result is the same as adding one after the other. Rules decide about leading adds that don't bear on each other. A model, which takes
long to answer, is asked at once about those that are shown nothing which is still to be decided. Of the others a few are asked about
beforehand, as if each draft of the earlier ones had been stored as new, which most are; what was decided is written up to the first add
for which that was wrong, and that one is asked about again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.model.changes import ChangeSet, Relate
from graphmem.model.memory import Entity, entity_key
from graphmem.model.requests import Known
from graphmem.model.vectors import Vector, cosines
from graphmem.remember import decisions, drafts
from graphmem.remember.call import Call
from graphmem.remember.decisions import Decision
from graphmem.remember.drafts import Draft
from graphmem.remember.same_entity import after

# Draft id → known memories close to it.
Near: TypeAlias = Mapping[str, Sequence[Known]]
# How many memories the vector of a draft finds. Of these the words choose those that are shown to a model: many more than that, because by
# vectors alone whatever is said of the same person is close.
NEAREST = 20
# For every _ADDS_A_GUESS adds, a model may be asked one question ahead, whose answer may prove useless: so fewer answers are waited for
# one after the other. The more answers proved useless, the more adds it takes.
_ADDS_A_GUESS = 8


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


class Decided(NamedTuple):
    """An add that was decided: what was extracted, the decisions, and the drafts and vectors as they are to be written."""

    add: Prepared
    decisions: Sequence[Decision]
    written: Sequence[Draft]
    vectors: Sequence[Vector | None]


def chunks(calls: Sequence[Call], size: int) -> Iterator[list[Call]]:
    """The calls in order, at most `size` to a chunk; a call that repeats a message of its chunk starts the next one.

    The repeated message then counts as read before, just as if the calls had been made one by one.
    """
    chunk: list[Call] = []
    times: dict[tuple[str, str], set[datetime]] = {}
    for call in calls:
        terms = call.terms
        own = {(terms.conversation, message.digest) for message in call.messages}
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
    """How many leading adds rules may decide at once: those that come out the same whether or not the others were written first."""
    if len(adds) < 2:
        return len(adds)
    earlier = _EarlierDrafts()
    for count, add in enumerate(adds):
        if add.infer and any(earlier.affects(draft) for draft in add.drafts):
            return count
        # Nobody comes after the last.
        if count + 1 < len(adds):
            earlier.include_all(add)
    return len(adds)


def expected(adds: Sequence[Prepared], near: Near) -> Near:
    """What each draft will find known when its turn comes, if all drafts of the adds before it are new: the usual case.

    A model can so be asked about all of them at once; `writable_together` tells for how many it came out like that.

    Args:
        near: draft id → what the store holds close to it now.
    """
    earlier = _EarlierDrafts()
    found: dict[str, Sequence[Known]] = {}
    for add in adds:
        if add.infer:
            found.update(
                (draft.memory.id, earlier.beside(near[draft.memory.id], draft, vector))
                for draft, vector in zip(add.drafts, add.vectors, strict=True)
            )
        for draft, vector in zip(add.drafts, add.vectors, strict=True):
            if decisions.repeats(draft.memory, found.get(draft.memory.id, ())) is None:
                earlier.include(draft, vector)
    return found


def open_questions(adds: Sequence[Prepared], expected: Near) -> list[bool]:
    """For each add whether what a model is asked about it hangs on what it decides about an earlier one of them."""
    unsettled: set[str] = set()
    hangs = []
    for add in adds:
        judged: set[str] = set()
        waits = False
        if add.infer and add.judged:
            beside = decisions.beside([draft.memory for draft in add.drafts], add.vectors)
            for index, draft in enumerate(add.drafts):
                same, shown = _seen(draft, expected[draft.memory.id])
                waits = waits or not unsettled.isdisjoint((same, *shown))
                if same is None and (shown or index in beside):
                    judged.update((draft.memory.id, *shown))
        hangs.append(waits)
        unsettled |= judged
    return hangs


def askable(hangs: Sequence[bool], done: int, asked: Sequence[int]) -> tuple[int, list[int]]:
    """About how many leading adds a model is to be asked at once, and the indices of those behind them that may be asked about as well.

    Args:
        hangs: of `open_questions`. done: how many adds are written. asked: how often a model was asked about each of these and those.
    """
    in_vain = sum(count - 1 for count in asked if count)
    spare = done + done // (_ADDS_A_GUESS * (1 + in_vain)) - sum(asked)
    leading = 0
    for waits in hangs:
        if waits and spare <= 0:
            break
        spare -= waits
        leading += 1
    return leading, [index for index in range(leading, len(hangs)) if not hangs[index]]


def writable_together(
    adds: Sequence[Decided], near: Near = MappingProxyType({}), expected: Near = MappingProxyType({})
) -> int:
    """How many leading adds may be written at once.

    These are about no memory that an earlier one of them makes or changes, and a model that decided about one was shown what it would
    have been shown if the earlier ones had been written first.
    """
    if len(adds) == 1 and not adds[0].add.judged:
        return 1
    changed: set[str] = set()
    made: set[str] = set()
    earlier = _EarlierDrafts()
    for count, (add, decided, written, vectors) in enumerate(adds):
        if not (changed | made).isdisjoint(memory.id for decision in decided for memory in decision.about):
            return count
        if add.infer and add.judged:
            for draft, vector in zip(add.drafts, add.vectors, strict=True):
                known, shown = near[draft.memory.id], expected[draft.memory.id]
                if not changed.isdisjoint(each.memory.id for each in known):
                    return count
                if _seen(draft, earlier.beside(known, draft, vector)) != _seen(draft, shown):
                    return count
        if count + 1 == len(adds):
            break
        for draft, decision, vector in zip(written, decided, vectors, strict=True):
            changed.update(memory.id for memory in decision.changed)
            if decision.event == "ADD":
                made.add(draft.memory.id)
                earlier.include(draft, vector)
            elif decision.event == "UPDATE" and decision.target is not None:
                earlier.include(replace(draft, memory=drafts.revised(decision.target, draft)), vector)
    return len(adds)


def _seen(draft: Draft, known: Sequence[Known]) -> tuple[str | None, tuple[str, ...]]:
    """What a decision about a draft hangs on: the memory that says the same, and those that a model is shown."""
    same = decisions.repeats(draft.memory, known)
    return None if same is None else same.id, tuple(memory.id for memory in decisions.close(draft.memory, known))


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
        vectors: (index of the draft, its vector). matrix: the vectors as one array; None if there are newer ones.
        bonds: key of a subject → index of the draft → its relations of that subject, as (predicate, key of the target).
        by_wording: comparable wording → indices of the drafts. by_identity: identity → index of the draft.
    """

    drafts: list[Draft] = field(default_factory=list)
    vectors: list[tuple[int, Vector]] = field(default_factory=list)
    matrix: npt.NDArray[np.float32] | None = None
    bonds: dict[str, dict[int, list[tuple[str, str]]]] = field(default_factory=dict)
    by_wording: dict[str, list[int]] = field(default_factory=dict)
    by_identity: dict[str, int] = field(default_factory=dict)

    def include_all(self, add: Prepared) -> None:
        for draft, vector in zip(add.drafts, add.vectors, strict=True):
            self.include(draft, vector)

    def include(self, draft: Draft, vector: Vector | None) -> None:
        # Of memories with one identity the store creates only the first.
        if draft.memory.identity in self.by_identity:
            return
        index = len(self.drafts)
        self.drafts.append(draft)
        self.by_identity[draft.memory.identity] = index
        if vector is not None:
            self.vectors.append((index, vector))
            self.matrix = None
        for relation in draft.fact.relations:
            bonds = self.bonds.setdefault(entity_key(relation.source), {})
            bonds.setdefault(index, []).append((relation.predicate, entity_key(relation.target)))
        self.by_wording.setdefault(decisions.wording(draft.memory.text), []).append(index)

    def affects(self, draft: Draft) -> bool:
        """Whether an earlier draft could change what rules decide about this one."""
        memory = draft.memory
        if memory.identity in self.by_identity:
            # Harmless: it is not created once more.
            return False
        same = self.by_wording.get(decisions.wording(memory.text), ())
        if any(self.drafts[index].memory.scope == memory.scope for index in same):
            return True
        # Rules compare relations alone; only a model is shown what is merely similar.
        return decisions.by_rule(draft.fact, draft.at, list(self.bound_to(draft))).event != "ADD"

    def beside(self, known: Sequence[Known], draft: Draft, vector: Vector | None) -> Sequence[Known]:
        """What a store would find close to this draft if it held the earlier ones beside what is known.

        In the order of `Nearby.known`: the same text, then the NEAREST by vector, then by relations.
        """
        same = [each for each in known if each.vector is None and not each.bonds]
        if (index := self.by_identity.get(draft.memory.identity)) is not None:
            same.append(Known(self.drafts[index].memory))
        near = [each for each in known if each.vector is not None]
        similar = sorted((*near, *self.similar_to(draft, vector)), key=lambda each: -(each.vector or 0.0))
        return (*same, *similar[:NEAREST], *(each for each in known if each.bonds), *self.bound_to(draft))

    def bound_to(self, draft: Draft) -> Iterator[Known]:
        """Those whose relations this one may end."""
        for subject, predicates in drafts.probe(draft, None).bonds:
            for index, bonds in self.bonds.get(subject, {}).items():
                endable = tuple(bond for bond in bonds if bond[0] in predicates)
                if endable and decisions.may_change(draft.memory, self.drafts[index].memory):
                    yield Known(self.drafts[index].memory, bonds=endable)

    def similar_to(self, draft: Draft, vector: Vector | None) -> Iterator[Known]:
        """Those with a similar vector."""
        if vector is not None and self.vectors:
            if self.matrix is None:
                self.matrix = np.stack([earlier for _, earlier in self.vectors])
            similar = (1 + cosines(self.matrix, vector)) / 2
            for row in np.flatnonzero(similar >= decisions.FLOOR):
                old = self.drafts[self.vectors[row][0]].memory
                if decisions.may_change(draft.memory, old):
                    yield Known(old, vector=float(similar[row]))
