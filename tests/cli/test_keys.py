"""The commands of keys, and what serve refuses before it listens."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from graphmem import MemoryClient
from graphmem._sync.client.sharing import server_store
from graphmem.cli.app import app
from graphmem.server import keys

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GRAPHMEM_STORE", str(tmp_path / "memories.db"))
    return lambda *arguments: CliRunner().invoke(app, arguments)


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], list[keys.Key]]:
    def read() -> list[keys.Key]:
        with MemoryClient(tmp_path / "memories.db") as client:
            return list(keys.listed(server_store(client)))

    return read


def test_a_key_is_made_shown_once_listed_turned_and_ended(run: Run, stored: Callable[[], list[keys.Key]]) -> None:
    made = run("keys", "create", "phone", "--user", "anna", "--run", "r 1", "--read-only", "--expires", "90d")
    text = made.stdout.strip()
    [key] = stored()
    assert key.hash == keys.hashed(text)
    assert (key.scope.ids, key.read_only) == ({"user_id": "anna", "run_id": "r 1"}, True)
    assert key.expires_at is not None
    assert 89 <= (key.expires_at - key.created_at).days <= 90
    listed = run("--json", "keys", "list").stdout
    assert text not in listed
    assert key.hash not in listed
    [row] = json.loads(listed)
    assert (row["name"], row["scope"], row["state"]) == ("phone", {"user_id": "anna", "run_id": "r 1"}, "in force")
    assert text not in run("keys", "list").stdout

    turned = json.loads(run("--json", "keys", "rotate", "phone", "--keep-old", "60").stdout)
    assert turned["id"] == key.id
    assert turned["key"] != text
    [key] = stored()
    assert (key.hash, key.old_hash) == (keys.hashed(turned["key"]), keys.hashed(text))

    assert run("keys", "revoke", key.id).exit_code == 0
    assert stored()[0].revoked_at is not None
    assert "revoked" in run("keys", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("create", " "), "needs a name"),
        (("create", "x", "--expires", "2020-01-01"), "expired already"),
        (("create", "x", "--expires", "soon"), "--expires"),
        (("create", "x", "--expires", "99999999999d"), "--expires"),
        (("create", "x", "--user", " "), "user_id is blank"),
        (("revoke", "nobody"), "no key 'nobody'"),
        (("rotate", "nobody"), "graphmem keys list"),
    ],
)
def test_what_is_refused(run: Run, stored: Callable[[], list[keys.Key]], arguments: tuple[str, ...], says: str) -> None:
    done = run("keys", *arguments)
    assert done.exit_code == 1
    assert says in done.stderr
    assert stored() == []


def test_no_keys_say_what_that_means(run: Run) -> None:
    assert "only this machine" in run("keys", "list").stderr
    assert json.loads(run("--json", "keys", "list").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--host", "0.0.0.0"), "graphmem keys create"),
        (("--host", "::"), "graphmem keys create"),
        (("--host", "192.168.1.2"), "graphmem keys create"),
        (("--rate", "often"), "6000/minute"),
        (("--store", ":memory:", "--workers", "2"), "can't be shared"),
    ],
)
def test_a_server_that_would_be_unsafe_or_wrong_does_not_start(run: Run, arguments: tuple[str, ...], says: str) -> None:
    done = run("serve", "--port", "1", *arguments)
    assert done.exit_code == 1
    assert says in done.stderr


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), {}),
        (("--agent", "tutor"), {"agent_id": "tutor"}),
        (("--app", "notes"), {"app_id": "notes"}),
        (("--user", "anna", "--agent", "tutor"), {"user_id": "anna", "agent_id": "tutor"}),
        (
            ("--user", "anna", "--agent", "tutor", "--app", "notes", "--run", "1"),
            {"user_id": "anna", "agent_id": "tutor", "app_id": "notes", "run_id": "1"},
        ),
    ],
)
def test_a_key_is_bound_to_what_it_is_made_for(
    run: Run, stored: Callable[[], list[keys.Key]], options: tuple[str, ...], ids: dict[str, str]
) -> None:
    assert run("keys", "create", "one", *options).exit_code == 0
    [key] = stored()
    assert (key.scope.ids, key.read_only, key.expires_at) == (ids, False, None)


def test_it_listens_on_this_machine_and_clients_close_idle_connections_before_it_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, Any]] = []
    monkeypatch.setattr(uvicorn, "run", lambda *_, **given: started.append(given))
    # The settings are left to worker processes, which read them from there.
    monkeypatch.setenv("GRAPHMEM_SERVER_SETTINGS", "{}")
    assert run("serve").exit_code == 0
    assert (started[0]["host"], started[0]["port"]) == ("127.0.0.1", 8420)
    kept = httpx.Limits().keepalive_expiry
    assert kept is not None
    assert started[0]["timeout_keep_alive"] > 2 * kept
