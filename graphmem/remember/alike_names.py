"""How alike two names are that are not the same: whether they mean one and the same, as far as names can tell that.

What is linked by mistake can be taken back, but it misleads until somebody does. So in doubt two names mean two things: "Anna Lee" is
not "Lee", "Boston Marathon 2024" is another one than that of 2023, and "brother's wife" is not the brother.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import OSA, JaroWinkler

from graphmem.model.memory import PERSON, Entity
from graphmem.remember import name_forms
from graphmem.remember.name_forms import JOINING

UNKNOWN_TYPE = "thing"
# Names of one type with at least this Jaro-Winkler similarity (Winkler 1990) count as the same. "Jonathan Miller" and "Jonathon
# Miller" are above it; "Anna" and "Anne", or "Maria Lopez" and "Mario Lopez", must not be.
SAME_NAME = 0.96
# Of short names, one different letter makes somebody else.
_MIN_LETTERS = 8
_MIN_WORD = 5
# How sure each kind of likeness is, by judgement: the rules below say what each means.
_SPELLED, _LEGAL, _LED, _PLURAL, _FORM, _DESCRIBED = 0.98, 0.95, 0.92, 0.92, 0.85, 0.8
# From here on it does not matter whether other names are alike as well.
SURE = 0.95


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may stand before the name of somebody without making somebody else of them.
_LEADS = _words("""
dr doctor mr mrs ms miss mx prof professor sir madam coach captain officer sergeant pastor reverend rabbi judge senator president
aunt auntie uncle cousin grandma granny grandpa mother mom mum father dad sister brother son daughter niece nephew wife husband
partner girlfriend boyfriend fiance fiancé fiancée friend neighbor neighbour boss colleague coworker roommate flatmate teacher
therapist dentist trainer nurse
dog puppy cat kitten horse pony rabbit bunny hamster parrot bird turtle tortoise guinea pig snake goldfish fish lizard
""")
_LIVING = frozenset({PERSON, "animal", "pet"})
# "Hikes" and "hiking" are one activity; a painting is not what is painted.
_DOINGS = frozenset({"activity", "event"})
_LEGAL_FORMS = _words("inc incorporated corp corporation co company ltd limited llc llp plc gmbh ag")
# What tells more of something without making another one of it. Most words do: a punk rock band is not any rock band.
_DESCRIBES = _words("""
town city village local community neighborhood neighbourhood district county regional national nearby corner downtown public
annual yearly weekly monthly regular charity surprise favorite favourite usual
""")
_SHORT_FORMS = {"doctor": "dr", "professor": "prof", "mum": "mom", "neighbour": "neighbor", "saint": "st"}
_NUMERALS = _words("""
i ii iii iv v vi vii viii ix x one two three four five six seven eight nine ten
first second third fourth fifth sixth seventh eighth ninth tenth
""")
_DOUBLED = re.compile(r"(.)\1")
_NUMBER = re.compile(r"\d+")
_NO_LETTERS = re.compile(r"[\s.,'’‘\-‐–/]+")
_EDGES = ' .,;:!?()[]"“”'


def likeness(one: Entity, other: Entity) -> float:
    """How sure it is that two names with different keys mean the same, in [0, 1]; 0 if they don't, or that can't be told."""
    if one.type != other.type and UNKNOWN_TYPE not in (one.type, other.type):
        return 0.0
    short, long = sorted((one, other), key=lambda entity: len(entity.key.split()))
    first, second = _parts(short.key), _parts(long.key)
    # "Room 101" and "Room 102" are alike in all but what matters.
    if _numbers(first) != _numbers(second):
        return 0.0
    if first == second or _spelled(short.key) == _spelled(long.key):
        return _SPELLED
    if second[-1] in _LEGAL_FORMS and first == second[:-1] and long.type not in _LIVING:
        return _LEGAL
    if _is_led(short, long, first, second):
        return _LED
    if _is_plural(first, second) and long.type not in _LIVING and long.name.islower() and short.name.islower():
        return _PLURAL
    if _is_said_otherwise(short, long, first, second) or other.key in name_forms.known_as(one.key):
        return _FORM
    if long.type != PERSON and _is_described(first, second):
        return _DESCRIBED
    return _misspelt(one, other)


def is_part(name: str, other: str) -> bool:
    """Whether a key ends with this one: it may be a longer name of the same, or of something else."""
    return other.endswith(f" {name}")


def _parts(key: str) -> list[str]:
    words = [word for each in key.split() if (word := each.strip(_EDGES))]
    return [_SHORT_FORMS.get(word, word) for word in words] or [key]


def _numbers(words: list[str]) -> list[str]:
    """What tells one of a series from the next: numbers, and letters that stand alone, but not the article of "picture of a lake"."""
    articles = {n for n, word in enumerate(words[:-1]) if word == "a" and words[n - 1 : n] and words[n - 1] in JOINING}
    return [
        number
        for n, word in enumerate(words)
        if n not in articles
        for number in (_NUMBER.findall(word) or ([word] if word in _NUMERALS or len(word) == 1 else ()))
    ]


def _spelled(key: str) -> str:
    """A name without what spellings differ in: accents of Latin letters, hyphens, spaces and apostrophes."""
    parts = unicodedata.normalize("NFD", key)
    # Other scripts have marks that make another letter.
    plain = "".join(c for n, c in enumerate(parts) if not (unicodedata.combining(c) and parts[n - 1 : n] < "\u0250"))
    return _NO_LETTERS.sub("", plain) or key


def _is_another_name(one: str, other: str) -> bool:
    if len(one) != len(other):
        return _silent(one) != _silent(other)
    return one[-1] != other[-1] and not {one[-1], other[-1]}.isdisjoint("aeio")


def _silent(word: str) -> str:
    """A name without the letters that make no difference to its sound."""
    return _DOUBLED.sub(r"\1", word).replace("h", "")


def _is_led(short: Entity, long: Entity, first: list[str], second: list[str]) -> bool:
    """Whether the longer name has a title, a role or a kind before or behind it: "Dr. Lee", "dog Max", "Max the dog"."""
    # Without a type, only capital letters tell a name from a word: "dog food" is no food of that name.
    if not {short.type, long.type} & _LIVING and not (short.name[:1].isupper() and long.name[:1].islower()):
        return False
    extra = second[: -len(first)] if second[-len(first) :] == first else []
    if not extra and second[: len(first)] == first and second[len(first) : -1] == ["the"]:
        extra = second[-1:]
    return bool(extra) and _LEADS.issuperset(extra) and not _LEADS.intersection(first)


def _is_plural(first: list[str], second: list[str]) -> bool:
    if len(first) < 2 or first[:-1] != second[:-1]:
        return False
    one, many = sorted((first[-1], second[-1]), key=len)
    return many in (f"{one}s", f"{one}es") or (one[-1:] == "y" and many == f"{one[:-1]}ies")


def _cased(entity: Entity) -> list[str]:
    return [word.strip(_EDGES) for word in entity.name.split()]


def _is_described(first: list[str], second: list[str]) -> bool:
    """Whether the longer name has words before it that say more of the same: "town book fair"."""
    extra = second[: -len(first)]
    return len(first) > 1 and second[-len(first) :] == first and _DESCRIBES.issuperset(extra)


def _is_said_otherwise(short: Entity, long: Entity, first: list[str], second: list[str]) -> bool:
    """Whether both names say the same in other words or in another order."""
    # Names in capitals are titles and proper names, whose words and order are their own.
    plain = all(name[:1].islower() or "'s " in name.replace("’", "'") for name in (short.name, long.name))
    if name_forms.is_synonym(first, second) or name_forms.is_of_a_kind(first, second):
        return plain
    if {short.type, long.type} <= _DOINGS and name_forms.is_inflected(first, second):
        return short.name.islower() and long.name.islower()
    if not name_forms.is_turned(first, second):
        return False
    # "tour with Anna Lee" is the "Anna Lee tour"; "school in London" is not the London School, and "bank of London" may be a name.
    cased = name_forms.is_turned(_cased(short), _cased(long)) and "of" not in (*first, *second)
    return plain or (cased and any(name[:1].islower() for name in (short.name, long.name)))


def _misspelt(one: Entity, other: Entity) -> float:
    """The Jaro-Winkler similarity of two long names of one type, if each of their words differs by a letter at most; else 0."""
    if one.type != other.type or min(len(one.key), len(other.key)) < _MIN_LETTERS:
        return 0.0
    score = JaroWinkler.normalized_similarity(one.key, other.key)
    pairs = list(zip(one.key.split(), other.key.split(), strict=False))
    if score < SAME_NAME or len(one.key.split()) != len(other.key.split()):
        return 0.0
    pairs = [(a, b) for a, b in pairs if a != b]
    if any(OSA.distance(a, b) > 1 or min(len(a), len(b)) < _MIN_WORD or a[0] != b[0] for a, b in pairs):
        return 0.0
    # "Paul" and "Paula" are two people, and so are "Alexandra" and "Alexandria"; "Phillip" and "Katarina" may be "Philip", "Katharina".
    if one.type == PERSON and any(_is_another_name(a, b) for a, b in pairs):
        return 0.0
    return round(score, 4)
