"""Texts that may hold a word are found without splitting all of them into words."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphmem.model.words import IRREGULAR_VERBS, Term, stems, term
from graphmem.search.holding import beginnings, count_words, may_hold, words_of

TEXTS = (
    "My sister Anna lives in Berlin and works as a nurse at the Charité.",
    "architecture_and_cities, in Delft; 3.5 minutes",
    "Élodie told me: café au lait, x² and e-mail",
)
ENDINGS = (
    "", "ies", "sses", "eed", "ed", "ing", "y", "e", "ational", "izer", "abli", "eli", "ousli", "ization", "biliti",
    "bility", "iviti", "ical", "ness", "ement",
)  # fmt: skip


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)) | st.sampled_from(TEXTS))
def test_words_are_counted_as_they_are_split(text: str) -> None:
    assert count_words(text) == len(stems(text))
    assert words_of(text) == stems(text)


@given(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.sampled_from(ENDINGS))
@example("ay", "ed")
@settings(max_examples=300)
def test_a_text_that_holds_a_word_may_hold_its_term(start: str, ending: str) -> None:
    word = start + ending
    # The text has one form of the word, the question its stem only.
    [stem] = stems(word)
    assert may_hold([f"The {word.upper()}!"], beginnings(Term(stem, (word,)))) == [0]


@pytest.mark.parametrize("verb", IRREGULAR_VERBS, ids=lambda verb: verb[0])
def test_every_form_of_a_verb_finds_every_other(verb: tuple[str, ...]) -> None:
    for asked in verb:
        for said in verb:
            if stems(asked) == stems(said):
                assert may_hold([f"They {said} it."], beginnings(term([asked]))) == [0]


def test_texts_are_found_by_their_indices_in_order() -> None:
    texts = ["tea", "coffee", "", "TEA and coffee", "a teapot", "steam"]
    # A beginning inside a word is found as well: "may hold" is a promise about the others only.
    assert may_hold(texts, ["coff"]) == [1, 3]
    assert may_hold(texts, ["tea"]) == [0, 3, 4, 5]
    assert may_hold(texts, ["tea", "coff"]) == [0, 1, 3, 4, 5]
    assert may_hold(texts, ["milk"]) == []
    assert may_hold([], ["tea"]) == []


def test_a_word_does_not_reach_from_one_text_into_the_next() -> None:
    assert may_hold(["te", "a"], ["tea"]) == []


def test_texts_that_are_not_ascii_may_hold_anything() -> None:
    assert may_hold(["tea", "É", "milk"], ["zebra"]) == [1]
    assert may_hold(["É", "tea", "É", "milk", "tea"], ["tea"]) == [0, 1, 2, 4]
