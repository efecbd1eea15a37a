"""Words that most memories hold are left out of what is embedded."""

from __future__ import annotations

from graphmem.filters.parse import parse
from graphmem.model.requests import Findings
from graphmem.model.words import Term
from graphmem.search.commonplace import Commonplace, commonplace
from graphmem.search.terms import query_terms

TERMS = query_terms("Maria went hiking")
ALEX, BLAKE = parse({"user_id": "alex"}), parse({"user_id": "blake"})


def findings(*shares: float, sampled: int = 20) -> Findings:
    return Findings((), "none", sampled, shares)


def test_a_term_is_commonplace_where_more_than_three_in_ten_hold_it() -> None:
    assert commonplace(TERMS, findings(0.31, 0.3, 1.0)) == {"maria", "hike"}
    assert commonplace(TERMS, findings(0.0, 0.0, 0.3)) == set()


def test_fewer_than_20_memories_say_nothing() -> None:
    assert commonplace(TERMS, findings(1.0, 1.0, 1.0, sampled=19)) == set()
    assert commonplace(TERMS, findings(1.0, 1.0, 1.0, sampled=20)) == {"maria", "go", "hike"}


def test_nothing_is_commonplace_in_no_question() -> None:
    assert commonplace((), findings()) == set()


def test_what_was_commonplace_is_expected_of_the_terms_that_are_asked() -> None:
    seen = Commonplace()
    assert seen.expected(ALEX, TERMS) == set()
    seen.remember(ALEX, TERMS, {"maria", "hike"})
    assert seen.expected(ALEX, TERMS) == {"maria", "hike"}
    assert seen.expected(ALEX, query_terms("Maria sleeps")) == {"maria"}
    assert seen.expected(ALEX, ()) == set()


def test_each_filter_has_its_own() -> None:
    seen = Commonplace()
    seen.remember(ALEX, TERMS, {"maria"})
    assert seen.expected(BLAKE, TERMS) == set()
    # A filter that says the same is the same.
    assert seen.expected(parse({"user_id": "alex"}), TERMS) == {"maria"}


def test_only_terms_that_were_asked_are_thought_of_anew() -> None:
    seen = Commonplace()
    seen.remember(ALEX, TERMS, {"maria", "hike"})
    seen.remember(ALEX, query_terms("Maria sleeps"), {"sleep"})
    both = (*TERMS, Term("sleep", ("sleeps",)))
    assert seen.expected(ALEX, both) == {"hike", "sleep"}


def test_it_begins_anew_after_a_thousand_filters() -> None:
    seen = Commonplace()
    for n in range(1_000):
        seen.remember(parse({"user_id": f"{n}"}), TERMS, {"maria"})
    assert seen.expected(parse({"user_id": "0"}), TERMS) == {"maria"}
    seen.remember(ALEX, TERMS, {"hike"})
    assert seen.expected(ALEX, TERMS) == {"hike"}
    assert seen.expected(parse({"user_id": "0"}), TERMS) == set()
