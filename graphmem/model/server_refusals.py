"""What a model server says when it refuses a request, and what a person can do about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

_MOST = 300
# Where servers put their words; "error" may hold a string or an object.
_TEXTS = ("message", "detail", "error", "msg", "title", "description", "reason", "errors")
_CODES = ("code", "param", "type", "status", "loc")
# Keys as they are written into messages: "Incorrect API key provided: sk-abc…".
_KEY = re.compile(r"\b(?:sk|pk|gsk|xai|key|bearer|AIza)[-_ :]?[\w*.…-]{6,}", re.IGNORECASE)
_TRANSIENT = frozenset({408, 409, 425, 429})
# What stands in an answer that is a result.
_RESULTS = frozenset(
    {"choices", "data", "embeddings", "embedding", "predictions", "vectors", "output", "result", "results"}
)
# Words of an error that names no status of HTTP → the status that it would have.
_MEANT = (
    (re.compile(r"rate.?limit|too many requests|slow down", re.IGNORECASE), 429),
    (re.compile(r"overload|unavailable|time.?d? ?-?out|try again|bad gateway|disconnect", re.IGNORECASE), 503),
    (re.compile(r"not authenticated|unauthori[sz]ed|invalid api key", re.IGNORECASE), 401),
)
_TOO_LARGE = re.compile(r"request (?:is )?too large", re.IGNORECASE)
# The key, the account, or what it may do: no other form helps.
_NOT_ALLOWED = frozenset({401, 402, 403})

# What the words of a server mean, in the order in which they are looked for → what to do; "{what}" is the language model or the embedder.
_ADVICE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), advice)
    for pattern, advice in (
        (
            r"insufficient.?quota|exceeded your current quota|billing|credit",
            "the account behind the key has nothing left to spend",
        ),
        (
            r"content.?filter|content.?management|filtered|safety|blocked",
            "the provider's filter stopped it; another model may take it",
        ),
        (
            r"model.{0,80}(?:not (?:found|exist|be found|available)|does not exist|unknown)|model_not_found|not found.{0,40}model"
            r"|(?:unknown|invalid|no such) model|deployment.{0,40}not|not a (?:valid|chat) model"
            r"|model: .{0,80}not_found_error|no models? (?:is |are )?loaded|requested model.{0,80}not supported",
            "check the name of the model; GRAPHMEM_LLM and GRAPHMEM_EMBEDDER set it",
        ),
        (
            r"api.?key|unauthori[sz]ed|authentication|credential|permission",
            "set OPENAI_API_KEY or pass api_key=",
        ),
        (
            r"context.{0,20}(?:length|window|size)|maximum.{0,30}tokens|too many tokens|prompt is too long",
            "the model's window is too short for this; use one with a longer window",
        ),
    )
)
# Another form of the request changes nothing about the first four.
_HOPELESS = tuple(pattern for pattern, _ in _ADVICE[:4])


class UnusableAnswerError(ValueError):
    """An answer without what was asked for. Its text says what is wrong, for people to read."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that a server answered with.

    Attributes:
        status: of HTTP, or the one that an answer with status 200 names as its error.
        text: the server's words, at most 300 characters; empty if it said none.
        codes: its short names of the error, such as ``unsupported_parameter``, and of the parameter that it is about.
    """

    status: int
    text: str = ""
    codes: str = ""

    @property
    def words(self) -> str:
        """All that can be searched for a cause."""
        return f"{self.text} {self.codes}"

    @property
    def hopeless(self) -> bool:
        """Whether no other form of the request would be taken."""
        return self.status in _NOT_ALLOWED or any(pattern.search(self.words) for pattern in _HOPELESS)

    @property
    def transient(self) -> bool:
        """Whether the same request may be taken a little later."""
        return (self.status in _TRANSIENT or self.status >= 500) and not (self.hopeless or self.too_large)

    @property
    def too_large(self) -> bool:
        """Whether the request is more than its account may ever ask at once; servers tell it as a rate limit, too."""
        return bool(_TOO_LARGE.search(self.words))

    @property
    def advice(self) -> str:
        """What a person can do; empty if that can't be told."""
        return next((advice for pattern, advice in _ADVICE if pattern.search(self.words)), "")


def refusal(status: int, body: Any) -> Refusal:
    """Read an error response. `body`: the JSON of it, or the text of one that is no JSON."""
    text = _first(body, _TEXTS)
    if not text and isinstance(body, str) and "<" not in body[:20]:
        text = body
    return Refusal(status, " ".join(text.split())[:_MOST], " ".join(_all(body, _CODES)))


def refused_with_success(answer: Any) -> Refusal | None:
    """The refusal in an answer of status 200 that holds an error in place of a result; None if it holds none."""
    if not isinstance(answer, Mapping):
        return None
    holder = next((each for each in (answer, _first_choice(answer)) if each.get("error") or each.get("errors")), None)
    if holder is None:
        # Others tell it under names of their own.
        if any(answer.get(name) is not None for name in _RESULTS) or not _first(answer, _TEXTS):
            return None
        holder = answer
    refused = refusal(400, holder)
    return replace(refused, status=_status(holder, refused))


def _first_choice(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where a server puts the failure of another one that it asked."""
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, Mapping) else {}


def _status(holder: Mapping[str, Any], refused: Refusal) -> int:
    """The status of HTTP that an error names, or means."""
    places = [place for place in (holder.get("error"), holder) if isinstance(place, Mapping)]
    for place in places:
        for name in ("code", "status"):
            code = str(place[name]) if isinstance(place.get(name), int | str) else ""
            if code.isdecimal() and 400 <= int(code[:9]) < 600:
                return int(code)
    return next((status for pattern, status in _MEANT if pattern.search(refused.words)), 400)


def without_secrets(text: str, api_key: str | None) -> str:
    """The text without the key, and without what looks like one."""
    if api_key:
        text = text.replace(api_key, "…")
    return _KEY.sub("…", text)


def bare_address(url: str) -> str:
    """An address without its user name, password and query, for people to read."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an address that can't be read"
    return f"{parts.scheme}://{host}{parts.path}" if host else "an address without a host"


def _first(value: Any, names: Sequence[str]) -> str:
    """The first text under one of these names, at any depth; the names in their order."""
    if isinstance(value, Mapping):
        for name in names:
            found = value.get(name)
            if text := found.strip() if isinstance(found, str) else _first(found, names):
                return text
    elif isinstance(value, list):
        return next((text for each in value[:3] if (text := _first(each, names))), "")
    return ""


def _all(value: Any, names: Sequence[str], depth: int = 3) -> list[str]:
    """All short values under one of these names."""
    if isinstance(value, Mapping) and depth:
        # A place in the request is a list of names.
        own = [str(value[name])[:80] for name in names if isinstance(value.get(name), str | int | list)]
        return own + [text for each in value.values() for text in _all(each, names, depth - 1)]
    if isinstance(value, list) and depth:
        return [text for each in value[:3] for text in _all(each, names, depth - 1)]
    return []
