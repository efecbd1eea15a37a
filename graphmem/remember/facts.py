"""Facts: what extraction finds in a conversation, before anything is decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem.model.memory import Entity, Message, Scope

Span = tuple[int, int]

# More of one answer than any conversation window holds; the rest is counted, not stored.
MAX_FACTS = 100


@dataclass(frozen=True, slots=True)
class Triple:
    """A typed relation between two entities, by name. `since`, `until`: when it held in the world, None if not said."""

    source: str
    predicate: str
    target: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth remembering.

    Attributes:
        sources: places in the conversation of the messages that support it, rising, never empty.
        by_assistant: whether it is about what the assistant (agent) said or was told; otherwise it is the user's.
        spans: for each source the characters of the message's content that say it (start, and the end that no longer
            does), None where no quote tells. Where they are not given for every source they are None throughout.
        happened_at: the start of the day, in UTC, on which it happened or will; None if not said.
    """

    text: str
    sources: tuple[int, ...]
    by_assistant: bool = False
    categories: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    relations: tuple[Triple, ...] = ()
    spans: tuple[Span | None, ...] = ()
    happened_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.spans) != len(self.sources):
            object.__setattr__(self, "spans", (None,) * len(self.sources))


@dataclass(frozen=True, slots=True)
class Extraction:
    """Facts, and how many the model gave that were left out.

    Attributes:
        unsupported: nothing in the conversation says so.
        unwanted: said by one whose facts the caller does not want.
        dropped: without usable text, or beyond the first MAX_FACTS.
    """

    facts: tuple[Fact, ...]
    unsupported: int = 0
    unwanted: int = 0
    dropped: int = 0


def verbatim(messages: Sequence[Message]) -> Extraction:
    """Every message that is not the system's, as it stands: what `infer=False` stores."""
    return Extraction(
        tuple(
            Fact(text=message.content, sources=(place,), by_assistant=message.role in ("assistant", "tool"))
            for place, message in enumerate(messages)
            if message.role != "system" and message.content.strip()
        )
    )


def attribute(fact: Fact, scope: Scope) -> Scope:
    """Whose memory a fact becomes. Given both a user and an agent, each fact goes to its speaker; given one of them, all go to it."""
    if scope.user_id is None or scope.agent_id is None:
        return scope
    return replace(scope, user_id=None) if fact.by_assistant else replace(scope, agent_id=None)


def same_fact(fact: Fact) -> tuple[str, bool]:
    """Equal for facts of one speaker whose texts differ only in case, white space and punctuation at the end."""
    return " ".join(fact.text.casefold().split()).rstrip(" .!。！") or fact.text, fact.by_assistant


def united(first: Fact, second: Fact) -> Fact:
    """One fact found twice: the first one's text, and the sources, categories, entities and relations of both."""
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
        happened_at=first.happened_at or second.happened_at,
    )
