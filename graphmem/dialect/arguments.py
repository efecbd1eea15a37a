"""What callers pass → our values, or an error that says what was given and what is allowed."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Literal, TypeAlias, cast

from graphmem.errors import ScopeError, ValidationError, shown
from graphmem.model import times
from graphmem.model.memory import ROLES, SCOPE_FIELDS, Message, Scope

MAX_ID = 256
MAX_TOP_K = 1_000
MAX_BATCH = 1_000
MAX_PAGE_SIZE = 1_000
DEFAULT_PAGE_SIZE = 100
MAX_METADATA_DEPTH = 100
# Python writes integers of up to 4,300 digits, which are 14,284 bits.
_MAX_BITS = 14_000

Messages: TypeAlias = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]
When: TypeAlias = str | int | float | datetime
OutputFormat: TypeAlias = Literal["v1.0", "v1.1"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = ("v1.0", "v1.1")


class Missing(Enum):
    """Stands for an argument that was not given, where None has a meaning of its own."""

    MISSING = "…"

    def __repr__(self) -> str:
        return self.value


def scope(ids: Mapping[str, Any], *, needed_by: str | None = None) -> Scope:
    """The scope of a call; ids that are None are left out.

    Raises:
        ScopeError: an id that is blank, longer than 256 characters, holds control characters or is no string;
            or no id at all where `needed_by` names a call that takes at least one.
    """
    found = Scope(**{name: _id(name, ids[name]) for name in SCOPE_FIELDS if ids.get(name) is not None})
    if needed_by and not found.ids:
        raise ScopeError(f"{needed_by} needs at least one of {', '.join(SCOPE_FIELDS)}; none was given")
    return found


def messages(given: Any) -> tuple[Message, ...]:
    """A string, a message or a list of messages.

    Raises:
        ValidationError: none at all, an unknown role, content that is not text or is blank.
    """
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    elif isinstance(given, Mapping):
        given = [given]
    if not isinstance(given, Sequence) or isinstance(given, bytes):
        raise ValidationError(f"messages is a string, a message or a list of messages, not {_kind(given)}")
    if not given:
        raise ValidationError("messages is empty: give at least one message")
    return tuple(_message(each, f"messages[{n}]") for n, each in enumerate(given))


def text(name: str, given: Any) -> str:
    """Text that is not blank and can be written as UTF-8."""
    if not isinstance(given, str):
        raise ValidationError(f"{name} is a string, not {_kind(given)}")
    if not given.strip():
        raise ValidationError(f"{name} is blank")
    _encodable(name, given)
    return given


def metadata(given: Any) -> dict[str, Any]:
    """A JSON object, copied. Scope ids can't travel in it."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ValidationError(f"metadata is a JSON object, not {_kind(given)}")
    _json(given, ("metadata",))
    scoped = [key for key in given if key in SCOPE_FIELDS]
    if scoped:
        raise ValidationError(f"metadata may not carry {', '.join(scoped)}: pass scope ids as arguments")
    # Mappings other than dict are all that is left for `default`.
    written = json.dumps(given, allow_nan=False, ensure_ascii=False, default=dict)
    _encodable("metadata", written)
    copy: dict[str, Any] = json.loads(written)
    return copy


def categories(given: Any, name: str = "categories") -> tuple[str, ...]:
    """Names, each once, in the order given."""
    if given is None:
        return ()
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        raise ValidationError(f"{name} is a list of names, not {_kind(given)}")
    return tuple(dict.fromkeys(_short(f"{name}[{n}]", each) for n, each in enumerate(given)))


