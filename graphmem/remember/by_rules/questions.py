"""What a question adds to its answer: after "Are you a vegetarian?", a "Yes" is a fact."""

from __future__ import annotations

import re
from typing import NamedTuple

from graphmem.remember.by_rules.lexicon import vocabulary
from graphmem.remember.by_rules.prose import sentences
from graphmem.remember.by_rules.restate import past
from graphmem.remember.by_rules.wording import plain

_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|yea)\b[, ]*)?(?:(?:sure )?(?:i )?(?:am|do|have|did|can|was)|it is|of course|definitely|"
    r"absolutely|certainly|indeed|correct|exactly|sure|that(?:'s| is) right)?[.!]*"
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|never|not)\b[, ]*)?(?:never|not at all|not yet|i(?:'m| am) not|i do not|i have not|it isn't|"
    r"(?:i )?(?:don't|haven't|didn't|can't|wasn't))?[.!]*"
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
me us i we my our it that this these those them there here you or yourself want need mean think know mind remember anything
""")
# The question, the statement that a short answer makes, and words at the start of the answer that are left out.
_SHORT = (
    (r"what(?:'s| is) your (?:full |first |last )?name", "My name is {}", "it's|it is"),
    (r"where (?:do you live|are you (?:living|based))", "I live in {}", "in"),
    (r"where (?:are you|do you come) from", "I am from {}", "from"),
    (r"where did you grow up", "I grew up in {}", "in"),
    (r"where were you born", "I was born in {}", "in"),
    (r"(?:where|who|which company) do you work(?: for| at)?", "I work at {}", "at|for"),
    (r"what do you do(?: for (?:a living|work))?$", "I work as {}", "as"),
    (r"what(?:'s| is) your (?:job|profession|occupation)", "I work as {}", "as"),
    (r"what (?:other )?languages? do you speak", "I speak {}", "only"),
    (r"(?:what|which foods?) are you allergic to", "I am allergic to {}", "to"),
    (r"what (?:do|are) you study(?:ing)?", "I study {}", "studying"),
    (r"when(?:'s| is) your birthday", "My birthday is {}", "it's on|it's|on"),
    (r"how old are you", "I am {} years old", "i'm"),
    (r"what(?:'s| is) your (?P<what>favou?rite \w+(?: \w+)?)$", "My {what} is {}", "it's|it is"),
    (
        r"what(?:'s| is) your (?P<what>nationality|hometown|native language|mother tongue|hobby|diet)$",
        "My {what} is {}",
        "it's",
    ),
    (
        r"(?:what|which) (?:kinds? of |types? of |sorts? of )?\w+ do you "
        r"(?P<verb>like|love|enjoy|prefer|play|collect|watch|read|drink|eat)(?: most| best)?$",
        "I {verb} {}",
        "mostly|mainly",
    ),
)
_KEEPS_CAPITAL = ("name is {}", "in {}", "at {}", "speak {}", "from {}", "birthday is {}")
_NO_ANSWER = vocabulary("""
i it that this there not no none nothing anything everything everywhere here home idk dunno maybe depends both all whatever well hmm why
what how you sure many lots a let guess good great nice yes yeah yep nope nah thanks thank ok okay sorry oh same too never always hard
really just
""") - {"a"}
_AUXILIARIES = "is|was|are|were|has|had|will|would|can|could|does|did|do|makes?"
_VERBAL = re.compile(r"\b(?:am|is|are|was|were|have|has|had|do|does|did|will|would|can|could|I)\b")
_ACTIONS = "like|love|enjoy|eat|drink|play|watch|use|hate|speak|prefer|own|read|cook|make|visit"
_DONE = "tried|been to|eaten|visited|watched|seen|read|played|used|had|heard of"
_TOPICS = (
    r"(?:how|what) about (?P<what>.+)",
    r"what do you think (?:of|about) (?P<what>.+)",
    r"how do you (?:feel about|like|find) (?P<what>.+)",
    rf"(?:do|did|don't) you (?:\w+ly )?(?:also |ever |even |still )?(?:{_ACTIONS}) (?P<what>.+)",
    rf"have you (?:ever |already |also )?(?:{_DONE}) (?P<what>.+)",
    r"are you (?:into|a fan of|allergic to|fond of|interested in|keen on) (?P<what>.+)",
    r"would you (?:like|try|eat|enjoy)(?: to try)? (?P<what>.+)",
)
_TRAILING = (
    r"(?:,.*| (?:then|today|tonight|too|instead|much|at all|as well|or not|now|maybe|perhaps)|"
    r" for (?:dinner|lunch|breakfast|a change))+$"
)
_NO_TOPIC = vocabulary("""
you your it that this these those them me us my our i we to or and going if there here one some any
""") - {"and"}


class Question(NamedTuple):
    """A question that a message may answer, and the index of the message that asks it (`position`)."""

    text: str
    position: int


def question(content: str, index: int) -> Question | None:
    """The last question of a message; None if it asks nothing, or goes on for more than a sentence after it."""
    listed = sentences(content)
    asked = next((n for n in range(len(listed) - 1, -1, -1) if listed[n].asks), None)
    if asked is None or len(listed) - asked > 2:
        return None
    text = plain(listed[asked].text, frozenset())
    return Question(text, index) if 1 < len(text.split()) <= 15 else None


def answer(asked: Question, reply: str) -> str | None:
    """The statement in the first person that a short reply ("Yes", "In Oslo") makes; None if it makes none."""
    low = reply.lower().strip()
    if low and (yes := _YES.fullmatch(low) is not None) | (_NO.fullmatch(low) is not None):
        return _polar(asked.text, yes)
    return _short(asked.text, reply)


def with_topic(reply: str, asked: Question) -> str | None:
    """The reply with its first "it" or "them" replaced by what the question is about; None if that can't be told."""
    for pattern in _TOPICS:
        if match := re.fullmatch(pattern, asked.text.lower()):
            what = re.sub(_TRAILING, "", asked.text[match.start("what") :])
            words = what.lower().split()
            fits = 0 < len(words) <= 4 and _NO_TOPIC.isdisjoint(words)
            found = re.match(
                rf"((?:\S+ ){{1,5}})(?:it|them|that|those|this)\b(?! (?:{_AUXILIARIES})\b)", reply, re.IGNORECASE
            )
            return f"{found[1]}{what}{reply[found.end() :]}" if fits and found else None
    return None


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
    for pattern, template, openings in _SHORT:
        if match := re.match(pattern, asked.lower()):
            text = re.sub(rf"^(?:{openings})\s+", "", plain(reply, frozenset()), count=1, flags=re.IGNORECASE)
            words = text.lower().split()
            if not 0 < len(words) <= 6 or words[0].strip(",") in _NO_ANSWER or "{" in text or _VERBAL.search(text):
                return None
            if "how old" in asked.lower():
                # Only a number is an age: "old enough" is an answer too.
                age = re.fullmatch(r"(\d{1,3})(?: years old| years)?", text)
                return template.format(age[1]) if age else None
            if not template.endswith(_KEEPS_CAPITAL) and not any(word[1:2].isupper() for word in text.split()):
                text = text[0].lower() + text[1:]
            if template == "I work as {}" and words[0] not in ("a", "an", "the"):
                text = f"{'an' if text[0].lower() in 'aeiou' else 'a'} {text}"
            return template.format(text, **match.groupdict())
    return None
