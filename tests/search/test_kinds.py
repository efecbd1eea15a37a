"""Of which kind the answer is that a query asks for."""

from __future__ import annotations

import pytest

from graphmem.search.kinds import kinds_asked, lifted

ASKED = [
    ("Which bands has Dave heard?", "band"),
    ("In which other European cities has she lived?", "place"),
    ("What kinds of food do they like?", "food"),
    ("Where did he go?", "place"),
    ("what books or films does Ann love", "work"),
    ("What pets and what hobbies does she have?", "activity animal"),
    # It may stand near and not be asked for: that costs little.
    ("What did the band play at the party in the city?", "band"),
    ("Does she have a pet?", ""),
    ("What does Ann like?", ""),
    ("Which events did she go to?", ""),
    ("", ""),
]


@pytest.mark.parametrize(("query", "kinds"), ASKED)
def test_the_kinds_that_a_query_asks_for(query: str, kinds: str) -> None:
    assert kinds_asked(query) == set(kinds.split())


def test_what_is_of_the_kind_comes_a_little_higher() -> None:
    assert [lifted(score) for score in (0.0, 0.5, 1.0)] == pytest.approx([0.1, 0.55, 1.0])
