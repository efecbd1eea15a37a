"""Messages as searches find them: what was said, beside the memories that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graphmem.model.filter import Filter
from graphmem.model.memory import Message, Scope
from graphmem.model.requests import Candidate
from graphmem.model.vectors import Vector
from graphmem.model.words import Term


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message that searches find.

    Attributes:
        scope: whom it belongs to.
        said_at: when the conversation took place (the caller's clock).
        conversation: key of the conversation. position: in it, from 1.
    """

    id: str
    message: Message
    scope: Scope
    said_at: datetime
    conversation: str
    position: int


@dataclass(frozen=True, slots=True)
class SaidRequest:
    """A search among messages, as a store gets it. Its arms (by vector, by words) find messages independently of each other.

    Attributes:
        filter: no message outside of it is found. It speaks of scope ids, `created_at` (when it was said) and `text` only.
        now: what has expired at this time takes its messages along.
        at: what was recorded by this time counts, by the store's clock; None: all.
        vector: of the query; unit length, shape (dimensions,). None leaves the vector arm out.
        terms: words of the query: what the text arm finds, and what is told of each message. Empty leaves the arm out.
        by_words: whether the text arm searches; without it, terms are only told of what the other arm finds.
        limit: the most messages that an arm finds, at least 1.
        around: for this many of the best messages of each arm, others that stand near them are added to what was found.
        reach: how far away these may be, in messages. 0 adds none.
    """

    filter: Filter
    now: datetime
    at: datetime | None = None
    vector: Vector | None = None
    terms: tuple[Term, ...] = ()
    by_words: bool = True
    limit: int = 50
    around: int = 50
    reach: int = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was found, and what ranking needs to know of it: as of a memory that was stored word for word."""

    stored: StoredMessage
    candidate: Candidate
