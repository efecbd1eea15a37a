"""Which of the default categories a text belongs to, by its words alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from graphmem.model.words import stem_of

MOST = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = _words("""
mother mom mum mama father dad papa parent sister brother sibling son daughter child kid baby wife husband spouse partner girlfriend
boyfriend fiance fiancee fiancé fiancée aunt auntie uncle cousin niece nephew grandmother grandma granny grandfather grandpa grandson
granddaughter stepmother stepfather stepmom stepdad stepson stepdaughter stepsister stepbrother twin godmother godfather mother-in-law
father-in-law sister-in-law brother-in-law ex ex-wife ex-husband friend buddy roommate flatmate neighbor neighbour colleague coworker
co-worker boss manager teacher tutor professor coach mentor doctor dentist therapist landlord classmate teammate assistant client student
trainer supervisor bandmate
""")
PETS = _words("""
dog puppy pup cat kitten parrot hamster rabbit bunny horse pony turtle tortoise snake lizard guinea goldfish pet bird
""")
# Category, and words that speak for it. A word stands for all forms of the same stem.
_KEYWORDS = """
personal_details: name nickname age old born birthday nationality hometown married single divorced pregnant height from grew family
relationships: family fam relative date dating marry wedding engaged divorce gf bf folk
food_preferences: food eat cook cooking cuisine meal recipe vegetarian vegan diet dish dinner lunch breakfast snack drink tea coffee wine
 beer milk cheese meat chicken fish seafood pizza pasta sushi nut peanut gluten lactose dairy spicy dessert cake cookie ice-cream chocolate
 fruit vegetable bake baking bread restaurant allergic allergy pescatarian kosher halal burger soup salad rice egg cream pie sauce
health: health allergic allergy doctor medicine medication therapy therapist hospital surgery injury injure ill sick disease diabetes
 diabetic asthma pain ankle knee yoga gym workout exercise fitness diet sleep insomnia anxiety depression stress recover recovery migraine
 pregnant vaccine intolerant meditate meditation physio checkup symptom blood smoke
work: work job career company office boss colleague coworker client project manager employ employer business startup profession nurse
 engineer teacher lawyer developer designer banker doctor accountant freelance salary promote promotion intern internship interview meeting
 studio store shop sponsor endorsement hire fired team launch market marketing customer investor
education: school college university course class study student degree exam thesis teacher tutor learn learning lesson graduate semester
 scholarship homework professor phd master bachelor language training workshop major
travel: travel trip visit vacation holiday flight fly abroad country tour hotel passport visa roadtrip cruise beach backpack camp camping
 hike hiking mountain went city journey airport europe asia
home: live house home apartment flat room garden kitchen neighbor neighborhood neighbourhood roommate rent landlord move backyard furniture
 lease mortgage car
hobbies: hobby play game gaming sport football soccer basketball tennis baseball golf chess swim swimming run running jog surf surfing ski
 skiing climb climbing cycle cycling bike paint painting draw drawing knit knitting garden gardening photography dance dancing sing fish
 fishing hike hiking collect collection craft pottery yoga skate snowboard guitar piano violin tournament write writing read volunteer
entertainment: music movie film book novel series show song album band concert theater theatre musical podcast tv cinema actor author singer
 anime comic netflix screenplay festival gig read watch rock jazz
technology: computer laptop phone software app website code coding program programming python javascript linux android iphone mac server
 internet online device gadget tablet camera ai database
finance: money budget buy bought sell sold price salary debt loan mortgage bank save saving invest investment investor stock tax rent cost
 pay paid purchase dollar euro insurance afford
events: yesterday tomorrow tonight ago wedding party birthday festival ceremony meeting graduation concert conference last next appointment
 anniversary
instructions: answer respond reply concise polite formal tone
"""
# These mean little by themselves: they count less than other words.
_WEAK = "last next from old went run book read live"
# The category that a relation speaks for; what leads to somebody ("has_sister", "boss_of") speaks for "relationships".
_RELATIONS = {
    predicate: name
    for name, predicates in {
        "home": "lives_in lived_in moved_to plans_to_move_to has_pet had_pet",
        "food_preferences": "follows_diet gave_up_diet",
        "personal_details": "is_from born_in grew_up_in is_named speaks",
        "work": "works_at worked_at works_as",
        "education": "studies_at studied_at studies learns",
        "relationships": "married_to engaged_to",
        "travel": "visited wants_to_visit plans_to_visit",
    }.items()
    for predicate in predicates.split()
}
_CHILDHOOD = re.compile(r"\b(?:were|was|as|since) an? (?:little |young |small )?(?:kid|child|baby|boy|girl|teenager)\b")
_INTENT = re.compile(
    r"\b(?:(?:wants?|plans?|trying|aims?|going|hopes?) to|would (?:love|like)|planning|hoping|dreams? of|goal)\b"
)
_ORDER = re.compile(r"(?:\S+ ){0,2}(?:always|never|should|must)\b")
_AGE = re.compile(r"\byears old\b")


def topics(text: str, predicates: Sequence[str] = ()) -> tuple[str, ...]:
    """At most three default categories, the best supported first; may be empty. `predicates`: of the relations of the text."""
    low = _CHILDHOOD.sub("", text.lower())
    found, weak = word_stems(low), _weak()
    scores = {name: len(found & keys) - 0.6 * len(found & keys & weak) for name, keys in _keys().items()}
    for predicate in predicates:
        leads = predicate.startswith("has_") or predicate.endswith("_of")
        if name := _RELATIONS.get(predicate, "relationships" if leads else ""):
            scores[name] += 1
    # Intentions and orders show in grammar, not in words of their own.
    scores["goals"] = 1.5 if _INTENT.search(low) else 0
    scores["instructions"] *= 1 if _ORDER.match(low) else 0
    scores["personal_details"] += 1 if _AGE.search(low) else 0
    return best({name: score for name, score in scores.items() if score >= 1})


def best(scores: Mapping[str, float]) -> tuple[str, ...]:
    """The names with the highest scores above 0, at most three."""
    return tuple(sorted((name for name, score in scores.items() if score > 0), key=lambda name: -scores[name])[:MOST])


def word_stems(text: str) -> frozenset[str]:
    """The stems of the words of a text; words with a hyphen are one."""
    return frozenset(stem_of(word) for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower()))


# Made when first used: to stem is slow.
@cache
def _keys() -> dict[str, frozenset[str]]:
    rows = (row.split(": ") for row in _KEYWORDS.strip().replace("\n ", " ").splitlines())
    keys = {name: _words(words) for name, words in rows}
    keys["relationships"] |= PEOPLE
    keys["home"] |= PETS
    return {name: frozenset(map(stem_of, words)) for name, words in keys.items()}


@cache
def _weak() -> frozenset[str]:
    return frozenset(map(stem_of, _WEAK.split()))
