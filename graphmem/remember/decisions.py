"""New facts against known memories: which need a decision, and what rules can decide without a model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from graphmem.model.memory import Event, Message, StoredMemory, entity_key
from graphmem.model.requests import Known
from graphmem.model.vectors import Vector, cosines
from graphmem.model.words import STOP_WORDS, stems
from graphmem.remember.facts import Fact
from graphmem.remember.grounding import Evidence
from graphmem.remember.supersedes import ends, incidental

# Similarities, (1 + cosine) / 2. In the embedders tried, two facts about the same thing in other words start at some 0.55, but
# facts about different things reach 0.57. So below NEAR a second sign is needed: a common category, or a relation of the subject.
FLOOR = 0.55
NEAR = 0.6
# More are filler, and take places from those of other facts.
MAX_CLOSE = 3
# Two new facts of one conversation are often about one matter: from here on they may say the same of it. Some 4 in 100 are so close.
BESIDE = 0.85
MAX_BESIDE = 2
# A longer text says more than the one thing that changed, and the rest of it would be lost.
_MAX_REPLACED_WORDS = 12
_JOINED = re.compile(r"\b(?:and|but|while|though|because)\b|[;.]")
_NUMBER = re.compile(r"\d+")
_PLAIN = re.compile(r"[a-z0-9]+")
_VAGUE_CATEGORIES = frozenset({"misc"})
# Words that make no difference to what a text says.
_OPTIONAL_WORDS = frozenset(["a", "an", "the", "now", "currently", "really", "very", "also", "just", "too"])


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a new fact. `target` is the known memory that an UPDATE, DELETE or NONE is about.

    `ended`: other known memories that no longer hold because of it. `text`: what the memory says after an UPDATE; None: what the fact says.
    `said_by`: index of another new fact of the same add that says all of it, for a NONE without a target.
    """

    event: Event
    target: StoredMemory | None = None
    ended: tuple[StoredMemory, ...] = ()
    text: str | None = None
    said_by: int | None = None

    @property
    def about(self) -> tuple[StoredMemory, ...]:
        """All known memories that it refers to."""
        return self.ended if self.target is None else (self.target, *self.ended)

    @property
    def changed(self) -> tuple[StoredMemory, ...]:
        """The memories that it updates or withdraws."""
        return self.ended if self.event == "NONE" else self.about


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact that a language model has to decide about. `known`: memories that it may repeat, replace or withdraw.

    `index`: of the fact among the drafts of its add. `beside`: indices of other new facts of that add which may say the same.
    """

    index: int
    fact: Fact
    known: tuple[StoredMemory, ...]
    beside: tuple[int, ...] = ()


def may_change(new: StoredMemory, known: StoredMemory) -> bool:
    """Whether a new memory may update or withdraw a known one: that carries all of its ids, and is of the same user and agent."""
    mine, other = new.scope, known.scope
    return mine.ids.items() <= other.ids.items() and mine.user_id == other.user_id and mine.agent_id == other.agent_id


def repeats(memory: StoredMemory, known: Sequence[Known]) -> StoredMemory | None:
    """The known memory that says the same, apart from case, white space, punctuation, and words such as "really" or "now"."""
    key = wording(memory.text)
    return next(
        (candidate.memory for candidate in known if candidate.memory.identity == memory.identity),
        next(
            (
                candidate.memory
                for candidate in known
                if candidate.memory.scope == memory.scope and wording(candidate.memory.text) == key
            ),
            None,
        ),
    )


def renews(memory: StoredMemory, at: datetime, same: StoredMemory, now: datetime) -> bool:
    """Whether a new memory brings back the known one that says the same: that had expired when this was said, and this lasts.

    Args:
        at: what was said until then is older.
    """
    expired, expires = same.expiration_date, memory.expiration_date
    return expired is not None and expired <= min(at, now) and (expires is None or expires > now)


def is_close(memory: StoredMemory, candidate: Known) -> bool:
    """Whether a new memory may repeat or replace this known one."""
    if candidate.bonds:
        return True
    if candidate.vector is None:
        return False
    shared = set(memory.categories).intersection(candidate.memory.categories) - _VAGUE_CATEGORIES
    return candidate.vector >= NEAR or bool(shared)


def close(memory: StoredMemory, known: Sequence[Known]) -> tuple[StoredMemory, ...]:
    """The known memories that a new one may repeat or replace, closest first, without duplicates; at most MAX_CLOSE.

    How close one is, its cosine and the share of the new words that it holds tell together: by the cosine alone, what is said of the same
    person comes too high. For the same reason a word counts less, the more of the known memories hold it, as a person's name.
    """
    words = frozenset(stems(memory.text)) - STOP_WORDS
    held = {each.memory.id: words.intersection(stems(each.memory.text)) for each in known}
    weights = {word: 1 / (1 + sum(word in shared for shared in held.values())) for word in words}
    most = sum(weights.values()) or 1.0

    def likeness(candidate: Known) -> float:
        shared = sum(weights[word] for word in held[candidate.memory.id]) / most
        # A relation that may end is a sign of its own.
        return 2 * (candidate.vector or 0.5) - 1 + shared + bool(candidate.bonds)

    compared = sorted((each for each in known if is_close(memory, each)), key=likeness, reverse=True)
    return tuple({each.memory.id: each.memory for each in compared}.values())[:MAX_CLOSE]


def beside(memories: Sequence[StoredMemory], vectors: Sequence[Vector | None]) -> dict[int, tuple[int, ...]]:
    """Index of each new memory → those of the others of its scope that may say the same, closest first; at most MAX_BESIDE.

    Memories that have none are left out. Two that tell different numbers don't say the same.
    """
    found: dict[int, list[tuple[float, int]]] = {}
    rows = [(index, vector) for index, vector in enumerate(vectors) if vector is not None]
    if len(rows) < 2:
        return {}
    similar = (1 + np.stack([cosines(np.stack([vector for _, vector in rows]), vector) for _, vector in rows])) / 2
    for one, other in np.argwhere(np.triu(similar >= BESIDE, 1)):
        first, second = rows[one][0], rows[other][0]
        mine, others = (frozenset(_NUMBER.findall(memories[index].text)) for index in (first, second))
        if memories[first].scope == memories[second].scope and (mine <= others or others <= mine):
            near = float(similar[one, other])
            found.setdefault(first, []).append((-near, second))
            found.setdefault(second, []).append((-near, first))
    return {index: tuple(other for _, other in sorted(near)[:MAX_BESIDE]) for index, near in found.items()}


def by_rule(fact: Fact, at: datetime, known: Sequence[Known]) -> Decision:
    """The decision without a model: a new relation may end an older one of the same subject. In doubt the fact is new.

    If it ends several memories, it replaces the most similar one; the others are withdrawn if they say nothing else.
    """
    # A memory with two relations says something else that would be lost with the one that ends.
    ended = {
        candidate.memory.id: candidate
        for candidate in known
        if len(candidate.bonds) == 1
        and _may_be_replaced(candidate.memory, at)
        and _ended(fact, candidate.memory, *candidate.bonds[0])
    }
    if not ended:
        return Decision("ADD")
    # Rounded, and ties broken without ids, so that every store and every run chooses the same one.
    similarity = {
        candidate.memory.id: round(candidate.vector, 3) for candidate in known if candidate.vector is not None
    }

    def likeness(candidate: Known) -> tuple[Any, ...]:
        old = candidate.memory
        return similarity.get(old.id, 0.0), old.updated_at, old.text, old.scope.key

    first, *others = sorted(ended.values(), key=likeness, reverse=True)
    return Decision(
        "UPDATE", first.memory, tuple(other.memory for other in others if not incidental(other.bonds[0][0]))
    )


def _may_be_replaced(memory: StoredMemory, at: datetime) -> bool:
    return not memory.immutable and memory.updated_at <= at and len(memory.text.split()) <= _MAX_REPLACED_WORDS


def _ended(fact: Fact, old: StoredMemory, predicate: str, target: str) -> bool:
    """Whether a relation of the fact ends this one of the old memory, and the memory says nothing else that would be lost."""
    if not any(ends(triple.predicate, entity_key(triple.target), predicate, target) for triple in fact.relations):
        return False
    # Every part of a compound text must reappear in the new fact, or be the relation that ends.
    evidence = Evidence([Message("user", f"{fact.text} {target}")])
    parts = [part for part in _JOINED.split(old.text) if part.strip()]
    return len(parts) == 1 or all(evidence.share(part, [0]) > 0 for part in parts)


def without_double_changes(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions of one call, in which a second change to the same memory becomes an ADD."""
    changed: set[str] = set()
    kept = []
    for decision in decisions:
        if decision.event in ("UPDATE", "DELETE") and decision.target is not None and decision.target.id in changed:
            decision = replace(decision, event="ADD", target=None, text=None)
        decision = replace(decision, ended=tuple(memory for memory in decision.ended if memory.id not in changed))
        changed.update(memory.id for memory in decision.changed)
        kept.append(decision)
    return kept


def wording(text: str) -> str:
    """A text reduced to what `repeats` compares."""
    if text.isascii():
        words = _PLAIN.findall(text.lower())
    else:
        folded = unicodedata.normalize("NFKC", text).casefold()
        # Marks (category M) belong to their letters: without them words of Hindi or Thai would fall apart.
        words = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded).split()
    return " ".join(word for word in words if word not in _OPTIONAL_WORDS) or " ".join(words)
