"""Which relation ends which other one, as far as that can be decided without a language model.

A row says what a newer statement about somebody ends. Where people may well have two at once (jobs, homes in two cities) there
is no row, unless the wording says that one took the place of the other.
"""

from __future__ import annotations

from graphmem.remember.diets import excludes

# predicate → predicates of the same subject that end with it, whatever their target was
_ENDS: dict[str, tuple[str, ...]] = {
    "lives_in": ("lives_in", "moved_to", "plans_to_move_to"),
    "moved_to": ("lives_in", "moved_to", "plans_to_move_to"),
    "works_at": ("works_at",),
    "joined": ("works_at",),
    "worked_at": ("works_at",),
    "works_as": ("works_as",),
    "studies_at": ("studies_at",),
    "studied_at": ("studies_at",),
    "married_to": ("married_to", "engaged_to"),
    "engaged_to": ("engaged_to",),
    "is_named": ("is_named",),
    "named": ("named",),
    "follows_diet": ("follows_diet",),
}
# predicate → predicates that can't hold at the same time for the same subject and target
_OPPOSES: dict[str, tuple[str, ...]] = {
    "likes": ("dislikes", "avoids", "hates"),
    "loves": ("dislikes", "avoids", "hates"),
    "dislikes": ("likes", "loves"),
    "hates": ("likes", "loves"),
    "avoids": ("likes", "loves"),
    "lived_in": ("lives_in",),
    "visited": ("wants_to_visit", "plans_to_visit"),
    "had_pet": ("has_pet",),
    "follows_diet": ("gave_up_diet",),
    "gave_up_diet": ("follows_diet",),
}
# predicate → predicates of the same subject that end if the new target rules out the old one
_EXCLUDES: dict[str, tuple[str, ...]] = {"follows_diet": ("likes", "loves", "eats")}

# Relations that a text may mention while it is about something else: "dog Max swims every morning".
_INCIDENTAL = frozenset({"has_pet"})


def incidental(predicate: str) -> bool:
    """Whether a memory with a relation of this kind is probably about something else."""
    return predicate in _INCIDENTAL


def endable(predicate: str) -> tuple[str, ...]:
    """Predicates that a relation of this kind may end."""
    return tuple(dict.fromkeys(old for table in (_ENDS, _OPPOSES, _EXCLUDES) for old in table.get(predicate, ())))


def ends(predicate: str, target: str, old_predicate: str, old_target: str) -> bool:
    """Whether a newer relation of the same subject ends the old one; targets are entity keys."""
    same_target = target == old_target
    if old_predicate in _OPPOSES.get(predicate, ()) and same_target:
        return True
    if old_predicate in _EXCLUDES.get(predicate, ()) and excludes(target, old_target):
        return True
    # The same relation to the same target is a repetition: it ends nothing.
    return old_predicate in _ENDS.get(predicate, ()) and (not same_target or old_predicate != predicate)
