"""The table of relations: the wording of a fact, the predicate, what the object looks like, and the object's type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

# What follows the wording. "name": a named entity; "phrase": noun phrases; "language": names of languages; "diet": a diet.
Kind = Literal["name", "phrase", "language", "diet"]

_ROWS: tuple[tuple[str, str, Kind, str], ...] = (
    (r"(?:lives|is living|resides|is based|has lived|has been living) in", "lives_in", "name", "place"),
    (r"(?:lived|used to live) in", "lived_in", "name", "place"),
    (
        r"(?:has )?(?:just )?(?:moved|relocated|immigrated|emigrated)(?: back)?{from_somewhere} to",
        "moved_to",
        "name",
        "place",
    ),
    (r"(?:is moving|is relocating|will move|(?:is going|wants|plans) to move) to", "plans_to_move_to", "name", "place"),
    (r"(?:is|was|comes|originally) from", "is_from", "name", "place"),
    (r"was born(?: and raised)? in", "born_in", "name", "place"),
    (r"(?:grew up|was raised) in", "grew_up_in", "name", "place"),
    (r"(?:works|is working|has worked|has been working){as_a} (?:at|for)", "works_at", "name", "organization"),
    (r"(?:worked|used to work){as_a} (?:at|for)", "worked_at", "name", "organization"),
    (r"is an? [\w-]+(?: [\w-]+)? (?:at|for)(?= [A-Z])", "works_at", "name", "organization"),
    (r"works as(?: an?)?", "works_as", "phrase", "thing"),
    (r"(?:studies|is studying) at", "studies_at", "name", "organization"),
    (r"(?:goes|is going) to(?= [\w ]*(?:University|College|School))", "studies_at", "name", "organization"),
    (r"(?:studied|graduated) (?:at|from)", "studied_at", "name", "organization"),
    (r"(?:studies|is studying|majors in)", "studies", "phrase", "thing"),
    (r"(?:(?:is|got|was|has been) married to|married)", "married_to", "name", "person"),
    (r"(?:is|got) engaged to", "engaged_to", "name", "person"),
    (r"is(?: [\w-]+ly)? allergic to", "allergic_to", "phrase", "thing"),
    (r"(?:loves|likes|enjoys|adores|prefers|is into|is fond of|is passionate about)", "likes", "phrase", "thing"),
    (r"is an? (?:big |huge |great |total )?fan of", "likes", "phrase", "thing"),
    (r"(?:hates|dislikes|detests|can't stand)", "dislikes", "phrase", "thing"),
    (r"(?:doesn't|does not) (?:like|enjoy|love)", "dislikes", "phrase", "thing"),
    (r"(?:isn't|is not) an? (?:big |huge )?fan of", "dislikes", "phrase", "thing"),
    (r"(?:doesn't|does not|can't|cannot) (?:eat|have|drink)", "avoids", "phrase", "thing"),
    (r"(?:is|has been|(?:has )?(?:turned|gone|become)|went|became)(?: an?)?", "follows_diet", "diet", "thing"),
    (r"(?:follows|is on|went on|eats)(?: an?)?", "follows_diet", "diet", "thing"),
    (r"(?:is|was)(?: no longer| not)(?: an?)?", "gave_up_diet", "diet", "thing"),
    (r"(?:isn't|stopped being|quit being)(?: an?)?", "gave_up_diet", "diet", "thing"),
    (r"is learning", "learns", "language", "language"),
    (r"(?:speaks|can speak|is fluent in)", "speaks", "language", "language"),
    (r"plays(?: the)?", "plays", "phrase", "thing"),
    (r"(?:visited|(?:went|travell?ed|flew|has been) to)", "visited", "name", "place"),
    (r"(?:just )?(?:got back|returned) from", "visited", "name", "place"),
    (r"(?:{intends} (?:visit|go to|travel to|see)|dreams of visiting)", "wants_to_visit", "name", "place"),
    (r"is (?:going|travell?ing|flying|heading|off) to", "plans_to_visit", "name", "place"),
    (r"(?:nick)?name is", "is_named", "name", "person"),
    (r"drives(?: an?| the)?", "drives", "name", "thing"),
    (r"owns(?: an?)?", "owns", "name", "thing"),
    (r"joined", "member_of", "name", "organization"),
)
_PARTS = {
    "from_somewhere": r"(?: from (?:the )?[A-Z][\w.]*(?: [A-Z][\w.]*)*)?",
    "as_a": r"(?: as an? [\w-]+(?: [\w-]+)?)?",
    "intends": r"(?:(?:wants?|plans?|hopes?|is planning|is going|would (?:love|like)) to)",
}


class Wording(NamedTuple):
    """One row, compiled to match the start of a predicate."""

    pattern: re.Pattern[str]
    predicate: str
    kind: Kind
    type: str


@cache
def wordings() -> Sequence[Wording]:
    """The rows, in the order in which to try them."""
    return tuple(
        Wording(re.compile(rf"(?:{_filled(text)})(?= )"), predicate, kind, type)
        for text, predicate, kind, type in _ROWS
    )


def _filled(text: str) -> str:
    for name, part in _PARTS.items():
        text = text.replace(f"{{{name}}}", part)
    return text
