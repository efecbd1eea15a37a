"""pyproject.toml declares what graphmem imports, and nothing besides."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import graphmem

if sys.version_info >= (3, 11):
    import tomllib
else:  # pytest brings it
    import tomli as tomllib

PACKAGE = Path(graphmem.__file__).parent
PYPROJECT = PACKAGE.parent / "pyproject.toml"
EXTRAS = ("local", "neo4j-local")
# Declared, and not imported.
UNUSED = {"networkx"}
# Functions that import the module that they are given the name of.
IMPORTERS = {"import_module", "_optional"}


def imports(tree: ast.AST, *, at_start: bool) -> Iterator[str]:
    """Top-level names of the modules that a module imports; `at_start` leaves out what functions and type checkers import."""
    for node in ast.iter_child_nodes(tree):
        if at_start and (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        ):
            continue
        match node:
            case ast.Import(names):
                yield from (alias.name.split(".")[0] for alias in names)
            case ast.ImportFrom(str(module), level=0):
                yield module.split(".")[0]
            case ast.Call(ast.Name(name) | ast.Attribute(attr=name), [ast.Constant(str(module))]) if name in IMPORTERS:
                yield module.split(".")[0]
        yield from imports(node, at_start=at_start)


providers = cache(packages_distributions)


@cache
def distributions(*, at_start: bool) -> dict[str, set[str]]:
    """Distribution, under its normal name → the files of graphmem that import a module of it."""
    provided = providers()
    importers: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for module in imports(ast.parse(path.read_text(encoding="utf-8")), at_start=at_start):
            if module not in sys.stdlib_module_names | {"graphmem"}:
                [distribution] = {normal(name) for name in provided.get(module, [f"{module}, which is not installed"])}
                importers.setdefault(distribution, set()).add(str(path.relative_to(PACKAGE)))
    return importers


def normal(name: str) -> str:
    """As https://packaging.python.org/en/latest/specifications/name-normalization/ has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]) for requirement in requirements}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    return found


def test_what_is_imported_at_start_is_a_dependency(project: dict[str, Any]) -> None:
    needed = distributions(at_start=True)
    dependencies = declared(project["dependencies"])
    assert len(needed) > 5
    assert {name: files for name, files in needed.items() if name not in dependencies} == {}


def test_what_is_imported_when_needed_is_a_dependency_or_in_an_extra(project: dict[str, Any]) -> None:
    extras = {name: project["optional-dependencies"][name] for name in EXTRAS}
    known = declared(project["dependencies"]).union(*map(declared, extras.values()))
    needed = distributions(at_start=False)
    assert {name: files for name, files in needed.items() if name not in known} == {}


def test_what_is_declared_is_imported(project: dict[str, Any]) -> None:
    extras = [requirement for name in EXTRAS for requirement in project["optional-dependencies"][name]]
    known = declared(project["dependencies"] + extras)
    assert known - set(distributions(at_start=False)) == UNUSED
