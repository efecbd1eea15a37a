"""The forms of the files: by what each is recognised, and where its messages are. To add one, add a row to FORMS.

What is read here comes from anywhere: nothing is taken for granted but that it is JSON. What is no message of its form is handed on as it
is, and refused where messages are checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphmem.dialect.chat_files import chatgpt
from graphmem.errors import ValidationError

# What others call those who speak.
ROLES = {
    **dict.fromkeys(("human", "person", "customer"), "user"),
    **dict.fromkeys(("ai", "gpt", "bot", "model", "chatgpt", "bard", "bing", "claude", "agent"), "assistant"),
    **dict.fromkeys(("observation", "function_response", "tool_response"), "tool"),
}
# Calls of tools are nothing that anybody said.
_CALLS = ("function_call", "tool_call")
_SPOKEN = re.compile(r"\s*([^:\n]{1,80}):[ \t]+(.*)")
_IN_BRACKETS = re.compile(r"(.*?)\s*\(\s*(\w+)\s*\)\s*")
_MEMORY_OPTIONS = ("metadata", "categories", "expiration_date", "immutable")
_IDS = ("user_id", "agent_id", "app_id", "run_id")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a file.

    Attributes:
        name: for people. unit: what an entry of the file is.
        of: whether an entry has this form.
        messages: the messages of an entry, as objects with role, content, and perhaps name, timestamp and `options` of add; None for what
            is passed over.
    """

    name: str
    unit: str
    of: Callable[[Mapping[str, Any]], bool]
    messages: Callable[[Mapping[str, Any]], Iterator[Any]]


