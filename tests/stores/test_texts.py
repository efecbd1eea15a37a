"""The embedded store remembers the texts of a large scope: what has some letters is found in them, and rows are read of that alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.stores.sqlite import texts
from graphmem.stores.sqlite.texts import TextsCache

SAID = [f"Bought item number {number} in Rome" for number in range(60)]
GROUND = (("user_id", "alex"),)


@contextmanager
def client(path: Path) -> Iterator[MemoryClient]:
    with MemoryClient(str(path), llm="offline", embedder="local") as one:
        one.add([{"role": "user", "content": text} for text in SAID], user_id="alex", infer=False)
        one.add("Bought item number 7 in Oslo", user_id="blake", infer=False)
        yield one


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "memories.db"
    with client(path):
        return path


def found(cache: TextsCache, path: Path, filter: dict[str, Any]) -> set[str] | None:
    """The texts as they are now of what the cache finds."""
    connection = sqlite3.connect(path)
    try:
        seqs = cache.meeting(connection, GROUND, parse(filter))
        if seqs is None:
            return None
        assert seqs.tolist() == sorted(set(seqs.tolist()))
        rows = dict(connection.execute("SELECT seq, text FROM memory").fetchall())
        return {rows[seq] for seq in seqs.tolist() if seq in rows}
    finally:
        connection.close()


SEVEN = {"Bought item number 7 in Rome"}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"text": {"icontains": "NUMBER 7 IN"}}, SEVEN),
        ({"text": {"contains": "number 7 in"}}, SEVEN),
        ({"text": {"eq": "Bought item number 7 in Rome"}}, SEVEN),
        ({"AND": [{"user_id": "alex"}, {"keywords": "number 7 "}, {"NOT": {"keywords": "Rome"}}]}, SEVEN),
        ({"OR": [{"keywords": "number 7 "}, {"keywords": "number 8 "}]}, {SAID[7], SAID[8]}),
        ({"OR": [{"AND": [{"keywords": "7 "}, {"keywords": "17 "}]}, {"keywords": "number 8 "}]}, {SAID[17], SAID[8]}),
        ({"keywords": "Oslo"}, set()),
        ({"keywords": "Rome\nLisbon"}, set()),
        ({"OR": [{"keywords": "number 7 "}, {"categories": "x"}]}, None),
        ({"NOT": {"keywords": "number 7 "}}, None),
        ({"keywords": "É"}, None),
        ({"text": {"ne": "number 7 "}}, None),
        ({"user_id": "alex"}, None),
    ],
)
def test_what_may_meet_a_filter_is_found_by_its_letters(
    filled: Path, filter: dict[str, Any], expected: set[str] | None
) -> None:
    assert found(TextsCache(), filled, filter) == expected


def test_texts_that_change_are_read_again_and_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache, eight = tmp_path / "memories.db", TextsCache(), {"keywords": "eight"}
    monkeypatch.setattr(texts, "_LEFT", 0)
    with client(path) as one:
        assert found(cache, path, eight) == set()
        [id] = [each["id"] for each in one.get_all(user_id="alex") if each["memory"] == SAID[8]]
        # Many times over: earlier texts don't pile up.
        for number in range(100):
            one.update(id, text=f"Bought item number EIGHT, {number}")
            assert found(cache, path, eight) == {f"Bought item number EIGHT, {number}"}
            assert cache._known[GROUND].size < 3 * 60 * 50
        one.delete(id)
        assert found(cache, path, eight) == set()
        # What is not ASCII may hold anything, whatever letters are alike.
        one.add("Number \uff45\uff49\uff47\uff48\uff54", user_id="alex", infer=False)
        assert found(cache, path, eight) == {"Number \uff45\uff49\uff47\uff48\uff54"}
        one.reset(confirm="everything")
        assert found(cache, path, eight) == set()


def test_what_very_many_hold_is_not_collected(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_SURE", 5)
    cache = TextsCache()
    assert found(cache, filled, {"keywords": "bought"}) is None
    assert found(cache, filled, {"AND": [{"keywords": "bought"}, {"keywords": "number 7 "}]}) == SEVEN


def test_more_text_than_fits_is_left_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache, seven = tmp_path / "memories.db", TextsCache(), {"keywords": "number 7 "}
    with client(path) as one:
        assert found(cache, path, seven) == SEVEN
        monkeypatch.setattr(texts, "_MOST", cache._known[GROUND].size + 10)
        one.add("something that is longer", user_id="alex", infer=False)
        assert found(cache, path, seven) is None
        assert cache._known[GROUND].joined == ""
        assert [hit["memory"] for hit in one.search("item", user_id="alex", filters=seven)] == list(SEVEN)
