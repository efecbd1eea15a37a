"""Checks the arguments of add and add_many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphmem.dialect import arguments
from graphmem.dialect import messages as reading
from graphmem.errors import ValidationError, shown
from graphmem.model import times
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.remember.call import Call
from graphmem.remember.credentials.masking import masked
from graphmem.remember.drafts import Terms
from graphmem.remember.instructions import Instructions

# What a conversation of add_many may set for itself, besides scope ids.
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


def read(
    messages: Any,
    scope: Scope,
    options: Mapping[str, Any],
    now: datetime,
    *,
    keep_secrets: bool = False,
    bound: Scope | None = None,
) -> Call:
    """The call of add that these arguments make.

    Args:
        options: any of OPTIONS. Those that are left out have the same defaults as in `add`.
        now: when the conversation took place, if no timestamp is given.
        keep_secrets: whether credentials stay in what facts are drawn from. Word for word, messages are what they are.
        bound: the part of the scope that the caller can't see past; by default nothing is.

    Raises:
        ValidationError: an argument can't be used.
    """
    said = reading.read(messages)
    given = options.get
    at = arguments.moment("timestamp", given("timestamp")) or now
    terms = Terms(
        scope=scope,
        at=at,
        timed=given("timestamp") is not None,
        metadata=arguments.metadata(given("metadata")),
        categories=arguments.categories(given("categories")),
        immutable=_switch("immutable", given("immutable"), False),
        expiration_date=arguments.moment("expiration_date", given("expiration_date"), day_end=True),
        bound=bound or Scope(),
    )
    instructions = Instructions(
        # The day on which it was said is the speaker's.
        said_at=times.spoken(given("timestamp")) or at,
        # Facts about the user, unless only an agent is named; facts about the agent if one is named.
        for_user=scope.agent_id is None or scope.user_id is not None,
        for_agent=scope.agent_id is not None,
        includes=arguments.wish("includes", given("includes")),
        excludes=arguments.wish("excludes", given("excludes")),
        custom=arguments.wish("custom_instructions", given("custom_instructions")),
        categories=arguments.custom_categories(given("custom_categories")),
        keep_secrets=keep_secrets,
    )
    infer = _switch("infer", given("infer"), True)
    call = Call(said.messages, terms, instructions, infer, said.passed_over)
    return masked(call) if infer and not keep_secrets else call


def conversation(given: Any) -> tuple[Any, dict[str, Any]]:
    """The messages of one conversation of add_many, and the ids and options that it sets for itself.

    Raises:
        ValidationError: an option is unknown.
    """
    if not isinstance(given, Mapping) or "messages" not in given:
        return given, {}
    own = {name: value for name, value in given.items() if name != "messages"}
    unknown = [name for name in own if name not in (*SCOPE_FIELDS, *OPTIONS)]
    if unknown:
        allowed = ", ".join(("messages", *SCOPE_FIELDS, *OPTIONS))
        raise ValidationError(f"{shown(unknown[0])} is not allowed; allowed are {allowed}")
    return given["messages"], own


def _switch(name: str, given: Any, default: bool) -> bool:
    return default if given is None else arguments.truth(name, given)
