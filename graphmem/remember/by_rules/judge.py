"""How much a claim says of somebody's life: a sum of points for what is in it. Chat has few."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from graphmem.remember.by_rules.claims import ME, YOU, Claim, finite
from graphmem.remember.by_rules.lexicon import ADVERBS, TIME_NOUNS, VAGUE, vocabulary
from graphmem.remember.by_rules.noise import is_chat
from graphmem.remember.by_rules.restate import SAME_IN_PAST
from graphmem.remember.diets import DIETS

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Token

LONGEST = 45  # words; a longer claim is pasted text
ENOUGH = 1.29
# Weights of a logistic regression, rounded and then evened out by hand: does a question that somebody asked about a chat rest on
# the turn that makes the claim? A date or something that happened speaks most for it, courtesy most against it.
_POINTS = {
    "noun": 0.35,  # each, up to four
    "name": 0.5,
    "date": 0.9,
    "number": 0.3,
    "past": 1.4,
    "perfect": 0.6,
    "progressive": 0.3,
    "is": 0.2,
    "lasting": 1.0,
    "role": 0.8,
    "plan": 0.75,
    "regular": 0.6,
    "present": 0.6,
    "on me": 0.6,
    "there is": 1.2,
    "machine": -1.2,
    "owned": 0.6,
    "modal": -0.5,
    "other": -0.65,
    "vague": -0.6,
    "hedged": -1.0,
    "you": -1.5,
    "chat": -1.5,
}
# What holds for long: such a verb makes a fact with nothing but an object.
_LASTING = vocabulary("""
love like hate prefer enjoy adore have own live speak want need eat drink play study work teach use read dislike avoid collect watch wear
drive volunteer practice practise dance sing keep garden attend worship run lead coach learn train detest fly swim weigh
""")
# Verbs that say next to nothing in the present.
_LIGHT = vocabulary(
    "be have do go get make take give put come see keep let feel look seem think know mean say tell try want need use find show"
)
# Words of somebody who works on a computer, and asks for help with it.
_MACHINES = vocabulary("""
error exception traceback timeout bug regex script code snippet terminal console branch commit merge build pipeline query function
variable array dataframe pandas import package pip npm docker api endpoint server localhost config editor button webpage browser column
row file folder url
""")
_ERROR = re.compile(r"(?:Error|Exception)$|^[45]0\d$|[_(){}=<>]")
_STATES = (
    vocabulary("""
