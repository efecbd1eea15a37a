"""From messages to facts: what is asked of the language model and how its answer is read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pydantic

from graphmem.errors import ExtractionError
from graphmem.model import Entity, Message, Scope
from graphmem.prompts import Answer, Instructions, RelationAnswer

__all__ = [
    "Extraction",
    "Fact",
    "Instructions",
    "InvalidAnswerError",
    "Triple",
    "attribute",
    "failed",
    "read_answer",
    "verbatim",
]


@dataclass(frozen=True, slots=True)
class Triple:
    """A typed relation between two entities, by name."""

    source: str
    predicate: str
    target: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth remembering.

    Attributes:
        by_assistant: whether it is about what the assistant (agent) said or was told; otherwise it is the user's.
        sources: places in the conversation of the messages that support it, never empty.
    """

    text: str
    sources: tuple[int, ...]
    by_assistant: bool = False
    categories: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    relations: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """Facts, and how many the model gave that nothing in the conversation supports."""

    facts: tuple[Fact, ...]
    unsupported: int = 0


class InvalidAnswerError(Exception):
    """The model's answer can't be used; the message says why, in words that the model can act on."""


def read_answer(text: str, messages: Sequence[Message]) -> Extraction:
    """Read the model's answer. Facts that name no message of the conversation are dropped and counted.

    Raises:
        InvalidAnswerError: it is not JSON, or not of the schema.
    """
    try:
        answer = Answer.model_validate_json(_bare(text))
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise InvalidAnswerError(f"{where}: {first['msg']}") from error
    facts: dict[tuple[str, bool], Fact] = {}
    unsupported = 0
    for item in answer.facts:
        sources = tuple(sorted({n - 1 for n in item.messages if 0 < n <= len(messages)}))
        content = " ".join(item.text.split())
        if not sources or not content:
            unsupported += 1
            continue
        fact = Fact(
            text=content,
            sources=sources,
            by_assistant=item.about == "assistant",
            categories=tuple(
                dict.fromkeys(name.strip().lower().replace(" ", "_") for name in item.categories if name.strip())
            ),
            entities=tuple(
                Entity(" ".join(e.name.split()), e.type.strip().lower() or "thing")
                for e in item.entities
                if e.name.strip()
            ),
            relations=tuple(dict.fromkeys(_triples(item.relations))),
        )
        same = facts.get((content, fact.by_assistant))
        facts[content, fact.by_assistant] = (
            fact if same is None else replace(same, sources=tuple(sorted({*same.sources, *sources})))
        )
    return Extraction(tuple(facts.values()), unsupported)


def verbatim(messages: Sequence[Message]) -> Extraction:
    """Every message that is not the system's, as it stands: what `infer=False` stores."""
    return Extraction(
        tuple(
            Fact(text=message.content, sources=(place,), by_assistant=message.role in ("assistant", "tool"))
            for place, message in enumerate(messages)
            if message.role != "system" and message.content.strip()
        )
    )


def attribute(fact: Fact, scope: Scope) -> Scope:
    """Whose memory a fact becomes. Given both a user and an agent, each fact goes to its speaker; given one of them, all go to it."""
    if scope.user_id is None or scope.agent_id is None:
        return scope
    return replace(scope, user_id=None) if fact.by_assistant else replace(scope, agent_id=None)


def _triples(given: Sequence[RelationAnswer]) -> Iterator[Triple]:
    """Relations that say something: two different ends and a predicate between them."""
    for each in given:
        triple = Triple(" ".join(each.source.split()), _predicate(each.relationship), " ".join(each.target.split()))
        if (
            triple.source
            and triple.predicate
            and triple.target
            and triple.source.casefold() != triple.target.casefold()
        ):
            yield triple


def failed(reason: str) -> ExtractionError:
    return ExtractionError(
        f"the language model gave no usable answer, twice: {reason}. Nothing was stored; try again or use another model"
    )


def _bare(text: str) -> str:
    """The JSON object in an answer that may have a fence or prose around it."""
    start, end = text.find("{"), text.rfind("}")
    inner = text[start : end + 1] if 0 <= start < end else text
    try:
        json.loads(inner)
    except (ValueError, RecursionError):
        return text
    return inner


def _predicate(text: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
