"""Times in and out: always aware, always UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    return datetime.now(timezone.utc)


def to_micros(time: datetime) -> int:
    """Microseconds since the epoch, exact."""
    return (time - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
