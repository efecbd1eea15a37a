"""Which entity a name means: one that is known, one that is probably the same, or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import JaroWinkler

from graphmem.model.memory import Entity

# Jaro-Winkler similarity (Winkler 1990) from which on two names of one type count as the same. "Jonathan Miller" and "Jonathon
# Miller" are above it, "Anna" and "Anne", "Maria Lopez" and "Mario Lopez" are not meant to be.
SAME_NAME = 0.96
# Short names differ by a letter and mean somebody else.
_MIN_LETTERS = 8
_BEGINNING = 4
UNKNOWN_TYPE = "thing"


def beginnings(entities: Iterable[Entity]) -> tuple[str, ...]:
    """First characters of the keys; what is the same as one of these entities begins so too."""
    return tuple(sorted({entity.key[:_BEGINNING] for entity in entities if entity.key}))


def recognised(entity: Entity, known: Sequence[Entity]) -> Entity:
    """The entity with the type of the known one of that name, where its own is not known or the known one's is not."""
    namesakes = [each for each in known if each.key == entity.key]
    if any(each.type == entity.type for each in namesakes) or not namesakes:
        return entity
    if entity.type == UNKNOWN_TYPE and len(namesakes) == 1:
        return replace(entity, type=namesakes[0].type)
    if any(each.type == UNKNOWN_TYPE for each in namesakes):
        return replace(entity, type=UNKNOWN_TYPE)
    return entity


def lookalikes(entity: Entity, known: Sequence[Entity]) -> list[tuple[Entity, float]]:
    """Known entities of its type whose names are so like that they count as the same, with the score in [0, 1]."""
    if len(entity.key) < _MIN_LETTERS or any(each.key == entity.key for each in known):
        return []
    found = []
    for each in known:
        if each.type != entity.type or len(each.key) < _MIN_LETTERS or _digits(each.key) != _digits(entity.key):
            continue
        score = JaroWinkler.normalized_similarity(each.key, entity.key)
        if score >= SAME_NAME:
            found.append((each, round(score, 4)))
    return found


def _digits(key: str) -> str:
    return "".join(character for character in key if character.isdigit())