allergic intolerant married engaged born based vegetarian vegan pescatarian diabetic retired divorced single widowed separated unemployed
pregnant blind deaf disabled left-handed gluten-free lactose homeless adopted bilingual fluent
""")
    | DIETS
)
_REGULAR = vocabulary("every usually always often regularly daily weekly normally never sometimes each rarely seldom")
_NAMES = ("PERSON", "GPE", "ORG", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "NORP", "LANGUAGE")
_HEDGES = vocabulary("if maybe perhaps whether unless wish guess suppose might may could should must")
_POINTING = vocabulary(
    "this that these those here there it they them him her he she its his their theirs itself both one ones another others"
)
_UNFINISHED = vocabulary(
    "a an the my our and or but because than to of with from if who which is are was were as since when while until very"
)


def is_fact(claim: Claim, *, lax: bool = False) -> bool:
    """Whether a claim is worth keeping. With `lax`, for what a system message lays down, only being cut off is a reason to drop it."""
    lows = [token.lower_ for token in claim.tokens]
    if not 1 < len(lows) <= LONGEST or lows[-1] in _UNFINISHED or lows.count('"') % 2:
        return False
    if claim.kind == "other" and ME.isdisjoint(lows):
        return False
    return lax or claim.kind == "order" or points(claim) >= ENOUGH


def points(claim: Claim) -> float:
    """The sum of what the claim has."""
    run, first = claim.tokens, finite(claim.head)
    lemma = claim.head.lemma_.lower()
    lows = {token.lower_ for token in claim.predicate}
    nouns = [token for token in (run if claim.kind == "other" else claim.predicate) if tells(token)]
    theirs = claim.kind in ("owned", "partial", "named")
    says = bool(nouns) or _is_age(claim)
    prefers = not {"rather", "prefer"}.isdisjoint(lows) and claim.head.pos_ == "VERB"
    on_me = (
        claim.subject != ()
        and claim.subject[0].lower_ not in _POINTING
        and any(token.lower_ in ("me", "us") and token.dep_ in ("dobj", "dative", "nsubj") for token in claim.predicate)
    )
    found = {
        "noun": min(len(nouns), 4),
        "name": any(is_name(token) for token in run),
        "date": (says or theirs) and any(token.ent_type_ in ("DATE", "TIME") for token in run),
        "number": any(token.ent_type_ in ("CARDINAL", "MONEY", "ORDINAL", "QUANTITY") for token in run),
        "past": _is_past(claim, first) and (says or theirs),
        "perfect": first.lemma_ == "have" and first != claim.head,
        "progressive": claim.head.tag_ == "VBG",
        "is": lemma == "be",
        "lasting": bool(lows & _STATES)
        or prefers
        or _is_age(claim)
        or (bool(nouns) and any(verb.lemma_ in _LASTING for verb in _main_verbs(claim))),
        "role": any(
            token.dep_ in (("attr", "acomp") if theirs else ("attr",)) and token.head == claim.head and tells(token)
            for token in run
        ),
        "plan": any(token.dep_ == "xcomp" and token.head == claim.head and token.tag_ == "VB" for token in run),
        "regular": not _REGULAR.isdisjoint(lows) and bool(nouns),
        "owned": theirs,
        "present": prefers
        or (first.tag_ in ("VBP", "VBZ") and first == claim.head and (on_me or lemma not in _LIGHT) and bool(nouns)),
        "on me": on_me,
        "there is": run[0].tag_ == "EX",
        "machine": min(
            sum(token.lemma_.lower() in _MACHINES or _ERROR.search(token.text) is not None for token in run), 2
        ),
        "modal": first.tag_ == "MD" and first.lower_ not in ("can", "ca") and not prefers,
        "other": claim.kind == "other",
        "vague": is_vague(claim),
        "hedged": _hedged(claim),
        "you": speaks_to_somebody(claim),
        "chat": claim.kind in ("speaker", "joint", "owned") and is_chat(claim, is_concrete(claim)),
    }
    return sum(_POINTS[name] * value for name, value in found.items())


def _is_past(claim: Claim, first: Token) -> bool:
    """Whether it happened. "I quit smoking in 2018" looks like the present."""
    alike = (
        first == claim.head
        and first.lower_ in SAME_IN_PAST
        and any(token.ent_type_ == "DATE" for token in claim.predicate)
    )
    return first.tag_ in ("VBD", "VBN") or alike


def _is_age(claim: Claim) -> bool:
    return claim.head.lemma_ in ("be", "turn") and any(
        re.fullmatch(r"\d\d?", token.text) for token in claim.predicate[1:2]
    )


def _main_verbs(claim: Claim) -> list[Token]:
    """The verb, and the one that depends on it: "like" and "cook" in "I like to cook"."""
    return [
        claim.head,
        *(token for token in claim.predicate if token.dep_ in ("xcomp", "conj") and token.head == claim.head),
    ]


def is_concrete(claim: Claim) -> bool:
    """Whether it has a date or a name, and a thing: a mood about "my trip to Peru next month" is a plan."""
    dated = any(token.ent_type_ == "DATE" or is_name(token) for token in claim.tokens)
    return dated and sum(map(tells, claim.predicate)) > 1


def is_vague(claim: Claim) -> bool:
    """Whether a pronoun has nothing before it in the claim that it may stand for, or a word points at something outside it."""
    named = claim.kind in ("named", "joint", "owned", "partial")
    for token in claim.tokens:
        low = token.lower_
        if low in _POINTING and token.dep_ != "mark" and token.tag_ not in ("WDT", "IN", "EX") and not named:
            relative = low == "that" and token.head.dep_ == "relcl"
            if not relative:
                return True
        if low in ("this", "these", "those", "that") and token.dep_ == "det" and token.head.lemma_ not in TIME_NOUNS:
            return True
        named = named or tells(token)
    return False


def tells(token: Token) -> bool:
    """Whether it is a noun (or a name) with a meaning of its own."""
    if token.pos_ not in ("NOUN", "PROPN") and not (
        token.pos_ in ("ADJ", "ADV", "VERB") and token.dep_ in ("acomp", "attr", "dobj", "pobj", "xcomp")
    ):
        return False
    if token.ent_type_ in ("DATE", "TIME"):
        return False
    return token.lower_ not in VAGUE and token.lemma_.lower() not in VAGUE | TIME_NOUNS and len(token) > 1


def is_name(token: Token) -> bool:
    return token.ent_type_ in _NAMES or (token.pos_ == "PROPN" and token.i > 0 and token.text[:1].isupper())


def speaks_to_somebody(claim: Claim) -> bool:
    return not YOU.isdisjoint(token.lower_ for token in claim.tokens)


def _hedged(claim: Claim) -> bool:
    lows = [token.lower_ for token in claim.tokens]
    if "rather" in lows:
        return False
    if "should" in lows[:2] or "must" in lows[:2]:
        return finite(claim.head).lower_ == "should" or claim.head.lemma_ not in (
            "take",
            "avoid",
            "wear",
            "eat",
            "drink",
        )
    perfect = any(one in ("would", "could", "'d") and two == "have" for one, two in pairwise(lows))
    return perfect or not _HEDGES.isdisjoint(lows)


# What counts if an assistant without a name says it about itself; the rest is service ("I recommend …", "I found …").
_OWN_ACCOUNT = re.compile(
    r"(?:(?:am|'m|was) (?:an?|your|the|called|named|based|from|born|not an?|made|created|built|trained|fluent|[a-z]+$|"
    r"(?:going|travell?ing|flying|moving|off) to [A-Z]\w+)|"
    r"(?:have|own|'ve) (?:an?|two|three|four|worked|lived|taught|been)|do n't (?:speak|eat|like|work)|"
    r"(?:live|work|speak|prefer|hate|speciali[sz]e|teach|study|love|like|enjoy|never|only)|"
    r"(?:grew|studied|worked|lived|booked|ordered|scheduled|reserved))\b"
)
_OWN_MATTERS = vocabulary("name job role favorite favourite specialty speciality hometown")


def is_own_account(claim: Claim) -> bool:
    """Whether an assistant without a name says something about itself."""
    if claim.kind == "owned":
        return len(claim.subject) > 1 and claim.subject[1].lower_ in _OWN_MATTERS
    told = " ".join(token.text for token in claim.predicate if token.lower_ not in ADVERBS)
    return claim.kind == "speaker" and not claim.plural and _OWN_ACCOUNT.match(told) is not None
