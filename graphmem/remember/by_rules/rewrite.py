"""From the first person to the third: "I really love my job" → "Really loves their job"."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.model.calendar import WEEKDAYS
from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.lexicon import ADVERBS, DETERMINERS, EMPTY_ADVERBS, SUBORDINATORS, vocabulary
from graphmem.remember.by_rules.subjects import Claim
from graphmem.remember.by_rules.words import Word, trimmed, written

_OTHERS = {
    "i": "they",
    "me": "them",
    "my": "their",
    "mine": "theirs",
    "myself": "themselves",
    "we": "they",
    "us": "them",
    "our": "their",
    "ours": "theirs",
    "ourselves": "themselves",
    "i'd": "they would",
    "we'd": "they would",
}
_PLURAL = {"am": "are", "was": "were", "is": "are", "has": "have"}
# After "and" these are verbs, hardly ever nouns.
_SURELY_VERBS = vocabulary("""
have am eat drink go do take make try get see feel think teach write read live hate enjoy prefer own work study play
speak want need know bring buy come cook keep learn listen make meet run sell send sing sit sleep spend use wear
watch collect teach travel volunteer don't can't
""")
_HABIT = vocabulary("""
every often usually always sometimes daily lots lot much regularly weekly rarely never mostly
""")
# After these a verb has another subject, or is an infinitive.
_BINDING = (SUBORDINATORS | vocabulary("to that i we they it he she can will")) - vocabulary(
    "as before after though once"
)
_OBJECTS = DETERMINERS | vocabulary("it them him me us")
_ATTACHES = SUBORDINATORS | vocabulary("they that")
_STAYS_IN_FRONT = vocabulary("although though whereas with")
_BEFORE_VERB = (ADVERBS | vocabulary("both all each too")) - verbs.AUXILIARIES
_INFINITIVE_AFTER = verbs.MODALS | vocabulary("did didn't don't")


def third_person(claim: Claim, name: str | None) -> str | None:
    """The claim without "I", with the name, if there is one, as its subject; None if it can't be put in the third person."""
    front = _distanced(claim.front)
    if claim.kind == "speaker":
        body = _singular(claim.predicate)
        if body is None:
            return None
        subject = _words(name or "")
    elif claim.kind == "joint":
        other = _distanced(claim.subject)
        subject = [*_words(name or "they"), Word("", "and", ""), *other]
        body = _plural(claim.predicate)
    elif claim.kind == "owned":
        subject, body = _owner(name), _distanced(claim.predicate[1:])
    elif claim.kind == "named":
        owned = claim.subject[0].low in ("my", "our")
        subject = [*_owner(name), *claim.subject[1:]] if owned else claim.subject
        body = _distanced(claim.predicate)
    else:
        subject, body = [], _distanced(claim.predicate)
    return _assembled(front, [*subject, *body], bool(subject), bool(name) and subject[:1] == _words(name or "")[:1])


def _assembled(front: list[Word], main: list[Word], has_subject: bool, named: bool) -> str:
    """Joins the parts. Without a subject the front goes to the end, unless it would then seem to belong to another clause."""
    if front:
        # At the end, "last week" could seem to belong to a subordinate clause.
        attaches = any(word.low in _ATTACHES for word in main[1:]) or front[0].low in _STAYS_IN_FRONT
        if has_subject or attaches:
            main = [*front[:-1], front[-1]._replace(post=","), *main]
        else:
            main = [*main, front[0].become(front[0].core if _keeps_capital(front[0]) else front[0].low), *front[1:]]
    text = written(trimmed(main))
    return text if named and not front else text[:1].upper() + text[1:]


def _keeps_capital(word: Word) -> bool:
    return word.core[1:2].isupper() or word.low in WEEKDAYS


def _owner(name: str | None) -> list[Word]:
    return [Word("", f"{name}'" if name.endswith("s") else f"{name}'s", "")] if name else []


def _words(text: str) -> list[Word]:
    return [Word("", part, "") for part in text.split()]


def _singular(predicate: Sequence[Word]) -> list[Word] | None:
    """The predicate with its finite verb in the third person singular; None if the verb is unknown."""
    empty = {index for index, word in enumerate(predicate[:3]) if word.low in EMPTY_ADVERBS and len(predicate) > 2}
    run = [word for index, word in enumerate(predicate) if index not in empty]
    index = next((index for index, word in enumerate(run) if word.low not in _BEFORE_VERB), len(run))
    # Emphasis: "I do love tea" becomes "Loves tea".
    if run[index : index + 1] and run[index].low == "do" and run[index + 1 :] and verbs.is_base(run[index + 1].low):
        run.pop(index)
    if index >= len(run):
        return None
    low, rest = run[index].low, run[index + 1 :]
    # Unknown verbs are not guessed at: better no fact than a wrong form.
    happened = verbs.is_past(low) and not verbs.is_base(low)
    if low in verbs.AUXILIARIES:
        form = verbs.SINGULAR.get(low, low)
    elif verbs.is_base(low) and not (verbs.spelled_alike(low) and _happened(low, rest)):
        form = verbs.third(low)
    elif verbs.is_past(low):
        form = low
    else:
        return None
    if low not in _INFINITIVE_AFTER:
        rest = _coordinated(rest, past=happened or form in ("was", "had"))
    return [*(word.become(word.low) for word in run[:index]), run[index].become(form), *_distanced(rest)]


def _happened(verb: str, rest: Sequence[Word]) -> bool:
    """Whether a form that may be present or past ("put", "read") is past, as it is for one definite thing: "read the book"."""
    if _HABIT & {word.low for word in rest}:
        return False
    certain = bool(rest) and (rest[0].low in DETERMINERS or rest[0].low == "about" or rest[0].pre == '"')
    return certain or verb not in ("read", "cost", "let", "bet")


def _plural(predicate: Sequence[Word]) -> list[Word]:
    run = list(predicate)
    for index, word in enumerate(run[:3]):
        if word.low in _PLURAL:
            run[index] = word.become(_PLURAL[word.low])
            break
        if word.low not in ADVERBS:
            break
    return _distanced(run)


def _coordinated(rest: Sequence[Word], past: bool) -> list[Word]:
    """Inflects further verbs of the same subject: "… and hate fish" → "… and hates fish".

    After a past tense only "have" and "am" are surely present.
    """
    out = list(rest)
    free = True
    for index, word in enumerate(out):
        low = word.low
        # From here on a verb may have another subject, or be an infinitive.
        if low in _BINDING:
            free = False
        before = index - 1
        while before >= 0 and out[before].low in ADVERBS:
            before -= 1
        joined = before >= 0 and out[before].low in ("and", "but", "or")
        after = out[index + 1].low if index + 1 < len(out) else ""
        sure = low in _SURELY_VERBS or (verbs.is_base(low) and (after in _OBJECTS or after[:1].isdigit()))
        if free and joined and (low in ("have", "am") if past else sure):
            out[index] = word.become(verbs.third(low) if low not in verbs.AUXILIARIES else verbs.SINGULAR.get(low, low))
    return out


def _distanced(run: Sequence[Word]) -> list[Word]:
    """Turns I, me, my, … and we, us, our, … into they, them, their, …, and adapts the verbs that follow."""
    out: list[Word] = []
    plural = False
    for word in run:
        low = word.low
        if plural and low in _PLURAL:
            out.append(word.become(_PLURAL[low]))
            plural = False
            continue
        plural = low in ("i", "we") or (plural and low in ADVERBS)
        out.append(word.become(_OTHERS[low]) if low in _OTHERS else word)
    return out
