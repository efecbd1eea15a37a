"""The public names, and that both clients are the same apart from awaiting."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

import graphmem
from graphmem import AsyncMemoryClient, GraphMemError, MemoryClient, errors

KINDS = (MemoryClient, AsyncMemoryClient)


def test_public_names_are_sorted_and_exist() -> None:
    assert graphmem.__all__ == sorted(set(graphmem.__all__))
    assert [name for name in graphmem.__all__ if not hasattr(graphmem, name)] == []
    assert {"MemoryClient", "AsyncMemoryClient", "OpenAISettings", "__version__"} <= set(graphmem.__all__)


def test_every_error_is_public_and_of_one_tree() -> None:
    defined = {
        name: each
        for name, each in vars(errors).items()
        if inspect.isclass(each) and each.__module__ == errors.__name__ and not name.startswith("_")
    }
    assert len(defined) > 10
    assert errors.__all__ == sorted(defined)
    assert set(defined) <= set(graphmem.__all__)
    for name, each in defined.items():
        assert getattr(graphmem, name) is each
        assert issubclass(each, GraphMemError)
        assert inspect.getdoc(each), name


@pytest.mark.parametrize(
    ("name", "bases"),
    [
        ("ValidationError", (ValueError,)),
        ("FilterError", (errors.ValidationError, ValueError)),
        ("ScopeError", (errors.ValidationError, ValueError)),
        ("MemoryNotFoundError", (KeyError,)),
        ("ConflictError", ()),
        ("StoreError", ()),
        ("StoreUnavailableError", (errors.StoreError,)),
        ("SchemaError", (errors.StoreError,)),
        ("ExtractionError", ()),
        ("EmbeddingError", ()),
        ("ConfigurationError", ()),
    ],
)
def test_errors_have_the_documented_base_classes(name: str, bases: tuple[type, ...]) -> None:
    kind = getattr(graphmem, name)
    assert all(issubclass(kind, base) for base in (GraphMemError, *bases))
    # Those of Python only where said: a StoreError must not be caught as a ValueError.
    assert {each for each in (ValueError, KeyError, OSError, RuntimeError) if issubclass(kind, each)} <= set(bases)
    assert str(kind("it's so")) == "it's so"


def methods(kind: type) -> dict[str, Any]:
    return {name: each for name, each in inspect.getmembers(kind) if not name.startswith("_")}


def signature(member: Any) -> str:
    return str(inspect.signature(member.fget if isinstance(member, property) else member)).replace("Async", "")


def test_both_clients_have_the_same_methods_with_the_same_signatures() -> None:
    plain, awaited = map(methods, KINDS)
    assert {name: signature(each) for name, each in plain.items()} == {
        name: signature(each) for name, each in awaited.items()
    }
    assert signature(MemoryClient.__init__) == signature(AsyncMemoryClient.__init__)
    assert {"add", "search", "get", "get_all", "update", "delete", "delete_all", "history", "users", "close"} <= set(
        plain
    )
    for name, each in plain.items():
        assert type(each) is type(awaited[name])
        assert not inspect.iscoroutinefunction(each), name
        assert inspect.iscoroutinefunction(awaited[name]) is not isinstance(each, property), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_method_is_documented(kind: type) -> None:
    assert inspect.getdoc(kind)
    for name, each in methods(kind).items():
        assert inspect.getdoc(each), name


def test_both_clients_document_their_methods_alike() -> None:
    plain, awaited = map(methods, KINDS)
    assert {name: inspect.getdoc(each) for name, each in plain.items()} == {
        name: inspect.getdoc(each) for name, each in awaited.items()
    }


def test_keyword_only_arguments() -> None:
    for kind in KINDS:
        for name, first in (("add", "messages"), ("search", "query"), ("get_all", None), ("delete_all", None)):
            given = [
                each.name
                for each in inspect.signature(getattr(kind, name)).parameters.values()
                if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
            ]
            assert given == [each for each in ("self", first) if each], name


def test_the_package_can_be_imported_by_star() -> None:
    code = "from graphmem import *; import graphmem; print(sorted(set(graphmem.__all__) - set(globals())))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
