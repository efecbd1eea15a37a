"""The offline extractor: facts from English chat by rules alone, without a language model.

It keeps what speakers state about themselves and the people around them, put in the third person ("I'm allergic to nuts"
becomes "Is allergic to nuts"). It drops questions, courtesy, moods, guesses, and sentences that refer to something they do
not name: better to miss a fact than to store chat. It reads English only; messages in other languages yield nothing.
Free-text `custom` instructions need a model and are ignored; `includes` and `excludes` are matched by words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from graphmem.model.memory import Message
from graphmem.remember.by_rules.addressed import addressed_names, told_to_assistant
from graphmem.remember.by_rules.clauses import clauses
from graphmem.remember.by_rules.facts import FactContext, facts
from graphmem.remember.by_rules.judge import is_fact, is_own_account
from graphmem.remember.by_rules.questions import Question, answer, question, topic
from graphmem.remember.by_rules.sentences import Sentence, is_english, sentences
from graphmem.remember.by_rules.subjects import Claim, person, read_claim, referring
from graphmem.remember.by_rules.words import Word, words
from graphmem.remember.facts import Extraction, Fact
from graphmem.remember.instructions import Instructions

_YOUR_TUTOR = r"\b(I'm|I am|I was) your\b(?= (?:\w+ ){0,2}(?:assistant|tutor|guide|coach|teacher|agent|advisor|companion|trainer)\b)"


class _Turn(NamedTuple):
    """A message, and what is needed to understand it.

    Attributes:
        asked: the question that it may answer.
        people: names, in lower case, of people in the conversation.
    """

    message: Message
    position: int
    asked: Question | None
    people: Set[str]


class _SourcedClaim(NamedTuple):
    """A claim, and the indices of the messages that make it."""

    claim: Claim
    sources: tuple[int, ...]


def extract(messages: Sequence[Message], instructions: Instructions, context: Set[int] = frozenset()) -> Extraction:
    """The facts that the messages state, in order. Pure and deterministic.

    Messages whose indices are in `context` only help to understand the others; what they alone say is left out.
    """
    people = addressed_names(messages)
    by_text: dict[tuple[str, bool], Fact] = {}
    for index, message in enumerate(messages):
        by_assistant = message.role in ("assistant", "system")
        if message.role == "tool" or not (instructions.for_agent if by_assistant else instructions.for_user):
            continue
        name = "" if message.role == "system" else " ".join((message.name or "").split())
        for claim, sources in _statements(_Turn(message, index, _asked(messages, index), people)):
            # What was said twice is one fact with both messages as its sources.
            for new in facts(claim, FactContext(sources, name, by_assistant, people, instructions)):
                same = by_text.get((new.text, by_assistant), new)
                by_text[new.text, by_assistant] = replace(same, sources=tuple(sorted({*same.sources, *sources})))
    return Extraction(tuple(fact for fact in by_text.values() if any(index not in context for index in fact.sources)))


def _asked(messages: Sequence[Message], index: int) -> Question | None:
    """The question that the message before asks, if it is another speaker's."""
    message = messages[index]
    before = next((n for n in range(index - 1, -1, -1) if messages[n].role != "tool"), None)
    if before is None or messages[before].role == "system" or not is_english(messages[before].content):
        return None
    same_speaker = (messages[before].role, messages[before].name) == (message.role, message.name)
    return None if same_speaker else question(messages[before].content, before)


def _statements(turn: _Turn) -> Iterator[_SourcedClaim]:
    if not is_english(turn.message.content):
        return
    antecedent: list[Word] = []
    for number, sentence in enumerate(sentences(turn.message.content)):
        if not sentence.asks:
            yield from _of_sentence(sentence, turn, number, antecedent)
        spoken_of = person(words(sentence.text))
        antecedent = antecedent if spoken_of is None else spoken_of


def _of_sentence(sentence: Sentence, turn: _Turn, number: int, antecedent: list[Word]) -> Iterator[_SourcedClaim]:
    message, here = turn.message, (turn.position,)
    # A question is answered at once or not at all.
    asked = turn.asked if number < 2 else None
    with_question = (asked.position, turn.position) if asked else here
    answered = answer(asked, sentence.text) if asked and not number else None
    text = told_to_assistant(sentence.text) if message.role == "system" else answered or sentence.text
    if message.role == "assistant" and text:
        text = re.sub(_YOUR_TUTOR, r"\1 the user's", text)
    for clause in clauses(text or "", turn.people):
        claim = read_claim(clause, turn.people, antecedent, asked is not None)
        if claim is None or not _may_claim(claim, message):
            continue
        if is_fact(claim, lax=message.role == "system"):
            yield _SourcedClaim(claim, with_question if answered else here)
        elif asked and is_fact(full := referring(claim, topic(asked))):
            yield _SourcedClaim(full, with_question)


def _may_claim(claim: Claim, message: Message) -> bool:
    """Whether a claim counts from this speaker: an assistant's only if it is about itself, unless its name makes it a person."""
    return message.role != "assistant" or bool(message.name) or is_own_account(claim)
