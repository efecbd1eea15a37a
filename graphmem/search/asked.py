"""What a query asks of the graph: who is meant, and which relations of theirs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from graphmem.model.filter import Filter, scope_groups
from graphmem.model.memory import Scope, entity_key
from graphmem.model.walk import Link, Walk, is_turned
from graphmem.model.words import IRREGULAR_VERBS, stem_of
from graphmem.search.relation_words import ADVISING, HEED, MODES, NAMING, PAST, PRESENT, RELATIONS, ROLES, TASTE, TURNED
from graphmem.search.terms import query_names


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The key of the entity that extractors make of whoever speaks, where the message does not name them.
USER = "user"
_STRUCTURE = _words("""
a an the is are was were be been being am has have had having of to in at for with from on by as into about and or not
do does did done doing what which who whom whose where when why how that this these those it its he she they them up out
some any all no there so than then ever
""")
_SUBJECT = _words("i we i'm i've i'd i'll we're we've we'd we'll")
_OBJECT = _words("me us myself ourselves")
# Of whom an agent may ask by a pronoun alone: "Where does she live?" among the memories of one user is about that user.
_THEY = _words("she he she's he's")
_NAME = re.compile(r"(?<=\S )[A-Z]")
_ADVISING = _words(ADVISING)
_PRESENT = _words(PRESENT)
_PAST = _words(PAST)
_NAMING = _words(NAMING)
_HAVING = _words("have has had got")
_BESIDE = _words("with for from without")
_OWN = _words("my our mine ours")
_OTHERS = _words("his her their your")
_KIND_FOLLOWS = _words("what which")
_AUXILIARY = _words("do does did is are was were has have had can could will would should")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# How far a role may stand from the word that says whose it is: "my two older sisters".
_REACH = 3
_LEAST_PREFIX = 3

# What a relation counts that is not quite what is asked for.
_BY_TABLE = 0.9
_TASTE = 0.6
_NOT_ASKED = 0.5
_OTHER_MODE = 0.4
_OTHER_WAY = 0.6
_OTHER_TENSE = 0.85
_ONLY_THE_ROLE = 0.4


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks of the graph. All words are stems.

    Attributes:
        oneself: whether the one who asks is meant ("Where have I been?", "my pets").
        roles: words of the predicates that lead to those who are meant: "my sister".
        turned: words of the predicates that lead there from the other end: "father of" to a child.
        roles_of_self: whether the one who asks is whose sister that is. roles_of_others: whether it may be somebody else.
        roles_beside: whether the roles only say with whom or for whom it was: "What have I cooked for my sister?"
        several: whether it has more than one role: "my brother's wife".
        relations: words of the predicates that are asked for, as the query has them.
        related: others that tell the same or help, with how well they do, in (0, 1].
        modes: which MODES the query has.
        advice: whether it asks for advice.
        past: whether it asks about what was, and not about what is; None if that can't be told.
        answered: words of predicates → the words of the query that such a relation answers.
        given: words of the query that any relation of those who are meant answers: what kind of thing is asked for ("which cities"), by
            which role somebody is meant, that advice is asked for.
        inward: whether those who are meant are what the relation leads to ("Who lives in Paris?"); None if that can't be told.
    """

    oneself: bool = False
    roles: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()
    roles_of_self: bool = False
    roles_of_others: bool = False
    roles_beside: bool = False
    several: bool = False
    relations: frozenset[str] = frozenset()
    related: Mapping[str, float] = field(default_factory=dict)
    modes: frozenset[int] = frozenset()
    advice: bool = False
    inward: bool | None = None
    past: bool | None = None
    answered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    @property
    def role_prefixes(self) -> tuple[str, ...]:
        """How words of predicates begin that lead to somebody by a role."""
        return _prefixes(self.roles)

    @property
    def turned_prefixes(self) -> tuple[str, ...]:
        """How words of predicates begin that lead to somebody by a role, from the other end."""
        return _prefixes(self.turned)

    @property
    def relation_prefixes(self) -> tuple[str, ...]:
        """How words of predicates begin that may be asked for; others may begin so too."""
        return _prefixes({*self.roles, *self.turned, *self.relations, *self.related})

    @property
    def uses_self(self) -> bool:
        return self.oneself or self.roles_of_self


