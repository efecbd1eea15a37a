"""Reads what is written about the user as if the user said it: "The user is allergic to nuts", "User lives in Rome", "Prefers tea"."""

from __future__ import annotations

import re

_USER = r"^(?:the )?(?:user|customer|client|patient|student|caller)"
_OWNED = re.compile(
    rf"{_USER}(?:'s|s') |^(?=(?:name|nickname|birthday|job|profession|hometown|hobby|hobbies|favou?rite [\w ]+) (?:is|are|include)\b)",
    re.IGNORECASE,
)
_ADVERBS = r"(?P<before>(?:(?:also|now|always|often|usually|sometimes|never|no longer|still|just|\w+ly) )*)"
_OF_USER = re.compile(rf"{_USER} {_ADVERBS}(?P<verb>[a-z]+(?:n't)?)\b", re.IGNORECASE)
# Of nobody who is named, only what is surely said of a person: "Works now" and "Has no effect" are about something else.
_OF_NOBODY = re.compile(
    rf"^{_ADVERBS}(?P<verb>likes|loves|enjoys|prefers|hates|dislikes|lives|speaks|plays(?! no)|owns|drives|studies|collects|wants|plans"
    r"|works(?= (?:as|at|for|in)\b)|has(?= (?:an?|two|three|four|been|moved|lived)\b)|doesn't(?= (?:like|eat|drink|speak|want)\b)"
    r"|is(?= (?:an?|married|allergic|vegan|vegetarian|afraid|from|\d+ years)\b))\b",
    re.IGNORECASE,
)
_FIRST_PERSON = {"is": "am", "has": "have", "does": "do", "isn't": "am not", "doesn't": "don't", "hasn't": "haven't"}
# "They" after these is the user.
_THEY = re.compile(r"\b(because|since|when|while|that|as|if) they\b( are\b)?", re.IGNORECASE)


def as_user_said(text: str) -> str:
    """The sentence in the first person, if it is about the user; else as it is."""
    found = _OF_USER.match(text) or _OF_NOBODY.match(text)
    if found is None or _OWNED.match(text):
        return _OWNED.sub("my ", text)
    rest = _THEY.sub(lambda they: f"{they[1]} I{' am' if they[2] else ''}", text[found.end() :])
    return f"I {found['before']}{_base(found['verb'].lower())}" + re.sub(r"\btheir\b", "my", rest)


def _base(verb: str) -> str:
    """A verb as it follows "I"."""
    if verb in _FIRST_PERSON or not verb.endswith("s") or verb.endswith(("was", "ss")):
        return _FIRST_PERSON.get(verb, verb)
    return re.sub(r"ies$", "y", verb) if verb.endswith("ies") else re.sub(r"(?<=s|x|z|h|o)es$|s$", "", verb)
