"""Words, flattened metadata, the dialect's dicts, and which parts are chosen."""

from __future__ import annotations

import importlib.util
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import ConfigurationError, OpenAISettings, ValidationError, dialect
from graphmem.config import EmbeddedSettings, Missing, Neo4jSettings, Offline, choose_embedder, choose_llm, choose_store
from graphmem.filters import parse
from graphmem.flatten import Leaf, encoded, leaves, list_name, marker_name, property_name, storable
from graphmem.lexical import MAX_TERMS, query_names, query_terms, required_tokens, scope_token, scope_tokens
from graphmem.model import Memory, Message, Page, Scope, Version

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)


def test_query_terms_are_distinct_words_without_stop_words() -> None:
    assert query_terms("What does Anna's sister, the SISTER of Ben, eat?") == ("anna", "s", "sister", "ben", "eat")
    assert query_terms("what is it") == ("what", "is", "it")
    assert query_terms("?! ☃") == ()
    assert len(query_terms(" ".join(f"word{n}" for n in range(10_000)))) == MAX_TERMS


@given(st.text())
def test_terms_cannot_be_query_syntax(text: str) -> None:
    assert all(
        term.replace("_", "a").isalnum() or term.isidentifier() or term.isprintable() for term in query_terms(text)
    )
    assert not any(set(term) & set("\"'*:()[]{}^~+-!&|\\/ ") for term in query_terms(text))


def test_query_names_are_runs_of_words() -> None:
    found = query_names("Where does Anna Maria's dog live?")
    assert {"anna", "anna maria", "dog"} <= set(found)
    assert "where does" not in found


def test_scope_tokens_tell_scopes_apart() -> None:
    assert scope_token("user_id", "a") != scope_token("user_id", "b")
    assert scope_token("user_id", "a") != scope_token("run_id", "a")
    assert scope_tokens(Scope("a", run_id="r")).split() == [scope_token("user_id", "a"), scope_token("run_id", "r")]
    assert scope_token("user_id", "' OR 1").isalnum()
    assert required_tokens(parse({"user_id": "a"})) == ((scope_token("user_id", "a"),),)


keys = st.lists(st.text(alphabet="ab./~01234\0", max_size=4), min_size=1, max_size=3).map(tuple)


@given(st.lists(keys, min_size=2, max_size=2, unique=True))
def test_no_two_paths_share_a_name(pair: list[tuple[str, ...]]) -> None:
    names = [make(each) for each in pair for make in (property_name, list_name, marker_name)]
    assert len(set(names)) == 6


def test_leaves_of_metadata() -> None:
    found = list(leaves({"a": {"b": 1}, "a.b": True, "l": ["x", 1, None, [2]], "n": None, "e": {}}))
    assert found == [
        Leaf("metadata/a/~3", True),
        Leaf("metadata/a/b", 1),
        Leaf("metadata/a.b", True),
        Leaf("metadata/l/~3", True),
        Leaf("metadata/l/~2", "x", 0),
        Leaf("metadata/l/~2", 1, 1),
        Leaf("metadata/e/~3", True),
    ]


def test_encoded_items_are_equal_as_their_values_are() -> None:
    assert encoded(1) == encoded(1.0) != encoded("1") != encoded(True)
    assert encoded(2**70) == encoded(float(2**70))
    assert storable(2**70) == float(2**70)
    assert storable(-(10**400)) == float("-inf")
    assert storable(2**63 - 1) == 2**63 - 1


def a_memory(text: str = "x", **more: Any) -> Memory:
    return Memory("m", text, Scope("u"), "v", AT, AT, **more)


def test_history_rows() -> None:
    versions = [
        Version("1", a_memory("a"), "ADD", AT, AT, (Message("user", "hi", "Al"),)),
        Version("2", a_memory("b"), "UPDATE", AT, AT),
        Version("3", a_memory("b"), "DELETE", AT, None),
    ]
    rows = dialect.history(versions)
    assert [(row["event"], row["old_memory"], row["new_memory"]) for row in rows] == [
        ("ADD", None, "a"),
        ("UPDATE", "a", "b"),
        ("DELETE", "b", None),
    ]
    assert rows[0]["input"] == [{"role": "user", "content": "hi", "name": "Al"}]


