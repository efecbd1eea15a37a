"""Export files with any one thing wrong in them: refused by a ValidationError, with nothing written, or a whole store."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import MemoryClient, ValidationError
from graphmem.stores.portable import KINDS
from tests.conftest import StoreUnderTest
from tests.contract.test_transfer import exported, fill

pytestmark = pytest.mark.exhaustive

# In the place of any field.
WRONG: tuple[Any, ...] = (
    *(None, "", " ", 5, -1, 1.5, True, [], {}, [None], [[1]], 2**70, float("nan"), float("inf"), {"a": {"b": [1]}}),
    *("a\0b", "\ud800", "\x1b[31m", "!!!!", "x" * 100_000, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("'; DROP TABLE memory; --", "` }) DETACH DELETE n //"),
)
# Every so many of them: all take minutes on a server.
EVERY = {"in-memory": 1, "embedded": 1}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    with MemoryClient(tmp_path_factory.mktemp("export") / "x.db", llm="offline", embedder="local") as client:
        fill(client)
        client.add("My sister Anna works at Google. My friend Wi-Fi Smith lives in Rome.", user_id="alex")
        client.unite(*[row["id"] for row in client.entities(user_id="alex")][:2])
        return exported(client).splitlines()


def files(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The name of each, and its lines."""
    rows = [json.loads(line) for line in lines]
    assert {row["kind"] for row in rows} == {"graphmem", "end", *KINDS}
    for at, row in {row["kind"]: (n, row) for n, row in enumerate(rows)}.values():
        for name in row:
            changes = [(f"= {value!r:.30}", {**row, name: value}) for value in WRONG]
            changes.append(("missing", {key: value for key, value in row.items() if key != name}))
            changes.append(
                (
                    "of another",
                    {**row, name: next((r[name] for r in rows if r.get(name, row[name]) != row[name]), None)},
                )
            )
            for what, changed in changes:
                yield f"{row['kind']}.{name} {what}", [*lines[:at], json.dumps(changed), *lines[at + 1 :]]
    for n in range(1, len(lines) - 1):
        end = {"kind": "end", "records": len(lines) - 3}
        yield f"without line {n}", [*lines[:n], *lines[n + 1 : -1], json.dumps(end)]
        yield f"line {n} twice", [*lines[: n + 1], *lines[n:-1], json.dumps({**end, "records": len(lines) - 1})]
        yield f"line {n} too late", [*lines[:n], *reversed(lines[n : n + 2]), *lines[n + 2 :]]
        yield f"cut off in line {n}", [*lines[:n], lines[n][: len(lines[n]) // 2]]
    yield "nothing", []
    yield "nested", [lines[0], '{"a":' * 100_000]
    yield "a long number", ["1" * 5_000]
    yield "bytes", ["\x00\x01\x02" * 100]
    yield "a mark of byte order", ["\ufeff" + lines[0], *lines[1:]]


def test_each_is_refused_or_whole(store: StoreUnderTest, export: list[str]) -> None:
    tried = list(files(export))[:: EVERY.get(store.name, 12)]
    assert len(tried) > 150
    wrong, refused = [], 0
    with MemoryClient(**store.settings, llm="offline", embedder="local") as client:
        for name, lines in tried:
            try:
                client.import_jsonl(lines)
            except ValidationError:
                refused += 1
                if set(client.info().counts.values()) != {0}:
                    wrong.append(f"{name}: half of it is written")
                    client.reset(confirm="everything")
                continue
            except Exception as error:
                wrong.append(f"{name}: {error!r:.200}")
                client.reset(confirm="everything")
                continue
            try:
                use(client)
            except Exception as error:
                wrong.append(f"{name}, used: {error!r:.200}")
            client.reset(confirm="everything")
    assert wrong == []
    assert len(tried) * 0.4 < refused < len(tried)


def use(client: MemoryClient) -> None:
    for row in client.get_all():
        client.history(row["id"])
    client.users()
    client.entities()
    client.relations()
    client.search("Anna", explain=True)
    client.search("tea", user_id="alex", as_of="2100-01-01")
    client.add("My sister Anna moved to Rome. I like tea.", user_id="alex")
    client.doctor(fix=True)
    client.export_jsonl(io.StringIO())
