"""In a large scope the embedded store remembers who is in it. It still answers as if it read everything, whoever writes."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.model import times
from graphmem.model.requests import NearRequest, Probe, SearchRequest
from graphmem.search.terms import query_terms
from graphmem.stores.sqlite import within
from graphmem.stores.sqlite.store import SQLiteStore
from tests.benchmarks.corpus import questions, statements

SIZE = 120
FILTERS: tuple[dict[str, Any], ...] = (
    {"user_id": "alex"},
    {},
    {"user_id": {"in": ["alex", "blake"]}},
    {"AND": [{"user_id": "alex"}, {"run_id": "r1"}]},
    {"AND": [{"user_id": "alex"}, {"metadata": {"shelf": 3}}]},
    {"AND": [{"user_id": "alex"}, {"categories": {"in": ["odd"]}}]},
    {"AND": [{"user_id": "alex"}, {"NOT": {"categories": {"in": ["odd"]}}}]},
    {"AND": [{"user_id": "alex"}, {"text": {"icontains": "PIANO"}}]},
    {"AND": [{"user_id": "alex"}, {"text": {"contains": "iano"}}, {"metadata": {"shelf": {"lt": 9}}}]},
    {"AND": [{"user_id": "alex"}, {"NOT": {"text": {"contains": "a"}}}]},
    {"AND": [{"user_id": "alex"}, {"OR": [{"keywords": "viol"}, {"text": {"icontains": "É"}}, {"keywords": "k2"}]}]},
    {"AND": [{"user_id": "alex"}, {"metadata": {"shelf": {"in": [3, "x"]}}}, {"NOT": {"metadata": {"shelf": 4}}}]},
)


@pytest.fixture(params=["large", "small"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a store that takes ten memories for a large scope; or none, where both ways must come to the same."""
    monkeypatch.setattr(within, "LARGE", 10 if request.param == "large" else 1_000_000)
    return str(tmp_path / "memories.db")


def client(path: str) -> MemoryClient:
    return MemoryClient(path, llm="offline", embedder="local")


def fill(client: MemoryClient, count: int = SIZE, seed: int = 1) -> list[str]:
    said = list(statements(random.Random(seed), count))
    items = [
        {
            "messages": text,
            "user_id": "blake" if number % 6 == 5 else "alex",
            "run_id": f"r{number % 3}",
            "metadata": {"shelf": number % 30},
            "categories": ["odd" if number % 2 else "even"],
            "infer": False,
        }
        for number, text in enumerate(said)
    ]
    ids = []
    for item in items:
        categories = item.pop("categories")
        [row] = client.add(item.pop("messages"), **item)["results"]
        client.update(row["id"], categories=categories)
        ids.append(row["id"])
    return ids


def agree(reader: MemoryClient, path: str) -> None:
    """What a client that has searched before finds is what all memories of the file, read anew, would give."""
    store = reader._parts.store()
    fresh = SQLiteStore(path)
    fresh.open()
    try:
        for filter, question in zip(FILTERS, questions(len(FILTERS)), strict=True):
            [vector] = reader._parts.embed([question], writing=False)
            assert vector is not None
            found = store.search(SearchRequest(parse(filter), times.now(), vector, limit=10, reach=0))
            rows = fresh.past(parse({}), times.now(), vector)
            listed = {each.id for each in fresh.select(parse(filter), times.now()).memories}
            best = sorted(
                (row.similarity for row in rows if row.id in listed and row.similarity is not None), reverse=True
            )
            scores = sorted((each.vector for each in found.candidates if each.vector is not None), reverse=True)
            assert {each.id for each in found.candidates} <= listed, filter
            assert scores == pytest.approx(best[:10], abs=1e-6), filter
    finally:
        fresh.close()


def test_what_other_clients_write_is_found_and_what_they_delete_is_not(path: str) -> None:
    rng = random.Random(3)
    with client(path) as writer, client(path) as reader:
        ids = fill(writer)
        agree(reader, path)
        said = iter(statements(random.Random(4), 40))
        for _ in range(6):
            for id in rng.sample(ids, 8):
                ids.remove(id)
                writer.delete(id)
            writer.restore(writer.history(rng.choice(list(set(ids))))[0]["id"])
            for id in rng.sample(ids, 3):
                writer.update(id, text=next(said))
            # Not ASCII: a Kelvin sign, which is a k in lower case.
            writer.update(rng.choice(list(set(ids))), text=f"{next(said)} \u212a2 ÉCLAIR {rng.random()}")
            erased = ids.pop()
            writer.erase(erased)
            ids.append(writer.add(next(said), user_id="alex", infer=False)["results"][0]["id"])
            agree(reader, path)
            agree(writer, path)
        assert writer.delete_all(user_id="alex")["deleted"] > 50
        agree(reader, path)
        assert reader.search("piano", user_id="alex") == []
        fill(writer, 60, seed=9)
        agree(reader, path)
        writer.reset(confirm="everything")
        fill(writer, 30, seed=10)
        agree(reader, path)


