"""Without its framework, a module says what to install, and nothing else needs it."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from graphmem.errors import ConfigurationError

# Module → the top-level module of its framework, and the extra that brings it.
MODULES = {
    "langgraph": ("langgraph", "langgraph"),
    "langchain": ("langchain_core", "langgraph"),
    "adk": ("google", "adk"),
}


@pytest.mark.parametrize("name", MODULES)
def test_it_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    framework, extra = MODULES[name]
    for module in [each for each in sys.modules if each.startswith("graphmem.frameworks")]:
        monkeypatch.delitem(sys.modules, module)
    for module in [each for each in sys.modules if each.partition(".")[0] == framework]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, framework, None)
    with pytest.raises(ConfigurationError, match=rf"pip install 'graphmem\[{extra}\]'"):
        importlib.import_module(f"graphmem.frameworks.{name}")


def test_nothing_else_imports_a_framework() -> None:
    frameworks = {framework for framework, _ in MODULES.values()}
    code = f"import sys, graphmem.cli.app, graphmem.frameworks; print({frameworks} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
