"""The graph arm of the embedded store: a name that very many memories mention costs no more than one that some mention."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from graphmem.filters.parse import parse
from graphmem.model import times
from graphmem.model.requests import SearchRequest
from graphmem.search.asked import asked, start
from graphmem.stores.sqlite.graph import Walker
from graphmem.stores.sqlite.store import SQLiteStore
from tests.tools.triples import tell

FILTER = parse({"user_id": "alex"})
SOME, MANY = 500, 5_000
# SQLite tells after so many steps of its virtual machine.
_STEPS = 1_000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    return {size: _filled(tmp_path_factory.mktemp("mentions") / f"{size}.db", size) for size in (SOME, MANY)}


def _filled(file: Path, size: int) -> Path:
    store = SQLiteStore(str(file))
    store.open()
    kinds = ("visited", "saw", "knows", "friend_of", "likes")
    tell(store, (("Maria", kinds[n % 5], f"Town {n}") for n in range(size)))
    tell(store, (("user", kinds[n % 5], "Maria") for n in range(size)))
    store.close()
    return file


def _walked(file: Path, query: str) -> tuple[int, int, int]:
    """Thousands of steps, memories that mention, memories with relations that are asked for."""
    request = SearchRequest(FILTER, times.now(), walk=start(asked(query), query, FILTER))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with closing(sqlite3.connect(file)) as connection:
        connection.set_progress_handler(count, _STEPS)
        hops, links = Walker(connection, "m.user_id = :user", {"user": "alex"}, request).run([])
    return steps, len(hops), len(links)


@pytest.mark.parametrize(
    "query", ["Which towns has Maria visited?", "Who are my friends?", "Maria", "What does my sister like?"]
)
def test_work_is_bounded(files: dict[int, Path], query: str) -> None:
    some, *_ = _walked(files[SOME], query)
    many, mentioning, linked = _walked(files[MANY], query)
    assert many <= 1.3 * some + 10
    assert mentioning <= 50
    assert linked <= 700


def test_steps_are_counted(files: dict[int, Path]) -> None:
    """So that the test above notices work that grows."""
    with closing(sqlite3.connect(files[MANY])) as connection:
        steps: list[None] = []
        connection.set_progress_handler(lambda: steps.append(None) or 0, _STEPS)
        connection.execute("SELECT count(*) FROM relation WHERE predicate LIKE '%o%'").fetchone()
    assert len(steps) > 20
