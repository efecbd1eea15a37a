"""What the command context writes."""

from __future__ import annotations

from graphmem import MemoryClient
from tests.cli.test_commands import Run
from tests.cli.test_commands import run as run
from tests.cli.test_commands import store as store

SAID = "I'm allergic to nuts. The boat leaves at seven from pier nine."


def test_the_text_is_written_as_the_client_makes_it(run: Run, store: str) -> None:
    run("add", SAID, "--user", "alice")
    with MemoryClient(store) as client:
        made = client.context("When does the boat leave?", user_id="alice", explain=True)
    told = run("context", "When does the boat leave?", "--user", "alice")
    assert (told.code, told.out) == (0, made["context"] + "\n")
    assert SAID in told.out
    assert run("context", "When does the boat leave?", "--user", "alice", "--json").json == made


def test_its_size_and_conditions(run: Run) -> None:
    run("add", SAID, "--user", "alice")
    small = run("context", "boat", "--user", "alice", "--max-tokens", "20", "--json").json
    assert small["tokens"] <= 20
    assert small["messages"] == []
    filtered = run("context", "boat", "--filter", '{"text": {"contains": "no such words"}}')
    assert (filtered.out, filtered.err) == ("", "Nothing was found, or there is no room for it.\n")
    assert "boat" not in run("context", "boat", "--user", "bob").out
    assert run("context", "boat", "--max-tokens", "0").code == 1


def test_a_text_can_do_nothing_to_a_terminal(run: Run) -> None:
    run("add", "I like tea and \x1b[31mred boats\x07.", "--user", "alice")
    told = run("context", "tea", "--user", "alice").out
    assert "tea" in told
    assert "\x1b" not in told
    assert "\x07" not in told
