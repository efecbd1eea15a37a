"""Splits a message into sentences, after leaving out what is not prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from graphmem.remember.by_rules.lexicon import ENGLISH, vocabulary

# In characters. Nobody writes longer sentences, and it bounds the work on pasted text.
LONGEST = 600
_OVERLONG = re.compile(r"\S{200,}")
_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_TAGGED = re.compile(r"<([A-Za-z][\w-]*)(?:\s[^<>]*)?>.{0,4000}?</\1>", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*\S+?\s*\)")
_URL = re.compile(r"(?:https?://|www\.)\S*[^\s.,;:!?)]|[\w.+-]+@[\w-]+\.[\w.]+", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*+•·–]|\d{1,2}[.)]|\[[ xX]?\])\s+")
_NOT_PROSE = re.compile(r"""^\s*(?:>|\||#{1,6}\s|[{}\[\]]|["'][\w -]+["']\s*:|\$\s|[-=*_]{3,}|[\w.]+\s*=[^=])""")
_RECALLED = re.compile(
    r"\b(?:memor(?:y|ies)|facts?|context|background|history|profile|notes|recalled?|remembered|retrieved)\b[^.?!]*:\s*$",
    re.IGNORECASE,
)
_PASTED = re.compile(r"^\s*(?:\[[^\]]*\]\s*)?(?:user|assistant|system|human|ai|bot)\s*:", re.IGNORECASE)

_EMOJI = r"[\u2600-\u27bf\u2b00-\u2bff\u200d\ufe0f\U0001f000-\U0001faff]"
_SMILEY = rf"(?:[:;=]['-]?[)(DPpOo3/|\\*]+(?!\w)|[xX]D+(?!\w)|<3+|{_EMOJI})"
_SMILEYS = re.compile(rf"(?:(?<=\s)|(?<=[.!?,])|^|(?<=\w)(?={_EMOJI})){_SMILEY}+(?:\s*{_SMILEY})*")
_END = re.compile(r"([.!?…。！？]+)([\"')\]”’*_]*)(?:\s+|$)")
# No sentence ends after these.
_ABBREVIATIONS = vocabulary("mr mrs ms dr prof st mt ft sr jr vs eg ie approx no dept fig co ca cf al gen col lt")

# Short words of other languages that are none in English.
_FOREIGN = vocabulary("""
je j'ai j'aime j'habite et le les une mon ma ich bin und der das ein eine mein meine nicht el los con una mi mis yo soy en vivo tengo di
che il lo sono ho mio mia per eu sou meu minha um uma ik ben een het mijn van jag och inte jeg og ja mam nie
""")


class Sentence(NamedTuple):
    """One sentence without its closing mark, and whether that was a question mark."""

    text: str
    asks: bool


def sentences(content: str) -> list[Sentence]:
    """The sentences of a message, without code, tables, JSON, quoted text, links and pasted memories."""
    return [sentence for block in _blocks(content) for sentence in _split(block)]


def is_english(content: str) -> bool:
    """Whether the rules can read it: mostly ASCII letters and, in longer texts, enough of English's short words."""
    letters = [c for c in content if c.isalpha()]
    if sum(c.isascii() for c in letters) < 0.85 * len(letters):
        return False
    words = re.findall(r"[a-z']+", content.lower().replace("’", "'"))
    common = sum(word in ENGLISH for word in words)
    if sum(word in _FOREIGN for word in words) > common:
        return False
    # Short texts may well hold none of these words, long ones hold many.
    return common * 8 >= len(words) if len(words) > 6 else True


def _blocks(content: str) -> Iterator[str]:
    """Runs of prose: paragraphs, list items, lines of chat."""
    text = _TAG.sub(" ", _TAGGED.sub("\n", _CODE.sub("\n", _OVERLONG.sub(" ", content))))
    text = _URL.sub(" ", _LINK.sub(r"\1", text))
    # Typographic quotes and spaces as the plain ones that all patterns use.
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x00A0: " ", 0x2028: "\n"})
    run: list[str] = []
    recalled = False
    for line in text.splitlines():
        item = _ITEM.match(line)
        bare = line[item.end() :] if item else line
        # Recalled text ends at the first blank line that follows it.
        recalled = bool(line.strip()) and (recalled or bool(_RECALLED.search(line)))
        prose = bool(line.strip()) and not recalled and not _NOT_PROSE.match(bare) and not _PASTED.match(bare)
        # A long line that goes on in lower case was wrapped, and is one sentence with the next.
        wrapped = run and not item and len(run[-1]) > 50 and bare.lstrip()[:1].islower()
        if run and not (prose and wrapped):
            yield " ".join(run)
            run = []
        if prose:
            run.append(bare.strip())
    if run:
        yield " ".join(run)


def _split(block: str) -> Iterator[Sentence]:
    text = _SMILEYS.sub(". ", block)
    start = 0
    for mark in _END.finditer(text):
        if _ends(mark):
            yield from _sentence(text[start : mark.end()], mark[1])
            start = mark.end()
    yield from _sentence(text[start:], ".")


def _ends(mark: re.Match[str]) -> bool:
    before, after = mark.string[: mark.start()][-30:], mark.string[mark.end() :][:30].lstrip(" \"'([“*_")
    word = (before.split() or [""])[-1].lower().lstrip("(\"'")
    if not after or mark[1][0] in "!?。！？":
        return True
    # "…", "a.m."
    if len(mark[1]) > 1 or mark[1] == "…" or "." in word:
        return after[0].isupper() or after[:2] in ("i ", "i'") or (after[0].isdigit() and "." not in word)
    # In chat a sentence may start in lower case: a full stop and a space are enough, except after "Dr." or an initial.
    return word not in _ABBREVIATIONS and not (len(word) == 1 and word.isalpha() and word != "i")


def _sentence(text: str, end: str) -> Iterator[Sentence]:
    body = " ".join(text.split()).rstrip(".!?…。！？ ")
    body += "." * bool(re.search(r"\b(?:[a-z]\.)+[a-z]$", body, re.IGNORECASE))
    if len(body) <= LONGEST and any(c.isalnum() for c in body):
        yield Sentence(body, "?" in end or "？" in end)
