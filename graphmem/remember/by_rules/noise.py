"""What people say about themselves in chat that is not a fact: moods, opinions, promises, courtesy. One kind a row."""

from __future__ import annotations

import re
from functools import cache

# Alternatives, separated by spaces. "-" stands for a space; an item may be a pattern, and ends at the end of a word.
_MOOD = r"""
happy glad excited sorry sure proud stoked thrilled pumped grateful thankful lucky fine good(?!-at) great(?!-at) okay ok
well down here there back ready curious impressed surprised amazed jealous honored honoured blessed delighted pleased
psyched hyped keen eager anxious nervous worried certain confident positive determined hopeful optimistic motivated
inspired fortunate convinced aware kidding joking serious right wrong done speechless torn overwhelmed relieved touched
exhausted tired busy stressed hungry bored late free game with available beat bummed buzzing ecstatic elated embarrassed
frustrated fulfilled obsessed intrigued sad shocked swamped upset able afraid(?!-of) better close content envious
flattered humbled hooked same lost stuck fond tempted stumped blown real amazing awesome alright bad(?!-at) such similar
alone prepared willing almost super pretty really so like that this it what who where how why just your both all$
feeling having-(?:fun|trouble|problems|so|such|issues|the|this|a-(?:hard|tough|great|good|nice|blast|bad|lot|difficult))
doing-(?:well|great|good|ok|okay|better|fine|alright|my|it|that) doing$ thinking-(?:so|it|that|the|maybe) thinking$
thinking-(?:about|of)-(?!\w+ing) hoping-(?:so|for|that|you) trying-my trying-$ wondering guessing loving liking digging
rooting cheering sending checking craving pushing keeping holding staying sticking hanging chilling gaining trusting
counting managing facing crossing appreciating admiring spreading striving dying-to getting-there getting-used
getting-the-hang going-(?:through|with) looking-(?:forward|into-it) starting-to beginning-to making-(?:progress|the)
living-the about-to interested-to open-to up-for on-it in$ in-(?:it|the-same|awe|love-with|for|need) at-peace
over-the-moon there-for here-for on-(?:the-hunt$|cloud|top|track|my-way|a-roll|fire|the-same|the-right) off-to-a
under-the the-(?:best|same|one|only) too-lazy more-than all-(?:ears|set|in|here|about-it)
a-(?:(?:big-|huge-|total-)*fan$|wreck|mess|bit|little|lot|rookie|believer|sucker|winner)
"""
_SAYING = """
say ask tell thank hear know see check share show make-(?:sure|a|it|the|my|something|things) do be keep give-it try
talk let help remember stay chat catch get-started get-it get-to figure apologize add mention congratulate feel go-for
believe wish point hang think express put have-a have-some take-(?:it|a-look|a-break|on|that|care) miss look come
push crush focus nail savor lend hit enjoy celebrate$ succeed improve$ bring spread love move-forward wait support-you
find-out
"""
_NEGATED = """
think thought know knew mean believe believed imagine imagined expect expected feel felt hear heard dreamed remember
wait agree understand see say tell mind care help blame doubt worry get wish hope miss forget recall regret bother let
give stop express thank want-to even realize seem complain be do ask resist go-wrong make-it lose trade
have-(?:any-|much-|big-)*(?:plans|ideas?|doubts?|questions?|regrets|time|choice|to)
"""
# What people ask an assistant for.
_REQUESTED = """
advice recommendation tip suggestion idea information info help resource way recipe inspiration guidance option
explanation answer example summary list feedback clarification assistance you name reminder break
"""
# "the …" refers to something that the speakers have before their eyes, but that the text does not show.
_IN_VIEW = """
color colour idea vibe energy feeling look sound smell taste texture view picture pic photo name thought enthusiasm
attitude style detail design challenge rush freedom connection experience moment process combo atmosphere concept
plan place spot scenery story way part thing message quote song setup
"""
_MATERIAL = "error bug code text sentence paragraph list file question doubt request thought story"
_ABILITIES = "speak play cook drive swim ride sing read write code program dance sew knit ski surf juggle bake"
_DISABILITIES = (
    "eat drink have stand swim drive tolerate digest handle afford sleep ride speak cook read go-to work walk"
)
_PLANNED = """
be move start travel visit fly go-to marry turn graduate attend study launch host run participate retire perform
compete present have-to begin
"""
_CARERS = "therapist doctor dentist psychologist psychiatrist specialist nutritionist coach counselor tutor"
_LIKING = "love like enjoy hate adore loved liked enjoyed"


def _any(alternatives: str) -> str:
    return "(?:" + "|".join(alternative.replace("-", " ") for alternative in alternatives.split()) + ")"


