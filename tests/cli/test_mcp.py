"""The command mcp: what it refuses before it serves. How it serves: tests/server/mcp."""

from __future__ import annotations

import sys

import pytest

from tests.cli.test_commands import Run, run, store  # noqa: F401


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "whose memories?"),
        (("--user", " "), "user_id"),
        (("--user", "a", "--store", "ftp://x"), "a store address starts with one of"),
    ],
)
def test_what_can_not_be_served_is_said_on_stderr(run: Run, arguments: tuple[str, ...], says: str) -> None:  # noqa: F811
    done = run("mcp", *arguments)
    assert done.code in (1, 2)
    assert says in " ".join(done.err.replace("│", "").split())
    assert done.out == ""


def test_without_its_package_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for name in [name for name in sys.modules if name.startswith("graphmem.server.mcp")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("mcp", "mcp.server"):
        monkeypatch.setitem(sys.modules, name, None)
    refused = run("mcp", "--user", "alex")
    assert (refused.code, refused.out) == (1, "")
    assert "pip install 'graphmem[server]'" in refused.err
