"""How language models want to be asked, and how their answers are read. Pure.

Servers that speak OpenAI's API differ in what they take: the name of the limit of an answer, a temperature, a form of the answer, a
system message. A `ChatForm` says what is sent; `changed` makes another one of what a server refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from graphmem.model.requests import Completion, Prompt
from graphmem.model.server_refusals import Refusal, UnusableAnswerError

# What OpenAI calls the limit now, and what it and most other servers called it before.
LIMIT, OLD_LIMIT = "max_completion_tokens", "max_tokens"
# Forms of answers from the strictest on. The last asks for none: answers in prose around JSON are read too.
FORMATS = ("json_schema", "json_object", "text")


@dataclass(frozen=True, slots=True)
class ChatForm:
    """What a server is sent.

    Attributes:
        limits: names of the limit that are still to be tried; the first is sent, and none if it is empty.
        temperature: whether one is sent. system: whether a system message is; else its text begins the user's.
        formats: of FORMATS, those that are still to be tried; the first is asked for.
        stream: whether the answer is asked for piece by piece. It is read whole.
    """

    limits: tuple[str, ...] = (LIMIT, OLD_LIMIT)
    temperature: bool = True
    system: bool = True
    formats: tuple[str, ...] = FORMATS
    stream: bool = False


_Change: TypeAlias = Callable[[ChatForm, str], ChatForm | None]


def _other_limit(form: ChatForm, words: str) -> ChatForm | None:
    if not form.limits:
        return None
    # A limit that is too high is too high under any name.
    kept = form.limits[1:] if _UNKNOWN.search(words) or not _TOO_MUCH.search(words) else ()
    return replace(form, limits=kept)


def _no_temperature(form: ChatForm, _: str) -> ChatForm | None:
    return replace(form, temperature=False) if form.temperature else None


def _no_system(form: ChatForm, _: str) -> ChatForm | None:
    return replace(form, system=False) if form.system else None


def _plainer(form: ChatForm, _: str) -> ChatForm | None:
    return replace(form, formats=form.formats[1:]) if len(form.formats) > 1 else None


def _streamed(form: ChatForm, _: str) -> ChatForm | None:
    return None if form.stream else replace(form, stream=True)


_TOO_MUCH = re.compile(
    r"too (?:large|high|big|long|many)|exceed|at most|less than|maximum|in the completion", re.IGNORECASE
)
_UNKNOWN = re.compile(r"unsupported|not supported|unknown|unrecogni[sz]ed|instead|not permitted|extra", re.IGNORECASE)
# What the words of a refusal are about → what to change, in the order in which they are tried.
_CHANGES: tuple[tuple[re.Pattern[str], _Change], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), change)
    for pattern, change in (
        (r"\bstream(?:s|ing)?\b", _streamed),
        # Some count the limit among the tokens that an account may use in a minute.
        (r"max_?(?:completion_?|output_?|new_?)?tokens|in the completion|too large.*tokens per", _other_limit),
        (r"temperature|sampling param", _no_temperature),
        (r"system|developer (?:message|instruction)|roles? |alternat", _no_system),
        (
            r"response.?format|json|schema|structured|guided|grammar|additional_?properties|requested parameters|output.?format|strict",
            _plainer,
        ),
    )
)
# Of an error without such words, which form may cure it, likeliest first. Statuses that say that the request is at fault.
_BLIND: tuple[_Change, ...] = (_plainer, _no_system, _no_temperature, _other_limit)
_AT_FAULT = frozenset({400, 422, 501})
# With such words, others may say so as well: a grammar that fails is an inner error, a parameter that nobody offers is not found. But for
# these, which are about who asks and when.
_ABOUT_ELSE = frozenset({401, 402, 403, 408, 425, 429})


def first_form(*, openai: bool) -> ChatForm:
    """What is sent before anything is learnt. `openai`: whether the server is OpenAI's own; others may only know the old limit."""
    return ChatForm() if openai else ChatForm(limits=(OLD_LIMIT, LIMIT))


def changed(form: ChatForm, refused: Refusal) -> ChatForm | None:
    """Another form that a server may take which refused this one; None if there is none."""
    if refused.hopeless:
        return None
    if refused.status not in _ABOUT_ELSE or refused.too_large:
        for pattern, change in _CHANGES:
            if pattern.search(refused.words) and (other := change(form, refused.words)) is not None:
                return other
    if refused.status in _AT_FAULT:
        return next((other for change in _BLIND if (other := change(form, "")) is not None), None)
    return None


