"""Whose statement a clause is: of the speaker, of something of theirs, or of someone named before."""

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


class Statement(NamedTuple):
    """A clause with its subject recognised.

    Attributes:
        subject: the words of the subject for "joint" (the other person) and "named"; otherwise empty.
        predicate: what is said; for "owned" and "partial" it holds the subject's words too.
        plural: whether it was said of "we".
    """

    kind: Kind
    subject: list[Word]
    predicate: list[Word]
    front: list[Word]
    plural: bool = False

    @property
    def verb(self) -> int | None:
        """Where the finite verb stands in what is said of something of the speaker's ("my sister Anna lives"); None if nowhere."""
        return next(
            (place for place, word in enumerate(self.predicate) if place > 1 and verbs.is_finite(word.low)), None
        )


def statement(clause: Clause, names: Set[str], antecedent: list[Word], answering: bool) -> Statement | None:
    """The statement that a clause makes; None if its subject is nobody that the speaker tells of.

    Args:
        clause: one subject and what is said of it.
        names: names in lower case that are known to be people's.
        antecedent: the one person spoken of just before, for "he" and "she"; may be empty.
        answering: whether the message answers a question, so that "Don't eat meat" is about the speaker.
    """
    run, front = clause
    first = run[0].low
    if introduced := _introduction(run):
        return Statement("owned", [], introduced, front)
    if first in ("i", "we") and len(run) > 1:
        return Statement("speaker", [], _with_unit(run[1:]), front, plural=first == "we")
    if first in ("my", "our", "me") and (joint := _joint(run, front)):
        return joint
    if first in ("my", "our"):
        return Statement("owned", [], run, front) if has_verb(run, 2) else None
    if _of_mine(run):
        return Statement("partial", [], run, front)
    if first in ("he", "she") and antecedent and len(run) > 2:
        return Statement("named", antecedent, run[1:], front)
    if len(run) > 2 and _is_name(run[0], names) and verbs.is_finite(run[1].low) and run[1].low not in verbs.MODALS:
        return Statement("named", run[:1], run[1:], front)
    inserted = elided(run, answering)
    return Statement("speaker", [], inserted, front) if inserted else None


def person(run: Sequence[Word]) -> list[Word] | None:
    """The one person (or pet) of the speaker that a sentence speaks of, as a subject for "he" and "she" after it.

    Empty if there are several; None if there is none.
    """
    found = [place for place in range(1, len(run)) if run[place].low in _BEINGS and _introduces(run, place)]
    if len(found) != 1:
        return [] if found else None
    place = found[0]
    after = run[place + 1 : place + 3]
    if after and after[0].low in ("named", "called"):
        after = after[1:]
    if after and after[0].core[:1].isupper() and not run[place].post:
        return [Word("", after[0].core.removesuffix("'s"), "")]
    return [Word("", "my", ""), Word("", run[place].core, "")]


def _introduces(run: Sequence[Word], place: int) -> bool:
    before = [word.low for word in run[max(0, place - 3) : place]]
    described = before[-1] not in PREPOSITIONS and not {"my", "our"}.isdisjoint(before) and not run[place - 1].post
    return before[-1] in ("my", "our", "a", "an") or described


def referring(said: Statement, what: Sequence[Word]) -> Statement:
    """The statement with its first "it" or "them" after the verb replaced by what that stands for."""
    run = said.predicate
    for place, word in enumerate(run[1:6], 1):
        after = run[place + 1].low if place + 1 < len(run) else ""
        if word.low in ("it", "them", "that", "those", "this") and what and after not in verbs.AUXILIARIES:
            middle = [*what[:-1], what[-1]._replace(post=word.post)]
            return said._replace(predicate=[*run[:place], *middle, *run[place + 1 :]])
    return said


def _introduction(run: list[Word]) -> list[Word]:
    """Makes "I'm Alex" "My name is Alex", and "Call me Sam" "My nickname is Sam"; empty for anything else."""
    lows = [word.low for word in run]
    capitals = all(word.core[:1].isupper() and not word.core.isupper() for word in run[2:])
    if lows[:2] == ["i", "am"] and len(run) in (3, 4) and capitals and lows[2] in GIVEN_NAMES:
        return [*_plain("my name is"), *run[2:]] if DEMONYMS.isdisjoint(lows) else []
    if lows[-3:-1] in (["call", "me"], ["calls", "me"]) and lows[0] in _CALLERS and run[-1].core[:1].isupper():
        return [*_plain("my nickname is"), run[-1]]
    return []


def _with_unit(predicate: list[Word]) -> list[Word]:
    """Completes an age: "I am 32"."""
    aged = (
        len(predicate) == 2 and predicate[0].low == "am" and predicate[1].core.isdigit() and len(predicate[1].core) == 2
    )
    return [*predicate, *_plain("years old")] if aged else predicate


def _plain(text: str) -> list[Word]:
    return [Word("", part, "") for part in text.split()]


def _joint(run: list[Word], front: list[Word]) -> Statement | None:
    """Reads "My wife and I went …" and "Me and my wife went …"."""
    lows = [word.low for word in run[:10]]
    if lows[:3] in (["me", "and", "my"], ["me", "and", "our"]):
        verb = next((place for place in range(4, len(lows)) if is_verbal(lows[place])), 0)
        return Statement("joint", trimmed(run[2:verb]), run[verb:], front) if verb else None
    for place in range(2, len(lows) - 2):
        if lows[place : place + 2] in (["and", "i"], ["and", "me"]) and not has_verb(run[1:place]):
            return Statement("joint", trimmed(run[:place]), run[place + 2 :], front)
    return None


def _of_mine(run: list[Word]) -> bool:
    """Whether it starts like "One of my friends is …" or "A friend of mine is …"."""
    lows = [word.low for word in run[:5]]
    partial = lows[0] in _PART_OF and lows[1:3] in (["of", "my"], ["of", "our"])
    mine = lows[0] in ("a", "an") and lows[2:4] == ["of", "mine"]
    return (partial or mine) and has_verb(run[3:])


def _is_name(word: Word, names: Set[str]) -> bool:
    known = word.low in names or (word.low in GIVEN_NAMES and word.low not in ALSO_WORDS)
    return known and word.core[:1].isupper() and not word.post
