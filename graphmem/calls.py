"""What an add is asked, and what it did. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmem import arguments
from graphmem.errors import ValidationError
from graphmem.extraction import Extraction
from graphmem.model import SCOPE_FIELDS, Message, Relation, Scope
from graphmem.printing import shown
from graphmem.prompts import Instructions
from graphmem.resolution import Outcome, Terms
from graphmem.usage import Usage

MAX_CHUNK = 1_000
MAX_WORKERS = 64
# What a conversation of add_many may say for itself, besides whose it is.
OPTIONS = (
    "metadata",
    "categories",
    "infer",
    "timestamp",
    "expiration_date",
    "immutable",
    "includes",
    "excludes",
    "custom_instructions",
    "custom_categories",
)


@dataclass(frozen=True, slots=True)
class Call:
    """One add. `infer`: whether facts are looked for, or messages stored as they stand."""

    messages: tuple[Message, ...]
    terms: Terms
    instructions: Instructions
    infer: bool


@dataclass(slots=True)
class Added:
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


def read(messages: Any, scope: Scope, options: Mapping[str, Any], now: datetime) -> Call:
    """An add out of what a caller gives, checked. `options` are of OPTIONS; those left out are as in `add`.

    Raises:
        ValidationError: something that can't be used.
    """
    said = arguments.messages(messages)
    given = options.get
    at = arguments.moment("timestamp", given("timestamp")) or now
    terms = Terms(
        scope=scope,
        at=at,
        timed=given("timestamp") is not None,
        metadata=arguments.metadata(given("metadata")),
        categories=arguments.categories(given("categories")),
        immutable=bool(given("immutable")),
        expiration_date=arguments.moment("expiration_date", given("expiration_date"), day_end=True),
    )
    instructions = Instructions(
        said_at=at,
        for_user=scope.agent_id is None or scope.user_id is not None,
        for_agent=scope.agent_id is not None,
        includes=given("includes"),
        excludes=given("excludes"),
        custom=given("custom_instructions"),
        categories=arguments.custom_categories(given("custom_categories")),
    )
    infer = given("infer")
    return Call(said, terms, instructions, True if infer is None else bool(infer))


def conversation(given: Any) -> tuple[Any, dict[str, Any]]:
    """The messages of one conversation of add_many, and what it says for itself.

    Raises:
        ValidationError: an option that there is not.
    """
    if not isinstance(given, Mapping) or "messages" not in given:
        return given, {}
    own = {name: value for name, value in given.items() if name != "messages"}
    unknown = [name for name in own if name not in (*SCOPE_FIELDS, *OPTIONS)]
    if unknown:
        allowed = ", ".join(("messages", *SCOPE_FIELDS, *OPTIONS))
        raise ValidationError(f"{shown(unknown[0])} is not allowed; allowed are {allowed}")
    return given["messages"], own
