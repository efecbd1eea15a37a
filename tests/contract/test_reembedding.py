"""A store gets the vectors of another embedder: beside the old ones, and then all at once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from graphmem import EmbeddingError, MemoryClient, SchemaError, ScopeError
from graphmem.model.requests import EmbedderInfo
from tests.conftest import CYPHER, FILE, KINDS, Awaited, StoreUnderTest

OLD, NEW, THIRD = EmbedderInfo("old", 3), EmbedderInfo("new", 5), EmbedderInfo("third", 3)
EMPTY = "……"


class StoppedError(BaseException):
    pass


class Points:
    """An embedder that tells texts apart. It raises when it would embed more texts than `most`."""

    def __init__(self, info: EmbedderInfo, most: float = float("inf")) -> None:
        self.name, self.size, self.most = info.name, info.dimensions, most
        self.texts: list[str] = []
        self.before: Callable[[], None] = lambda: None

    def embed(self, texts: Sequence[str]) -> list[Any]:
        self.before()
        self.texts += texts
        if len(self.texts) > self.most:
            raise StoppedError
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> Any:
        """A direction that follows from the text, never the other way."""
        if text == EMPTY:
            return None
        seed = int(hashlib.sha256(f"{self.name} {text}".encode()).hexdigest()[:8], 16)
        point = np.abs(np.random.default_rng(seed).normal(size=self.size))
        return (point / np.linalg.norm(point)).astype(np.float32)

    def close(self) -> None:
        pass


class AwaitedPoints(Points):
    async def embed(self, texts: Sequence[str]) -> list[Any]:  # type: ignore[override]
        return super().embed(texts)

    async def close(self) -> None:  # type: ignore[override]
        pass


Make = Callable[..., tuple[Any, Points]]


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, store: StoreUnderTest) -> Iterator[Make]:
    """Makes clients of the store, each with its embedder; all sync, or all awaited."""
    # A server that other tests have used is bound to their embedder.
    with MemoryClient(**store.settings, llm="offline") as client:
        client.reset("everything")
    made: list[Any] = []
    loop = asyncio.new_event_loop()

    def one(info: EmbedderInfo, most: float = float("inf"), **more: Any) -> tuple[Any, Points]:
        if request.param == "sync":
            embedder = Points(info, most)
            made.append(MemoryClient(**{**store.settings, "embedder": embedder, **more}))
        else:
            embedder = AwaitedPoints(info, most)
            made.append(Awaited(loop, **{**store.awaited_settings, "embedder": embedder, **more}))
        return made[-1], embedder

    yield one
    for client in made:
        client.close()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    # A server is shared by the tests, and they embed otherwise.
    with MemoryClient(**store.settings) as client:
        client.reset(confirm="everything")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphmem._sync.client.maintain._TEXTS", 2)
    monkeypatch.setattr("graphmem._async.client.maintain._TEXTS", 2)


def fill(client: Any) -> dict[str, str]:
    """Texts that are current, that were changed, and withdrawn; and one that no embedder finds meaning in."""
    for text in ("likes tea", "plays chess", "has a dog", EMPTY):
        client.add(text, user_id="alex", infer=False)
    ids = {row["memory"]: row["id"] for row in client.get_all(user_id="alex")}
    client.update(ids["likes tea"], text="likes milk")
    client.update(ids["plays chess"], metadata={"level": 3})
    client.delete(ids["has a dog"])
    return ids


def exported(client: Any) -> tuple[Any, dict[tuple[str, int], Any]]:
    """The embedder in an export's header, and the vectors in it by the version's text and number."""
    file = io.StringIO()
    client.export_jsonl(file)
    header, *rows = map(json.loads, file.getvalue().splitlines())
    versions = [row for row in rows if row["kind"] == "version"]
    return header["embedder"], {(row["text"], row["number"]): row["vector"] for row in versions}


def is_of(embedder: Points, client: Any) -> bool:
    """Whether all vectors in the store are those of this embedder, past versions included."""
    header, vectors = exported(client)
    expected = {
        (text, number): None
        if embedder.vector(text) is None or (text, number) == ("has a dog", 2)
        else base64.b64encode(embedder.vector(text).tobytes()).decode()
        for text, number in vectors
    }
    return header == {"name": embedder.name, "dimensions": embedder.size} and vectors == expected


def best(client: Any, query: str, **more: Any) -> tuple[str, float]:
    """What the vectors find first, and its similarity."""
    hits = client.search(query, user_id="alex", threshold=0.0, keyword_search=False, explain=True, **more)
    found = [(hit["explain"]["arms"]["vector"]["score"], hit["memory"]) for hit in hits if hit["memory"] != EMPTY]
    score, text = max(found)
    return text, round(score, 4)


def test_all_texts_get_new_vectors(make: Make) -> None:
    old, _ = make(OLD)
    fill(old)
    before = old.info().counts
    client, embedder = make(NEW)
    seen: list[tuple[int, int]] = []
    report = client.reembed(progress=lambda done, total: seen.append((done, total)))
    # Two for the one that changed its text, and for the one that changed its metadata.
    assert report == {"embedder": "new", "dimensions": 5, "embedded": 6}
    assert seen == [(2, 6), (4, 6), (6, 6)]
    assert (client.info().embedder, client.info().reembedding) == (NEW, None)
    assert client.info().counts == before
    assert is_of(embedder, client)
    assert best(client, "likes milk") == ("likes milk", 1.0)
    assert best(client, "plays chess") == ("plays chess", 1.0)
    assert client.reembed() == {"embedder": "new", "dimensions": 5, "embedded": 0}
    assert client.doctor() == {"problems": []}


def test_the_past_has_new_vectors(make: Make) -> None:
    old, _ = make(OLD)
    ids = fill(old)
    # The last one was added then, and none was changed yet.
    middle = old.history(ids[EMPTY])[0]["created_at"]
    client, _ = make(NEW)
    client.reembed()
    assert best(client, "likes tea", as_of=middle) == ("likes tea", 1.0)
    assert best(client, "has a dog", as_of=middle) == ("has a dog", 1.0)
    with pytest.raises(SchemaError, match="holds vectors of new"):
        old.search("likes tea", user_id="alex", as_of=middle)


def test_stopped_halfway_the_old_embedder_serves_and_the_same_call_goes_on(make: Make) -> None:
    old, kept = make(OLD)
    fill(old)
    # One text to learn the size, and two batches.
    stopped, _ = make(NEW, most=5)
    with pytest.raises(StoppedError):
        stopped.reembed()
    change = old.info().reembedding
    assert (change.embedder, change.done, change.total) == (NEW, 4, 6)
    assert old.info().embedder == OLD
    assert best(old, "likes milk") == ("likes milk", 1.0)
    assert is_of(kept, old)
    client, embedder = make(NEW)
    with pytest.raises(SchemaError) as caught:
        client.search("likes milk", user_id="alex")
    for part in ("vectors of old (3 floats)", "new (5 floats): 4 of 6 texts", "use old", "graphmem reembed"):
        assert part in str(caught.value)
    with pytest.raises(SchemaError, match="4 of 6 texts"):
        client.add("plays golf", user_id="alex", infer=False)
    assert client.reembed()["embedded"] == 2
    assert is_of(embedder, client)


def test_afterwards_clients_with_the_old_embedder_are_refused(make: Make) -> None:
    # Of one size, so that only the name tells them apart.
    old, _ = make(OLD)
    fill(old)
    assert best(old, "likes milk")[0] == "likes milk"
    client, _ = make(THIRD)
    client.reembed()
    late, _ = make(OLD)
    for each in (old, late):
        with pytest.raises(
            SchemaError,
            match=r"holds vectors of third .* embeds with old .*: use third, or another store, or .* reembed",
        ):
            each.search("likes milk", user_id="alex")
        with pytest.raises(SchemaError, match="holds vectors of third"):
            each.add("plays golf", user_id="alex", infer=False)
        with pytest.raises(SchemaError, match="holds vectors of third"):
            each.add("I have a cat named Tom.", user_id="alex")
        assert len(each.get_all(user_id="alex")) == 3
    assert best(client, "likes milk") == ("likes milk", 1.0)
    client.add("plays golf", user_id="alex", infer=False)
    assert best(client, "plays golf") == ("plays golf", 1.0)


def test_what_is_added_and_changed_meanwhile_is_not_missed(make: Make) -> None:
    old, _ = make(OLD)
    ids = fill(old)
    client, embedder = make(NEW)
    rounds = 0

    def meanwhile() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            others, _ = make(OLD)
            others.add("came later", user_id="alex", infer=False)
            others.update(ids["likes tea"], text="likes juice")
            others.update(ids["plays chess"], metadata={"level": 4})
            others.delete(ids[EMPTY])
            others.add("has a dog", user_id="alex", infer=False)

    if isinstance(client, MemoryClient):
        embedder.before = meanwhile
        client.reembed()
    else:
        # What awaits can't wait for another awaited call here: it is stopped, and goes on.
        stopped, _ = make(NEW, most=3)
        with pytest.raises(StoppedError):
            stopped.reembed()
        rounds = 2
        meanwhile()
        client.reembed()
    assert rounds >= 3
    assert is_of(embedder, client)
    assert best(client, "came later") == ("came later", 1.0)
    assert best(client, "likes juice") == ("likes juice", 1.0)
    assert client.doctor() == {"problems": []}


def test_what_is_erased_meanwhile_is_passed_over(make: Make) -> None:
    old, _ = make(OLD)
    ids = fill(old)
    stopped, _ = make(NEW, most=5)
    with pytest.raises(StoppedError):
        stopped.reembed()
    for text in ("likes tea", "has a dog"):
        old.erase(ids[text])
    client, embedder = make(NEW)
    client.reembed()
    assert is_of(embedder, client)
    assert best(client, "plays chess") == ("plays chess", 1.0)


def test_there_and_back_again(make: Make) -> None:
    client, embedder = make(OLD)
    fill(client)
    for info in (NEW, OLD, THIRD, NEW, OLD):
        other, embedder = make(info)
        assert other.reembed()["embedded"] == 6
        assert is_of(embedder, other)
    # It was refused meanwhile, and may go on now that its embedder is back.
    assert best(client, "likes milk") == ("likes milk", 1.0)
    client.add("plays golf", user_id="alex", infer=False)
    assert is_of(embedder, client)


def test_a_third_embedder_must_throw_away_what_the_second_made(make: Make) -> None:
    old, kept = make(OLD)
    fill(old)
    stopped, _ = make(NEW, most=3)
    with pytest.raises(StoppedError):
        stopped.reembed()
    third, embedder = make(THIRD)
    with pytest.raises(SchemaError, match=r"is being given vectors of new \(5 floats\).*--restart"):
        third.reembed()
    with pytest.raises(SchemaError, match="--restart"):
        old.reembed()
    assert old.info().reembedding.done == 2
    # With the embedder that the store has, the change is given up.
    assert old.reembed(restart=True)["embedded"] == 0
    assert old.info().reembedding is None
    assert is_of(kept, old)
    with pytest.raises(StoppedError):
        make(NEW, most=3)[0].reembed()
    assert third.reembed(restart=True)["embedded"] == 6
    assert is_of(embedder, third)


def test_an_empty_store_only_changes_its_record(make: Make) -> None:
    client, _ = make(NEW)
    assert client.reembed() == {"embedder": "new", "dimensions": 5, "embedded": 0}
    assert client.info().embedder == NEW
    other, _ = make(OLD)
    assert other.reembed()["embedded"] == 0
    assert other.info().embedder == OLD
    other.add("likes tea", user_id="alex", infer=False)
    assert best(other, "likes tea") == ("likes tea", 1.0)


def test_a_reset_ends_a_change(make: Make) -> None:
    old, _ = make(OLD)
    fill(old)
    with pytest.raises(StoppedError):
        make(NEW, most=3)[0].reembed()
    old.reset(confirm="everything")
    assert (old.info().embedder, old.info().reembedding) == (None, None)
    client, embedder = make(THIRD)
    client.add("likes tea", user_id="alex", infer=False)
    assert is_of(embedder, client)


def test_who_may_not(make: Make) -> None:
    bound, _ = make(OLD, scope={"user_id": "alex"})
    with pytest.raises(ScopeError, match="reembed changes the whole store"):
        bound.reembed()
    silent, embedder = make(OLD)
    embedder.vector = lambda text: None  # type: ignore[method-assign]
    with pytest.raises(EmbeddingError, match="gives no vector"):
        silent.reembed()


@pytest.mark.needs(FILE)
def test_no_other_vectors_are_left_in_the_file(make: Make, store: StoreUnderTest) -> None:
    old, _ = make(OLD)
    fill(old)
    with pytest.raises(StoppedError):
        make(NEW, most=3)[0].reembed()
    make(THIRD)[0].reembed(restart=True)
    connection = sqlite3.connect(store.file)
    sizes = connection.execute("SELECT length(data), count(*) FROM vector GROUP BY 1").fetchall()
    used = connection.execute("SELECT count(DISTINCT vector) FROM version").fetchone()[0]
    assert sizes == [(4 * THIRD.dimensions, used)]
    assert connection.execute("SELECT count(*) FROM reembedded").fetchone() == (0,)
    connection.close()


@pytest.mark.needs(CYPHER)
def test_no_other_vectors_are_left_in_the_graph(make: Make, store: StoreUnderTest) -> None:
    old, _ = make(OLD)
    fill(old)
    with pytest.raises(StoppedError):
        make(NEW, most=3)[0].reembed()
    make(THIRD)[0].reembed(restart=True)
    assert store.server is not None
    driver = store.server.driver
    kept = "MATCH (n:GraphmemMemory|GraphmemVersion) WHERE n.embedding IS NOT NULL OR n.no_vector IS NOT NULL RETURN count(n)"
    assert driver.execute_query(kept).records[0][0] == 0
    sizes = "MATCH (n:GraphmemMemory|GraphmemVersion) WHERE n.embedding_2 IS NOT NULL RETURN DISTINCT size(n.embedding_2) AS size"
    assert driver.execute_query(sizes).records[0][0] == THIRD.dimensions
    indexes = (
        "SHOW INDEXES YIELD name, type, state WHERE type = 'VECTOR' AND name STARTS WITH 'graphmem' RETURN name, state"
    )
    found = [list(row.values()) for row in driver.execute_query(indexes).records]
    assert found == [["graphmem_own_memory_embedding_2", "ONLINE"]]


def test_queries_may_be_embedded_otherwise(make: Make) -> None:
    client, embedder = make(OLD)
    fill(client)
    asked: list[str] = []

    def embed_queries(texts: Sequence[str]) -> list[Any]:
        asked.extend(texts)
        return [embedder.vector("likes milk") for _ in texts]

    async def awaited(texts: Sequence[str]) -> list[Any]:
        return embed_queries(texts)

    embedder.embed_queries = embed_queries if isinstance(client, MemoryClient) else awaited  # type: ignore[attr-defined]
    assert best(client, "plays chess") == ("likes milk", 1.0)
    assert asked == ["plays chess"]
    assert "plays chess" not in embedder.texts[-1:]
