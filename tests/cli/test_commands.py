"""The command line, as people and programs use it."""

from __future__ import annotations

import json
import os
import re
import select
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import graphmem
from graphmem import MemoryClient
from graphmem.cli import main
from graphmem.cli.app import app
from graphmem.cli.demo.conversations import ALICE, BRUNO, TUTOR
from graphmem.stores.neo4j import local_server
from graphmem.stores.neo4j.local_server import LocalServer
from tests.conftest import StoreUnderTest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = (
    *("add", "search", "list", "show", "history", "forget", "reset", "users", "import", "demo", "status"),
    *("restore", "undo", "erase", "doctor", "export", "reembed", "entities", "relations", "diff"),
    *("ask", "neighbours", "paths", "why-not", "context", "timeline", "mcp", "view", "browser"),
    *("update", "unite", "separate"),
    *("serve", "keys create", "keys list", "keys revoke", "keys rotate"),
    *("neo4j up", "neo4j down", "neo4j status"),
)
# Those that serve until they are stopped, and so answer nothing.
SERVING = ("mcp", "serve")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ESCAPE = "\x1b"
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal, pipe or signal")


class Result:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture
def store(tmp_path: Path) -> str:
    """An empty store, which is there."""
    path = tmp_path / "memories.db"
    with MemoryClient(path) as client:
        client.info()
    return str(path)


@pytest.fixture
def run(store: str) -> Run:
    """Runs a command on the test's own store, in this process."""

    def command(*args: str, input: str | bytes | None = None, store: str | None = store) -> Result:
        before = () if store is None else ("--store", store)
        done = CliRunner().invoke(app, [*before, *args], input=input, prog_name="graphmem")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Result(done.exit_code, done.stdout, done.stderr)

    return command


def process(*args: str, **env: str) -> list[Any]:
    """What Popen takes for a real process: the command and its environment."""
    return [[sys.executable, "-m", "graphmem", *args], {**os.environ, **env}]


def execute(*args: str, input: str = "", **env: str) -> Result:
    command, environment = process(*args, **env)
    done = subprocess.run(command, env=environment, input=input.encode(), capture_output=True, timeout=60)
    return Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())


