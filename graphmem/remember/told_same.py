"""Entities that a fact says are one: somebody without a name, known by a role until now, is called Maria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphmem.model.memory import Entity, entity_key
from graphmem.remember.facts import Fact

# The key of whoever speaks, where the messages do not name them.
_SPEAKER = "user"
# By what was said in so many words, and by a role that somebody may have to more than one.
_NAMED, _BY_ROLE = 0.95, 0.9


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = _words("is_named is_called called named has_name name_is known_as also_known_as nicknamed has_nickname")
# These also say that somebody gave the name.
_GIVES_A_NAME = _words("named called nicknamed")

# Roles that people mostly have one of, or that are told apart once they have more.
_ROLES = _words("""
mother mom mum father dad parent sister brother sibling son daughter child wife husband spouse partner girlfriend boyfriend fiance
fiancé fiancée grandmother grandma grandfather grandpa aunt uncle cousin niece nephew boss manager landlord landlady roommate flatmate
therapist doctor dentist stepmother stepfather mother-in-law father-in-law sister-in-law brother-in-law
""")
# Predicate → the roles that the source has to the target, and the target to the source, where the predicate's words don't tell.
_PARTNERS = ("wife", "husband", "spouse", "partner")
_LOVERS = ("girlfriend", "boyfriend", "partner")
_FIANCES = ("fiance", "fiancé", "fiancée", "partner")
_CHILDREN = ("son", "daughter", "child")
_BY_PREDICATE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "married_to": (_PARTNERS, _PARTNERS),
    "engaged_to": (_FIANCES, _FIANCES),
    "dating": (_LOVERS, _LOVERS),
    "mother_of": (("mother", "mom", "mum", "parent"), _CHILDREN),
    "father_of": (("father", "dad", "parent"), _CHILDREN),
    "parent_of": (("mother", "mom", "mum", "father", "dad", "parent"), _CHILDREN),
    "boss_of": (("boss", "manager"), ()),
}


def told_same(
    fact: Fact, entities: Mapping[str, Entity], known: Sequence[Entity]
) -> Iterator[tuple[Entity, Entity, float]]:
    """Pairs of an entity of the fact and another one, of the fact or known, that count as the same; and how sure that is.

    Args:
        entities: those of the fact, by key.
    """
    for triple in fact.relations:
        source, target = entities.get(entity_key(triple.source)), entities.get(entity_key(triple.target))
        if source is None or target is None or source == target:
            continue
        if triple.predicate in _NAMES:
            if not (source.key == _SPEAKER and triple.predicate in _GIVES_A_NAME):
                yield target, source, _NAMED
            continue
        of_target, of_source = _roles(triple.predicate)
        for somebody, whose, roles in ((source, target, of_target), (target, source, of_source)):
            if _is_role(somebody.key):
                continue
            keys = {key for role in roles for key in _role_keys(whose.key, role)}
            # One who has a name already is somebody else: people have several sisters.
            yield from (
                (somebody, other, _BY_ROLE)
                for other in (*entities.values(), *known)
                if _straight(other.key) in keys and not any(each.united for each in known if each == other)
            )


def role_endings(fact: Fact) -> set[str]:
    """The last words of the names by which those may be known whose role the fact tells."""
    return {role for triple in fact.relations for roles in _roles(triple.predicate) for role in roles}


def _roles(predicate: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if predicate in _BY_PREDICATE:
        return _BY_PREDICATE[predicate]
    # "sister_of", "has_sister"
    words = predicate.replace("_in_law", "-in-law")
    of_target, of_source = words.removesuffix("_of"), words.removeprefix("has_")
    return (
        (of_target,) if words.endswith("_of") and of_target in _ROLES else (),
        (of_source,) if words.startswith("has_") and of_source in _ROLES else (),
    )


def _role_keys(whose: str, role: str) -> tuple[str, ...]:
    owned = f"{_straight(whose)}'s {role}"
    return (owned, f"my {role}", role) if whose == _SPEAKER else (owned,)


def _is_role(key: str) -> bool:
    return key == _SPEAKER or key.split()[-1] in _ROLES


def _straight(key: str) -> str:
    return key.replace("’", "'")
