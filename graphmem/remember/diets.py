"""What people who follow a diet do not eat.

Small on purpose: only words that name a food, and nothing else that people may like.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEAT = _words("meat chicken beef pork steak steaks bacon ham veal venison sausage sausages salami brisket meatballs")
_SEAFOOD = _words("seafood salmon tuna shrimp shrimps prawns sardines mussels oysters lobster")
_OF_ANIMALS = _words("cheese milk butter yogurt yoghurt cream ice-cream eggs omelettes")
_EXCLUDED = {
    "pescatarian": _MEAT,
    "vegetarian": _MEAT | _SEAFOOD,
    "vegan": _MEAT | _SEAFOOD | _OF_ANIMALS,
}
# "vegan bacon", "oat milk"
_IMITATED = _words("""
vegan vegetarian veggie meatless plant plant-based tofu soy soya seitan tempeh mock fake oat almond coconut rice cashew
peanut cocoa shea nut non-dairy dairy-free
""")

DIETS = frozenset(_EXCLUDED)


def excludes(diet: str, food: str) -> bool:
    """Whether a diet rules out a food; both are entity keys, such as "vegan" and "ice cream".

    The last word names the food: "fried chicken" is chicken, "chicken soup" is not.
    """
    words = food.replace("ice cream", "ice-cream").split()
    return bool(words) and words[-1] in _EXCLUDED.get(diet, ()) and _IMITATED.isdisjoint(words)