def on_terminal(*args: str, columns: int = 80, answer: str = "", **env: str) -> tuple[int, str]:
    """The exit code of a real process on a terminal of its own, and what that shows. A question gets the answer."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command, environment = process(*args, TERM="xterm", **env)
    with subprocess.Popen(
        command,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # or Ctrl-C would mean nothing
    ) as child:
        os.close(theirs)
        shown = b""
        while True:
            # An answer that comes while the terminal is being set up is thrown away: it is given again until there is an echo.
            if answer and b"[y/N]" in shown and not select.select([ours], [], [], 1)[0]:
                os.write(ours, answer.encode())
            try:
                more = os.read(ours, 4096)
            except OSError:  # Linux's way to say that the other end is closed
                break
            if not more:
                break
            shown += more
        os.close(ours)
    return child.returncode, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def added(run: Run, *args: str) -> str:
    """The id of the one memory that this add made."""
    [row] = run("add", "--no-infer", "--json", *args).json["results"]
    assert row["event"] == "ADD"
    return str(row["id"])


def test_a_memory_from_beginning_to_end(run: Run) -> None:
    first = run("add", "I'm allergic to nuts", "--user", "alice")
    assert first.code == 0
    assert "Is allergic to nuts" in first.out
    again = run("add", "I'm", "allergic", "to", "nuts", "-u", "alice")
    assert again.out.startswith("NONE")
    assert "already known" in again.err
    found = run("search", "nuts", "--user", "alice")
    [[id, score, text, whose, _when]] = [line.split("\t") for line in found.out.splitlines()]
    assert ID.fullmatch(id)
    assert 0 < float(score) <= 1
    assert (text, whose) == ("Is allergic to nuts", "user alice")
    assert run("search", "nuts", "--user", "bruno").out == ""
    assert run("list", "--user", "alice").out.split("\t")[0] == id
    shown = run("show", id).out
    assert f"Id: {id}" in shown
    assert "Memory: Is allergic to nuts" in shown
    assert "user allergic_to nuts" in shown
    assert run("forget", id).out == "Forgotten: 1\n"
    assert run("list").out == ""
    past = run("history", id).out.splitlines()
    assert [line.split("\t")[1] for line in past] == ["ADD", "DELETE"]
    assert "user: I'm allergic to nuts" in past[0]


def test_the_role_decides_who_owns_the_memory(run: Run) -> None:
    run("add", "I am a Portuguese tutor", "--agent", "tutor")
    run("add", "I live in Porto", "--user", "bruno", "--agent", "tutor")
    run("add", "I teach with stories", "--user", "bruno", "--agent", "tutor", "--role", "assistant", "--no-infer")
    rows = run("list", "--json").json
    assert {(row["user_id"], row["agent_id"]) for row in rows if "Porto" in row["memory"]} == {("bruno", None)}
    assert {(row["user_id"], row["agent_id"]) for row in rows if "Porto" not in row["memory"]} == {(None, "tutor")}
    assert len([row for row in rows if row["agent_id"]]) == 2


def test_add_passes_on_all_options(run: Run) -> None:
    ids = ("--user", "u", "--app", "shop", "--run", "r1")
    more = ("--metadata", '{"source": "shop", "n": 1}', "--category", "one", "-c", "two", "--timestamp", "1700000000")
    id = added(run, "Likes plums", *ids, *more)
    row = run("show", id, "--json").json
    assert (row["user_id"], row["app_id"], row["run_id"]) == ("u", "shop", "r1")
    assert row["metadata"] == {"source": "shop", "n": 1}
    assert row["categories"] == ["one", "two"]
    assert row["created_at"] == "2023-11-14T22:13:20+00:00"
    assert added(run, "Likes pears", "-u", "u", "--timestamp", "2024-02-29") != id
    assert run("list", "--keywords", "PEARS", "--json").json[0]["created_at"] == "2024-02-29T00:00:00+00:00"


def test_dry_run_writes_nothing(run: Run) -> None:
    tried = run("add", "I live in Rome", "--user", "alice", "--dry-run")
    assert "Lives in Rome" in tried.out
    assert "nothing was written" in tried.err
    assert run("list", "--json").json == []


def test_text_without_facts_says_so(run: Run) -> None:
    nothing = run("add", "hm", "--user", "alice")
    assert (nothing.code, nothing.out) == (0, "")
    assert "--no-infer" in nothing.err


def test_add_reads_stdin(run: Run) -> None:
    run("add", "-", "--user", "alice", "--no-infer", input="two\nlines of 用户\n")
    assert run("list", "--json").json[0]["memory"] == "two\nlines of 用户\n"
    broken = run("add", "-", "--user", "alice", input=b"bad \xff byte")
    assert broken.code == 1
    assert broken.err == "Error: stdin is not UTF-8: byte 4 can't be read\n"


def test_search_narrows(run: Run) -> None:
    for text, category in (("Eats apples", "food"), ("Eats pears", "food"), ("Sells apples", "work")):
        added(run, text, "--user", "u", "--category", category)
    assert len(run("search", "apples", "--json").json) == 3
    assert len(run("search", "apples", "--top-k", "1", "--json").json) == 1
    assert {row["memory"] for row in run("search", "apples", "-c", "work", "--json").json} == {"Sells apples"}
    narrowed = run("search", "apples", "--filter", '{"categories": {"in": ["work"]}}', "--json").json
    assert {row["memory"] for row in narrowed} == {"Sells apples"}
    assert run("search", "apples", "--threshold", "1", "--json").json == []
    explained = run("search", "apples", "--explain")
    assert "text #1" in explained.out
    assert "user: Eats apples" in explained.out
    assert "arms" in run("search", "apples", "--explain", "--json").json[0]["explain"]


def test_list_narrows_and_pages(run: Run) -> None:
    for day in range(1, 6):
        added(
            run, f"Note of day {day}", "-u", "u", "-c", "odd" if day % 2 else "even", "--timestamp", f"2024-03-0{day}"
        )
    assert [line.split("\t")[1] for line in run("list").out.splitlines()] == [
        f"Note of day {day}" for day in (5, 4, 3, 2, 1)
    ]
    assert len(run("list", "-c", "even").out.splitlines()) == 2
    between = run("list", "--start", "2024-03-02", "--end", "2024-03-04", "--json").json
    assert [row["memory"][-1] for row in between] == ["4", "3", "2"]
    page = run("list", "--page", "2", "--page-size", "2")
    assert [line.split("\t")[1][-1] for line in page.out.splitlines()] == ["3", "2"]
    assert "2 of 5 memories; --page 3 shows more" in page.err
    assert run("list", "--page-size", "2", "--json").json["count"] == 5


def test_a_timeline_is_in_the_order_of_what_happened(run: Run) -> None:
    for text in (
        "I like tea.",
        "I sold my boat last week.",
        "I bought a boat in 2019.",
        "I have worked at Acme since 2020.",
    ):
        run("add", text, "-u", "u", "--timestamp", "2023-07-15")
    rows = [line.split("\t") for line in run("timeline", "--user", "u").out.splitlines()]
    assert [row[0] for row in rows] == ["2019", "since 2020-01-01", "2023-07-03 to 2023-07-09"]
    assert ["2019" in rows[0][1], "Acme" in rows[1][1], "Sold" in rows[2][1]] == [True] * 3
    assert "Happened: 2019\n" in run("show", rows[0][3]).out

    def between(*args: str) -> list[str]:
        return [row["event_start"] for row in run("timeline", *args, "--json").json]

    assert between("--start", "2020-01-01") == ["2020-01-01", "2023-07-03"]
    assert between("--start", "2019-12-31", "--end", "2020-01-01") == ["2019-01-01", "2020-01-01"]
    assert between("--end", "2018-12-31") == []
    assert between("--filter", '{"event_end": "*"}') == ["2019-01-01", "2023-07-03"]
    assert "No memory says" in run("timeline", "--user", "nobody").err


def test_entities_and_relations_are_listed(run: Run) -> None:
    run("add", "My sister Anna lives in Berlin. I work at Acme.", "-u", "alice", "--timestamp", "2024-03-01")
    run("add", "I live in Rome", "-u", "bruno")
    rows = [line.split("\t")[:3] for line in run("relations", "-u", "alice").out.splitlines()]
    assert sorted(rows) == [
        ["Anna", "lives_in", "Berlin"],
        ["Anna", "sister_of", "user"],
        ["user", "works_at", "Acme"],
    ]
    found = run("relations", "ANNA", "-u", "alice", "--relationship", "lives_in", "--json").json
    assert [(row["target"], row["valid_from"]) for row in found] == [("Berlin", "2024-03-01T00:00:00+00:00")]
    assert run("relations", "-u", "alice", "--valid-at", "2024-02-01", "--json").json == []
    nothing = run("relations", "Rome", "-u", "alice")
    assert (nothing.out, nothing.err) == ("", "No relations found.\n")
    named = [line.split("\t")[:3] for line in run("entities", "-u", "alice").out.splitlines()]
    assert sorted(named) == [
        ["Acme", "organization", "1"], ["Anna", "person", "1"], ["Berlin", "place", "1"], ["user", "person", "2"],
    ]  # fmt: skip


def test_as_of_and_diff_show_the_past(run: Run) -> None:
    before = str(time.time())
    kept, gone = (added(run, text, "-u", "u") for text in ("Likes tea", "Has a cat"))
    between = str(time.time())
    run("forget", gone)
    [version] = run("history", kept, "--json").json
    assert version["id"] in run("history", kept).out
    added(run, "Likes rain", "-u", "other")
    assert [line.split("\t")[::2] for line in run("diff", between, "-u", "u").out.splitlines()] == [["removed", ""]]
    assert len(run("diff", before, between, "--json").json["added"]) == 2
    assert run("diff", between, between).err == "Nothing has changed.\n"
    for command in (("list",), ("search", "cat")):
        assert {row["id"] for row in run(*command, "-u", "u", "--as-of", between, "--json").json} == {kept, gone}
        assert {row["id"] for row in run(*command, "-u", "u", "--json").json} == {kept}
    code, shown = on_terminal("--store", run("status", "--json").json["store"]["location"], "diff", between, columns=70)
    assert (code, gone in shown) == (0, True)


def test_users(run: Run) -> None:
    added(run, "one", "-u", "alice", "-r", "monday")
    added(run, "two", "-u", "alice")
    rows = [line.split("\t")[:3] for line in run("users").out.splitlines()]
    assert rows == [["user", "alice", "2"], ["run", "monday", "1"]]


def test_status_shows_choices_and_reasons(run: Run, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    added(run, "one", "-u", "alice")
    told = run("status", "--json").json
    assert told["store"]["location"] == store
    assert told["store"]["reason"] == "given as --store"
    assert told["store"]["schema_version"] >= 1
    assert told["counts"]["memories"] == 1
    assert told["extractor"]["reason"]
    assert told["embedder"]["name"]
    assert store in run("status").out
    monkeypatch.setenv("GRAPHMEM_STORE", store)
    assert run("status", "--json", store=None).json["store"]["reason"] == "set by GRAPHMEM_STORE"


def test_status_asks_each_part_whether_it_works(run: Run, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Asked" not in run("status").out
    told = run("status", "--ping")
    assert (told.code, told.out.count("works")) == (0, 3)
    assert [(each["part"], each["error"]) for each in run("status", "--ping", "--json").json["ping"]] == [
        ("store", None),
        ("embedder", None),
        ("llm", None),
    ]
    monkeypatch.setenv("GRAPHMEM_LLM_SETTINGS", '{"base_url": "http://me:hunter2@127.0.0.1:9/v1", "max_retries": 0}')
    told = run("status", "--ping")
    assert told.code == 1
    assert "Asked llm: gpt-4.1-mini at http://127.0.0.1:9/v1 can't be reached" in told.out
    assert "hunter2" not in told.out + told.err
    assert run("status").code == 0


def test_store_before_and_after_the_command(run: Run, tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in ("one.db", "two.db")]
    run("--store", places[0], "add", "one", "-u", "u", "--no-infer", store=None)
    run("add", "two", "-u", "u", "--no-infer", "--store", places[1], store=None)
    assert run("list", "--store", places[0], "--json", store=None).json[0]["memory"] == "one"
    assert run("--json", "--store", places[1], "list", store=None).json[0]["memory"] == "two"
    assert run("list", "--store", places[1], "--json", store=places[0]).json[0]["memory"] == "two"
    assert run("list", "--store", "", store=places[0]).code == 1


def test_json_is_one_document(run: Run) -> None:
    id = added(run, "Likes plums", "-u", "u")
    for command in (
        ["add", "I live in Rome", "-u", "u"],
        ["search", "plums"],
        ["search", "nothing at all", "-u", "nobody"],
        ["list"],
        ["list", "-u", "nobody"],
        ["show", id],
        ["history", id],
        ["users"],
        ["status"],
        ["neo4j", "down"],
        ["forget", id],
        ["forget", "-u", "u", "--yes"],
        ["reset", "--yes"],
    ):
        assert run(*command, "--json").json is not None, command
    # No server runs here; scripts see that by the exit code.
    asked = run("neo4j", "status", "--json")
    assert (asked.code, json.loads(asked.out)["running"]) == (3, False)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["add", "x"], "--user"),
        (["add", "--user", "u"], "TEXT"),
        (["bogus"], "bogus"),
        (["list", "--bogus"], "--bogus"),
        (["search", "x", "--top-k", "many"], "--top-k"),
        (["forget"], "ids of memories or a scope"),
        (["forget", "an-id", "--user", "u"], "ids of memories or a scope"),
        (["forget", "--user", "u"], "--yes"),
        (["forget", "an-id", "--any"], "--any goes with a scope"),
        (["forget", "--any"], "ids of memories or a scope"),
        (["reset"], "--yes"),
        (["import", "/does/not/exist", "-u", "u"], "/does/not/exist"),
        (["import", __file__], "--user"),
    ],
)
def test_wrong_usage_has_exit_code_2(run: Run, command: list[str], told: str) -> None:
    done = run(*command)
    assert done.code == 2
    assert done.out == ""
    assert told in done.err


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["show", "no-such-id"], "no-such-id"),
        (["history", "no-such-id"], "no-such-id"),
        (["forget", "no-such-id"], "no-such-id"),
        (["search", " "], "query is blank"),
        (["search", "x", "--filter", "{bad"], "--filter is not JSON"),
        (["search", "x", "--filter", "[1]"], "--filter must be a JSON object"),
        (["search", "x", "--filter", '{"bogus": 1}'], "bogus"),
        (["search", "x", "--top-k", "0"], "top_k"),
        (["add", "x", "-u", "u", "--metadata", "[" * 100_000], "--metadata"),
        (["add", "x", "-u", "u", "--timestamp", "some day"], "timestamp"),
        (["add", "x", "-u", " "], "user_id is blank"),
        (["list", "--store", "http://x"], "bolt://"),
        (["list", "--store", "bolt://someone:hunter2@127.0.0.1:9"], "127.0.0.1:9"),
    ],
)
def test_errors_are_one_line_and_exit_code_1(run: Run, command: list[str], told: str) -> None:
    done = run(*command)
    assert done.code == 1
    assert done.out == ""
    assert re.fullmatch(r"Error: [^\n]+\n", done.err)
    assert told in done.err
    assert "hunter2" not in done.err


def test_forget_deletes_known_ids_and_names_the_others(run: Run) -> None:
    one, two = added(run, "one", "-u", "u"), added(run, "two", "-u", "u")
    done = run("forget", one, "no-such-id", two, one, "--json")
    assert done.code == 1
    assert json.loads(done.out) == {"deleted": 2, "ids": [one, two]}
    assert "no-such-id" in done.err
    assert run("list").out == ""


def test_forget_a_scope_leaves_others(run: Run) -> None:
    for user, session in (("alice", "r1"), ("alice", "r2"), ("bruno", "r1")):
        added(run, f"{user} {session}", "-u", user, "-r", session)
    assert run("forget", "-u", "alice", "-r", "r1", "--yes").out == "Forgotten: 1\n"
    assert {row["memory"] for row in run("list", "--json").json} == {"alice r2", "bruno r1"}


def test_forget_what_belongs_to_any_of_several(run: Run) -> None:
    for ids in (("-u", "alice"), ("-u", "alice", "-r", "r1"), ("-a", "tutor"), ("-u", "bruno")):
        added(run, f"of {ids[1]}", *ids)
    assert run("forget", "-u", "alice", "-a", "tutor", "--yes").out == "Forgotten: 0\n"
    assert run("forget", "-u", "alice", "-a", "tutor", "--any", "--yes").out == "Forgotten: 3\n"
    assert [row["user_id"] for row in run("list", "--json").json] == ["bruno"]


@on_posix
@pytest.mark.parametrize(("answer", "code", "left"), [("n\n", 1, 1), ("y\n", 0, 0), ("\x03", 130, 1)])
def test_forget_asks_on_a_terminal(run: Run, store: str, answer: str, code: int, left: int) -> None:
    added(run, "one", "-u", "u")
    returned, shown = on_terminal("--store", store, "forget", "--user", "u", answer=answer)
    assert returned == code, shown
    assert "Forget all 1 memories of user u?" in shown
    assert len(run("list").out.splitlines()) == left


def test_restore_undo_erase_and_doctor(run: Run) -> None:
    id = added(run, "one", "-u", "u")
    assert run("forget", id).code == 0
    first = run("history", id, "--json").json[0]["id"]
    assert run("restore", first).out == "Restored: one\n"
    newest = run("history", id, "--json").json[-1]["id"]
    undone = run("undo", newest)
    assert undone.out.startswith(f"DELETE\t{id}")
    again = re.search(r"graphmem undo (\S+)", undone.err)
    assert again is not None
    assert run("undo", again[1], "--json").json["results"] == [{"id": id, "memory": "one", "event": "ADD"}]
    assert run("doctor").out == "No problems found.\n"
    assert run("erase", id).code == 2
    assert run("erase", id, "-u", "u", "--yes").code == 2
    assert run("erase", id, "--yes").out.startswith("Erased: 1 memory, 5 versions, 1 message,")
    assert run("history", id).code == 1
    assert run("erase", "-u", "u", "--yes", "--json").json["left"] == 0


def test_doctor_has_exit_code_1_if_a_problem_is_left(run: Run, store: str) -> None:
    added(run, "one", "-u", "u")
    for query in (
        "INSERT INTO entity (id, owner, key, name, type) VALUES ('x', 'o', 'k', 'K', 'thing')",
        "UPDATE version SET event = 'UPDATE'",
    ):
        connection = sqlite3.connect(store)
        connection.execute(query)
        connection.commit()
        connection.close()
    assert run("doctor").code == 1
    fixed = run("doctor", "--fix")
    assert fixed.code == 1
    assert "orphans\tyes" in fixed.out
    assert "events\tno" in fixed.out


def test_export_and_import_move_a_store(run: Run, tmp_path: Path) -> None:
    added(run, "eins \u2028 zwei", "-u", "u")
    run("add", "My sister Anna lives in Berlin.", "-u", "v")
    file, other = tmp_path / "all.jsonl", str(tmp_path / "other.db")
    assert run("export", str(file)).out == "Exported: 2 memories, 2 versions, 2 messages, 3 entities, 2 relations\n"
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
    assert run("export", str(file)).code == 2
    assert run("export", str(file), "--overwrite", "--json").json["version"] == 2
    assert run("import", str(file), "-u", "x", store=other).code == 2
    assert run("import", str(file), store=other).out.startswith("Imported: 2 versions, 2 messages")
    assert run("export", "-", store=other).out == file.read_text(encoding="utf-8")
    assert run("import", str(file), "--json", store=other).json == dict.fromkeys(
        run("import", str(file), "--json", store=other).json, 0
    )
    assert list(tmp_path.glob(".*new")) == []


def test_reset_empties_the_store(run: Run) -> None:
    id = added(run, "one", "-u", "u")
    assert run("reset", "--yes").out == "Deleted: 1 memories and all history\n"
    assert run("history", id).code == 1


@on_posix
def test_reset_asks_on_a_terminal(run: Run, store: str) -> None:
    added(run, "one", "-u", "u")
    returned, shown = on_terminal("--store", store, "reset", answer="n\n")
    assert returned == 1
    assert "Delete all 1 memories in" in shown
    assert len(run("list").out.splitlines()) == 1


@on_posix
def test_a_narrow_terminal_shows_whole_ids_and_texts(run: Run, store: str) -> None:
    text = "Likes plums, pears, apples, apricots, peaches, cherries and [brackets] of all kinds - every day of the week"
    id = added(run, text, "-u", "alice")
    for command in (["list"], ["search", "plums"], ["show", id]):
        code, shown = on_terminal("--store", store, *command, columns=60)
        assert code == 0
        assert id in shown
        for word in text.split():
            assert word in shown


def test_a_pipe_gets_plain_lines(run: Run, store: str) -> None:
    text = "A long text with ümlauts and 用户 🥜 " + "x" * 300
    id = added(run, text, "-u", "用户-1")
    piped = execute("--store", store, "list")
    assert piped.code == 0
    assert piped.out.split("\t")[:3] == [id, text, "user 用户-1"]
    assert ESCAPE not in piped.out
    assert piped.err == ""


def test_control_characters_in_memories_are_replaced(run: Run) -> None:
    id = added(run, f"clear {ESCAPE}[2J the\tscreen\nnow", "-u", "u")
    for command in (["list"], ["search", "screen", "--explain"], ["show", id], ["history", id]):
        assert ESCAPE not in run(*command).out
    assert len(run("list").out.splitlines()) == 1
    assert run("show", id, "--json").json["memory"] == f"clear {ESCAPE}[2J the\tscreen\nnow"


def test_characters_that_a_terminal_lacks_are_escaped(run: Run, store: str) -> None:
    added(run, "用户 likes crème", "-u", "u")
    plain = execute("--store", store, "list", PYTHONIOENCODING="latin-1:strict", PYTHONUTF8="0")
    assert plain.code == 0
    assert r"\u7528\u6237 likes cr" in plain.out
    document = execute("--store", store, "list", "--json", PYTHONIOENCODING="latin-1:strict", PYTHONUTF8="0")
    assert document.json[0]["memory"] == "用户 likes crème"


@on_posix
def test_a_closed_pipe_gives_no_traceback(store: str) -> None:
    with MemoryClient(store) as client:
        client.add([{"role": "user", "content": f"{n} " + "x" * 500} for n in range(500)], user_id="u", infer=False)
    command, environment = process("--store", store, "list")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1


@on_posix
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("redirected", "code", "says"),
    [
        ("list >&-", 0, ""),
        ("list --user nobody 2>&-", 0, ""),
        ("add - --user u <&-", 1, "Error: messages hold no text"),
        ("forget --user u <&-", 2, "without a terminal there is nobody to ask"),
        # The reason, and nothing from the interpreter's end.
        ("list >/dev/full", 1, "Error: [Errno 28] No space left on device\n"),
    ],
)
def test_closed_and_full_streams(store: str, redirected: str, code: int, says: str) -> None:
    if "/dev/full" in redirected and not Path("/dev/full").exists():
        pytest.skip("/dev/full is Linux's")
    with MemoryClient(store) as client:
        client.add("x", user_id="u", infer=False)
    command, environment = process("--store", store, PYTHONUNBUFFERED="")
    line = f"{shlex.join(command)} {redirected}"
    done = subprocess.run(line, shell=True, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") <= 1 or code == 2
    assert "unexpected" not in done.stderr


@on_posix
def test_ctrl_c_has_exit_code_130(store: str, tmp_path: Path) -> None:
    file = tmp_path / "transcript.jsonl"
    os.mkfifo(file)
    command, environment = process("--store", store, "import", str(file), "-u", "u")
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as child:
        writer = None
        while writer is None and child.poll() is None:
            with suppress(OSError):  # nobody reads from it yet
                writer = os.open(file, os.O_WRONLY | os.O_NONBLOCK)
        for _ in range(5):
            # A signal that comes just before the child waits for more of the file is seen only when it wakes up: then once more.
            child.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                child.wait(10)
                break
        child.kill()
        assert child.stderr is not None
        assert child.stderr.read() == "Error: interrupted\n"
        if writer is not None:
            os.close(writer)
    assert child.returncode == 130


def test_unexpected_errors_are_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(MemoryClient, "users", broken)
    monkeypatch.setattr(sys, "argv", ["graphmem", "--store", ":memory:", "users"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "Error: unexpected RuntimeError: a bug (GRAPHMEM_DEBUG=1 shows where it came from)\n"
    )
    monkeypatch.setenv("GRAPHMEM_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main()


def test_version(run: Run) -> None:
    assert run("--version").out == f"graphmem {graphmem.__version__}\n"
    assert execute("--version").out == f"graphmem {graphmem.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_and_readme_names_it(run: Run, command: str) -> None:
    told = run(*command.split(), "--help", store=None)
    assert told.code == 0
    assert re.search(rf"Examples?:\n    graphmem {command}\b", told.out)
    assert ("--json" in told.out) == (command not in SERVING)
    assert re.search(rf"\bgraphmem {command}\b", README)


def test_every_command_is_covered_here(run: Run) -> None:
    named = re.findall(r"^  ([\w-]+)  ", run("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert set(named) == {command.split()[0] for command in COMMANDS}


def test_a_local_server_is_described_without_its_password(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = LocalServer(
        "bolt://127.0.0.1:7688", "http://127.0.0.1:7475/browser/", "neo4j", "s3cret", "2026.08.1", tmp_path, 42, True
    )
    asked: list[Any] = []

    def up(home: Path | None = None, **settings: Any) -> LocalServer:
        asked.append((home, settings))
        settings["progress"]("Starting")
        return server

    monkeypatch.setattr(local_server, "up", up)
    ports = ("--version", "2026.08.1", "--bolt-port", "7688", "--http-port", "7475")
    told = run("neo4j", "up", *ports)
    for part in ("bolt://127.0.0.1:7688", "http://127.0.0.1:7475/browser/", "neo4j", str(tmp_path / "password")):
        assert part in told.out
    assert "Use it: graphmem --store bolt://127.0.0.1:7688 status" in told.out
    assert told.err == "Starting\n"
    assert asked[0][0] is None
    assert {key: asked[0][1][key] for key in ("version", "bolt_port", "http_port")} == {
        "version": "2026.08.1",
        "bolt_port": 7688,
        "http_port": 7475,
    }
    elsewhere = run("neo4j", "up", "--home", str(tmp_path), "--json")
    assert elsewhere.json["command"].startswith('NEO4J_PASSWORD="$(cat ')
    assert "s3cret" not in told.out + elsewhere.out


def test_how_far_a_download_is_is_told_in_lines(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def up(home: Path | None = None, **settings: Any) -> LocalServer:
        for count in range(1, 11):
            settings["fetched"](count, 10, count * 13_000_000)
        return LocalServer(
            "bolt://127.0.0.1:1", "http://127.0.0.1:2/browser/", "neo4j", "", "2026.08.1", tmp_path, 42, True
        )

    monkeypatch.setattr(local_server, "up", up)
    assert run("neo4j", "up").err.splitlines()[:4] == [
        "3 of 10 files are here, 39 MB",
        "5 of 10 files are here, 65 MB",
        "8 of 10 files are here, 104 MB",
        "10 of 10 files are here, 130 MB",
    ]


def owners(store: Any, **settings: Any) -> dict[str, int]:
    with MemoryClient(store, **settings) as client:
        return {row["id"]: row["total_memories"] for row in client.users()["results"]}


def memories_of(report: Mapping[str, Any], key: str, id: str) -> Sequence[str]:
    return [row["memory"] for each in report["conversations"] for row in each["stored"] if row[key] == id]


def test_demo_touches_no_other_memories(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, temporary = tmp_path / "theirs.db", tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("GRAPHMEM_STORE", str(theirs))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    report = run("demo", "--json", store=None).json
    assert report["store"] is None
    assert memories_of(report, "user_id", ALICE)
    assert memories_of(report, "user_id", BRUNO)
    assert memories_of(report, "agent_id", TUTOR)
    for search in report["searches"]:
        [(key, id)] = [(key, search[key]) for key in ("user_id", "agent_id") if key in search]
        assert search["results"]
        assert {hit[key] for hit in search["results"]} == {id}
    assert [row["event"] for row in report["change"]["history"]] == ["ADD", "UPDATE"]
    assert not theirs.exists()
    assert list(temporary.iterdir()) == []


def test_demo_keeps_its_memories_in_a_given_store(run: Run, store: str) -> None:
    mine = added(run, "Is allergic to nuts", "--user", "alice")
    first, second = run("demo"), run("demo")
    assert first.code == second.code == 0
    assert "Is allergic to nuts" in first.out
    assert f"graphmem --store {store} list --user {ALICE}" in second.out
    found = owners(store)
    assert found["alice"] == 1
    assert {ALICE, BRUNO, TUTOR} < set(found)
    report = run("demo", "--json").json
    assert len(memories_of(report, "user_id", ALICE)) == owners(store)[ALICE]
    assert run("show", mine).code == 0


def test_demo_in_neo4j(neo4j_store: StoreUnderTest, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, server = neo4j_store.settings, neo4j_store.server
    assert server is not None
    monkeypatch.setenv("NEO4J_USERNAME", server.username)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("NEO4J_DATABASE", server.database)
    report = run("demo", "--store", server.uri, "--json", store=None).json
    assert report["store"] == server.uri
    assert len(memories_of(report, "user_id", ALICE)) == owners(**settings)[ALICE]
    queries = [line for line in report["next"] if line.startswith("MATCH")]
    assert len(queries) == 2
    for query in queries:
        assert server.driver.execute_query(query, database_=server.database).records
    shown = run("demo", "--store", server.uri, store=None)
    assert "Neo4j Browser" in shown.out
    assert server.password not in shown.out + shown.err


def test_json_and_exports_play_no_tricks_on_a_terminal(run: Run) -> None:
    trick = "\x9b31mred \u202egnp.exe\u2066 \x7fboats"
    run("add", f"I like {trick}.", "-u", "alice")
    for told in (run("list", "--json"), run("export", "-"), run("search", "red", "--json"), run("list")):
        assert told.code == 0
        assert not set("\x9b\u202e\u2066\x7f") & set(told.out)
    # It is the same JSON.
    assert trick in run("list", "--json").json[0]["memory"]
