"""The parser: loaded only where it is needed, checked when it is loaded, and done without where it is not installed."""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from graphmem import ConfigurationError
from graphmem.remember.by_rules import parser
from tests.remember.test_offline_extractor import said, texts


@pytest.fixture
def afresh() -> Iterator[None]:
    """The parser as in a new process."""
    for forget in (parser._LANGUAGE.forget, parser._tell_once.cache_clear):
        forget()
    yield
    for forget in (parser._LANGUAGE.forget, parser._tell_once.cache_clear):
        forget()


@pytest.fixture
def no_parser(afresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "_installed", lambda: None)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("I'm allergic to nuts.", True),
        ("My sister Anna lives in Berlin.", True),
        ("We bought a house in Dresden", True),
        ("Ich wohne in Graz und habe einen Hund.", True),
        ("The user is allergic to nuts.", True),
        ("User lives in Rome", True),
        ("Can I bring my dog?", False),
        ("I think I'm allergic to cats", False),
        ("You are great, my friend", False),
        ("Please fix my resume for me", False),
        ("I'm so happy right now", False),
        ("It is raining", False),
    ],
)
def test_without_the_parser_statements_are_kept_as_said(no_parser: None, text: str, kept: bool) -> None:
    # Neither another language nor a request to write something needs the parser.
    with (
        pytest.warns(UserWarning, match=r"graphmem\[english\]")
        if not text.startswith(("Ich", "Please"))
        else pytest.MonkeyPatch.context()
    ):
        found = texts(said(text))
    assert found == ([f'Said on 2023-01-20: "{text.rstrip(".")}"'] if kept else [])


def test_threads_that_begin_together_load_it_once(afresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []

    def load() -> None:
        loads.append("")
        time.sleep(0.02)

    monkeypatch.setattr(parser, "_installed", load)
    with warnings.catch_warnings(), ThreadPoolExecutor(5) as threads:
        warnings.simplefilter("ignore")
        list(threads.map(parser.parsed, [["I love tea."]] * 5))
    assert len(loads) == 1


def test_the_missing_parser_is_told_once(no_parser: None) -> None:
    with pytest.warns(UserWarning, match="kept as said"):
        said("I'm allergic to nuts.")
    said("I live in Bonn.")


def test_weights_that_were_changed_are_refused(afresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "_installed", lambda: parser._MIRROR)
    monkeypatch.setattr(parser, "_MIRROR_DIGEST", "0" * 64)
    with pytest.raises(ConfigurationError, match="not the one that was checked"):
        said("I'm allergic to nuts.")


def test_the_weights_are_those_that_were_checked() -> None:
    assert parser.digest() == parser._MIRROR_DIGEST


@pytest.mark.parametrize(
    "arguments", ["import graphmem", "from graphmem.cli import app", "from graphmem.remember.by_rules import extractor"]
)
def test_the_parser_is_not_imported_before_something_is_read(arguments: str) -> None:
    code = f"import sys\n{arguments}\nassert 'spacy' not in sys.modules, 'spacy'"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
