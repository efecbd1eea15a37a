"""Prepares a sentence for the parser: chat spellings written out, small talk around the statement taken off."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

_SPELLED_OUT = {
    "i": "I", "im": "I'm", "i'm": "I'm", "ive": "I've", "i've": "I've", "i'd": "I'd", "i'll": "I'll", "id": "I'd", "u": "you", "ur": "your",
    "gonna": "going to", "wanna": "want to", "gotta": "have to", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't",
    "cant": "can't", "wont": "won't", "isnt": "isn't", "wasnt": "wasn't", "havent": "haven't", "couldnt": "couldn't", "wouldnt": "wouldn't",
    "'cause": "because", "cuz": "because", "'cuz": "because", "coz": "because", "b/c": "because", "bc": "because",
    "fav": "favorite", "fave": "favorite", "luv": "love", "bday": "birthday", "rn": "right now", "tho": "though", "thru": "through",
    "youre": "you're", "askin'": "asking", "btw": "by the way", "mum": "mum",
}  # fmt: skip
_WORD = re.compile(r"(?<![\w'/])'?[A-Za-z][A-Za-z'/]*")
# What may stand before a statement and adds nothing to it; it ends with a comma or the like, or the speaker follows.
_LEAD_INS = r"""
by the way|to be honest|to be fair|to tell the truth|i mean|you know(?: what)?|guess what|of course|for sure|for me
as for me|in fact|in my (?:case|opinion)|for the record|(?:just )?so you know|for your information
the (?:thing|truth) is|fun fact|me too|same here|no (?:problem|worries)|oh my (?:god|gosh)|not (?:really|much)|i guess
(?:having )?that said|that being said|(?:as|like) i said|as you know|thank you(?: so much)?
thanks(?: so much| a lot| again| a bunch| for \w+(?: \w+){0,3})?|good (?:morning|evening|afternoon|news|question)
no way|speaking of which|on top of that|on the other hand|at the end of the day|after all|sounds (?:good|great)
good to know|oh well|and yes|i see|as well|not yet|i am fine
(?:please )?(?:remember|note|keep in mind|don't forget)(?: that)?|(?:it )?turns out(?: that)?
i (?:forgot to|should) mention(?: that)?|i (?:remembered|forgot)|(?:i want )?you (?:should|to) know(?: that)?
i want you to know(?: that)?|quick update|let me tell you
(?:i )?(?:just )?want(?:ed)? to (?:say|tell you|let you know)(?: that)?|i (?:have to|must) (?:say|admit)(?: that)?
(?:i'm )?not going to lie|believe it or not|i can tell you(?: that)?|as a matter of fact|in other news
long story short|to answer your question|first of all|on (?:another|a different|a side) note|in any case
in the meantime|in general|as a result|sorry to hear that|i changed my mind|correction|so far so good
{greeting}(?:,? (?:there|all|everyone|again|folks|man|dude))?
and|but|so|also|plus|anyway|anyways|actually|honestly|btw|lol|omg|hmm|um|uh|like|right|cool|nice|great|awesome|totally
absolutely|definitely|exactly|indeed|agreed|true|unfortunately|luckily|sadly|fortunately|thankfully|basically
seriously|however|personally|besides|meanwhile|hopefully|alright|still|look|listen|see|correct|interesting|obviously
certainly|update|fyi|damn|dang|geez|gosh|man|dude|bro|buddy
"""
_GREETING = (
    "(?:hey|hi|hello|yo|thanks|wow|congrats|sorry|bye|yeah|yep|yes|ok|okay|well|sure|no|nah|nope|aww?|oh|ah|haha)"
)
_TAILS = r"""
haha|lol|you know|though|right|huh|man|dude|bro|buddy|mate|actually|honestly|to be honest|by the way|btw|i think
i guess|i suppose|i believe|thanks|thank you|please|ok|okay|no doubt|for sure|of course|you see|as you know|anyway
at least|so yeah|and so on|and all that|and stuff|or something|and everything|or whatever|if you know what i mean
as always|as usual|tbh|imo|like you|sorry|unfortunately|so \w+(?: \w+)?
"""
_ASIDE = re.compile(
    r",?\s*\b(?:(?:like|as) (?:i|we) (?:said|mentioned|told you)(?: before| earlier| already)?"
    r"|since (?:we|i|our|the) (?:last )?(?:chat(?:ted)?|talk(?:ed)?|spoke|met|caught up|saw you|conversation)"
    r"(?: last| to you)?)\b(?! (?:in|at))(?P<comma>,?)",
    re.IGNORECASE,
)
# "I work at Siemens; sorry, at Bosch"
_CORRECTED = re.compile(
    r"\b(at|in|to|for|on|from) [^,;–]+[,;–]\s*(?:sorry|i mean|no|no wait|correction|rather|actually),?\s+(\1 )",
    re.IGNORECASE,
)
_PRAISE = (
    "amazing|awesome|beautiful|big|brand|cool|crazy|cute|delicious|fantastic|fun|funny|great|huge|incredible|interesting|little|lovely|new|nice|old|"
    "small|stunning|super|tasty|tiny|weird|wonderful|cozy|adorable"
)
_STORY = re.compile(rf"(?<=\w )th(?:is|(ese)) (?=({_PRAISE}) [a-z]+)")


_CALLERS = r"(?:[Yy]ou can |[Pp]lease |[Jj]ust |[Ee]very(?:one|body) |[Pp]eople |[Mm]y friends )?[Cc]alls?"


def plain(text: str, addressed: Set[str]) -> str:
    """The sentence as it is parsed. `addressed`: names, in lower case, by which the speakers call each other."""
    text = _WORD.sub(lambda match: _SPELLED_OUT.get(match[0].lower(), match[0]), re.sub(r"—|--+", " – ", text))
    text = re.sub(r"\b([Ii](?:'ve| have)) have to\b", r"\1 got to", _ASIDE.sub(" ", text)).strip()
    names = "|".join(re.escape(name) for name in sorted(addressed)) or "(?!)"
    before, after = _lead(names), _tail(names)
    while (cut := before.sub("", text, count=1).lstrip(" ,!.:;–-")) != text and cut:
        text = cut
    while (cut := after.sub("", text, count=1).rstrip(" ,!;:–-")) != text and cut:
        text = cut
    text = _CORRECTED.sub(r"\2", text)
    text = re.sub(rf"^{_CALLERS} me ([A-Z]\w+)$", r"My nickname is \1", text)
    return _STORY.sub(lambda match: "some " if match[1] else "an " if match[2][0] in "aeiou" else "a ", text)


def _alternatives(rows: str) -> str:
    return "|".join(rows.strip().splitlines()).replace("{greeting}", _GREETING)


@cache
def _lead(names: str) -> re.Pattern[str]:
    # Without a pause only what leads up to the speaker is taken off: "Remember I'm allergic …".
    pause = r"(?=\s*(?:[,!.:;–…]|$))[,!.:;–… ]*|\s+(?=(?:I|we|my|our|don't)\b)"
    return re.compile(rf"^(?:(?:{_alternatives(_LEAD_INS)})(?:,? (?:{names}))?|{names})(?:{pause})", re.IGNORECASE)


@cache
def _tail(names: str) -> re.Pattern[str]:
    return re.compile(
        rf",\s*(?:{_alternatives(_TAILS)}|{names})\s*$|\s+(?:lol|haha|hahaha|tho|omg|xd|btw)\s*$", re.IGNORECASE
    )
