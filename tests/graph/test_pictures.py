"""A graph draws itself: valid SVG, with names as they are, of a size that can be read."""

from __future__ import annotations

from datetime import datetime, timezone
from xml.etree import ElementTree

import pytest

from graphmem.graph.drawing import MOST_NODES
from graphmem.graph.memory_graph import MemoryGraph, memory_graph
from graphmem.model.memory import Scope, StoredMemory, StoredRelation
from graphmem.model.related import Node, Related

AT = datetime(2026, 3, 1, tzinfo=timezone.utc)
SVG = "{http://www.w3.org/2000/svg}"


def graph_of(*names: str) -> MemoryGraph:
    """A memory for each two names in a row, which it relates."""
    nodes = [Node(f"e{n}", name.lower(), name, "thing") for n, name in enumerate(names)]
    memories = [
        StoredMemory(f"m{n}", f"{name} and more", Scope("alex"), f"v{n}", AT, AT) for n, name in enumerate(names[1:])
    ]
    relations = [StoredRelation(f"e{n}", "leads_to", f"e{n + 1}", f"m{n}") for n in range(len(names) - 1)]
    mentions = [(each.memory_id, end) for each in relations for end in (each.source, each.target)]
    return memory_graph(
        memories, len(memories), Related(tuple(relations), tuple(memories), tuple(nodes), (), tuple(mentions))
    )


def drawn(graph: MemoryGraph) -> tuple[list[str], int, str]:
    """The words in a picture, how many circles it has, and what is written below it."""
    picture = ElementTree.fromstring(graph._repr_svg_())
    words = [each.text or "" for each in picture.iter(f"{SVG}text")]
    return words[:-1], len(list(picture.iter(f"{SVG}circle"))), words[-1]


def test_all_of_a_small_graph_is_drawn() -> None:
    words, circles, caption = drawn(graph_of("Anna", "Berlin", "Ben"))
    assert sorted(words) == sorted(
        ["Anna", "Berlin", "Ben", "alex", "Berlin and more", "Ben and more", "leads to", "leads to"]
    )
    assert (circles, caption) == (6, "2 memories")


def test_of_a_large_graph_the_busiest_nodes_are_drawn() -> None:
    graph = graph_of(*(f"name {n}" for n in range(400)))
    words, circles, caption = drawn(graph)
    assert circles == MOST_NODES
    assert "alex" in words
    # The texts of so many memories are shown where the mouse points.
    assert not [word for word in words if "and more" in word]
    assert caption == f"399 memories, the {MOST_NODES} nodes with most edges of 800"


@pytest.mark.parametrize(
    "name", ['<script>alert("x")</script>', "A & B", "\x00\x1b[31m", "名前", "x" * 500, "\ud7ff\ufffe"]
)
def test_any_name_can_be_drawn(name: str) -> None:
    words, _, _ = drawn(graph_of("Anna", name))
    short = name if len(name) <= 28 else name[:27] + "…"
    assert "".join(character if character.isprintable() else " " for character in short) in words


def test_the_same_graph_looks_the_same() -> None:
    assert graph_of("Anna", "Ben")._repr_svg_() == graph_of("Anna", "Ben")._repr_svg_()


def test_graphs_that_were_changed_are_drawn() -> None:
    graph = graph_of("Anna", "Ben")
    graph.add_edge("e0", "mine")
    assert "mine" in drawn(graph)[0]
    assert drawn(graph.subgraph(["e0", "e1"]))[1] == 2
    assert drawn(MemoryGraph()) == ([], 0, "0 memories")
