"""What other programs keep in the same Neo4j: Graphiti's graph, and an application with words of its own for the same things.

Their ids, names and texts are those that tests use, so that what is found by them alone would be confused with graphmem's.
"""

from __future__ import annotations

import json
from typing import Any

from tests.tools.neo4j_dump import to_json
from tests.tools.servers import ServerUnderTest

# As Graphiti 0.31 makes them, in statements of our own; the rest of its indexes are on labels and types that graphmem knows nothing of.
GRAPHITI_SCHEMA = (
    *(f"CREATE INDEX entity_{name} FOR (n:Entity) ON (n.{name})" for name in ("uuid", "group_id", "name", "created_at")),
    *(f"CREATE INDEX episode_{name} FOR (n:Episodic) ON (n.{name})" for name in ("uuid", "group_id", "created_at", "valid_at")),
    *(
        f"CREATE INDEX relation_{name} FOR ()-[e:RELATES_TO]-() ON (e.{name})"
        for name in ("uuid", "group_id", "name", "created_at", "expired_at", "valid_at", "invalid_at")
    ),
    *(f"CREATE INDEX mention_{name} FOR ()-[e:MENTIONS]-() ON (e.{name})" for name in ("uuid", "group_id")),
    "CREATE FULLTEXT INDEX node_name_and_summary FOR (n:Entity) ON EACH [n.name, n.summary, n.group_id]",
    "CREATE FULLTEXT INDEX edge_name_and_fact FOR ()-[e:RELATES_TO]-() ON EACH [e.name, e.fact, e.group_id]",
)  # fmt: skip
APPLICATION_SCHEMA = (
    "CREATE CONSTRAINT app_user FOR (u:User) REQUIRE u.id IS UNIQUE",
    "CREATE CONSTRAINT app_category FOR (c:Category) REQUIRE c.name IS UNIQUE",
    "CREATE CONSTRAINT app_version FOR (v:Version) REQUIRE (v.number, v.text) IS UNIQUE",
    "CREATE INDEX app_agent FOR (a:Agent) ON (a.id)",
    "CREATE INDEX app_memory FOR (m:Memory) ON (m.id)",
    "CREATE INDEX app_memory_text FOR (m:Memory) ON (m.text)",
    "CREATE INDEX app_message FOR (m:Message) ON (m.id)",
    "CREATE TEXT INDEX app_message_content FOR (m:Message) ON (m.content)",
    "CREATE FULLTEXT INDEX app_words FOR (m:Memory|Message) ON EACH [m.text, m.content]",
    "CREATE VECTOR INDEX app_vectors FOR (m:Memory) ON (m.embedding) "
    "OPTIONS {indexConfig: {`vector.dimensions`: 3, `vector.similarity_function`: 'cosine'}}",
)
DATA = (
    # Graphiti's facts are relations between entities, with the type that graphmem's have.
    """
    UNWIND range(1, 30) AS n
    CREATE (one:Entity:Person {uuid: 'g' + n, name: 'Anna', group_id: 'alex', summary: 'Anna is a sister', created_at: datetime()})
    CREATE (two:Entity {uuid: 'h' + n, name: 'Berlin', group_id: 'alex', summary: 'Berlin', created_at: datetime()})
    CREATE (said:Episodic {uuid: 'e' + n, name: 'said', group_id: 'alex', content: 'Anna lives in Berlin', created_at: datetime()})
    CREATE (one)-[:RELATES_TO {uuid: 'r' + n, name: 'LIVES_IN', fact: 'Anna lives in Berlin', group_id: 'alex',
                               created_at: datetime(), valid_at: datetime(), episodes: ['e' + n]}]->(two)
    CREATE (said)-[:MENTIONS {uuid: 'm' + n, group_id: 'alex', created_at: datetime()}]->(one)
    CREATE (said)-[:MENTIONS {uuid: 'n' + n, group_id: 'alex', created_at: datetime()}]->(two)
    """,
    # What looks most like graphmem's, as far as another program's may.
    """
    CREATE (:Entity {id: 'x', name: 'Invoice 7', owner: 'sales'})-[:PART_OF]->(:Order {id: 1})
    CREATE (:Entity {id: 'e1', name: 'Anna', key: 'anna', type: 'person', owner: 'alex'})
           -[:RELATES_TO {predicate: 'lives_in', fact: 'Anna knows Bob', uuid: 'r1', memory_id: 'theirs', recorded_at: datetime()}]->
           (:Entity {id: 'e2', name: 'Bob', key: 'bob', type: 'person', owner: 'blake'})
    CREATE (:Entity {name: 'left', aliases: [], ending: 'left'})-[:SAME_AS]->(:Entity {name: 'right'})
    """,
    """
    UNWIND ['alex', 'blake', 'sam', 'u', 'u0', 'u1'] AS id
    CREATE (u:User {id: id, name: id, caption: id, email: id + '@example.com'})
    CREATE (u)-[:WROTE]->(:Message {id: 'msg ' + id, content: 'I like tea', role: 'user', conversation: id, position: 1, digest: 'd'})
    CREATE (u)-[:HAS_MEMORY]->(m:Memory {id: 'mem ' + id, text: 'I like tea', user_id: id, created_at: datetime(), position: 3})
    CREATE (m)-[:CURRENT]->(:Version {number: 1, text: 'tea of ' + id, memory_id: 'mem ' + id, event: 'UPDATE', recorded_from: datetime()})
    CREATE (m)-[:IN_CATEGORY]->(:Category {name: id})
    """,
    # Doubles, and things without what one would expect.
    """
    UNWIND range(1, 3) AS n
    CREATE (:Agent {id: 'tutor'}), (:App {id: 'app'}), (:Run {id: 'r1'}), (:Memory {id: 'm1', text: 'theirs', user_id: 'alex'})
    CREATE (:Message {id: 'one'})-[:NEXT]->(:Message {id: 'one'}), (:Conversation {key: 'k', messages: 2}), (:Store {key: 'store'})
    CREATE (:Memory), (:Message), (:Version {text: 'v' + n}), (:DeletedMemory {id: 'd'})
    CREATE (:SaidMessage {content: 'tea', said_at: datetime()})
    """,
    """
    UNWIND ['food', 'drinks', 'family', 'travel', 'work', 'hobbies', 'a', 'b', 'c'] AS name
    CREATE (:Category {name: name, parent: 'everything', caption: name})
    """,
    "CREATE (:Memory {id: 'v', text: 'tea', user_id: 'alex', embedding: [1.0, 0.0, 0.0], created_at: datetime(), expires_at: datetime()})",
)

