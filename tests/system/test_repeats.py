"""The table of what only thorough runs try names tests that exist: a test that is renamed must not return to usual runs unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.repeats import BESIDE_OTHERS, LONG, ON_NEO4J, ON_NEO4J_5, ON_NEO4J_2026

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("row", [*BESIDE_OTHERS, *LONG, *ON_NEO4J, *ON_NEO4J_5, *ON_NEO4J_2026])
def test_each_row_names_something(row: str) -> None:
    path, _, test = row.split("[")[0].partition("::")
    found = [ROOT / path] if path.endswith("/") else list(ROOT.glob(path + ("" if path.endswith(".py") else "*.py")))
    assert found
    assert all(each.exists() for each in found)
    assert not test or any(f"def {test}" in each.read_text() for each in found)
