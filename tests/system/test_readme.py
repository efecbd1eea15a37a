"""The README's examples run as they are, its commands exist, and its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

from graphmem.cli.app import app
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM, as_said

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
# Addresses that stand in it.
NEO4J, MODEL = "bolt://127.0.0.1:7687", "http://127.0.0.1:11434/v1"
WITH_A_MODEL = ("Give an agent a memory", "With Ollama")
WITH_NEO4J = "With Neo4j"


class Example(NamedTuple):
    """A block of Python, with the heading above it."""

    heading: str
    code: str


def examples() -> Iterator[Example]:
    heading = ""
    for found in re.finditer(r"^#{1,3} ([^\n]*)$|^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        if found[1]:
            heading = found[1]
        else:
            yield Example(heading, found[2])


def named(heading: str) -> list[str]:
    found = [example.code for example in examples() if example.heading == heading]
    assert found, f"the README has no example under {heading!r}"
    return found


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    return names


# Heading → what its example prints.
PRINTS = {
    "Start": "Is allergic to nuts",
    "Search within conditions": "I ran the Porto marathon",
    "Say when it was": "2026-02-23 2026-03-01",
    "See what was, and take it back": "UPDATE Moved to Rome 2026-05-01",
    "Ask how things hang together": "user friend_of Ben because of: Friend Ben works at Google",
    "Coming from Mem0": "Is allergic to nuts 2025-06-01",
    "In frameworks": "Is allergic to nuts",
    "What was said": "pier nine",
}


@pytest.mark.parametrize(
    "example",
    [example for example in examples() if example.heading not in (*WITH_A_MODEL, WITH_NEO4J)],
    ids=lambda example: example.heading,
)
def test_examples_run_and_print_what_they_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], example: Example
) -> None:
    monkeypatch.chdir(tmp_path)
    run(example.code)
    assert PRINTS[example.heading] in capsys.readouterr().out


def test_an_example_undoes_restores_and_erases(capsys: pytest.CaptureFixture[str]) -> None:
    run(*named("See what was, and take it back"))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" 20")[0] for line in lines[:3]] == [
        "ADD Lives in Lisbon",
        "UPDATE Moved to Rome",
        "Lives in Lisbon",
    ]
    assert "'left': 0" in lines[-1]


def test_an_agent_is_told_what_was_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(body: dict[str, Any]) -> str | dict[str, Any]:
        return "Lemon cake." if body["messages"][0]["content"].startswith("You are a helpful") else as_said(body)

    monkeypatch.chdir(tmp_path)
    with ScriptedLLM().rule(reply) as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        monkeypatch.setenv("GRAPHMEM_EMBEDDER", "local")
        run(*named("Give an agent a memory"))
        first, second = (
            request.body["messages"][0]["content"]
            for request in model.requests
            if str(request.body.get("messages", [{}])[0].get("content")).startswith("You are a helpful")
        )
    assert "nuts" not in first
    assert "allergic to nuts" in second


def test_a_local_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = named("With Ollama")
    assert MODEL in code
    with ScriptedLLM().rule(as_said) as model:
        run(code.replace(MODEL, model.base_url))
        assert {request.body["model"] for request in model.requests} == {"qwen3"}
    assert "allergic to nuts" in capsys.readouterr().out


def test_neo4j(
    neo4j_store: StoreUnderTest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = neo4j_store.settings
    for name in ("username", "password", "database"):
        monkeypatch.setenv(f"NEO4J_{name.upper()}", settings[name])
    [code] = named(WITH_NEO4J)
    assert NEO4J in code
    run(code.replace(NEO4J, settings["store"]))
    told = capsys.readouterr().out
    assert "lives_in" in told
    assert "Neo4j" in told


def test_first_example_is_ten_lines() -> None:
    first = next(examples()).code
    assert len([line for line in first.splitlines() if line.strip()]) == 10


def test_commands_exist_and_take_these_options() -> None:
    shell = re.findall(r"^    ((?:\w+=\S+ )*graphmem .*)$", README, re.MULTILINE)
    assert len(shell) > 40
    whole = get_command(app)
    for line in shell:
        words = [
            word for word in shlex.split(line.split("&&")[-1], comments=True) if "=" not in word or word.startswith("-")
        ]
        group: Any = whole
        words.pop(0)
        while words and words[0] in getattr(group, "commands", {}):
            group = group.commands[words.pop(0)]
        assert not hasattr(group, "commands"), f"not a command: {line}"
        known = {name for parameter in group.params for name in (*parameter.opts, *parameter.secondary_opts)}
        for word in words:
            assert not word.startswith("--") or word.split("=")[0] in known, f"{word} in: {line}"


def anchor(heading: str) -> str:
    """As GitHub names headings."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_lead_somewhere() -> None:
    text = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    headings = [anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
    assert len(set(headings)) == len(headings)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(links) > 20
    for link in links:
        if link.startswith("#"):
            assert link[1:] in headings, link
        elif not link.startswith("http"):
            assert (ROOT / link).is_file(), link
    for file in re.findall(r"`((?:tests|cypher|graphmem)/[\w./]+)`", text):
        assert (ROOT / file).exists(), file


def test_the_first_page_is_read_in_two_minutes() -> None:
    first = README.partition("\n## How to")[0]
    words = [word for word in first.split() if any(letter.isalpha() for letter in word)]
    # People read some 200 to 250 words a minute.
    assert len(words) < 400, len(words)


def test_the_checks_find_the_command_for_the_tests() -> None:
    """They run the line of the README, so that it is one that works."""
    [pattern] = re.findall(r"^command=\$\(sed -n 's/\^(.*)\$/", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    wanted = pattern.replace("\\(", "(").replace("\\)", ")")
    assert re.findall(f"^{wanted}$", README, re.MULTILINE) == ['pip install -e ".[dev]" && pytest']
