"""What is remembered of memories from one search to the next is never what they were before."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from graphmem import MemoryClient
from graphmem.model.words import stem_list
from graphmem.stores.sqlite.told import ToldCache

ROWS = "SELECT m.seq, m.version_id, x.seq FROM memory m LEFT JOIN message x USING (conversation, position)"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "memories.db"


def told(store: Path, cache: ToldCache) -> list[tuple[str | None, str | None, bool]]:
    """Stems, speaker, and whether it is what was said, of each memory."""
    connection = sqlite3.connect(store)
    rows = cache.of(connection.execute, connection.execute(ROWS).fetchall()).values()
    connection.close()
    return [(row.stems, row.speaker, row.verbatim) for row in rows]


def test_a_change_makes_it_be_read_again(store: Path) -> None:
    cache = ToldCache()
    with MemoryClient(str(store), llm="offline", embedder="local") as client:
        said = [{"role": "user", "name": "Anna", "content": "Teapots are blue"}]
        [row] = client.add(said, user_id="alex", infer=False)["results"]
        assert told(store, cache) == told(store, cache) == [(stem_list("Teapots are blue"), "Anna", True)]
        client.update(row["id"], "Teapots are green")
        assert told(store, cache) == [(stem_list("Teapots are green"), "Anna", False)]


def test_a_message_that_comes_later_or_is_gone_is_noticed(store: Path) -> None:
    cache = ToldCache()
    with MemoryClient(str(store), llm="offline", embedder="local") as client:
        said = [{"role": "user", "name": "Anna", "content": "Teapots are blue"}]
        client.add(said, user_id="alex", infer=False)
    connection = sqlite3.connect(store)
    connection.execute("UPDATE message SET position = position + 1")
    connection.commit()
    assert told(store, cache) == [(stem_list("Teapots are blue"), None, False)]
    connection.execute("UPDATE message SET position = position - 1")
    connection.commit()
    assert told(store, cache) == [(stem_list("Teapots are blue"), "Anna", True)]


def test_texts_are_those_of_the_version_that_is_asked_for(store: Path) -> None:
    cache = ToldCache()
    with MemoryClient(str(store), llm="offline", embedder="local") as client:
        [row] = client.add("Teapots are blue", user_id="alex", infer=False)["results"]
        connection = sqlite3.connect(store)
        versions = connection.execute("SELECT seq, version_id FROM memory").fetchall()
        assert [each.length for each in cache.texts(connection.execute, versions).values()] == [16]
        client.update(row["id"], "Teapots are green")
        versions = connection.execute("SELECT seq, version_id FROM memory").fetchall()
        assert [each.length for each in cache.texts(connection.execute, versions).values()] == [17]
