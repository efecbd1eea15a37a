"""English verb forms: which form a word is, and how to make another one."""

from __future__ import annotations

import re

from graphmem.model.words import IRREGULAR_VERBS
from graphmem.remember.by_rules.lexicon import vocabulary

_REGULAR = """
sketch jam lease renew refurbish tinker brag blend boost yield tidy vacuum vlog stream journal mow fundraise weld sculpt carve
draft film prep network unpack swap upcycle subscribe tattoo ferment pickle
accept accomplish achieve act adapt add adjust admire admit adopt adore advise afford agree aim allow announce
answer apologize appear apply appoint appreciate approach arrange arrive ask assist assume attempt attend avoid bake
ban battle beg behave believe belong bike blame blog board boil book borrow bother bounce brew bring browse brush
burn call camp cancel care carry cause celebrate challenge change charge chase chat check chill choreograph claim
clean clear climb close coach code collaborate collect commit commute compete complete compose concentrate confirm
connect consider consult contact continue contribute control convert cook cope copy count cover crave create
criticize crochet cross cruise cry cycle dance date debate decide decline decorate defend delay deliver demand
depend describe deserve design despise destroy detest develop develop devote die dine direct disagree discover
discuss dislike donate doubt dress drop dye earn edit educate embrace emigrate employ encounter encourage end engage
enjoy enroll ensure enter entertain escape establish evolve examine exercise exist expand expect experience
experiment explain explore express face fail farm fast fear finish fish fit fix focus follow foster freelance
frequent fund gain game garden gather graduate greet guess guide hand handle happen hate head heal help hike hire
hope host hug hunt identify ignore imagine immigrate import improve include increase inherit inspire install intend
interact interview introduce invent invest invite iron jog join joke judge juggle jump kayak kick kill kiss knit
lack land last laugh launch learn lift like list listen live load loathe look love lower maintain major manage mark
marry master matter meditate mention mentor migrate mind miss mix motivate move name need nominate note notice nurse
nurture obey object observe offer open operate order organize overdo own pack paint park participate partner pass
pause perform phone pick pitch plan plant play please polish post practice practise pray prefer prepare present
press pretend prevent print produce program promise promote propose protect provide publish pull purchase pursue
push qualify question race raise reach realize rebuild receive recommend record recover recycle reduce refer refuse
regret rehearse relate relax relearn release relocate rely remain remember remind remodel renovate rent repair
replace reply report represent request require rescue research resign respect respond rest restore retire return
review revisit risk roast roll row ruin sail save schedule scrapbook scrape search seem separate serve settle share
shop shower sign ski skip slip smell smile smoke snack snowboard socialize solve sort sound specialize sponsor star
stare start stay step stop store strain stretch stroll struggle study stumble succeed suffer suggest supply support
suppose surf surprise suspect switch tackle talk taste tend test text thank thrive tour trace track trade train
transfer translate travel treat trust try turn tutor twist type undo unwind update upgrade upload use value visit
volunteer vote wait walk want warn wash watch water weigh welcome whip wish wonder work worry wrap
"""

_PAST_OF = {row[0]: row[1] for row in IRREGULAR_VERBS}
_PASTS = frozenset(_PAST_OF.values()) | {"were", "learnt", "spelt", "snuck"}
_PARTICIPLES = frozenset(row[-1] for row in IRREGULAR_VERBS)
BASES = frozenset(_PAST_OF) | frozenset(_REGULAR.split())
_SAME = frozenset(base for base, past in _PAST_OF.items() if base == past)
_NOT_ED = vocabulary("""
need feed speed breed bleed seed weed exceed proceed succeed shed embed wed bed red shred hundred indeed naked
""")
_DOUBLED = vocabulary("""
admit ban beg chat commit drop fit hug jog plan prefer refer regret rehab ship shop skip slip step stop strap tag
trap trip wrap
""")

# Forms used with I or they → third person singular.
SINGULAR = {
    "am": "is",
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "don't": "doesn't",
    "haven't": "hasn't",
    "aren't": "isn't",
    "weren't": "wasn't",
}
BE = vocabulary("am is are was were been be being")
MODALS = vocabulary("""
can can't cannot could couldn't will won't would wouldn't should shouldn't must mustn't may might shall
""")
AUXILIARIES = (
    MODALS | frozenset(SINGULAR) | vocabulary("is was had did didn't wasn't hadn't isn't has does doesn't hasn't")
)
_CONSONANT_Y = re.compile(r"[^aeiou]y$")


def third(base: str) -> str:
    """The third person singular of a base form: "go" → "goes"."""
    if base in SINGULAR:
        return SINGULAR[base]
    if base == "be":
        return "is"
    if _CONSONANT_Y.search(base):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def past(base: str) -> str:
    """The past tense of a base form: "go" → "went"."""
    if base in _PAST_OF:
        return _PAST_OF[base]
    if base.endswith("e"):
        return base + "d"
    if _CONSONANT_Y.search(base):
        return base[:-1] + "ied"
    return base + (base[-1] if base in _DOUBLED else "") + "ed"


def is_base(word: str) -> bool:
    return word in BASES


def is_past(word: str) -> bool:
    """Whether it can be a past tense, including forms spelled like the base ("put")."""
    return word in _PASTS or (word.endswith("ed") and len(word) > 3 and word not in _NOT_ED)


def is_participle(word: str, unlike_base: bool = False) -> bool:
    """Whether it can be a past participle; with `unlike_base`, only if it is not spelled like the base ("come")."""
    return (word in _PARTICIPLES or (word.endswith("ed") and word not in _NOT_ED)) and not (
        unlike_base and word in BASES
    )


def is_finite(word: str) -> bool:
    """Whether it can be a finite verb of the third person: an auxiliary, a past or an -s form."""
    return word in AUXILIARIES or is_past(word) or base_of_third(word) is not None


def is_gerund(word: str) -> bool:
    """Whether it is the -ing form of a known verb."""
    if not word.endswith("ing") or len(word) < 5:
        return False
    stem = word[:-3]
    return (
        stem in BASES
        or stem + "e" in BASES
        or (stem[-1] == stem[-2] and stem[:-1] in BASES)
        or stem[:-1] + "ie" in BASES
    )


def base_of_third(word: str) -> str | None:
    """The base of a third person singular: "goes" → "go"; None for other words."""
    # The longest ending first: "carries" is "carry".
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending) and word[: -len(ending)] + instead in BASES:
            return word[: -len(ending)] + instead
    return {"is": "be", "has": "have"}.get(word)


def spelled_alike(word: str) -> bool:
    """Whether its base form and its past are the same: "put", "read"."""
    return word in _SAME


def is_past_of_known(word: str) -> bool:
    """Whether it is the past tense of a known verb, and not just any word that ends in -ed."""
    return word in _PASTS or any(
        stem in BASES and past(stem) == word for stem in (word[:-1], word[:-2], word[:-3], word[:-3] + "y")
    )
