"""From the first person to the third: "I really love my job" → "Really loves their job"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from graphmem.remember.by_rules.claims import Claim, finite, subject_of
from graphmem.remember.by_rules.lexicon import EMPTY_ADVERBS, vocabulary

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Token

_OTHERS = {
    "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
    "we": "they", "us": "them", "our": "their", "ours": "theirs", "ourselves": "themselves",
}  # fmt: skip
SINGULAR = {
    "am": "is", "'m": "is", "are": "is", "'re": "is", "were": "was", "have": "has", "'ve": "has", "do": "does", "'ll": "will",
    "'s": "is", "m": "is", "ve": "has", "re": "is", "ai": "is",
}  # fmt: skip
_PLURAL = {
    "am": "are",
    "'m": "are",
    "was": "were",
    "is": "are",
    "has": "have",
    "'ve": "have",
    "'re": "are",
    "'ll": "will",
}
_HABIT = vocabulary("every often usually always sometimes daily lots lot much regularly weekly rarely never mostly")
SAME_IN_PAST = vocabulary("read put cut hit let set cost quit shut hurt spread split bet")


class Restated(NamedTuple):
    """A claim in the third person. `plain`: whether no "they" or "their" stands for the speaker."""

    text: str
    plain: bool


def third_person(claim: Claim, name: str) -> Restated | None:
    """The claim without "I", with the name, if there is one, as its subject; None if it can't be put in the third person."""
    changed: dict[int, str] = {}
    for token in claim.tokens:
        if token.lower_ in _OTHERS:
            changed[token.i] = _OTHERS[token.lower_]
            if token.head != claim.head:
                _agree_with_they(token, changed)
    plain = not any(token.i in changed for token in (*claim.front, *claim.predicate))
    if claim.kind != "speaker" and claim.predicate[0].text == "'s":
        # "My dog's tired": what was one word with the subject is a word of its own.
        # Only "been" and the like surely follow "has": "Dad's retired" is a state.
        changed[claim.predicate[0].i] = (
            "has" if claim.head.lemma_ in ("be", "get", "have") and claim.head.tag_ == "VBN" else "is"
        )
    owner = f"{name}'" if name.endswith("s") else f"{name}'s"
    subject = _text(claim.subject, changed)
    if claim.kind == "speaker":
        if not _singular(claim, changed):
            return None
        subject = name
    elif claim.kind == "joint":
        changed.update(_plural(claim))
        other = _text(claim.subject, changed)
        if name:
            other = f"{owner} {other[6:]}" if other.startswith("their ") else other
        subject = f"{name or 'they'} and {other}"
    elif claim.kind == "owned":
        subject = " ".join(part for part in (owner if name else "", _text(claim.subject[1:], changed)) if part)
    elif claim.meant:
        mine = claim.meant.startswith("my ")
        subject = " ".join(part for part in (owner if mine and name else "", claim.meant.removeprefix("my ")) if part)
    elif claim.kind in ("other", "order"):
        plain = plain and not any(token.i in changed for token in claim.subject)
    body = _text(claim.predicate, changed)
    if claim.inserted:
        small = body if claim.predicate[0].pos_ == "PROPN" else body[:1].lower() + body[1:]
        body = f"{claim.inserted} {small}"
    if re.fullmatch(r"is \d\d", body):
        body += " years old"
    text = _joined(claim, _text(claim.front, changed), subject, body)
    return Restated(text if name and text.startswith(name) else text[:1].upper() + text[1:], plain)


def _joined(claim: Claim, front: str, subject: str, body: str) -> str:
    """Joins the parts. Without a subject the front goes to the end, unless it would then seem to belong to another clause."""
    front, body = front.strip(" ,"), body.strip(" ,")
    main = (
        f"{subject} {body}" if subject else body[:1].lower() + body[1:] if claim.predicate[0].pos_ != "PROPN" else body
    )
    if not front:
        return main
    attaches = any(token.dep_ in ("mark", "relcl", "advcl", "ccomp") for token in claim.predicate)
    if (
        subject
        or attaches
        or claim.front[0].lower_ in ("although", "though", "whereas", "with")
        or claim.front[-1].pos_ == "NUM"
    ):
        return f"{front[:1].upper()}{front[1:]}, {main}"
    first = claim.front[0]
    return f"{main} {front if first.pos_ == 'PROPN' else front[:1].lower() + front[1:]}"


def _text(tokens: Sequence[Token], changed: dict[int, str]) -> str:
    out = ""
    for index, token in enumerate(tokens):
        new = changed.get(token.i, token.text)
        if not new:
            continue
        # "I'm" is one word, "they are" are two.
        apart = index and token.i in changed and tokens[index - 1].whitespace_ == "" and token.text.startswith("'")
        gap = index and (tokens[index - 1].i + 1 != token.i) and out[-1:] not in ("", " ")
        out += (" " if (apart or gap) and out[-1:] != " " else "") + new + token.whitespace_
    return out.strip(" ;:-–—")


