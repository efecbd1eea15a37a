"""graphmem/_sync is generated from graphmem/_async, and any difference is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tools import generate_sync


def test_the_generated_tree_is_up_to_date() -> None:
    assert generate_sync.stale() == []


def test_the_generated_tree_has_no_async_code() -> None:
    by_hand = {"__init__.py", str(generate_sync.BY_HAND)}
    files = sorted(path for path in (generate_sync.PACKAGE / "_sync").rglob("*.py") if path.name not in by_hand)
    assert len(files) >= 15
    found = [
        (path.name, word)
        for path in files
        for word in ("async ", "await ", "_async", "Async")
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_stale_missing_and_leftover_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "graphmem"
    for half in ("_async", "_sync"):
        shutil.copytree(generate_sync.PACKAGE / half, package / half, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(generate_sync.PACKAGE.parent / "pyproject.toml", tmp_path)
    monkeypatch.setattr(generate_sync, "PACKAGE", package)
    assert generate_sync.stale() == []
    (package / "_sync" / "left_over.py").write_text("", encoding="utf-8")
    (package / "_sync" / "client/client.py").unlink()
    changed = package / "_async" / "flows/add.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n\nMORE = 1\n", encoding="utf-8")
    assert generate_sync.stale() == ["client/client.py", "flows/add.py", "left_over.py"]
