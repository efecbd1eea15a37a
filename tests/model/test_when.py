"""Which days an expression means: on both sides of midnight, in three time zones, in statements, questions and answers of models."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.model import calendar, times
from graphmem.model.calendar import Days
from graphmem.model.when import event, mentions, read, written

# Sentence → the days that it tells of on Friday, 14 July 2023, and on the day after; one if it is the same, empty for none.
TABLE = """
We met today | 2023-07-14 | 2023-07-15
We met this morning | 2023-07-14 | 2023-07-15
We met yesterday | 2023-07-13 | 2023-07-14
We met last night | 2023-07-13 | 2023-07-14
We met the day before yesterday | 2023-07-12 | 2023-07-13
We'll meet tomorrow | 2023-07-15 | 2023-07-16
We'll meet the day after tomorrow | 2023-07-16 | 2023-07-17
We met last Friday | 2023-07-07 | 2023-07-14
We met last Saturday | 2023-07-08 | 2023-07-08
We met last tues | 2023-07-11 | 2023-07-11
We met on Friday | 2023-07-07 | 2023-07-14
We're meeting on Friday | 2023-07-21 | 2023-07-21
We'll meet this Saturday | 2023-07-15 | 2023-07-15
We'll meet next Friday | 2023-07-21 | 2023-07-21
We'll meet next Saturday | 2023-07-15/2023-07-22 | 2023-07-22
We'll meet next Monday | 2023-07-17
We met on Tuesday last week | 2023-07-04
We met last week | 2023-07-03/2023-07-09
We met the week before last | 2023-06-26/2023-07-02
We'll meet next week | 2023-07-17/2023-07-23
It rained the last week | 2023-07-03/2023-07-14 | 2023-07-03/2023-07-15
We met last weekend | 2023-07-08/2023-07-09
We met this weekend | 2023-07-08/2023-07-09 | 2023-07-15/2023-07-16
We'll meet this weekend | 2023-07-15/2023-07-16
We'll meet next weekend | 2023-07-15/2023-07-23 | 2023-07-22/2023-07-23
We met last month | 2023-06
We met last year | 2022
We'll meet later this month | 2023-07-14/2023-07-31 | 2023-07-15/2023-07-31
We met 10 days ago | 2023-07-04 | 2023-07-05
We met about ten days ago | 2023-07-02/2023-07-06 | 2023-07-03/2023-07-07
We met three weeks ago | 2023-06-19/2023-06-25
We met a couple of weeks ago | 2023-06-19/2023-07-02
We met two or three weeks ago | 2023-06-19/2023-07-02
We met a month ago | 2023-06
We met a year and a half ago | 2021-12-01/2022-02-28
We met 5 years ago | 2018
We met several years ago | 2014-01-01/2020-12-31
We met a few summers back | 2017-06-01/2021-08-31
We met in the last three days | 2023-07-11/2023-07-14 | 2023-07-12/2023-07-15
We'll meet in two weeks | 2023-07-24/2023-07-30
Built it in two weeks |
We'll meet in a few days | 2023-07-16/2023-07-20 | 2023-07-17/2023-07-21
We met in March | 2023-03
We'll meet in March | 2024-03
We met in September | 2022-09
We met last May | 2023-05
We met in May of last year | 2022-05
We met in early May | 2023-05-01/2023-05-10
We met in mid-June | 2023-06-11/2023-06-20
We met on 3 May | 2023-05-03
We'll meet on May 3rd | 2024-05-03
We met on Monday, 3 July 2023 | 2023-07-03
We met on the 3rd. | 2023-07-03
We met in May 2023 | 2023-05
We met on 2023-05-07 | 2023-05-07
We met on 13/05/2023 | 2023-05-13
We met on 5/6/2023 |
We were there from 3 to 5 May | 2023-05-03/2023-05-05
We were there from May to July | 2023-05-01/2023-07-31
We were there in 2019-2021 | 2019-01-01/2021-12-31
We met the Sunday before 25 May 2023 | 2023-05-21
We met two days before Christmas | 2022-12-23
We met the week of 2023-05-08 | 2023-05-08/2023-05-14
We met on New Year's Eve | 2022-12-31
We met last summer | 2022-06-01/2022-08-31
We'll meet next spring | 2024-03-01/2024-05-31
We met in the summer of 2019 | 2019-06-01/2019-08-31
We met in the 90s | 1990-01-01/1999-12-31
We have lived here since 2019 | 2019-01-01/
We have lived here since March | 2023-03-01/
We have lived here for five years | 2018-01-01/
We stayed there for five years |
We're staying until June | /2024-06-30
We'll be done by Monday | /2023-07-17
We won't leave until Monday | 2023-07-17/
We left after 3 May | 2023-05-04/
I may go |
We may march in the parade |
April and May are sisters |
We love Christmas |
Every Friday we swim |
My birthday is on 3 May |
We live on the 15th floor |
Plays tennis on Monday in summer |
Works from Monday to Friday |
It snows in January |
Lives in Rome since March | 2023-03-01/
We have an appointment on Friday | 2023-07-21
We'd like to go in August | 2023-08
We were going to marry in August | 2022-08
The parade is on 4 August | 2023-08-04
We'll finish by the end of next month | /2023-08-31
We'll finish by the end of the month | /2023-07-31
We finished at the end of the month | 2023-06-21/2023-06-30
We met at the beginning of the year | 2023-01-01/2023-05-01
We met in the middle of the week before Easter |
We'll meet later in the month | 2023-07-14/2023-07-31 | 2023-07-15/2023-07-31
We met the other day | 2023-07-07/2023-07-13 | 2023-07-08/2023-07-14
We met the other night | 2023-07-07/2023-07-13 | 2023-07-08/2023-07-14
We met the other week | 2023-06-23/2023-07-07 | 2023-06-24/2023-07-08
We met over the weekend | 2023-07-08/2023-07-09 | 2023-07-15/2023-07-16
We'll meet at the weekend | 2023-07-15/2023-07-16
Plays tennis at the weekend |
The weekend is over |
We'll meet after the weekend | 2023-07-17/
We met the night before last | 2023-07-12 | 2023-07-13
We met three nights ago | 2023-07-11 | 2023-07-12
We met a couple of nights ago | 2023-07-11/2023-07-12 | 2023-07-12/2023-07-13
We met a fortnight ago | 2023-06-26/2023-07-02
We'll meet in a fortnight | 2023-07-24/2023-07-30
Slept in a fortnight what others do in a month |
We met a week ago today | 2023-07-07 | 2023-07-08
We met ten years ago today | 2013-07-14 | 2013-07-15
We met two Fridays ago | 2023-06-30 | 2023-07-07
We met the Saturday before last | 2023-07-01
We'll meet the Saturday after next | 2023-07-22 | 2023-07-29
We'll meet a week from Friday | 2023-07-28
We'll meet on Monday week | 2023-07-24
We met in the first week of May | 2023-05-01/2023-05-07
We met in the last two weeks of August 2022 | 2022-08-18/2022-08-31
We met on the last weekend of June | 2023-06-24/2023-06-25
We'll meet on the first Monday in August | 2023-08-07
We'll meet on the second Tuesday of next month | 2023-08-08
We met in the fifth week of May | 2023-05
We met in the second quarter of 2022 | 2022-04-01/2022-06-30
We met in Q4 2022 | 2022-10-01/2022-12-31
We met a decade ago | 2011-01-01/2015-12-31
We'll meet in the coming weeks | 2023-07-14/2023-08-27 | 2023-07-15/2023-08-27
We met in recent days | 2023-07-08/2023-07-14 | 2023-07-09/2023-07-15
We'll be done within two weeks | 2023-07-14/2023-07-30 | 2023-07-15/2023-07-30
We ran 2000 metres |
We met years ago |
""".strip().splitlines()
ROWS = [[part.strip() for part in row.split("|")] for row in TABLE]
# Pago Pago, Greenwich and Kiritimati: where it is midnight in one, it is another day in the others.
ZONES = ("-11:00", "+00:00", "+14:00")


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("clock", "side"), [("2023-07-14T23:59:59", 1), ("2023-07-15T00:00:01", 2)])
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_days_that_a_statement_names(row: list[str], clock: str, side: int, zone: str) -> None:
    said = times.spoken(clock + zone)
    assert said is not None
    assert said.utcoffset() == datetime.fromisoformat(clock + zone).utcoffset()
    found = event(row[0], said.date())
    assert ("" if found is None else written(found)) == (row[side] if len(row) > side else row[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-05-07", "2023-05-07"),
        ("2023-05", "2023-05"),
        ("2023", "2023"),
        (" 2023-05-01/2023-05-07 ", "2023-05-01/2023-05-07"),
        ("2023-05/2023-07", "2023-05-01/2023-07-31"),
        ("2019/", "2019-01-01/"),
        ("2019-03/..", None),
        ("/2020", "/2020-12-31"),
        ("2026-03-04T10:00:00Z", "2026-03-04"),
        ("2023-05-01 to 2023-05-07", "2023-05-01/2023-05-07"),
        ("Monday, 2023-05-08", "2023-05-08"),
        ("week of 2023-05-08", "2023-05-08/2023-05-14"),
        ("sometime in 2019", "2019"),
        ("last week", "2023-07-03/2023-07-09"),
        ("yesterday evening", "2023-07-14"),
        ("since 2019", "2019-01-01/"),
        ("for five years", "2018-01-01/"),
        ("May", "2023-05"),
        ("Friday", "2023-07-14"),
        ("", None),
        ("/", None),
        ("unknown", None),
        ("present", None),
        ("2023-13-01", None),
        ("2023-02-30", None),
        ("2023-05-XX", None),
        ("2023-05-07/2023-05-01", None),
        ("2023-05-07/soon", None),
        ("when she was in Rome in 2019", None),
        ("2019 and 2021", None),
    ],
)
def test_reading_a_text_that_is_a_date(text: str, expected: str | None) -> None:
    found = read(text, date(2023, 7, 15))
    assert (None if found is None else written(found)) == expected


def test_the_tense_may_be_given() -> None:
    today = date(2023, 7, 15)
    assert read("March", today, ahead=True) == calendar.month(date(2024, 3, 1))
    assert read("September", today, ahead=False) == calendar.month(date(2022, 9, 1))
    # The nearest.
    assert read("September", today) == calendar.month(date(2023, 9, 1))


def test_expressions_are_found_with_their_places() -> None:
    text = "Since early 2019 she skis, and last week (her first) she fell; in March 2024 she'll try again."
    found = mentions(text, date(2023, 7, 15))
    assert [text[each.start : each.end] for each in found] == ["Since early 2019", "last week", "March 2024"]
    assert [written(each.days) for each in found] == ["2019-01-01/", "2023-07-03/2023-07-09", "2024-03"]
    assert [each.relative for each in found] == [False, True, False]


def test_each_sentence_has_its_tense() -> None:
    found = mentions("We went in March. We'll go again in March.", date(2023, 7, 15))
    assert [written(each.days) for each in found] == ["2023-03", "2024-03"]


DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
WORDS = st.lists(
    st.sampled_from(
        [word for row in ROWS for word in row[0].split()]
        + ["since", "until", "early", "May", "5", "2019", "-", "31", "0"]
    ),
    max_size=12,
).map(" ".join)


@given(WORDS | st.text(max_size=60), DATES, st.booleans(), st.booleans())
def test_any_text_on_any_day(text: str, today: date, question: bool, whole: bool) -> None:
    end = 0
    for found in mentions(text, today, question=question, whole=whole):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        for days in (found.days, *found.readings):
            assert days.first is not None or days.last is not None
            assert days.first is None or days.last is None or days.first <= days.last


@given(DATES, st.integers(0, 4_000), DATES)
def test_what_is_written_is_read(first: date, length: int, today: date) -> None:
    last = first + timedelta(days=min(length, (date.max - first).days))
    for days in (Days(first, last), Days(first, None), Days(None, last), calendar.month(first), calendar.year(first)):
        assert read(written(days), today) == days
