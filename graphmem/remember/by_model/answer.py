"""What a model says of one fact, mended where that is sure: optional parts of the wrong type must not cost the fact."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphmem.model import times
from graphmem.remember.by_model import lenient_json
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.prompts import MAX_NAME, MAX_TEXT

MAX_PARTS = 10
_MAX_SOURCES = 50
_MAX_QUOTE = 2_000
# Where models put the answer when they take the schema for a function to call.
_WRAPPERS = (
    "arguments",
    "parameters",
    "input",
    "function",
    "tool_calls",
    "answer",
    "result",
    "output",
    "response",
    "json",
)
_MAX_WRAPPERS = 4
_KEYS = {
    "text": ("text", "fact", "memory"),
    "messages": ("messages", "message"),
    "source": ("source", "subject"),
    "relationship": ("relationship", "relation", "predicate"),
    "target": ("target", "destination", "object"),
}
_SPEAKERS = {
    "user": False,
    "human": False,
    "assistant": True,
    "agent": True,
    "ai": True,
    "system": True,
}
_NUMBER = re.compile(r"-?\d+", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}).*)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation as the model gave it; names are tidied, the predicate is not."""

    source: str
    relationship: str
    target: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """A fact as the model gave it.

    Attributes:
        text: one line, not blank, at most MAX_TEXT characters.
        messages: numbers as the model counts, from 1; they may name no message.
        about_assistant: None where the model does not say.
    """

    text: str
    messages: tuple[int, ...]
    quote: str
    about_assistant: bool | None
    when: datetime | None
    categories: tuple[str, ...]
    entities: tuple[tuple[str, str], ...]
    relations: tuple[Link, ...]


def raw_facts(text: str) -> list[Any]:
    """The facts of an answer, unread; empty only if it says so.

    Raises:
        InvalidAnswerError: no JSON, cut off, not of the schema, or two answers that differ.
    """
    found = lenient_json.find(text)
    answers = [facts for value in found.values if (facts := _facts(value)) is not None]
    if not answers and found.balanced and len(found.values) == 1:
        answers = _bare(found.values[0])
    if not answers:
        raise InvalidAnswerError('facts: missing; the answer is an object with a list "facts"')
    if any(each != answers[0] for each in answers):
        raise InvalidAnswerError("the answer: two answers that differ; give one")
    return answers[0]


def item(raw: Any) -> Item | None:
    """One fact; None if it has no usable text."""
    if isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, Mapping):
        return None
    text = line(_get(raw, "text"))
    if not 0 < len(text) <= MAX_TEXT:
        return None
    return Item(
        text=text,
        messages=tuple(dict.fromkeys(_numbers(_get(raw, "messages"))))[:_MAX_SOURCES],
        quote=_quote(_get(raw, "quote")),
        about_assistant=_SPEAKERS.get(line(_get(raw, "about")).lower()),
        when=day(_get(raw, "when")),
        categories=tuple(_names(_get(raw, "categories")))[:MAX_PARTS],
        entities=tuple(_entities(_get(raw, "entities")))[:MAX_PARTS],
        relations=tuple(_relations(_get(raw, "relations")))[:MAX_PARTS],
    )


def line(value: Any) -> str:
    """A string on one line without control characters; empty for anything else, and for what is no Unicode."""
    if not isinstance(value, str):
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    plain = "".join(each if unicodedata.category(each) != "Cc" else " " for each in value)
    return " ".join(plain.split())


def day(value: Any) -> datetime | None:
    """The start of an ISO date, month or year in UTC; None for anything else."""
    found = _DATE.fullmatch(str(value).strip() if isinstance(value, str | int) else "")
    return times.moment(f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}") if found else None


def _facts(value: Any, depth: int = 0) -> list[Any] | None:
    """The list of facts in an object, or in what a wrapper such as a function call holds."""
    if depth > _MAX_WRAPPERS:
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        return None
    if "facts" in value:
        facts = value["facts"]
        if isinstance(facts, Mapping) and facts:
            return [facts]
        return facts if isinstance(facts, list) else None
    inner = [facts for key in _WRAPPERS if key in value and (facts := _facts(value[key], depth + 1)) is not None]
    return inner[0] if inner else None


def _bare(value: Any) -> list[list[Any]]:
    """A list of facts, or one fact, that stands without the object around it."""
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return [value]
    return [[value]] if isinstance(value, Mapping) and item(value) else []


def _get(raw: Mapping[Any, Any], name: str) -> Any:
    return next((raw[key] for key in _KEYS.get(name, (name,)) if raw.get(key) is not None), None)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _numbers(value: Any) -> Iterator[int]:
    """Numbers of messages: 2, 2.0, "2", "[2]" and "1, 2" all name some."""
    for each in _many(value)[: 10 * _MAX_SOURCES]:
        match each:
            case bool():
                continue
            case int():
                yield each
            case float() if each.is_integer():
                yield int(each)
            case str() if len(each) <= MAX_NAME:
                yield from map(int, _NUMBER.findall(each))


def _quote(value: Any) -> str:
    return next((text[:_MAX_QUOTE] for each in _many(value) if (text := line(each))), "")


def _names(value: Any) -> Iterator[str]:
    for each in _many(value):
        for name in re.split(r"[,;|]", each) if isinstance(each, str) else ():
            if short := _short(name):
                yield short


def _entities(value: Any) -> Iterator[tuple[str, str]]:
    """Names and types; the type is empty where none is given."""
    for each in _many(value):
        given = each if isinstance(each, Mapping) else {"name": each}
        if name := _short(given.get("name")):
            yield name, _short(given.get("type")).lower()


def _relations(value: Any) -> Iterator[Link]:
    for each in _many(value):
        if isinstance(each, list) and len(each) == 3:
            each = dict(zip(("source", "relationship", "target"), each, strict=True))
        if isinstance(each, Mapping):
            source, relationship, target = (_short(_get(each, name)) for name in ("source", "relationship", "target"))
            yield Link(source, relationship, target, day(each.get("since")), day(each.get("until")))


def _short(value: Any) -> str:
    """A name on one line; empty if it is none or too long."""
    name = line(value)
    return name if len(name) <= MAX_NAME else ""
