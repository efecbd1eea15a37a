"""The package as a whole: its names, its generated half, its queries, and what it does not do."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import graphmem
from graphmem import AsyncMemoryClient, MemoryClient, errors, queries, statements
from tests.generate_sync import stale


def test_public_names_are_sorted_and_whole() -> None:
    assert graphmem.__all__ == sorted(graphmem.__all__)
    assert set(errors.__all__) <= set(graphmem.__all__)
    assert all(hasattr(graphmem, name) for name in graphmem.__all__)


def methods(kind: type) -> dict[str, str]:
    found = inspect.getmembers(kind, inspect.isfunction)
    return {name: str(inspect.signature(each)).replace("Async", "") for name, each in found if not name.startswith("_")}


def test_both_clients_have_the_same_documented_methods() -> None:
    assert methods(MemoryClient) == methods(AsyncMemoryClient)
    for kind in (MemoryClient, AsyncMemoryClient):
        assert inspect.getdoc(kind)
        for name in methods(kind):
            assert inspect.getdoc(getattr(kind, name)), name


def test_the_generated_half_is_fresh() -> None:
    assert stale() == []


def test_every_query_declares_what_it_uses() -> None:
    found = [queries.load(name) for name in queries.names()]
    assert len(found) > 30
    assert all(query.text for query in found)


def test_set_up_runs_every_index_and_constraint() -> None:
    once = {
        "schema/await",
        "schema/bind_embedder",
        "schema/drop_memory_embedding",
        "schema/free_embedder",
        "schema/memory_embedding",
        "schema/read_store",
        "schema/write_store",
    }
    assert set(statements.SCHEMA) == {name for name in queries.names() if name.startswith("schema/")} - once


@pytest.mark.parametrize("text", ["// $a: declared\nRETURN 1", "RETURN $a"])
def test_a_query_whose_header_lies_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"lie{len(text)}.cypher").write_text(text)
    monkeypatch.setattr(queries, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="declared"):
        queries.load(f"lie{len(text)}")


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_importing_loads_nothing_that_may_not_be_needed() -> None:
    heavy = "openai", "neo4j", "networkx", "wordllama", "spacy", "typer", "jgo"
    assert run(f"import graphmem, sys; print([name for name in {heavy} if name in sys.modules])") == "[]\n"


def test_no_network_and_no_log_noise_without_a_key() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import socket\n"
            "def refuse(*_): raise AssertionError('a connection')\n"
            "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
            "import graphmem, logging\n"
            "with graphmem.MemoryClient(':memory:') as client:\n"
            "    client.add('I am allergic to nuts.', user_id='alex')\n"
            "    assert client.search('nuts', user_id='alex')\n"
            "logging.getLogger('a').info('noise')\n"
            "assert not logging.getLogger().handlers\n",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
