"""One add: what it is asked, and what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphmem.model.memory import Message, Relation
from graphmem.remember.drafts import Outcome, Terms
from graphmem.remember.facts import Extraction
from graphmem.remember.instructions import Instructions
from graphmem.remember.usage import Usage

MAX_CHUNK = 1_000
MAX_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Call:
    """One add. `infer`: whether facts are looked for, or messages stored as they stand."""

    messages: tuple[Message, ...]
    terms: Terms
    instructions: Instructions
    infer: bool


@dataclass(slots=True)
class Remembered:
    """What one add did, or with dry_run would do.

    Attributes:
        id: names the call; None if it wrote nothing.
        known: id → text of memories from messages that were read before; filled where nothing else was to be read.
        settled: how many messages were read before. recalled: how many pasted memories were passed over.
    """

    usage: Usage = field(default_factory=Usage)
    id: str | None = None
    outcomes: Sequence[Outcome] = ()
    relations: Sequence[Relation] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    extraction: Extraction = field(default_factory=lambda: Extraction(()))
    settled: int = 0
    recalled: int = 0
