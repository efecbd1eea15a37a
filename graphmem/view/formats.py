"""A memory graph in the formats of other programs: GraphML, Graphviz' DOT, and networkx' node-link JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import networkx as nx

from graphmem.model.printable import printable

if TYPE_CHECKING:
    from graphmem.graph.memory_graph import MemoryGraph

_SHAPES = {"memory": "box", "entity": "ellipse"}


def graphml(graph: MemoryGraph) -> str:
    """GraphML, which Gephi, yEd and Cytoscape open. Lists are JSON; what has no value is left out."""
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    plain.add_nodes_from((node, _scalars(told)) for node, told in graph.nodes(data=True))
    plain.add_edges_from((one, other, _scalars(told)) for one, other, told in graph.edges(data=True))
    written = BytesIO()
    nx.write_graphml(plain, written, encoding="utf-8")
    return written.getvalue().decode("utf-8")


def dot(graph: MemoryGraph) -> str:
    """Graphviz' language: ``dot -Tsvg``, ``neato -Tpng``."""
    names = {node: f"n{number}" for number, node in enumerate(graph)}
    lines = [
        f"  {names[node]} [label={_quoted(str(told.get('label', node)))}, shape={_SHAPES.get(told.get('kind', ''), 'hexagon')}];"
        for node, told in graph.nodes(data=True)
    ]
    lines += [
        f"  {names[one]} -> {names[other]} [label={_quoted(told.get('label', ''))}];"
        for one, other, told in graph.edges(data=True)
    ]
    return "\n".join(["digraph memory {", *lines, "}", ""])


def node_link(graph: MemoryGraph) -> str:
    """JSON as `networkx.node_link_graph` and D3 read it."""
    told = nx.node_link_data(graph, edges="links")
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


# Name → the function that writes the format.
FORMATS: Mapping[str, Callable[[MemoryGraph], str]] = {"graphml": graphml, "dot": dot, "json": node_link}


def _scalars(told: Mapping[str, Any]) -> dict[str, Any]:
    def scalar(value: Any) -> Any:
        if isinstance(value, str):
            return printable(value)
        return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value

    return {key: scalar(value) for key, value in told.items() if value is not None}


def _quoted(text: str) -> str:
    # A backslash begins one of Graphviz' own escapes, such as \N for the node's name.
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{printable(escaped)}"'
