"""The three stores in which the queries look, each in scopes of its own, so that one file or server holds them all."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from graphmem import MemoryClient
from graphmem.cli.demo.conversations import ALICE, BRUNO, CONVERSATIONS
from graphmem.model.requests import Completion, Prompt
from tests.search.corpus.corpus import sessions
from tests.search.finding.facts import LabelledFact, facts
from tests.tools.scripted_llm import as_said

RUTH = "ruth"
# Whose memories a query of a store searches, where it does not say so itself.
USERS = {"facts": RUTH, "messages": "maria", "demo": ALICE}
_IN_ONE_CONVERSATION = 10
_BEGAN = datetime(2024, 1, 8, 19, tzinfo=timezone.utc)


def told_as(fact: LabelledFact) -> str:
    """The message that a fact was drawn from. Not its very words, or the fact would be the message itself."""
    return f"Just so that you know: {fact.text}."


class LabelledModel:
    """Stands for a language model: it finds the labelled fact in each message, and takes all of them for new."""

    name = "labelled-facts"

    def __init__(self, given: Sequence[LabelledFact]) -> None:
        self._facts = {told_as(fact): fact.answer for fact in given}

    def complete(self, prompt: Prompt) -> Completion:
        answer = as_said({"messages": prompt.messages})
        if "facts" in answer:
            answer["facts"] = [{**said, **self._facts[said["text"]]} for said in answer["facts"]]
        return Completion(json.dumps(answer))

    def close(self) -> None:
        pass


def remember_facts(client: MemoryClient) -> dict[str, str]:
    """Stores the facts of Ruth through a client with a `LabelledModel`; id in the store → id in facts.txt.

    They come in an order of chance: what belongs together was not told together, so that no neighbour helps to find it.

    Raises:
        ValueError: not all of them were stored, so that the figures would be of other facts.
    """
    told = facts()
    random.Random(7).shuffle(told)
    ids = {fact.text: fact.id for fact in told}
    found: dict[str, str] = {}
    for number, start in enumerate(range(0, len(told), _IN_ONE_CONVERSATION)):
        messages = [{"role": "user", "content": told_as(fact)} for fact in told[start : start + _IN_ONE_CONVERSATION]]
        added = client.add(messages, user_id=RUTH, timestamp=_BEGAN + timedelta(days=7 * number))
        found.update((row["id"], ids[row["memory"]]) for row in added["results"])
    if missing := {*ids.values()} - {*found.values()}:
        raise ValueError(f"not stored: {', '.join(sorted(missing))}")
    return found


def remember_messages(client: MemoryClient) -> dict[str, str]:
    """Stores the corpus as it was said; id in the store → id of the turn."""
    found: dict[str, str] = {}
    for session in sessions():
        if not session.has_facts:
            added = client.add(
                session.messages,
                user_id=session.user_id,
                run_id=session.conversation,
                timestamp=session.timestamp,
                infer=False,
            )
            found.update((row["id"], session.ids[row["memory"]]) for row in added["results"])
    return found


def remember_demo(client: MemoryClient) -> Mapping[str, str]:
    """Stores what the demo tells, by rules; id in the store → text."""
    for conversation in CONVERSATIONS:
        client.add(conversation.messages, **conversation.scope)
    return {row["id"]: row["memory"] for user in (ALICE, BRUNO) for row in client.get_all(user_id=user)}
