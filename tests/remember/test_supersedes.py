"""Which relation ends which: an example for each row of the table, and cases that look like one but are not."""

from __future__ import annotations

import pytest

from graphmem.remember.supersedes import endable, ends, incidental

# What somebody says now, and what was known of the same person that is over with it.
ENDED = [
    # Homes: wherever one lives now, one no longer lives where one did, and a plan to move has come true or was given up.
    (("lives_in", "oslo"), ("lives_in", "rome")),
    (("lives_in", "oslo"), ("moved_to", "rome")),
    (("lives_in", "oslo"), ("plans_to_move_to", "oslo")),
    (("lives_in", "oslo"), ("plans_to_move_to", "rome")),
    (("moved_to", "oslo"), ("lives_in", "rome")),
    (("moved_to", "oslo"), ("moved_to", "rome")),
    (("moved_to", "oslo"), ("plans_to_move_to", "oslo")),
    (("lived_in", "rome"), ("lives_in", "rome")),
    # Work and school: another employer, occupation or school takes the place of the one before.
    (("works_at", "acme"), ("works_at", "initech")),
    (("joined", "acme"), ("works_at", "initech")),
    (("worked_at", "acme"), ("works_at", "acme")),
    (("worked_at", "acme"), ("works_at", "initech")),
    (("works_as", "nurse"), ("works_as", "waiter")),
    (("studies_at", "yale"), ("studies_at", "mit")),
    (("studied_at", "mit"), ("studies_at", "mit")),
    (("studied_at", "mit"), ("studies_at", "yale")),
    # People: a marriage ends an engagement and another marriage; names are one at a time.
    (("married_to", "ben"), ("engaged_to", "ben")),
    (("married_to", "ben"), ("married_to", "tom")),
    (("engaged_to", "ben"), ("engaged_to", "tom")),
    (("is_named", "alexandra"), ("is_named", "alex")),
    (("named", "rex"), ("named", "max")),
    # Tastes: one can't like and dislike the same thing.
    (("likes", "tea"), ("dislikes", "tea")),
    (("likes", "tea"), ("avoids", "tea")),
    (("likes", "tea"), ("hates", "tea")),
    (("loves", "tea"), ("dislikes", "tea")),
    (("loves", "tea"), ("avoids", "tea")),
    (("loves", "tea"), ("hates", "tea")),
    (("dislikes", "tea"), ("likes", "tea")),
    (("dislikes", "tea"), ("loves", "tea")),
    (("hates", "tea"), ("likes", "tea")),
    (("hates", "tea"), ("loves", "tea")),
    (("avoids", "milk"), ("likes", "milk")),
    (("avoids", "milk"), ("loves", "milk")),
    # A visit that took place was a wish or a plan before.
    (("visited", "japan"), ("wants_to_visit", "japan")),
    (("visited", "japan"), ("plans_to_visit", "japan")),
    (("had_pet", "rex"), ("has_pet", "rex")),
    # Diets: one at a time, given up or taken up again; a diet ends the liking of what it excludes.
    (("follows_diet", "vegan"), ("follows_diet", "vegetarian")),
    (("follows_diet", "vegan"), ("gave_up_diet", "vegan")),
    (("gave_up_diet", "vegan"), ("follows_diet", "vegan")),
    (("follows_diet", "vegetarian"), ("likes", "chicken")),
    (("follows_diet", "vegetarian"), ("loves", "chicken")),
    (("follows_diet", "vegetarian"), ("eats", "chicken")),
]

# What stays true beside it.
NOT_ENDED = [
    (("lives_in", "oslo"), ("lives_in", "oslo")),
    (("lives_in", "oslo"), ("lived_in", "rome")),
    (("lives_in", "oslo"), ("works_at", "acme")),
    (("lived_in", "oslo"), ("lives_in", "rome")),
    (("visited", "oslo"), ("lives_in", "rome")),
    (("works_at", "acme"), ("works_as", "nurse")),
    (("works_at", "acme"), ("worked_at", "initech")),
    (("engaged_to", "ben"), ("married_to", "ben")),
    (("likes", "tea"), ("dislikes", "coffee")),
    (("likes", "tea"), ("likes", "coffee")),
    (("likes", "tea"), ("loves", "tea")),
    (("dislikes", "tea"), ("hates", "tea")),
    (("visited", "japan"), ("wants_to_visit", "china")),
    (("visited", "japan"), ("visited", "china")),
    (("wants_to_visit", "japan"), ("visited", "japan")),
    (("had_pet", "rex"), ("has_pet", "bella")),
    (("has_pet", "rex"), ("has_pet", "bella")),
    (("gave_up_diet", "vegan"), ("follows_diet", "vegetarian")),
    (("follows_diet", "vegetarian"), ("likes", "cheese")),
    (("follows_diet", "vegetarian"), ("dislikes", "chicken")),
    (("speaks", "french"), ("speaks", "german")),
]


@pytest.mark.parametrize(("now", "before"), ENDED)
def test_newer_relations_end_older_ones(now: tuple[str, str], before: tuple[str, str]) -> None:
    assert ends(*now, *before)


@pytest.mark.parametrize(("now", "before"), NOT_ENDED)
def test_relations_that_hold_side_by_side_end_nothing(now: tuple[str, str], before: tuple[str, str]) -> None:
    assert not ends(*now, *before)


@pytest.mark.parametrize(("now", "before"), ENDED)
def test_every_relation_that_can_end_is_looked_up(now: tuple[str, str], before: tuple[str, str]) -> None:
    # An old relation that is not asked for is never compared, so it would stay whatever `ends` says.
    assert before[0] in endable(now[0])


def test_endable_predicates_are_distinct() -> None:
    assert sorted(endable("follows_diet")) == ["eats", "follows_diet", "gave_up_diet", "likes", "loves"]
    assert endable("speaks") == ()


def test_only_pets_are_incidental() -> None:
    # "Dog Max swims every morning" says more than that there is a dog.
    assert incidental("has_pet")
    assert not incidental("lives_in")
