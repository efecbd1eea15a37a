"""The shortest paths are those that networkx finds when it is given everything at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import MemoryClient, SupportedRelation
from graphmem.graph.paths import Search
from graphmem.model.memory import Scope
from graphmem.stores.sqlite.store import SQLiteStore
from tests.contract.memory_graph import SharedMemory
from tests.contract.memory_store import MemoryStore
from tests.tools.sizes import examples
from tests.tools.triples import Triple, tell, unite

NAMES = "abcdefgh"
triples = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["likes", "knows"]), st.sampled_from(NAMES)), max_size=14
)
pairs = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]), max_size=2
)


def contracted(known: list[Triple], united: list[tuple[str, str]]) -> tuple[dict[str, str], nx.MultiGraph]:
    """Name → the first of those that count as the same; and the graph of these."""
    same: nx.Graph = nx.Graph(united)
    same.add_nodes_from(NAMES)
    one = {name: min(nx.node_connected_component(same, name)) for name in NAMES}
    graph: nx.MultiGraph = nx.MultiGraph()
    graph.add_nodes_from(one.values())
    # Of one kind between the same two there is one, however many memories say so.
    graph.add_edges_from({(one[source], one[target], (one[source], kind)) for source, kind, target in known})
    return one, graph


def expected(known: list[Triple], united: list[tuple[str, str]], a: str, b: str, hops: int) -> list[list[str]]:
    """All shortest paths, each as the kinds of its steps with the direction of each."""
    one, graph = contracted(known, united)
    if one[a] == one[b] or not nx.has_path(graph, one[a], one[b]):
        return []
    ways = list(nx.all_shortest_paths(nx.Graph(graph), one[a], one[b]))
    if len(ways[0]) - 1 > hops:
        return []
    found: list[list[str]] = []
    for way in ways:
        some: list[list[str]] = [[]]
        for step in pairwise(way):
            kinds = [f"{source} {kind} {'-'.join(sorted(step))}" for source, kind in graph[step[0]][step[1]]]
            some = [[*path, kind] for path in some for kind in kinds]
        found += some
    return sorted(found)


def kinds(path: list[SupportedRelation], one: dict[str, str]) -> list[str]:
    steps = [(one[step["source"]], step["relationship"], one[step["target"]]) for step in path]
    return [f"{source} {kind} {'-'.join(sorted((source, target)))}" for source, kind, target in steps]


@pytest.fixture(scope="module", params=["embedded", "in-memory"])
def client(request: pytest.FixtureRequest) -> Iterator[MemoryClient]:
    store = MemoryStore(SharedMemory()) if request.param == "in-memory" else SQLiteStore(":memory:")
    with MemoryClient(store, llm="offline") as opened:
        opened.users()
        yield opened


@examples(60, 800)
@given(known=triples, united=pairs, hops=st.integers(1, 5), ends=st.permutations(NAMES).map(lambda names: names[:2]))
def test_paths_are_those_of_networkx(
    client: MemoryClient, known: list[Triple], united: list[tuple[str, str]], hops: int, ends: list[str]
) -> None:
    client.reset("everything")
    store = client._parts.store()  # type: ignore[attr-defined]
    tell(store, known)
    there = {name for source, _, target in known for name in (source, target)}
    united = [pair for pair in united if there.issuperset(pair)]
    unite(store, united)
    # Somebody else's relations, by which everybody knows the same one, are no bridge.
    tell(store, [(name, "knows", "hub") for name in NAMES], Scope("bo"))
    one, _ = contracted(known, united)
    found = client.paths(*ends, max_hops=hops, limit=100, user_id="alex")
    assert sorted(kinds(path, one) for path in found) == expected(known, united, *ends, hops)
    for path in found:
        at = one[ends[0]]
        for step in path:
            assert step["memory"].startswith(f"{step['source']} {step['relationship']} {step['target']} ")
            both = {one[step["source"]], one[step["target"]]}
            assert at in both
            [at] = both - {at}
        assert at == one[ends[1]]


@examples(40, 600)
@given(known=triples, united=pairs, hops=st.integers(1, 3), start=st.sampled_from(NAMES))
def test_neighbours_are_those_of_networkx(
    client: MemoryClient, known: list[Triple], united: list[tuple[str, str]], hops: int, start: str
) -> None:
    client.reset("everything")
    store = client._parts.store()  # type: ignore[attr-defined]
    tell(store, known)
    there = {name for source, _, target in known for name in (source, target)}
    united = [pair for pair in united if there.issuperset(pair)]
    unite(store, united)
    one, graph = contracted(known, united)
    distances = nx.single_source_shortest_path_length(nx.Graph(graph), one[start], cutoff=hops)
    found = client.neighbours(start, hops=hops, limit=100, user_id="alex")
    assert {one[row["name"]]: row["hops"] for row in found} == {name: hops for name, hops in distances.items() if hops}
    assert [row["hops"] for row in found] == sorted(row["hops"] for row in found)
    for row in found:
        for relation in row["relations"]:
            near = {distances[one[relation[end]]] for end in ("source", "target")}
            assert near == {row["hops"], row["hops"] - 1}


def test_a_hub_in_the_middle_is_not_opened() -> None:
    """From either end one question is enough, so nothing is asked about the hub, which has any number of relations."""
    asked = []

    class Watched(SQLiteStore):
        def related(self, request):  # type: ignore[no-untyped-def]
            asked.append((request.near, request.ids))
            return super().related(request)

    with MemoryClient(Watched(":memory:"), llm="offline") as client:
        store = client._parts.store()  # type: ignore[attr-defined]
        tell(
            store,
            [
                ("Anna", "works_at", "Acme"),
                ("Ben", "works_at", "Acme"),
                *((f"p{n}", "works_at", "Acme") for n in range(50)),
            ],
        )
        [path] = client.paths("Anna", "Ben")
        assert [(step["source"], step["target"]) for step in path] == [("Anna", "Acme"), ("Ben", "Acme")]
    assert asked == [(("anna",), None), (("ben",), None)]


def test_the_search_begins_with_the_first_name() -> None:
    assert Search(("a",), ("b",)).next_side().keys == ("a",)
