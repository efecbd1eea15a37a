"""A Neo4j that other programs use: graphmem works beside what they have, and leaves it as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import MemoryClient, SchemaError, StoreError
from tests.conftest import StoreUnderTest, wipe
from tests.stores.test_schema import bare as bare
from tests.stores.test_schema import run
from tests.tools import others
from tests.tools.servers import ServerUnderTest

# The first two are what was reported once.
REPAIRS = (
    "CREATE (:Entity {id: 'x', name: 'Invoice 7', owner: 'sales'})-[:PART_OF]->(:Order {id: 1})",
    "CREATE (:Entity {id: 'e1', name: 'Anna'})-[:RELATES_TO {fact: 'Anna knows Bob', uuid: 'r1'}]->(:Entity {id: 'e2', name: 'Bob'})",
    "CREATE (:Version {memory_id: 'm', number: 7, event: 'UPDATE'})<-[:PREVIOUS]-(:Version {memory_id: 'm', number: 9})",
    "CREATE (:Memory {identity: 'i', id: 'i', user_id: 'alex', categories: ['none'], version_id: 'v', scopes: 's', text: 'theirs'})",
    "CREATE (:Entity {id: 'o', owner: 'a', key: 'o', name: 'O', type: 'x'})-[:SAME_AS]->(:Entity {id: 'p', owner: 'b', key: 'o'})",
)
ON_OUR_NODES = (
    # On nodes that graphmem wrote: these relations are another program's.
    "MATCH (a:GraphmemEntity), (b:GraphmemEntity) WHERE a.id < b.id CREATE (a)-[:RELATES_TO {fact: 'knows'}]->(b)",
    "MATCH (m:GraphmemMemory) CREATE (:Folder {id: 'f'})-[:HAS_MEMORY]->(m)",
    "MATCH (e:GraphmemEntity {name: 'Anna'}) CREATE (:Entity {key: 'anna', name: 'Anna B.'})-[:SAME_AS]->(e)",
)


@pytest.fixture
def server(neo4j_store: StoreUnderTest) -> Iterator[ServerUnderTest]:
    """The server of a store that was set up before."""
    assert neo4j_store.server is not None
    with MemoryClient(**neo4j_store.settings) as client:
        client.users()
    yield neo4j_store.server
    wipe(neo4j_store.server)
    others.leave(neo4j_store.server)


@pytest.fixture
def client(neo4j_store: StoreUnderTest, server: ServerUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**neo4j_store.settings, llm="offline") as found:
        yield found


def thorough(*values: Any) -> Any:
    """A case that only a thorough run tries."""
    return pytest.param(*values, marks=pytest.mark.thorough)


def labels(server: ServerUnderTest | None) -> dict[str, list[str]]:
    """Label of our own → the other labels of such nodes."""
    rows = run(
        server,
        "MATCH (n) UNWIND labels(n) AS own WITH n, own WHERE own STARTS WITH 'Graphmem' RETURN own, labels(n) AS all",
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["own"], set()).update(label for label in row["all"] if not label.startswith("Graphmem"))
    return {own: sorted(plain) for own, plain in found.items()}


def use(client: Any) -> None:
    """Calls of most kinds, and what they give in a store that holds nothing else."""
    client.add("My sister Anna lives in Berlin.", user_id="alex", categories=["family"])
    tea = client.add(
        "I like tea", user_id="alex", agent_id="tutor", app_id="app", run_id="r1", categories=["food"], infer=False
    )
    [id] = [row["id"] for row in tea["results"]]
    client.add("I like tea", user_id="blake", categories=["food", "drinks"], infer=False)
    assert [row["id"] for row in client.search("tea", user_id="alex", top_k=1)] == [id]
    client.update(id, text="I like green tea", categories=["drinks"])
    assert [row["event"] for row in client.history(id)] == ["ADD", "UPDATE"]
    assert sorted(row["user_id"] for row in client.get_all(keywords="tea")) == ["alex", "blake"]
    assert {row["target"] for row in client.relations(subject="Anna", user_id="alex")} >= {"Berlin"}
    assert {row["name"] for row in client.entities(user_id="alex")} >= {"Anna", "Berlin"}
    assert {(row["type"], row["id"]) for row in client.users()["results"]} == {
        ("user", "alex"), ("user", "blake"), ("app", "app"), ("run", "r1")
    }  # fmt: skip
    assert client.doctor(fix=True) == {"problems": []}
    file = io.StringIO()
    client.export_jsonl(file)
    assert client.delete_all(user_id="blake")["deleted"] == 1
    assert client.erase(user_id="alex")["memories"] == 2
    client.reset(confirm="everything")
    assert set(client.info().counts.values()) == {0}
    file.seek(0)
    client.import_jsonl(file)
    assert len(client.get_all()) == 3
    assert client.doctor(fix=True) == {"problems": []}


def test_others_come_after_graphmem(client: MemoryClient, server: ServerUnderTest) -> None:
    client.add("I like milk", user_id="sam", categories=["food"], infer=False)
    # Their users and categories could not be there beside ours with a plain label.
    client.delete_all(user_id="sam")
    others.arrive(server)
    before = others.theirs(server)
    use(client)
    assert others.theirs(server) == before
    assert labels(server)["GraphmemUser"] == labels(server)["GraphmemVersion"] == []


def test_others_were_there_first(bare: StoreUnderTest) -> None:
    assert bare.server is not None
    others.arrive(bare.server)
    before = others.theirs(bare.server)
    with MemoryClient(**bare.settings, llm="offline") as client:
        use(client)
        [note] = client.info().notes
    assert others.theirs(bare.server) == before
    assert set(map(tuple, labels(bare.server).values())) == {()}
    assert note.startswith(
        "other programs use Agent, App, Category, Conversation, DeletedMemory, Entity, Memory, Message, Run, User, Version"
    )


@pytest.mark.thorough
def test_nodes_of_others_alone_take_no_label_off(client: MemoryClient, server: ServerUnderTest) -> None:
    others.arrive(server, schema=False)
    before = others.theirs(server)
    use(client)
    assert others.theirs(server) == before
    assert labels(server)["GraphmemUser"] == ["User"]
    assert not [note for note in client.info().notes if "other programs" in note]


def test_a_repair_is_of_our_own(client: MemoryClient, server: ServerUnderTest) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    ours = client.relations(user_id="alex")
    for query in (*REPAIRS, *ON_OUR_NODES):
        run(server, query)
    before = others.theirs(server)
    assert client.doctor(fix=True) == {"problems": []}
    assert others.theirs(server) == before
    assert (
        len(run(server, "MATCH ()-[r:RELATES_TO]->() WHERE r.fact IS NOT NULL AND r.retracted_at IS NULL RETURN r"))
        == 4
    )
    assert len(client.relations(user_id="alex")) == len(ours) > 0
    assert [row["same_as"] for row in client.entities(user_id="alex") if row["name"] == "Anna"] == [[]]
    file = io.StringIO()
    client.export_jsonl(file)
    assert "theirs" not in file.getvalue()
    assert "Invoice" not in file.getvalue()


def test_a_constraint_that_comes_while_a_client_is_open(
    client: MemoryClient, server: ServerUnderTest, neo4j_store: StoreUnderTest
) -> None:
    with MemoryClient(**neo4j_store.settings) as other:
        other.add("I like tea", user_id="alex", infer=False)
        client.add("I like tea", user_id="blake", infer=False)
        run(server, "CREATE CONSTRAINT app_user FOR (u:User) REQUIRE u.id IS UNIQUE")
        run(server, "CREATE (:User {id: 'sam', email: 'sam@example.com'})")
        assert client.add("I like milk", user_id="sam", infer=False)["results"][0]["event"] == "ADD"
        assert labels(server)["GraphmemUser"] == []
        # The other one learns of it with its next write.
        assert other.add("I like rice", user_id="kim", infer=False)["results"][0]["event"] == "ADD"
    assert labels(server)["GraphmemUser"] == []
    assert labels(server)["GraphmemMemory"] == ["Memory"]
    assert client.info().notes[-1] == "other programs use User here: graphmem's nodes carry GraphmemUser only"
    assert run(server, "MATCH (u:User) RETURN properties(u) AS has") == [
        {"has": {"id": "sam", "email": "sam@example.com"}}
    ]
    assert {row["id"] for row in client.users()["results"]} == {"alex", "blake", "sam", "kim"}


def test_a_text_that_their_index_refuses(client: MemoryClient, server: ServerUnderTest) -> None:
    """A range index takes some 8,000 bytes."""
    run(server, "CREATE INDEX app_text FOR (m:Memory) ON (m.text)")
    run(server, "CREATE INDEX app_content FOR (m:Message) ON (m.content)")
    run(server, "CALL db.awaitIndexes(60)")
    client.add("I like tea", user_id="alex", infer=False)
    long = "I like tea. " * 2_000
    assert client.add(long, user_id="alex", infer=False)["results"][0]["event"] == "ADD"
    assert len(client.get_all(user_id="alex")) == 2
    assert labels(server)["GraphmemMemory"] == labels(server)["GraphmemMessage"] == []


def test_an_import_beside_their_constraint(client: MemoryClient, server: ServerUnderTest) -> None:
    client.add("My sister Anna lives in Berlin.", user_id="alex", categories=["family"])
    file = io.StringIO()
    client.export_jsonl(file)
    client.reset(confirm="everything")
    run(server, "CREATE CONSTRAINT app_entity FOR (e:Entity) REQUIRE e.name IS UNIQUE")
    run(server, "CREATE (:Entity {name: 'Anna'}), (:Entity {name: 'Berlin'})")
    file.seek(0)
    client.import_jsonl(file)
    assert {row["name"] for row in client.entities(user_id="alex")} >= {"Anna", "Berlin"}
    assert len(run(server, "MATCH (e:Entity) RETURN e")) == 2


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        ("CREATE INDEX graphmem_own_user_id FOR (u:User) ON (u.id)", r"INDEX graphmem_own_user_id on User\(id\) has the name"),
        thorough("CREATE CONSTRAINT graphmem_own_memory_text FOR (m:Memory) REQUIRE m.text IS UNIQUE", "drop it, or give it another name"),
        thorough("CREATE FULLTEXT INDEX graphmem_own_memory_text FOR (m:Note) ON EACH [m.text]", r"on Note\(text\)"),
        thorough("CREATE INDEX words FOR (m:GraphmemMemory) ON (m.id)", r"INDEX words on GraphmemMemory\(id\) stands where graphmem"),
    ],
)  # fmt: skip
def test_an_index_in_the_way_is_named_before_anything_is_written(bare: StoreUnderTest, theirs: str, says: str) -> None:
    run(bare.server, theirs)
    with MemoryClient(**bare.settings) as client:
        with pytest.raises(SchemaError, match=says) as caught:
            client.add("I like tea", user_id="alex", infer=False)
        assert "or use another database" in str(caught.value)
        assert run(bare.server, "MATCH (n) RETURN n") == []
        [index] = run(
            bare.server, "SHOW INDEXES YIELD name, type, owningConstraint AS constraint WHERE type <> 'LOOKUP'"
        )
        run(bare.server, f"DROP {'CONSTRAINT' if index['constraint'] else 'INDEX'} {index['name']}")
        assert client.add("I like tea", user_id="alex", infer=False)["results"][0]["event"] == "ADD"
        assert len(client.search("tea", user_id="alex")) == 1


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE INDEX graphmem_user_id FOR (u:User) ON (u.id)",
        thorough("CREATE INDEX memory_ids FOR ()-[r:RELATES_TO]-() ON (r.memory_id)"),
        thorough("CREATE CONSTRAINT graphmem_memory_id FOR (m:Memory) REQUIRE m.id IS UNIQUE"),
    ],
)
def test_an_index_that_only_looks_like_ours_stays(bare: StoreUnderTest, theirs: str) -> None:
    run(bare.server, theirs)
    name = theirs.split()[2]
    with MemoryClient(**bare.settings, llm="offline") as client:
        client.add("My sister Anna lives in Berlin.", user_id="alex")
        assert client.relations(user_id="alex")
    assert name in {row["name"] for row in run(bare.server, "SHOW INDEXES YIELD name")}


def test_indexes_that_others_dropped_are_made_again(bare: StoreUnderTest) -> None:
    """Graphiti can drop all indexes of a database, to make its own anew."""
    with MemoryClient(**bare.settings, llm="offline") as client:
        client.add("My sister Anna lives in Berlin.", user_id="alex")
        assert client.doctor() == {"problems": []}
        indexes = "SHOW INDEXES YIELD name, type, owningConstraint AS of WHERE of IS NULL AND type <> 'LOOKUP' RETURN name ORDER BY name"
        before = run(bare.server, indexes)
        for row in before:
            run(bare.server, f"DROP INDEX {row['name']}")
        with pytest.raises(StoreError, match="graphmem doctor --fix"):
            client.search("Who lives in Berlin?", user_id="alex")
        assert [row["id"] for row in client.doctor()["problems"] if row["check"] == "indexes"] != []
        assert {row["fixed"] for row in client.doctor(fix=True)["problems"]} == {True}
        assert run(bare.server, indexes) == before
        assert client.doctor() == {"problems": []}
        assert client.search("Who lives in Berlin?", user_id="alex")


def test_a_constraint_on_a_type_that_all_relations_have_is_named(bare: StoreUnderTest) -> None:
    """The type can't be left out, as a plain label can: whoever reads the graph knows relations by it."""
    run(bare.server, "CREATE CONSTRAINT theirs FOR ()-[r:RELATES_TO]-() REQUIRE r.memory_id IS UNIQUE")
    with MemoryClient(**bare.settings, llm="offline") as client:
        # One memory, two relations.
        with pytest.raises(
            StoreError, match=r"on RELATES_TO and its `memory_id`, refuses .* Drop it, or use another database"
        ):
            client.add("My sister Anna lives in Berlin.", user_id="alex")
        assert set(client.info().counts.values()) == {0}
        run(bare.server, "DROP CONSTRAINT theirs")
        client.add("My sister Anna lives in Berlin.", user_id="alex")
        assert len(client.relations(user_id="alex")) == 2