def test_a_deleted_memory_that_is_restored_is_found_again(path: str) -> None:
    with client(path) as writer, client(path) as reader:
        ids = fill(writer, 60)
        text = writer.get(ids[0])["memory"]
        assert reader.search(text, user_id="alex")[0]["id"] == ids[0]
        versions = writer.history(ids[0])
        writer.delete(ids[0])
        assert ids[0] not in [hit["id"] for hit in reader.search(text, user_id="alex")]
        writer.restore(versions[-1]["id"])
        assert reader.search(text, user_id="alex")[0]["id"] == ids[0]


def test_what_expires_is_not_found(path: str) -> None:
    with client(path) as one:
        ids = fill(one, 60)
        text = one.get(ids[0])["memory"]
        store = one._parts.store()
        [vector] = one._parts.embed([text], writing=False)
        one.update(ids[0], expiration_date=times.now() + timedelta(days=2))
        filter = parse({"user_id": "alex"})
        for days, there in ((1, True), (3, False)):
            found = store.search(
                SearchRequest(filter, times.now() + timedelta(days=days), vector, query_terms("piano"), limit=60)
            )
            assert (ids[0] in {each.id for each in found.candidates}) is there
            near = NearRequest(filter, times.now() + timedelta(days=days), "", (Probe("x", vector),))
            assert (ids[0] in {each.memory.id for each in store.nearest(near).known[0]}) is there


def test_words_find_the_memories_that_hold_them(path: str) -> None:
    with client(path) as one:
        fill(one)
        store, texts = one._parts.store(), [row["memory"] for row in one.get_all(user_id="alex")]
        for words in (("lisbon",), ("piano", "violin"), ("visit",), ("nowhere",), ("été",)):
            found = store.search(
                SearchRequest(
                    parse({"user_id": "alex"}), times.now(), None, query_terms(" ".join(words)), limit=SIZE, reach=0
                )
            )
            named = {"visit": "visited"}
            holding = [text for text in texts if any(named.get(word, word) in text.lower() for word in words)]
            assert len(found.candidates) == len(holding)
            assert all(each.text is not None and each.text > 0 for each in found.candidates)


def test_rare_words_come_before_common_ones_and_short_texts_before_long(path: str) -> None:
    with client(path) as one:
        for number in range(40):
            one.add(f"Common thing number {number}", user_id="alex", infer=False)
        rare = one.add("A common zebra in the garden", user_id="alex", infer=False)["results"][0]["id"]
        alone = one.add("A zebra", user_id="alex", infer=False)["results"][0]["id"]
        request = SearchRequest(
            parse({"user_id": "alex"}), times.now(), None, query_terms("zebra common"), limit=5, reach=0
        )
        found = one._parts.store().search(request).candidates
        best = sorted(found, key=lambda each: -(each.text or 0))
        assert {each.id for each in best[:2]} == {rare, alone}
        request = SearchRequest(parse({"user_id": "alex"}), times.now(), None, query_terms("zebra"), limit=5, reach=0)
        found = one._parts.store().search(request).candidates
        assert max(found, key=lambda each: each.text or 0).id == alone


@pytest.mark.parametrize("size", [1, 7, 100, 1_000])
def test_pages_together_are_the_whole_listing(path: str, size: int) -> None:
    with client(path) as one:
        fill(one, 60)
        store = one._parts.store()
        for filter in FILTERS:
            whole = store.select(parse(filter), None)
            pages = [store.select(parse(filter), None, offset, size) for offset in range(0, whole.total + size, size)]
            assert {page.total for page in pages} == {whole.total}
            assert [each.id for page in pages for each in page.memories] == [each.id for each in whole.memories]
            assert store.select(parse(filter), None, 3).memories == whole.memories[3:]


def test_many_are_withdrawn_as_one_by_one(path: str) -> None:
    with client(path) as one, client(path + ".other") as other:
        for each in (one, other):
            fill(each, 120)
        one.delete_all(user_id="alex")
        for row in other.get_all(user_id="alex"):
            other.delete(row["id"])
        for each in (one, other):
            assert each.get_all(user_id="alex") == []
            assert len(each.get_all(user_id="blake")) == 20
            assert each.doctor() == {"problems": []}
        assert one.info().counts == other.info().counts


def test_similar_vectors_are_told_apart_exactly() -> None:
    from graphmem.stores.sqlite.vectors import similarities

    rng = np.random.default_rng(5)
    matrix = rng.normal(size=(500, 16)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    for places in (
        np.arange(500),
        np.arange(100, 180),
        rng.permutation(500)[:9],
        np.array([3]),
        np.array([], dtype=np.intp),
    ):
        found = similarities(matrix, places.astype(np.intp), matrix[3])
        assert found == pytest.approx((1 + matrix[places.astype(np.intp)] @ matrix[3]) / 2, abs=1e-6)
