"""Commands that open a drawing: what they say where it would be empty, and what they help with."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem import MemoryClient
from graphmem.stores.neo4j import local_server
from graphmem.stores.neo4j.local_server import LocalServer
from tests.cli.test_newcomers import run
from tests.conftest import StoreUnderTest


def test_a_page_of_nobody_tells_whose_memories_there_are(tmp_path: Path) -> None:
    store, page = str(tmp_path / "x.db"), tmp_path / "page.html"
    run("add", "I like tea.", "--user", "ann", "--store", store)
    done = run("view", str(page), "--user", "an", "--store", store)
    assert (done.code, done.err) == (0, "There are no memories of user an; there are some of ann.\n")
    assert run("view", str(page), "--user", "ann", "--store", store).err == ""
    for number in range(6):
        run("add", "I like tea.", "--user", f"b{number}", "--store", store)
    assert "ann" in (told := run("view", str(page), "--user", "an", "--store", store).err)
    assert told.endswith(" and 2 more.\n")
    with MemoryClient(store) as client:
        client.reset(confirm="everything")
    assert "nor of any other user" in run("view", str(page), "--user", "an", "--store", store).err


def test_neo4j_browser_is_opened_with_what_people_type(
    neo4j_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = neo4j_store.server
    assert server is not None
    for name, value in (("USERNAME", server.username), ("PASSWORD", server.password), ("DATABASE", server.database)):
        monkeypatch.setenv(f"NEO4J_{name}", value)
    with MemoryClient(**neo4j_store.settings) as client:
        [added] = client.add("Likes tea", user_id="ann", infer=False)["results"]
    ask = ("browser", "--store", server.uri)
    assert "There are no memories of user an; there are some of ann" in run(*ask, "--user", "an").err
    assert "no memories" not in run(*ask, "--user", "ann").err
    # As much of an id as no other has.
    assert f"'{added['id']}'" in run(*ask, "--memory", added["id"][:8]).out
    assert f"'{added['id']}'" in run(*ask, "life", "--memory", added["id"][:8].upper()).out
    # Of a server that is not this machine's own, nobody knows where the password is.
    assert "Password" not in run(*ask, "--user", "ann").out
    assert run(*ask, "--json").json["password_file"] is None


def test_neo4j_browser_of_this_machines_server_is_opened_with_a_word_on_its_password(
    neo4j_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = neo4j_store.server
    assert server is not None
    for name, value in (("USERNAME", server.username), ("PASSWORD", server.password), ("DATABASE", server.database)):
        monkeypatch.setenv(f"NEO4J_{name}", value)
    local = LocalServer(
        server.uri, "http://127.0.0.1:7475/browser/", "neo4j", server.password, "2026.08.1", tmp_path, 42, True
    )
    monkeypatch.setattr(local_server, "status", lambda home=None: local)
    told = run("browser", "--store", server.uri)
    assert f"Password: in {tmp_path / 'password'}" in told.out
    assert "http://127.0.0.1:7475/browser/?" in told.out
    assert server.password not in told.out + told.err
    assert run("browser", "--store", server.uri, "--json").json["password_file"] == str(tmp_path / "password")