@pytest.mark.parametrize(
    ("number", "total", "next", "previous"),
    [
        (1, 0, None, None),
        (1, 10, None, None),
        (1, 11, "?page=2&page_size=10", None),
        (2, 11, None, "?page=1&page_size=10"),
    ],
)
def test_pages(number: int, total: int, next: str | None, previous: str | None) -> None:
    found = dialect.page([], Page((), total), number, 10)
    assert (found["count"], found["next"], found["previous"]) == (total, next, previous)


@pytest.mark.parametrize("fields", ["id", ["colour"], [5], {"id": 1}, ["score"]])
def test_unknown_fields(fields: Any) -> None:
    with pytest.raises(ValidationError, match="fields is a list of names out of id, memory"):
        dialect.narrow([], fields)


KEY = {"OPENAI_API_KEY": "sk-secret"}


@pytest.mark.parametrize(
    ("given", "environ", "kind", "reason"),
    [
        (None, {}, Offline, "no key"),
        (None, KEY, OpenAISettings, "OPENAI_API_KEY"),
        (None, {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, OpenAISettings, "OPENAI_BASE_URL"),
        (None, {**KEY, "GRAPHMEM_LLM": "offline"}, Offline, "GRAPHMEM_LLM"),
        (None, {**KEY, "GRAPHMEM_LLM": "big-model"}, OpenAISettings, "GRAPHMEM_LLM"),
        ("offline", KEY, Offline, "given"),
        ({"model": "m", "base_url": "http://x/v1"}, {}, OpenAISettings, "given"),
        (OpenAISettings("m"), {}, OpenAISettings, "given"),
    ],
)
def test_which_model_and_why(given: Any, environ: dict[str, str], kind: type, reason: str) -> None:
    choice = choose_llm(given, environ=environ)
    assert isinstance(choice.use, kind)
    assert reason in choice.reason
    assert "sk-secret" not in repr(choice)


@pytest.mark.parametrize(
    ("given", "environ"), [("gpt", {}), ({"modell": "x"}, {}), (5, {}), (None, {"GRAPHMEM_LLM": "gpt"})]
)
def test_settings_that_mean_nothing(given: Any, environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        choose_llm(given, environ=environ)


def test_without_anything_to_embed_with_there_are_three_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(choose_embedder(environ={}).use, Offline)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    missing = choose_embedder(environ={}).use
    assert isinstance(missing, Missing)
    for way in ('pip install "graphmem[local]"', "OPENAI_API_KEY", "embedder="):
        assert way in missing.advice


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        (":memory:", {}, EmbeddedSettings(":memory:")),
        ("a/b.db", {"GRAPHMEM_STORE": "other.db"}, EmbeddedSettings("a/b.db")),
        (None, {"GRAPHMEM_STORE": "other.db"}, EmbeddedSettings("other.db")),
        ("bolt://h:1", {"NEO4J_PASSWORD": "p", "NEO4J_USERNAME": "u"}, Neo4jSettings("bolt://h:1", "u", "p")),
        ("neo4j+s://u:p%40@h/", {"NEO4J_DATABASE": "d"}, Neo4jSettings("neo4j+s://h/", "u", "p@", "d")),
    ],
)
def test_which_store(given: Any, environ: dict[str, str], expected: Any) -> None:
    choice = choose_store(given, environ=environ)
    assert choice.use == expected
    assert "p@" not in repr(choice)


@pytest.mark.parametrize("given", ["http://h", "redis://h", "bolt://", "", 5])
def test_addresses_that_mean_nothing(given: Any) -> None:
    with pytest.raises(ConfigurationError):
        choose_store(given, environ={})
