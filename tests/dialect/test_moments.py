"""What is a moment in time, as callers write it, and what is none."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import ValidationError
from graphmem.dialect import arguments

NOON = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone.utc)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MIDNIGHT = NOON.replace(hour=0)
INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-31T12:00:00Z", NOON),
        (" 2026-03-31T12:00:00Z\n", NOON),
        ("2026-03-31T12:00", NOON),
        ("2026-03-31 12:00:00", NOON),
        ("2026-03-31T14:00:00+02:00", NOON),
        ("2026-04-01T01:30:00+13:30", NOON),
        ("2026-03-31 14:00:00+02", NOON),
        ("2026-03-31T07:00-05", NOON),
        ("2026-03-31T07:00\u221205", NOON),
        ("2026-03-31t12:00:00z", NOON),
        ("2026-03-31T01:00:00-11:00", NOON),
        ("2026-03-31T12:00:00.000001Z", NOON + timedelta(microseconds=1)),
        (NOON.timestamp(), NOON),
        (int(NOON.timestamp()), NOON),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        (NOON.astimezone(INDIA), NOON),
        ("2026-03-31", MIDNIGHT),
        (date(2026, 3, 31), MIDNIGHT),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=timezone.utc)),
        (0, EPOCH),
        (-1.5, EPOCH - timedelta(seconds=1.5)),
        (-62_135_596_800, FIRST),
        ("0001-01-01", FIRST),
        (253_402_300_799, LAST.replace(microsecond=0)),
    ],
)
def test_moments(given: Any, expected: datetime) -> None:
    found = arguments.moment("timestamp", given)
    assert found == expected
    assert found is not None
    assert found.tzinfo is timezone.utc
    # Only a bare date has an end.
    if found != MIDNIGHT and given not in ("2024-02-29", "0001-01-01"):
        assert arguments.moment("timestamp", given, day_end=True) == expected


def test_no_moment_is_none() -> None:
    assert arguments.moment("timestamp", None) is None


@pytest.mark.parametrize("given", ["2026-03-31", date(2026, 3, 31)])
def test_a_bare_date_may_mean_its_end(given: Any) -> None:
    assert arguments.moment("x", given, day_end=True) == NOON.replace(
        hour=23, minute=59, second=59, microsecond=999_999
    )
    assert arguments.moment("x", "9999-12-31", day_end=True) == LAST
    assert arguments.moment("x", "2026-03-31T12:00", day_end=True) == NOON
    assert arguments.moment("x", datetime(2026, 3, 31), day_end=True) == MIDNIGHT


@settings(deadline=None)
@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones()))
def test_a_moment_is_the_same_however_it_is_written(when: datetime) -> None:
    # Offsets in ISO 8601 have whole minutes; those of long ago had seconds.
    if when.utcoffset() == timedelta(minutes=(when.utcoffset() or timedelta()) // timedelta(minutes=1)):
        assert arguments.moment("timestamp", when.isoformat()) == when.astimezone(timezone.utc)
    assert arguments.moment("timestamp", when) == when.astimezone(timezone.utc)


@pytest.mark.parametrize(
    "given",
    [
        *("", "soon", "x" * 1_000_000, "1700000000", "٢٠٢٦-٠٣-٣١", b"2026-03-31"),
        *("2026", "2026-03", "2026-13-01", "2026-02-29", "2026-02-30", "31.03.2026", "20260331", "2026-3-1"),
        *("2026-03-31T25:00:00Z", "2026-03-31T12:60", "2026-03-31T12:00:00 or so", "2026-03-31T12:00+25:00"),
        *(
            "0001-01-01T00:00+02:00",
            "9999-12-31T23:00-02:00",
            datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
        ),
        *(True, False, float("nan"), float("inf"), float("-inf"), 1e300, 10**400, timedelta(1), [], {}),
        # A second after the last year, one before the first, and milliseconds instead of seconds.
        *(253_402_300_800, -62_135_596_801, 1_774_958_400_000),
    ],
    ids=lambda given: repr(given)[:30] if not isinstance(given, int) else f"{given:.6g}" if given < 10**300 else "huge",
)
def test_what_is_no_moment(given: Any) -> None:
    for day_end in (False, True):
        with pytest.raises(ValidationError) as caught:
            arguments.moment("timestamp", given, day_end=day_end)
        assert str(caught.value).startswith(
            "timestamp must be ISO 8601 (2026-03-31 or 2026-03-31T14:00:00Z) or seconds"
        )
        assert f"not {given!r}"[:60] in str(caught.value)
        assert len(str(caught.value)) < 250
