"""Facts: what extraction finds in a conversation, before anything is decided about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from graphmem.model import when
from graphmem.model.calendar import Days
from graphmem.model.memory import Entity, Message, Scope
from graphmem.model.words import STOP_WORDS, TURNING, stems

# (start, end) in the characters of a message's content; the end is exclusive.
CharSpan = tuple[int, int]

# Characters of a message that no longer tells of one thing.
_LONG_MESSAGE = 1_000
# What exports of chats put before a message, such as "[12:04, 5/7/2023]": when it was said, not what it tells.
_STAMP = re.compile(r"\s*\[[^\]\n]{1,60}\]")

# More than any conversation window holds; further facts of one answer are counted, not stored.
MAX_FACTS = 100


@dataclass(frozen=True, slots=True)
class Triple:
    """A typed relation between two entities, by name. `since`, `until`: when it held in the world; None if unknown."""

    source: str
    predicate: str
    target: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth remembering.

    Attributes:
        sources: indices of the messages that support it, ascending, never empty.
        by_assistant: whether it comes from what the assistant (agent) said or was told; otherwise from the user.
        spans: for each source the characters of its content that say it, None without a quote. If not given for every
            source, they are None throughout.
        event: when what it tells happened or will happen; None if that is not said.
    """

    text: str
    sources: tuple[int, ...]
    by_assistant: bool = False
    categories: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    relations: tuple[Triple, ...] = ()
    spans: tuple[CharSpan | None, ...] = ()
    event: Days | None = None

    def __post_init__(self) -> None:
        if len(self.spans) != len(self.sources):
            object.__setattr__(self, "spans", (None,) * len(self.sources))


@dataclass(frozen=True, slots=True)
class Extraction:
    """The facts found, and how many others of the model's answer were left out.

    Attributes:
        unsupported: nothing in the conversation says so.
        unwanted: from a speaker whose facts the caller does not want.
        dropped: without usable text, or beyond the first MAX_FACTS.
        undated: dates of its facts and relations that are none, and were left out of these.
        secrets: the credentials that stood in the messages or in facts that were left out for them. Never shown.
    """

    facts: tuple[Fact, ...]
    unsupported: int = 0
    unwanted: int = 0
    dropped: int = 0
    undated: int = 0
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


def verbatim(messages: Sequence[Message], said_on: date) -> Extraction:
    """Every message but the system's, word for word: what `infer=False` stores.

    Args:
        said_on: the day of those who spoke. What a message tells happened on the days that it names first.
    """
    return Extraction(
        tuple(
            Fact(
                text=message.content,
                sources=(index,),
                by_assistant=message.role in ("assistant", "tool"),
                event=_told_of(message.content, said_on),
            )
            for index, message in enumerate(messages)
            if message.role != "system" and message.content.strip()
        )
    )


def _told_of(content: str, said_on: date) -> Days | None:
    """The days that a message tells of; None if it names none, or is so long that it tells of many things."""
    return when.event(_STAMP.sub("", content, count=1), said_on) if len(content) <= _LONG_MESSAGE else None


def attribute(fact: Fact, scope: Scope, bound: Scope | None = None) -> Scope:
    """The scope a fact is stored in. With both a user and an agent, each fact goes to its speaker; with one of them, all go there.

    Args:
        bound: the ids that the caller can't see past: they are on all facts.
    """
    return scope.of_speaker(assistant=fact.by_assistant, bound=bound)


def same_fact(fact: Fact) -> tuple[str, bool]:
    """A key that is equal for facts of one speaker whose texts differ only in case, white space and final punctuation."""
    # A text of nothing but punctuation would be empty, and equal to all others of its kind.
    return " ".join(fact.text.casefold().split()).rstrip(" .!。！") or fact.text, fact.by_assistant


def united(first: Fact, second: Fact) -> Fact:
    """One fact that was found twice: the text of the first, and the sources, categories, entities and relations of both."""
    spans = dict(zip(first.sources, first.spans, strict=True))
    for source, span in zip(second.sources, second.spans, strict=True):
        spans[source] = spans.get(source) or span
    entities = {entity.key: entity for entity in first.entities}
    for entity in second.entities:
        entities.setdefault(entity.key, entity)
    return replace(
        first,
        sources=tuple(sorted(spans)),
        spans=tuple(spans[source] for source in sorted(spans)),
        categories=tuple(dict.fromkeys((*first.categories, *second.categories))),
        entities=tuple(entities.values()),
        relations=tuple(dict.fromkeys((*first.relations, *second.relations))),
        event=first.event or second.event,
    )


def repeats(fact: Fact, other: Fact) -> bool:
    """Whether the other fact says all that this one says: its words that mean something stand there, in the same order.

    Facts of different speakers or times never do, nor where one of them says of what it tells that it is no longer so, or not yet.
    """
    return _Said.of(fact).repeats(_Said.of(other))


def without_repeats(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in their order; one that another repeats is united with that, in the place of the first."""
    kept: list[_Said] = []
    for said in map(_Said.of, facts):
        for place, other in enumerate(kept):
            if said.repeats(other):
                kept[place] = replace(other, fact=united(other.fact, said.fact))
                break
            if other.repeats(said):
                kept[place] = replace(said, fact=united(said.fact, other.fact))
                break
        else:
            kept.append(said)
    return tuple(said.fact for said in kept)


@dataclass(frozen=True, slots=True)
class _Said:
    """A fact with its words, as stems, which every comparison needs.

    Attributes:
        telling: those that mean something, in their order. turning: those that make it say something else.
    """

    fact: Fact
    words: tuple[str, ...]
    telling: tuple[str, ...]
    turning: frozenset[str]

    @classmethod
    def of(cls, fact: Fact) -> _Said:
        words = tuple(stems(fact.text))
        return cls(fact, words, tuple(word for word in words if word not in STOP_WORDS), TURNING.intersection(words))

    def repeats(self, other: _Said) -> bool:
        fact = self.fact
        if fact.by_assistant != other.fact.by_assistant or self.turning != other.turning:
            return False
        if fact.event is not None and fact.event != other.fact.event:
            return False
        rest = iter(other.words)
        return bool(self.telling) and all(word in rest for word in self.telling)
