"""What is kept of webhooks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.errors import MemoryNotFoundError, ValidationError, shown
from graphmem.model import times
from graphmem.model.ids import new_id
from graphmem.model.memory import Scope
from graphmem.model.served import Record
from graphmem.protocols import ServerStore
from graphmem.server.webhooks import addresses

KIND = "webhook"
EVENT_TYPES = ("memory_add", "memory_update", "memory_delete", "memory_categorize")
MAX_HOOKS = 100
_MAX_NAME = 256


def create(
    store: ServerStore, project: str, scope: Scope, given: Mapping[str, Any], *, private: bool
) -> tuple[Record, str]:
    """Keep a webhook.

    Args:
        project, scope: of whoever makes it; it is told of what lies within this scope. given: ``url``, ``event_types``, ``name``.

    Returns:
        It, and the secret that its deliveries are signed with, which is told only now.

    Raises:
        ValidationError: a value can't be used, or there are 100 already.
    """
    if len(store.kept(KIND, owner=project)) >= MAX_HOOKS:
        raise ValidationError(f"there are {MAX_HOOKS} webhooks already: delete one first")
    missing = [name for name in ("url", "event_types") if not given.get(name)]
    if missing:
        raise ValidationError(f"a webhook needs {' and '.join(missing)}")
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    now = times.now()
    data = {"name": "", "is_active": True, "failures": 0, "secret": secret, "scope": scope.ids}
    record = Record(KIND, new_id(), project, {**data, **_checked(given, private=private)}, now, now)
    store.keep(record)
    return record, secret


def of_project(store: ServerStore, project: str) -> Sequence[Record]:
    return store.kept(KIND, owner=project)


def one(store: ServerStore, project: str, id: str) -> Record:
    """A webhook of a project.

    Raises:
        MemoryNotFoundError: it has no such webhook.
    """
    found = store.kept(KIND, ids=[id], owner=project)
    if not found:
        raise MemoryNotFoundError(f"no webhook {shown(id)} in this project")
    return found[0]


def change(store: ServerStore, record: Record, given: Mapping[str, Any], *, private: bool) -> None:
    """Change any of ``url``, ``event_types``, ``name``, ``is_active``. One that was switched off for its failures is on again."""
    data = {**record.data, "is_active": True, "failures": 0, **_checked(given, private=private)}
    store.keep(Record(KIND, record.id, record.owner, data, record.created_at, times.now()))


def failed(store: ServerStore, id: str, most: int) -> None:
    """Count a delivery that failed for good; after so many in a row it is switched off."""
    _count(store, id, lambda failures: failures + 1, most)


def succeeded(store: ServerStore, id: str) -> None:
    _count(store, id, lambda _: 0, 1)


def _count(store: ServerStore, id: str, counted: Any, most: int) -> None:
    for record in store.kept(KIND, ids=[id]):
        failures = counted(record.data["failures"])
        if failures != record.data["failures"]:
            data = {**record.data, "failures": failures, "is_active": record.data["is_active"] and failures < most}
            store.keep(Record(KIND, id, record.owner, data, record.created_at, times.now()))


def told(record: Record) -> dict[str, Any]:
    """A webhook as the wire has it, without its secret."""
    return {
        "webhook_id": record.id,
        **{name: record.data[name] for name in ("name", "url", "event_types", "is_active")},
        "project": record.owner,
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
    }


def _checked(given: Mapping[str, Any], *, private: bool) -> dict[str, Any]:
    data = {name: value for name, value in given.items() if value is not None}
    if "url" in data:
        addresses.checked(data["url"], private=private)
    if "name" in data and len(data["name"]) > _MAX_NAME:
        raise ValidationError(f"name has {len(data['name'])} characters; at most {_MAX_NAME} are allowed")
    unknown = [each for each in data.get("event_types", ()) if each not in EVENT_TYPES]
    if unknown or not data.get("event_types", EVENT_TYPES):
        raise ValidationError(f"event_types must be some of {', '.join(EVENT_TYPES)}, not {shown(unknown)}")
    return data
