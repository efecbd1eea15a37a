"""relations, neighbours, paths, graph and entities by name: what the graph tells, within scopes, filters and times."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

import networkx as nx
import pytest

from graphmem import FilterError, MemoryClient, MemoryGraph, ScopeError, ValidationError
from graphmem.model.memory import Scope
from tests.conftest import MakeClient, StoreUnderTest
from tests.tools.triples import tell, unite

KNOWN = [
    ("user", "is_named", "Maria"),
    ("user", "works_at", "Google"),
    ("user", "has_sister", "Anna"),
    ("Anna", "works_at", "Acme"),
    ("Ben", "works_at", "Acme"),
    ("Ben", "lives_in", "Berlin"),
    ("Anna", "lives_in", "Berlin"),
]


@pytest.fixture
def known(store: StoreUnderTest, client: Any) -> Any:
    with MemoryClient(**store.settings) as direct:
        written = direct._parts.store()  # type: ignore[attr-defined]
        tell(written, KNOWN, metadata={"sure": True})
        # Another user knows people of the same names, and what would be a shorter way.
        tell(written, [("Maria", "knows", "Acme"), ("Anna", "lives_in", "Rome")], Scope("bo"))
    return client


def told(rows: Any) -> list[tuple[str, str, str]]:
    return [(row["source"], row["relationship"], row["target"]) for row in rows]


def now() -> datetime:
    time.sleep(0.002)
    found = datetime.now(timezone.utc)
    time.sleep(0.002)
    return found


def test_relations_by_their_ends_and_kind(known: Any) -> None:
    every = told(known.relations(user_id="alex"))
    # Those of the newest memories first.
    assert every == KNOWN[::-1]
    assert told(known.relations(user_id="alex", subject="anna")) == [KNOWN[6], KNOWN[3]]
    assert told(known.relations(user_id="alex", object="The Acme")) == [KNOWN[4], KNOWN[3]]
    assert told(known.relations(user_id="alex", entity="ANNA")) == [KNOWN[6], KNOWN[3], KNOWN[2]]
    assert told(known.relations(user_id="alex", subject="Anna", object="Berlin")) == [KNOWN[6]]
    assert told(known.relations(user_id="alex", entity="Anna", subject="me")) == [KNOWN[2]]
    assert told(known.relations(user_id="alex", entity="Anna", relationship="lives_in")) == [KNOWN[6]]
    assert told(known.relations(user_id="alex", entity="Anna", relationship="Lives in")) == [KNOWN[6]]
    assert told(known.relations(user_id="alex", relationship="works_at", limit=2)) == [KNOWN[4], KNOWN[3]]
    assert known.relations(user_id="alex", subject="Berlin") == known.relations(user_id="alex", entity="Rome") == []
    assert told(known.relations(entity="Anna")) == [KNOWN[6], KNOWN[3], KNOWN[2], ("Anna", "lives_in", "Rome")]


def test_the_user_is_found_by_several_names(known: Any) -> None:
    for name in ("me", "I", "user", "the user", "Alex"):
        assert told(known.relations(user_id="alex", subject=name)) == KNOWN[2::-1]
    # It is the scope that says whose id that is.
    assert known.relations(subject="Alex") == []
    assert told(known.paths("alex", "Acme", user_id="alex")[0]) == KNOWN[2:4]


def test_paths_are_the_shortest_whichever_way_relations_point(known: Any) -> None:
    [path] = known.paths("Maria", "google", user_id="alex")
    assert told(path) == KNOWN[:2]
    assert [step["memory"] for step in path] == ["user is_named Maria 0", "user works_at Google 1"]
    assert path[0]["memory_id"] in {row["id"] for row in known.get_all(user_id="alex")}
    two = known.paths("Anna", "Ben", user_id="alex")
    assert sorted(map(told, two)) == sorted([[KNOWN[3], KNOWN[4]], [KNOWN[6], KNOWN[5]]])
    assert known.paths("Anna", "Ben", user_id="alex", limit=1) == two[:1]
    assert known.paths("Google", "Ben", user_id="alex", max_hops=3) == []
    assert {len(path) for path in known.paths("Google", "Ben", user_id="alex", max_hops=4)} == {4}
    assert known.paths("Maria", "nobody", user_id="alex") == known.paths("nobody", "Maria", user_id="alex") == []


def test_neighbours_by_distance(known: Any) -> None:
    near = known.neighbours("anna", user_id="alex")
    assert [(row["name"], row["hops"]) for row in near] == [("Berlin", 1), ("Acme", 1), ("user", 1)]
    assert told(near[0]["relations"]) == [KNOWN[6]]
    assert near[0]["relations"][0]["memory"] == "Anna lives_in Berlin 6"
    farther = known.neighbours("Anna", user_id="alex", hops=2)
    assert farther[:3] == near
    assert [(row["name"], row["hops"]) for row in farther[3:]] == [("Ben", 2), ("Google", 2), ("Maria", 2)]
    assert told(farther[3]["relations"]) == [KNOWN[5], KNOWN[4]]
    assert known.neighbours("Anna", user_id="alex", hops=2, limit=4) == farther[:4]
    assert known.neighbours("nobody", user_id="alex") == []


def test_what_counts_as_the_same_is_one(known: Any, store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as direct:
        written = direct._parts.store()  # type: ignore[attr-defined]
        tell(written, [("Annie", "knows", "Zoe"), ("Aunt A", "likes", "tea")])
        unite(written, [("Anna", "Annie"), ("Annie", "Aunt A")])
    assert told(known.paths("Aunt A", "Acme", user_id="alex")[0]) == [KNOWN[3]]
    assert told(known.paths("Zoe", "Berlin", user_id="alex")[0]) == [("Annie", "knows", "Zoe"), KNOWN[6]]
    assert {row["name"] for row in known.neighbours("Anna", user_id="alex")} == {"Zoe", "tea", "Berlin", "Acme", "user"}
    assert told(known.relations(user_id="alex", subject="aunt a", object="zoe")) == [("Annie", "knows", "Zoe")]
    assert known.paths("Anna", "Annie", user_id="alex") == []
    one, other = (row["id"] for row in known.entities(user_id="alex", names=["Annie", "Anna"]))
    known.separate(one, other)
    assert known.paths("Aunt A", "Acme", user_id="alex") == []


def test_conditions_are_on_the_memories_that_support_a_relation(known: Any) -> None:
    assert known.paths("Maria", "Google", user_id="alex", filters={"metadata": {"sure": False}}) == []
    assert known.paths("Maria", "Google", filters={"user_id": "alex", "metadata": {"sure": True}})
    assert known.neighbours("Anna", filters={"NOT": {"metadata": {"sure": True}}})[0]["name"] == "Rome"
    for call in (known.relations, known.graph, known.entities, lambda **c: known.neighbours("Anna", **c)):
        with pytest.raises(FilterError):
            call(filters={"colour": "red"})


def test_the_graph_of_then(known: Any) -> None:
    then = now()
    calls = {
        "relations": lambda **at: known.relations(user_id="alex", **at),
        "neighbours": lambda **at: known.neighbours("Anna", hops=2, user_id="alex", **at),
        "paths": lambda **at: known.paths("Maria", "Berlin", user_id="alex", **at),
        "entities": lambda **at: known.entities(user_id="alex", **at),
        "by name": lambda **at: known.entities(names=["Anna", "me", "Rome"], user_id="alex", **at),
        "filtered": lambda **at: known.relations(filters={"metadata": {"sure": True}}, **at),
        "graph": lambda **at: flat(known.graph(user_id="alex", **at)),
    }
    before = {name: call() for name, call in calls.items()}
    assert all(before.values())
    known.delete_all(user_id="alex")
    assert not any(call() for name, call in calls.items() if name != "graph")
    assert {name: call(as_of=then) for name, call in calls.items()} == before
    assert known.relations(user_id="alex", as_of="2020-01-01") == []


def test_what_held_in_the_world_then(client: Any, store: StoreUnderTest) -> None:
    year = [datetime(2020 + n, 1, 1, tzinfo=timezone.utc) for n in range(3)]
    with MemoryClient(**store.settings) as direct:
        written = direct._parts.store()  # type: ignore[attr-defined]
        tell(written, [("Ann", "works_at", "Acme")], valid_from=year[0], valid_to=year[1])
        tell(written, [("Bob", "works_at", "Acme")], valid_from=year[1])
    assert client.paths("Ann", "Bob")
    assert client.paths("Ann", "Bob", valid_at=year[1]) == []
    assert [row["name"] for row in client.neighbours("Acme", valid_at=year[0])] == ["Ann"]
    assert [row["name"] for row in client.neighbours("Acme", valid_at=year[2])] == ["Bob"]
    assert client.graph(valid_at=year[1]).number_of_edges() == client.graph().number_of_edges() - 1


def flat(graph: MemoryGraph) -> tuple[list[str], list[str]]:
    return sorted(map(str, graph.nodes(data=True))), sorted(map(str, graph.edges(data=True)))


def test_a_graph_of_networkx(known: Any) -> None:
    graph = known.graph(user_id="alex")
    assert isinstance(graph, MemoryGraph)
    assert isinstance(graph, nx.MultiDiGraph)
    kinds = dict(graph.nodes(data="kind"))
    assert kinds["user:alex"] == "user"
    assert sorted(kinds.values()) == ["entity"] * 7 + ["memory"] * 7 + ["user"]
    assert graph.graph["memories"] == 7
    ids = {label: node for node, label in graph.nodes(data="label")}
    assert set(graph.successors("user:alex")) == {node for node, kind in kinds.items() if kind == "memory"}
    memory = ids["Anna lives_in Berlin 6"]
    assert set(graph.successors(memory)) == {ids["Anna"], ids["Berlin"]}
    [relation] = graph[ids["Anna"]][ids["Berlin"]].values()
    assert (relation["relationship"], relation["memory_id"]) == ("lives_in", memory)
    # networkx works on it.
    assert (
        nx.shortest_path_length(
            nx.Graph(graph.subgraph(ids[n] for n in ("Maria", "user", "Google"))), ids["Maria"], ids["Google"]
        )
        == 2
    )
    newest = known.graph(user_id="alex", limit=2)
    assert sorted(label for _, label in newest.nodes(data="label")) == sorted(
        ["alex", "Anna lives_in Berlin 6", "Ben lives_in Berlin 5", "Anna", "Ben", "Berlin"]
    )
    assert newest.graph["memories"] == 7
    assert len(known.graph(user_id="nobody")) == 0


def test_entities_by_name(known: Any) -> None:
    assert [row["name"] for row in known.entities(user_id="alex", names=["anna", "I", "Rome", "nobody"])] == [
        "Anna",
        "user",
    ]
    assert [row["memories"] for row in known.entities(user_id="alex", names=["anna"])] == [3]
    assert known.entities(user_id="alex", names=[]) == []


def test_nothing_of_another_scope_is_told(known: Any, new_client: MakeClient) -> None:
    bo = new_client(scope={"user_id": "bo"})
    assert told(bo.relations()) == [("Anna", "lives_in", "Rome"), ("Maria", "knows", "Acme")]
    assert bo.paths("Anna", "Acme") == []
    assert [row["name"] for row in bo.neighbours("Anna", hops=3)] == ["Rome"]
    assert bo.entities(names=["Google"]) == []
    assert "Google" not in str(bo.graph(limit=1000).nodes(data=True))
    assert known.paths("Maria", "Acme", user_id="alex") != known.paths("Maria", "Acme", user_id="bo")
    for call in (bo.relations, bo.graph, bo.entities, lambda **ids: bo.paths("a", "b", **ids)):
        with pytest.raises(ScopeError):
            call(user_id="alex")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda c: c.paths("Anna", "anna's"), "a and b are both 'Anna'"),
        (lambda c: c.paths("Anna", " "), "b is blank"),
        (lambda c: c.paths("Anna", "Ben", max_hops=7), "max_hops must be a whole number from 1 to 6"),
        (lambda c: c.paths("Anna", "Ben", limit=0), "limit must be a whole number from 1 to 100"),
        (lambda c: c.neighbours(5), "entity must be a string"),
        (lambda c: c.neighbours("Anna", hops=4), "hops must be a whole number from 1 to 3"),
        (lambda c: c.neighbours("Anna", limit=1001), "limit must be a whole number from 1 to 1,000"),
        (lambda c: c.relations(subject=""), "subject is blank"),
        (lambda c: c.relations(relationship=5), "relationship must be a string"),
        (lambda c: c.relations(limit=10_001), "limit must be a whole number from 1 to 10,000"),
        (lambda c: c.graph(limit=1_001), "limit must be a whole number from 1 to 1,000"),
        (lambda c: c.entities(names="Anna"), "names must be a list of names, not str"),
        (lambda c: c.entities(as_of="soon"), "as_of must be ISO 8601"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_said(client: Any, call: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=f"^{says}"):
        call(client)
