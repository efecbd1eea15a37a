"""Golden pairs: each filter, and what both compilers make of it.  Written anew by  python -m tests.filters.test_golden  and read by you."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graphmem.filters import to_cypher, to_sql
from graphmem.filters.parse import parse
from graphmem.filters.to_cypher import compile_cypher
from graphmem.filters.to_sql import compile_sql
from graphmem.stores.sqlite.schema import EVENTS, SCHEMA
from tests.conftest import StoreUnderTest

GOLDEN = Path(__file__).parent / "golden.json"


def written() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(GOLDEN.read_text())
    return found


def compiled(filter: dict[str, Any]) -> dict[str, Any]:
    tree = parse(filter)
    made = {"cypher": compile_cypher(tree, "m"), "sql": compile_sql(tree, "m")}
    return {
        name: [each.text, {key: _shown(value) for key, value in each.parameters.items()}] for name, each in made.items()
    }


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("pair", written(), ids=lambda pair: json.dumps(pair["filter"])[:60])
def test_filters_compile_to_the_golden_text(pair: dict[str, Any]) -> None:
    assert compiled(pair["filter"]) == {"cypher": pair["cypher"], "sql": pair["sql"]}


def test_golden_filters_cover_every_row_of_both_tables() -> None:
    rows = {(leaf[0], leaf[1]) for pair in written() for leaf in _leaves(parse(pair["filter"]))}
    assert rows == set(to_cypher._TEMPLATES) == set(to_sql._TEMPLATES)


def _leaves(node: Any) -> Iterator[tuple[str, str]]:
    from graphmem.filters.grammar import FIELDS
    from graphmem.model.filter import And, Compare, Not, Or

    match node:
        case Compare():
            yield FIELDS[node.path.field].kind, node.op
        case Not(item):
            yield from _leaves(item)
        case And(items) | Or(items):
            for item in items:
                yield from _leaves(item)


@pytest.mark.parametrize("pair", written(), ids=lambda pair: json.dumps(pair["filter"])[:60])
def test_sqlite_accepts_the_golden_text(pair: dict[str, Any]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA + EVENTS)
        for name in ("fold", "spelled"):
            connection.create_function(name, 1, lambda text: text)
        text, parameters = pair["sql"]
        connection.execute(f"SELECT m.id FROM memory m WHERE {text}", parameters).fetchall()


def test_neo4j_accepts_the_golden_text(neo4j_store: StoreUnderTest) -> None:
    assert neo4j_store.server is not None
    with neo4j_store.server.driver.session(database=neo4j_store.server.database) as session:
        for pair in written():
            made = compile_cypher(parse(pair["filter"]), "m")
            query: Any = f"EXPLAIN MATCH (m:Memory) WHERE {made.text} RETURN m"
            session.run(query, dict(made.parameters)).consume()


def main() -> None:
    pairs = [{"filter": pair["filter"], **compiled(pair["filter"])} for pair in written()]
    GOLDEN.write_text(json.dumps(pairs, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
