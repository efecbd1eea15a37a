"""While nobody writes, a search of a small scope reads it once. Whoever writes, and whatever: the next search finds what is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.model import times
from graphmem.stores.sqlite import unchanged
from graphmem.stores.sqlite.standing import Standing
from graphmem.stores.sqlite.unchanged import Connection

QUERIES = ("Which tea does Anna like?", "Who went to Rome in May?", "What did Ben say about green tea?")
SAID = (
    "Anna said that she likes green tea", "Ben went to Rome in May", "The museum in Rome was closed", "Anna has a sister called Clara",
    "Ben's train to Milan was late", "Green tea tastes best at noon", "Anna went to Rome as well", "The opera was sold out",
)  # fmt: skip


def client(path: Path) -> MemoryClient:
    return MemoryClient(str(path), llm="offline", embedder="local")


def fill(one: MemoryClient) -> list[str]:
    ids = []
    for n in range(24):
        message = {"role": "user", "content": f"{SAID[n % len(SAID)]}, number {n}", "name": ("Anna", "Ben")[n % 2]}
        added = one.add([message], user_id="u", run_id=f"r{n % 2}", infer=False, metadata={"n": n})["results"]
        ids.append(added[0]["id"])
    return ids


def found(one: MemoryClient) -> list[list[Any]]:
    # How a vector's products are rounded depends on the place of its row in a matrix.
    return [
        [(hit["memory"], hit["metadata"], hit["categories"], round(hit["score"], 4)) for hit in hits]
        for hits in (one.search(query, user_id="u", top_k=8) for query in QUERIES)
    ]


def agree(path: Path, *readers: MemoryClient) -> None:
    """Whoever has searched before finds, each time, what one finds who has read nothing yet."""
    with client(path) as fresh:
        expected = found(fresh)
    for reader in readers:
        assert found(reader) == found(reader) == found(reader) == expected


def kept(one: MemoryClient, filter: dict[str, Any]) -> Standing | None:
    with one._parts.store()._database.read() as connection:
        assert isinstance(connection, Connection)
        return connection._kept.get(parse(filter)) if not isinstance(connection._kept.get(parse(filter)), str) else None


WRITES: dict[str, Callable[[MemoryClient, list[str]], Any]] = {
    "add": lambda one, _: one.add("Anna drinks black tea in Rome now", user_id="u", infer=False),
    "update": lambda one, ids: one.update(ids[0], text="Anna would rather have coffee than tea"),
    "metadata": lambda one, ids: one.update(ids[5], metadata={"n": "changed"}),
    "categories": lambda one, ids: one.update(ids[0], categories=["food"]),
    "delete": lambda one, ids: one.delete(ids[0]),
    "restore": lambda one, ids: (one.delete(ids[5]), one.restore(one.history(ids[5])[0]["id"])),
    "erase": lambda one, ids: one.erase(ids[5]),
    "expire": lambda one, ids: one.update(ids[0], expiration_date=times.now() + timedelta(days=2)),
    "expired": lambda one, ids: one.update(ids[0], expiration_date=times.now() - timedelta(days=2)),
    "another scope": lambda one, _: one.add("Anna likes green tea", user_id="someone else", infer=False),
    "delete_all": lambda one, _: one.delete_all(run_id="r0"),
    "reset": lambda one, _: one.reset(confirm="everything"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_is_written_is_found_by_the_next_search(tmp_path: Path, write: Callable[..., Any]) -> None:
    path = tmp_path / "memories.db"
    with client(path) as writer, client(path) as reader:
        ids = fill(writer)
        agree(path, reader, writer)
        write(writer, ids)
        agree(path, reader, writer)


def test_it_is_kept_from_the_second_search_on_until_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with client(path) as writer, client(path) as reader:
        ids = fill(writer)
        # Now it knows which words say nothing here: before, one search asks twice.
        reader.search("tea", user_id="u")
        for number, one in enumerate((writer, reader, writer)):
            one.update(ids[3], metadata={"number": number})
            reader.search("tea", user_id="u")
            assert kept(reader, {"user_id": "u"}) is None
            reader.search("tea", user_id="u")
            standing = kept(reader, {"user_id": "u"})
            assert standing is not None
            assert len(standing.newest) == len(standing.vectors) == 24


def test_what_expires_and_what_is_large_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "memories.db"
    with client(path) as one:
        ids = fill(one)
        one.update(ids[0], expiration_date=times.now() + timedelta(days=2))
        found(one)
        assert kept(one, {"user_id": "u"}) is None
        one.update(ids[0], expiration_date=None)
        monkeypatch.setattr(unchanged, "_MOST", 23)
        found(one)
        assert kept(one, {"user_id": "u"}) is None
        monkeypatch.setattr(unchanged, "_MOST", 24)
        one.update(ids[0], metadata={})
        found(one)
        assert kept(one, {"user_id": "u"}) is not None


def test_only_the_filters_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "_KEPT", 2)
    with client(tmp_path / "memories.db") as one:
        fill(one)
        for run in ("r0", "r0", "r1", "r1", "r0", "none"):
            one.search("tea", run_id=run)
        assert kept(one, {"run_id": "r0"}) is not None
        assert kept(one, {"run_id": "r1"}) is None


def test_what_is_kept_scores_words_as_one_query_does(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with client(path) as writer, client(path) as reader:
        fill(writer)
        writer.add("Anna likes green tea and green trains", user_id="another", infer=False)
        for query in (*QUERIES, "tea tea Tea", "green teas, trains and going to Rome", "茶"):
            with client(path) as fresh:
                once = {
                    hit["id"]: hit["explain"]["arms"].get("text")
                    for hit in fresh.search(query, user_id="u", explain=True)
                }
            for _ in range(3):
                again = reader.search(query, user_id="u", explain=True)
                assert {hit["id"]: hit["explain"]["arms"].get("text") for hit in again} == once


def test_what_is_kept_for_1_is_not_what_is_kept_for_true(tmp_path: Path) -> None:
    with client(tmp_path / "memories.db") as one:
        for value in (1, True):
            one.add(f"Anna likes tea, said {value}", user_id="u", infer=False, metadata={"value": value})
        for value in (1, True, 1, True, True, 1):
            hits = one.search("tea", user_id="u", metadata={"value": value}, keyword_search=False)
            assert [hit["memory"] for hit in hits] == [f"Anna likes tea, said {value}"]


def test_what_is_kept_is_not_what_callers_get(tmp_path: Path) -> None:
    with client(tmp_path / "memories.db") as one:
        one.add("Anna likes tea", user_id="u", infer=False, metadata={"cups": [1, {"of": "tea"}]})
        for _ in range(4):
            [hit] = one.search("tea", user_id="u")
            assert hit["metadata"] == {"cups": [1, {"of": "tea"}]}
            hit["metadata"]["cups"][1]["of"] = "milk"
            hit["metadata"]["cups"].append(2)


def test_facts_are_found_as_before_and_led_to_by_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    said = (
        "My sister Anna lives in Rome.",
        "I am allergic to nuts.",
        "Anna works at Google.",
        "I visited Lisbon and Oslo.",
    )
    with client(path) as writer, client(path) as reader:
        for text in said:
            writer.add(text, user_id="u")
        for query in ("Where does my sister live?", "What should I cook?", "Anna", "Which cities did I visit?", "!"):
            with client(path) as fresh:
                expected = fresh.search(query, user_id="u", explain=True, output_format="v1.1")
            assert expected["results"]
            for _ in range(3):
                assert reader.search(query, user_id="u", explain=True, output_format="v1.1") == expected