def asked(query: str) -> Asked:
    """What the words of a query ask for."""
    words = [word.replace("’", "'") for word in _WORD.findall(query.lower())]
    plain = [word.removesuffix("'s").removesuffix("'") for word in words]
    found = list(map(_stem, plain))
    role_places = [place for place, stem in enumerate(found) if stem in _table(ROLES)]
    own = {place for place in role_places if _is_own(words, place)}
    ownerless = [
        place
        for place, word in enumerate(words)
        if word in _OWN and not any(place < role <= place + _REACH for role in role_places)
    ]
    # "What are Anna's children called?" asks for nothing but the children.
    naming = [place for place, word in enumerate(plain) if role_places and word in _NAMING]
    content = [
        place for place, word in enumerate(plain)
        if word not in _STRUCTURE | _SUBJECT | _OBJECT | _OWN | _OTHERS and place not in (*role_places, *naming)
    ]  # fmt: skip
    advice = not _ADVISING.isdisjoint(plain)
    tables = {TASTE: _TASTE, RELATIONS: _BY_TABLE, HEED: 1.0} if advice else {RELATIONS: _BY_TABLE}
    sought = [stem for place, stem in enumerate(found) if place not in naming]
    related = {
        word: value for table, value in tables.items() for stem in sought for word in _table(table).get(stem, ())
    }
    kinds = (found[place + 1] for place, word in enumerate(words[:-1]) if word in _KIND_FOLLOWS)
    advising = (found[place] for place, word in enumerate(plain) if word in _ADVISING)
    subject, object = not _SUBJECT.isdisjoint(words), not _OBJECT.isdisjoint(words)
    # Somebody with a name, or with a role, is whom the pronoun stands for.
    subject = subject or (not _THEY.isdisjoint(words) and not role_places and _NAME.search(query) is None)
    return Asked(
        oneself=subject or object or bool(ownerless) or (advice and not role_places),
        roles=frozenset(stem for place in role_places for stem in _table(ROLES)[found[place]]),
        turned=frozenset(stem for place in role_places for stem in _table(TURNED).get(found[place], ())),
        roles_of_self=bool(own),
        # "What does Anna think of children?" asks for nobody's; "Has Anna a child?" does.
        roles_of_others=len(own) < len(role_places) or (bool(own) and not _HAVING.isdisjoint(words)),
        roles_beside=bool(role_places) and all(_is_beside(words, place) for place in role_places),
        several=len(role_places) > 1,
        relations=frozenset(found[place] for place in content),
        related=related,
        modes=_modes_of(found),
        advice=advice,
        inward=_inward(words, subject=subject, object=object),
        past=_one_of(not _PRESENT.isdisjoint(words), not _PAST.isdisjoint(words)),
        answered=_answered(found, (*tables, ROLES)),
        given=frozenset([*kinds, *advising, *(found[place] for place in (*role_places, *naming))]),
    )


def strength(asked: Asked, link: Link) -> float:
    """How well a relation of somebody who is meant is what is asked for, in [0, 1]."""
    anchor = link.anchor
    words = _content(link.predicate)
    exact = [word in asked.relations for word in words]
    # What leads to somebody is asked for only where nothing else is, or where a second role is ("my brother's wife").
    roles = asked.roles if asked.several or anchor != "role" else frozenset[str]()
    if roles and is_turned(link.predicate, outward=link.outward):
        roles = asked.turned | roles
    if not any(exact) and not any(word in asked.related or word in roles for word in words):
        return 0.0
    by_role = not any(exact) and not any(word in asked.related for word in words)
    if anchor == "self" and not (asked.oneself or (by_role and asked.roles_of_self)):
        return 0.0
    if by_role:
        nobodys = anchor == "named" and not asked.roles_of_others
        more = (_wants_more(asked) or asked.roles_beside) and anchor != "role"
        return _ONLY_THE_ROLE if nobodys or more else 1.0
    worth = {**dict.fromkeys(roles, _BY_TABLE), **asked.related, **dict.fromkeys(asked.relations, 1.0)}
    value = sum(worth.get(word, _NOT_ASKED) for word in words) / len(words)
    # Advice may heed plans as well as what was done.
    if _modes_of(words) != asked.modes and not asked.advice:
        value *= _OTHER_MODE
    if asked.inward is not None and asked.inward is link.outward:
        value *= _OTHER_WAY
    if asked.past is not None and _is_past(link.predicate) is not asked.past:
        value *= _OTHER_TENSE
    return value


def answered(asked: Asked, link: Link) -> frozenset[str]:
    """The words of the query that a relation of somebody who is meant answers, without the names of whoever is meant."""
    return asked.given.union(*(asked.answered.get(word, ()) for word in _content(link.predicate)))


