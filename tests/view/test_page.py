"""What the page of a store holds, and that the texts in it are data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from graphmem import MemoryClient, ScopeError
from graphmem._sync.client.reading import records as all_records
from graphmem.cli.app import app
from graphmem.view.formats import dot, graphml, node_link
from graphmem.view.page.contents import contents, gathered
from graphmem.view.page.document import document
from graphmem.view.page.embedded import embedded

Record = tuple[str, Mapping[str, Any]]

HOSTILE = "</script><script>alert('x')</script> \"'&<!-- \u2028 \ud800 \u05e9\u05dc\u05d5\u05dd $data"


@pytest.fixture(scope="module")
def records() -> list[Record]:
    with MemoryClient(":memory:", llm="offline") as client:
        client.add(
            "I live in Lisbon. My sister Anna lives in Berlin. I visited Anna on 3 May 2026.",
            user_id="alice",
            timestamp="2026-06-01",
        )
        client.add("I moved to Rome.", user_id="alice", timestamp="2026-07-01")
        client.add("I play chess.", user_id="bob", agent_id="tutor")
        client.delete(client.search("sister Anna", user_id="alice")[0]["id"])
        return list(all_records(client))


def shown(records: list[Record], most_bytes: int = 1_000_000, **ids: str) -> dict[str, Any]:
    return dict(json.loads(contents(gathered(records, ids), most_bytes=most_bytes).data))


def test_a_changed_memory_has_its_past_and_what_changed(records: list[Record]) -> None:
    [moved] = [memory for memory in shown(records)["memories"] if memory["versions"][-1]["text"] == "Moved to Rome"]
    before, after = moved["versions"]
    assert (before["event"], after["event"]) == ("ADD", "UPDATE")
    assert before["to"] == after["from"]
    assert after["to"] is None
    assert (before["difference"], after["difference"]) == (None, [["-", "Lives in Lisbon"], ["+", "Moved to Rome"]])


def test_what_was_withdrawn_is_in_the_past(records: list[Record]) -> None:
    events = [[version["event"] for version in memory["versions"]] for memory in shown(records)["memories"]]
    assert ["ADD", "DELETE"] in events


def test_relations_know_when_they_held(records: list[Record]) -> None:
    page = shown(records)
    told = {
        (page["entities"][row[0]]["name"], row[2], page["entities"][row[1]]["name"]): row for row in page["relations"]
    }
    assert told["alice", "lives in", "Lisbon"][5] is not None
    assert told["alice", "moved to", "Rome"][5] is None


def test_events_have_their_days(records: list[Record]) -> None:
    days = {version["begin"] for memory in shown(records)["memories"] for version in memory["versions"]}
    assert 1777766400000 in days  # 3 May 2026, 0:00 UTC


def test_the_page_of_one_user_holds_nothing_of_others(records: list[Record]) -> None:
    page = shown(records, user_id="bob")
    assert [memory["versions"][0]["text"] for memory in page["memories"]] == ["Plays chess"]
    assert page["total"] == 1
    assert "Lisbon" not in json.dumps(page)
    assert "alice" not in json.dumps(page)


def test_of_too_many_the_last_changed_are_held_and_it_is_told(records: list[Record]) -> None:
    everything = shown(records)
    size = len(embedded(everything))
    for most in (size // 2, size // 4, 1):
        page = shown(records, most)
        assert 0 < len(page["memories"]) < page["total"] == everything["total"]
        newest = everything["memories"][: len(page["memories"])]
        assert [memory["id"] for memory in page["memories"]] == [memory["id"] for memory in newest]
        assert len(embedded(page)) < most + 1_000
        named = {entity for memory in page["memories"] for row in memory["versions"] for entity in row["entities"]}
        named |= {number for row in page["relations"] for number in (row[0], row[1])}
        assert named == set(range(len(page["entities"])))


def test_what_was_said_is_left_out_before_any_memory_is(records: list[Record]) -> None:
    everything = shown(records)
    said = sum(len(embedded(message)) for message in everything["messages"])
    page = shown(records, len(embedded(everything)) - said)
    assert len(page["memories"]) == page["total"]
    assert None in page["messages"]
    assert len(page["messages"]) == len(everything["messages"])


def test_a_page_needs_no_vectors_and_a_client_that_may_see_all(records: list[Record]) -> None:
    assert {row["vector"] for _, row in records if "vector" in row} == {None}
    with (
        MemoryClient(":memory:", llm="offline", scope={"user_id": "alice"}) as client,
        pytest.raises(ScopeError, match="bound to a scope"),
    ):
        list(all_records(client))


def test_only_a_page_is_replaced_without_force(tmp_path: Path) -> None:
    store, page, notes = (str(tmp_path / name) for name in ("memories.db", "memory.html", "notes.html"))
    with MemoryClient(store, llm="offline") as client:
        client.add("I play chess.", user_id="bob")
    Path(notes).write_text("<p>mine")

    def view(*arguments: str) -> int:
        return CliRunner().invoke(app, ["view", "--store", store, *arguments], prog_name="graphmem").exit_code

    assert (view(page), view(page), view(notes)) == (0, 0, 2)
    assert Path(notes).read_text() == "<p>mine"
    assert view(notes, "--force") == 0
    graph = str(tmp_path / "memory.dot")
    assert (view(graph, "--format", "dot"), view(graph, "--format", "dot")) == (0, 2)
    assert view(page, "--format", "dot") == 2


class Scripts(HTMLParser):
    """Counts elements, and keeps the text of the data."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.texts: list[str] = []
        self._data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self._data = tag == "script" and ("id", "data") in attrs

    def handle_data(self, data: str) -> None:
        if self._data:
            self.texts.append(data)


def test_hostile_text_is_data() -> None:
    plain = Scripts()
    plain.feed(document(embedded({"memories": []}), "Memory"))
    hostile = Scripts()
    hostile.feed(document(embedded({"memories": [HOSTILE, HOSTILE * 1000]}), HOSTILE))
    assert hostile.found == plain.found
    assert json.loads(hostile.texts[0])["memories"][0] == HOSTILE


@given(st.text())
def test_no_text_ends_the_data(text: str) -> None:
    written = embedded({"text": text})
    assert json.loads(written) == {"text": text}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_the_page_can_fetch_nothing() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', document("{}", "x"))
    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy[1].partition("style-src")[0]
    assert "connect-src" not in policy[1]


def test_graphs_for_other_programs_hold_the_same() -> None:
    with MemoryClient(":memory:", llm="offline") as client:
        client.add(f"My sister Anna lives in Berlin. {HOSTILE!r}", user_id='al"ice\\', infer=True)
        graph = client.graph()
    assert set(nx.parse_graphml(graphml(graph))) == set(graph)
    assert set(nx.node_link_graph(json.loads(node_link(graph)), edges="links")) == set(graph)
    lines = dot(graph).splitlines()
    assert len(lines) == len(graph) + graph.number_of_edges() + 2
    assert 'label="al\\"ice\\\\"' in dot(graph)


def test_the_licence_of_the_library_goes_with_each_page() -> None:
    page = document("{}", "x")
    assert "Copyright (c) 2018 Vasco Asturiano" in page
    assert "Permission is hereby granted" in page.partition("<body>")[0]
