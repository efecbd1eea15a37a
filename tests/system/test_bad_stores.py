"""Stores that can't be used give one clear error, and nothing is changed."""

from __future__ import annotations

import hashlib
import socket
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphmem import ConfigurationError, MemoryClient, SchemaError, StoreError, StoreUnavailableError
from tests.conftest import StoreUnderTest


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class TinyEmbedder:
    """Eight floats."""

    name = "tiny"

    def embed(self, texts: Sequence[str]) -> list[Any]:
        return [np.full(8, 8**-0.5, dtype=np.float32) for _ in texts]

    def close(self) -> None:
        pass


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear diary, " * 1_000)
    before = fingerprint(path)
    with MemoryClient(path) as client, pytest.raises(SchemaError, match=r"letter\.txt is not an SQLite database"):
        client.add("x", user_id="alex", infer=False)
    assert fingerprint(path) == before


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE memory (id)")
    connection.close()
    before = fingerprint(path)
    with MemoryClient(path) as client, pytest.raises(SchemaError, match="another program"):
        client.get_all(user_id="alex")
    assert fingerprint(path) == before


def test_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with MemoryClient(path) as client:
        client.add("I like tea", user_id="alex", infer=False)
    path.chmod(0o444)
    before = fingerprint(path)
    with MemoryClient(path) as client, pytest.raises(StoreError, match=r"read-only.*chmod"):
        client.add("I like milk", user_id="alex", infer=False)
    assert fingerprint(path) == before


def test_a_file_of_a_newer_schema(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with MemoryClient(path) as client:
        client.users()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with MemoryClient(path) as client, pytest.raises(SchemaError, match=r"version 999.*upgrade"):
        client.add("x", user_id="alex", infer=False)


@pytest.mark.parametrize(("where", "says"), [("", "is a folder"), ("no/such/folder/memories.db", "does not exist")])
def test_a_missing_folder_is_named(tmp_path: Path, where: str, says: str) -> None:
    with MemoryClient(tmp_path / where) as client, pytest.raises(StoreUnavailableError, match=says):
        client.add("x", user_id="alex", infer=False)
    assert list(tmp_path.iterdir()) == []


def test_new_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with MemoryClient(path) as client:
        client.users()
    assert path.stat().st_mode & 0o777 == 0o600


def test_vectors_of_another_size(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        client.add("I like tea", user_id="alex", infer=False)
    with MemoryClient(**store.settings, embedder=TinyEmbedder()) as client:
        for call in (
            lambda: client.add("I like milk", user_id="alex", infer=False),
            lambda: client.search("tea", user_id="alex"),
        ):
            with pytest.raises(SchemaError, match=r"256 floats.*tiny.*8 floats"):
                call()
        assert len(client.get_all(user_id="alex")) == 1


def test_an_embedder_that_changes_its_size_is_refused(tmp_path: Path) -> None:
    with MemoryClient(tmp_path / "memories.db", embedder=TinyEmbedder()) as client:
        client.add("I like tea", user_id="alex", infer=False)
        assert client.search("tea", user_id="alex")[0]["memory"] == "I like tea"
        assert client.info().embedder is not None


def test_an_address_without_a_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with MemoryClient(f"bolt://127.0.0.1:{port}", password="secret-word") as client:
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match=rf"127\.0\.0\.1:{port}.*can't be reached") as caught:
                client.add("x", user_id="alex", infer=False)
            assert "secret-word" not in str(caught.value)


def test_a_wrong_password(neo4j_store: StoreUnderTest) -> None:
    with MemoryClient(**{**neo4j_store.settings, "password": "not-the-word"}) as client:
        with pytest.raises(StoreUnavailableError, match="user name or password") as caught:
            client.add("x", user_id="alex", infer=False)
        assert "not-the-word" not in str(caught.value)


def test_a_database_that_does_not_exist(neo4j_store: StoreUnderTest) -> None:
    settings = {**neo4j_store.settings, "database": "nowhere"}
    with MemoryClient(**settings) as client, pytest.raises(StoreUnavailableError, match="no such database"):
        client.add("x", user_id="alex", infer=False)


def test_a_neo4j_of_a_newer_schema(neo4j_store: StoreUnderTest) -> None:
    server = neo4j_store.server
    assert server is not None
    with MemoryClient(**neo4j_store.settings) as client:
        client.users()
    server.driver.execute_query("MATCH (s:GraphMem) SET s.schema_version = 999", database_=server.database)
    try:
        with (
            MemoryClient(**neo4j_store.settings) as client,
            pytest.raises(SchemaError, match=r"version 999.*upgrade"),
        ):
            client.add("x", user_id="alex", infer=False)
    finally:
        server.driver.execute_query("MATCH (s:GraphMem) SET s.schema_version = 1", database_=server.database)


def test_a_closed_client(tmp_path: Path) -> None:
    client = MemoryClient(tmp_path / "memories.db")
    client.add("I like tea", user_id="alex", infer=False)
    client.close()
    client.close()
    for call in (lambda: client.add("x", user_id="alex", infer=False), lambda: client.search("tea"), client.get_all):
        with pytest.raises(StoreError, match="closed"):
            call()


@pytest.mark.parametrize("store", ["http://127.0.0.1", "postgres://x", "bolt://", ""])
def test_malformed_addresses_are_refused(store: str) -> None:
    with pytest.raises(ConfigurationError):
        MemoryClient(store)


def test_hosted_arguments_are_ignored_with_one_warning(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="ignored") as caught:
        MemoryClient(tmp_path / "memories.db", api_key="m0-x", org_id="o", project_id="p").close()
    assert len(caught) == 1
    assert "m0-x" not in str(caught[0].message)
