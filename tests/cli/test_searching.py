"""What the command line shows of a search: what is close, what is weak, and why a memory is not there."""

from __future__ import annotations

import re

import pytest

from graphmem import MemoryClient
from graphmem.search.ranking import NOTHING_CLOSE, WEAK
from tests.cli.test_commands import Run, added, on_posix, on_terminal
from tests.cli.test_commands import run as run
from tests.cli.test_commands import store as store

KNOWN = ("Plays the violin in an orchestra", "Is allergic to nuts", "Works as a nurse in the old hospital by the river")
# Some of its words are known, most are not.
HALF = "violin and harpsichord lessons"
NONSENSE = "quantum chromodynamics on a lattice"


@pytest.fixture
def ids(run: Run) -> dict[str, str]:
    return {text: added(run, text, "--user", "alice") for text in KNOWN}


def scores(run: Run, query: str) -> dict[str, float]:
    return {row["memory"]: row["score"] for row in run("search", query, "--json").json}


def test_nothing_close_is_said_and_not_shown(run: Run, ids: dict[str, str]) -> None:
    assert 0 <= max(scores(run, NONSENSE).values()) < NOTHING_CLOSE
    told = run("search", NONSENSE)
    assert (told.code, told.out) == (0, "")
    assert told.err == "Nothing close was found; --threshold 0 shows what there is.\n"
    assert len(run("search", NONSENSE, "--threshold", "0").out.splitlines()) == len(KNOWN)
    assert run("search", NONSENSE, "--threshold", "0.9").err == "No memories with a score of 0.9 or more found.\n"
    assert run("search", "violin", "--user", "nobody").err == "No memories found.\n"


def test_json_has_all_whatever_is_close(run: Run, ids: dict[str, str], store: str) -> None:
    with MemoryClient(store) as client:
        for query in (NONSENSE, HALF, "violin"):
            assert run("search", query, "--json").json == client.search(query)


def test_weak_hits_are_marked(run: Run, ids: dict[str, str]) -> None:
    found = scores(run, HALF)
    assert NOTHING_CLOSE <= found[KNOWN[0]] < WEAK
    [row] = run("search", HALF, "-k", "1").out.splitlines()
    assert row.split("\t")[-1] == "weak"
    assert "weak" not in run("search", "violin in an orchestra", "-k", "1").out
    assert scores(run, "violin in an orchestra")[KNOWN[0]] >= WEAK


@on_posix
def test_weak_hits_are_marked_on_a_terminal(run: Run, ids: dict[str, str], store: str) -> None:
    code, shown = on_terminal("--store", store, "search", HALF, "-k", "1")
    assert code == 0
    assert re.search(r"^weak ", shown, re.MULTILINE)
    assert "weak" not in on_terminal("--store", store, "search", "violin in an orchestra", "-k", "1")[1]


def test_ask_shows_what_is_close(run: Run, ids: dict[str, str]) -> None:
    told = run("ask", NONSENSE)
    assert (told.out, told.err) == ("", "Nothing close was found.\n")
    assert len(run("ask", NONSENSE, "--json").json["memories"]) == len(KNOWN)
    assert run("ask", "violin?").out.split("\t")[2] == KNOWN[0]


def test_why_not(run: Run, ids: dict[str, str], store: str) -> None:
    id = ids[KNOWN[1]]
    told = run("why-not", "violin", id, "--top-k", "1", "--user", "alice").out
    assert "Found: no" in told
    assert "but top_k is 1" in told
    assert "Not by text: the memory holds no word of the query" in told
    assert "Found: yes" in run("why-not", "violin", id).out
    outside = run("why-not", "violin", id, "--user", "bruno", "--filter", '{"text": {"contains": "x"}}').out
    assert 'Why: It fails the condition text contains "x"' in outside
    assert "below the threshold of 0.9" in run("why-not", "violin", id, "--threshold", "0.9").out
    with MemoryClient(store) as client:
        assert run("why-not", "violin", id, "-k", "1", "--json").json == client.why_not("violin", id, top_k=1)
    assert "There is no such memory" in run("why-not", "violin", "none").out
    assert run("why-not", " ", id).code == 1


def test_explain_shows_the_path_in_the_graph(run: Run) -> None:
    run("add", "My sister Anna lives in Berlin.", "--user", "alice")
    shown = run("search", "Where does my sister live?", "--user", "alice", "--explain", "-k", "1").out
    assert "by way of: Anna sister of user; Anna lives in Berlin" in shown


def test_what_was_said_is_shown_beside_memories(run: Run, store: str) -> None:
    said = "I'm allergic to nuts. The boat leaves at seven from pier nine."
    run("add", said, "--user", "alice")
    asked = ("search", "When does the boat leave?", "--user", "alice")
    assert "pier nine" not in run(*asked).out
    first = run(*asked, "--messages").out.splitlines()[0]
    assert f"user: {said}" in first
    with MemoryClient(store) as client:
        found = client.search(asked[1], user_id="alice", messages=True, output_format="v1.1")
    assert run(*asked, "--messages", "--json").json == found
    assert len(run(*asked, "--messages", "-k", "1", "--threshold", "0").out.splitlines()) == 1