# The possible first words of a predicate, and a pattern for what follows. Adverbs are removed before.
_ROWS = (
    # Verbs of thinking, saying and courtesy: nothing that follows them is a fact about the speaker's life.
    (
        "think thought guess guessed bet wonder wondered suppose supposed mean meant understand understood agree",
        "",
    ),
    ("believe believed imagine imagined appreciate appreciated thank thanked wish wished swear promise hear heard", ""),
    (
        "doubt assume assumed figure figured say said tell told admit admitted recommend recommended suggest suggested",
        "",
    ),
    ("apologize congratulate reckon expect expected notice noticed realize realized trust remember remembered", ""),
    (
        "forgot forget seem seemed sound sounded looked knew appear appeared cared relate wait waited happen happened",
        "",
    ),
    (
        "deserve concur second stand dare respect value cherish encourage let treasure check picture point stay stayed",
        "",
    ),
    ("could might may shall couldn't shouldn't mustn't wouldn't better question rock crave shine turn", ""),
    ("am", rf"(?:not )?{_any(_MOOD)}(?!-)\b"),
    ("am", rf"(?:not )?(?:going|planning|trying|hoping|ready|excited|about|aiming|looking|set) to {_any(_SAYING)}\b"),
    ("am", r"(?!married|retired|divorced|engaged|widowed|separated|(?:un|self-)?employed|disabled)(?:\w+ed|\w+ing)$"),
    ("am", rf"(?:looking|searching|asking) for (?:some |any |an? |the |your |more |new )*{_any(_REQUESTED)}s?\b"),
    ("am", r"(?:trying|struggling) to (?:find|figure|understand|decide|determine|remember|work|solve|debug)\b"),
    ("am", r"(?:interested in learning more|getting (?:an? |the )?(?:\w+ )?(?:error|exception|warning))\b"),
    ("am", rf"(?:not )?{_any('on at in with about for of to up out off into no as')}(?: it| them| point| one)?$"),
    ("need want", rf"(?:some |any |an? |the |your |more )*{_any(_REQUESTED)}s?\b"),
    ("have", rf"(?:the following|the(?: \w+){{1,2}}$|(?:got |to )?(?:an? )?(?:\w+ )?{_any(_MATERIAL)}s?\b)"),
    (
        "have",
        r"(?:to (?!work|take|wear|eat|avoid|use|pay)|no (?:idea|doubt|clue|problem|choice|words|plans)|faith|yet)",
    ),
    ("have", r"(?:(?:a |so )?(?:lot|much) |been (?:there|better|thinking|meaning|trying|wanting|loving)\b)"),
    ("have", r"(?:heard|thought|felt|seen you|seen it|learned|realized|noticed|found that)\b"),
    ("have", r"(?:never |always |not )(?:felt|thought|heard|seen|considered|looked|known|believed|had)\b"),
    ("have", r"(?:never |always |not )been (?:happier|better|more)\b"),
    ("had haven't hadn't", r"(?:to |no idea|thought|felt|heard|realized|forgotten|noticed|been there|seen|a lot in)"),
    ("had haven't hadn't", r"(?:the (?:chance|pleasure|best|time)|a (?:feeling|chance))"),
    ("do did", r"(?:it|that|this|so|too|what|my best|not|ok|okay|well|great|alright|fine)\b|$"),
    ("do did", r"(?:agree|think|hope|believe|know|see|feel|need|want)\b(?! to)"),
    ("hope hoped", r"(?!to )"),
    ("care", r"(?!for my)"),
    ("look", r"(?!after)"),
    ("come", r"(?!from)"),
    ("see", rf"(?!an? (?:\w+ )?{_any(_CARERS)}\b)"),
    ("keep kept", r"(?!bees|chickens|an? (?:\w+ )?(?:diary|journal|garden|log))"),
    ("hold", r"(?!an? )"),
    ("must should", rf"(?!(?:not )?{_any('take avoid wear eat drink')}\b)"),
    ("grew grown became", r"(?:close|closer|stronger|fond)\b"),
    ("feel felt", r"(?!pain|sick|ill|dizzy|nauseous)"),
    ("know", r"(?!how to|some|a bit|a little|english|spanish|french|german|python)"),
    ("don't didn't can't cannot won't never haven't wouldn't couldn't not", rf"(?:even )?{_any(_NEGATED)}\b"),
    ("can't cannot", rf"(?!{_any(_DISABILITIES)}\b)"),
    ("can", rf"(?!{_any(_ABILITIES)}\b|only|not {_any(_DISABILITIES)}\b)"),
    ("would", r"(?!love to|like to|prefer|rather)"),
    ("would", rf"(?:love|like|prefer|rather)(?: to)? (?:{_any(_SAYING)}|it|that|this|join|go$|have|take)\b"),
    ("will won't", rf"(?!{_any(_PLANNED)}\b)"),
    (
        "will",
        rf"(?:be|start) (?:{_any(_MOOD)}|honest|waiting|careful|in touch|by|in|using|taking|trying|getting|looking)\b",
    ),
    (
        "want wanted need needed try tried love loved like liked plan aim strive decided hope decide",
        rf"to {_any(_SAYING)}\b",
    ),
    (_LIKING, r"(?:it|that|this|them|these|those|you|what|when|where)?$"),
    (_LIKING, r"(?:seeing |hearing |watching |knowing )?(?:how|what|that|this|these|those|it when)\b"),
    (
        _LIKING,
        rf"(?:seeing |hearing |watching )?(?:(?:its|their|her|his)(?: \w+){{0,2}}$|the (?:\w+ )?{_any(_IN_VIEW)}s?\b)",
    ),
    (
        "get got",
        r"(?:it|that|this|what|why|how|to (?:know|see|be)|started|lucky|excited|into it|emotional|used to|done)\b",
    ),
    ("get got", r"(?:goosebumps|chills|the (?:idea|point|hang))\b"),
    ("go went", r"(?:for it|with it|with that|at it|through|well|back$|on and|wrong|all out|the extra)\b"),
    ("work worked", r"(?:hard|on it|on that|on this|together|well|out)\b"),
    (
        "take took taking",
        r"(?:it|that|this|care|pride|a (?:look|moment|second|break)|(?:some |the )?time|note|up the|steps)\b",
    ),
    ("give gave", r"(?:it|that|this|up|myself|a shot|a try)\b"),
    ("make made", r"(?:it|that|this|sure|progress|do|the most|the best|a (?:promise|point|difference))\b"),
    ("put", r"(?:in|so|a lot|my all|it|that|this|my heart|myself|everything)\b"),
    ("miss", r"(?:it|that|this|you|them|those)\b"),
    ("find found", r"(?:it|that|this|out|myself|comfort|joy|solace|peace|inspiration|strength|motivation)\b"),
    (
        "learn learned learnt discovered show showed proved explained",
        r"(?:\w+ )?(?:that|how|what|it|so|this|a lot)\b(?! to )",
    ),
    ("saw see seen watched", r"(?:it|that|this|you|how|what|them|the)$"),
    ("use used need want wanted needed", r"(?:it|that|this|them|a break|some|something|more|one|to be)$"),
    ("face faced struggle struggled hit overcame push pushed", r"(?!with)"),
    ("love support", r"my (?:life|journey)$"),
    ("help helped helping", r"(?:it|them|you|people|others|each)\b"),
    ("live", r"(?:for|by|my)\b"),
    ("strive try tried", r"(?:my|to|hard)\b"),
)
# "we" may be the two speakers, or people in general.
_WE_ROWS = (
    ("can could should will would might may must need share make never know get all both let don't can't", ""),
    ("talked chatted spoke talk chat last discussed caught go deserve face learn work keep", ""),
    ("met", r"up\b"),
    ("have", r"(?:got |to |this|a lot|so |the |all |each|come|such|different|similar|been (?:friends|through))"),
    (
        "am",
        r"(?:an? |the |such|so|on|in it|like|lucky|all|both|best|good|great|friends|family|going to (?:make|get|do))",
    ),
)
# Words after "my" or "our".
_OWNED = r"""
pleasure bad goodness god gosh thoughts? advice point opinion heart apologies condolences bond friendship journey
conversation mind jaw words? love hopes? prayers question view guess suggestion idea eyes soul best-wishes fingers
hard-work ears future world society planet community country lives connection chat favou?rite-(?:part|thing|is|was)
team experiences? passion dreams? spirits? stuff support
"""

