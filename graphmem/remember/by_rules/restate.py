"""From the first person to the third: "I really love my job" → "Really loves their job". What is not sure to read well is left alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphmem.remember.by_rules.claims import Claim, finite, subject_of
from graphmem.remember.by_rules.lexicon import vocabulary

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Token

_OTHERS = {
    "i": "they", "we": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
    "us": "them", "our": "their", "ours": "theirs", "ourselves": "themselves",
}  # fmt: skip
SINGULAR = {
    "am": "is", "'m": "is", "are": "is", "'re": "is", "were": "was", "have": "has", "'ve": "has", "do": "does", "'ll": "will",
    "m": "is", "ve": "has", "re": "is", "ai": "is",
}  # fmt: skip
# What follows "they".
_PLURAL = {"am": "are", "'m": "'re", "was": "were"}
SAME_IN_PAST = vocabulary("read put cut hit let set cost quit shut hurt spread split bet")


def third_person(claim: Claim, name: str) -> str | None:
    """The claim without "I", with the name of the speaker, if there is one, as its subject; None if that is not sure to read well.

    Left alone is what starts with something else than the subject, or would need a pronoun for somebody with a name.
    """
    changed = {token.i: _OTHERS[token.lower_] for token in claim.predicate if token.lower_ in _OTHERS}
    if (
        claim.front
        or claim.kind not in ("speaker", "owned", "named")
        or (changed and (name or claim.kind != "speaker"))
    ):
        return None
    # "since I was" is "since they were".
    verbs = [finite(token.head) for token in claim.predicate if token.lower_ in ("i", "we")]
    changed |= {verb.i: _PLURAL[verb.lower_] for verb in verbs if verb.lower_ in _PLURAL}
    owner = [f"{name}'" if name.endswith("s") else f"{name}'s"] if name else []
    if claim.kind == "speaker":
        verb = _singular(claim)
        if verb is None:
            return None
        changed |= verb
        subject = [name] if name else []
    else:
        if claim.predicate[0].text == "'s":
            # Only "been" and the like surely follow "has": "Dad's retired" is a state.
            been = claim.head.lemma_ in ("be", "get", "have") and claim.head.tag_ == "VBN"
            changed[claim.predicate[0].i] = "has" if been else "is"
        words = _text(claim.subject, {})
        mine, _, rest = words.partition(" ")
        subject = [*owner, rest] if mine.lower() in ("my", "our", "i") else [words]
    body = _text(claim.predicate, changed)
    if claim.inserted or not subject:
        body = body if claim.predicate[0].pos_ == "PROPN" else body[:1].lower() + body[1:]
    body += " years old" if re.fullmatch(r"is \d\d", body) else ""
    text = " ".join(filter(None, (*subject, claim.inserted, body))).strip(" ,;:-–—")
    return text if name and text.startswith(name) else text[:1].upper() + text[1:]


def _singular(claim: Claim) -> dict[int, str] | None:
    """The finite verb and those that share its subject in the third person singular, by their places; None if it is not sure."""
    head, first = claim.head, finite(claim.head)
    if claim.inserted:
        return {}
    low, present = first.lower_, first.tag_ in ("VBP", "VB")
    if low in SAME_IN_PAST or first.tag_ == "VBG" or (first == head and head.pos_ not in ("VERB", "AUX")):
        return None
    if low in ("'d", "d"):
        return {first.i: "had" if head.tag_ == "VBN" else "would"}
    # After an object the parser may take a second verb for a part of it.
    joined = (token for token in claim.predicate if token.head == head or token.head.pos_ in ("NOUN", "PROPN"))
    alike = [token for token in joined if token.dep_ == "conj" and token.tag_ in ("VB", "VBP") and first == head]
    alike = [token for token in alike if finite(token) == token and subject_of(token) is None]
    if alike and not present:
        return None
    return {verb.i: SINGULAR.get(verb.lower_) or (third(verb.lower_) if present else low) for verb in (first, *alike)}


def _text(tokens: Sequence[Token], changed: dict[int, str]) -> str:
    out = ""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        apart = after is not None and after.i != token.i + 1
        out += changed.get(token.i, token.text) + (token.whitespace_ or " " * apart)
    return out.strip()


def third(base: str) -> str:
    """The third person singular of a base form: "go" → "goes"."""
    if base in ("have", "be", "do"):
        return {"have": "has", "be": "is", "do": "does"}[base]
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
