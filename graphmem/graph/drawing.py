"""A picture of a graph as SVG: circles, lines and words, which networkx puts in their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import networkx as nx

from graphmem.model.printable import printable

# More can't be read, and would take seconds to lay out.
MOST_NODES = 150
_WIDTH, _HEIGHT, _MARGIN = 960, 600, 60
_LONGEST = 28
# The texts of more memories would cover everything; then they are shown where the mouse points.
_MOST_TEXTS = 12
# Kind → colour and radius of its circle; dark enough for a white page, light enough for a dark one.
_LOOKS = {"memory": ("#5b8def", 5), "entity": ("#d98032", 8)}
_OWNER = ("#7a5cc0", 10)
_GREY = "#8a8a8a"


def svg(graph: nx.MultiDiGraph[str]) -> str:
    """The picture; of a large graph the nodes that have most edges."""
    kept = sorted(graph, key=lambda node: (-graph.degree[node], str(node)))[:MOST_NODES]
    shown = graph.subgraph(kept)
    places = _places(shown)
    picture = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", style="max-width: 100%"
    )
    picture.set("font-family", "sans-serif")
    picture.set("font-size", "11")
    for one, other, edge in shown.edges(data=True):
        _line(picture, places[one], places[other], edge)
    texts = sum(data.get("kind") == "memory" for _, data in shown.nodes(data=True)) <= _MOST_TEXTS
    for node, data in shown.nodes(data=True):
        _circle(picture, places[node], node, data, labelled=texts or data.get("kind") != "memory")
    _text(picture, (_MARGIN / 4, _HEIGHT - 8), _caption(graph, len(kept)))
    return tostring(picture, encoding="unicode")


def _places(graph: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    if not graph:
        return {}
    # The same graph looks the same each time.
    unit = nx.spring_layout(nx.Graph(graph), seed=7, k=2.2 / len(graph) ** 0.5)
    across, down = (_WIDTH - 2 * _MARGIN) / 2, (_HEIGHT - 2 * _MARGIN) / 2
    # A layout puts a graph of one node at its middle, all others between -1 and 1.
    return {
        node: (round(_WIDTH / 2 + x * across, 1), round(_HEIGHT / 2 + y * down, 1)) for node, (x, y) in unit.items()
    }


def _line(picture: Element, start: tuple[float, float], end: tuple[float, float], edge: Mapping[str, Any]) -> None:
    (x1, y1), (x2, y2) = start, end
    line = SubElement(picture, "line", x1=str(x1), y1=str(y1), x2=str(x2), y2=str(y2), stroke=_GREY)
    line.set("stroke-width", "1.5" if "relationship" in edge else "0.6")
    if "relationship" in edge:
        # Only these: the others are told by the kinds of their ends.
        _text(picture, ((x1 + x2) / 2, (y1 + y2) / 2), edge["label"], anchor="middle", fill=_GREY)


def _circle(
    picture: Element, place: tuple[float, float], node: str, data: Mapping[str, Any], *, labelled: bool
) -> None:
    # Whoever adds a node of his own may leave these out.
    kind, label = data.get("kind", ""), str(data.get("label", node))
    colour, radius = _LOOKS.get(kind, _OWNER)
    circle = SubElement(picture, "circle", cx=str(place[0]), cy=str(place[1]), r=str(radius), fill=colour)
    SubElement(circle, "title").text = printable(f"{kind}: {label}")
    if labelled:
        short = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
        # At the right edge there is more room on the left of it.
        on_left = place[0] > 0.75 * _WIDTH
        beside = (place[0] - radius - 3 if on_left else place[0] + radius + 3, place[1] + 4)
        _text(picture, beside, short, anchor="end" if on_left else "start", fill=colour)


def _text(picture: Element, place: tuple[float, float], text: str, anchor: str = "start", fill: str = _GREY) -> None:
    element = SubElement(picture, "text", x=f"{place[0]:.1f}", y=f"{place[1]:.1f}", fill=fill)
    element.set("text-anchor", anchor)
    element.text = printable(text)


def _caption(graph: nx.MultiDiGraph[str], shown: int) -> str:
    memories = sum(data.get("kind") == "memory" for _, data in graph.nodes(data=True))
    total = graph.graph.get("memories", memories)
    noun = "memory" if total == 1 else "memories"
    parts = [f"{memories} of {total} {noun}" if memories < total else f"{total} {noun}"]
    if shown < len(graph):
        parts.append(f"the {shown} nodes with most edges of {len(graph)}")
    return ", ".join(parts)
