"""Generates graphmem/_sync from graphmem/_async:  python -m tests.tools.generate_sync [--check]

With --check nothing is written; the exit code is 1 if graphmem/_sync is out of date.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import unasync

PACKAGE = Path(__file__).parents[2] / "graphmem"
# Written by hand in both trees, where it defines the same names.
BY_HAND = Path("waiting.py")


class Twin(unasync.Rule):
    """Removes async and await, and shortens names: AsyncStore becomes Store."""

    def _unasync_name(self, name: str) -> str:
        if name == "_async":
            return "_sync"
        found = re.fullmatch(r"Async([A-Z]\w*)", name)
        return found[1] if found else str(super()._unasync_name(name))


def generate(into: Path) -> None:
    """Write the generated tree to this folder, formatted like handwritten code."""
    tree = PACKAGE / "_async"
    sources = [str(path) for path in sorted(tree.rglob("*.py")) if path.relative_to(tree) != BY_HAND]
    unasync.unasync_files(sources, [Twin(f"{tree}/", f"{into}/")])
    (into / "__init__.py").write_text(
        '"""Generated from graphmem/_async by `python -m tests.tools.generate_sync`: change that, not this."""\n'
    )
    config = str(PACKAGE.parent / "pyproject.toml")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--quiet", "--fix", "--select", "I", "--config", config, str(into)], check=True)
    subprocess.run([*ruff, "format", "--quiet", "--config", config, str(into)], check=True)


def stale() -> list[str]:
    """Files in graphmem/_sync that are missing, left over, or differ from what would be generated now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "_sync"
        generate(fresh)
        committed = PACKAGE / "_sync"
        names = {path.relative_to(tree) for tree in (fresh, committed) for path in tree.rglob("*.py")} - {BY_HAND}
        return sorted(str(name) for name in names if _read(fresh / name) != _read(committed / name))


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"out of date: {found}; run python -m tests.tools.generate_sync" if (found := stale()) else 0)
    generate(PACKAGE / "_sync")
