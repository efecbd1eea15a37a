"""Which entities a caller may mean by a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from graphmem.model.memory import entity_key
from graphmem.model.scripts import is_paired, without_prefixes

# Keys of the entities that the extractors make of whoever speaks, if the message doesn't name them.
USER = "user"
_MYSELF = frozenset({"i", "me", "myself", USER})
_CONNECTION = frozenset(
    {"connect", "connected", "connection", "know", "link", "linked", "relate", "related", "relation"}
)
# As many words as the extractors' longest names that a search looks for.
_LONGEST_NAME = 4


def keys_of(name: str, user_id: str | None = None) -> tuple[str, ...]:
    """The keys to look up. "me", "I" and the id of the user whose memories are asked for also mean the user himself."""
    key = entity_key(name)
    himself = key in _MYSELF or (user_id is not None and key == entity_key(user_id))
    return tuple(dict.fromkeys((key, USER) if himself else (key,)))


def named_in(question: str, keys: Collection[str]) -> list[str]:
    """Those of these keys of entities that a question names, in the order of the question, each once.

    Where names overlap, the longest counts: in "Where does Maria Lopez live?", Maria Lopez and not Maria.
    """
    words = [entity_key(word) for word in question.split()]
    found: dict[str, None] = {}
    start = 0
    while start < len(words):
        runs = (" ".join(words[start : start + length]) for length in range(_LONGEST_NAME, 0, -1))
        name = next((name for run in runs for name in without_prefixes(run) if name in keys), None)
        if name is not None:
            found[name] = None
        start += 1 if name is None else len(name.split())
    if spaceless := [key for key in keys if is_paired(key)]:
        text = entity_key(question)
        found |= dict.fromkeys(_within(text, spaceless))
        return sorted(found, key=text.find)
    return list(found)


def _within(text: str, keys: Iterable[str]) -> Iterator[str]:
    """Those of these keys that stand in a text without spaces, but not as a part of a longer one."""
    for key in sorted(keys, key=len, reverse=True):
        if key in text:
            yield key
            text = text.replace(key, " ")


def asks_about_himself(question: str) -> bool:
    """Whether who asks wants to know how he himself is connected to somebody: "How do I know Ben?", but not "What can I cook?"."""
    words = {entity_key(word) for word in question.split()}
    return not words.isdisjoint(_MYSELF - {USER}) and not words.isdisjoint(_CONNECTION)
