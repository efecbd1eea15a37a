"""Reads the messages that callers pass: mappings or objects of the form that chat APIs use, with parts of many kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphmem.dialect.arguments import kind, plain_string, short_text, text
from graphmem.errors import ValidationError, shown
from graphmem.model.memory import ROLES, Message, Role

# Roles of some APIs → ours.
_ALSO: Mapping[str, Role] = {"developer": "system", "function": "tool"}
# Parts whose text is read. Pictures, files, audio, thoughts and calls of tools are passed over.
_TEXTS = frozenset({"text", "input_text", "output_text"})

_PASSED_OVER = frozenset(
    {
        *("reasoning", "item_reference", "compaction", "image_generation_call"),
        *("mcp_list_tools", "mcp_approval_request", "mcp_approval_response"),
    }
)


class Read(NamedTuple):
    """The messages that have a text, and how many other messages and parts of messages were passed over."""

    messages: tuple[Message, ...]
    passed_over: int = 0


def read(given: Any) -> Read:
    """The messages in what a caller gave: a string, a message or a list of messages.

    Raises:
        ValidationError: a message has another shape or an unknown role, or none has a text.
    """
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    elif isinstance(given, Mapping) or _dump(given) is not None:
        given = [given]
    if not isinstance(given, Sequence) or isinstance(given, bytes):
        raise ValidationError(f"messages must be a string, a message or a list of messages, not {kind(given)}")
    if not given:
        raise ValidationError("messages is empty: give at least one message")
    found, passed_over = list[Message](), 0
    for n, each in enumerate(given):
        message, beside = one(each, f"messages[{n}]")
        passed_over += beside
        found += [] if message is None else [message]
    if not found:
        raise ValidationError(
            "messages hold no text: what is empty, and parts such as pictures, files and calls of tools, are passed over"
        )
    return Read(tuple(found), passed_over)


def one(given: Any, where: str) -> tuple[Message | None, int]:
    """One message, None if it has no text; and how many of its parts were passed over, or 1 for all of it.

    Raises:
        ValidationError: as in `read`. `where` names the message.
    """
    fields = given if isinstance(given, Mapping) else _dump(given)
    if fields is None:
        raise ValidationError(f"{where} must be an object with role and content, not {kind(given)}")
    fields = _item(fields)
    if fields is None:
        return None, 1
    role = fields.get("role")
    role = _ALSO.get(role, plain_string(role)) if isinstance(role, str) else role
    if not isinstance(role, str) or role not in ROLES:
        raise ValidationError(f"{where}.role must be one of {', '.join((*ROLES, *_ALSO))}, not {shown(role)}")
    name = fields.get("name")
    name = None if name is None else short_text(f"{where}.name", name)
    content, passed_over = _content(fields.get("content"), f"{where}.content")
    if not content.strip():
        return None, max(passed_over, 1)
    return Message(role, text(f"{where}.content", content), name), passed_over


def _item(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The message in an item of a conversation; None for one of those that are none, such as a call of a tool or a thought.

    Items are what OpenAI's Responses API and its agents have in place of messages: those without a role say what they are.
    """
    item = fields.get("type")
    if "role" in fields or not isinstance(item, str) or item == "message":
        return fields
    if item.endswith("call_output") and isinstance(fields.get("output"), str | list):
        return {"role": "tool", "content": fields["output"]}
    return None if item in _PASSED_OVER or item.endswith(("_call", "_call_output")) else fields


def _dump(given: Any) -> Mapping[str, Any] | None:
    """The fields of a message object, such as the openai package's; None for anything else."""
    dump = getattr(given, "model_dump", None)
    # A class is no message, though it has the method.
    if dump is None or isinstance(given, type):
        return None
    fields = dump()
    return fields if isinstance(fields, Mapping) else None


def _content(given: Any, where: str) -> tuple[str, int]:
    """The text of a content, parts a line each; and how many parts have none."""
    if given is None or isinstance(given, str):
        return given or "", 0
    parts = [given] if isinstance(given, Mapping) else given
    if not isinstance(parts, Sequence) or isinstance(parts, bytes):
        raise ValidationError(f"{where} must be a string, a part or a list of them, not {kind(given)}")
    read = [_part(part, f"{where}[{n}]") for n, part in enumerate(parts)]
    texts = [each for each in read if each is not None and each.strip()]
    return "\n".join(texts), len(read) - len(texts)


def _part(given: Any, where: str) -> str | None:
    """The text of a part; None if it is of another kind."""
    if given is None or isinstance(given, str):
        return given
    fields = given if isinstance(given, Mapping) else _dump(given)
    if fields is None:
        raise ValidationError(
            f'{where} must be a string or a part ({{"type": "text", "text": "..."}}), not {kind(given)}'
        )
    form = fields.get("type")
    if form is not None and not isinstance(form, str):
        raise ValidationError(f"{where}.type must be a string, not {kind(form)}")
    if form is not None and form not in _TEXTS:
        return None
    found = fields.get("text")
    # Some APIs wrap the text once more, beside its annotations.
    found = found.get("value") if isinstance(found, Mapping) else found
    if found is None:
        return None
    if not isinstance(found, str):
        raise ValidationError(f"{where}.text must be a string, not {kind(found)}")
    return found
