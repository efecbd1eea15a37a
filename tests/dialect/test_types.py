"""What a program that uses graphmem is told by its type checker, and that answers are what their types say."""

from __future__ import annotations

import inspect
import io
import json
import re
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import is_typeddict

import graphmem
from graphmem import Added, AddedRow, Context, Found, Hit, Memory, MemoryClient, Page, Results, SourceMessage
from graphmem.dialect import answers, options, responses
from graphmem.model.memory import Message
from graphmem.model.requests import StoreInfo

PROGRAM = Path(__file__).with_name("typed_program.py")
ALEX = {"user_id": "alex"}
WITH_MESSAGES: Any = {"messages": True, "output_format": "v1.1"}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program in a folder of its own, from where only an installed graphmem is found."""
    copy = tmp_path / PROGRAM.name
    copy.write_text(PROGRAM.read_text())
    return copy


def wanted() -> set[int]:
    """Numbers of the lines that are marked."""
    return {number for number, line in enumerate(PROGRAM.read_text().splitlines(), 1) if line.endswith("# error")}


def run(*command: str, cwd: Path) -> str:
    return subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True).stdout


def test_mypy_finds_what_is_wrong_and_nothing_else(program: Path, pytestconfig: pytest.Config) -> None:
    assert pytestconfig.cache is not None
    cache = pytestconfig.cache.mkdir("mypy")
    shown = run("mypy", "--strict", "--cache-dir", str(cache), program.name, cwd=program.parent)
    errors = re.findall(r"^typed_program\.py:(\d+): error: ", shown, re.MULTILINE)
    assert {int(number) for number in errors} == wanted(), shown
    assert "no key" in shown


def test_pyright_finds_what_is_wrong_and_nothing_else(program: Path) -> None:
    (program.parent / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    shown = run("pyright", "--outputjson", "--pythonpath", sys.executable, program.name, cwd=program.parent)
    found = json.loads(shown)["generalDiagnostics"]
    assert {row["range"]["start"]["line"] + 1 for row in found} == wanted(), found


Calls = dict[str, list[tuple[Any, Callable[[MemoryClient], Any]]]]


def id_of(client: MemoryClient) -> str:
    return client.add("I like tea", **ALEX, infer=False, metadata={"a": [1]}, categories=["x"])["results"][0]["id"]


def updated(client: MemoryClient) -> str:
    """The id of a memory that has two versions."""
    return client.update(id_of(client), text="I like coffee", expiration_date="2100-01-01")["id"]


def two_entities(client: MemoryClient) -> list[str]:
    client.add("My sister Anna lives in Berlin.", **ALEX)
    return [row["id"] for row in client.entities()][:2]


def explained(client: MemoryClient) -> Added:
    """An answer with all that there may be: in it Anna moves."""
    client.add("My sister Anna lives in Berlin.", **ALEX)
    return client.add("My sister Anna lives in Madrid now.", **ALEX, explain=True)


def found(client: MemoryClient) -> list[Hit]:
    client.add([{"role": "user", "content": "My sister Anna lives in Berlin.", "name": "Al"}], **ALEX)
    return client.search("Anna in Berlin", explain=True)


def moved(client: MemoryClient) -> str:
    """A store with entities and relations, as an export."""
    client.add("My sister Anna lives in Berlin.", **ALEX)
    file = io.StringIO()
    client.export_jsonl(file)
    return file.getvalue()


def imported(client: MemoryClient) -> Any:
    with MemoryClient(":memory:", llm="offline") as other:
        return client.import_jsonl(moved(other).splitlines())


def broken(client: MemoryClient) -> Any:
    """A diagnosis of a store in which a memory lacks a version."""
    updated(client)
    lines = moved(client).splitlines()
    rows = [json.loads(line) for line in lines]
    kept = [row for row in rows if not (row["kind"] == "version" and row.get("number") == 1 and "tea" in row["text"])]
    kept[-1]["records"] = len(kept) - 2
    with MemoryClient(":memory:", llm="offline") as other:
        other.import_jsonl(json.dumps(row) for row in kept)
        return other.doctor()


# Each call, and what it answers where that depends on its arguments.
CALLS: Calls = {
    "add": [
        (Added, explained),
        (Added, lambda client: client.add("I like tea", **ALEX, infer=False, dry_run=True)),
        (list[AddedRow], lambda client: client.add("I like tea", **ALEX, infer=False, output_format="v1.0")),
    ],
    "add_many": [(None, lambda client: client.add_many(["tea", "milk"], **ALEX, infer=False, explain=True))],
    "search": [
        (list[Hit], found),
        (list[Hit], lambda client: [id_of(client), client.search("tea")][1]),
        (Results[Hit], lambda client: [found(client), client.search("Anna", output_format="v1.1")][1]),
        (Found[Hit], lambda client: [found(client), client.search("Anna", **WITH_MESSAGES)][1]),
        (Found[Hit], lambda client: [found(client), client.search("Anna", **WITH_MESSAGES, explain=True)][1]),
    ],
    "context": [
        (str, lambda client: [found(client), client.context("Where does Anna live?", **ALEX)][1]),
        (Context, lambda client: [found(client), client.context("Anna", **ALEX, explain=True, max_tokens=40)][1]),
    ],
    "why_not": [
        (None, lambda client: client.why_not("tea", id_of(client))),
        (None, lambda client: [found(client), client.why_not("Anna in Berlin", client.get_all()[0]["id"])][1]),
        (None, lambda client: client.why_not("tea", id_of(client), user_id="blake")),
        (None, lambda client: client.why_not("tea", "none")),
    ],
    "get": [(None, lambda client: client.get(updated(client)))],
    "get_all": [
        (list[Memory], lambda client: [updated(client), client.get_all()][1]),
        (Results[Memory], lambda client: [found(client), client.get_all(output_format="v1.1")][1]),
        (Page[Memory], lambda client: [updated(client), client.get_all(page=1)][1]),
    ],
    "update": [(None, lambda client: client.update(id_of(client), metadata={"a": None}))],
    "batch_update": [(None, lambda client: client.batch_update([{"memory_id": id_of(client), "text": "milk"}]))],
    "delete": [(None, lambda client: client.delete(id_of(client)))],
    "batch_delete": [(None, lambda client: client.batch_delete([id_of(client)]))],
    "delete_all": [(None, lambda client: client.delete_all(**ALEX))],
    "delete_users": [(None, lambda client: client.delete_users("alex"))],
    "erase": [(None, lambda client: client.erase(updated(client))), (None, lambda client: client.erase(**ALEX))],
    "reset": [(None, lambda client: client.reset("everything"))],
    "history": [
        (None, lambda client: client.history(updated(client))),
        (None, lambda client: [explained(client), client.history(client.get_all()[0]["id"])][1]),
    ],
    "restore": [(None, lambda client: client.restore(client.history(updated(client))[0]["id"]))],
    "undo": [(None, lambda client: client.undo(client.history(updated(client))[1]["id"]))],
    "diff": [(None, lambda client: [explained(client), client.diff("2020-01-01")][1])],
    "users": [(None, lambda client: [updated(client), client.users()][1])],
    "entities": [(None, lambda client: [client.unite(*two_entities(client)), client.entities()][1])],
    "relations": [(None, lambda client: [found(client), client.relations()][1])],
    "neighbours": [(None, lambda client: [found(client), client.neighbours("Anna")][1])],
    "paths": [(None, lambda client: [found(client), client.paths("Al", "Berlin")][1])],
    "unite": [(None, lambda client: client.unite(*two_entities(client)))],
    "separate": [(None, lambda client: client.separate(*two_entities(client)))],
    "export_jsonl": [(None, lambda client: client.export_jsonl(io.StringIO()))],
    "import_jsonl": [(None, imported)],
    "ping": [(None, lambda client: client.ping())],
    "reembed": [(None, lambda client: client.reembed())],
    "doctor": [(None, lambda client: client.doctor()), (None, broken)],
}
# They answer nothing, or a value that is no JSON.
OTHERS = {"close": type(None), "info": StoreInfo, "graph": graphmem.MemoryGraph}


@pytest.fixture
def client() -> Iterator[MemoryClient]:
    with MemoryClient(":memory:", llm="offline") as opened:
        yield opened


def methods() -> set[str]:
    return {name for name, _ in inspect.getmembers(MemoryClient, inspect.isfunction) if not name.startswith("_")}


def answer_of(name: str) -> Any:
    # What is imported late has a name for type checkers only.
    return typing.get_type_hints(getattr(MemoryClient, name), localns={"MemoryGraph": graphmem.MemoryGraph})["return"]


def check(answer: Any, kind: Any) -> None:
    """Exactly the keys of the type, with values of exactly these types."""
    # In a list, as a typed dict by itself takes no configuration.
    TypeAdapter(list[kind], config=ConfigDict(extra="forbid", strict=True)).validate_python([answer])


def test_every_method_is_here() -> None:
    assert methods() == {*CALLS, *OTHERS}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_methods_that_answer_no_json(name: str) -> None:
    assert answer_of(name) is OTHERS[name]


@pytest.mark.parametrize("name", sorted(CALLS))
def test_answers_are_what_their_types_say(name: str, client: MemoryClient) -> None:
    said = answer_of(name)
    for kind, call in CALLS[name]:
        assert kind is None or kind in typing.get_args(said)
        answer = call(client)
        assert answer
        check(answer, kind or said)
        client.reset("everything")


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_answer_is_a_typed_dict_or_a_list_of_them(name: str) -> None:
    said = answer_of(name)
    forms = typing.get_args(said) if typing.get_origin(said) not in (list, None) else (said,)
    for form in forms:
        row = form
        while typing.get_origin(row) is list:
            [row] = typing.get_args(row)
        # With fields= a row holds what was asked for.
        plain = row == dict[str, Any] and name in ("search", "get_all")
        # A text that is made to be pasted is an answer of its own.
        assert is_typeddict(typing.get_origin(row) or row) or plain or (row is str and name == "context")


def test_the_check_of_answers_can_fail() -> None:
    row = {"id": "m", "memory": "x", "event": "ADD"}
    check(row, AddedRow)
    for wrong in ({**row, "more": 1}, {**row, "id": 1}, {**row, "event": "add"}, {"id": "m", "memory": "x"}):
        with pytest.raises(ValidationError):
            check(wrong, AddedRow)


def test_answers_that_explain_have_all_their_parts(client: MemoryClient) -> None:
    """So that the checks above see what may be absent."""
    assert any("previous_memory" in row for row in explained(client)["results"])
    assert set(found(client)[0]["explain"]["arms"]) == {"vector", "text", "graph"}
    [message] = found(client)[0]["explain"]["messages"]
    assert "name" in message
    # Which characters said it is known where a model found it.
    check(responses.message(Message("user", "tea", span=(0, 3))), SourceMessage)
    assert broken(client)["problems"]


def test_types_of_answers_are_public_and_documented() -> None:
    kinds = {name for name, member in vars(answers).items() if is_typeddict(member)}
    assert len(kinds) > 25
    assert kinds <= set(graphmem.__all__)
    assert all(inspect.getdoc(getattr(graphmem, name)) for name in kinds)


@pytest.mark.parametrize(
    ("call", "kinds"),
    [
        ("add", [options.AddOptions]),
        ("search", [options.HitOptions, options.HitFieldsOptions, options.AnyHitOptions]),
        (
            "get_all",
            [
                options.ListOptions,
                options.ListFieldsOptions,
                options.AnyListOptions,
                options.ByPageOptions,
                options.ByPageSizeOptions,
            ],
        ),
    ],
)
def test_overloads_take_the_arguments_of_their_call(call: str, kinds: list[Any]) -> None:
    arguments = typing.get_type_hints(getattr(MemoryClient, call))
    del arguments["return"]
    decided = {"messages", "query", "output_format", "page", "page_size", "fields"}
    for kind in kinds:
        taken = typing.get_type_hints(kind)
        # Where there are pages, there is no limit.
        pages = {"limit"} if kind in (options.ByPageOptions, options.ByPageSizeOptions) else set[str]()
        assert set(arguments) - decided - pages == set(taken) - decided
        assert all(taken[name] == arguments[name] for name in set(taken) - decided)


def test_the_client_s_form_is_that_of_answers_whose_call_names_none() -> None:
    for form, listed, added in ((None, list, dict), ("v1.0", list, list), ("v1.1", dict, dict)):
        with MemoryClient(":memory:", llm="offline", output_format=form) as client:
            answers_of: dict[str, Any] = {
                "add": client.add("I like tea", **ALEX, infer=False),
                "search": client.search("tea"),
                "get_all": client.get_all(),
            }
            assert {name: dict if isinstance(answer, dict) else list for name, answer in answers_of.items()} == {
                "add": added,
                "search": listed,
                "get_all": listed,
            }
            assert isinstance(client.search("tea", output_format="v1.0"), list)
            assert isinstance(client.add("I like tea", **ALEX, infer=False, output_format="v1.1"), dict)
            assert "count" in client.get_all(page=1)
    with pytest.raises(graphmem.ValidationError, match=r"^output_format must be one of v1\.0, v1\.1, not 'v2'$"):
        MemoryClient(":memory:", output_format="v2")  # type: ignore[type-var]