def body(form: ChatForm, prompt: Prompt, model: str, temperature: float | None, max_tokens: int) -> dict[str, Any]:
    """The body of a request."""
    kind = form.formats[0]
    messages = [dict(message) for message in prompt.messages]
    if kind != "json_schema":
        # "json_object" promises JSON of any shape, so the prompt must tell the model which; some servers want the word "JSON" in it.
        # It joins a message that is there: templates may want one system message, and that first.
        shown = json.dumps(prompt.schema, separators=(",", ":"))
        hint = f"\n\nAnswer with JSON of this schema:\n{shown}"
        messages[0]["content"] += hint
    if not form.system:
        messages = _folded(messages)
    made: dict[str, Any] = {"model": model, "messages": messages}
    if kind == "json_schema":
        schema = {"name": prompt.name, "strict": True, "schema": dict(prompt.schema)}
        made["response_format"] = {"type": kind, "json_schema": schema}
    elif kind == "json_object":
        made["response_format"] = {"type": kind}
    if form.limits:
        made[form.limits[0]] = max_tokens
    if form.temperature and temperature is not None:
        made["temperature"] = temperature
    if form.stream:
        made["stream"] = True
    return made


def completion(answer: Any) -> Completion:
    """Read an answer; what counts tokens may be missing.

    Raises:
        UnusableAnswerError: it has no text.
    """
    choices = answer.get("choices") if isinstance(answer, Mapping) else None
    read = [_read(choice) for choice in choices if isinstance(choice, Mapping)] if isinstance(choices, list) else []
    if not read:
        raise UnusableAnswerError(_WITHOUT)
    # Several choices are several tries: the first that has a text.
    text, message, choice = next((each for each in read if each[0].strip()), read[0])
    if refused := message.get("refusal") or _refusal(message.get("content")):
        raise UnusableAnswerError(f"refused: {str(refused)[:200]}")
    why = str(choice.get("finish_reason") or "")
    if not text.strip() and why in _ENDS:
        raise UnusableAnswerError(_ENDS[why])
    if not message and not text:
        raise UnusableAnswerError(f"{_WITHOUT}{f' ({why[:40]})' if why else ''}")
    usage = answer.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    return Completion(text, _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")), why == "length")


def _read(choice: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """The text of a choice, its message and the choice."""
    message = choice.get("message")
    message = message if isinstance(message, Mapping) else {}
    text = _text(message.get("content")) or _text(choice.get("text")) or _called(message)
    # A server that takes all for thoughts where the form of the answer was given.
    thought = _text(message.get("reasoning_content")).strip()
    return text or (thought if thought.startswith("{") and thought.endswith("}") else ""), message, choice


def _called(message: Mapping[str, Any]) -> str:
    """What a model says that calls a tool instead of answering, though it was offered none."""
    calls = message.get("tool_calls")
    called = calls[0] if isinstance(calls, list) and calls else None
    called = called.get("function") if isinstance(called, Mapping) else message.get("function_call")
    return _text(called.get("arguments")) if isinstance(called, Mapping) else ""


def _refusal(content: Any) -> Any:
    parts = content if isinstance(content, list) else [content]
    return next((part["refusal"] for part in parts if isinstance(part, Mapping) and part.get("refusal")), None)


_WITHOUT = "answered without a message, as a server of OpenAI's API would give one"
# Why an answer ended before its first word → what that means.
_ENDS = {
    "length": (
        "gave no answer: max_tokens ran out before its first word, perhaps by thinking; "
        "raise max_tokens in the settings, or let it think less"
    ),
    "content_filter": "gave no answer: the provider's content filter stopped it",
}


def _folded(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The messages without a system one: its text begins the first message of the user."""
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    others = [dict(message) for message in messages if message["role"] != "system"]
    if system and others:
        others[0]["content"] = f"{system}\n\n{others[0]['content']}"
    return others


def _text(content: Any) -> str:
    """The text of a message, or of its parts, joined."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        said = content.get("text") or content.get("content")
        # Else the answer itself, read already.
        return _text(said) if said or "type" in content or "refusal" in content else json.dumps(content)
    if isinstance(content, Sequence):
        return "".join(_text(part) for part in content if not _is_thought(part))
    return ""


def _is_thought(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("type") in ("thinking", "reasoning", "redacted_thinking")


def _count(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e12 else 0
