"""Prepares a sentence for the parser: chat spellings written out, small talk around the statement taken off."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

_SPELLED_OUT = {
    "i": "I", "im": "I'm", "i'm": "I'm", "ive": "I've", "i've": "I've", "i'd": "I'd", "i'll": "I'll", "gonna": "going to",
    "wanna": "want to", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "fav": "favorite", "bday": "birthday",
}  # fmt: skip
_WORD = re.compile(r"(?<![\w'/])'?[A-Za-z][A-Za-z'/]*")
# What may stand before a statement and adds nothing to it; it ends with a comma or the like, or the speaker follows.
_LEAD_INS = r"""
by the way|to be honest|i mean|of course|me too|i guess|i changed my mind|thank you(?: so much)?|thanks(?: so much| a lot| again)?
(?:please )?(?:remember|note|keep in mind|don't forget)(?: that)?|(?:it )?turns out(?: that)?|i (?:forgot to|should) mention(?: that)?
(?:hey|hi|hello|yo|wow|congrats|sorry|yeah|yep|yes|ok|okay|well|sure|no|nah|nope|aww?|oh|ah|haha)(?:,? (?:there|all|everyone|man|dude))?
and|but|so|also|plus|please|anyway|actually|honestly|lol|omg|hmm|um|right|cool|nice|great|awesome|absolutely|definitely|exactly|true
"""
_TAILS = r"haha|lol|you know|though|right|man|dude|actually|honestly|by the way|i think|i guess|thanks|thank you|please|ok|of course"
# "I work at Siemens; sorry, at Bosch"
_CORRECTED = re.compile(
    r"\b(at|in|to|for|on|from) [^,;–]+[,;–]\s*(?:sorry|i mean|no|correction|rather|actually),?\s+(?=\1 )", re.IGNORECASE
)
_CALL_ME = re.compile(
    r"^(?:you can |please |just |everyone |people |my friends )?calls? me (?-i:([A-Z]\w+))$", re.IGNORECASE
)


def plain(text: str, addressed: Set[str]) -> str:
    """The sentence as it is parsed. `addressed`: names, in lower case, by which the speakers call each other."""
    text = _WORD.sub(lambda match: _SPELLED_OUT.get(match[0].lower(), match[0]), re.sub(r"—|--+", " – ", text)).strip()
    before, after = _around("|".join(map(re.escape, sorted(addressed))) or "(?!)")
    while (cut := before.sub("", text, count=1).lstrip(" ,!.:;–-")) != text and cut:
        text = cut
    while (cut := after.sub("", text, count=1).rstrip(" ,!;:–-")) != text and cut:
        text = cut
    return _CALL_ME.sub(r"My nickname is \1", _CORRECTED.sub("", text))


@cache
def _around(names: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is taken off in front of a statement, and behind it."""
    lead = "|".join(_LEAD_INS.strip().splitlines())
    # Without a pause only what leads up to the speaker is taken off: "Remember I'm allergic …".
    pause = r"(?=\s*(?:[,!.:;–…]|$))[,!.:;–… ]*|\s+(?=(?:I|we|my|our|don't)\b)"
    before = rf"^(?:(?:{lead})(?:,? (?:{names}))?|{names})(?:{pause})"
    after = rf",\s*(?:{_TAILS}|{names})\s*$|\s+(?:lol|haha|hahaha|though|omg|xd)\s*$"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)
