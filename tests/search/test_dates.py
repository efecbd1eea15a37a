"""Which days a query names, and which memories are of these days."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from graphmem.model import calendar
from graphmem.model.calendar import Days
from graphmem.model.requests import Candidate
from graphmem.search.dates import HAPPENED, SAID, named_days, of_days
from graphmem.search.ranking import Question, rank
from graphmem.search.terms import query_terms

# A Wednesday.
NOW = datetime(2023, 7, 12, 15, tzinfo=timezone.utc)


def opened(day: str) -> date | None:
    """A date; None for an open end."""
    return date.fromisoformat(day) if day else None


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("What did Maria do in May 2023?", "2023-05-01", "2023-05-31"),
        ("What did Maria do in May of 2023?", "2023-05-01", "2023-05-31"),
        ("Where was she on 5 March 2023?", "2023-03-05", "2023-03-05"),
        ("Where was she on the 5th of March, 2023?", "2023-03-05", "2023-03-05"),
        ("On March 5th, 2023 who came?", "2023-03-05", "2023-03-05"),
        ("on mar. 5, 2023", "2023-03-05", "2023-03-05"),
        ("What was said on 2023-05-07?", "2023-05-07", "2023-05-07"),
        ("notes of 2023-05", "2023-05-01", "2023-05-31"),
        ("What happened in 2022?", "2022-01-01", "2022-12-31"),
        ("Who won in Rome 2022?", "2022-01-01", "2022-12-31"),
        ("Where did I go yesterday?", "2023-07-11", "2023-07-11"),
        ("the day before yesterday", "2023-07-10", "2023-07-10"),
        ("What is on tomorrow?", "2023-07-13", "2023-07-13"),
        ("What did we do last week?", "2023-07-03", "2023-07-09"),
        ("Where did I travel last month?", "2023-06-01", "2023-06-30"),
        ("next year", "2024-01-01", "2024-12-31"),
        ("the past week", "2023-07-03", "2023-07-12"),
        ("in the last three days", "2023-07-09", "2023-07-12"),
        ("Whom did I meet two weeks ago?", "2023-06-26", "2023-07-02"),
        ("10 days ago", "2023-07-02", "2023-07-02"),
        ("a month ago", "2023-06-01", "2023-06-30"),
        ("last Monday", "2023-07-10", "2023-07-10"),
        ("last Wednesday", "2023-07-05", "2023-07-05"),
        ("next Wednesday", "2023-07-19", "2023-07-19"),
        ("this Friday", "2023-07-14", "2023-07-14"),
        ("last May", "2023-05-01", "2023-05-31"),
        ("last August", "2022-08-01", "2022-08-31"),
        ("next May", "2024-05-01", "2024-05-31"),
        ("this June", "2023-06-01", "2023-06-30"),
        ("Who has visited since June?", "2023-06-01", ""),
        ("Who has visited since August?", "2022-08-01", ""),
        ("after 5 March 2023", "2023-03-06", ""),
        ("What did I eat before May?", "", "2023-04-30"),
        ("until last week", "", "2023-07-09"),
        ("between May and July 2022", "2022-05-01", "2022-07-31"),
        ("between March and May", "2023-03-01", "2023-05-31"),
        ("from November to February", "2022-11-01", "2023-02-28"),
        ("2023-05-01 to 2023-05-07", "2023-05-01", "2023-05-07"),
        ("the week before 9 June 2023", "2023-06-02", "2023-06-08"),
        ("999 years ago", "1024-01-01", "1024-12-31"),
    ],
)
def test_days_that_a_query_names(query: str, first: str, last: str) -> None:
    assert named_days(query, NOW) == (Days(opened(first), opened(last)),)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "What may I cook for the second time?",
        "Did John march in the parade?",
        "Where does June live, and how old is Jan?",
        "April and May are sisters",
        "2000 people came to the show",
        "room 2013-b",
        "on 31 February 2023 and on 2023-13-07",
        "How many cats does she have now?",
        "x" * 3_000 + " in May 2023",
    ],
)
def test_queries_that_name_no_days(query: str) -> None:
    assert named_days(query, NOW) == ()


def test_a_day_without_a_year_is_of_any_year() -> None:
    for query, day in [
        ("on 5 March", date(2019, 3, 5)),
        ("in March", date(2021, 3, 31)),
        ("on Dec 12", date(2022, 12, 12)),
    ]:
        assert any(days.has(day) for days in named_days(query, NOW))
        assert not any(days.has(date(2021, 7, 1)) for days in named_days(query, NOW))


def test_a_day_of_the_week_is_the_last_or_the_next() -> None:
    assert [days.first.day for days in named_days("What is on Monday?", NOW) if days.first] == [17, 10]
    assert [days.first.day for days in named_days("What is on Wednesday?", NOW) if days.first] == [19, 12, 5]


def test_this_weekend_may_be_the_one_before() -> None:
    assert [days.first.day for days in named_days("What did we do this weekend?", NOW) if days.first] == [15, 8]


def test_several_dates() -> None:
    found = named_days("Was it in May 2023 or in June 2022, or yesterday?", NOW)
    assert [span.first for span in found] == [date(2023, 5, 1), date(2022, 6, 1), date(2023, 7, 11)]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_time(day: date) -> None:
    now = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    for query in (
        "999 years ago",
        "next month",
        "last week",
        "next weekend",
        "since Monday",
        "before today",
        "in May",
        "next May",
    ):
        for span in named_days(query, now):
            assert span.first is None or span.last is None or span.first <= span.last
    for period in calendar.PERIODS.values():
        for steps in (-100_000, -1, 0, 1, 100_000):
            days = period(day, steps)
            assert days.first is not None
            assert days.last is not None
            assert days.first <= days.last


def test_what_happened_then_counts_more_than_what_was_said_then() -> None:
    named = named_days("in May 2023", NOW)
    may, june = datetime(2023, 5, 31, 23, 59, tzinfo=timezone.utc), datetime(2023, 6, 1, tzinfo=timezone.utc)
    trip = Days(date(2023, 5, 28), date(2023, 5, 31))
    assert of_days(named, june, trip) == of_days(named, may, trip) == of_days(named, None, trip) == HAPPENED
    assert of_days(named, may) == of_days(named, may, Days(date(2023, 4, 1), date(2023, 4, 2))) == SAID
    assert of_days(named, june) == of_days(named, None) == 0
    assert of_days((), may, trip) == 0


@pytest.mark.parametrize(
    ("query", "first", "last", "expected"),
    [
        ("in May 2023", "2023-05-31", "2023-06-02", SAID),
        ("on 5 May 2023", "2023-05-01", "2023-05-31", SAID),
        ("on 5 May 2023", "2023-01-01", "2023-12-31", 0),
        ("in 2023", "2023-01-01", "2023-12-31", HAPPENED),
        # What still goes on began on one day, and what ended did so on one.
        ("in May 2023", "2023-05-03", "", HAPPENED),
        ("in May 2023", "2019-01-01", "", 0),
        ("in May 2023", "", "2023-05-03", HAPPENED),
        ("since May 2023", "2024-01-01", "2024-12-31", HAPPENED),
        ("before May 2023", "2024-01-01", "2024-12-31", 0),
    ],
)
def test_how_surely_something_happened_then(query: str, first: str, last: str, expected: float) -> None:
    assert of_days(named_days(query, NOW), None, Days(opened(first), opened(last))) == expected


def test_of_two_alike_that_of_the_day_comes_first() -> None:
    query = "Where did we eat in May 2023?"
    candidates = [
        Candidate(id, held=(0,), length=30, created_at=datetime(2023, month, 3, tzinfo=timezone.utc))
        for id, month in (("april", 4), ("may", 5), ("june", 6))
    ]
    ranked = rank(candidates, Question(query, query_terms(query), now=NOW))
    assert [hit.candidate.id for hit in ranked] == ["may", "april", "june"]
    assert [hit.parts["date"] for hit in ranked] == [0.5, 0, 0]
    undated = rank(candidates, Question("Where did we eat?", query_terms(query), now=NOW))
    assert "date" not in undated[0].parts
    # Nothing is lost by not being of that day.
    assert {hit.score for hit in undated} == {hit.score for hit in ranked[1:]}
    assert undated[0].score < ranked[0].score
