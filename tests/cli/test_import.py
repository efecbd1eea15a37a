"""`graphmem import`: every message is stored exactly once, whatever interrupts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from typer.testing import CliRunner

from graphmem import ExtractionError, MemoryClient
from graphmem.cli.app import app
from graphmem.cli.importing.command import TOGETHER
from graphmem.dialect.chat_files import transcript
from graphmem.dialect.chat_files.transcript import LONGEST_WINDOW, Turn
from graphmem.remember import facts
from tests.cli.test_commands import Result

START = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
CHAT = [
    {"role": "user", "content": "I'm allergic to nuts.", "timestamp": "2026-03-01T09:00:00Z"},
    {"role": "assistant", "content": "Good to know! Where do you live?", "timestamp": "2026-03-01T09:01:00Z"},
    {
        "role": "user",
        "name": "Alice",
        "content": [{"type": "text", "text": "I live in Lisbon."}],
        "timestamp": 1772355720,
    },
]


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "memories.db")


@pytest.fixture
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for journals."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return platformdirs.user_state_path("graphmem", appauthor=False) / "imports"


def run(*args: str) -> Result:
    done = CliRunner().invoke(app, list(args), prog_name="graphmem")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Result(done.exit_code, done.stdout, done.stderr)


def write(folder: Path, messages: Any, name: str = "chat.json") -> str:
    path = folder / name
    lines = "\n".join(json.dumps(each) for each in messages) if name.endswith("l") else json.dumps(messages)
    path.write_text(lines, encoding="utf-8")
    return str(path)


def chat(count: int) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[n % 2], "content": f"message number {n}"} for n in range(count)]


def texts(store: str) -> list[str]:
    with MemoryClient(store) as client:
        return [row["memory"] for row in client.get_all()]


def counts(store: str) -> Any:
    with MemoryClient(store) as client:
        return client.info().counts


@pytest.mark.usefixtures("journals")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chat.json", json.dumps(CHAT)),
        ("chat.json", json.dumps({"title": "x", "messages": CHAT}, indent=2)),
        ("chat.jsonl", "\n\n".join(map(json.dumps, CHAT)) + "\n"),
        ("chat.txt", "\r\n".join(map(json.dumps, CHAT))),
        ("chat.json", "\ufeff" + json.dumps(CHAT)),
    ],
)
def test_every_file_format_is_read(tmp_path: Path, store: str, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    done = run("--store", store, "import", str(file), "--user", "alice")
    assert done.code == 0, done.err
    assert "3 read" in done.out
    with MemoryClient(store) as client:
        rows = client.get_all(user_id="alice")
        assert any("llergic to nuts" in row["memory"] for row in rows)
        assert any("Lisbon" in row["memory"] for row in rows)
        assert {row["created_at"] for row in rows} == {"2026-03-01T09:02:00+00:00"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "c.jsonl",
            '{"role": "user", "content": "a"}\n\n{"role": "robot", "content": "b"}',
            "line 3: role must be one of",
        ),
        ("c.jsonl", '{"role": "user", "content": "a"}\n{"role": ', "line 2: not JSON"),
        (
            "c.json",
            '[{"role": "user", "content": "a"}, {"role": "user", "content": 5}]',
            "message 2: content must be a string, a part or a list of them, not int",
        ),
        ("c.json", '[{"role": "user", "content": "a"}, "b"]', "message 2: a message must be an object"),
        ("c.json", '[{"role": "user", "content": "a", "timestamp": "noon"}]', "message 1: timestamp must be ISO 8601"),
        ("c.json", '[{"role": "user", "content": "a", "timestamp": 1772355720000}]', "message 1: timestamp must be"),
        ("c.json", '[{"role": "user", "content": [{"text": 5}]}]', "message 1: content[0].text must be a string"),
        ("c.json", '{\n "messages": [\n  {"role": }\n ]\n}', "not JSON: Expecting value: line 3"),
        ("c.json", '{"chat": []}', "neither a list of messages nor"),
        ("c.json", "", "is empty"),
        ("c.json", "[" * 100_000, "nested too deeply"),
    ],
)
def test_mistakes_are_named_before_anything_is_stored(
    tmp_path: Path, store: str, name: str, content: str, told: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    done = run("--store", store, "import", str(file), "-u", "u", "--window", "1", "--no-infer")
    assert (done.code, done.out) == (1, "")
    assert f"{file}" in done.err
    assert told in done.err
    assert len(done.err.splitlines()) == 1
    assert texts(store) == []


def test_files_that_are_not_utf_8_are_refused(tmp_path: Path, store: str) -> None:
    file = tmp_path / "c.jsonl"
    file.write_bytes(b'{"role": "user", "content": "a"}\n{"role": "user", "content": "\xff"}')
    assert "line 2: not UTF-8" in run("--store", store, "import", str(file), "-u", "u").err


@pytest.mark.usefixtures("journals")
def test_messages_without_text_are_counted(tmp_path: Path, store: str) -> None:
    calls = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    file = write(tmp_path, [*chat(2), calls, {"role": "user", "content": " "}])
    done = run("--store", store, "import", file, "-u", "u", "--no-infer")
    assert "2 read (2 more were passed over: no text)" in done.out
    assert len(texts(store)) == 2


def turns(*minutes: int | None, roles: str = "u") -> list[Turn]:
    names = {"u": "user", "a": "assistant"}
    return [
        Turn(
            {"role": names[roles[n % len(roles)]], "content": str(n)},
            None if minute is None else START + timedelta(minutes=minute),
        )
        for n, minute in enumerate(minutes)
    ]


def test_windows_have_a_size_and_cover_all_once() -> None:
    given = turns(*[None] * 7)
    found = list(transcript.windows(given, 3))
    assert [len(window.turns) for window in found] == [3, 3, 1]
    assert [turn for window in found for turn in window.turns] == given
    assert [window.end for window in found] == [3, 6, 7]
    assert list(transcript.windows([], 3)) == []


def test_windows_span_at_most_six_hours() -> None:
    hours = int(LONGEST_WINDOW / timedelta(hours=1))
    given = turns(0, 1, hours * 60, hours * 60 + 1, hours * 60 + 2)
    assert [len(window.turns) for window in transcript.windows(given, 20)] == [3, 2]
    assert [window.said_at for window in transcript.windows(given, 20)] == [given[2].said_at, given[4].said_at]


def test_windows_keep_a_question_with_its_answer() -> None:
    given = turns(*[None] * 8, roles="ua")
    assert [len(window.turns) for window in transcript.windows(given, 4)] == [3, 4, 1]
    assert [len(window.turns) for window in transcript.windows(given, 1)] == [1] * 8
    # Nobody answers after a night.
    given = turns(0, 1, 2, 3, 1000, 1001, roles="ua")
    assert [len(window.turns) for window in transcript.windows(given, 4)] == [4, 2]


@pytest.mark.usefixtures("journals")
def test_the_same_file_again_is_nothing_new(tmp_path: Path, store: str) -> None:
    command = ("--store", store, "import", write(tmp_path, CHAT), "-u", "alice", "-r", "monday")
    first = run(*command, "--json").json
    assert first["events"]["ADD"] == len(texts(store)) > 0
    before = counts(store)
    again = run(*command)
    assert again.code == 0
    assert "Nothing new" in again.err
    assert counts(store) == before
    once_more = run(*command, "--again")
    assert "Nothing new" in once_more.err
    assert "0 added" in once_more.out
    assert counts(store) == before


@pytest.mark.usefixtures("journals")
def test_forgotten_memories_come_back_with_again(tmp_path: Path, store: str) -> None:
    command = ("--store", store, "import", write(tmp_path, CHAT), "-u", "alice")
    run(*command)
    kept = sorted(texts(store))
    run("--store", store, "forget", "-u", "alice", "--yes")
    assert "--again" in run(*command).err
    assert texts(store) == []
    run(*command, "--again")
    assert sorted(texts(store)) == kept


@pytest.mark.usefixtures("journals")
def test_another_scope_store_or_option_is_another_import(tmp_path: Path, store: str) -> None:
    file = write(tmp_path, chat(3))
    run("--store", store, "import", file, "-u", "a", "--no-infer")
    for args in (["-u", "b"], ["-u", "a", "-r", "r"], ["-u", "b", "--store", f"{store}2"]):
        assert run("--store", store, "import", file, "--no-infer", *args, "--json").json["events"]["ADD"] == 3
    assert run("--store", store, "import", file, "-u", "a", "--no-infer", "--window", "1", "--json").json["events"] == {
        "ADD": 0,
        "UPDATE": 0,
        "DELETE": 0,
        "NONE": 3,
    }


def test_a_window_stored_before_a_kill_is_not_stored_again(tmp_path: Path, store: str, journals: Path) -> None:
    file = write(tmp_path, chat(6))
    command = ("--store", store, "import", file, "-u", "a", "--no-infer", "--window", "2")
    run(*command)
    before = counts(store)
    [journal] = journals.iterdir()
    # As a kill between the store's commit and the journal leaves it.
    journal.write_text(json.dumps(json.loads(journal.read_text()) | {"done": 3, "finished_at": None}))
    report = run(*command, "--json").json
    assert report["already_imported"] == 3
    assert (report["events"]["ADD"], report["events"]["NONE"]) == (0, 3)
    assert counts(store) == before


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"started_at": 1}', "\x00"])
def test_a_damaged_journal_restarts_the_import_without_duplicates(
    tmp_path: Path, store: str, journals: Path, damage: str
) -> None:
    command = ("--store", store, "import", write(tmp_path, chat(4)), "-u", "a", "--no-infer")
    run(*command)
    [journal] = journals.iterdir()
    journal.write_text(damage)
    assert run(*command, "--json").json["events"]["NONE"] == 4
    assert len(texts(store)) == 4


@pytest.mark.usefixtures("journals")
def test_an_error_midway_says_how_to_continue(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("--store", store, "import", write(tmp_path, chat(6)), "-u", "a", "--no-infer", "--window", "1")
    with monkeypatch.context() as patch:
        verbatim = facts.verbatim

        def failing(messages: Any, said_on: date) -> Any:
            if messages[0].content.endswith("4"):
                raise ExtractionError("the model is ill")
            return verbatim(messages, said_on)

        patch.setattr(facts, "verbatim", failing)
        failed = run(*command)
    assert (failed.code, failed.out) == (1, "")
    assert failed.err == (
        "4 of 6 messages are imported; the same command continues from there.\n"
        "Error: the model is ill (of 6 conversations the first 4 were stored)\n"
    )
    assert len(texts(store)) == 4
    resumed = run(*command)
    assert "6 read, 4 of them by an earlier run" in resumed.out
    assert "2 added" in resumed.out


def test_messages_without_times_get_the_time_of_the_first_start(tmp_path: Path, store: str, journals: Path) -> None:
    command = ("--store", store, "import", write(tmp_path, chat(2)), "-u", "a", "--no-infer", "--window", "1")
    run(*command)
    [journal] = journals.iterdir()
    started_at = json.loads(journal.read_text())["started_at"]
    with MemoryClient(store) as client:
        assert {row["created_at"] for row in client.get_all()} == {started_at}


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_killed_import_continues_without_duplicates(tmp_path: Path, store: str, journals: Path) -> None:
    count, kills = 600, 4
    file = write(tmp_path, chat(count), "chat.jsonl")
    command = [sys.executable, "-m", "graphmem", "--store", store, "import", file, "-u", "a", "--no-infer"]
    command += ["--window", "1", "--json"]

    def done() -> int:
        found = [json.loads(path.read_text())["done"] for path in journals.glob("*.json")]
        return found[0] if found else 0

    reached = [0]
    for kill in range(1, kills + 1):
        with subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL) as child:
            while done() < max(kill * count // (kills + 2), reached[-1] + 1) and child.poll() is None:
                time.sleep(0.001)
            child.kill()
        assert child.returncode == -9, "it ended before it was killed"
        reached.append(done())
    assert reached == sorted(set(reached))
    report = json.loads(subprocess.run(command, env=dict(os.environ), capture_output=True, check=True).stdout)
    assert report["already_imported"] == reached[-1]
    assert report["events"]["ADD"] + report["events"]["NONE"] == count - reached[-1]
    assert report["events"]["NONE"] <= TOGETHER
    assert sorted(texts(store)) == sorted(message["content"] for message in chat(count))
    found = counts(store)
    assert (found["versions"], found["messages"]) == (count, count)
    assert [path.suffix for path in journals.iterdir()].count(".json") == 1


def test_credentials_are_left_out_and_counted(tmp_path: Path, store: str, journals: Path) -> None:
    chat = [
        {"role": "user", "content": "My password is hunter2-Blue. I live in Lisbon."},
        {"role": "user", "content": "My PIN is 4821."},
    ]
    done = run("import", write(tmp_path, chat), "--user", "alice", "--store", store)
    assert "2 left out" in done.err
    assert texts(store) == ["Lives in Lisbon"]
    added = run("add", "My PIN is 4821. I like tea.", "--user", "bob", "--store", store)
    assert "1 left out" in added.err
    assert "4821" not in done.out + done.err + added.out + added.err
    again = run("import", write(tmp_path, chat), "--user", "carl", "--store", store, "--json")
    assert again.json["secrets"] == 2


@pytest.mark.usefixtures("journals")
def test_memories_of_another_program_keep_their_ids_unless_others_are_given(tmp_path: Path, store: str) -> None:
    rows = [{"memory": "Likes tea", "user_id": "anna", "created_at": "2024-07-01", "metadata": {"a": 1}}]
    file = write(tmp_path, {"results": rows}, "mem.json")
    assert "Mem0's memories" in run("import", file, "--store", store).out
    assert run("import", file, "--user", "bob", "--store", store, "--json").json["form"] == "Mem0's memories"
    with MemoryClient(store) as client:
        [row] = client.get_all(user_id="anna")
        assert (row["memory"], row["metadata"], row["created_at"][:10]) == ("Likes tea", {"a": 1}, "2024-07-01")
        assert [row["memory"] for row in client.get_all(user_id="bob")] == ["Likes tea"]
    nobodys = write(tmp_path, [{"memory": "Likes tea"}], "nobody.json")
    assert "whose memories?" in run("import", nobodys, "--store", store).err
