"""Whom a clause is about: the speaker, someone or something of theirs, or somebody named before."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Literal, NamedTuple

from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.clauses import Clause
from graphmem.remember.by_rules.coordination import has_verb, is_verbal
from graphmem.remember.by_rules.elided import elided
from graphmem.remember.by_rules.lexicon import KNOWN_PEOPLE, PETS, PREPOSITIONS, vocabulary
from graphmem.remember.by_rules.names import ALSO_WORDS, DEMONYMS, GIVEN_NAMES
from graphmem.remember.by_rules.words import Word, trimmed

Kind = Literal["speaker", "joint", "owned", "partial", "named"]

_PART_OF = vocabulary("one both two three all some most half neither")
_CALLERS = vocabulary("call please just you everyone everybody people friends most my")
_BEINGS = KNOWN_PEOPLE | PETS


class Claim(NamedTuple):
    """A clause whose subject was recognised.

    Attributes:
        subject: the words of the subject for "joint" (the other person) and "named"; otherwise empty.
        predicate: the rest; for "owned" and "partial" it includes the words of the subject.
        plural: whether the subject is "we".
    """

    kind: Kind
    subject: list[Word]
    predicate: list[Word]
    front: list[Word]
    plural: bool = False

    @property
    def verb(self) -> int | None:
        """Index of the finite verb in a predicate that includes its subject ("my sister Anna lives"); None if there is none."""
        return next(
            (index for index, word in enumerate(self.predicate) if index > 1 and verbs.is_finite(word.low)), None
        )


def read_claim(clause: Clause, names: Set[str], antecedent: list[Word], answering: bool) -> Claim | None:
    """The claim that a clause makes; None if it is about nobody that the speaker would tell about.

    Args:
        clause: one subject and its predicate.
        names: names, in lower case, that are known to be people's.
        antecedent: whom "he" and "she" refer to: the one person mentioned just before; may be empty.
        answering: whether the message answers a question, so that "Don't eat meat" is about the speaker.
    """
    run, front = clause
    first = run[0].low
    if introduced := _introduction(run):
        return Claim("owned", [], introduced, front)
    if first in ("i", "we") and len(run) > 1:
        return Claim("speaker", [], _with_unit(run[1:]), front, plural=first == "we")
    if first in ("my", "our", "me") and (joint := _joint(run, front)):
        return joint
    if first in ("my", "our"):
        return Claim("owned", [], run, front) if has_verb(run, 2) else None
    if _of_mine(run):
        return Claim("partial", [], run, front)
    # Exactly one person was mentioned before: only then is it clear who is meant.
    if first in ("he", "she") and antecedent and len(run) > 2:
        return Claim("named", antecedent, run[1:], front)
    if len(run) > 2 and _is_name(run[0], names) and verbs.is_finite(run[1].low) and run[1].low not in verbs.MODALS:
        return Claim("named", run[:1], run[1:], front)
    # No subject at all: in chat that may mean the speaker.
    inserted = elided(run, answering)
    return Claim("speaker", [], inserted, front) if inserted else None


def person(run: Sequence[Word]) -> list[Word] | None:
    """The one person or pet that a sentence mentions, as the subject of later sentences with "he" or "she".

    Empty if there are several, None if there is none.
    """
    beings = [index for index in range(1, len(run)) if run[index].low in _BEINGS and _introduces(run, index)]
    if len(beings) != 1:
        return [] if beings else None
    index = beings[0]
    after = run[index + 1 : index + 3]
    if after and after[0].low in ("named", "called"):
        after = after[1:]
    if after and after[0].core[:1].isupper() and not run[index].post:
        return [Word("", after[0].core.removesuffix("'s"), "")]
    return [Word("", "my", ""), Word("", run[index].core, "")]


def _introduces(run: Sequence[Word], index: int) -> bool:
    before = [word.low for word in run[max(0, index - 3) : index]]
    described = before[-1] not in PREPOSITIONS and not {"my", "our"}.isdisjoint(before) and not run[index - 1].post
    return before[-1] in ("my", "our", "a", "an") or described


def referring(claim: Claim, what: Sequence[Word]) -> Claim:
    """The claim with its first "it" or "them" after the verb replaced by what it refers to."""
    run = claim.predicate
    for index, word in enumerate(run[1:6], 1):
        after = run[index + 1].low if index + 1 < len(run) else ""
        if word.low in ("it", "them", "that", "those", "this") and what and after not in verbs.AUXILIARIES:
            middle = [*what[:-1], what[-1]._replace(post=word.post)]
            return claim._replace(predicate=[*run[:index], *middle, *run[index + 1 :]])
    return claim


def _introduction(run: list[Word]) -> list[Word]:
    """Turns "I'm Alex" into "My name is Alex", and "Call me Sam" into "My nickname is Sam"; empty for anything else."""
    lows = [word.low for word in run]
    capitals = all(word.core[:1].isupper() and not word.core.isupper() for word in run[2:])
    if lows[:2] == ["i", "am"] and len(run) in (3, 4) and capitals and lows[2] in GIVEN_NAMES:
        return [*_plain("my name is"), *run[2:]] if DEMONYMS.isdisjoint(lows) else []
    if lows[-3:-1] in (["call", "me"], ["calls", "me"]) and lows[0] in _CALLERS and run[-1].core[:1].isupper():
        return [*_plain("my nickname is"), run[-1]]
    return []


def _with_unit(predicate: list[Word]) -> list[Word]:
    """Completes an age: "I am 32" → "I am 32 years old"."""
    aged = (
        len(predicate) == 2 and predicate[0].low == "am" and predicate[1].core.isdigit() and len(predicate[1].core) == 2
    )
    return [*predicate, *_plain("years old")] if aged else predicate


def _plain(text: str) -> list[Word]:
    return [Word("", part, "") for part in text.split()]


def _joint(run: list[Word], front: list[Word]) -> Claim | None:
    """Reads "My wife and I went …" and "Me and my wife went …"."""
    lows = [word.low for word in run[:10]]
    if lows[:3] in (["me", "and", "my"], ["me", "and", "our"]):
        verb = next((index for index in range(4, len(lows)) if is_verbal(lows[index])), 0)
        return Claim("joint", trimmed(run[2:verb]), run[verb:], front) if verb else None
    for index in range(2, len(lows) - 2):
        if lows[index : index + 2] in (["and", "i"], ["and", "me"]) and not has_verb(run[1:index]):
            return Claim("joint", trimmed(run[:index]), run[index + 2 :], front)
    return None


def _of_mine(run: list[Word]) -> bool:
    """Whether the clause starts like "One of my friends is …" or "A friend of mine is …"."""
    lows = [word.low for word in run[:5]]
    partial = lows[0] in _PART_OF and lows[1:3] in (["of", "my"], ["of", "our"])
    mine = lows[0] in ("a", "an") and lows[2:4] == ["of", "mine"]
    return (partial or mine) and has_verb(run[3:])


def _is_name(word: Word, names: Set[str]) -> bool:
    known = word.low in names or (word.low in GIVEN_NAMES and word.low not in ALSO_WORDS)
    return known and word.core[:1].isupper() and not word.post
