"""Which entities a caller may mean by a name."""

from __future__ import annotations

from graphmem.model.memory import entity_key

# Keys of the entities that the extractors make of whoever speaks, if the message doesn't name them.
USER = "user"
_MYSELF = frozenset({"i", "me", "myself", USER})


def keys_of(name: str, user_id: str | None = None) -> tuple[str, ...]:
    """The keys to look up. "me", "I" and the id of the user whose memories are asked for also mean the user himself."""
    key = entity_key(name)
    himself = key in _MYSELF or (user_id is not None and key == entity_key(user_id))
    return tuple(dict.fromkeys((key, USER) if himself else (key,)))
