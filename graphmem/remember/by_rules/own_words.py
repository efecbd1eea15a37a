"""Leaves out what a speaker does not say of themselves now: text handed over to be worked on, and what the next sentence takes back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphmem.remember.by_rules.prose import Sentence

_TEXT = (
    r"(?:sentence|text|phrase|paragraph|passage|e-?mail|message|letter|essay|story|poem|song|article|post|tweet|bio|profile|caption|review"
    r"|speech|monologue|dialogue|quote|comment|description|draft|abstract|resume|cv|joke|grammar|spelling|wording)s?"
)
_LANGUAGE = (
    "english|french|spanish|german|italian|portuguese|dutch|polish|russian|ukrainian|turkish|arabic|hebrew|hindi|chinese|mandarin|japanese"
    "|korean|swedish|norwegian|danish|finnish|greek|czech|hungarian|romanian|vietnamese|thai|indonesian|latin"
)
_WORDS = (
    "(?:tense|name|verb|noun|adjective|adverb|pronoun|word|letter|sentence|comma|mistake|error|typo|subject|object)s?"
)
_OBJECT = rf"(?:this|these|(?:the|my) (?:following|above|(?:\w+ )?{_TEXT}))\b"
_BEGINNING = r"^(?:(?:please|pls|hey|hi|ok|okay|now|and|then|can you|could you|would you|will you|i (?:want|need) you to|help me)[\s,]+)*"
# A request to work on a text. Those verbs that people also do other things with need a text as their object.
_HANDED_OVER = re.compile(
    rf"{_BEGINNING}(?:(?:translate|rewrite|rephrase|reword|paraphrase|summari[sz]e|proofread|transcribe|spell[ -]?check)\b"
    r"|(?:correct|fix|edit|polish|shorten|condense|expand|improve|continue|complete|finish|format|check|review|classify|analy[sz]e"
    r"|rate|comment on|(?:reply|respond|react) to|convert|turn|make)"
    rf" (?:the (?:grammar|spelling|style|tone|sentiment|mood) (?:of|in)\b ?)?(?:{_OBJECT}|:)"
    r"|(?:correct|fix|polish|shorten|condense|expand|improve|continue|classify|analy[sz]e)(?: the (?:sentiment|mood|tone|grammar|style))?:"
    rf"|(?:(?:in|into|to) )?(?:{_LANGUAGE})(?:,? please)?:|fill in the (?:blank|gap)s?\b"
    rf"|(?:change|replace|remove|swap|underline|highlight|mark|count|find|list|name) (?:the|all|every) {_WORDS}\b[^:]{{0,60}}:"
    r"|(?:extract|identify|detect|classify|label|parse|tokeni[sz]e|annotate|conjugate|convert)\b[^:]{0,60}:"
    r"|make (?:it|that) (?:sound|shorter|longer|more|less)\b|(?:correct|edit|polish|shorten|condense|format) (?:it|that|them)\b|tl;?dr\b"
    r"|(?:write|compose|draft|create|generate|make up)\b.*\b(?:begin|start|end|open)(?:s|ing)? (?:with|like)\b"
    rf"|(?:write|compose|draft|create|generate|give|make up)\b(?: \w+){{0,4}} {_TEXT}\b.*:"
    rf"|(?:is|are|was) {_OBJECT}.*\b(?:correct|right|grammatical|ok|okay|fine|spelled|natural)\b"
    r"|(?:how (?:do|would|can) (?:you|i|we) (?:say|write|spell|put)|what (?:does|do) .* mean)\b)",
    re.IGNORECASE,
)
# What was pasted: it is no person's statement.
_PASTED = re.compile(
    r"\b(?:error|warning|exception|traceback|log|output|console)s?(?: (?:says?|reads?|is|was|message))?\s*:"
    rf"|^(?:here|this|below)\b(?:.*:$|[^:]{{0,40}}\b{_TEXT}\b[^:]{{0,20}}:)"
    rf"|^from (?:the|a|my) (?:{_TEXT}|book|novel|film|movie)\b[^:]{{0,40}}:"
    r"|\b(?:following|draft|example|explain|e-?mail|letter|essay|text|story)\b.*:$",
    re.IGNORECASE,
)
# A part that somebody plays, or what others say: whose words follow is not the speaker.
_ELSEWHO = re.compile(
    r"^(?:(?:now|ok(?:ay)?|hey|so)[\s,]+)*(?:let'?s )?(?:(?:pretend|imagine|act (?:as (?:if|though)|like))(?: that)? (?:i|we)\b"
    r"|(?:pretend|imagine|suppose|assume|say)\s*:|pretend (?:you are|you're|to be) me\b|role-?play(?:ing)?\b)"
    r"|^(?:(?:in|for) [^,]{1,40}, )?my (?!favou?rite|best)(?:[\w&'-]+ )?(?:character|persona|avatar|alter ego|protagonist|narrator)\b"
    r"|^(?:lyrics|quote|verse|chorus|dialogue|monologue|script|scene)\b[^:]{0,40}:"
    r"|^(?!as |like |i |we )(?:[\w'-]+ ){1,5}(?<!\bi )(?<!\bwe )"
    r"(?:says?|said|wrote|writes|told (?:me|us|them|him|her)|text(?:s|ed)(?: me)?|goes)\s*:",
    re.IGNORECASE,
)
# What is so in thought alone. What stands after it may be so.
_NOT_SO = re.compile(
    r"^(?:hypothetically|theoretically|in theory)\b|^in (?:my|the|a|this|his|her) (?:novel|story|dreams?|fantasy|campaign|script)"
    r"(?:,| (?=(?:i|we|my)\b))",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"\b(?:that|it|the above|all this|what i (?:said|wrote))\b", re.IGNORECASE)
# The sentence before was no earnest, or is not so.
_TAKEN_BACK = re.compile(
    r"^(?:(?:no|nah|oh|ok|well|haha|lol|actually|sorry|w?h?oops|wait|please)[\s,]+)*"
    r"(?:undo (?:that|it)|(?:don'?t|do not) (?:remember|save|store|keep|record|note) (?:that|this|it)"
    r"|wrong (?:chat|person|window|thread|channel|number)"
    r"|(?:i'?m |i was |i am )?(?:just |only )?(?:kidding|joking|teasing|testing|messing|pulling your leg)(?: (?:with )?you| around)?"
    r"|jk|psych|sike|not(?: really| yet| true)?|i (?:lied|wish)|(?:yeah,? )?in my dreams|if only|as if"
    r"|(?:lol|haha|ha),? no(?:pe)?"
    r"|(?:scratch|strike) that|(?:i|we) used to(?:,? (?:at least|anyway))?"
    r"|(?:forget|ignore|disregard|delete) (?:that|it|this|my last (?:message|sentence)|what i (?:just )?(?:said|wrote))|never ?mind"
    r"|(?:forget|ignore|pretend) (?:that )?i (?:ever |never )?(?:said|wrote|mentioned) (?:that|it|this|anything)"
    r"|not any ?more(?:,? (?:though|tho|actually))?"
    r"|(?:that'?s|that is|this is) (?:not|no longer|wrong|a lie|a joke)\b(?P<more>.*)|that was (?:a (?:lie|joke)|wrong))"
    r"(?:[\s,]+(?:lol|haha|lmao))?(?:\s*[,:;–—-]+\s*(?P<then>.+))?$",
    re.IGNORECASE,
)
_VALUE = r"(?:(?:in|at|on|to|from|for|with) )?(?P<value>\S+(?: \S+){0,3})$"
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december)"
_COUNT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty)"
# Words that begin with a capital where they begin a sentence, and are no name.
_NO_NAME = (
    "yes|yeah|yep|no|nope|ok|okay|well|thanks|thank|sorry|please|hi|hello|hey|oh|ah|hm+|wow|right|sure|anyway|great|cool|nice|fine|good|bye"
    "|true|exactly|maybe|perhaps|never|always|really|so|and|but|it|that|this|what|which|who|how|why|when|where|i|we|you|he|she|they|my|the|a|an"
)
_SURE = rf"(?:(?!(?:{_NO_NAME})\b)(?-i:[A-Z])[\w'-]*(?: (?-i:[A-Z])[\w'-]*){{0,2}}|\d(?:[\d.,:]*\d)?|{_DAY}|{_COUNT})"
_SLIP = r"(?:w?h?oops|er+m?|uh+m?|um+|my mistake)"
_MEANT = re.compile(
    rf"^(?:(?:(?:no|nah|oh|{_SLIP}|wait|well|actually|sorry|correction|edit|my bad)[\s,:]+)*"
    r"(?:i (?:meant|mean|wanted to say)|make that|that should (?:be|read)|or rather|(?:scratch|strike) that|correction|edit|typo"
    r"|on second thoughts?|i (?:misspoke|mistyped)|i got (?:that|it) wrong)[\s,:–—-]+(?:it(?:'s| was| is| should be) )?"
    # "Sorry, Anna" may be said to her.
    rf"|\*\s?){_VALUE}"
    rf"|^(?:(?:sorry|no|wait)[\s,:]+)+(?:(?:on|in|at) )?(?P<other>(?:\d[\d.,:]*|{_DAY}|{_COUNT})\b(?: \w+)?)$",
    re.IGNORECASE,
)
# What corrects only where a name or a number stands: "Actually it's Milan", "Milan, sorry", and not "Actually it's nice".
_SURELY_MEANT = re.compile(
    r"^(?:(?:no|well|oh|wait|sorry)[\s,]+)*"
    rf"(?:(?:actually|nope|autocorrect|make it|{_SLIP})[\s,:–—-]+(?:it(?:'s| is) )?|it(?:'s| is) actually )"
    rf"(?:(?:in|on|at) )?(?P<value>{_SURE})$"
    rf"|^(?:(?:in|on|at) )?(?P<before>{_SURE})(?:\*|,? (?:sorry|i mean(?:t)?|i should say))$",
    re.IGNORECASE,
)
# "Not Rome, Milan."
_NOT_BUT = re.compile(r"^(?:no,? )?not (?P<wrong>[^,;]{1,40})[,;]\s*(?:but )?(?P<value>[^,;]{1,40})$", re.IGNORECASE)
# "Scratch that, Milan" says a value, "Scratch that, I moved" a sentence.
_CLAUSE = re.compile(r"(?:i|i'm|i've|my|we|our|he|she|it|it's|they|there|that|this)\b", re.IGNORECASE)
_ADDED = re.compile(r"^(?:edit|correction|update)\s*:\s*(?=\S+ \S)", re.IGNORECASE)
# Praise of what nobody likes: "Oh great, I just love waiting for hours."
_PRAISE = (
    r"^(?:oh|ah|ugh|wow|yay|well|yeah|sigh|hooray)?[\s,]*(?:(?:how|just|simply) )?"
    r"(?:great|wonderful|lovely|fantastic|perfect|brilliant|awesome|terrific|marvell?ous|joy|right|sure|fun|nice)"
)
_ONLY_PRAISE = re.compile(rf"{_PRAISE}$", re.IGNORECASE)
_LOVES_IT = r"i (?:just|simply|so|really|absolutely|totally|truly) (?:love|adore|enjoy|like) (?:\w+ing\b|it when\b|how\b|that\b|when\b)"
_IRONIC = re.compile(rf"(?P<praised>{_PRAISE}[\s,:—–-]+)?{_LOVES_IT}", re.IGNORECASE)
# "I live in Rome, no wait, in Milan": after "I mean" only what can be nothing but a correction.
_WITHIN = re.compile(
    r"^(?P<said>.+?)(?:\s*[,;…–—]\s*|\s*\.{2,}\s*|\s-\s)"
    r"(?:(?:no,? (?:wait|sorry)|(?:wait|actually),? no|oops|(?:scratch|strike) that|make that|correction|or rather)"
    r"|(?P<mean>(?:sorry,? )?i mean(?:t)?|er+m?|uh+m?|um+))"
    r"[\s,:]+(?:(?:in|at|on|to|from|for|with) )?(?P<value>[^,]+?)(?:,? (?:actually|rather|instead))?(?P<rest>,.*)?$",
    re.IGNORECASE,
)
_MOST_WORDS = 4
# What such a correction can stand for at the end of a sentence: a name of one or several words, or a number.
_NAME = re.compile(r"\b[A-Z][\w'-]*(?: [A-Z][\w'-]*)*$")
# Values of one kind stand for each other.
_KINDS = (
    re.compile(r"\b\d[\d.,:]*\b"),
    re.compile(rf"\b{_COUNT}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\b", re.IGNORECASE),
)
# Irony that needs no praise, or is told as such.
_NEVER = re.compile(r"^(?:oh|ah)?[\s,]*yeah right[\s,]+\S|^.*\S\s/s$", re.IGNORECASE)


def own_words(given: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of a message that its speaker says of themselves, with what they correct at once put right.

    After a request to work on a text everything is that text; a request about what was said before makes all of that the text. In doubt a
    sentence is left out.
    """
    kept: list[Sentence] = []
    for number, sentence in enumerate(given):
        if _HANDED_OVER.match(sentence.text):
            alone = number == len(given) - 1 and ":" not in sentence.text
            return [] if alone and _ABOVE.search(sentence.text) else kept
        if _PASTED.search(sentence.text) or _ELSEWHO.match(sentence.text):
            return kept
        if _NOT_SO.match(sentence.text) or _is_ironic(sentence.text, given[number - 1].text if number else ""):
            continue
        kept = _after(kept, sentence)
    return kept


