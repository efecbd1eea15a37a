"""The files in cypher/: all of them load, say what they take, and are set up and used."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from graphmem.filters.parse import parse
from graphmem.model.changes import ChangeSet, Retire
from graphmem.stores.neo4j import query_files, statements, write
from graphmem.stores.neo4j.labels import PLAIN, worn
from graphmem.stores.neo4j.query_files import source
from graphmem.stores.neo4j.statements import Statement
from tests.stores.test_schema import later_indexes

NAMES = query_files.names()
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
# Files that speak of nodes of other programs, or of stores of before.
BY_PLAIN_LABELS = {
    "schema/other_types",
    "schema/others",
    "schema/take_types",
    "schema/take_labels",
    *(name for name in NAMES if name.startswith("upgrades/")),
}
# Run at other times than the set-up: each has a caller of its own in the store.
NO_SETUP = {
    "schema/await",
    "schema/bind_embedder",
    "schema/drop_memory_embedding",
    "schema/free_embedder",
    "schema/lock_store",
    "schema/memory_embedding",
    "schema/read_store",
    "schema/constraints",
    "schema/indexes",
    "schema/labels_taken",
    "schema/other_types",
    "schema/others",
    "schema/take_types",
    "schema/take_labels",
    "schema/without_labels",
    "schema/write_store",
}


def test_all_files_have_a_name_of_their_own() -> None:
    files = {path.relative_to(query_files.FOLDER).as_posix() for path in query_files.FOLDER.rglob("*.cypher")}
    assert {f"{name}.cypher" for name in NAMES} == files
    assert list(NAMES) == sorted(set(NAMES))
    assert {"write/create", "read/search", "schema/memory_id"} <= set(NAMES)
    assert {name.split("/")[0] for name in NAMES} <= {
        "read",
        "write",
        "schema",
        "browser",
        "checks",
        "transfer",
        "reembed",
        "served",
        "upgrades",
    }
    # No two differ in case only: some file systems could not hold both.
    assert len({name.lower() for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_loads_and_is_one_described_query(name: str) -> None:
    query = query_files.load(name)
    assert query.name == name
    assert query.parameters == set(re.findall(r"\$(\w+)", query.text))
    assert not query.text.startswith("//")
    assert ";" not in query.text
    first = source(name).splitlines()[0]
    assert first.startswith("// ")
    assert not first.startswith("// $")
    # f0, f1, … are the filter's, and what starts with them could be taken for one.
    assert not [each for each in query.parameters if re.fullmatch(r"f\d+", each)]


@pytest.mark.parametrize("name", [name for name in NAMES if "/*filter" in source(name)])
def test_a_filter_goes_into_all_its_places(name: str) -> None:
    query = query_files.load(name)
    places = set(re.findall(r"/\*filter (\w+)\*/", source(name)))
    text, parameters = query.filtered(parse({"user_id": "u", "NOT": {"run_id": "r"}}))
    assert places
    assert "/*filter" not in text
    assert parameters == {"f0": "u", "f1": "r"}
    for variable in places:
        assert f"(({variable}.user_id = $f0) AND (NOT (coalesce({variable}.run_id = $f1, false))))" in text
    assert query.filtered(parse({})) == (re.sub(r"true /\*filter \w+\*/", "(true)", query.text), {})


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_PLAIN_LABELS])
def test_nodes_are_found_by_labels_of_our_own(name: str) -> None:
    """Nodes of other programs may have the plain ones. Those are only written, next to the own ones."""
    text = re.sub(r"\s+", " ", query_files.load(name).text)
    labels = re.findall(r"(:\w+)?:(\w+)(?=[\s{)|:])", text) + re.findall(r"()(?<=\w)\|(\w+)", text)
    plain = [(before, label) for before, label in labels if label in PLAIN]
    assert [(before, label) for before, label in plain if before != f":Graphmem{label}"] == []
    bare = worn(Statement(text), frozenset(PLAIN)).text
    assert not re.findall(rf":({'|'.join(PLAIN)})\b", bare)


COLUMNS = ["id", "version_id", "text", "user_id", "agent_id", "app_id", "run_id", "metadata", "categories", "immutable"]
COLUMNS += ["expires_at", "created_at", "updated_at", "event_start", "event_end"]
MARK = r"/\*(?!filter |said )(.*?)\*/"


def test_every_mark_is_filled_in() -> None:
    marks = {mark for name in NAMES for mark in re.findall(MARK, source(name))}
    assert marks == {"micros", "date", "memory", "version", "twins"}
    for name in NAMES:
        assert not re.search(MARK, query_files.load(name).text), name


def test_a_memory_is_read_alike_from_all_nodes() -> None:
    for name in ("read/select", "read/past", "read/past_of", "read/versions"):
        columns = re.findall(r"[mv]\.\S.*? AS (\w+)", load(name).text.replace(", ", ",\n"))
        starts = range(len(columns) - len(COLUMNS) + 1)
        assert any(columns[start : start + len(COLUMNS)] == COLUMNS for start in starts), name
    assert "m.expires_at.epochSeconds * 1000000 + m.expires_at.microsecond AS expires_at" in load("read/select").text
    assert "toString(m.event_start) AS event_start" in load("read/select").text
    listed = load("read/fetch").text.split("collect([", 1)[1].split("])", 1)[0]
    assert [value.split(".")[1].rstrip(")") for value in listed.split(", ")] == COLUMNS == [*query_files.FIELDS]
    assert "v.memory_id AS id, v.id AS version_id" in load("read/past").text
    assert "memory: m {id: m.id, version_id: m.version_id, " in load("read/nearest").text


def test_a_change_is_written_by_the_files_as_they_stand() -> None:
    text = query_files.joined(("write/create", "write/held"))
    for name in ("write/create", "write/held"):
        assert f"CALL () {{\n{query_files.load(name).text}\n}}\n" in text
    assert text.endswith("\nRETURN *")


@pytest.mark.parametrize("name", [*write.QUERIES, "bound"])
def test_each_part_of_a_transaction_returns_one_row(name: str) -> None:
    """A subquery without rows would take away those of the parts before."""
    last = query_files.load(f"write/{name}").text.splitlines()[-1]
    assert re.fullmatch(r"RETURN (count\(\*\)|collect\(.*\)|COLLECT \{.*\}) AS \w+", last)


def test_only_parts_with_rows_are_sent() -> None:
    retire = ChangeSet("c", NOW, (Retire("m", "v", None),))
    statement = write.apply([retire])
    assert set(statement.parameters) == {"retires", "left", "replacing", "twinned", "types"}
    parts = ("write/retire", "write/forget_unused", "write/twins", "write/held", "write/bound")
    assert statement.text == query_files.joined(parts)
    assert write.apply([ChangeSet("c", NOW, ())]).text == query_files.joined(("write/bound",))


def test_some_queries_take_a_filter() -> None:
    filtered = {name for name in NAMES if "/*filter" in source(name)}
    assert {"read/search", "read/select", "read/fetch", "read/owners"} <= filtered
    assert not [name for name in filtered if not name.startswith("read/")]


def test_set_up_runs_every_index_and_constraint_once() -> None:
    made = [*statements.SCHEMA, *later_indexes()]
    assert set(made) == {name for name in NAMES if name.startswith("schema/")} - NO_SETUP
    assert len(made) == len(set(made))
    for name in made:
        assert re.match(
            r"CREATE (\w+ )?(CONSTRAINT|INDEX) graphmem_\w+ IF NOT EXISTS\b", query_files.load(name).text
        ), name
        assert not query_files.load(name).parameters
    named = [re.findall(r"graphmem_\w+", query_files.load(name).text)[0] for name in made]
    assert len(named) == len(set(named))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(query_files, "FOLDER", tmp_path)
    return tmp_path


# Past the cache, which knows files by their names alone.
load = query_files.load.__wrapped__


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("// Finds.\n// $a: declared\nRETURN 1", "cypher/x/lie.cypher: declared but not used ['a'], used but not declared []"),
        ("// Finds.\nRETURN $b", "declared but not used [], used but not declared ['b']"),
        ("// $a: one\n// $b: two\nRETURN $c + $b + $d", "declared but not used ['a'], used but not declared ['c', 'd']"),
        ("// $a:one\n// $A: other case\nRETURN $a", "declared but not used ['A'], used but not declared []"),
        # What a comment says is not used.
        ("// $a: declared\nRETURN 1\n// $a\n", "declared but not used ['a']"),
        ("RETURN $a // $a: no header\n", "used but not declared ['a']"),
    ],
)  # fmt: skip
def test_a_header_that_lies_is_refused(text: str, says: str, folder: Path) -> None:
    (folder / "x").mkdir()
    (folder / "x" / "lie.cypher").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        load("x/lie")
    assert says in str(caught.value)


def test_a_header_is_no_part_of_the_query(folder: Path) -> None:
    (folder / "x.cypher").write_text(
        "// Finds “all”.\n// $a: what\n\nMATCH (n)\n// here\nRETURN n, $a\n", encoding="utf-8"
    )
    found = load("x")
    assert (found.name, found.text, found.parameters) == ("x", "MATCH (n)\nRETURN n, $a", {"a"})
    assert query_files.names() == ("x",)


def test_a_query_that_is_not_there(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load("read/nothing")
    assert query_files.names() == ()
