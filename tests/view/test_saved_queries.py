"""Saved queries with a reader's values in them: what is a value stays a value."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.cli.browser import saved
from graphmem.errors import ValidationError
from graphmem.view.neo4j_browser.guide import PAGES, guide
from graphmem.view.neo4j_browser.links import browser_of, is_local, link
from graphmem.view.neo4j_browser.saved_queries import read, with_values

SOURCE = "// Says something.\n// $one: what is first\n// $two: what is second\nRETURN $one AS one, $two AS two"
QUERY = read("says", SOURCE)


def test_a_file_is_taken_apart() -> None:
    assert QUERY.description == "Says something."
    assert QUERY.parameters == {"one": "what is first", "two": "what is second"}
    assert QUERY.text == "RETURN $one AS one, $two AS two"


def test_each_saved_query_describes_itself_in_a_line_and_is_in_the_guide() -> None:
    queries = saved()
    assert all(query.description.endswith(".") for query in queries.values())
    assert {page.query for page in PAGES} == queries.keys() - {"drawn"}


def test_values_take_the_place_of_parameters() -> None:
    text = with_values(QUERY, {"one": "Anna O'Hara", "two": ["a", "b"], "more": "unused"})
    assert text == "// Says something.\nRETURN 'Anna O\\'Hara' AS one, ['a', 'b'] AS two"


def test_a_value_that_looks_like_a_parameter_stays_as_it_is() -> None:
    assert with_values(QUERY, {"one": "$two", "two": "$one"}).endswith("RETURN '$two' AS one, '$one' AS two")


@pytest.mark.parametrize("value", ["a\\", "\\u0027 RETURN 1 //", "a\nb", "\x85", "\u2028"])
def test_a_value_that_could_end_a_string_is_never_part_of_the_query(value: str) -> None:
    first, _, rest = with_values(QUERY, {"one": value, "two": ["x"]}).partition("\n")
    assert json.loads(first.removeprefix(":params ").removesuffix(";")) == {"one": value, "two": ["x"]}
    assert rest == "// Says something.\nRETURN $one AS one, $two AS two"


@given(st.text())
def test_no_text_ends_a_string(value: str) -> None:
    query = with_values(QUERY, {"one": value, "two": "x"}).splitlines()[-1]
    # Either the parameters stayed, or the value is one string: no quote in it that isn't escaped, and no other backslash.
    assert query == QUERY.text or re.fullmatch(r"RETURN '(?:[^'\\]|\\')*' AS one, 'x' AS two", query)


def test_a_missing_value_is_told_with_what_it_is() -> None:
    with pytest.raises(ValidationError, match=r"'says' needs a value for two \(what is second\)"):
        with_values(QUERY, {"one": "x"})


def test_a_link_fills_in_the_user_and_the_query() -> None:
    address = link("http://127.0.0.1:7474/browser/", "bolt://127.0.0.1:7687", "neo4j", "alpha", edit="RETURN '1 & 2'")
    assert address == (
        "http://127.0.0.1:7474/browser/?dbms=neo4j%3A%2F%2Fneo4j%40127.0.0.1%3A7687&db=alpha&cmd=edit&arg=RETURN%20%271%20%26%202%27"
    )


def test_a_link_holds_no_password() -> None:
    assert "secret" not in link("http://h/browser/", "bolt+s://ann:secret@host:7687", "ann")


@pytest.mark.parametrize(
    ("store", "browser", "local"),
    [
        ("bolt://127.0.0.1:17687", "http://127.0.0.1:7474/browser/", True),
        ("neo4j+s://db.example.org", "http://db.example.org:7474/browser/", False),
        ("bolt://[::1]:7687", "http://[::1]:7474/browser/", True),
    ],
)
def test_the_usual_address_of_neo4j_browser(store: str, browser: str, local: bool) -> None:
    assert (browser_of(store), is_local(store)) == (browser, local)


def test_text_of_memories_is_text_in_the_guide() -> None:
    hostile = "</pre><script>alert(1)</script>"
    page = guide(saved(), {"user": hostile, "entity": hostile}, "http://localhost:1/graphmem.grass", hostile)
    assert "<script" not in page
    assert "&lt;/pre&gt;&lt;script&gt;" in page


def test_a_page_without_values_says_what_it_lacks() -> None:
    page = guide(saved(), {}, "http://localhost:1/graphmem.grass", "Nothing yet.")
    assert "This page needs the memory&#x27;s id, which the store does not have yet." in page
