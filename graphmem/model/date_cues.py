"""The words around a date expression that change what it means, or say that it is one. Pure."""

from __future__ import annotations

import re

from graphmem.model.date_expressions import NUMBER_WORDS

CUE = re.compile(
    r"\b(?:in|during|since|until|till|before|after|by|early|late|mid|of|from|between|year|spring|summer|autumn|fall|winter|around"
    r"|starting|back\ in)[ -](?:the\ )?$",
    re.IGNORECASE | re.VERBOSE,
)
PLACE = re.compile(rf"(?:{CUE.pattern})|\b(?:on|at|over|for|last)\ (?:the\ )?$", re.IGNORECASE | re.VERBOSE)
JOINED = re.compile(r"\s*(?:-|–|/|to|until|till|through)\s*", re.IGNORECASE)
AND = re.compile(r"\s+and\s+", re.IGNORECASE)
BETWEEN = re.compile(r"\bbetween (?:the )?$", re.IGNORECASE)
FROM = re.compile(r"\b(?:from|between) (?:the )?$", re.IGNORECASE)
BOUND = re.compile(
    r"\b(?P<word>ever\ since|since|starting(?:\ (?:in|on|from))?|as\ of|after|before|until|till|by)"
    r"\ (?:the\ )?$",
    re.IGNORECASE | re.VERBOSE,
)
NOT = re.compile(r"\b(?:not|never)\b|n['’]t\b", re.IGNORECASE)
DISTANT = re.compile(
    rf"\b(?:(?P<the>the)|(?P<count>{NUMBER_WORDS}))\ (?P<unit>day|week|weekend|month|year|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday)s?\ (?P<side>before|after)\ (?:the\ )?$",
    re.IGNORECASE | re.VERBOSE,
)
CONTAINING = re.compile(r"\b(?:the )?(?P<unit>week|weekend) of (?:the )?$", re.IGNORECASE)
PART = re.compile(
    r"\b(?:the\ )?(?P<part>early|mid|late|beginning|start|first\ half|middle|second\ half|end)(?:[ -]|\ of\ |\ in\ )(?:the\ )?$",
    re.IGNORECASE | re.VERBOSE,
)
# Said of every such day, or of the day as such, or of a year that isn't told: no day that can be known.
RECURRING = re.compile(
    r"(?:\b(?:every|each|any|most|some|another|a|an|black|good|fat|shrove|ash|palm|easter|cyber)|birthday (?:is|falls) (?:on|in))"
    r"(?: the)? $",
    re.IGNORECASE,
)
SENTENCE_ENDS = re.compile(r"[.;!?\n]+(?=\s|$)")
AHEAD = re.compile(
    r"\b(?:will|won['’]t|shall|gonna|(?<!was\ )(?<!were\ )going\ to|would\ (?:like|love)"
    r"|(?:am|is|are)(?:\ (?!been|being)\w+)?\ (?!during|evening|morning|amazing|interesting)\w{2,}ing"
    r"|plan(?:s|ning)?\ (?:to|on|for)|plans|wants?|hopes?|intends?|upcoming|due|scheduled|booked|tickets?|invited|look(?:s|ing)?\ forward"
    r"|can['’]t\ wait|can|should|must|(?:is|are|starts?|leaves?|arrives?|comes?|ends?|begins?|opens?)\ (?:on|in|at)"
    # What one has that day, and not what one owns.
    r"|(?:have|has|got)\ [^.;!?]{0,30}\b(?:meeting|appointment|exam|test|interview|flight|party|wedding|trip|concert|deadline|game|match"
    r"|surgery|dinner|date))\b"
    r"|['’]ll\b|['’]d\ (?:like|love)\b|['’](?:m|re|s)(?:\ not)?\ (?!been|being)\w{2,}ing\b",
    re.IGNORECASE | re.VERBOSE,
)
PAST = re.compile(
    r"\b(?:was|were|did|had|been|went|got|came|saw|met|bought|took|made|gave|told|said|found|left|lost|won|began|ate|ran|sold"
    r"|spent|felt|heard|wrote|read|built|broke|taught|grew|drove|flew|fell|held|kept|knew|led|paid|sang|sat|sent|slept|spoke|thought"
    r"|woke|wore|gone|done|seen|become|became|caught|chose|drew|drank|forgot|hid|hurt|laid|quit|rode|rose|sank|shot|stole|stood|swam"
    r"|threw|understood|\w{2,}(?<!e)ed)\b|\w['’](?:ve|d)\b",
    re.IGNORECASE | re.VERBOSE,
)
PERFECT = re.compile(r"\b(?:have|has|been)\b|['’]ve\b", re.IGNORECASE)
HAD = re.compile(r"\bhad\b|\bwill\b|['’](?:d|ll)\b", re.IGNORECASE)
# What may stand around a date that is all there is.
FILLER = re.compile(
    r"(?:\b(?:in|on|at|the|during|around|about|circa|approximately|approx|probably|sometime|back|of|from|and|a|some|time|morning|afternoon|evening|night)\b|[\s.,;:!?~()\"'])*",
    re.IGNORECASE,
)


def is_ahead(sentence: str) -> bool | None:
    """Whether a sentence is about what is to come (True) or what was (False); None if its words don't tell."""
    if AHEAD.search(sentence):
        return True
    return False if PAST.search(sentence) else None
