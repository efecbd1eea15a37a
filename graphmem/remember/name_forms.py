"""Names that say the same in other words: "Anna's wife" and "Anna's spouse", "road trips" and "road tripping", "painting of a sunset"
and "sunset painting", "Ben's band" and "Ben's rock band".

All but the tables is about names whose other words are the same; whose something is always counts as a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from graphmem.model.words import stem_of

# A word → words that mean the same in a name whose other words are the same. Both ways, and no further: a wife is a spouse and so is a
# husband, but neither is the other.
_SYNONYMS = """
spouse : wife husband
partner : spouse wife husband girlfriend boyfriend fiance fiancé fiancée
mother : mom mum mama
mom : mum mama
father : dad daddy
grandmother : grandma granny nana
grandma : granny nana
grandfather : grandpa granddad
children : kids
child : kid
accident : crash
exhibition : exhibit
apartment : flat
movie : film
couch : sofa
bicycle : bike
picture : photo
pictures : photos pics
photos : pics
modifications : mods modification
modification : mods
auto : car
automobile : car
concert : gig show performance
gig : show performance
show : performance
trip : journey
neighborhood : neighbourhood
television : tv
refrigerator : fridge
physician : doctor
attorney : lawyer
"""
# The same, where at least _MORE words stand before it and tell which one: people have several friends.
_WITH_MORE = "friend : buddy pal mate"
_MORE = 2
# What people mostly have one of → words that say of which kind it is, and don't make another one of it.
_KINDS: Mapping[str, frozenset[str]] = {
    "band": frozenset(["rock", "punk", "jazz", "metal", "folk", "indie", "pop", "cover"]),
    "studio": frozenset(["music", "recording"]),
    "shop": frozenset(["car", "auto", "bike", "repair", "maintenance"]),
}
# Names that are known in a short form as well.
_KNOWN_AS = """
rocky mountains : rockies
new york city : nyc
los angeles : la
san francisco : sf
las vegas : vegas
united states : usa us america
united kingdom : uk
emergency room : er
"""
JOINING = frozenset(["of", "a", "an", "the", "with", "for", "in", "at"])
# What a stem may lose: "tripping" and "trips", but not "organization" and "organ".
_MOST_CUT = 4


def _pairs(table: str) -> frozenset[frozenset[str]]:
    rows = (line.split(" : ") for line in table.splitlines() if line)
    return frozenset(frozenset((word, other)) for word, others in rows for other in others.split())


_SAME, _SAME_WITH_MORE, _SHORT = _pairs(_SYNONYMS), _pairs(_WITH_MORE), _pairs(_KNOWN_AS)


def known_as(key: str) -> frozenset[str]:
    """The short forms of a name, or the names that it is a short form of."""
    return frozenset(other for pair in _SHORT if key in pair for other in pair if other != key)


def is_synonym(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names differ in one word only, and the two mean the same."""
    differ = [n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(one) < 2 or len(differ) != 1:
        return False
    place = differ[0]
    pair = frozenset(_bare(name[place]) for name in (one, other))
    return pair in _SAME or (len(one) > _MORE and place == len(one) - 1 and pair in _SAME_WITH_MORE)


def is_inflected(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names are of the same words in other forms: "hikes" and "hiking"."""
    return len(one) == len(other) and all(
        a == b or (abs(len(a) - len(b)) <= _MOST_CUT and stem_of(a) == stem_of(b))
        for a, b in zip(one, other, strict=True)
    )


def is_turned(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names are of the same words, one of them joined by words such as "of": "tour with the choir", "choir tour"."""
    short, long = (Counter(_bare(word) for word in name if word not in JOINING) for name in (one, other))
    joined = [not JOINING.isdisjoint(name[1:-1]) for name in (one, other)]
    return short == long and sum(short.values()) > 1 and joined[0] != joined[1]


def is_of_a_kind(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the longer name tells of what kind that is which somebody has one of."""
    short, long = sorted((one, other), key=len)
    kinds = _KINDS.get(short[-1])
    if kinds is None or len(short) < 2 or short[0] != long[0] or short[-1] != long[-1] or _bare(short[0]) == short[0]:
        return False
    extra = Counter(long) - Counter(short)
    return not Counter(short) - Counter(long) and bool(extra) and kinds.issuperset(extra)


def _bare(word: str) -> str:
    return word.replace("’", "'").removesuffix("'s")