def custom_categories(given: Any) -> dict[str, str]:
    """Name → description, from a mapping, a list of one-entry mappings or a list of names."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        given = [{name: about} for name, about in given.items()]
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ValidationError(f"custom_categories is a list of names, or of {{name: description}}, not {_kind(given)}")
    found: dict[str, str] = {}
    for n, each in enumerate(given):
        for name, about in each.items() if isinstance(each, Mapping) else [(each, "")]:
            found[_short(f"custom_categories[{n}]", name)] = str(about or "")
    return found


def change(given: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """What an update changes: fields of a memory, read and checked. An absent field stays as it is."""
    found: dict[str, Any] = {}
    for name, read in _CHANGES.items():
        if name in given and (given[name] is not None or name == "expiration_date"):
            found[name] = read(where + name, given[name])
    return found


def updates(given: Any) -> dict[str, dict[str, Any]]:
    """Memory id → what to change of it, from a list of objects."""
    found: dict[str, dict[str, Any]] = {}
    allowed = ("memory_id", *_CHANGES)
    for n, row in enumerate(_batch(given)):
        where = f"memories[{n}]"
        if not isinstance(row, Mapping):
            raise ValidationError(f"{where} is an object with memory_id, not {_kind(row)}")
        unknown = [key for key in row if key not in allowed]
        if unknown:
            raise ValidationError(f"{where} has {shown(unknown[0])}; allowed are {', '.join(allowed)}")
        changes = change(row, f"{where}.")
        if not changes:
            raise ValidationError(f"{where} changes nothing: give text, metadata, categories or expiration_date")
        found[_listed_once(row.get("memory_id"), where, found)] = changes
    return found


def deletions(given: Any) -> list[str]:
    """Memory ids, from a list of ids or of objects with one."""
    found: dict[str, None] = {}
    for n, row in enumerate(_batch(given)):
        id = row.get("memory_id") if isinstance(row, Mapping) else row
        found[_listed_once(id, f"memories[{n}]", found)] = None
    return list(found)


def _batch(given: Any) -> Sequence[Any]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
        raise ValidationError(f"memories is a list, not {_kind(given)}")
    if len(given) > MAX_BATCH:
        raise ValidationError(f"memories has {len(given):,} items; at most {MAX_BATCH:,} are allowed in one call")
    return given


def _listed_once(given: Any, where: str, before: Container[str]) -> str:
    id = identifier(f"{where}.memory_id", given)
    if id in before:
        raise ValidationError(f"{where} names memory {shown(id)} again: name each memory once")
    return id


def moment(name: str, given: Any, *, day_end: bool = False) -> datetime | None:
    """Seconds since the epoch, an ISO 8601 date or date-time, or a date or datetime object. Without an offset it is UTC.

    A bare date means its first moment, or with `day_end` its last one.
    """
    if given is None:
        return None
    found = times.moment(given, day_end=day_end)
    if found is None:
        raise ValidationError(
            f"{name} is ISO 8601 (2026-03-31 or 2026-03-31T14:00:00Z) or seconds since the epoch, not {shown(given)}"
        )
    return found


def whole(name: str, given: Any, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise ValidationError(f"{name} is a whole number from {least} to {most:,}, not {shown(given)}")
    return given


def share(name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise ValidationError(f"{name} is a number from 0 to 1, not {shown(given)}")
    return float(given)


def one_of(name: str, given: Any, allowed: Sequence[str]) -> str:
    if not isinstance(given, str) or given not in allowed:
        raise ValidationError(f"{name} is one of {', '.join(allowed)}, not {shown(given)}")
    return str(given)


def output_format(given: Any) -> OutputFormat | None:
    """A form of answers; None leaves it open."""
    return None if given is None else cast(OutputFormat, one_of("output_format", given, OUTPUT_FORMATS))


def identifier(name: str, given: Any) -> str:
    """The id of a memory."""
    return text(name, given).strip()


def _id(name: str, given: Any) -> str:
    if not isinstance(given, str):
        raise ScopeError(f"{name} is a string, not {_kind(given)}")
    value = given.strip()
    if not value:
        raise ScopeError(f"{name} is blank: give 1 to {MAX_ID} characters, or leave it out")
    if len(value) > MAX_ID:
        raise ScopeError(f"{name} has {len(value)} characters; at most {MAX_ID} are allowed")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise ScopeError(f"{name} holds a control character; any other Unicode is allowed")
    return value


def _message(given: Any, where: str) -> Message:
    if not isinstance(given, Mapping):
        raise ValidationError(f"{where} is an object with role and content, not {_kind(given)}")
    role = given.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise ValidationError(f"{where}.role is one of {', '.join(ROLES)}, not {shown(role)}")
    name = given.get("name")
    return Message(
        role,
        text(f"{where}.content", _content(given.get("content"), where)),
        None if name is None else _short(f"{where}.name", name),
    )


def _content(given: Any, where: str) -> Any:
    """Text, or the texts of a list of parts."""
    if isinstance(given, Mapping):
        given = [given]
    if isinstance(given, str) or not isinstance(given, Sequence):
        return given
    for n, part in enumerate(given):
        if not isinstance(part, Mapping) or part.get("type", "text") != "text" or not isinstance(part.get("text"), str):
            raise ValidationError(
                f'{where}.content[{n}] is a text part ({{"type": "text", "text": "..."}}); others can\'t be remembered'
            )
    return "\n".join(part["text"] for part in given)


def _short(name: str, given: Any) -> str:
    value = text(name, given).strip()
    if len(value) > MAX_ID:
        raise ValidationError(f"{name} has {len(value)} characters; at most {MAX_ID} are allowed")
    return value


def _json(given: Any, path: tuple[str, ...]) -> None:
    """Strictly JSON: what json.dumps would quietly convert (tuples apart) is refused."""
    if len(path) > MAX_METADATA_DEPTH:
        raise ValidationError(f"{path[0]} is nested deeper than {MAX_METADATA_DEPTH}, or contains itself")
    match given:
        case None | bool() | str():
            return
        case int():
            if given.bit_length() > _MAX_BITS:
                raise ValidationError(f"{''.join(path)} is {shown(given)}; at most {_MAX_BITS:,} bits are allowed")
        case float():
            if not math.isfinite(given):
                raise ValidationError(f"{''.join(path)} is {given}, which JSON does not have")
        case Mapping():
            for key, value in given.items():
                if not isinstance(key, str):
                    raise ValidationError(f"{''.join(path)} has the key {shown(key)}; JSON keys are strings")
                _json(value, (*path, f".{key}"))
        case list() | tuple():
            for n, value in enumerate(given):
                _json(value, (*path, f"[{n}]"))
        case _:
            raise ValidationError(
                f"{''.join(path)} is of type {_kind(given)}, which is not JSON: "
                "give strings, numbers, truth values, null, lists and objects"
            )


def _encodable(name: str, given: str) -> None:
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(
            f"{name} holds half a surrogate pair at {error.start}, which is no Unicode text"
        ) from None


def _kind(given: Any) -> str:
    return "null" if given is None else type(given).__name__


_CHANGES: Mapping[str, Callable[[str, Any], Any]] = {
    "text": text,
    "metadata": lambda _, given: metadata(given),
    "categories": lambda _, given: categories(given),
    "expiration_date": lambda name, given: moment(name, given, day_end=True),
}
