"""What people say about themselves in chat that is not a fact: moods, opinions, promises, courtesy. One kind a row."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from graphmem.remember.by_rules.lexicon import ADVERBS, vocabulary

if TYPE_CHECKING:
    from graphmem.remember.by_rules.claims import Claim

# Alternatives, separated by spaces. "-" stands for a space; an item may be a pattern, and ends at the end of a word.
_MOOD = r"""
happy glad excited sorry sure proud stoked thrilled pumped grateful thankful lucky fine good(?!-at) great(?!-at) okay
ok well down here there back ready curious impressed surprised amazed jealous honored honoured blessed delighted
pleased psyched hyped keen eager anxious nervous worried certain confident positive determined hopeful optimistic
motivated inspired fortunate convinced aware kidding joking serious right wrong done speechless torn overwhelmed
relieved touched exhausted tired busy stressed hungry bored late free game with available beat bummed buzzing ecstatic
elated embarrassed frustrated fulfilled obsessed intrigued sad shocked swamped upset able better close content envious
flattered humbled hooked same lost stuck fond tempted stumped blown real amazing awesome alright bad(?!-at) such
similar alone prepared willing almost like that this it what who where how why just your on-it in$
in-(?:it|awe|love-with|for|need) at-peace over-the-moon there-for here-for
on-(?:the-hunt$|cloud|top|track|my-way|a-roll|fire|the-same|the-right) off-to-a under-the the-(?:best|same|one|only)
too-lazy more-than all-(?:ears|set|in|here|about-it) interested-to open-to up-for about-to
a-(?:(?:big-|huge-|total-)*fan$|wreck|mess|bit|little|lot|rookie|believer|sucker|winner)
not-(?:sure|ready|good|alone|able) interested-in-learning-more trying-$
"""
_SAYING = """
say ask tell thank hear know see check share show make-(?:sure|a|it|the|my|something|things) do be keep give-it try
talk let help remember stay chat catch get-started get-it get-to figure apologize add mention congratulate feel go-for
believe wish point hang think express put have-a have-some take-(?:it|a-look|a-break|on|that|care) miss look come push
crush focus nail savor lend hit succeed spread love move-forward wait support-you find-out act-as understand decide
determine work-(?:it|this|out) solve debug find(?!-a)
"""
# What people ask an assistant for.
_REQUESTED = r"""
advice recommendations? tips? suggestions? ideas? info(?:rmation)? help resources? way recipes? inspiration guidance
options? explanations? answers? examples? summary list feedback clarification assistance name reminder break
questions? errors? exceptions? bugs? issues? problems? trouble doubts? requests? code text warning table-with bullets?
bullet-points titles? synonyms? essay paragraphs? email-to
"""
_BE_FEELING = vocabulary("be feel get")
# Lemmas of verbs of thinking, saying and courtesy: nothing that follows them is a fact about the speaker's life.
_THINKING = vocabulary("""
think guess bet wonder suppose mean understand agree believe imagine appreciate thank wish swear promise hear doubt assume figure say tell
admit recommend suggest apologize congratulate reckon expect notice realize trust remember forget seem sound appear care relate wait
happen deserve concur second dare respect value cherish encourage let rock crave shine root cheer dig kid joke bounce strive vow regret
mind
""")
# The lemma of the verb, and a pattern for what follows that makes it chat. Adverbs and auxiliaries are removed before.
_ROWS = (
    ("hope", r"(?!to )"),
    ("look", r"(?!after)"),
    ("see", r"(?!an? (?:\w+ )?(?:therapist|doctor|dentist|psychologist|specialist|coach|counselor|tutor))"),
    ("know", r"(?!how to|some|a bit|a little|english|spanish|french|german|python)"),
    ("have", r"(?:no|faith|yet|(?:got )?(?:an? |some |any |the |more )?(?:\w+ )?{requested})\b|the(?: \w+){1,2}$"),
    ("have", r"(?:an? )?(?:\w+ )?(?:feeling|chance|time|fun|blast)\b|to(?! (?:work|take|wear|eat|avoid|use|pay))"),
    ("love like enjoy hate adore", r"(?:(?:it|what|when|where|how)?$|(?:that|this|them|these|those|the way)\b)"),
    (
        "get take give make put find do",
        r"(?:it|that|this|to (?:know|see|be)|sure|progress|care|time|into)\b|(?:an? |the )?(?:\w+ )?{requested}\b",
    ),
    ("need want look-for search-for ask-for", r"(?:for )?(?:some |any |an? |the |more |new )*{requested}\b"),
    ("click open", r"(?:.*\b)?(?:button|link|ticket|tab|page|window|browser)\b"),
    ("keep stay", r"(?!bees|chickens|in |at |an? (?:\w+ )?(?:diary|journal|garden|log)|\w+s$)"),
)
# Words after "my" or "our".
_OWNED = r"""
pleasure bad goodness god gosh thoughts? advice point opinion heart apologies condolences bond friendship journey
conversation mind jaw words? love hopes? prayers questions? view guess suggestion idea eyes soul best-wishes fingers
hard-work ears future world society planet community country lives connection chat team experiences? passion dreams?
spirits? stuff support code program script app browser computer screen query error
"""
_WE = (
    r"(?:can|could|should|need|make|never|get|all|both|let|talk|chat|speak|discuss|deserve|face|learn|share|"
    r"have (?:got |a lot|so |all |each|been (?:friends|through))|be (?:such|so|like|lucky|all|both|friends|family))\b"
)
_PLANS = (
    r"(?:be )?(?:go|plan|try|hope|want|need|love|like|aim|set|excite|look|decide|intend|mean|about|excited|ready|able|"
    r"would like|would love) to "
)


def is_chat(claim: Claim, concrete: bool) -> bool:
    """Whether a claim about the speaker, or something of theirs, is chat. `concrete`: whether it has a date or a name, and a thing."""
    if claim.kind == "owned":
        return _pattern(_OWNED).match(" ".join(token.lower_ for token in claim.subject[1:])) is not None
    core = canonical(claim)
    head, _, rest = core.partition(" ")
    if head in _BE_FEELING and _pattern(_MOOD).match(rest):
        return not concrete
    if claim.head.lemma_.lower() in _THINKING or re.match(rf"{_PLANS}{_any(_SAYING)}\b", core):
        return True
    if claim.plural and (re.match(_WE, core) or "each other" in core):
        return True
    rule = _rules().get(head)
    return rule is not None and rule.match(rest) is not None


def canonical(claim: Claim) -> str:
    """The verb's lemma and what follows it, without auxiliaries and adverbs: "have always been thinking of it" is "think of it"."""
    head = claim.head
    modal = [t.lower_.replace("'d", "would") for t in head.children if t.tag_ == "MD" and t.lower_ in ("would", "'d")]
    after = [
        token.lower_
        for token in claim.predicate
        if token.i > head.i and (token.lower_ not in ADVERBS or token.lower_ == "not")
    ]
    return " ".join([*modal, head.lemma_.lower(), *after])


def _any(alternatives: str) -> str:
    return "(?:" + "|".join(alternative.replace("-", " ") for alternative in alternatives.split()) + ")"


# Compiled when first used, not on import.
@cache
def _pattern(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"{_any(alternatives)}(?!-)\b")


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {}
    for heads, rest in _ROWS:
        for head in heads.split():
            patterns.setdefault(head, []).append(
                rest.replace("{{", "{").replace("}}", "}").replace("{requested}", _any(_REQUESTED))
            )
    return {
        head: re.compile("|".join(f"(?:{rest})" for rest in rests), re.IGNORECASE) for head, rests in patterns.items()
    }
