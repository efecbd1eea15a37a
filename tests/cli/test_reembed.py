"""The command reembed: interrupted, shown by status, continued, and done."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from graphmem import MemoryClient
from graphmem.cli.app import app
from graphmem.settings import EMBEDDERS, Provider

BATCH = 2


class Lengths:
    name = "lengths"
    before: Callable[[Sequence[str]], None] = staticmethod(lambda texts: None)

    def embed(self, texts: Sequence[str]) -> list[Any]:
        self.before(texts)
        return [np.array([0.6, 0.8] if len(text) % 2 else [0.8, 0.6], dtype=np.float32) for text in texts]

    def close(self) -> None: ...


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> type[Lengths]:
    """An embedder that the command line knows as ``lengths``."""

    class Registered(Lengths):
        pass

    module = ModuleType("graphmem._sync.providers.lengths")
    module.embedder = Registered  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(EMBEDDERS, "lengths", Provider("lengths", package="json"))
    monkeypatch.setattr("graphmem._sync.client.maintain._TEXTS", BATCH)
    return Registered


@pytest.fixture
def store(tmp_path: Path) -> str:
    place = str(tmp_path / "memories.db")
    with MemoryClient(place) as client:
        for text in ("likes tea", "has a dog", "plays chess", "is a nurse", "lives in Rome"):
            client.add(text, user_id="alex", infer=False)
    return place


def run(*args: str) -> Any:
    return CliRunner().invoke(app, args, prog_name="graphmem")


def test_interrupted_and_continued(store: str, embedder: type[Lengths]) -> None:
    asked: list[Sequence[str]] = []

    def interrupt(texts: Sequence[str]) -> None:
        # The size, then two batches.
        asked.append(texts)
        if len(asked) == 3:
            raise KeyboardInterrupt

    command = ("reembed", "--embedder", "lengths", "--store", store)
    embedder.before = staticmethod(interrupt)
    stopped = run(*command)
    assert stopped.exit_code == 130
    change = json.loads(run("status", "--store", store, "--json").stdout)["reembedding"]
    assert change == {"name": "lengths", "dimensions": 2, "done": 2, "total": 5}
    assert "2 of 5 texts have a vector of lengths; the same command continues there." in stopped.stderr
    assert "to lengths, 2 of 5 texts" in run("status", "--store", store).stdout
    # The store answers as before.
    assert run("search", "dog", "-u", "alex", "--store", store).exit_code == 0

    embedder.before = staticmethod(lambda texts: None)
    assert run(*command).stdout == "Embedder: lengths, 2 floats\nTexts: 3 embedded\n"
    assert json.loads(run(*command, "--json").stdout) == {"embedder": "lengths", "dimensions": 2, "embedded": 0}
    assert run(*command).stdout.endswith("Texts: nothing to do\n")
    told = json.loads(run("status", "--store", store, "--json").stdout)
    assert (told["stored_vectors"], told["reembedding"]) == ({"name": "lengths", "dimensions": 2}, None)
    refused = run("search", "dog", "-u", "alex", "--store", store)
    assert refused.exit_code == 1
    assert "graphmem reembed" in refused.stderr


def test_a_change_is_given_up(store: str, embedder: type[Lengths]) -> None:
    def interrupt(texts: Sequence[str]) -> None:
        if texts != ["memory"]:
            raise KeyboardInterrupt

    embedder.before = staticmethod(interrupt)
    assert run("reembed", "--embedder", "lengths", "--store", store).exit_code == 130
    refused = run("reembed", "--embedder", "local", "--store", store)
    assert refused.exit_code == 1
    assert "graphmem reembed --restart" in refused.stderr
    assert run("reembed", "--embedder", "local", "--restart", "--store", store).exit_code == 0
    assert json.loads(run("status", "--store", store, "--json").stdout)["reembedding"] is None
    assert run("search", "dog", "-u", "alex", "--store", store).exit_code == 0


def test_an_embedder_that_there_is_not(store: str) -> None:
    refused = run("reembed", "--embedder", "nonsense", "--store", store)
    assert refused.exit_code == 1
    assert "'nonsense' is given as embedder=, but there is no key" in refused.stderr
