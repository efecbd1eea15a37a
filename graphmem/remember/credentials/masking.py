"""Leaves credentials out: masks them where they stand in messages, and drops the facts that hold one. Pure.

A message is masked before anything else is done with it. So the credential reaches no model, no index, no vector, no log and no export; and
what is stored of the message, which searches find and histories show, says that something was left out and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from graphmem.model.memory import Message
from graphmem.remember.call import Call
from graphmem.remember.credentials import by_form, by_words
from graphmem.remember.credentials.by_form import Span
from graphmem.remember.decisions import Decision
from graphmem.remember.facts import Extraction, Fact

MASK = "[credential left out]"
_LEFT_OUT = re.compile(r"\bcredentials? left out\b", re.IGNORECASE)


def masked(call: Call) -> Call:
    """The call with a MASK in the place of each credential in its messages, and with the credentials that were found."""
    messages = call.messages
    found = [_spans(messages, index) for index in range(len(messages))]
    secrets = frozenset(
        message.content[start:end] for message, spans in zip(messages, found, strict=True) for start, end in spans
    )
    if not secrets:
        return call
    # What was a password once is masked wherever it stands, if it can be nothing else.
    again = [re.escape(secret) for secret in secrets if _distinctive(secret)]
    elsewhere = re.compile("|".join(sorted(again, key=len, reverse=True))) if again else None
    changed = []
    for message, spans in zip(messages, found, strict=True):
        also = [match.span() for match in elsewhere.finditer(message.content)] if elsewhere else []
        changed.append(_replaced(message, [*spans, *also]))
    return replace(call, messages=tuple(changed), secrets=secrets)


def found(text: str) -> frozenset[str]:
    """The credentials in a text."""
    return frozenset(text[start:end] for start, end in _united([*by_form.spans(text), *by_words.spans(text)]))


def held(fact: Fact, secrets: Set[str]) -> frozenset[str] | None:
    """The credentials that a fact holds, in its text or in a name; empty if it holds a mask alone, None if neither.

    Args:
        secrets: those that its messages held.
    """
    texts = [fact.text, *(entity.name for entity in fact.entities)]
    texts += [f"{triple.predicate.replace('_', ' ')} is {triple.target}" for triple in fact.relations]
    texts += [triple.source for triple in fact.relations]
    return held_by(texts, secrets)


def held_by(texts: Iterable[str], secrets: Set[str] = frozenset()) -> frozenset[str] | None:
    """As `held`, of these texts."""
    texts = list(texts)
    known = {secret for secret in secrets if _distinctive(secret) and any(secret in text for text in texts)}
    all_found = frozenset().union(known, *map(found, texts))
    return all_found if all_found or any(_LEFT_OUT.search(text) for text in texts) else None


def without_secrets(extraction: Extraction, secrets: Set[str]) -> Extraction:
    """The extraction without the facts that hold a credential; those that were found beside `secrets` are added to its own."""
    kept, new = [], set(extraction.secrets)
    for fact in extraction.facts:
        holds = held(fact, secrets)
        if holds is None:
            kept.append(fact)
        else:
            new |= holds
    return replace(extraction, facts=tuple(kept), secrets=frozenset(new))


def without_merged_secrets(decisions: Mapping[int, Decision]) -> tuple[dict[int, Decision], frozenset[str]]:
    """The decisions, in which an UPDATE whose merged text holds a credential adds the new fact instead; and the credentials.

    One that the known memory holds was stored on purpose, and stays there alone.
    """
    changed, secrets = dict(decisions), set[str]()
    for index, decision in decisions.items():
        if decision.text is not None and (held := held_by([decision.text])) is not None:
            changed[index] = Decision("ADD", ended=decision.ended)
            secrets |= held - (found(decision.target.text) if decision.target else frozenset())
    return changed, frozenset(secrets)


def _spans(messages: Sequence[Message], index: int) -> list[Span]:
    text = messages[index].content
    spans = [*by_form.spans(text), *by_words.spans(text)]
    if not spans and index and by_words.asks(messages[index - 1].content):
        spans = list(by_words.answered(text))
    return _united(spans)


def _united(spans: Iterable[Span]) -> list[Span]:
    """The spans in order; those that overlap are one."""
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start < united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((start, end))
    return united


def _replaced(message: Message, spans: Iterable[Span]) -> Message:
    text, parts, last = message.content, list[str](), 0
    for start, end in _united(spans):
        parts += [text[last:start], MASK]
        last = end
    return replace(message, content="".join((*parts, text[last:]))) if parts else message


def _distinctive(secret: str) -> bool:
    """Whether a credential can't be a word or a number of another thing."""
    return len(secret) >= 6 and not secret.isalpha() and not (secret.isdigit() and len(secret) < 8)