def _is_own(words: Sequence[str], place: int) -> bool:
    """Whether a role is one to whoever asks: "my sister", "our two children", "Mum", but not "Anna's sister", "her boss"."""
    for word in reversed(words[max(0, place - _REACH) : place]):
        if word in _OWN:
            return True
        if word in _OTHERS or word.endswith(("'s", "s'")):
            return False
    return words[place + 1 : place + 2] != ["of"]


def _is_beside(words: Sequence[str], place: int) -> bool:
    """Whether a role only says with whom or for whom something was, by the preposition before it."""
    return not _BESIDE.isdisjoint(words[max(0, place - _REACH) : place])


def _inward(words: Sequence[str], *, subject: bool, object: bool) -> bool | None:
    if subject or object:
        return not subject
    if "who" in words[:1]:
        return True if len(words) > 1 and words[1] not in _AUXILIARY else None
    return False if not {"what", "which", "where"}.isdisjoint(words) else None


def _answered(query: Sequence[str], tables: Iterable[str]) -> dict[str, frozenset[str]]:
    """Words of predicates → the words of the query that ask for them: by the same word, or by one of these tables. All are stems."""
    found: dict[str, set[str]] = {stem: {stem} for stem in query}
    for table in tables:
        for stem in query:
            for word in _table(table).get(stem, ()):
                found.setdefault(word, set()).add(stem)
    return {word: frozenset(stems) for word, stems in found.items()}


def _one_of(present: bool, past: bool) -> bool | None:
    return None if present == past else past


@lru_cache(maxsize=4_096)
def _is_past(predicate: str) -> bool:
    """Whether it tells what was: by "lived_in", but not by "lives_in"."""
    words = [word for word in predicate.split("_") if word not in _STRUCTURE] or ["had"] * predicate.startswith("had_")
    return any(word.endswith("ed") or word in _pasts() for word in words)


@cache
def _pasts() -> frozenset[str]:
    return frozenset(form for base, *forms in IRREGULAR_VERBS for form in forms if form != base)


def _wants_more(asked: Asked) -> bool:
    """Whether a query with a role asks for a relation of whoever has it; words that ask for none are names and frills."""
    return bool(asked.related)


def _prefixes(stems: Iterable[str]) -> tuple[str, ...]:
    found: set[str] = set()
    for stem in stems:
        cut = stem.rstrip("ie")
        found.add(cut if len(cut) >= _LEAST_PREFIX else stem)
        found |= _irregular().get(stem, frozenset())
    return tuple(sorted(found))


@cache
def _irregular() -> Mapping[str, frozenset[str]]:
    """Stem of a verb → its irregular forms, which begin in another way."""
    return {_stem(base): frozenset(forms) for base, *forms in IRREGULAR_VERBS}


def _stem(word: str) -> str:
    return stem_of(word)


@lru_cache(maxsize=4_096)
def _content(predicate: str) -> tuple[str, ...]:
    """The stems of the words of a predicate that mean something."""
    words = [word for word in predicate.split("_") if word]
    # "has_been_to" has nothing but "been", which is an auxiliary elsewhere.
    meaning = [word for word in words if word not in _STRUCTURE] or [word for word in words if word == "been"]
    return tuple(_stem(word) for word in meaning or words)


@cache
def _table(text: str) -> Mapping[str, frozenset[str]]:
    """Stem of a word of a query → stems of words of predicates."""
    found: dict[str, frozenset[str]] = {}
    for line in filter(None, text.splitlines()):
        heads, words = line.split(" : ")
        stems = frozenset(map(_stem, words.split()))
        for head in map(_stem, heads.split()):
            found[head] = found.get(head, frozenset()) | stems
    return found


def _modes_of(stems: Iterable[str]) -> frozenset[int]:
    found = frozenset(stems)
    return frozenset(mode for mode, members in enumerate(_modes()) if not members.isdisjoint(found))


@cache
def _modes() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stem, row.split())) for row in MODES)


def start(asked: Asked, query: str, filter: Filter) -> Walk:
    """Where the graph arm begins for this query within this filter."""
    pinned = {field: id for group in scope_groups(filter) if len(group) == 1 for field, id in group}
    selves = (USER, *(entity_key(id) for field, id in pinned.items() if field == "user_id"))
    return Walk(
        names=query_names(query),
        selves=tuple(dict.fromkeys(selves)) if asked.uses_self else (),
        owners=(Scope(**pinned).owner,) if pinned else (),
        roles=asked.role_prefixes,
        turned=asked.turned_prefixes,
        roles_of_self=asked.roles_of_self,
        relations=asked.relation_prefixes,
    )
