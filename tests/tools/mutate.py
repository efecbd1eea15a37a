"""Breaks the rules one at a time and runs their tests, which must fail:  python -m tests.tools.mutate [PART OF A NAME]

A mutant lacks one row of a table, or one condition of a function is never true. It lives in a child process; no file is changed.
Mutants that no test notices are printed: those rules could get lost without anybody noticing.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

# Module → (modules of its tests, tables whose rows are deleted, functions whose conditions are made false).
RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "graphmem.remember.supersedes": (
        ("tests.remember.test_supersedes",),
        ("_ENDS", "_OPPOSES", "_EXCLUDES", "_INCIDENTAL"),
        ("ends",),
    ),
    "graphmem.remember.diets": (("tests.remember.test_diets",), ("_EXCLUDED", "_IMITATED"), ()),
    "graphmem.remember.same_entity": (
        ("tests.remember.test_same_entity",),
        (),
        ("key_prefixes", "key_endings", "recognised", "lookalikes", "after", "_has_rival"),
    ),
    "graphmem.remember.merged_texts": (("tests.remember.test_merged_texts",), (), ("kept", "new_relations")),
    "graphmem.remember.grounding": (
        ("tests.remember.test_grounding",),
        ("_FRAME", "_DROPPED"),
        (
            "Evidence.find",
            "Evidence.answers",
            "Evidence.share",
            "is_distinctive",
            "_Pieces.has",
            "_Pieces.content",
            "_fold",
        ),
    ),
    "graphmem.history.undo": (("tests.history.test_undo",), (), ("restored", "undone", "changes", "_step")),
    "graphmem.dialect.conditions": (("tests.dialect.test_conditions",), (), ("narrowed", "listing_filter")),
}
# Mutants that no test can notice, because the result stays the same → why.
EQUIVALENT = {
    r"graphmem.remember.grounding._fold: if character < '\x80'": "ASCII is folded in a faster way, with the same result",
}


@dataclass(frozen=True)
class Mutant:
    """A broken rule. `apply` breaks it in the loaded module."""

    rule: str
    tests: tuple[str, ...]
    apply: Callable[[], None]


def mutants() -> Iterator[Mutant]:
    """All mutants, module by module."""
    for name, (tests, tables, functions) in RULES.items():
        module = importlib.import_module(name)
        for table in tables:
            for row, without in _rows(getattr(module, table)):
                yield Mutant(f"{name}.{table}: {row}", tests, lambda m=module, t=table, w=without: _replace(m, t, w))  # type: ignore[misc]
        for path in functions:
            function = _function(module, path)
            for line, code in _without_conditions(function):
                yield Mutant(f"{name}.{path}: {line}", tests, lambda f=function, c=code: setattr(f, "__code__", c))  # type: ignore[misc]


def survivors(wanted: str = "") -> list[str]:
    """Names of the rules that can be broken without a failing test; only those that contain `wanted`."""
    for tests, _, _ in RULES.values():
        # Imported before the first fork, so that the children need not do it.
        for name in tests:
            importlib.import_module(name)
        if _fails(Mutant("nothing", tests, lambda: None)):
            raise RuntimeError(f"{tests}: fails with no rule broken")
    return [
        mutant.rule
        for mutant in mutants()
        if wanted in mutant.rule and mutant.rule not in EQUIVALENT and not _fails(mutant)
    ]


def _rows(table: Any) -> Iterator[tuple[str, Any]]:
    """Each row of a table with the table that lacks it."""
    if isinstance(table, dict):
        for key, value in table.items():
            for row, rest in _rows(value):
                yield f"{key}: {row}", {**table, key: rest}
    elif isinstance(table, frozenset):
        for item in sorted(table):
            yield repr(item), table - {item}
    else:
        for index, item in enumerate(table):
            yield repr(item), table[:index] + table[index + 1 :]


def _replace(module: ModuleType, name: str, value: Any) -> None:
    setattr(module, name, value)
    # Cached results were made with the old table.
    for function in vars(module).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def _function(module: ModuleType, path: str) -> FunctionType:
    member: Any = module
    for name in path.split("."):
        member = getattr(member, name)
    assert isinstance(member, FunctionType)
    return member


def _without_conditions(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Each condition of a function with a version of the function's code in which it is never true."""
    source = textwrap.dedent(inspect.getsource(function))
    count = sum(isinstance(node, ast.If | ast.IfExp | ast.comprehension) for node in ast.walk(ast.parse(source)))
    for number in range(count):
        tree = ast.parse(source)
        node = [n for n in ast.walk(tree) if isinstance(n, ast.If | ast.IfExp | ast.comprehension)][number]
        if isinstance(node, ast.comprehension):
            if not node.ifs:
                continue
            line = f"if {ast.unparse(node.ifs[0])} (dropped)"
            node.ifs = node.ifs[1:]
        else:
            line = f"if {ast.unparse(node.test)}"
            node.test = ast.copy_location(ast.Constant(False), node.test)
        [definition] = tree.body
        assert isinstance(definition, ast.FunctionDef)
        definition.decorator_list = []
        code = compile(ast.fix_missing_locations(tree), f"<{function.__qualname__} without: {line}>", "exec")
        [body] = [const for const in code.co_consts if inspect.iscode(const) and const.co_name == definition.name]
        # All annotations are strings and no rule is a closure, so it is enough to replace the code object.
        yield line, body


def _fails(mutant: Mutant) -> bool:
    """Whether a test fails when this rule is broken. This runs in a child process, so that the rule stays intact here."""
    child = os.fork()
    if child == 0:
        try:
            mutant.apply()
            for name in mutant.tests:
                _run(importlib.import_module(name))
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != 0


def _run(tests: ModuleType) -> None:
    """Call the tests of a module with the cases of their parametrize marks. pytest would take a hundred times as long.

    The tests must not use fixtures.
    """
    for name, test in vars(tests).items():
        if name.startswith("test_"):
            cases: list[dict[str, Any]] = [{}]
            for mark in getattr(test, "pytestmark", ()):
                names, rows = mark.args
                names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
                arguments = [dict(zip(names, row if len(names) > 1 else (row,), strict=True)) for row in rows]
                cases = [case | more for case in cases for more in arguments]
            for case in cases:
                test(**case)


if __name__ == "__main__":
    left = survivors(*sys.argv[1:2])
    print("\n".join(left) or "every broken rule was noticed")
    sys.exit(1 if left else 0)