def _after(kept: list[Sentence], sentence: Sentence) -> list[Sentence]:
    """What is kept once this is said, too."""
    if kept:
        said = sentence.text.strip("()[] ").rstrip("!. ")
        meant = _MEANT.match(said)
        if meant is not None and not _CLAUSE.match(value := meant["value"] or meant["other"]):
            return [*kept[:-1], *_corrected(kept[-1], value)]
        sure = _SURELY_MEANT.match(said)
        if sure is not None:
            return [*kept[:-1], *_corrected(kept[-1], sure["value"] or sure["before"])]
        other = _NOT_BUT.match(said)
        if other is not None and other["wrong"] in kept[-1].text:
            return [*kept[:-1], kept[-1]._replace(text=kept[-1].text.replace(other["wrong"], other["value"]))]
        taken = _TAKEN_BACK.match(said)
        if taken is not None:
            then = taken["then"] if not taken["more"] else None
            return kept[:-1] + ([sentence._replace(text=then)] if then else [])
    return kept + _corrected_within(sentence._replace(text=_ADDED.sub("", sentence.text)))


def _corrected_within(sentence: Sentence) -> list[Sentence]:
    """The sentence as it is meant, where its end corrects its beginning."""
    found = _WITHIN.match(sentence.text)
    if found is None:
        return [sentence]
    short = len(found["value"].split()) <= _MOST_WORDS
    made = _corrected(sentence._replace(text=found["said"]), found["value"]) if short else []
    if not made and found["mean"]:
        return [sentence]
    return [each._replace(text=each.text + (found["rest"] or "")) for each in made]


def _is_ironic(text: str, before: str) -> bool:
    found = _IRONIC.match(text)
    return bool(_NEVER.match(text)) or (found is not None and bool(found["praised"] or _ONLY_PRAISE.match(before)))


def _corrected(sentence: Sentence, value: str) -> list[Sentence]:
    """The sentence with the value that was meant in place of its last name, number or day; nothing where that can't be told."""
    kind = next((kind for kind in _KINDS if kind.match(value)), _NAME if value[:1].isupper() else None)
    found = list(kind.finditer(sentence.text)) if kind is not None else []
    # A name at the very beginning may be any word.
    if not found or found[-1].start() == 0:
        return []
    start, end = found[-1].span()
    head, _, tail = value.partition(" ") if kind in _KINDS else (value, "", "")
    # "Three cats", of "two cats".
    if tail and not sentence.text[end:].lstrip().startswith(tail):
        return []
    return [sentence._replace(text=f"{sentence.text[:start]}{head}{sentence.text[end:]}")]
