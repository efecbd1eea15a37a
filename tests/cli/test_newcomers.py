"""What a newcomer does wrong on the command line, and what is said then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graphmem import ConfigurationError, EmbeddingError, MemoryClient
from graphmem.cli.app import app
from tests.cli.test_commands import Result


def run(*args: str) -> Result:
    done = CliRunner().invoke(app, list(args), prog_name="graphmem")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Result(done.exit_code, done.stdout, done.stderr)


@pytest.mark.parametrize("command", [
    ["list"], ["search", "x"], ["doctor"], ["users"], ["status"], ["history", "id"], ["forget", "id"], ["entities"], ["export", "-"],
], ids=" ".join)  # fmt: skip
def test_a_mistyped_store_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    typo = tmp_path / "typo.db"
    done = run(*command, "--store", str(typo))
    assert (done.code, "there is no store in" in done.err) == (1, True)
    monkeypatch.setenv("GRAPHMEM_STORE", str(typo))
    assert "there is no store in" in run(*command).err
    assert not typo.exists()


def test_the_default_store_and_what_adds_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("GRAPHMEM_STORE", raising=False)
    assert "No memories found" in run("list").err
    assert run("add", "I like tea.", "--user", "x", "--store", str(tmp_path / "new.db")).code == 0
    assert run("list", "--store", str(tmp_path / "new.db")).out


def test_who_asks_for_a_user_and_an_agent_is_told_what_that_means(tmp_path: Path) -> None:
    store = str(tmp_path / "x.db")
    run("add", "I have a job at Google.", "--user", "jon", "--store", store)
    for command in (["search", "job"], ["list"]):
        both = run(*command, "-u", "jon", "-a", "gina", "--store", store)
        assert "only what belongs to both" in both.err
        assert "only what belongs to both" not in run(*command, "-u", "nobody", "--store", store).err


@pytest.mark.parametrize(
    "address", ["not-a-url", "127.0.0.1:11434", "ftp://x/v1", "http://", "http://[::1", "hunter2@host:99999"]
)
def test_an_address_of_a_model_that_is_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(ConfigurationError, match=r"OPENAI_BASE_URL.*http://127") as caught:
        MemoryClient(":memory:")
    assert "hunter2" not in str(caught.value)


def test_a_model_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("GRAPHMEM_EMBEDDER_SETTINGS", '{"max_retries": 0}')
    with MemoryClient(":memory:", llm="offline") as client:
        with pytest.raises(EmbeddingError, match=r"OPENAI_BASE_URL.*GRAPHMEM_EMBEDDER=local") as caught:
            client.search("tea", user_id="u")
        # A search stores nothing, whatever happens.
        assert "stored" not in str(caught.value)
        with pytest.raises(EmbeddingError, match="Nothing was stored"):
            client.add("I like tea.", user_id="u")


def test_rules_say_what_they_do_not_read() -> None:
    with MemoryClient(":memory:", llm="offline", embedder="local") as client:
        with pytest.warns(UserWarning, match="custom_instructions and custom_categories changed nothing"):
            client.add(
                "I like jazz.", user_id="u", custom_instructions="store nothing", custom_categories=[{"tunes": "music"}]
            )
        # Once is enough.
        client.add("I like tea.", user_id="u", custom_instructions="store nothing")


@pytest.mark.parametrize(("args", "said"), [
    (["serch", "tea"], "there is no command 'serch' (did you mean search?)"),
    (["delete", "x"], "there is no command 'delete' (did you mean forget?)"),
    (["keys", "lst"], "there is no command 'lst' (did you mean list?)"),
    (["neo4j", "stop"], "there is no command 'stop' (did you mean down?)"),
    (["xyzzy"], "there is no command 'xyzzy'\n"),
    (["list", "--usr", "alex"], "there is no option --usr (did you mean --user?)"),
    (["--stroe", "x.db", "list"], "there is no option --stroe (did you mean --store?)"),
    (["neo4j", "up", "--hom", "x"], "there is no option --hom (did you mean --home?)"),
    (["list", "--usr\x1b[31m"], "there is no option --usr\ufffd[31m"),
    (["search", "tea", "--role", "user"], "there is no option --role\n"),
    # As others call it.
    (["search", "tea", "--limit", "3"], "there is no option --limit (did you mean --top-k?)"),
    (["list", "--limit", "3"], "there is no option --limit (did you mean --page-size?)"),
    (["add", "tea", "--user_id", "alex"], "there is no option --user_id (did you mean --user?)"),
    (["add", "tea", "--role", "bot"], "Invalid value for '--role': 'bot' is not one of 'user', 'assistant', 'system'"),
    (["search", "tea", "--filter", '{"usr_id": "x"}'], "usr_id: unknown field (did you mean user_id?); allowed are AND"),
    (["search", "tea", "--filter", '{"created_at": {"gtt": 1}}'], "created_at.gtt: unknown operator (did you mean gt?);"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")  # fmt: skip
def test_what_is_misspelt_is_told_with_what_was_probably_meant(
    monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    monkeypatch.setenv("GRAPHMEM_STORE", ":memory:")
    done = run(*args)
    assert done.code in (1, 2)
    assert said in done.err


def test_the_list_of_commands_has_whole_sentences() -> None:
    listed = run("--help").out.partition("Commands:")[2].splitlines()
    assert len(listed) > 30
    assert [line for line in listed if line.endswith("...")] == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    store = str(tmp_path / "x.db")
    run("add", "I like tea.", "--user", "x", "--no-infer", "--store", store)
    for command in ("view", "export"):
        done = run(command, str(tmp_path / "none" / "file.html"), "--store", store)
        assert done.code == 1
        assert f"there is no folder {tmp_path / 'none'} to write file.html to" in done.err
    assert "is a directory" in run("view", str(tmp_path), "--store", store).err


def test_a_time_in_unknown_words_is_told_with_words_that_are_known() -> None:
    done = run("diff", "yesterdy", "--store", ":memory:")
    assert done.code == 1
    assert "'yesterdy' is no time that is known" in done.err
    assert "2 weeks ago" in done.err


@pytest.mark.thorough
def test_of_a_warning_the_words_are_shown(tmp_path: Path) -> None:
    warns = "import warnings; from graphmem import MemoryClient; from graphmem.cli.app import app\n"
    warns += "MemoryClient.get_all = lambda *_, **__: warnings.warn('take care') or []\n"
    command = [sys.executable, "-c", f"{warns}app(['--store', ':memory:', 'list'])"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert told == "Warning: take care\nNo memories found.\n"
