"""What people on a diet don't eat, word by word, and foods that only sound like it."""

from __future__ import annotations

import pytest

from graphmem.remember.diets import DIETS, excludes

MEAT = "meat chicken beef pork steak steaks bacon ham veal venison sausage sausages salami brisket meatballs"
SEAFOOD = "seafood salmon tuna shrimp shrimps prawns sardines mussels oysters lobster"
OF_ANIMALS = "cheese milk butter yogurt yoghurt cream ice-cream eggs omelettes"


@pytest.mark.parametrize("food", MEAT.split())
def test_every_diet_excludes_meat(food: str) -> None:
    assert [diet for diet in ("pescatarian", "vegetarian", "vegan") if not excludes(diet, food)] == []


@pytest.mark.parametrize("food", SEAFOOD.split())
def test_only_pescatarians_eat_seafood(food: str) -> None:
    assert not excludes("pescatarian", food)
    assert excludes("vegetarian", food)
    assert excludes("vegan", food)


@pytest.mark.parametrize("food", OF_ANIMALS.split())
def test_only_vegans_exclude_dairy_and_eggs(food: str) -> None:
    assert not excludes("pescatarian", food)
    assert not excludes("vegetarian", food)
    assert excludes("vegan", food)


IMITATIONS = (
    "vegan vegetarian veggie meatless plant plant-based tofu soy soya seitan tempeh mock fake oat almond coconut rice cashew "
    "peanut cocoa shea nut non-dairy dairy-free"
)


@pytest.mark.parametrize("made_of", IMITATIONS.split())
def test_imitations_are_not_excluded(made_of: str) -> None:
    assert not excludes("vegan", f"{made_of} milk")
    assert not excludes("vegetarian", f"{made_of} bacon")


def test_the_last_word_of_a_food_decides() -> None:
    assert excludes("vegetarian", "fried chicken")
    assert not excludes("vegetarian", "chicken run")
    assert excludes("vegan", "vanilla ice cream")
    assert not excludes("vegetarian", "ice cream")
    assert not excludes("vegan", "")


def test_diets_are_vegan_vegetarian_and_pescatarian() -> None:
    assert {"pescatarian", "vegetarian", "vegan"} == DIETS
    assert not excludes("keto", "chicken")
