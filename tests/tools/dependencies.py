"""Compares what the code imports with the dependencies that the package declares."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A module that many distributions share → the one that is meant.
_NAMESPACES = {"google": "google-adk"}
# Functions that import a module by name.
_IMPORTERS = {"importlib.import_module", "import_module", "_optional"}


@cache
def imported(folder: str) -> dict[str, set[str]]:
    """Top-level modules from other packages → the files below the folder that import them."""
    modules: dict[str, set[str]] = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for module in _modules(ast.parse(path.read_text(encoding="utf-8"))):
            if module not in sys.stdlib_module_names and module not in ("graphmem", "tests"):
                modules.setdefault(module, set()).add(path.relative_to(ROOT).as_posix())
    return modules


def declared(extra: str = "") -> set[str]:
    """The distributions that an extra requires; without an extra, those that are always required."""
    wanted = requires("graphmem") or []
    mark = re.compile(r"extra == ['\"]([\w-]+)['\"]")
    extras = {line: (mark.findall(line) or [""])[0] for line in wanted}
    names = {_normalized(re.split(r"[^\w.-]", line)[0]) for line in wanted if _normalized(extras[line]) == extra}
    return names - {"graphmem"}


def distribution(module: str) -> str:
    """The distribution that provides a module; the module's own name if it is not installed."""
    return _NAMESPACES.get(module) or _normalized(_installed().get(module, [module])[0])


@cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in _IMPORTERS:
            yield from (arg.value.split(".")[0] for arg in node.args if isinstance(arg, ast.Constant))
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield node.module.split(".")[0]


def _normalized(name: str) -> str:
    """The name of a distribution as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
