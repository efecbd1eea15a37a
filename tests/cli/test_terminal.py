"""What makes the terminal easy: beginnings of ids, times in words, corrections, colours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text
from typer.testing import CliRunner

from graphmem import MemoryClient, ValidationError
from graphmem.cli import output, wording
from graphmem.cli.app import app
from graphmem.cli.moments import day, moment


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = str(tmp_path / "memories.db")
    with MemoryClient(path, llm="offline") as client:
        client.add("Liz plays chess", user_id="alice", infer=False)
        client.add("Elizabeth lives in Porto", user_id="alice", infer=False)
    return path


def run(store: str, *args: str) -> Any:
    return CliRunner().invoke(app, ["--store", store, *args], prog_name="graphmem")


def ids(store: str) -> list[str]:
    return [row.split("\t")[0] for row in run(store, "list").stdout.splitlines()]


@pytest.mark.parametrize("command", ["show", "history", "forget", "why-not", "update", "erase"])
def test_the_beginning_of_an_id_is_enough(store: str, command: str) -> None:
    [newer, _] = ids(store)
    before = {"why-not": ["Porto"]}.get(command, [])
    after = {"update": ["Lives in Rome"], "erase": ["--yes"]}.get(command, [])
    done = run(store, command, *before, newer[:8], *after)
    assert done.exit_code == 0, done.stderr


def test_the_beginning_of_the_id_of_a_deleted_memory_is_enough(store: str) -> None:
    beginning = ids(store)[0][:8]
    run(store, "forget", beginning)
    assert [line.split("\t")[1] for line in run(store, "history", beginning).stdout.splitlines()] == ["ADD", "DELETE"]
    assert "It was deleted at" in run(store, "why-not", "Porto", beginning).stdout
    assert run(store, "erase", beginning, "--yes").exit_code == 0


def test_a_beginning_of_several_ids_is_refused_with_what_they_are(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": "abcd1111-x", "memory": "one"}, {"id": "abcd2222-x", "memory": "two"}]
    monkeypatch.setattr(MemoryClient, "get_all", lambda *_, **__: rows)
    done = run(store, "show", "abcd")
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: 'abcd' is not the id of one memory: abcd1111-x (one), abcd2222-x (two); give more of the id\n"
    )


@pytest.mark.parametrize("given", ["abc", "zzzz", "00000000", "%", "abcd*"])
def test_what_no_id_begins_with_is_not_found(store: str, given: str) -> None:
    assert f"no memory '{given}'" in run(store, "show", given).stderr


def test_a_memory_is_corrected_and_its_past_stays(store: str) -> None:
    id = ids(store)[0]
    assert run(store, "update", id[:8], "Elizabeth", "lives", "in Rome", "--category", "home").stdout.startswith(
        "UPDATE\t"
    )
    assert "Elizabeth lives in Porto" in run(store, "history", id).stdout
    assert run(store, "update", id).exit_code == 2
    assert run(store, "update", id, "--expires", "2001-01-01").exit_code == 0
    assert id not in ids(store)


def test_two_are_united_and_separated_by_name(tmp_path: Path) -> None:
    store = str(tmp_path / "names.db")
    with MemoryClient(store, llm="offline") as client:
        client.add("My sister Liz lives in Porto. My friend Elizabeth lives in Rome.", user_id="alice")
    done = run(store, "unite", "liz", "Elizabeth", "--user", "alice")
    assert done.exit_code == 0, done.stderr
    assert re.search(r"To undo this: graphmem separate \w{64} \w{64}", done.stderr)
    with MemoryClient(store) as client:
        assert any(row["same_as"] for row in client.entities(user_id="alice"))
    assert run(store, "separate", "liz", "Elizabeth", "--user", "alice").exit_code == 0
    with MemoryClient(store) as client:
        assert not any(row["same_as"] for row in client.entities(user_id="alice"))
    assert "no entity 'nobody'" in run(store, "unite", "liz", "nobody", "--user", "alice").stderr


def test_an_add_tells_how_it_is_undone(store: str) -> None:
    done = run(store, "add", "I play the cello", "--no-infer", "--user", "alice")
    [event] = re.findall(r"To undo this: graphmem undo (\S+)", done.stderr)
    assert run(store, "undo", event).exit_code == 0
    assert "cello" not in run(store, "list").stdout
    again = run(store, "add", "Liz plays chess", "--no-infer", "--user", "alice")
    assert "To undo" not in again.stderr


NOW = datetime.now().astimezone()
TODAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", TODAY.date()),
        ("yesterday", TODAY.date() - timedelta(days=1)),
        ("3 days ago", TODAY.date() - timedelta(days=3)),
        ("2 weeks ago", TODAY.date() - timedelta(days=14)),
        ("last monday", None),
        ("last month", (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1).date()),
        ("last year", TODAY.date().replace(year=TODAY.year - 1, month=1, day=1)),
    ],
)
def test_days_in_words(words: str, expected: Any) -> None:
    found = datetime.fromisoformat(moment(words))
    assert found.utcoffset() is not None
    assert day(words) == found.date().isoformat()
    assert found.date() == expected if expected else found.weekday() == 0 and found < NOW


@pytest.mark.parametrize(
    ("words", "before"),
    [("now", timedelta()), ("an hour ago", timedelta(hours=1)), ("90 minutes ago", timedelta(minutes=90))],
)
def test_moments_in_words(words: str, before: timedelta) -> None:
    assert abs(datetime.now().astimezone() - before - datetime.fromisoformat(moment(words))) < timedelta(seconds=10)


@pytest.mark.parametrize("given", ["2026-03-01", "2026-03-01T10:00:00Z", "999999 years ago", None])
def test_other_times_stay_as_they_are(given: Any) -> None:
    assert moment(given) == given
    assert day(given) == given


@pytest.mark.parametrize("given", ["nonsense", "", "31/12/2025"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match=r"is no time that is known: give ISO 8601 .* yesterday"):
        moment(given)
    # The client refuses it, by the name of its argument.
    assert day(given) == given


def test_seconds_are_numbers() -> None:
    assert moment(" 1767225600 ") == 1767225600


def test_months_before_a_long_one_end_with_their_last_day() -> None:
    from graphmem.cli.moments import _before

    assert str(_before(datetime(2026, 3, 31, 12), 1, "month"))[:10] == "2026-02-28"
    assert str(_before(datetime(2024, 2, 29), 1, "year"))[:10] == "2023-02-28"
    assert str(_before(datetime(2026, 1, 31), 2, "month"))[:10] == "2025-11-30"


def test_times_in_words_reach_the_store(store: str) -> None:
    assert run(store, "list", "--as-of", "yesterday").stdout == ""
    assert len(run(store, "diff", "yesterday").stdout.splitlines()) == 2
    assert len(run(store, "list", "--start", "yesterday").stdout.splitlines()) == 2
    refused = run(store, "diff", "2026-03-02", "2026-03-01")
    assert (refused.exit_code, "END (2026-03-01) lies before START (2026-03-02)" in refused.stderr) == (2, True)
    assert "ISO 8601" in run(store, "diff", "some day").stderr


def test_what_changed_is_told_by_strokes_and_colours() -> None:
    found = output._changed("Lives in Porto with Ben", "Lives in Rome with Ben")
    assert isinstance(found, Text)
    assert found.plain == "Lives in Porto Rome with Ben"
    marked = {found.plain[span.start : span.end].strip(): str(span.style) for span in found.spans}
    assert marked == {"Porto": "red strike", "Rome": "green underline"}
    assert output._changed("a " * 3000, "b").plain.endswith("\nb")


def test_a_memory_of_several_lines_has_no_blank_one() -> None:
    assert output._stack(("one\n\n \ntwo\n", "id")).plain == "one\ntwo\nid"


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [(1, "memories", "1 memory"), (2, "memories", "2 memories"), (1, "users", "1 user"), (0, "apps", "0 apps")],
)
def test_one_is_not_many(count: int, kind: str, told: str) -> None:
    assert wording.counted(count, kind) == told


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_an_error_is_red_on_a_terminal(
    env: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    output.complain("no such \x1b[2J")
    told = capsys.readouterr().err
    assert told.startswith("\x1b[31mError:\x1b[0m no such") is coloured
    assert "\x1b[2J" not in told
