"""Tests of answers wait for them, however busy the machine is."""

from __future__ import annotations

import pytest

from graphmem.server.mcp import tools


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "ANSWER_WITHIN", 60.0)
