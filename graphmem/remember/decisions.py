"""New facts against what is known: which need a decision, and what rules can tell without a model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graphmem.model.memory import Event, Memory, Message, entity_key
from graphmem.model.requests import Known
from graphmem.remember.facts import Fact
from graphmem.remember.grounding import Evidence
from graphmem.remember.supersedes import ends, incidental

# (1 + cosine) / 2. Facts about one matter in other words lie from some 0.55 on in the embedders tried; facts about different
# matters reach 0.57. So below NEAR something else must speak for it: a category in common, or a relation of the same subject.
FLOOR = 0.55
NEAR = 0.6
# A longer statement says more than the one thing that has changed.
_MAX_REPLACED_WORDS = 12
_JOINED = re.compile(r"\b(?:and|but|while|though|because)\b|[;.]")
_UNTELLING = frozenset({"misc"})
# Words that may be missing from a text that says the same.
_UNTOLD = frozenset(["a", "an", "the", "now", "currently", "really", "very", "also", "just", "too"])


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a new fact. `target` is the known memory that an UPDATE, DELETE or NONE is about.

    `ended`: known memories besides that no longer hold because of it.
    """

    event: Event
    target: Memory | None = None
    ended: tuple[Memory, ...] = ()

    @property
    def about(self) -> tuple[Memory, ...]:
        """All known memories that it names."""
        return self.ended if self.target is None else (self.target, *self.ended)

    @property
    def changed(self) -> tuple[Memory, ...]:
        """Those that it changes or withdraws."""
        return self.ended if self.event == "NONE" else self.about


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact that a language model is to decide on. `known`: what it may repeat, replace or withdraw."""

    place: int
    fact: Fact
    known: tuple[Memory, ...]


def repeats(memory: Memory, known: Sequence[Known]) -> Memory | None:
    """The known memory that says the same, but for case, white space, punctuation, and words such as "really" or "now"."""
    key = said(memory.text)
    return next(
        (each.memory for each in known if each.memory.identity == memory.identity),
        next(
            (each.memory for each in known if each.memory.scope == memory.scope and said(each.memory.text) == key),
            None,
        ),
    )


def close(memory: Memory, known: Sequence[Known]) -> tuple[Memory, ...]:
    """What a new memory may repeat or replace, best first, each once."""
    categories = set(memory.categories) - _UNTELLING
    found = {
        each.memory.id: each.memory
        for each in known
        if each.bonds
        or (each.vector is not None and (each.vector >= NEAR or not categories.isdisjoint(each.memory.categories)))
    }
    return tuple(found.values())


def by_rule(fact: Fact, at: datetime, known: Sequence[Known]) -> Decision:
    """What can be told without a model: a relation that ends another of the same subject. In doubt the fact is new.

    Of several memories that it ends, the one takes its place that is most like it; those that say no more than that are withdrawn.
    """
    ended = {
        each.memory.id: each
        for each in known
        if len(each.bonds) == 1 and _may_be_replaced(each.memory, at) and _ended(fact, each.memory, *each.bonds[0])
    }
    if not ended:
        return Decision("ADD")
    # Rounded, and then by what does not hang on ids: the same in every store and every run.
    like = {each.memory.id: round(each.vector, 3) for each in known if each.vector is not None}

    def likeness(each: Known) -> tuple[Any, ...]:
        old = each.memory
        return like.get(old.id, 0.0), old.updated_at, old.text, old.scope.key

    first, *others = sorted(ended.values(), key=likeness, reverse=True)
    return Decision("UPDATE", first.memory, tuple(each.memory for each in others if not incidental(each.bonds[0][0])))


def _may_be_replaced(memory: Memory, at: datetime) -> bool:
    return not memory.immutable and memory.updated_at <= at and len(memory.text.split()) <= _MAX_REPLACED_WORDS


def _ended(fact: Fact, old: Memory, predicate: str, target: str) -> bool:
    """Whether a relation of the fact ends this one of the old memory, which says nothing else that would be lost with it."""
    if not any(ends(triple.predicate, entity_key(triple.target), predicate, target) for triple in fact.relations):
        return False
    evidence = Evidence([Message("user", f"{fact.text} {target}")])
    parts = [part for part in _JOINED.split(old.text) if part.strip()]
    return len(parts) == 1 or all(evidence.share(part, [0]) > 0 for part in parts)


def once_each(given: Sequence[Decision]) -> list[Decision]:
    """No memory is changed twice in one call: who comes second is new."""
    changed: set[str] = set()
    found = []
    for each in given:
        if each.event in ("UPDATE", "DELETE") and each.target is not None and each.target.id in changed:
            each = replace(each, event="ADD", target=None)
        each = replace(each, ended=tuple(memory for memory in each.ended if memory.id not in changed))
        changed.update(memory.id for memory in each.changed)
        found.append(each)
    return found


def said(text: str) -> str:
    """A text without what makes no difference to `repeats`."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded).split()
    return " ".join(word for word in words if word not in _UNTOLD) or " ".join(words)
