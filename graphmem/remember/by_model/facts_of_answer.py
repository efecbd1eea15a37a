"""A language model's answer becomes facts that the conversation supports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from graphmem.errors import ExtractionError
from graphmem.model.memory import Entity, Message
from graphmem.remember.by_model import answer
from graphmem.remember.by_model.answer import Item
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.prompts import MAX_TEXT
from graphmem.remember.facts import MAX_FACTS, CharSpan, Extraction, Fact, Triple, same_fact, united
from graphmem.remember.grounding import SUPPORT_SHARE, Evidence, is_distinctive
from graphmem.remember.instructions import Instructions

# Facts beyond these are not even read.
_MAX_ITEMS = 1_000
_MAX_REASON = 200
# What the prompt calls those who have no name.
_SPEAKER_NAMES = frozenset({"user", "assistant"})
# Who speaks, where only the role is known; what a tool says is whose the model says.
_ASSISTANTS_ROLE = {"user": False, "assistant": True, "system": True}


def read_answer(
    text: str, messages: Sequence[Message], instructions: Instructions, context: Set[int] = frozenset()
) -> Extraction:
    """Read the model's answer to `extraction_prompt` of the same arguments.

    A fact stays if a message holds its quote, or if enough of its words occur in the messages that it names. It belongs to
    the one who said it, whatever the model thinks. Entities and relations with names that no message holds are left out.
    What only messages of the context say is passed over without a count.

    Raises:
        InvalidAnswerError: no JSON, cut off, not of the schema; or there are facts and none of them can be used or has support.
    """
    raw = answer.raw_facts(text)
    evidence = Evidence(messages)
    allowed = {_category(name): name for name in instructions.allowed_categories}
    found: dict[tuple[str, bool], Fact] = {}
    passed = unsupported = unwanted = unusable = beyond = 0
    for each in raw[:_MAX_ITEMS]:
        item = answer.item(each)
        if item is None:
            unusable += 1
            continue
        spans = _spans(item, evidence, context)
        if not spans:
            unsupported += 1
            continue
        fact = _fact(item, spans, evidence, allowed)
        if all(place in context for place in fact.sources):
            passed += 1
        elif not (instructions.for_agent if fact.by_assistant else instructions.for_user):
            unwanted += 1
        elif (key := same_fact(fact)) in found:
            found[key] = united(found[key], fact)
        elif len(found) < MAX_FACTS:
            found[key] = fact
        else:
            beyond += 1
    if raw and not (found or passed or unwanted):
        raise InvalidAnswerError(
            'facts: the messages say none of them; quote their words exactly, or answer {"facts": []}'
            if unsupported
            else f"facts: none has a usable text of 1 to {MAX_TEXT} characters"
        )
    dropped = unusable + beyond + max(0, len(raw) - _MAX_ITEMS)
    return Extraction(tuple(found.values()), unsupported, unwanted, dropped)


def failed(reason: str) -> ExtractionError:
    return ExtractionError(
        f"the language model gave no usable answer, twice: {reason[:_MAX_REASON]}. Nothing was stored; try again or use another model"
    )


def _spans(item: Item, evidence: Evidence, context: Set[int]) -> dict[int, CharSpan | None]:
    """The messages that support a fact, each with its part of the quote; empty if none does."""
    places = range(len(evidence.messages))
    named = [n - 1 for n in item.messages if n - 1 in places and evidence.messages[n - 1].content.strip()]
    quoted = evidence.find(item.quote, (*named, *(place for place in places if place not in context)))
    enough = bool(named) and evidence.share(item.text, named) >= SUPPORT_SHARE
    if quoted is None:
        return dict.fromkeys(named) if enough else {}
    here: dict[int, CharSpan | None] = {quoted.message: (quoted.start, quoted.end)}
    if quoted.message in named:
        return {**dict.fromkeys(named), **here} if enough else here if is_distinctive(item.quote) else {}
    also = [place for place in named if evidence.answers(quoted.message, place) or _says(evidence, item, place)]
    return {**dict.fromkeys(also), **here} if is_distinctive(item.quote) else dict.fromkeys(named) if enough else {}


def _says(evidence: Evidence, item: Item, place: int) -> bool:
    return evidence.share(item.text, [place], before=0) >= SUPPORT_SHARE


def _fact(item: Item, spans: Mapping[int, CharSpan | None], evidence: Evidence, allowed: Mapping[str, str]) -> Fact:
    sources = tuple(sorted(spans))
    categories = (allowed.get(_category(name)) for name in item.categories)
    # Models name people out of the examples of a prompt, or out of nowhere.
    real = {name for name in _names(item) if name.lower() in _SPEAKER_NAMES or evidence.mentions(name)}
    entities = {
        entity.key: entity
        for name, type in item.entities
        if name in real and (entity := Entity(name, type or "thing")).key
    }
    return Fact(
        text=item.text,
        sources=sources,
        by_assistant=_by_assistant(item, [evidence.messages[place] for place in sources]),
        categories=tuple(dict.fromkeys(name for name in categories if name)),
        entities=tuple(entities.values()),
        relations=tuple(dict.fromkeys(each for each in _triples(item) if {each.source, each.target} <= real)),
        spans=tuple(spans[place] for place in sources),
        happened_at=item.when,
    )


def _names(item: Item) -> Iterator[str]:
    for name, _ in item.entities:
        yield name
    for each in item.relations:
        yield from (each.source, each.target)


def _by_assistant(item: Item, said: Sequence[Message]) -> bool:
    """Whose fact it is: the speaker's where all sources are of one side, else as the model says."""
    sides = {_ASSISTANTS_ROLE[message.role] for message in said if message.role in _ASSISTANTS_ROLE}
    if len(sides) == 1 and not any(message.role == "tool" for message in said):
        return sides.pop()
    return False not in sides if item.about_assistant is None else item.about_assistant


def _triples(item: Item) -> Iterator[Triple]:
    """Relations that say something: two different ends and a predicate between them."""
    for each in item.relations:
        predicate = _predicate(each.relationship)
        if each.source and predicate and each.target and each.source.casefold() != each.target.casefold():
            yield Triple(each.source, predicate, each.target, each.since, each.until)


def _category(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").replace("_", " ").split())


def _predicate(text: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
