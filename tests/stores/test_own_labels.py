"""A Neo4j store of before, whose nodes have plain labels only, gets labels of graphmem's own: also beside others, and after a kill."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient, StoreError
from graphmem._sync.stores.neo4j_connection import Neo4jConnection
from graphmem.stores.neo4j import query_files, statements
from graphmem.stores.neo4j.labels import PLAIN
from graphmem.stores.neo4j.statements import LABELLING, OwnLabels
from tests.conftest import StoreUnderTest, wipe
from tests.stores.test_old_stores import FIXTURES
from tests.stores.test_schema import run
from tests.tools import others
from tests.tools.neo4j_dump import dump, load

STEP = next(version for version, step in statements.STEPS.items() if isinstance(step, OwnLabels))
# What another program may have made that older versions took for their own: a user without what graphmem writes on one.
TAKEN = (
    "MATCH (u:User {id: 'alex'}) SET u.email = 'alex@example.com', u.caption = 'Alex'",
    "MATCH (c:Category) WITH c ORDER BY c.name LIMIT 1 SET c.caption = null, c.shop = 'theirs'",
)


@pytest.fixture
def old(neo4j_store: StoreUnderTest) -> Iterator[StoreUnderTest]:
    """A store of before, not opened yet."""
    assert neo4j_store.server is not None
    wipe(neo4j_store.server, everything=True)
    with (FIXTURES / "neo4j_v1.jsonl").open(encoding="utf-8") as lines:
        load(neo4j_store.server.driver, neo4j_store.server.database, lines)
    yield neo4j_store
    wipe(neo4j_store.server, everything=True)


def opened(store: StoreUnderTest) -> MemoryClient:
    return MemoryClient(**store.settings, llm="offline", embedder="local")


def content(store: StoreUnderTest) -> list[str]:
    assert store.server is not None
    return dump(store.server.driver, store.server.database)


def test_every_node_has_both_labels_and_only_own_indexes_are_left(old: StoreUnderTest) -> None:
    with opened(old) as client:
        info = client.info()
        assert info.schema_version == max(statements.STEPS)
        assert info.notes == (
            "upgraded from schema version 1: nodes have labels of graphmem's own, such as GraphmemUser",
        )
    labels = {tuple(sorted(row["labels"])) for row in run(old.server, "MATCH (n) RETURN labels(n) AS labels")}
    pairs = {tuple(sorted((f"Graphmem{label}", label))) for label in PLAIN}
    assert labels - pairs == {("GraphMem",), ("GraphmemMessage", "GraphmemSaidMessage", "Message")}
    assert len(labels & pairs) >= 9
    indexed = run(
        old.server, "SHOW INDEXES YIELD labelsOrTypes WHERE labelsOrTypes IS NOT NULL RETURN labelsOrTypes AS labels"
    )
    assert {label for row in indexed for label in row["labels"] if not label.startswith("Graphmem")} == {
        "GraphMem",
        "RELATES_TO",
    }


@pytest.mark.thorough
def test_it_has_what_a_new_store_has(old: StoreUnderTest) -> None:
    schema = [line for line in content_of_opened(old) if line.startswith('{"schema"')]
    assert old.server is not None
    wipe(old.server, everything=True)
    with opened(old) as client:
        client.add("I like tea", user_id="alex", infer=False)
    assert schema == [line for line in content(old) if line.startswith('{"schema"')]


def content_of_opened(store: StoreUnderTest) -> list[str]:
    with opened(store) as client:
        client.users()
    return content(store)


def unnoted(lines: list[str]) -> list[str]:
    """A dump without the schema version that an upgrade began at."""
    return [re.sub(r'"upgraded_from": \d+', "", line) for line in lines]


class KilledError(Exception):
    pass


def killed_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Die when this query is to be sent."""
    text = query_files.load(name).text.splitlines()[0]
    for method in ("write", "run"):
        usual: Callable[..., Any] = getattr(Neo4jConnection, method)

        def die(self: Neo4jConnection, statement: Any, *arguments: Any, usual: Callable[..., Any] = usual) -> Any:
            if statement.text.startswith(text):
                raise KilledError
            return usual(self, statement, *arguments)

        monkeypatch.setattr(Neo4jConnection, method, die)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", [LABELLING[0], LABELLING[3], "schema/said_text", "schema/memory_embedding", "upgrades/part_from_others"]
)
def test_killed_between_two_queries_it_is_resumed(
    old: StoreUnderTest, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in TAKEN:
        run(old.server, query)
    with monkeypatch.context() as patch:
        killed_at(name, patch)
        with opened(old) as client, pytest.raises(KilledError):
            client.users()
        assert run(old.server, "MATCH (s:GraphMem) RETURN s.schema_version AS version") == [{"version": STEP - 1}]
    check_upgraded(old)


def test_killed_within_a_query_it_is_resumed(
    old: StoreUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of two, of which the third fails."""
    for query in TAKEN:
        run(old.server, query)
    shutil.copytree(query_files.FOLDER, tmp_path / "cypher")
    file = tmp_path / "cypher" / "upgrades" / "label_versions.cypher"
    text = file.read_text(encoding="utf-8")
    [bad] = run(old.server, "MATCH (v:Version) WITH v.id AS id ORDER BY id SKIP 10 LIMIT 1 RETURN id")
    failing = f"  SET v:GraphmemVersion\n  WITH v WHERE v.id = '{bad['id']}' AND 1 / (v.number - v.number) = 1\n  SET v.never = true\n"
    file.write_text(
        text.replace("  SET v:GraphmemVersion\n", failing).replace("OF 1000 ROWS", "OF 2 ROWS"), encoding="utf-8"
    )
    with monkeypatch.context() as patch:
        patch.setattr(query_files, "FOLDER", tmp_path / "cypher")
        query_files.load.cache_clear()
        with opened(old) as client, pytest.raises(StoreError, match="by zero"):
            client.users()
    query_files.load.cache_clear()
    [counted] = run(
        old.server,
        "MATCH (v:Version) RETURN count(v) AS all, count(CASE WHEN v:GraphmemVersion THEN 1 END) AS labelled",
    )
    assert 0 < counted["labelled"] < counted["all"]
    check_upgraded(old)


def check_upgraded(store: StoreUnderTest) -> None:
    after = content_of_opened(store)
    with opened(store) as client:
        assert client.info().schema_version == max(statements.STEPS)
        assert client.doctor() == {"problems": []}
        assert client.search("tea", user_id="alex")
    assert store.server is not None
    assert others.theirs(store.server) != []
    # As without a kill.
    wipe(store.server, everything=True)
    with (FIXTURES / "neo4j_v1.jsonl").open(encoding="utf-8") as lines:
        load(store.server.driver, store.server.database, lines)
    for query in TAKEN:
        run(store.server, query)
    assert content_of_opened(store) == after


def test_what_was_taken_from_others_is_given_back(old: StoreUnderTest) -> None:
    """Older versions linked memories to users and categories that they had not made."""
    assert old.server is not None
    for query in (*TAKEN, "MATCH (u:User {id: 'alex'}) CREATE (:Customer {id: 1})-[:IS]->(u)"):
        run(old.server, query)
    linked = run(old.server, "MATCH (:User {id: 'alex'})-[h:HAS_MEMORY]->() RETURN count(h) AS links")
    with opened(old) as client:
        assert client.doctor(fix=True) == {"problems": []}
        client.add("Likes tea with milk", user_id="alex", infer=False)
        client.reset(confirm="everything")
    assert linked[0]["links"] > 0
    theirs = run(
        old.server,
        "MATCH (n:User|Category|Customer) RETURN labels(n) AS labels, n.email AS email, n.shop AS shop ORDER BY labels",
    )
    assert theirs == [
        {"labels": ["Category"], "email": None, "shop": "theirs"},
        {"labels": ["Customer"], "email": None, "shop": None},
        {"labels": ["User"], "email": "alex@example.com", "shop": None},
    ]
    assert run(old.server, "MATCH (:Customer)-[:IS]->(u:User) RETURN u.id AS id") == [{"id": "alex"}]


def test_an_old_store_beside_others(old: StoreUnderTest) -> None:
    assert old.server is not None
    written = set(others.theirs(old.server))
    ours = {row["id"] for row in run(old.server, "MATCH (n:User) WHERE (n)-[:HAS_MEMORY]->() RETURN n.id AS id")}
    # Where an older graphmem has its constraints, others can have none of the same, and no doubles.
    for query in (*others.GRAPHITI_SCHEMA, *others.APPLICATION_SCHEMA[7:9], *others.DATA[:2]):
        run(old.server, query)
    run(old.server, "CREATE CONSTRAINT app_mail FOR (u:User) REQUIRE u.email IS UNIQUE")
    run(
        old.server,
        "CREATE (:User {id: 'zoe', caption: 'zoe', email: 'zoe@example.com'}), (:Entity {owner: 'sales', name: 'x'})",
    )
    run(
        old.server,
        "CREATE (:Memory {created_at: datetime(), position: 3}), (:Message {id: 'zz', change_set: 'theirs'})",
    )
    theirs = set(others.theirs(old.server)) - written
    with opened(old) as client:
        assert {row["id"] for row in client.users()["results"] if row["type"] == "user"} == ours
        assert client.doctor(fix=True) == {"problems": []}
        assert len(client.info().notes) == 2
        client.add("Likes tea with milk", user_id="zoe", infer=False)
    assert theirs - set(others.theirs(old.server)) == set()
    assert run(old.server, "MATCH (u:User) WHERE u.id = 'zoe' RETURN labels(u) AS labels") == [{"labels": ["User"]}]
    assert not run(old.server, "MATCH (u:User&GraphmemUser) RETURN u")


@pytest.mark.thorough
def test_a_second_client_that_is_late_changes_nothing(old: StoreUnderTest) -> None:
    """The second one runs the same queries again after the first is done."""
    first = unnoted(content_of_opened(old))
    run(old.server, "MATCH (s:GraphMem) SET s.schema_version = $version", version=STEP - 1)
    assert unnoted(content_of_opened(old)) == first
