"""What a question adds to its answer: after "Are you a vegetarian?", a "Yes" is a fact, and in "I like it" it says what is liked."""

from __future__ import annotations

import re
from typing import NamedTuple

from graphmem.remember.by_rules.lexicon import vocabulary
from graphmem.remember.by_rules.prose import sentences
from graphmem.remember.by_rules.wording import plain

# Questions about somebody, and replies to them that say something only with the question.
_ABOUT_YOU = re.compile(
    r"(?:what|where|who|which|when|how (?:old|many|long|often))\b.*\byour?\b|(?:are|were|do|have|can|did) you\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"(?:(?:yes|yeah|yep|yup|no|nope|nah|never|not yet|not at all|of course|definitely|exactly)\b[, ]*)*"
    r"(?:i )?(?:(?:am|do|have|did|can|was)(?:n't| not)?|'m not)?[.!]*",
    re.IGNORECASE,
)
_OUT_OF_PLACE = vocabulary("""
me us i we my our it that this these those them there here you or yourself want need mean think know mind remember anything ready
""")
_FEW_WORDS = 6
_NO_ANSWER = vocabulary("""
i it we they he she you that this there not no none nothing anything everything here idk dunno maybe depends both all whatever well hmm why
what how many lots let guess good great nice yes yeah thanks ok okay sorry same too never always hard really just hey hi hello wow oh check
""")
_VERBAL = re.compile(r"\b(?:am|is|are|was|were|have|has|had|do|does|did|will|would|can|could|I)\b")
# What a question is about, which its answer calls "it".
_TOPIC = re.compile(
    r"(?:(?:how|what) about|do you (?:also )?\w+|have you (?:ever )?(?:been to|\w+)|are you into) (?P<what>\S+(?: \S+){0,3})",
    re.IGNORECASE,
)
_NO_TOPIC = _OUT_OF_PLACE | {"your", "to", "going"}


class Question(NamedTuple):
    """A question that a message may answer, and the index of the message that asks it (`position`)."""

    text: str
    position: int


def question(content: str, index: int) -> Question | None:
    """The last question of a message; None if it asks nothing, or goes on for more than a sentence after it."""
    listed = sentences(content)
    asked = next((sentence for sentence in reversed(listed[-2:]) if sentence.asks), None)
    text = plain(asked.text, frozenset()) if asked else ""
    return Question(text, index) if 1 < len(text.split()) <= 15 else None


def in_short(asked: Question, reply: str) -> str | None:
    """A reply of a few words with the question that it answers; None if it is no answer, or the question is not about the speaker."""
    words = [word.strip(",.!").partition("'")[0] for word in reply.lower().split()]
    few = 0 < len(words) <= _FEW_WORDS and words[0] not in _NO_ANSWER and not _VERBAL.search(reply)
    if not few and not _YES_OR_NO.fullmatch(reply):
        return None
    about = _ABOUT_YOU.match(asked.text) and (_OUT_OF_PLACE - {"you"}).isdisjoint(asked.text.lower().split())
    return f"{reply} (asked: {asked.text}?)" if about else None


def with_topic(reply: str, asked: Question) -> str | None:
    """The reply with its first "it" or "them" replaced by what the question is about; None if that can't be told."""
    topic = _TOPIC.fullmatch(asked.text)
    found = re.match(r"((?:\S+ ){1,5})(?:it|them)\b(?! (?:is|was|has|will|would|does|makes?)\b)", reply, re.IGNORECASE)
    if topic is None or found is None or not _NO_TOPIC.isdisjoint(topic["what"].lower().split()):
        return None
    return f"{found[1]}{topic['what']}{reply[found.end() :]}"
