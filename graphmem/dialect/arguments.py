"""Checks what callers pass and turns it into our own types. Errors say what was given and what is allowed."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from numbers import Integral, Real
from typing import Any, Literal, Protocol, TypeAlias, cast

import numpy as np

from graphmem.errors import ScopeError, ValidationError, shown
from graphmem.model import times
from graphmem.model.folding import spelled
from graphmem.model.memory import MAX_ID, SCOPE_FIELDS, Scope
from graphmem.model.metadata import MAX_BITS, MAX_DEPTH

# Limits that callers know from hosted services, or that keep the work of one call bounded.
MAX_TOP_K = 1_000
MAX_BATCH = 1_000
MAX_PAGE_SIZE = 1_000
DEFAULT_PAGE_SIZE = 100


class MessageObject(Protocol):
    """A message as an object, such as the openai package's and any of pydantic with these fields."""

    def model_dump(self) -> Any:
        """``{"role", "content", "name"?}``."""


Messages: TypeAlias = str | Mapping[str, Any] | MessageObject | Sequence[Mapping[str, Any] | MessageObject]
When: TypeAlias = str | int | float | date
OutputFormat: TypeAlias = Literal["v1.0", "v1.1"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = ("v1.0", "v1.1")


_WRITER = json.JSONEncoder(allow_nan=False, ensure_ascii=False, default=dict)


class Missing(Enum):
    """The default of an argument for which None has a meaning of its own."""

    MISSING = "…"

    def __repr__(self) -> str:
        return self.value


def scope(ids: Mapping[str, Any], *, needed_by: str | None = None) -> Scope:
    """The scope that these ids make. Ids that are None are left out.

    Args:
        needed_by: the name of a call that needs at least one id, if there is one.

    Raises:
        ScopeError: an id is not a string, is blank, is longer than 256 characters or contains control characters; or there is
            none and `needed_by` is given.
    """
    found = Scope(**{name: _scope_id(name, ids[name]) for name in SCOPE_FIELDS if ids.get(name) is not None})
    if needed_by and not found.ids:
        raise ScopeError(f"{needed_by} needs at least one of {', '.join(SCOPE_FIELDS)}; none was given")
    return found


def bounds(given: Any) -> Scope:
    """The scope that a client is bound to; None and an empty object bind it to nothing.

    Raises:
        ScopeError: it is no object of ids, or one of them is null: whoever meant to bind a client would see everything.
    """
    if given is None:
        return Scope()
    fields = ", ".join(SCOPE_FIELDS)
    if not isinstance(given, Mapping):
        raise ScopeError(f"scope must be an object with ids out of {fields}, not {kind(given)}")
    unknown = [name for name in given if name not in SCOPE_FIELDS]
    if unknown:
        raise ScopeError(f"scope takes {fields}, not {', '.join(map(str, unknown))}")
    for name, id in given.items():
        if id is None:
            raise ScopeError(
                f"scope has no {name}, it is null: give an id, or leave {name} out, and the client is not bound by it"
            )
    return scope(given)


def text(name: str, given: Any) -> str:
    """A string that is not blank and can be encoded as UTF-8, as a plain one.

    Raises:
        ValidationError: it is something else. `name` tells which argument it is.
    """
    if not isinstance(given, str):
        raise ValidationError(f"{name} must be a string, not {kind(given)}")
    if not given.strip():
        raise ValidationError(f"{name} is blank")
    _check_encodable(name, given)
    return plain_string(given)


def plain_string(given: str) -> str:
    """The string itself: members of enumerations and numpy's strings are strings, too, but show themselves otherwise."""
    return given if type(given) is str else str.__str__(given)


def wish(name: str, given: Any) -> str | None:
    """Words about what to remember; None if there are none.

    Raises:
        ValidationError: it is no string.
    """
    return None if given is None or (isinstance(given, str) and not given.strip()) else text(name, given)


def truth(name: str, given: Any) -> bool:
    """True or False; 1 and 0 pass for them, as they do in Python. A word such as "false" would count as true.

    Raises:
        ValidationError: it is something else.
    """
    if isinstance(given, bool | np.bool_) or (isinstance(given, int) and given in (0, 1)):
        return bool(given)
    raise ValidationError(f"{name} must be true or false, not {shown(given)}")


def metadata(given: Any) -> dict[str, Any]:
    """A copy of a JSON object; empty for None.

    Raises:
        ValidationError: it is not JSON, is nested too deeply, or has a scope id among its keys.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ValidationError(f"metadata must be a JSON object, not {kind(given)}")
    if all(map(_is_plain, given, given.values())):
        return dict(given)
    _check_json(given, ("metadata",))
    # Otherwise user_id in metadata could be mistaken for the user that a memory belongs to.
    scoped = [key for key in given if key in SCOPE_FIELDS]
    if scoped:
        raise ValidationError(f"metadata may not carry {', '.join(scoped)}: pass scope ids as arguments")
    # Everything in it was checked, so `default` only meets mappings that are not dicts.
    written = _WRITER.encode(given)
    _check_encodable("metadata", written)
    copy: dict[str, Any] = json.loads(written)
    return copy


def _is_plain(key: Any, value: Any) -> bool:
    """Whether a pair of an object is JSON at first sight, as most are, and its own copy."""
    if type(key) is not str or not key.isascii() or key in SCOPE_FIELDS:
        return False
    return type(value) is bool or (type(value) is str and value.isascii())


def categories(given: Any, name: str = "categories") -> tuple[str, ...]:
    """A list of names without repetitions, in whatever spelling, in the order given; empty for None.

    Raises:
        ValidationError: it is not a list, or a name is blank, too long or not a string.
    """
    if given is None:
        return ()
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        raise ValidationError(f"{name} must be a list of names, not {kind(given)}")
    found: dict[str, str] = {}
    for n, category in enumerate(given):
        checked = short_text(f"{name}[{n}]", category)
        found.setdefault(spelled(checked), checked)
    return tuple(found.values())


def custom_categories(given: Any) -> dict[str, str]:
    """Name → description, from a mapping, a list of mappings with one entry, or a list of names; empty for None.

    Raises:
        ValidationError: it is something else, or a name is blank, too long or not a string.
    """
    if given is None:
        return {}
    if isinstance(given, Mapping):
        given = [{name: about} for name, about in given.items()]
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ValidationError(
            f"custom_categories must be a list of names, or of {{name: description}}, not {kind(given)}"
        )
    found: dict[str, str] = {}
    for n, item in enumerate(given):
        where = f"custom_categories[{n}]"
        if not isinstance(item, Mapping):
            pairs = [(item, "")]
        elif item.keys() == {"name", "description"}:
            pairs = [(item["name"], item["description"])]
        else:
            pairs = list(item.items())
        for name, about in pairs:
            found[short_text(where, name)] = wish(f"{where}.{name}", about) or ""
    return found


def change(given: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """The fields of a memory that an update changes, checked.

    Args:
        given: the arguments of the update. where: put before their names in errors.

    Raises:
        ValidationError: a value can't be used.
    """
    found: dict[str, Any] = {}
    for name, read in _CHANGES.items():
        # None means that a field was not given. For expiration_date alone, it means that the old value is removed.
        if name in given and (given[name] is not None or name == "expiration_date"):
            found[name] = read(where + name, given[name])
    return found


def updates(given: Any) -> dict[str, dict[str, Any]]:
    """Memory id → the fields to change, from the objects that batch_update takes.

    Raises:
        ValidationError: an item can't be used, changes nothing or repeats an id, or there are too many.
    """
    found: dict[str, dict[str, Any]] = {}
    allowed = ("memory_id", *_CHANGES)
    for n, row in enumerate(_batch(given)):
        where = f"memories[{n}]"
        if not isinstance(row, Mapping):
            raise ValidationError(f"{where} must be an object with memory_id, not {kind(row)}")
        unknown = [key for key in row if key not in allowed]
        if unknown:
            raise ValidationError(f"{where} has the key {shown(unknown[0])}; allowed are {', '.join(allowed)}")
        changes = change(row, f"{where}.")
        if not changes:
            raise ValidationError(f"{where} changes nothing: give text, metadata, categories or expiration_date")
        found[_listed_once(row.get("memory_id"), where, found)] = changes
    return found


def deletions(given: Any) -> list[str]:
    """Memory ids, from the ids or objects with ``memory_id`` that batch_delete takes.

    Raises:
        ValidationError: an item can't be used or repeats an id, or there are too many.
    """
    found: dict[str, None] = {}
    for n, row in enumerate(_batch(given)):
        where = f"memories[{n}]"
        if isinstance(row, Mapping) and "memory_id" not in row:
            keys = f"the keys {', '.join(map(shown, row))}" if row else "no keys"
            raise ValidationError(f"{where} must be an id, or an object with memory_id, not one with {keys}")
        found[_listed_once(row["memory_id"] if isinstance(row, Mapping) else row, where, found)] = None
    return list(found)


def _batch(given: Any) -> Sequence[Any]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
        raise ValidationError(f"memories must be a list, not {kind(given)}")
    if len(given) > MAX_BATCH:
        raise ValidationError(f"memories has {len(given):,} items; at most {MAX_BATCH:,} are allowed in one call")
    return given


def _listed_once(given: Any, where: str, before: Container[str]) -> str:
    """The memory id of an item of a list, if it is not among those `before` it."""
    id = identifier(f"{where}.memory_id", given)
    if id in before:
        raise ValidationError(f"{where} lists memory {shown(id)} again: list every memory once")
    return id


def moment(name: str, given: Any, *, day_end: bool = False) -> datetime | None:
    """The moment that a caller means, in UTC; None for None. See `times.moment` for the forms it may have.

    Args:
        day_end: a bare date means its last microsecond instead of its first.

    Raises:
        ValidationError: it can't be understood.
    """
    if given is None:
        return None
    found = times.moment(given, day_end=day_end)
    if found is None:
        raise ValidationError(
            f"{name} must be ISO 8601 (2026-03-31 or 2026-03-31T14:00:00Z) or seconds since the epoch, not {shown(given)}"
        )
    return found


def whole_number(name: str, given: Any, least: int, most: int) -> int:
    """An integer from `least` to `most`, both included; numpy's are some."""
    # bool is a subclass of int: True must not pass for 1.
    if isinstance(given, bool) or not isinstance(given, Integral) or not least <= int(given) <= most:
        raise ValidationError(f"{name} must be a whole number from {least} to {most:,}, not {shown(given)}")
    return int(given)


def names(name: str, given: Any) -> list[str]:
    """A list of up to 1,000 names of entities."""
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
        raise ValidationError(f"{name} must be a list of names, not {kind(given)}")
    if len(given) > MAX_BATCH:
        raise ValidationError(f"{name} has {len(given):,} items; at most {MAX_BATCH:,} are allowed in one call")
    return [text(f"{name}[{n}]", each) for n, each in enumerate(given)]


def fraction(name: str, given: Any) -> float:
    """A number from 0 to 1, both included; numpy's are some."""
    if isinstance(given, bool) or not isinstance(given, Real) or not 0 <= cast(float, given) <= 1:
        raise ValidationError(f"{name} must be a number from 0 to 1, not {shown(given)}")
    return float(given)


def one_of(name: str, given: Any, allowed: Sequence[str]) -> str:
    """One of the allowed words."""
    if not isinstance(given, str) or given not in allowed:
        raise ValidationError(f"{name} must be one of {', '.join(allowed)}, not {shown(given)}")
    return plain_string(given)


def output_format(given: Any) -> OutputFormat | None:
    """The form of an answer, checked. None leaves it to the client."""
    return None if given is None else cast(OutputFormat, one_of("output_format", given, OUTPUT_FORMATS))


def identifier(name: str, given: Any) -> str:
    """The id of a memory, version, call or entity."""
    return text(name, given).strip()


def _scope_id(name: str, given: Any) -> str:
    if not isinstance(given, str):
        raise ScopeError(f"{name} must be a string, not {kind(given)}")
    # In its one spelling before its length is counted.
    value = spelled(given).strip()
    if not value:
        raise ScopeError(f"{name} is blank: give 1 to {MAX_ID} characters, or leave it out")
    if len(value) > MAX_ID:
        raise ScopeError(f"{name} has {len(value)} characters; at most {MAX_ID} are allowed")
    # Cc are control characters, Cs are halves of surrogate pairs, which can't be encoded.
    found = set() if value.isascii() and value.isprintable() else {unicodedata.category(c) for c in value}
    if "Cs" in found:
        raise ScopeError(f"{name} contains half a surrogate pair, which is not valid Unicode")
    if "Cc" in found:
        raise ScopeError(f"{name} contains a control character; all other Unicode characters are allowed")
    return value


def short_text(name: str, given: Any) -> str:
    """A name of at most MAX_ID characters, none of them NUL: SQLite's functions end a text there."""
    value = text(name, given).strip()
    if len(value) > MAX_ID:
        raise ValidationError(f"{name} has {len(value)} characters; at most {MAX_ID} are allowed")
    if "\0" in value:
        raise ValidationError(f"{name} holds the character NUL, which can't be kept: leave it out")
    return value


def _check_json(given: Any, path: tuple[str, ...]) -> None:
    """Refuses what is not JSON, even if json.dumps would convert it silently. Only tuples may stand for lists."""
    # An object that contains itself has no end, so it is caught by its depth.
    if len(path) > MAX_DEPTH:
        raise ValidationError(f"{path[0]} is nested deeper than {MAX_DEPTH}, or contains itself")
    match given:
        case None | bool() | str():
            return
        case int():
            if given.bit_length() > MAX_BITS:
                raise ValidationError(f"{''.join(path)} is {shown(given)}; at most {MAX_BITS:,} bits are allowed")
        case float():
            if not math.isfinite(given):
                raise ValidationError(f"{''.join(path)} is {given}, which JSON does not have")
        case Mapping():
            for key, value in given.items():
                if not isinstance(key, str):
                    raise ValidationError(f"{''.join(path)} has the key {shown(key)}; JSON keys are strings")
                _check_json(value, (*path, f".{key}"))
        case list() | tuple():
            for n, value in enumerate(given):
                _check_json(value, (*path, f"[{n}]"))
        case _:
            raise ValidationError(
                f"{''.join(path)} is of type {kind(given)}, which is not JSON: "
                "give strings, numbers, truth values, null, lists and objects"
            )


def _check_encodable(name: str, given: str) -> None:
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(
            f"{name} contains half a surrogate pair at character {error.start}, which is not valid Unicode"
        ) from None


def kind(given: Any) -> str:
    """The type of a value, as callers know it from JSON or Python."""
    return "null" if given is None else type(given).__name__


# Field of a memory that an update may change → how to read it.
_CHANGES: Mapping[str, Callable[[str, Any], Any]] = {
    "text": text,
    "metadata": lambda _, given: metadata(given),
    "categories": lambda _, given: categories(given),
    "expiration_date": lambda name, given: moment(name, given, day_end=True),
}
