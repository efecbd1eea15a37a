"""The claims of a parsed sentence: clauses with one subject each, and whom each is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING, Literal, NamedTuple

from graphmem.remember.by_rules.lexicon import BEINGS, LASTING, STATES, TIME_NOUNS, vocabulary

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc, Token

# Whom a claim is about: the speaker; the speaker and somebody; someone or something of theirs; some of these; a person with a
# name; the other, who is told what to do; anything else that has to do with the speaker.
Kind = Literal["speaker", "joint", "owned", "named", "order", "other"]

ME = vocabulary("i me my mine myself we us our ours ourselves")
YOU = vocabulary("you your yours yourself u ur ya y'all let's")
_SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj", "csubjpass")
_SMALL_TALK = vocabulary(
    "and but or so well also plus then anyway though tho too as like right please thanks lol haha hahaha omg btw xd"
)
# What only people do.
_OF_PEOPLE = vocabulary("""
live love like hate prefer enjoy dislike marry bear move buy drive speak study play drink eat adopt graduate retire cook collect own
""")


class Claim(NamedTuple):
    """One clause. `subject` and `front` may be empty; `inserted` is the verb that "Allergic to nuts" leaves out.

    Attributes:
        predicate: what follows the subject.
        front: what stands before it ("Last week", "When I was a child").
    """

    kind: Kind
    head: Token
    subject: Sequence[Token]
    predicate: Sequence[Token]
    front: Sequence[Token] = ()
    inserted: str = ""

    @property
    def tokens(self) -> list[Token]:
        return [*self.front, *self.subject, *self.predicate]


def claims(doc: Doc, people: Set[str], answering: bool) -> Iterator[Claim]:
    """The claims of a sentence, in order.

    Args:
        doc: the parsed sentence.
        people: names, in lower case, that are known to be people's.
        answering: whether the message answers a question, so that "Don't eat meat" is about the speaker.
    """
    heads = {token for token in doc if _is_head(token)}
    parts: dict[Token, list[Token]] = {head: [] for head in sorted(heads)}
    for token in doc:
        parts[_of(token, heads)].append(token)
    for head, tokens in parts.items():
        run = _trimmed(tokens)
        if len(run) > 1 and (claim := _claim(head, run, people, answering)):
            yield claim


def finite(verb: Token) -> Token:
    """The token that carries tense and person: the first auxiliary, or the verb itself."""
    return min(
        (child for child in verb.children if child.dep_ in ("aux", "auxpass") and child.i < verb.i), default=verb
    )


def subject_of(verb: Token) -> Token | None:
    return next((child for child in verb.children if child.dep_ in _SUBJECTS), None)


def _is_head(token: Token) -> bool:
    """Whether a clause that stands alone is built around this token."""
    if token.dep_ == "ROOT":
        return True
    if subject_of(token) is None or token.pos_ not in ("VERB", "AUX"):
        return False
    if token.dep_ == "conj":
        return _is_head(token.head) or token.head.dep_ == "conj"
    marked = any(child.dep_ == "mark" or child.tag_ in ("WP", "WRB", "WDT") for child in token.children)
    # "I play chess, I also swim": the first is parsed as what the second says.
    if token.dep_ in ("ccomp", "parataxis") and not marked:
        return _is_head(token.head) and (token.i < token.head.i or token.dep_ == "parataxis")
    return False


def _of(token: Token, heads: Set[Token]) -> Token:
    while token not in heads:
        token = token.head
    return token


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without small talk at either end."""
    run = list(tokens)
    while run and (run[0].is_punct or run[0].is_space or run[0].pos_ == "INTJ" or _is_small(run[0])):
        run.pop(0)
    while run and (
        (run[-1].is_punct and run[-1].text not in '")%') or run[-1].is_space or run[-1].lower_ in _SMALL_TALK
    ):
        run.pop()
    return run


def _is_small(token: Token) -> bool:
    return token.lower_ in _SMALL_TALK and token.pos_ not in ("VERB", "PRON", "ADP", "SCONJ")


def _claim(head: Token, run: list[Token], people: Set[str], answering: bool) -> Claim | None:
    subject = subject_of(head)
    if subject is None or subject not in run:
        return _without_subject(head, run, answering)
    inside = set(subject.subtree)
    about = [token for token in run if token in inside]
    predicate = [token for token in run if token.i > about[-1].i]
    if not predicate or head.i < subject.i:
        return None
    claim = Claim("other", head, about, predicate, _trimmed([token for token in run if token.i < about[0].i]))
    lows = [token.lower_ for token in about]
    if lows == ["i"] and head.lemma_ == "be" and (name := _introduced(predicate)):
        return claim._replace(kind="owned", predicate=name, inserted="name is")
    return claim._replace(kind=_kind(subject, lows, people))


def _kind(subject: Token, lows: list[str], people: Set[str]) -> Kind:
    if lows in (["i"], ["we"]):
        return "speaker"
    if "and" in lows and not {"i", "me"}.isdisjoint(lows):
        return "joint"
    if lows[0] in ("my", "our"):
        return "owned"
    if "of" in lows and not ME.isdisjoint(lows) and len(lows) < 7:
        return "joint"
    name = subject.pos_ == "PROPN" and len(lows) < 4
    person = name and (subject.ent_type_ == "PERSON" or subject.lower_ in people or subject.head.lemma_ in _OF_PEOPLE)
    # "Anna's manager"
    person = person or (
        subject.lemma_.lower() in BEINGS
        and any(each.dep_ == "poss" and each.pos_ == "PROPN" for each in subject.children)
    )
    return "named" if person else "other"


def _introduced(predicate: list[Token]) -> list[Token]:
    """The name in "I'm Alex"; empty for anything else, such as "I'm Polish"."""
    name = predicate[1:]
    persons = all(
        token.pos_ == "PROPN" and token.ent_type_ in ("PERSON", "") and token.text.istitle() for token in name
    )
    return name if 0 < len(name) < 4 and persons else []


def _without_subject(head: Token, run: list[Token], answering: bool) -> Claim | None:
    """Statements without "I", as people write in chat: "Sold my flat yesterday", "Don't eat meat", "Allergic to nuts"."""
    lows, first = [token.lower_ for token in run], finite(head)
    claim = Claim("speaker", head, (), run)
    if lows[0] in STATES:
        return claim._replace(inserted="is") if run[0] == head else None
    before = [token for token in run if token.i < first.i]
    rest = lows[len(before) + 1 :]
    if first not in run or any(token.pos_ not in ("ADV", "PART") for token in before):
        return None
    # "Always answer in French": what the other is to do from now on.
    if lows[0] in ("always", "never") and head.tag_ == "VB" and first == head:
        return claim._replace(kind="order")
    # "Gave me a headache": something else is the subject.
    if rest[:1] in (["me"], ["us"]):
        return None
    own = answering or not ME.isdisjoint(rest)
    timed = "just" in lows or any(token.ent_type_ in ("DATE", "TIME") or token.lemma_ in TIME_NOUNS for token in run)
    past = head.tag_ in ("VBD", "VBN") and first == head
    if not {"n't", "not", "never"}.isdisjoint(lows):
        return claim if answering or head.lemma_ in LASTING or (lows[0] == "never" and past) else None
    if past and head.lemma_ == "be":
        return claim._replace(inserted="has")
    if head.tag_ == "VBG" and first == head and (own or timed):
        return claim._replace(inserted="is")
    return claim if (past and (own or timed)) or (own and head.lemma_ in LASTING and first == head) else None
