"""A store can be moved to any other one and back without loss."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest

from graphmem import ConflictError, MemoryClient, SchemaError, ScopeError, ValidationError
from tests.conftest import StoreUnderTest


def fill(client: Any) -> None:
    client.add("My sister Anna lives in Berlin. I like tea.", user_id="alex", metadata={"a.b": [1, 2.5], "big": 2**70})
    client.add("I moved to Lisbon.", user_id="alex", agent_id="guide", timestamp="2026-03-01")
    client.add("I live in Porto.", user_id="alex", run_id="r", timestamp=1.5, expiration_date="2099-01-01")
    id = client.add("quote ' \" \u2028 \x00 \U0001f642", user_id="用户", infer=False, categories=["x", "y"])["results"][
        0
    ]["id"]
    client.update(id, metadata={"n": 1})
    client.update(id, text="other")
    client.delete(id)
    client.restore(client.history(id)[1]["id"])
    gone = client.add("gone", user_id="bo", infer=False, immutable=True)["results"][0]["id"]
    client.delete(gone)


def exported(client: Any) -> str:
    file = io.StringIO()
    client.export_jsonl(file)
    return file.getvalue()


def test_a_store_survives_export_and_import_both_ways(store: StoreUnderTest, tmp_path: Path) -> None:
    survives_export_and_import(store.settings, tmp_path)


def test_an_embedded_store_in_memory_survives_export_and_import_both_ways(tmp_path: Path) -> None:
    survives_export_and_import({"store": ":memory:"}, tmp_path)


def survives_export_and_import(settings: dict[str, Any], tmp_path: Path) -> None:
    with (
        MemoryClient(tmp_path / "first.db", llm="offline") as first,
        MemoryClient(**settings, llm="offline") as second,
    ):
        fill(first)
        before = exported(first)
        counts = second.import_jsonl(io.StringIO(before))
        assert counts["version"] == first.info().counts["versions"]
        assert exported(second) == before
        with MemoryClient(tmp_path / "third.db", llm="offline") as third:
            third.import_jsonl(exported(second).splitlines())
            assert exported(third) == before
            assert third.doctor() == second.doctor() == {"problems": []}
        assert second.get_all() == first.get_all()
        for row in first.get_all():
            assert second.history(row["id"]) == first.history(row["id"])
        ask = {"query": "Where does Anna live?", "user_id": "alex", "keyword_search": False}
        assert [row["id"] for row in second.search(**ask)] == [row["id"] for row in first.search(**ask)]
        # Once more: all of it is known.
        assert set(second.import_jsonl(io.StringIO(before)).values()) == {0}
        assert exported(second) == before
        # And life goes on.
        added = second.add("I like coffee.", user_id="alex", run_id="r")["results"]
        assert [row["event"] for row in added] == ["ADD"]
        assert second.doctor() == {"problems": []}


@pytest.mark.parametrize("given", [None, 5, "all.jsonl", Path("all.jsonl"), b"x", {"a": 1}, io.BytesIO(b"x")])
def test_what_is_no_file_open_for_text_is_refused(given: Any) -> None:
    with MemoryClient(":memory:", llm="offline") as client:
        with pytest.raises(ValidationError, match="file must be open for text"):
            client.export_jsonl(given)
        with pytest.raises(ValidationError, match="lines must be a file open for text"):
            client.import_jsonl(given)
        for lines in ([given], iter([given])) if not isinstance(given, str) else ():
            with pytest.raises(ValidationError, match=r"line 1 is of type \w+, not a string"):
                client.import_jsonl(lines)


def test_files_that_are_no_exports_are_refused(tmp_path: Path) -> None:
    with MemoryClient(tmp_path / "x.db", llm="offline") as client:
        fill(client)
        text = exported(client)
    lines = text.splitlines()
    with MemoryClient(tmp_path / "y.db", llm="offline") as client:
        for bad, says in (
            (["{}"], "not an export of graphmem"),
            ([lines[0], "x"], "line 2 is not JSON"),
            ([lines[0], '{"kind": "cat"}'], "line 2 is of kind"),
            ([lines[0], '{"kind": "entity"}'], "line 2, of kind entity, lacks"),
            (lines[:-1], f"cut off after {len(lines) - 2} records"),
            ([*lines[:-1], lines[-1][:9]], f"line {len(lines)} is not JSON"),
            ([*lines[:-2], lines[-1]], f"says that there are {len(lines) - 2} records, not {len(lines) - 3}"),
            (lines + lines, f"line {len(lines) + 1} comes after the end"),
        ):
            with pytest.raises(ValidationError, match=says):
                client.import_jsonl(bad)
            with pytest.raises(ValidationError, match=says):
                client.import_jsonl(io.StringIO("\n".join(bad)))
            assert client.info().counts["versions"] == 0
        with pytest.raises(ValidationError, match="cut off"):
            client.import_jsonl(iter(lines[:-1]))
        # What can be read only once is checked before it is written, too.
        assert client.info().counts["versions"] == 0
        client.add("My sister Anna lives in Berlin. I like tea.", user_id="alex")
        with pytest.raises(ConflictError):
            client.import_jsonl(lines)
    with MemoryClient(tmp_path / "z.db") as client:
        other = lines[0].replace("wordllama", "another")
        client.add("x", user_id="u", infer=False)
        with pytest.raises(SchemaError):
            client.import_jsonl([other, *lines[1:]])
    with MemoryClient(tmp_path / "z.db", scope={"user_id": "u"}) as client, pytest.raises(ScopeError):
        client.export_jsonl(io.StringIO())


HOSTILE: dict[str, Any] = {
    "a blank line first": lambda lines: ["", *lines[1:]],
    "JSON that nests too deep": lambda lines: [lines[0], "[" * 100_000],
    "an embedder without a name": lambda lines: [lines[0].replace('"name":', '"nam":'), *lines[1:]],
    "an embedder of no floats": lambda lines: [lines[0].replace('"dimensions":256', '"dimensions":0'), *lines[1:]],
    "an embedder that is a text": lambda lines: ['{"kind": "graphmem", "format": 1, "embedder": "x"}', *lines[1:]],
    "no embedder, but vectors": lambda lines: ['{"kind": "graphmem", "format": 1, "embedder": null}', *lines[1:]],
}
# Kind and field → values that no export has there.
WRONG_VALUES: dict[tuple[str, str], list[Any]] = {
    ("version", "vector"): [
        "",
        "!!!!",
        "AAAA",
        base64.b64encode(b"\0" * 16).decode(),
        base64.b64encode(b"\xff" * 1024).decode(),
        5,
        [],
    ],
    ("version", "event"): ["EVIL", "", 5, [], None],
    ("version", "user_id"): [5, "x" * 5_000, "a\x1b", "", " ", "alex ", [], {}],
    ("version", "memory_id"): [None, "", " m", "m\n"],
    ("version", "metadata"): [
        None,
        [],
        "x",
        {"user_id": "bob"},
        {"a": float("nan")},
        {"a": "\ud800"},
        {"a": 10**4_299},
    ],
    ("version", "categories"): [None, "x", [5], ["a\0b"], [""]],
    ("version", "entities"): [None, [5], {}],
    ("version", "sources"): [None, [5], [["x"]], [["x", "y", 1]], [["x", -1, None]], [["x", 0, 1]] * 2],
    ("version", "text"): ["", " ", None, 5, "\ud800"],
    ("version", "number"): [None, -1, 1.5, True, "1", 2**80],
    ("version", "immutable"): [None, 1, "yes"],
    ("version", "created_at"): [None, 5, "noon", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00"],
    ("version", "event_start"): [5, "soon", "0000-01-01"],
    ("message", "role"): ["robot", None, 5, []],
    ("message", "content"): ["", None, 5],
    ("message", "position"): ["1", -1, True],
    ("entity", "aliases"): [None, "x", [5]],
    ("entity", "name"): [None, "", 5, "x" * 10_000, "a\0"],
    ("relation", "predicate"): [None, "", 5],
    ("relation", "recorded_at"): [None, "x", True],
}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    with MemoryClient(tmp_path_factory.mktemp("export") / "x.db", llm="offline", embedder="local") as client:
        fill(client)
        return exported(client).splitlines()


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_spoilt_writes_nothing(store: StoreUnderTest, export: list[str], spoil: Any) -> None:
    refused(store.settings, spoil(export))


@pytest.mark.parametrize("place", WRONG_VALUES, ids=" ".join)
def test_a_field_that_is_spoilt_writes_nothing(export: list[str], place: tuple[str, str]) -> None:
    # No store is asked before all fields are checked.
    kind, name = place
    number = next(n for n, line in enumerate(export) if json.loads(line)["kind"] == kind)
    for value in WRONG_VALUES[place]:
        line = json.dumps({**json.loads(export[number]), name: value})
        refused({"store": ":memory:"}, [*export[:number], line, *export[number + 1 :]])


def beside(lines: list[str], kind: str, **values: Any) -> list[str]:
    """The lines with one record more: behind a memory that is in force, or any record of another kind, one that differs in these values."""
    rows = [json.loads(line) for line in lines]
    number = next(n for n, row in enumerate(rows) if row["kind"] == kind and (kind != "version" or in_force(row)))
    end = {"kind": "end", "records": len(rows) - 1}
    return [
        *lines[: number + 1],
        json.dumps({**rows[number], "id": "another", **values}),
        *lines[number + 1 : -1],
        json.dumps(end),
    ]


def in_force(row: dict[str, Any]) -> bool:
    return row["recorded_to"] is None and row["event"] != "DELETE"


# What each record alone may be, but not beside the others: a store would refuse it when those before it are written.
UNFIT: dict[str, Any] = {
    "a version of a memory twice": lambda lines: beside(lines, "version"),
    "two versions in force": lambda lines: beside(lines, "version", number=9),
    "two memories that say the same": lambda lines: beside(lines, "version", memory_id="another", number=1),
    "a place of a conversation twice": lambda lines: beside(lines, "message"),
    "a message of no conversation": lambda lines: beside(lines, "message", conversation=None),
    "a conversation without a position": lambda lines: beside(lines, "version", memory_id="another", text="x", position=None),
    "the last first": lambda lines: [lines[0], *lines[-2:0:-1], lines[-1]],
    "a number of the format that is a flag": lambda lines: [lines[0].replace('"format":1', '"format":true'), *lines[1:]],
}  # fmt: skip


@pytest.mark.parametrize("spoil", UNFIT.values(), ids=UNFIT)
def test_records_that_do_not_fit_together_write_nothing(export: list[str], spoil: Any) -> None:
    refused({"store": ":memory:"}, spoil(export))


def test_records_that_an_export_repeats_count_once(store: StoreUnderTest, export: list[str]) -> None:
    """As one made while the store was written to may have it."""
    twice = [line for line in export[1:-1] for line in (line, line)]
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        client.import_jsonl([export[0], *twice, json.dumps({"kind": "end", "records": len(twice)})])
        assert exported(client).splitlines() == export
        assert client.doctor() == {"problems": []}


def refused(settings: dict[str, Any], lines: list[str]) -> None:
    with MemoryClient(**settings, llm="offline", embedder="local") as client:
        for given in (lines, io.StringIO("\n".join(lines)), iter(lines)):
            with pytest.raises(ValidationError, match=r"line|embedder|not an export"):
                client.import_jsonl(given)
        assert set(client.info().counts.values()) == {0}
