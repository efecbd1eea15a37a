"""Keys: what callers prove who they are with. They are random, shown once, and stored as hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from graphmem.errors import MemoryNotFoundError, ValidationError
from graphmem.model import times
from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.served import Record
from graphmem.protocols import ServerStore

KIND = "key"
# The project of whoever sees everything.
WHOLE = "default"
_SECRET_BYTES = 32
_ID_BYTES = 6
_KEY = re.compile(r"gm_([0-9a-f]{12})_([\w-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Attributes:
        id: stands in the key's text; it is no secret.
        name: for people.
        scope: the ids that whoever has it is bound to; empty for all.
        hash: SHA-256 of the key's text, in hex.
        old_hash, old_until: of the text before a rotation, and until when that is accepted too.
    """

    id: str
    name: str
    scope: Scope
    read_only: bool
    hash: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    old_hash: str | None = field(default=None, repr=False)
    old_until: datetime | None = None

    @property
    def project(self) -> str:
        """The id of the project whose settings and webhooks whoever has this key sees: one for each scope."""
        return project_of(self.scope)

    def opened_by(self, text: str, now: datetime) -> bool:
        """Whether this is the key's text, and the key is in force."""
        given = hashed(text)
        # Both are compared in any case, so that the time taken tells nothing.
        current = hmac.compare_digest(self.hash, given)
        former = hmac.compare_digest(self.old_hash or "", given) and self.old_until is not None and now < self.old_until
        ended = self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)
        return (current or former) and not ended


def project_of(scope: Scope) -> str:
    return f"p{scope.key[:16]}" if scope.ids else WHOLE


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def id_in(text: str) -> str | None:
    """The id of the key that has this text; None if no key can have it."""
    found = _KEY.fullmatch(text)
    return found[1] if found else None


def create(
    store: ServerStore, name: str, scope: Scope, *, read_only: bool = False, expires_at: datetime | None = None
) -> tuple[Key, str]:
    """Make a key.

    Returns:
        What is kept of it, and its text, which nobody can tell again.

    Raises:
        ValidationError: the name is blank, or it would have expired already.
    """
    now = times.now()
    if not name.strip():
        raise ValidationError("a key needs a name, by which you know it again")
    if expires_at is not None and expires_at <= now:
        raise ValidationError(f"the key would have expired already, on {expires_at.isoformat()}: give a time to come")
    id = secrets.token_hex(_ID_BYTES)
    text = _text(id)
    key = Key(id, name.strip(), scope, read_only, hashed(text), now, expires_at)
    store.keep(_record(key))
    return key, text


def listed(store: ServerStore) -> Sequence[Key]:
    """All keys, those revoked and expired included, oldest first."""
    return [read(record) for record in store.kept(KIND)]


def named(store: ServerStore, name: str) -> Key:
    """The key with this id, or else the one with this name.

    Raises:
        MemoryNotFoundError: there is none. ValidationError: there are several with this name.
    """
    keys = [key for key in listed(store) if name in (key.id, key.name)]
    exact = [key for key in keys if key.id == name] or [key for key in keys if key.revoked_at is None] or keys
    if not exact:
        raise MemoryNotFoundError(f"no key {name!r}: graphmem keys list shows those that there are")
    if len(exact) > 1:
        raise ValidationError(
            f"several keys are called {name!r}: give the id, one of {', '.join(key.id for key in exact)}"
        )
    return exact[0]


def revoke(store: ServerStore, key: Key) -> Key:
    """End a key. It stays listed; doing it twice changes nothing."""
    ended = key if key.revoked_at is not None else replace(key, revoked_at=times.now(), old_hash=None, old_until=None)
    store.keep(_record(ended))
    return ended


def rotate(store: ServerStore, key: Key, old_until: datetime | None = None) -> tuple[Key, str]:
    """Give a key a new text. `old_until`: until when the old one is accepted too; by default it is not.

    Raises:
        ValidationError: it was revoked.
    """
    if key.revoked_at is not None:
        raise ValidationError(f"key {key.name!r} was revoked: create another one")
    text = _text(key.id)
    kept = (key.hash, old_until) if old_until is not None else (None, None)
    turned = replace(key, hash=hashed(text), old_hash=kept[0], old_until=kept[1])
    store.keep(_record(turned))
    return turned, text


def _text(id: str) -> str:
    return f"gm_{id}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def _record(key: Key) -> Record:
    data = {
        "name": key.name,
        "scope": key.scope.ids,
        "read_only": key.read_only,
        "hash": key.hash,
        "expires_at": _written(key.expires_at),
        "revoked_at": _written(key.revoked_at),
        "old_hash": key.old_hash,
        "old_until": _written(key.old_until),
    }
    return Record(KIND, key.id, key.project, data, key.created_at, times.now())


def read(record: Record) -> Key:
    """The key that a record tells of."""
    data: Mapping[str, Any] = record.data
    return Key(
        id=record.id,
        name=data["name"],
        scope=Scope(**{name: data["scope"].get(name) for name in SCOPE_FIELDS}),
        read_only=data["read_only"],
        hash=data["hash"],
        created_at=record.created_at,
        expires_at=_read(data["expires_at"]),
        revoked_at=_read(data["revoked_at"]),
        old_hash=data["old_hash"],
        old_until=_read(data["old_until"]),
    )


def _written(time: datetime | None) -> int | None:
    return None if time is None else times.to_micros(time)


def _read(micros: int | None) -> datetime | None:
    return None if micros is None else times.from_micros(micros)
