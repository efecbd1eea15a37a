"""A picture of the terminal, which the README shows: what the commands write there, coloured."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from typer.testing import CliRunner

from graphmem import MemoryClient
from graphmem.cli import output
from graphmem.cli.app import app
from tests.tools.chromium import picture

COMMANDS = ("list --user alice", "timeline --user alice", "history {id}")


def test_the_terminal_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = str(tmp_path / "memories.db")
    with MemoryClient(store, llm="offline") as client:
        said = "I live in Lisbon. I am allergic to nuts. My sister Anna lives in Berlin. I visited Anna on 3 May 2026."
        client.add(said, user_id="alice", timestamp="2026-11-01T10:00:00Z")
        client.add("I moved to Rome.", user_id="alice", timestamp="2026-11-20T10:00:00Z")
        [moved] = [row["id"] for row in client.get_all(user_id="alice") if "Rome" in row["memory"]]
    terminal = Console(
        record=True, width=100, file=io.StringIO(), force_terminal=True, highlight=False, markup=False, emoji=False
    )
    monkeypatch.setattr(output, "console", lambda: terminal)
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    for command in COMMANDS:
        typed = command.format(id=moved)
        terminal.print(f"$ graphmem {typed}", style="bold")
        done = CliRunner().invoke(app, ["--store", store, *typed.split()], prog_name="graphmem")
        assert done.exit_code == 0, done.output
        terminal.print()
    # Without rich's font, which a viewer would load from the web.
    drawn = re.sub(r"@font-face \{.*?\}", "", terminal.export_svg(title="graphmem", clear=False), flags=re.DOTALL)
    picture(drawn.encode(), "terminal.svg", kept=True)
    words = " ".join("".join(ElementTree.fromstring(drawn).itertext()).replace("\xa0", " ").split())
    for text in ("Is allergic to nuts", "graphmem timeline --user alice", "2026-05-03", "Lives in Lisbon"):
        assert text in words
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", drawn).replace("https://www.textualize.io", "")