def _agree_with_they(token: Token, changed: dict[int, str]) -> None:
    """Adapts the verb of "I" in a subordinate clause: "since I was" → "since they were"."""
    if token.dep_ in ("nsubj", "nsubjpass") and token.lower_ in ("i", "we"):
        verb = finite(token.head)
        if verb.lower_ in _PLURAL:
            changed[verb.i] = _PLURAL[verb.lower_]
        elif verb.lower_ in ("'d", "d"):
            changed[verb.i] = _would(verb)


def _would(verb: Token) -> str:
    after = verb.head if verb.head != verb else verb
    return "had" if after.tag_ == "VBN" or "better" in (child.lower_ for child in after.children) else "would"


def _singular(claim: Claim, changed: dict[int, str]) -> bool:
    """Puts the finite verb, and those that share its subject, in the third person singular; False if it has none."""
    head, first = claim.head, finite(claim.head)
    for token in claim.predicate[:3]:
        if token.lower_ in EMPTY_ADVERBS and token.dep_ == "advmod" and len(claim.predicate) > 2 and token.i < head.i:
            changed[token.i] = ""
    if claim.inserted:
        return True
    if head.pos_ not in ("VERB", "AUX") and first == head and head.tag_ not in ("NN", "NNP", "IN", "NNS", "JJ"):
        return False
    negated = any(child.dep_ == "neg" for child in head.children)
    # Emphasis: "I do love tea" becomes "Loves tea".
    if first.lower_ in ("do", "did") and first != head and not negated and head.i > first.i:
        changed[first.i] = ""
        changed[head.i] = third(head.lower_) if first.lower_ == "do" else head.text
        return True
    form = _form(first, claim)
    if form is None:
        return False
    changed[first.i] = form
    present = (first == head and form != first.lower_) or first.lower_ in ("am", "'m", "have", "'ve")
    # After an object the parser may take a second verb for a part of it.
    stray = [
        token
        for token in claim.predicate
        if token.dep_ == "conj" and token.tag_ in ("VB", "VBP") and token.head.pos_ in ("NOUN", "PROPN")
    ]
    for verb in (*head.conjuncts, *stray):
        own = finite(verb)
        shares = subject_of(verb) is None and verb in claim.predicate and own.tag_ in ("VBP", "VB")
        # After a past tense or a modal only what is surely present is put so: "bought a boat and love it".
        if shares and (present or own.tag_ == "VBP") and (first == head or own.lower_ in ("have", "am")):
            changed[own.i] = SINGULAR.get(own.lower_) or third(own.lower_)
    return True


def _form(verb: Token, claim: Claim) -> str | None:
    low = verb.lower_
    if low in ("'d", "d"):
        return _would(verb)
    if low in SINGULAR:
        return SINGULAR[low]
    if verb.tag_ in ("MD", "VBD", "VBZ") and low not in SAME_IN_PAST:
        return low
    if low in SAME_IN_PAST:
        return low if _happened(verb, claim) else third(low)
    if verb.tag_ == "VBN":
        return "has been" if low == "been" else low
    if verb.tag_ in ("VBG",):
        return None
    return third(low) if verb.lemma_.lower() == low or verb.tag_ in ("VB", "VBP") else low


def _happened(verb: Token, claim: Claim) -> bool:
    """Whether a form that may be present or past is past, as it is for one definite thing: "read the book"."""
    rest = [token for token in claim.predicate if token.i > verb.i]
    if _HABIT & {token.lower_ for token in rest}:
        return False
    certain = bool(rest) and (rest[0].pos_ == "DET" or rest[0].tag_ == "PRP$" or rest[0].lower_ in ("about", '"'))
    return certain or verb.lower_ not in ("read", "cost", "let", "bet")


def _plural(claim: Claim) -> dict[int, str]:
    first = finite(claim.head)
    return {first.i: _PLURAL[first.lower_]} if first.lower_ in _PLURAL else {}


def third(base: str) -> str:
    """The third person singular of a base form: "go" → "goes"."""
    if base in ("have", "be", "do"):
        return {"have": "has", "be": "is", "do": "does"}[base]
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def past(base: str) -> str:
    """The past tense of a base form: "go" → "went"."""
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return base + "d"
    return base[:-1] + "ied" if base.endswith("y") and base[-2:-1] not in tuple("aeiou") else base + "ed"


from graphmem.model.words import IRREGULAR_VERBS  # noqa: E402

_PAST = {row[0]: row[1] for row in IRREGULAR_VERBS}