def _listed(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda entry: isinstance(entry.get(name), list)


def _objects(rows: Sequence[Any], read: Callable[[Mapping[str, Any]], Any]) -> Iterator[Any]:
    for row in rows:
        yield read(row) if isinstance(row, Mapping) else row


def message(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A message as chat APIs, LangChain and ShareGPT write it."""
    said = dict(row)
    # LangChain's: {"type": "human", "data": {…}} and {"lc": 1, "kwargs": {…}}.
    for inner in ("data", "kwargs"):
        if isinstance(row.get(inner), Mapping) and "content" not in row:
            said = {"type": row.get("type"), **row[inner]}
    role = next(
        (said[key] for key in ("role", "type", "from", "sender") if isinstance(said.get(key), str)), said.get("role")
    )
    if role in _CALLS:
        return None
    content = said.get("content", said.get("value", said.get("text")))
    found = {"role": ROLES.get(role.lower(), role) if isinstance(role, str) else role, "content": content}
    if said.get("name"):
        found["name"] = said["name"]
    time = said.get("timestamp", said.get("created_at"))
    return found if time is None else {**found, "timestamp": time}


def _shared(entry: Mapping[str, Any]) -> Iterator[Any]:
    rows = entry["conversations"] if isinstance(entry.get("conversations"), list) else entry["conversation"]
    return _objects(rows, message)


def _claude(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    parts = row.get("content")
    return message({**row, "content": parts if isinstance(parts, list) and parts else row.get("text")})


def _memory(entry: Mapping[str, Any]) -> Iterator[Any]:
    text = entry.get("memory")
    if not isinstance(text, str) or not text.strip():
        yield None
        return
    options = {name: entry[name] for name in _MEMORY_OPTIONS if entry.get(name)}
    ids = {name: entry[name] for name in _IDS if entry.get(name)}
    yield {
        "role": "user",
        "content": text,
        "timestamp": entry.get("created_at"),
        "options": {**options, "infer": False},
        "ids": ids,
    }


def _episode(entry: Mapping[str, Any]) -> Iterator[Any]:
    text = entry.get("content", entry.get("episode_body"))
    time = next((entry[name] for name in ("valid_at", "reference_time", "created_at") if entry.get(name)), None)
    if not isinstance(text, str) or entry.get("source") == "json":
        # What a program wrote, and nobody said.
        yield None
        return
    if entry.get("source") not in (None, "message", "EpisodeType.message"):
        yield {"role": "user", "content": text, "timestamp": time}
        return
    for name, said in _speakers(text):
        yield {**_speaker(name), "content": said, "timestamp": time}


def _speakers(text: str) -> Iterator[tuple[str, str]]:
    """(who, what) of "Anna: hello", a line each; lines that name nobody go on with what the one before says."""
    who, lines = "user", list[str]()
    for line in text.split("\n"):
        spoken = _SPOKEN.match(line)
        if spoken is None:
            lines.append(line)
            continue
        if any(each.strip() for each in lines):
            yield who, "\n".join(lines)
        who, lines = spoken[1], [spoken[2]]
    if any(each.strip() for each in lines):
        yield who, "\n".join(lines)


def _speaker(who: str) -> dict[str, str]:
    """Role and name of "assistant", "Anna" or "Anna (user)"."""
    inside = _IN_BRACKETS.fullmatch(who)
    name, role = (inside[1], inside[2]) if inside else (who, who)
    role = ROLES.get(role.strip().lower(), role.strip().lower())
    if role not in ("user", "assistant", "system", "tool"):
        return {"role": "user", "name": who.strip()}
    named = name.strip() if inside and name.strip().lower() not in ROLES else ""
    return {"role": role, **({"name": named} if named else {})}


def _is_message(entry: Mapping[str, Any]) -> bool:
    typed = "type" in entry and ("content" in entry or "data" in entry)
    return "role" in entry or typed or "kwargs" in entry or {"from", "value"} <= entry.keys()


def _is_episode(entry: Mapping[str, Any]) -> bool:
    text = entry.get("content", entry.get("episode_body"))
    return isinstance(text, str) and bool(
        {"source", "source_description", "reference_time", "valid_at", "episode_body"} & entry.keys()
    )


MESSAGES = Form("messages", "message", _is_message, lambda entry: iter([message(entry)]))
# The first that fits counts.
FORMS = (
    Form("ChatGPT's export", "conversation", lambda entry: isinstance(entry.get("mapping"), Mapping), chatgpt.messages),
    Form(
        "Claude's export",
        "conversation",
        _listed("chat_messages"),
        lambda entry: _objects(entry["chat_messages"], _claude),
    ),
    Form("messages", "conversation", _listed("messages"), lambda entry: _objects(entry["messages"], message)),
    Form(
        "ShareGPT",
        "conversation",
        lambda entry: _listed("conversations")(entry) or _listed("conversation")(entry),
        _shared,
    ),
    Form("Mem0's memories", "memory", lambda entry: "memory" in entry and "role" not in entry, _memory),
    MESSAGES,
    Form("Graphiti's episodes", "episode", _is_episode, _episode),
)
# Under which names a file keeps its list.
_LISTS = ("conversations", "episodes", "memories", "results", "data", "items")


def entries(document: Any) -> list[Any] | None:
    """The list of entries in a file that is one JSON document; None if it holds none."""
    if isinstance(document, list):
        return document
    if not isinstance(document, Mapping):
        return None
    for name in _LISTS:
        rows = document.get(name)
        # ShareGPT's own entries have such a list, too: of messages.
        if isinstance(rows, list) and (form := of(rows)) is not None and form is not MESSAGES:
            return rows
    return [document] if of([document]) is not None else None


def of(rows: Sequence[Any]) -> Form | None:
    """The form of the first of these entries; None if it is none that is known."""
    first = next((row for row in rows if isinstance(row, Mapping)), None)
    return None if first is None else next((form for form in FORMS if form.of(first)), None)


def messages(form: Form, entry: Any, where: str) -> Iterator[Any]:
    """The messages of an entry, not checked yet.

    Raises:
        ValidationError: it has not the form of the others. `where` names it.
    """
    if form is MESSAGES:
        # Checked one by one: their errors say what is wrong with each.
        yield message(entry) if isinstance(entry, Mapping) else entry
        return
    if not isinstance(entry, Mapping) or not form.of(entry):
        raise ValidationError(f"{where} is none of {form.name}, as the first is: give a file of one kind")
    yield from form.messages(entry)
