"""Made-up people and what they say about themselves: as many memories as asked for, the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

_WHO = (
    "My sister", "My brother", "My neighbour", "My colleague", "My best friend", "My cousin", "My boss", "My uncle", "My daughter",
    "My son", "My partner", "My teacher", "My landlord", "My old flatmate", "My grandmother", "My dentist", "My coach", "I",
)  # fmt: skip
_DOES = (
    "visited", "repaired", "painted", "sold", "bought", "lost", "found", "borrowed", "dreamt of", "wrote about", "photographed", "cleaned",
    "complained about", "fell in love with", "is afraid of", "collects pictures of", "learned about", "forgot", "cooked for", "moved near",
    "reads about", "wants to see", "is allergic to", "teaches people about", "designed", "inherited", "gave away", "looks after",
)  # fmt: skip
_KIND = (
    "red", "tiny", "old", "broken", "famous", "quiet", "wooden", "expensive", "forgotten", "noisy", "green", "Italian", "handmade",
    "electric", "haunted", "frozen", "golden", "spicy", "wild", "medieval", "plastic", "silver", "stolen", "borrowed", "crooked",
)  # fmt: skip
_WHAT = (
    "bicycle", "lighthouse", "piano", "garden", "bakery", "telescope", "sailing boat", "library", "violin", "bridge", "kitchen", "spider",
    "camera", "market", "motorbike", "aquarium", "theatre", "greenhouse", "castle", "guitar", "bookshop", "volcano", "train station",
    "cheese", "mushroom", "painting", "laptop", "tattoo", "horse", "parrot", "museum", "chess set", "vineyard", "tent", "waterfall",
)  # fmt: skip
_WHERE = (
    "Lisbon", "Kyoto", "Oslo", "Nairobi", "Quito", "Tbilisi", "Hanoi", "Marrakesh", "Galway", "Krakow", "Tallinn", "Valparaiso", "Perth",
    "Montreal", "Seville", "Utrecht", "Zagreb", "Cusco", "Bergen", "Naples", "Izmir", "Ghent", "Jaipur", "Tromso", "Leipzig", "Porto",
)  # fmt: skip
_WHEN = (
    "last spring", "as a child", "on a rainy Sunday", "before the wedding", "after the exam", "during the strike", "in January",
    "the week we moved", "on the night train", "between two jobs", "when the power failed", "for a birthday", "every other Friday",
)  # fmt: skip

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Person:
    """A user and what they said, one statement an hour."""

    user_id: str
    statements: tuple[str, ...]

    def said_at(self, place: int) -> datetime:
        return START + timedelta(hours=place)


def people(memories: int = 100_000) -> Iterator[Person]:
    """A person for each 100 memories: the first has a tenth of all, a ninth of them have 10 each, the others about 100 each."""
    rng = random.Random(11)
    users = memories // 100
    sizes = [memories // 10] + [10] * (users // 9)
    left, rest = memories - sum(sizes), users - len(sizes)
    sizes += [left // rest + (place < left % rest) for place in range(rest)]
    for number, size in enumerate(sizes):
        yield Person(f"user-{number:04}", tuple(statements(rng, size)))


def statements(rng: random.Random, count: int) -> Iterable[str]:
    """So many different statements."""
    said: dict[str, None] = {}
    while len(said) < count:
        said[_statement(rng)] = None
    return said


def questions(count: int) -> Sequence[str]:
    """Of the same words as the statements, so that many memories are near to each."""
    rng = random.Random(12)
    ask = (
        lambda: f"Who {rng.choice(_DOES)} a {rng.choice(_KIND)} {rng.choice(_WHAT)}?",
        lambda: f"What happened in {rng.choice(_WHERE)} {rng.choice(_WHEN)}?",
        lambda: f"Tell me about the {rng.choice(_WHAT)} in {rng.choice(_WHERE)}",
        lambda: f"{rng.choice(_WHO)} and the {rng.choice(_KIND)} {rng.choice(_WHAT)}",
    )
    return [rng.choice(ask)() for _ in range(count)]


def _statement(rng: random.Random) -> str:
    return f"{rng.choice(_WHO)} {rng.choice(_DOES)} a {rng.choice(_KIND)} {rng.choice(_WHAT)} in {rng.choice(_WHERE)} {rng.choice(_WHEN)}"
