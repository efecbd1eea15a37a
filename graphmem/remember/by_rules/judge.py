"""How much a claim says of somebody's life: a sum of points for what is in it. Chat has few."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.remember.by_rules.claims import ME, YOU, Claim, finite
from graphmem.remember.by_rules.lexicon import LASTING, STATES, TIME_NOUNS, VAGUE, vocabulary
from graphmem.remember.by_rules.restate import SAME_IN_PAST

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Token

LONGEST = 45  # words; a longer claim is pasted text
ENOUGH = 1.29
# Verbs that say next to nothing in the present.
_LIGHT = vocabulary(
    "be have do go get make give put come see keep let feel look seem think know mean say tell try want need use find show"
)
# Nothing that follows verbs of thinking, saying and courtesy is a fact about the speaker's life.
THINKING = vocabulary("""
think guess bet wonder suppose mean understand agree believe imagine appreciate thank wish promise hear doubt figure say tell ask
recommend suggest congratulate notice realize trust remember forget seem sound care relate wait happen deserve second value cherish
encourage let rock shine cheer dig kid strive mind expect
""")
# Nor is "want to see", "going to try", with these or light verbs.
_AIMLESS = vocabulary("""
check share talk help stay chat catch add mention point hang express miss push focus hit succeed spread love move support act decide work
solve debug pack
""")
# What people ask an assistant for.
REQUESTED = vocabulary("""
advice recommendation tip suggestion idea info information help resource way recipe inspiration guidance option explanation answer example
summary list feedback clarification assistance name reminder break question error exception bug issue problem trouble doubt request code
text warning table bullet title synonym essay paragraph email chance time fun blast feeling faith
""")
# Words of somebody who works on a computer, and asks for help with it.
MACHINES = vocabulary("""
error exception traceback timeout bug regex script code snippet terminal console branch commit merge build pipeline query function
variable array dataframe pandas import package pip npm docker api endpoint server localhost config editor button webpage browser column
row file folder url
""")
_ERROR = re.compile(r"(?:Error|Exception)$|^[45]0\d$|[_(){}=<>]")
_NAMES = vocabulary("PERSON GPE ORG LOC FAC PRODUCT EVENT WORK_OF_ART NORP LANGUAGE")
HEDGES = vocabulary("if maybe perhaps whether unless wish guess suppose might may could should must")
_POINTING = vocabulary(
    "this that these those here there it they them him her he she its his their theirs itself both one ones another others"
)
# What counts if an assistant without a name says it about itself; the rest is service ("I recommend …", "I found …").
_OWN = vocabulary("name job role favorite favourite specialty speciality hometown")
_JOURNEYS = vocabulary("travel fly move go")


def is_fact(claim: Claim) -> bool:
    """Whether a claim is worth keeping."""
    lows = [token.lower_ for token in claim.tokens]
    if not 1 < len(lows) <= LONGEST or lows.count('"') % 2:
        return False
    if claim.kind == "other" and ME.isdisjoint(lows):
        return False
    return claim.kind == "order" or points(claim) >= ENOUGH


def is_own_account(claim: Claim) -> bool:
    """Whether an assistant without a name says something about itself."""
    if claim.kind == "owned":
        return len(claim.subject) > 1 and claim.subject[1].lower_ in _OWN
    verb = claim.head.lemma_
    what = verb == "be" and any(child.dep_ in ("attr", "prep") for child in claim.head.children)
    bound = verb in _JOURNEYS and claim.head.tag_ == "VBG" and any(map(is_name, claim.predicate))
    return (
        claim.kind == "speaker"
        and [token.lower_ for token in claim.subject] == ["i"]
        and (what or bound or verb in LASTING)
    )


def points(claim: Claim) -> float:
    """The sum of what the claim has."""
    run, verb, first = claim.tokens, claim.head, finite(claim.head)
    lows = {token.lower_ for token in claim.predicate}
    nouns = sum(map(tells, run if claim.kind == "other" else claim.predicate))
    theirs = claim.kind in ("owned", "named") or (claim.kind == "joint" and "of" in str(claim.subject))
    age = verb.lemma_ in ("be", "turn") and any(re.fullmatch(r"\d\d?", token.text) for token in claim.predicate[1:2])
    says = nouns > 0 or theirs or age
    date = any(token.ent_type_ in ("DATE", "TIME") for token in run)
    prefers = not {"rather", "prefer"}.isdisjoint(lows) and verb.pos_ == "VERB"
    on_me = _acts_on_me(claim)
    # "I quit smoking in 2018" looks like the present.
    past = first.tag_ in ("VBD", "VBN") or (first == verb and first.lower_ in SAME_IN_PAST and date)
    present = first == verb and first.tag_ in ("VBP", "VBZ") and (on_me or verb.lemma_ not in _LIGHT)
    follows = [token for token in claim.predicate if token.head == verb]
    lasting = any(each.lemma_ in LASTING for each in (verb, *(t for t in follows if t.dep_ in ("xcomp", "conj"))))
    # Weights of a logistic regression, rounded and then evened out by hand: does a question that somebody asked about a chat rest on
    # the turn that makes the claim? A date or something that happened speaks most for it, courtesy most against it.
    return sum(
        (
            0.35 * min(nouns, 4),
            0.5 * any(map(is_name, run)),
            0.9 * (date and says),
            1.4 * (past and says),
            0.6 * (first.lemma_ == "have" and first != verb),
            0.3 * (verb.tag_ == "VBG"),
            0.2 * (verb.lemma_ == "be"),
            1.0 * (prefers or age or not STATES.isdisjoint(lows) or (nouns > 0 and lasting)),
            0.8 * any(token.dep_ == "attr" or (theirs and token.dep_ == "acomp") for token in follows if tells(token)),
            0.75 * any(token.dep_ == "xcomp" and token.tag_ == "VB" for token in follows),
            0.6 * theirs,
            0.6 * (prefers or (present and nouns > 0)),
            0.6 * on_me,
            1.5 * (run[0].tag_ == "EX"),
            -1.2 * min(sum(token.lemma_.lower() in MACHINES or bool(_ERROR.search(token.text)) for token in run), 2),
            -0.65 * (claim.kind == "other"),
            -0.7 * is_vague(claim),
            -1.0 * ("rather" not in lows and any(token.lower_ in HEDGES for token in run)),
            -1.5 * speaks_to_somebody(claim),
            -1.5 * (claim.kind in ("speaker", "joint") and is_chat(claim)),
        )
    )


def _acts_on_me(claim: Claim) -> bool:
    if not claim.subject or claim.subject[0].lower_ in _POINTING:
        return False
    return any(token.lower_ in ("me", "us") and token.dep_ in ("dobj", "dative", "nsubj") for token in claim.predicate)


def is_chat(claim: Claim) -> bool:
    """Whether it is a mood, a request, courtesy or what somebody thinks."""
    verb = claim.head
    if verb.lemma_.lower() in THINKING:
        return True
    for token in claim.predicate:
        if token.head == verb and token.dep_ == "xcomp" and token.lemma_ in _AIMLESS | _LIGHT | THINKING:
            return True
        if (
            token.dep_ in ("dobj", "pobj", "attr")
            and token.lemma_ in REQUESTED
            and verb.lemma_ != "prefer"
            and verb in (token.head, token.head.head)
        ):
            return True
    moods = [token for token in claim.predicate if token.head == verb and token.dep_ in ("acomp", "oprd")]
    felt = verb.lemma_ in ("be", "feel", "get") and any(token.lower_ not in ("old", *STATES) for token in moods)
    # A mood about "my trip to Peru next month" is a plan.
    dated = any(token.ent_type_ == "DATE" or is_name(token) for token in claim.tokens)
    return felt and not (dated and sum(map(tells, claim.predicate)) > 1)


def is_vague(claim: Claim) -> bool:
    """Whether a pronoun has nothing before it in the claim that it may stand for, or a word points at something outside it."""
    named = claim.kind in ("named", "joint", "owned")
    for token in claim.tokens:
        low = token.lower_
        points_back = low in _POINTING and token.dep_ != "mark" and token.tag_ not in ("WDT", "IN", "EX")
        if points_back and not named and not (low == "that" and token.head.dep_ == "relcl"):
            return True
        if low in ("this", "these", "those", "that") and token.dep_ == "det" and token.head.lemma_ not in TIME_NOUNS:
            return True
        named = named or tells(token)
    return False


def tells(token: Token) -> bool:
    """Whether it is a noun, a name or a complement with a meaning of its own."""
    complement = token.pos_ in ("ADJ", "ADV", "VERB") and token.dep_ in ("acomp", "attr", "dobj", "pobj", "xcomp")
    if token.ent_type_ in ("DATE", "TIME") or not (complement or token.pos_ in ("NOUN", "PROPN")):
        return False
    return token.lower_ not in VAGUE and token.lemma_.lower() not in VAGUE | TIME_NOUNS and len(token) > 1


def is_name(token: Token) -> bool:
    return token.ent_type_ in _NAMES or (token.pos_ == "PROPN" and token.i > 0 and token.text[:1].isupper())


def speaks_to_somebody(claim: Claim) -> bool:
    return not YOU.isdisjoint(token.lower_ for token in claim.tokens)
