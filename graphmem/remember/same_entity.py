"""Which entity a name refers to: a known one, one that is probably the same, or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import JaroWinkler

from graphmem.model.memory import Entity

# Names of one type with at least this Jaro-Winkler similarity (Winkler 1990) count as the same. "Jonathan Miller" and "Jonathon
# Miller" are above it; "Anna" and "Anne", or "Maria Lopez" and "Mario Lopez", must not be.
SAME_NAME = 0.96
# Of short names, one different letter makes somebody else.
_MIN_LETTERS = 8
_PREFIX_LENGTH = 4
UNKNOWN_TYPE = "thing"


def key_prefixes(entities: Iterable[Entity]) -> tuple[str, ...]:
    """The first characters of the keys. Candidates for a match share one of these prefixes, so no others need be fetched."""
    return tuple(sorted({entity.key[:_PREFIX_LENGTH] for entity in entities if entity.key}))


def recognised(entity: Entity, known: Sequence[Entity]) -> Entity:
    """The entity, with the type of its known namesake if only one of the two types is known."""
    namesakes = [other for other in known if other.key == entity.key]
    if any(namesake.type == entity.type for namesake in namesakes) or not namesakes:
        return entity
    if entity.type == UNKNOWN_TYPE and len(namesakes) == 1:
        return replace(entity, type=namesakes[0].type)
    if any(namesake.type == UNKNOWN_TYPE for namesake in namesakes):
        return replace(entity, type=UNKNOWN_TYPE)
    return entity


def lookalikes(entity: Entity, known: Sequence[Entity]) -> list[tuple[Entity, float]]:
    """Known entities of the same type with a name so similar that they count as the same; with the similarity in [0, 1]."""
    # An exact namesake of any type is recognised as such; lookalikes are for new names.
    if len(entity.key) < _MIN_LETTERS or any(other.key == entity.key for other in known):
        return []
    similar = []
    for other in known:
        # Others are offered by chance only: because another entity of the call, or an earlier call written with it, begins so.
        if other.key[:_PREFIX_LENGTH] != entity.key[:_PREFIX_LENGTH]:
            continue
        # "Room 101" and "Room 102" are alike in all but what matters.
        if other.type != entity.type or len(other.key) < _MIN_LETTERS or _digits(other.key) != _digits(entity.key):
            continue
        score = JaroWinkler.normalized_similarity(other.key, entity.key)
        if score >= SAME_NAME:
            similar.append((other, round(score, 4)))
    return similar


def _digits(key: str) -> str:
    return "".join(character for character in key if character.isdigit())
