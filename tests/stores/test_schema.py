"""Setting up a Neo4j: idempotent, from an empty database and beside other people's data."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from graphmem import MemoryClient, OpenAISettings
from graphmem.filters.parse import parse
from graphmem.stores.neo4j import query_files, statements, write
from graphmem.stores.neo4j.query_files import load
from graphmem.stores.neo4j.statements import OwnLabels
from tests.conftest import StoreUnderTest, wipe
from tests.tools.scripted_llm import ScriptedLLM
from tests.tools.servers import ServerUnderTest


@pytest.fixture
def bare(neo4j_store: StoreUnderTest) -> Iterator[StoreUnderTest]:
    """A database without graphmem's schema."""
    assert neo4j_store.server is not None
    wipe(neo4j_store.server, everything=True)
    yield neo4j_store
    wipe(neo4j_store.server, everything=True)


def later_indexes() -> list[str]:
    """What steps after the one that a new store begins with make."""
    [first] = [version for version, step in statements.STEPS.items() if isinstance(step, OwnLabels)]
    steps = [step for version, step in statements.STEPS.items() if version > first]
    names = [name for step in steps if isinstance(step, tuple) for name in step]
    return [name for name in names if "IF NOT EXISTS" in query_files.load(name).text]


def run(server: ServerUnderTest | None, query: Any, **parameters: Any) -> list[dict[str, Any]]:
    assert server is not None
    records = server.driver.execute_query(query, parameters, database_=server.database).records
    return [dict(row) for row in records]


def test_indexes_are_online_after_the_first_call(bare: StoreUnderTest) -> None:
    with MemoryClient(**bare.settings) as client:
        client.add("I like tea", user_id="alex", infer=False)
    made = [*statements.SCHEMA, *later_indexes()]
    indexes = run(bare.server, "SHOW INDEXES YIELD name, state, type WHERE name STARTS WITH 'graphmem_'")
    assert {row["state"] for row in indexes} == {"ONLINE"}
    assert {"VECTOR", "FULLTEXT", "RANGE"} <= {row["type"] for row in indexes}
    assert len(indexes) == len(made) + 1


def test_setting_up_again_changes_nothing(bare: StoreUnderTest) -> None:
    names = "SHOW INDEXES YIELD name, id RETURN name, id ORDER BY name"
    with MemoryClient(**bare.settings) as client:
        client.add("I like tea", user_id="alex", infer=False)
        first = client.info()
    before = run(bare.server, names)
    run(bare.server, "MATCH (s:GraphMem) SET s.schema_version = 0")
    with MemoryClient(**bare.settings) as client:
        assert client.info() == first
    assert run(bare.server, names) == before


def test_many_clients_set_up_at_once(bare: StoreUnderTest) -> None:
    clients = [MemoryClient(**bare.settings) for _ in range(4)]
    ids: list[str] = []
    threads = [threading.Thread(target=lambda client=client: ids.append(client.info().id)) for client in clients]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()
    assert len(ids) == 4
    assert len(set(ids)) == 1


@pytest.mark.thorough
def test_a_constraint_that_another_client_just_makes_is_waited_for(bare: StoreUnderTest) -> None:
    # Its index is there first, and is seen as one that belongs to no constraint.
    run(bare.server, "CREATE INDEX graphmem_store_key FOR (s:GraphMem) ON (s.key)")

    def finished() -> None:
        run(bare.server, "DROP INDEX graphmem_store_key")
        run(bare.server, "CREATE CONSTRAINT graphmem_store_key FOR (s:GraphMem) REQUIRE s.key IS UNIQUE")

    other = threading.Timer(4, finished)
    other.start()
    with MemoryClient(**bare.settings) as client:
        assert client.info().id
    other.join()


def test_a_client_that_is_late_records_no_older_version(bare: StoreUnderTest) -> None:
    with MemoryClient(**bare.settings) as client:
        before = client.info()
        none = {"from": None, "last": False, "bare_labels": None}
        late = statements.plain("schema/write_store", id="other", schema_version=before.schema_version - 1, **none)
        run(bare.server, late.text, **late.parameters)
        assert client.info() == before


def test_other_peoples_nodes_stay(bare: StoreUnderTest) -> None:
    run(bare.server, "CREATE (:Movie {title: 'Amelie'})<-[:SAW]-(:Person {name: 'Alex'})")
    with MemoryClient(**bare.settings) as client:
        client.add("I like tea", user_id="alex", infer=False)
        client.delete_all(user_id="alex")
    assert run(bare.server, "MATCH (p:Person)-[:SAW]->(m:Movie) RETURN p.name AS name, m.title AS title") == [
        {"name": "Alex", "title": "Amelie"}
    ]


