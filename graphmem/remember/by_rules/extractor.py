"""The offline extractor: facts from English chat by rules alone, without a language model.

It keeps what speakers state about themselves and those around them, said in the third person ("I'm allergic to nuts"
becomes "Is allergic to nuts"), and drops questions, courtesy, moods, guesses and whatever points at something that it
does not name: it would rather miss a fact than store chat. It reads English only; messages in other languages give
nothing. Free-text `custom` instructions need a model and are ignored; `includes` and `excludes` are matched by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from graphmem.model.memory import Message
from graphmem.remember.by_rules.addressed import addressed_names, told_to_assistant
from graphmem.remember.by_rules.clauses import clauses
from graphmem.remember.by_rules.facts import Telling, facts
from graphmem.remember.by_rules.judge import is_fact, is_own_account
from graphmem.remember.by_rules.questions import Question, answer, question, topic
from graphmem.remember.by_rules.sentences import Sentence, is_english, sentences
from graphmem.remember.by_rules.subjects import Statement, person, referring, statement
from graphmem.remember.by_rules.words import Word, words
from graphmem.remember.facts import Extraction, Fact
from graphmem.remember.instructions import Instructions

_YOUR_TUTOR = r"\b(I'm|I am|I was) your\b(?= (?:\w+ ){0,2}(?:assistant|tutor|guide|coach|teacher|agent|advisor|companion|trainer)\b)"


class _Turn(NamedTuple):
    """A message with what is needed to read it.

    Attributes:
        asked: the question that it may answer.
        people: names in lower case of people in the conversation.
    """

    message: Message
    place: int
    asked: Question | None
    people: Set[str]


class _Supported(NamedTuple):
    """A statement and the places of the messages that make it."""

    said: Statement
    sources: tuple[int, ...]


def extract(messages: Sequence[Message], instructions: Instructions, context: Set[int] = frozenset()) -> Extraction:
    """The facts that the messages state, in their order. Pure and deterministic: only the arguments are looked at.

    Messages at the places in `context` only help to understand the others; what they alone say is left out.
    """
    people = addressed_names(messages)
    found: dict[tuple[str, bool], Fact] = {}
    for place, message in enumerate(messages):
        by_assistant = message.role in ("assistant", "system")
        if message.role == "tool" or not (instructions.for_agent if by_assistant else instructions.for_user):
            continue
        name = "" if message.role == "system" else " ".join((message.name or "").split())
        for said, sources in _statements(_Turn(message, place, _asked(messages, place), people)):
            for new in facts(said, Telling(sources, name, by_assistant, people, instructions)):
                same = found.get((new.text, by_assistant), new)
                found[new.text, by_assistant] = replace(same, sources=tuple(sorted({*same.sources, *sources})))
    return Extraction(tuple(each for each in found.values() if any(place not in context for place in each.sources)))


def _asked(messages: Sequence[Message], place: int) -> Question | None:
    """The question that the message before asks, if it is the other's."""
    message = messages[place]
    before = next((n for n in range(place - 1, -1, -1) if messages[n].role != "tool"), None)
    if before is None or messages[before].role == "system" or not is_english(messages[before].content):
        return None
    same_speaker = (messages[before].role, messages[before].name) == (message.role, message.name)
    return None if same_speaker else question(messages[before].content, before)


def _statements(turn: _Turn) -> Iterator[_Supported]:
    if not is_english(turn.message.content):
        return
    antecedent: list[Word] = []
    for number, sentence in enumerate(sentences(turn.message.content)):
        if not sentence.asks:
            yield from _of_sentence(sentence, turn, number, antecedent)
        spoken_of = person(words(sentence.text))
        antecedent = antecedent if spoken_of is None else spoken_of


def _of_sentence(sentence: Sentence, turn: _Turn, number: int, antecedent: list[Word]) -> Iterator[_Supported]:
    message, here = turn.message, (turn.place,)
    # A question is answered at once or not at all.
    asked = turn.asked if number < 2 else None
    with_question = (asked.place, turn.place) if asked else here
    answered = answer(asked, sentence.text) if asked and not number else None
    text = told_to_assistant(sentence.text) if message.role == "system" else answered or sentence.text
    if message.role == "assistant" and text:
        text = re.sub(_YOUR_TUTOR, r"\1 the user's", text)
    for clause in clauses(text or "", turn.people):
        said = statement(clause, turn.people, antecedent, asked is not None)
        if said is None or not _by_itself(said, message):
            continue
        if is_fact(said, lax=message.role == "system"):
            yield _Supported(said, with_question if answered else here)
        elif asked and is_fact(full := referring(said, topic(asked))):
            yield _Supported(full, with_question)


def _by_itself(said: Statement, message: Message) -> bool:
    """What an assistant says is a fact only where it tells of itself; one with a name is taken for a person."""
    return message.role != "assistant" or bool(message.name) or is_own_account(said)