_NODES = """
MATCH (n) WHERE none(label IN labels(n) WHERE toLower(label) STARTS WITH 'graphmem')
RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS has
"""
_RELATIONS = """
MATCH (n)-[r]-(other) WHERE none(label IN labels(n) WHERE toLower(label) STARTS WITH 'graphmem')
RETURN DISTINCT elementId(r) AS id, elementId(startNode(r)) AS start, elementId(endNode(r)) AS end, type(r) AS type, properties(r) AS has
"""
_SCHEMA = (
    "SHOW CONSTRAINTS YIELD name, createStatement WHERE NOT name STARTS WITH 'graphmem_' RETURN name, createStatement",
    "SHOW INDEXES YIELD name, type, createStatement WHERE NOT name STARTS WITH 'graphmem_' AND type <> 'LOOKUP'"
    " RETURN name, createStatement",
)


def arrive(server: ServerUnderTest, *, schema: bool = True, data: bool = True) -> None:
    """Fill the database with what other programs have: their indexes and constraints, and their data."""
    for query in (*(GRAPHITI_SCHEMA + APPLICATION_SCHEMA if schema else ()), *(DATA if data else ())):
        server.driver.execute_query(query, database_=server.database)  # type: ignore[arg-type]
    server.driver.execute_query("CALL db.awaitIndexes(60)", database_=server.database)


def leave(server: ServerUnderTest) -> None:
    """Take their indexes and constraints away, and let a store that gave way to them begin again with all labels."""

    def run(query: Any) -> list[Any]:
        return server.driver.execute_query(query, database_=server.database).records

    for kind, query in zip(("CONSTRAINT", "INDEX"), _SCHEMA, strict=True):
        for row in run(query):
            run(f"DROP {kind} {row['name']} IF EXISTS")
    run("MATCH (s:GraphMem) REMOVE s.bare_labels, s.labels_left")


def theirs(server: ServerUnderTest) -> list[str]:
    """All that they have: nodes, relations from and to these, indexes and constraints, in an order that depends only on the content."""
    found = []
    for query in (_NODES, _RELATIONS, *_SCHEMA):
        for row in server.driver.execute_query(query, database_=server.database).records:  # type: ignore[arg-type]
            has = dict(row)
            found.append(json.dumps({**has, "has": to_json(has["has"])} if "has" in has else has, sort_keys=True))
    return sorted(found)