def test_vectors_of_a_model_over_the_wire(bare: StoreUnderTest) -> None:
    with ScriptedLLM(dimensions=48) as server:
        settings = OpenAISettings("scripted", server.base_url, max_retries=0)
        with MemoryClient(**bare.settings, llm="offline", embedder=settings) as client:
            client.add("I like tea", user_id="alex", infer=False)
            assert client.search("tea", user_id="alex")[0]["memory"] == "I like tea"
            assert client.info().embedder is not None
            assert client.info().embedder.dimensions == 48


def test_a_text_without_meaning_has_no_vector_and_is_found_by_its_words(neo4j_store: StoreUnderTest) -> None:
    with MemoryClient(**neo4j_store.settings) as client:
        client.add("I like tea", user_id="alex", infer=False)
        run(neo4j_store.server, "MATCH (m:Memory) REMOVE m.embedding")
        assert client.search("tea", user_id="alex")[0]["memory"] == "I like tea"


def test_the_graph_that_an_add_makes(neo4j_store: StoreUnderTest) -> None:
    with MemoryClient(**neo4j_store.settings) as client:
        said = [{"role": "user", "content": "I like tea"}, {"role": "assistant", "content": "So do I"}]
        client.add(
            said, user_id="alex", agent_id="guide", run_id="r1", app_id="app", infer=False, categories=["drinks"]
        )
        client.add("And milk", user_id="alex", agent_id="guide", run_id="r1", app_id="app", infer=False)
        [row] = client.get_all(user_id="alex", keywords="tea")
        client.update(row["id"], text="I like coffee")
    [row] = run(
        neo4j_store.server,
        """
        MATCH (u:User {id: 'alex'})-[:HAS_MEMORY]->(m:Memory)<-[:HAS_MEMORY]-(:Run {id: 'r1'}), (:App {id: 'app'})-[:HAS_MEMORY]->(m)
        MATCH (m)-[:CURRENT]->(v:Version {number: 2})-[:PREVIOUS]->(old:Version {number: 1})-[:DERIVED_FROM]->(s:Message)
        MATCH (m)-[:IN_CATEGORY]->(:Category {name: 'drinks'})
        MATCH path = (s)-[:NEXT*]->(last:Message) WHERE NOT (last)-[:NEXT]->()
        RETURN m.text AS text, old.text AS old, [n IN nodes(path) | n.content] AS said
        """,
    )
    assert row == {"text": "I like coffee", "old": "I like tea", "said": ["I like tea", "So do I", "And milk"]}
    assert (
        run(
            neo4j_store.server,
            "MATCH (n) WHERE coalesce(n.title, n.name, n.caption) IS NULL RETURN labels(n) AS labels",
        )
        == []
    )
    assert run(neo4j_store.server, "MATCH (:Agent {id: 'guide'})-[:HAS_MEMORY]->(m) RETURN m.text AS text") == [
        {"text": "So do I"}
    ]


def test_each_query_is_valid_as_it_stands(neo4j_store: StoreUnderTest) -> None:
    """The file as a reader finds it, and where it has marks what is sent for it, with a filter."""
    assert neo4j_store.server is not None
    filter = parse({"user_id": {"in": ["a"]}, "metadata": {"k": 1}})
    refused = {}
    with neo4j_store.server.driver.session(database=neo4j_store.server.database) as session:
        for name in query_files.names():
            query = load(name)
            example = _EXAMPLES | dict.fromkeys(query.parameters - _EXAMPLES.keys()) | _OF_FILES.get(name, {})
            file = query_files.source(name)
            text, values = query.filtered(filter)
            for query_text in (file, text) if "/*" in file else (file,):
                try:
                    session.run(f"EXPLAIN\n{query_text}", **example, **values).consume()  # type: ignore[arg-type]
                except neo4j.exceptions.Neo4jError as error:
                    refused[name] = str(error)
    assert refused == {}


def test_all_parts_of_a_transaction_go_together(neo4j_store: StoreUnderTest) -> None:
    text = query_files.joined(tuple(f"write/{part}" for part in (*write.QUERIES, "bound")))
    run(neo4j_store.server, f"EXPLAIN {text}", **{key: [] for key in write.QUERIES.values()})


_EXAMPLES: dict[str, Any] = {
    "ids": [],
    "identities": [],
    "names": [],
    "limit": 1,
    "offset": 0,
    "reach": 2,
    "match": "",
}
# Where a parameter of the same name is of another type.
_OF_FILES: dict[str, dict[str, Any]] = {"served/events": {"ids": {}}}
