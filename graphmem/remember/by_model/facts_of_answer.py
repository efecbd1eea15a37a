"""From a language model's answer to the facts in it that the conversation supports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from graphmem.errors import ExtractionError
from graphmem.model.memory import Entity, Message
from graphmem.remember.by_model import answer
from graphmem.remember.by_model.answer import Item
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.prompts import MAX_TEXT
from graphmem.remember.credentials.masking import held_by
from graphmem.remember.facts import MAX_FACTS, CharSpan, Extraction, Fact, Triple, same_fact, united
from graphmem.remember.grounding import SUPPORT_SHARE, Evidence, is_distinctive
from graphmem.remember.instructions import Instructions
from graphmem.remember.predicates import folded, spelled

# Facts beyond this number are not even looked at.
_MAX_ITEMS = 1_000
_MAX_REASON = 200
# What the prompt calls speakers without a name.
_SPEAKER_NAMES = frozenset({"user", "assistant"})
# Whether a role speaks for the assistant. Whose facts a tool reports is left to the model.
_ASSISTANTS_ROLE = {"user": False, "assistant": True, "system": True}


def read_answer(
    text: str, messages: Sequence[Message], instructions: Instructions, context: Set[int] = frozenset()
) -> Extraction:
    """Read the model's answer to `extraction_prompt` of the same arguments.

    A fact is kept if a message holds its quote, or if enough of its words occur in the messages that it names. It belongs to
    whoever said it, whatever the model thinks. Entities and relations with names that occur in no message are left out.
    Facts that only the context supports are skipped and not counted. Those that hold a credential are left out, unless they are wanted.

    Raises:
        InvalidAnswerError: no JSON, cut off, not of the schema, or none of its facts is usable and supported.
    """
    raw = answer.raw_facts(text)
    evidence = Evidence(messages)
    allowed = {_category(name): name for name in instructions.allowed_categories}
    facts: dict[tuple[str, bool], Fact] = {}
    from_context = unsupported = unwanted = unusable = beyond = undated = 0
    secrets, secret = set[str](), 0
    today = instructions.said_at.date()
    for raw_fact in raw[:_MAX_ITEMS]:
        item = answer.item(raw_fact, today)
        if item is None:
            unusable += 1
            continue
        # Before its support is looked for: a credential that was masked stands in no message.
        held = None if instructions.keep_secrets else held_by((item.text, *_names(item), *_as_told(item)))
        if held is not None:
            secrets |= held
            secret += 1
            continue
        spans = _spans(item, evidence, context)
        if not spans:
            unsupported += 1
            continue
        fact = _fact(item, spans, evidence, allowed)
        undated += item.undated
        # Messages of the context were read before: what they say is known.
        if all(index in context for index in fact.sources):
            from_context += 1
        elif not (instructions.for_agent if fact.by_assistant else instructions.for_user):
            unwanted += 1
        elif (key := same_fact(fact)) in facts:
            facts[key] = united(facts[key], fact)
        elif len(facts) < MAX_FACTS:
            facts[key] = fact
        else:
            beyond += 1
    if raw and not (facts or from_context or unwanted or secret):
        raise InvalidAnswerError(
            'facts: the messages say none of them; quote their words exactly, or answer {"facts": []}'
            if unsupported
            else f"facts: none has a usable text of 1 to {MAX_TEXT} characters"
        )
    dropped = unusable + beyond + max(0, len(raw) - _MAX_ITEMS)
    return Extraction(tuple(facts.values()), unsupported, unwanted, dropped, undated, frozenset(secrets))


def failed(reason: str, *, cut_off: bool = False) -> ExtractionError:
    """`cut_off`: the limit of tokens ended the answer."""
    advice = "max_tokens ran out: raise it in the settings" if cut_off else "try again or use another model"
    return ExtractionError(
        f"the language model gave no usable answer, twice: {reason[:_MAX_REASON]}. Nothing was stored; {advice}"
    )


def _spans(item: Item, evidence: Evidence, context: Set[int]) -> dict[int, CharSpan | None]:
    """The messages that support a fact, each with the characters of the quote in it, if known; empty if none does."""
    indices = range(len(evidence.messages))
    named = [n - 1 for n in item.messages if n - 1 in indices and evidence.messages[n - 1].content.strip()]
    quoted = evidence.find(item.quote, (*named, *(index for index in indices if index not in context)))
    enough = bool(named) and evidence.share(item.text, named) >= SUPPORT_SHARE
    if quoted is None:
        return dict.fromkeys(named) if enough else {}
    # A short quote such as "yes" only locates what the words of the fact must prove.
    here: dict[int, CharSpan | None] = {quoted.message: (quoted.start, quoted.end)}
    if quoted.message in named:
        return {**dict.fromkeys(named), **here} if enough else here if is_distinctive(item.quote) else {}
    # The quote is in another message than the model says: trust it, and keep those named ones that bear the fact out.
    also = [index for index in named if evidence.answers(quoted.message, index) or _says(evidence, item, index)]
    return {**dict.fromkeys(also), **here} if is_distinctive(item.quote) else dict.fromkeys(named) if enough else {}


def _says(evidence: Evidence, item: Item, index: int) -> bool:
    return evidence.share(item.text, [index], before=0) >= SUPPORT_SHARE


def _fact(item: Item, spans: Mapping[int, CharSpan | None], evidence: Evidence, allowed: Mapping[str, str]) -> Fact:
    sources = tuple(sorted(spans))
    categories = (allowed.get(_category(name)) for name in item.categories)
    # Models also name people from the prompt's examples, or invent them.
    real = {name for name in _names(item) if name.lower() in _SPEAKER_NAMES or evidence.mentions(name)}
    said = [evidence.messages[index] for index in sources]
    by_assistant = _by_assistant(item, said)
    called = _speaker(said, by_assistant)
    entities = {
        entity.key: entity
        for name, type in item.entities
        if name in real and (entity := Entity(called.get(name.lower(), name), type or "thing")).key
    }
    triples = (
        triple for triple in _triples(item, called) if {triple.source, triple.target} <= {*real, *called.values()}
    )
    return Fact(
        text=item.text,
        sources=sources,
        by_assistant=by_assistant,
        categories=tuple(dict.fromkeys(name for name in categories if name)),
        entities=tuple(entities.values()),
        relations=tuple(dict.fromkeys(triples)),
        spans=tuple(spans[index] for index in sources),
        event=item.when,
    )


def _names(item: Item) -> Iterator[str]:
    for name, _ in item.entities:
        yield name
    for relation in item.relations:
        yield from (relation.source, relation.target)


def _as_told(item: Item) -> Iterator[str]:
    for relation in item.relations:
        yield f"{relation.relationship.replace('_', ' ')} is {relation.target}"


def _by_assistant(item: Item, sources: Sequence[Message]) -> bool:
    """Whose fact it is: the speaker's if all sources are from one side, else as the model says."""
    sides = {_ASSISTANTS_ROLE[message.role] for message in sources if message.role in _ASSISTANTS_ROLE}
    if len(sides) == 1 and not any(message.role == "tool" for message in sources):
        return sides.pop()
    return False not in sides if item.about_assistant is None else item.about_assistant


def _speaker(said: Sequence[Message], by_assistant: bool) -> Mapping[str, str]:
    """What the prompt calls the one who speaks → the name that the messages give them, so that nobody is two entities."""
    role = "assistant" if by_assistant else "user"
    names = {" ".join((message.name or "").split()) for message in said if message.role == role}
    [name] = names if len(names) == 1 else [""]
    return {role: name} if name else {}


def _triples(item: Item, called: Mapping[str, str]) -> Iterator[Triple]:
    """The relations that are complete: two different ends and a predicate between them. `called`: as from `_speaker`."""
    for relation in item.relations:
        predicate, swapped = folded(spelled(relation.relationship))
        ends = [called.get(name.lower(), name) for name in (relation.source, relation.target)]
        source, target = reversed(ends) if swapped else ends
        if source and predicate and target and source.casefold() != target.casefold():
            yield Triple(source, predicate, target, relation.since, relation.until)


def _category(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").replace("_", " ").split())
