"""Beside relations stand twins whose types people can read: always in step, of types from our own list only, and beside others' data."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest

from graphmem import MemoryClient
from graphmem.remember import predicates
from graphmem.stores.neo4j import query_files
from graphmem.stores.neo4j.labels import told
from graphmem.stores.neo4j.twins import RETRACTED, TYPES
from tests.conftest import StoreUnderTest, wipe
from tests.stores.test_schema import run

HOME = "I live in Lisbon. My sister Anna lives in Berlin."


@pytest.fixture
def client(neo4j_store: StoreUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as client:
        yield client


def twins(store: StoreUnderTest) -> set[str]:
    """Every twin, as it reads."""
    rows = run(
        store.server,
        "MATCH (one)-[r]->(other:Entity) WHERE type(r) IN $types RETURN one.title + ' ' + type(r) + ' ' + other.title AS twin",
        types=list(TYPES),
    )
    assert len({row["twin"] for row in rows}) == len(rows)
    return {row["twin"] for row in rows}


def test_the_list_is_the_vocabulary() -> None:
    assert set(TYPES) - {RETRACTED} == {row.predicate.upper() for row in predicates._rows()}


def test_nothing_reads_them_but_what_keeps_them_in_step() -> None:
    keeping = {name for name in query_files.names() if "/*twins*/" in query_files.source(name)}
    assert keeping == {
        *("write/twins", "write/purge", "checks/twins", "checks/fix_twins", "upgrades/twins"),
        *("schema/other_types", "schema/take_types"),
    }
    # Without a type, a pattern would follow both of two relations.
    untyped = re.compile(r"-\[\w*\]-|\)--|-->|<--")
    assert not [
        name for name in query_files.names() if name.startswith("read/") and untyped.search(query_files.source(name))
    ]


@pytest.mark.thorough
def test_they_follow_what_happens_to_a_memory(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    client.add(HOME, user_id="alex")
    sister = {"Anna SISTER_OF alex", "Anna LIVES_IN Berlin"}
    assert twins(neo4j_store) == {"alex LIVES_IN Lisbon", *sister}
    moved = client.add("I moved to Rome.", user_id="alex")["results"]
    moving = {name for name in twins(neo4j_store) if "Rome" in name}
    assert moving
    assert twins(neo4j_store) == {"alex FORMERLY Lisbon", *moving, *sister}
    [anna] = client.get_all(user_id="alex", keywords="Anna")
    client.delete(anna["id"])
    assert {"Anna FORMERLY Berlin", "Anna FORMERLY alex"} <= twins(neo4j_store)
    client.restore(client.history(anna["id"])[0]["id"])
    assert sister <= twins(neo4j_store)
    assert client.doctor() == {"problems": []}
    client.erase(moved[0]["id"])
    client.erase(anna["id"])
    assert twins(neo4j_store) == set()
    assert client.doctor() == {"problems": []}


def test_a_name_from_outside_is_never_a_type(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    client.add(HOME, user_id="alex")
    run(
        neo4j_store.server,
        "MATCH (:Entity)-[r:RELATES_TO {predicate: 'lives_in'}]->() SET r.predicate = 'DETACH`]->() //'",
    )
    found = client.doctor(fix=True)["problems"]
    assert {problem["check"] for problem in found} == {"twins"}
    assert twins(neo4j_store) == {"Anna SISTER_OF alex"}
    assert client.doctor() == {"problems": []}


@pytest.mark.thorough
def test_a_repair_makes_and_removes_them(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    client.add(HOME, user_id="alex")
    before = twins(neo4j_store)
    run(neo4j_store.server, "MATCH ()-[r:LIVES_IN]->() DELETE r")
    run(
        neo4j_store.server,
        "MATCH (a:Entity {title: 'Lisbon'}), (b:Entity {title: 'Berlin'}) CREATE (a)-[:LIKES {memory_id: 'x'}]->(b)",
    )
    # What another program made is not ours to delete.
    run(
        neo4j_store.server,
        "MATCH (a:Entity {title: 'Lisbon'}), (b:Entity {title: 'Berlin'}) CREATE (b)-[:MET {since: 1}]->(a)",
    )
    assert {problem["check"] for problem in client.doctor(fix=True)["problems"]} == {"twins"}
    assert twins(neo4j_store) == before | {"Berlin MET Lisbon"}
    assert client.doctor() == {"problems": []}
    run(neo4j_store.server, "MATCH ()-[r:MET]->() DELETE r")


@pytest.mark.thorough
def test_relations_that_are_retracted_by_a_repair_have_theirs(
    client: MemoryClient, neo4j_store: StoreUnderTest
) -> None:
    client.add("I live in Lisbon.", user_id="alex")
    run(neo4j_store.server, "MATCH (m:Memory) DETACH DELETE m")
    assert "unsupported" in {problem["check"] for problem in client.doctor(fix=True)["problems"]}
    assert twins(neo4j_store) == {"alex FORMERLY Lisbon"}


@pytest.mark.thorough
def test_they_are_moved_by_an_export(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    client.add(HOME, user_id="alex")
    client.add("I moved to Rome.", user_id="alex")
    file = io.StringIO()
    client.export_jsonl(file)
    lines = file.getvalue().splitlines()
    before = twins(neo4j_store)
    client.reset(confirm="everything")
    assert twins(neo4j_store) == set()
    client.import_jsonl(lines)
    client.import_jsonl(lines)
    assert twins(neo4j_store) == before
    assert client.doctor() == {"problems": []}


@pytest.mark.thorough
def test_a_store_of_before_gets_them(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    client.add(HOME, user_id="alex")
    client.add("I moved to Rome.", user_id="alex")
    before = twins(neo4j_store)
    run(neo4j_store.server, "MATCH ()-[r]->() WHERE type(r) IN $types DELETE r", types=list(TYPES))
    run(neo4j_store.server, "MATCH (s:GraphMem) SET s.schema_version = 16")
    with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as later:
        assert later.doctor() == {"problems": []}
    assert twins(neo4j_store) == before


@pytest.mark.thorough
def test_types_that_others_use_are_left_to_them(neo4j_store: StoreUnderTest) -> None:
    wipe(neo4j_store.server, everything=True)
    run(neo4j_store.server, "CREATE (:Person)-[:LIVES_IN]->(:City)")
    try:
        with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as client:
            client.add(HOME, user_id="alex")
            assert twins(neo4j_store) == {"Anna SISTER_OF alex"}
            assert client.doctor() == {"problems": []}
            [note] = client.info().notes
        assert note == "other programs use LIVES_IN here: such relations of graphmem's are drawn as RELATES_TO only"
    finally:
        wipe(neo4j_store.server, everything=True)


@pytest.mark.thorough
def test_a_constraint_on_a_type_takes_them_away(client: MemoryClient, neo4j_store: StoreUnderTest) -> None:
    client.add("I live in Lisbon.", user_id="alex")
    run(neo4j_store.server, "CREATE CONSTRAINT theirs FOR ()-[r:LIVES_IN]-() REQUIRE r.memory_id IS UNIQUE")
    try:
        # Two relations of one memory, which the constraint refuses.
        client.add("Anna lives in Berlin and Ben lives in Paris.", user_id="alex")
        with MemoryClient(**neo4j_store.settings, llm="offline", embedder="local") as later:
            assert later.doctor() == {"problems": []}
        assert not [twin for twin in twins(neo4j_store) if "LIVES_IN" in twin]
    finally:
        run(neo4j_store.server, "DROP CONSTRAINT theirs IF EXISTS")
        wipe(neo4j_store.server, everything=True)


def test_what_is_left_out_is_told() -> None:
    both = told(frozenset({"User", "LIVES_IN"}))
    assert both == (
        "other programs use User here: graphmem's nodes carry GraphmemUser only;"
        " other programs use LIVES_IN here: such relations of graphmem's are drawn as RELATES_TO only"
    )