_TO_BE = re.compile(r"^(?:(?:have|had|will) (?:be|been)|was|are|were)(?= (?!to\b|my\b|the\b|\d))")
_TO_FEEL = re.compile(r"^(?:(?:am|was|are|were|have been) (?:feeling|getting|being)|got|get|became|feel|felt)(?= )")


def is_noise(core: str) -> bool:
    """Whether a speaker's claim about themselves is chat. `core`: the predicate, from :func:`canonical`."""
    return _matches(_rules(_ROWS), core)


def is_we_noise(core: str) -> bool:
    """Whether a claim about "we" is chat that `is_noise` does not recognise."""
    return _matches(_rules(_WE_ROWS), core)


def is_owned_noise(predicate: str) -> bool:
    """Whether "my X …" is chat; `predicate` is what follows "my"."""
    return _pattern(_OWNED).match(predicate) is not None


def is_mood(core: str) -> bool:
    """Whether the predicate only says how the speaker feels, no matter about what."""
    return core.startswith("am ") and _pattern(_MOOD, "(?:not )?").match(core[3:]) is not None


def canonical(lows: list[str]) -> str:
    """Words in the form in which the rows match them: "to be", and "to feel" before a mood, become "am"."""
    text = " ".join(lows)
    # "I feel at home" stays as it is; "I feel happy" is the mood "am happy".
    felt = _TO_FEEL.sub("am", text, count=1)
    return felt if is_mood(felt) else _TO_BE.sub("am", text, count=1)


# Compiled when first used, not on import.
@cache
def _pattern(alternatives: str, before: str = "") -> re.Pattern[str]:
    return re.compile(rf"{before}{_any(alternatives)}(?!-)\b")


@cache
def _rules(rows: tuple[tuple[str, str], ...]) -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {}
    for heads, rest in rows:
        for head in heads.split():
            patterns.setdefault(head, []).append(rest)
    return {head: re.compile("|".join(f"(?:{rest})" for rest in rests)) for head, rests in patterns.items()}


def _matches(rules: dict[str, re.Pattern[str]], core: str) -> bool:
    head, _, rest = core.partition(" ")
    rule = rules.get(head)
    return rule is not None and rule.match(rest) is not None
