"""How texts are split into words, and which words count as the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from graphmem.model.scripts import index_form
from graphmem.model.words import indexed, stem_list, stems, term


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Cats, CATTLE and the ponies' running", ["cat", "cattl", "and", "the", "poni", "run"]),
        ("a_b e-mail x² 3.5", ["a", "b", "e", "mail", "x²", "3", "5"]),
        ("Crème brûlée in İstanbul", ["creme", "brule", "in", "istanbul"]),
        ("用户 喜欢 хотели", ["用户", "户", "喜欢", "欢", "хотели"]),
        ("Straße STRASSE", ["strass", "strass"]),
        ("It’s a day — in the café", ["it", "s", "a", "dai", "in", "the", "cafe"]),
        ("as is " + "ing" * 30, ["as", "is", "ing" * 30]),
    ],
)
def test_stems_are_those_of_the_index(text: str, found: list[str]) -> None:
    assert stems(text) == found
    assert sqlites_stems(indexed(text) or text) == list(map(index_form, found))


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("It’s fine — I \u2764\ufe0f tea \U0001f469\u200d\U0001f4bb", None),
        ("Caf\u00e9 cr\u00e8me", "cafe creme"),
        ("Cafe\u0301 cre\u0300me", "cafe creme"),
        ("\uff34\uff25\uff21", "tea"),
        ("My grand\u00admother", "my grandmother"),
        ("Zer\u2060o wid\u200cth", "zero width"),
    ],
)
def test_only_what_has_words_that_are_not_ascii_is_indexed_otherwise(text: str, held: str | None) -> None:
    assert indexed(text) == held


def sqlites_stems(text: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61 remove_diacritics 2')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
        connection.execute("INSERT INTO t VALUES (?)", (text,))
        return [row[0] for row in connection.execute("SELECT term FROM v ORDER BY offset")]


@pytest.mark.parametrize(
    ("forms", "stem"),
    [
        ("go goes going went gone", "go"),
        ("take takes taking took taken", "take"),
        ("meet meets meeting met", "meet"),
        ("read reads reading", "read"),
        ("child children", "child"),
        ("wife wives", "wife"),
        ("good better best", "good"),
        ("fly flies flew flown", "fly"),
    ],
)
def test_irregular_forms_have_the_stem_of_their_base(forms: str, stem: str) -> None:
    assert stems(forms) == [stem] * len(forms.split())


@pytest.mark.parametrize("text", ["did", "had", "was been", "lives"])
def test_forms_that_mostly_mean_something_else_keep_their_own_stem(text: str) -> None:
    """Auxiliary verbs, and a plural that is a verb more often."""
    assert {"do", "have", "be", "life"}.isdisjoint(stems(text))


def test_one_spelling_of_two_verbs_is_the_first_one() -> None:
    # "I lay down" is more frequent than "I lay a table".
    assert stems("lay") == stems("lie") == ["lie"]
    assert stems("laid") != stems("lie")


def test_a_term_begins_with_the_words_as_given() -> None:
    assert term(["gone", "going"]).forms[:2] == ("gone", "going")
    assert set(term(["gone", "going"]).forms[2:]) == {"go", "goes", "went"}
    assert term(["cats"]).forms == ("cats",)


def test_a_list_of_stems_holds_each_once_between_spaces() -> None:
    assert stem_list("Cats, a cat and mice") == " cat a and mous "
    assert stem_list("?!") == ""
