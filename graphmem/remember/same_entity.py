"""Which entity a name refers to: a known one, one that is probably the same, or a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphmem.model.changes import Relate
from graphmem.model.memory import Entity
from graphmem.remember.alike_names import SURE, UNKNOWN_TYPE, is_part, likeness
from graphmem.remember.name_forms import JOINING, known_as

# Of a common name one type may be given as well as the other: a homeless shelter is a place and an organization, a picnic an activity
# and an event. Of a proper name they are two things: the Amazon, and Amazon.
_OF_ONE_KIND = tuple(map(frozenset[str], (("place", "organization"), ("activity", "event"), ("work", "product"))))
_PREFIX_LENGTH = 4
# What a short word may lose or gain: "hikes" and "hiking" begin alike without it.
_ENDING = re.compile(r"(?<=\w\w\w)(?:ing|es|ed|e|s)$")


def key_prefixes(entities: Iterable[Entity]) -> tuple[str, ...]:
    """How the keys of candidates for a match may begin: others share a last word with them, and no more need be fetched.

    "Tour with the choir" begins as "choir tour" ends.
    """
    keys = (key for entity in entities for key in (entity.key, *known_as(entity.key), *_turned(entity.key)))
    return tuple(sorted({_prefix(key) for key in keys if key}))


def key_endings(entities: Iterable[Entity]) -> tuple[str, ...]:
    """With which words the keys of candidates may end; as in `key_prefixes`."""
    keys = (key for entity in entities if entity.key for key in (entity.key, *_first_word(entity.key)))
    return tuple(sorted(set(map(_last_word, keys))))


def recognised(entity: Entity, known: Sequence[Entity]) -> Entity:
    """The entity, with the type of its known namesake if only one of the two types is known, or if both may be said of such a thing."""
    types = [other.type for other in known if other.key == entity.key]
    if entity.type in types or not types:
        return entity
    if entity.type == UNKNOWN_TYPE and (len(types) == 1 or (entity.name.islower() and _are_of_one_kind(types))):
        return replace(entity, type=types[0])
    if UNKNOWN_TYPE in types:
        return replace(entity, type=UNKNOWN_TYPE)
    alike = [type for type in types if entity.name.islower() and _are_of_one_kind((type, entity.type))]
    return replace(entity, type=alike[0]) if alike else entity


def lookalikes(entity: Entity, known: Sequence[Entity]) -> list[tuple[Entity, float]]:
    """Known entities with a name so similar that they count as the same, and how sure that is, in [0, 1]."""
    # An exact namesake of any type is recognised as such; lookalikes are for new names.
    if any(other.key == entity.key for other in known):
        return []
    begins, ends = key_prefixes([entity]), key_endings([entity])
    # Others are offered by chance only: because another entity of the call, or an earlier call written with it, is called so.
    offered = {
        (other.key, other.type): other
        for other in known
        if other.key.startswith(begins) or _last_word(other.key) in ends
    }
    scored = [(other, likeness(entity, other)) for other in offered.values()]
    return [
        (other, score)
        for other, score in scored
        if score >= SURE or (score and not _has_rival(entity.key, other.key, offered.values()))
    ]


def after(known: Sequence[Entity], change: Relate) -> tuple[Entity, ...]:
    """What is known of an owner's entities once this is written."""
    united = {id for one, other, _ in change.same for id in (one, other)}
    return tuple(
        replace(each, united=True) if united and each.id(change.owner) in united else each
        for each in (*known, *change.entities)
    )


def _are_of_one_kind(types: Sequence[str]) -> bool:
    return any(kind.issuperset(types) for kind in _OF_ONE_KIND)


def _prefix(key: str) -> str:
    return (_ENDING.sub("", key) if " " not in key else key)[:_PREFIX_LENGTH]


def _has_rival(one: str, other: str, known: Iterable[Entity]) -> bool:
    """Whether a third name may be a longer form of the shorter one as well: "cat Max" beside "dog Max" and "Max"."""
    short = min(one, other, key=len)
    return any(third.key not in (one, other) and is_part(short, third.key) for third in known)


def _last_word(key: str) -> str:
    return key.split(" ")[-1]


def _turned(key: str) -> tuple[str, ...]:
    """The word with which this name begins where it is joined to the others: "tour" for "choir tour"."""
    words = key.split(" ")
    return () if len(words) == 1 or not JOINING.isdisjoint(words) else (words[-1],)


def _first_word(key: str) -> tuple[str, ...]:
    """The word with which this name ends where it is not joined to the others: "tour" for "tour with the choir"."""
    words = key.split(" ")
    return () if JOINING.isdisjoint(words[1:]) else (words[0],)
