"""Saved queries are run before somebody waits for them."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from graphmem._sync.stores.neo4j_connection import Neo4jConnection
from graphmem.errors import StoreUnavailableError
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j.statements import Statement
from graphmem.view.neo4j_browser.saved_queries import read
from graphmem.view.neo4j_browser.warming import Warming

SETTINGS = Neo4jSettings("bolt://127.0.0.1:1")
QUERIES = [
    read("one", "// One.\n// $user: whose\nRETURN $user"),
    read("two", "// Two.\n// $memory: which\nRETURN $memory"),
    read("three", "// Three.\nRETURN 3"),
]


class Asked:
    """What a connection is asked, and whether it is closed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[tuple[str, Any]] = []
        self.going, self.closed = Event(), Event()
        self.going.set()
        monkeypatch.setattr(Neo4jConnection, "ask", lambda _, statement: self._ask(statement))
        monkeypatch.setattr(Neo4jConnection, "close", lambda _: self.closed.set())

    def _ask(self, statement: Statement) -> list[Any]:
        self.statements.append((statement.text, statement.parameters))
        self.going.wait(10)
        return []


def test_they_are_run_in_their_order_with_values_as_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    with Warming(SETTINGS, QUERIES, {"user": "al'ex", "entity": "x"}) as warming:
        warming.wait()
    assert asked.statements == [("RETURN $user", {"user": "al'ex"}), ("RETURN 3", {})]


def test_it_ends_with_the_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    asked.going.clear()
    with Warming(SETTINGS, QUERIES, {"user": "alex"}):
        pass
    asked.going.set()
    assert asked.closed.wait(10)
    assert len(asked.statements) <= 1


def test_a_server_that_does_not_answer_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)

    def ask(_: Any, statement: Statement) -> list[Any]:
        asked.statements.append((statement.text, statement.parameters))
        raise StoreUnavailableError("it is gone")

    monkeypatch.setattr(Neo4jConnection, "ask", ask)
    with Warming(SETTINGS, QUERIES, {"user": "alex"}) as warming:
        warming.wait()
    assert asked.closed.is_set()
    assert len(asked.statements) == 1
