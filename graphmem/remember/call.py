"""One add: what was asked for, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphmem.model.memory import Message, StoredRelation
from graphmem.remember.drafts import Outcome, Terms
from graphmem.remember.facts import Extraction
from graphmem.remember.instructions import Instructions
from graphmem.remember.usage import Usage

MAX_CHUNK = 1_000
MAX_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Call:
    """One add.

    Attributes:
        infer: whether to extract facts, or to store the messages word for word.
        passed_over: how many messages, and parts of messages, without a text were given beside these.
        secrets: the credentials that were masked in the messages. Never shown.
    """

    messages: tuple[Message, ...]
    terms: Terms
    instructions: Instructions
    infer: bool
    passed_over: int = 0
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(slots=True)
class Remembered:
    """What one add did, or would do with dry_run.

    Attributes:
        id: of the call; None if it wrote nothing.
        known: id → text of the memories that came from these messages before; filled only if all messages were read before.
        settled: how many messages were read before. recalled: how many pasted memories were skipped.
        passed_over: as in Call.
        secrets: the credentials that were left out, of the messages, of facts and of merged texts. Never shown, but counted.
    """

    usage: Usage = field(default_factory=Usage)
    id: str | None = None
    outcomes: Sequence[Outcome] = ()
    relations: Sequence[StoredRelation] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    extraction: Extraction = field(default_factory=lambda: Extraction(()))
    settled: int = 0
    recalled: int = 0
    passed_over: int = 0
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
