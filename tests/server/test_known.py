"""How often keys and settings are read: all that were asked for lately at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from graphmem.errors import StoreUnavailableError
from graphmem.model import times
from graphmem.model.served import Record
from graphmem.server import known
from graphmem.server.known import Known


class Store:
    """Keeps records, and what was asked of it."""

    def __init__(self, *ids: str) -> None:
        self.ids = list(ids)
        self.asked: list[list[str]] = []

    def kept(self, kind: str, *, ids: Sequence[str]) -> list[Record]:
        self.asked.append(sorted(ids))
        now = times.now()
        return [Record(kind, id, "p", {"of": id}, now, now) for id in ids if id in self.ids]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(known.time, "monotonic", lambda: now[0])
    return now


def made(**more: Any) -> Known[str]:
    return Known("key", lambda record: str(record.data["of"]), **more)


def test_all_that_were_asked_for_lately_are_read_at_once(clock: list[float]) -> None:
    store, kept = Store("a", "b", "c"), made()
    for id in ("a", "b", "c", "a"):
        assert kept.get(store, id) == id  # type: ignore[arg-type]
    assert kept.at_hand("b") == "b"
    clock[0] += known.KNOWN_SECONDS
    store.ids.remove("b")
    assert kept.at_hand("a") is None
    for id, found in (("a", "a"), ("c", "c"), ("b", None)):
        assert kept.get(store, id) == found  # type: ignore[arg-type]
    assert store.asked == [["a"], ["b"], ["c"], ["a", "b", "c"], ["b"]]
    # Nobody asks for c any more.
    for _ in range(31):
        clock[0] += known.KNOWN_SECONDS
        kept.get(store, "a")  # type: ignore[arg-type]
    assert (store.asked.count(["a", "c"]), store.asked[-1]) == (29, ["a"])


def test_what_is_not_there_is_remembered_if_wanted(clock: list[float]) -> None:
    for absent, times_asked in ((True, 1), (False, 3)):
        store, kept = Store(), made(absent=absent)
        for _ in range(3):
            assert kept.get(store, "x") is None  # type: ignore[arg-type]
        assert store.asked == [["x"]] * times_asked


def test_what_was_changed_here_is_read_again(clock: list[float]) -> None:
    store, kept = Store(), made(absent=True)
    assert kept.get(store, "x") is None  # type: ignore[arg-type]
    store.ids.append("x")
    kept.forget("x")
    assert kept.get(store, "x") == "x"  # type: ignore[arg-type]


def test_a_store_that_fails_is_asked_again(clock: list[float]) -> None:
    store, kept = Store("a", "b"), made()
    kept.get(store, "a")  # type: ignore[arg-type]
    clock[0] += known.KNOWN_SECONDS

    class Failing:
        def kept(self, *_: Any, **__: Any) -> list[Record]:
            raise StoreUnavailableError("gone")

    with pytest.raises(StoreUnavailableError):
        kept.get(Failing(), "b")  # type: ignore[arg-type]
    assert kept.get(store, "b") == "b"  # type: ignore[arg-type]
    assert store.asked[-1] == ["a", "b"]
