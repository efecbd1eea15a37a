"""Stores of a graphmem that compared characters and not letters: what is compared is written anew when they are opened."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.model.memory import Scope, digest
from graphmem.stores.neo4j import statements
from graphmem.stores.neo4j.statements import DataStep
from graphmem.stores.scope_tokens import scope_token
from graphmem.stores.sqlite import rereading, upgrades
from tests.conftest import StoreUnderTest
from tests.contract.scripts import decomposed

CAFE, JOSE = decomposed("Café"), decomposed("josé")
TEXTS = (
    "我的朋友安宝春在银行上班",
    decomposed("Ich trinke gern Café crème"),
    "Likes TEA",
    "likes tea too",
    "ไปทะเลเมื่อวาน",
)
# The version before the steps.
EMBEDDED, NEO4J = 12, 13


class KilledError(Exception):
    pass


@pytest.fixture
def old_store(store: StoreUnderTest) -> StoreUnderTest:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        for text in TEXTS:
            client.add(text, user_id="jose", infer=False, categories=["Cafe"], metadata={"k": "Cafe"})
        talk = [{"role": "user", "content": text} for text in ("I am allergic to nuts.", TEXTS[0])]
        client.add(talk, user_id="jose")
    make_older(store)
    return store


def make_older(store: StoreUnderTest) -> None:
    """Write what is compared as it was written then, with ids, categories and metadata in two parts."""
    if store.server is not None:
        for query, values in _OLDER:
            store.server.driver.execute_query(query, values, database_=store.server.database)  # type: ignore[arg-type]
        return
    connection = sqlite3.connect(store.settings["store"])
    for table in ("memory", "version", "said"):
        connection.execute(f"UPDATE {table} SET user_id = ?", (JOSE,))
    connection.execute("UPDATE memory SET indexed = NULL, scopes = ?, categories = ?, metadata = ?", _OF_MEMORY)
    connection.execute("UPDATE version SET categories = ?, metadata = ?", _OF_MEMORY[1:])
    connection.execute("UPDATE said SET indexed = NULL, scopes = ?, stems = ''", _OF_MEMORY[:1])
    for table in ("memory_category", "memory_metadata"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT INTO memory_category SELECT seq, ? FROM memory", (CAFE,))
    connection.execute("INSERT INTO memory_metadata SELECT seq, 'metadata/k', 0, 'string', ? FROM memory", (CAFE,))
    connection.execute("UPDATE memory_stems SET stems = ''")
    for seq, text in connection.execute("SELECT seq, text FROM memory").fetchall():
        connection.execute("UPDATE memory SET identity = ? WHERE seq = ?", (_identity(text), seq))
    connection.execute(f"PRAGMA user_version = {EMBEDDED}")
    connection.commit()
    connection.close()


def _identity(text: str) -> str:
    return digest(digest(JOSE, None, None, None), text)


_TOKEN = scope_token("user_id", JOSE)
_OF_MEMORY = (_TOKEN, json.dumps([CAFE], ensure_ascii=False), json.dumps({"k": CAFE}, ensure_ascii=False))
_SPELLED = "m.indexed, m.text_spelled, m.text_folded, m.content_spelled, m.content_folded, m.user_id_folded"
_OLDER: list[tuple[str, dict[str, Any]]] = [
    (
        f"MATCH (m:GraphmemMemory|GraphmemVersion|GraphmemSaidMessage) REMOVE {_SPELLED} SET m.user_id = $id",
        {"id": JOSE},
    ),
    (
        "MATCH (m:GraphmemMemory|GraphmemVersion) SET m.categories = [$word], m.metadata = $metadata",
        {"word": CAFE, "metadata": _OF_MEMORY[2]},
    ),
    (
        "MATCH (m:GraphmemMemory) SET m.`metadata/k` = $word, m.scopes = $token, m.stems = ''",
        {"word": CAFE, "token": _TOKEN},
    ),
    ("MATCH (m:GraphmemSaidMessage) SET m.scopes = $token, m.stems = ''", {"token": _TOKEN}),
    (
        "UNWIND $rows AS row MATCH (m:GraphmemMemory {text: row[0]}) SET m.identity = row[1]",
        {"rows": [[text, _identity(text)] for text in TEXTS]},
    ),
    ("MATCH (n:GraphmemUser) SET n.id = $id, n.caption = $id", {"id": JOSE}),
    ("MATCH (n:GraphmemCategory) DETACH DELETE n", {}),
    (
        "CREATE (n:GraphmemCategory:Category {name: $word, caption: $word}) WITH n MATCH (m:GraphmemMemory)"
        " CREATE (m)-[:IN_CATEGORY]->(n)",
        {"word": CAFE},
    ),
    (f"MATCH (s:GraphMem) SET s.schema_version = {NEO4J}", {}),
]


def check(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        rows = client.get_all(user_id="josé")
        assert {row["memory"] for row in rows} >= set(TEXTS)
        assert {(row["user_id"], *row["categories"], row["metadata"]["k"]) for row in rows} == {("josé", CAFE, CAFE)}
        for query, text in (("安宝春", TEXTS[0]), ("café crème", TEXTS[1]), ("ทะเล", TEXTS[4])):
            hits = client.search(query, user_id=JOSE, explain=True)
            assert "text" in next(hit for hit in hits if hit["memory"] == text)["explain"]["arms"], query
        said: Any = client.search("安宝春", user_id="josé", explain=True, messages=True, output_format="v1.1")
        assert "text" in said["messages"][0]["explain"]["arms"]
        for filter in ({"categories": "Café"}, {"metadata": {"k": {"icontains": "CAFÉ"}}}, {"user_id": "josé"}):
            assert len(client.get_all(version="v2", filters=filter)) == len(rows), filter
        [known] = client.add("Ich trinke gern CAFÉ crème", user_id="josé", infer=False)["results"]
        assert known["event"] == "NONE"
        assert client.doctor() == {"problems": []}


def test_what_is_compared_is_written_anew(old_store: StoreUnderTest) -> None:
    check(old_store)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_store_that_is_killed_meanwhile_is_read_on(
    old_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(upgrades, "_BATCH", 2)
    with monkeypatch.context() as patch:
        if old_store.server is None:
            kill(patch, rereading, "spelled" if step == 1 else "indexed", 3)
        else:
            patch.setitem(statements.STEPS, NEO4J + step, killed(statements.STEPS[NEO4J + step]))
        with MemoryClient(**old_store.settings) as client, pytest.raises(KilledError):
            client.users()
    check(old_store)


def kill(patch: pytest.MonkeyPatch, module: Any, name: str, calls: int) -> None:
    """Let a function of a module raise when it was called so often."""
    left, real = iter(range(calls)), getattr(module, name)

    def call(text: str) -> Any:
        if next(left, None) is None:
            raise KilledError
        return real(text)

    patch.setattr(module, name, call)


def killed(step: object) -> DataStep:
    def die(_: Any) -> dict[str, Any]:
        raise KilledError

    assert isinstance(step, DataStep)
    return replace(step, change=die)


def test_of_two_texts_that_are_one_now_both_stay(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        for text in ("likes tea", "likes milk"):
            client.add(text, user_id="u", infer=False)
    key = Scope("u").key
    change = {"old": "likes milk", "new": "Likes TEA", "identity": digest(key, "Likes TEA")}
    if store.server is None:
        connection = sqlite3.connect(store.settings["store"])
        connection.execute("UPDATE memory SET text = :new, identity = :identity WHERE text = :old", change)
        connection.execute("UPDATE version SET text = :new WHERE text = :old", change)
        connection.execute(f"PRAGMA user_version = {EMBEDDED}")
        connection.commit()
        connection.close()
    else:
        query = (
            "MATCH (v:GraphmemVersion {text: $old}) SET v.text = $new WITH v MATCH (m:GraphmemMemory {text: $old})"
            f" SET m.text = $new, m.identity = $identity WITH m MATCH (s:GraphMem) SET s.schema_version = {NEO4J}"
        )
        store.server.driver.execute_query(query, change, database_=store.server.database)  # type: ignore[arg-type]
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        assert {row["memory"] for row in client.get_all(user_id="u")} == {"likes tea", "Likes TEA"}
        [known] = client.add("LIKES TEA", user_id="u", infer=False)["results"]
        assert known["event"] == "NONE"
        [changed] = [row for row in client.get_all(user_id="u") if row["memory"] == "Likes TEA"]
        client.update(changed["id"], text="Likes coffee")
        assert client.doctor() == {"problems": []}


@pytest.mark.thorough
def test_words_within_what_neo4j_keeps_together_are_found_in_a_store_of_before(neo4j_store: StoreUnderTest) -> None:
    with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as client:
        client.add("I use node.js and foo_bar", user_id="memories", infer=False)
        client.add("Nothing. Of this; kind", user_id="memories", infer=False)
        client.add([{"role": "user", "content": text} for text in ("I like tea.", "See x.org; 1;2")], user_id="u")
    ask = neo4j_store.server.driver.execute_query  # type: ignore[union-attr]
    ask("MATCH (m:GraphmemMemory|GraphmemSaidMessage) REMOVE m.indexed")
    ask("MATCH (s:GraphMem {key: 'store'}) SET s.schema_version = 17")
    with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as client:
        for word in ("node", "bar"):
            hits = client.search(word, user_id="memories", explain=True)
            assert ["text" in hit["explain"]["arms"] for hit in hits][:1] == [True]
        found: Any = client.search("org", user_id="u", messages=True, output_format="v1.1", explain=True)
        assert "text" in found["messages"][0]["explain"]["arms"]
        assert client.info().schema_version == max(statements.STEPS)
    [row] = ask("MATCH (m:GraphmemMemory) WHERE m.indexed IS NOT NULL RETURN count(m) AS parted").records
    assert row["parted"] == 1
