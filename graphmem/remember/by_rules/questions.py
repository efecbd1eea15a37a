"""What a question adds to its answer: after "Are you a vegetarian?", a "Yes" is a fact."""

from __future__ import annotations

import re
from typing import NamedTuple

from graphmem.remember.by_rules.lexicon import vocabulary
from graphmem.remember.by_rules.prose import sentences
from graphmem.remember.by_rules.restate import past
from graphmem.remember.by_rules.wording import plain

_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup)\b[, ]*)?(?:(?:i )?(?:am|do|have|did|can|was)|of course|definitely|absolutely|sure|exactly)?[.!]*"
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|never|not)\b[, ]*)?(?:never|not at all|not yet|i(?:'m| am) not|(?:i )?(?:don't|haven't|didn't|can't|wasn't))?[.!]*"
)
# How a question starts, and the statement that a yes or a no makes of it; {} is the rest of the question.
_POLAR = {
    "are you": ("I am {}", "I am not {}"),
    "were you": ("I was {}", "I wasn't {}"),
    "do you": ("I {}", "I don't {}"),
    "have you": ("I have {}", "I have never {}"),
    "can you": ("I can {}", "I can't {}"),
    "did you": ("I {}", "I didn't {}"),
}
_LEFT_OUT = vocabulary("ever either too really already")
_OUT_OF_PLACE = vocabulary("""
me us i we my our it that this these those them there here you or yourself want need mean think know mind remember anything ready
""")
# The question, and the statement that a short answer makes.
_SHORT = r"""
what(?:'s| is) your (?:full |first |last )?name = My name is {}
where (?:do you live|are you (?:living|based)) = I live in {}
where (?:are you|do you come) from = I am from {}
where did you grow up = I grew up in {}
where were you born = I was born in {}
(?:where|who|which company) do you work(?: for| at)? = I work at {}
what do you do(?: for (?:a living|work))?$ = I work as {}
what(?:'s| is) your (?:job|profession|occupation) = I work as {}
what (?:other )?languages? do you speak = I speak {}
(?:what|which foods?) are you allergic to = I am allergic to {}
what (?:do|are) you study(?:ing)? = I study {}
how old are you = I am {} years old
what(?:'s| is) your (?P<what>favou?rite \w+(?: \w+)?|nationality|hometown|native language|hobby|diet)$ = My {what} is {}
(?:what|which) (?:kinds? of )?\w+ do you (?P<verb>like|love|enjoy|prefer|play|collect|watch|read|drink|eat)(?: most)?$ = I {verb} {}
"""
_OPENING = re.compile(r"^(?:(?:it's|it is|i'm|in|from|at|for|as|only|mostly|mainly|to|studying) )+", re.IGNORECASE)
_KEEPS_CAPITAL = ("name is {}", "in {}", "at {}", "speak {}", "from {}")
_NO_ANSWER = vocabulary("""
i it that this there not no none nothing anything everything here home idk dunno maybe depends both all whatever well hmm why what how you
many lots let guess good great nice yes yeah thanks ok okay sorry same too never always hard really just
""")
_VERBAL = re.compile(r"\b(?:am|is|are|was|were|have|has|had|do|does|did|will|would|can|could|I)\b")
# What a question is about, which its answer calls "it".
_TOPIC = re.compile(
    r"(?:(?:how|what) about|what do you think of|(?:do|did|don't) you (?:also |ever )?\w+|have you (?:ever |already )?(?:been to|\w+)"
    r"|are you (?:into|a fan of|interested in)|would you (?:like|try|eat)(?: to try)?) (?P<what>\S+(?: \S+){0,3})",
    re.IGNORECASE,
)
_NO_TOPIC = vocabulary(
    "you your it that this these those them me us my our i we to or going if there here one some any"
)


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


def answer(asked: Question, reply: str) -> str | None:
    """The statement in the first person that a short reply ("Yes", "In Oslo") makes; None if it makes none."""
    low = reply.lower().strip()
    if low and (yes := _YES.fullmatch(low) is not None) | (_NO.fullmatch(low) is not None):
        return _polar(asked.text, yes)
    return _short(asked.text, reply)


def with_topic(reply: str, asked: Question) -> str | None:
    """The reply with its first "it" or "them" replaced by what the question is about; None if that can't be told."""
    topic = _TOPIC.fullmatch(asked.text)
    found = re.match(r"((?:\S+ ){1,5})(?:it|them)\b(?! (?:is|was|has|will|would|does|makes?)\b)", reply, re.IGNORECASE)
    if topic is None or found is None or not _NO_TOPIC.isdisjoint(topic["what"].lower().split()):
        return None
    return f"{found[1]}{topic['what']}{reply[found.end() :]}"


def _polar(asked: str, yes: bool) -> str | None:
    opening, rest = " ".join(asked.split()[:2]).lower(), [word.strip(",.") for word in asked.split()[2:]]
    kept = [word for word in rest if word.lower() not in _LEFT_OUT]
    if opening not in _POLAR or not kept or not _OUT_OF_PLACE.isdisjoint(word.lower() for word in rest):
        return None
    # The question must read on as a statement: "did you move" becomes "I moved".
    if opening == "did you" and yes:
        kept[0] = past(kept[0].lower())
    instead = {"your": "my"} | ({"any": "some"} if yes else {})
    return _POLAR[opening][0 if yes else 1].format(" ".join(instead.get(word.lower(), word) for word in kept))


def _short(asked: str, reply: str) -> str | None:
    rows = (row.split(" = ") for row in _SHORT.strip().splitlines())
    match, statement = next(
        ((match, said) for pattern, said in rows if (match := re.match(pattern, asked.lower()))), (None, "")
    )
    text = _OPENING.sub("", plain(reply, frozenset()))
    words = text.lower().split()
    if (
        match is None
        or not 0 < len(words) <= 6
        or words[0].strip(",") in _NO_ANSWER
        or "{" in text
        or _VERBAL.search(text)
    ):
        return None
    if "years old" in statement:
        # Only a number is an age: "old enough" is an answer too.
        age = re.fullmatch(r"(\d{1,3})(?: years old| years)?", text)
        return statement.format(age[1]) if age else None
    if not statement.endswith(_KEEPS_CAPITAL) and not any(word[1:2].isupper() for word in text.split()):
        text = text[0].lower() + text[1:]
    if statement == "I work as {}" and words[0] not in ("a", "an", "the"):
        text = f"{'an' if text[0].lower() in 'aeiou' else 'a'} {text}"
    return statement.format(text, **match.groupdict())
