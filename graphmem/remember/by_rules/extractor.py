"""The offline extractor: facts from English chat by a parser and rules, without a language model.

It keeps what speakers state about themselves and the people around them, put in the third person ("I'm allergic to nuts" becomes
"Is allergic to nuts"). What it can't put so safely is kept as said, with who said it and when; so is every statement where no parser
is installed, and in other languages than English. Questions, courtesy, moods and guesses are dropped: better to miss a fact than to
store chat. Free-text `custom` instructions need a model and are ignored; `includes` and `excludes` are matched by words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from graphmem.model.memory import Message
from graphmem.remember.by_rules.about_user import as_user_said
from graphmem.remember.by_rules.addressed import addressed_names, told_to_assistant
from graphmem.remember.by_rules.as_said import is_quoted, may_be_a_statement, may_be_of_a_life
from graphmem.remember.by_rules.claims import claims
from graphmem.remember.by_rules.facts import Told, facts, said
from graphmem.remember.by_rules.judge import is_fact, is_own_account
from graphmem.remember.by_rules.own_words import own_words
from graphmem.remember.by_rules.parser import parsed
from graphmem.remember.by_rules.prose import is_english, sentences
from graphmem.remember.by_rules.questions import Question, in_short, question, with_topic
from graphmem.remember.by_rules.wording import plain
from graphmem.remember.facts import Extraction, Fact, united
from graphmem.remember.instructions import Instructions

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc


class _Line(NamedTuple):
    """A sentence to read: as said, and as the parser gets it; empty if it is only quoted."""

    told: Told
    message: Message
    text: str
    answering: bool
    asks: bool


def extract(messages: Sequence[Message], instructions: Instructions, context: Set[int] = frozenset()) -> Extraction:
    """The facts that the messages state, in order. Deterministic.

    Messages whose indices are in `context` only help to understand the others; what they alone say is left out.
    """
    people = addressed_names(messages)
    lines = [line for index in range(len(messages)) for line in _lines(messages, index, people, instructions)]
    english = [line for line in lines if line.text]
    docs = parsed([line.text for line in english]) if english else []
    by_text: dict[tuple[str, bool], Fact] = {}
    for new in _read(lines, docs, people):
        # What was said twice is one fact with both messages as its sources.
        same = by_text.get((new.text, new.by_assistant), new)
        by_text[new.text, new.by_assistant] = replace(same, sources=tuple(sorted({*same.sources, *new.sources})))
    return Extraction(tuple(fact for fact in by_text.values() if any(index not in context for index in fact.sources)))


def _lines(messages: Sequence[Message], index: int, people: Set[str], wishes: Instructions) -> Iterator[_Line]:
    """The sentences of a message that may say something."""
    message = messages[index]
    by_assistant = message.role in ("assistant", "system")
    if message.role == "tool" or not (wishes.for_agent if by_assistant else wishes.for_user):
        return
    name = "" if message.role == "system" else " ".join((message.name or "").split())
    english = is_english(message.content)
    asked = _asked(messages, index)
    told = sentences(message.content)
    for number, sentence in enumerate(own_words(told) if english else told):
        as_told = Told(sentence.text, (index,), name, by_assistant, people, wishes)
        if message.role == "system" or not english:
            only = told_to_assistant if message.role == "system" else may_be_a_statement
            if not sentence.asks and message.role != "assistant" and only(sentence.text):
                yield _Line(as_told, message, "", False, False)
            continue
        # A question is answered at once or not at all.
        near = asked if number < 2 else None
        text = with_topic(sentence.text, near) if near else None
        if near and text:
            as_told = as_told._replace(sources=(near.position, index))
        elif near and not number and message.role == "user" and (reply := in_short(near, sentence.text)):
            yield _Line(as_told._replace(sources=(near.position, index), sentence=reply), message, "", True, False)
            continue
        text = text or (as_user_said(sentence.text) if message.role == "user" else sentence.text)
        yield _Line(as_told, message, f"{plain(text, people)}.", near is not None, sentence.asks)


def _asked(messages: Sequence[Message], index: int) -> Question | None:
    """The question that the message before asks, if it is another speaker's."""
    message = messages[index]
    # Results of tools may come in between; they ask nothing.
    before = next((n for n in range(index - 1, -1, -1) if messages[n].role != "tool"), None)
    if before is None or messages[before].role == "system" or not is_english(messages[before].content):
        return None
    same_speaker = (messages[before].role, messages[before].name) == (message.role, message.name)
    return None if same_speaker else question(messages[before].content, before)


def _read(lines: Sequence[_Line], docs: Sequence[Doc] | None, people: Set[str]) -> Iterator[Fact]:
    rest = iter(docs or ())
    for line in lines:
        if line.text and docs is not None:
            doc = next(rest)
            if not line.asks:
                yield from _of_sentence(line, doc, people)
        elif not line.asks and (not line.text or (line.message.role == "user" and may_be_of_a_life(line.text))):
            yield from filter(None, [said(line.told)])


def _of_sentence(line: _Line, doc: Doc, people: Set[str]) -> Iterator[Fact]:
    found = [
        fact
        for claim in claims(doc, people, line.answering)
        # An assistant's count only if they are about itself, unless its name makes it a person.
        if (line.message.role != "assistant" or line.message.name or is_own_account(claim)) and is_fact(claim)
        for fact in facts(claim, doc, line.told)
    ]
    whole = next((fact for fact in found if is_quoted(fact.text)), None)
    # The quoted sentence says what its other claims say, too.
    yield from found if whole is None else [reduce(united, found, whole)]
