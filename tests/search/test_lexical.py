"""How a query is split into words and names, and the tokens that keep tenants apart."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.filters.parse import parse
from graphmem.model.memory import SCOPE_FIELDS, Entity, Scope
from graphmem.search.terms import MAX_TERMS, query_names, query_terms, without_exceptions, without_words
from graphmem.stores.scope_tokens import required_tokens, scope_token, scope_tokens


@pytest.mark.parametrize(
    ("query", "stems"),
    [
        ("", ()),
        ("?! ☃ 🙂 -- \"*\"", ()),
        ("What does Anna's sister, the SISTER of Ben, eat?", ("anna", "s", "sister", "ben", "eat")),
        ("tea TEA Tea", ("tea",)),
        # Stop words count where there is nothing else.
        ("What is it?", ("what", "is", "it")),
        ("who", ("who",)),
        ("the tea", ("tea",)),
        ("e-mail a_b 3.5 x²", ("e", "mail", "b", "3", "5", "x²")),
        ("用户 喜欢", ("用户", "喜欢")),
        ("Straße ÄRGER", ("strass", "arger")),
        ("text:tea OR scopes:us1* NEAR(x)", ("text", "tea", "scope", "us1", "near", "x")),
        # Words with one stem are one term.
        ("hiking hikes hiked", ("hike",)),
        ("Who goes, who went and who is gone?", ("go",)),
    ],
)  # fmt: skip
def test_terms_are_the_distinct_stems_without_stop_words(query: str, stems: tuple[str, ...]) -> None:
    assert tuple(term.stem for term in query_terms(query)) == stems


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        ("tea", {"tea"}),
        ("Hiking, hikes", {"hiking", "hikes"}),
        # An index that stems by rules alone would not find these from each other.
        ("went", {"went", "go", "goes", "gone"}),
        ("going", {"going"}),
        ("teaches taught", {"teaches", "taught", "teach"}),
        ("mice", {"mice", "mouse"}),
        ("better", {"better", "good", "best"}),
        ("Café CAFE", {"cafe"}),
    ],
)
def test_a_term_has_the_words_as_given_and_their_irregular_forms(query: str, forms: set[str]) -> None:
    [term] = query_terms(query)
    assert set(term.forms) == forms
    assert len(term.forms) == len(forms)


@pytest.mark.parametrize("word", ["e\u0301toile\u0301", "İstanbul", "\u03c4\u03b9\u0301\u03c0\u03bf\u03c4\u03b1"])
def test_a_word_with_marks_is_one_term(word: str) -> None:
    # Marks may be composed or dropped, but neither part the word nor take letters of it away.
    assert [[letters(form) for form in term.forms] for term in query_terms(f"Where is {word}?")] == [[letters(word)]]


def letters(word: str) -> str:
    return "".join(
        each for each in unicodedata.normalize("NFD", word.lower()) if not unicodedata.category(each).startswith("M")
    )


def test_the_first_64_terms_are_kept() -> None:
    query = " ".join(["the", *(f"word{n}" for n in range(10_000))])
    assert [term.stem for term in query_terms(query)] == [f"word{n}" for n in range(64)]
    assert MAX_TERMS == 64


@settings(deadline=None)
@given(st.text())
def test_terms_cannot_be_query_syntax(text: str) -> None:
    # Hence neither can they end a quoted string, in Lucene or in FTS5.
    for term in query_terms(text):
        for word in (term.stem, *term.forms):
            assert all(each.isalnum() or unicodedata.category(each).startswith("M") for each in word)
            assert word


@pytest.mark.parametrize(
    ("query", "unwanted", "left"),
    [
        ("Where does Maria sleep?", {"maria"}, "Where does sleep?"),
        ("Where does MARIA, sleep?", {"maria"}, "Where does sleep?"),
        ("Where do the dogs sleep?", {"dog"}, "Where do the sleep?"),
        ("Where did they go?", {"sleep"}, "Where did they go?"),
        ("Who went to sleep?", {"go"}, "Who to sleep?"),
        # What hangs together goes only as a whole.
        ("the man-eating shark", {"man"}, "the man-eating shark"),
        ("the man-eating shark", {"man", "eat"}, "the shark"),
        # Stop words and signs by themselves stay; they are no reason to embed nothing else.
        ("Maria & Ben", {"maria"}, "& Ben"),
        ("Is it Maria?", {"maria"}, "Is it Maria?"),
        ("Maria", {"maria"}, "Maria"),
        ("Maria", set(), "Maria"),
        ("", {"maria"}, ""),
    ],
)  # fmt: skip
def test_words_are_left_out_of_a_query_by_their_stems(query: str, unwanted: set[str], left: str) -> None:
    assert without_words(query, unwanted) == left


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("What are her hobbies other than fixing cars?", "What are her hobbies ?"),
        ("Besides chess and cards, what does Ana play?", "what does Ana play?"),
        ("What, apart from tea, does she drink?", "What  does she drink?"),
        ("Which cities did he see, except for Rome, Oslo and Turin?", "Which cities did he see ?"),
        ("Who lives there, besides?", "Who lives there ?"),
        # Nothing else is asked for.
        ("Besides chess?", "Besides chess?"),
        ("besides chess, what?", "besides chess, what?"),
        # A text, as it may be stored.
        ("Likes all fish except for eel", "Likes all fish except for eel"),
        ("Does she accept exceptions?", "Does she accept exceptions?"),
    ],
)
def test_what_a_question_excepts_is_not_looked_for(query: str, left: str) -> None:
    assert without_exceptions(query) == left


def test_exceptions_of_any_length_are_read_in_no_time() -> None:
    for text in (" " * 20_000, ", besides" * 2_500, ",besides x" * 2_000, " besides" * 2_500):
        assert without_exceptions(f"What{text}?") in (f"What{text}?", "What ?")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ()),
        ("what is it", ()),
        ("Anna", ("anna",)),
        ("Where does Anna live?", ("anna", "live", "does anna", "anna live", "where does anna", "does anna live", "where does anna live")),
        ("“Anna  MARIA's” dog", ("anna", "maria", "dog", "anna maria", "maria dog", "anna maria dog")),
        ("(Anna)", ("anna",)),
        ("Anna's", ("anna",)),
        ("Anna’s!", ("anna",)),
        ("Lord of the Rings", ("lord", "rings", "lord of", "the rings", "lord of the", "of the rings", "lord of the rings")),
    ],
)  # fmt: skip
def test_names_are_runs_of_up_to_four_words(query: str, names: tuple[str, ...]) -> None:
    assert query_names(query) == names


@pytest.mark.parametrize(
    "name", ["Anna", "New  York", "Straße 5", "ΑΣ", "İzmir", "the lord of rings", "a b c d", "用户"]
)
@pytest.mark.parametrize("question", ["{}", "where is {}?", "({}), please", "Is it “{}”?", "{}'s dog"])
def test_a_name_in_a_question_is_found_by_its_key(name: str, question: str) -> None:
    assert Entity(name).key in query_names(question.format(name))


def test_names_are_taken_from_the_start_of_long_queries() -> None:
    found = query_names(" ".join(f"w{n}" for n in range(10_000)))
    assert len(found) == 128 + 127 + 126 + 125
    assert found[-1] == "w124 w125 w126 w127"


def test_a_name_of_five_words_is_no_run() -> None:
    assert max(len(name.split()) for name in query_names("a1 a2 a3 a4 a5 a6")) == 4


tokens = st.builds(scope_token, st.sampled_from(SCOPE_FIELDS), st.text(min_size=1))


@settings(deadline=None)
@given(tokens)
def test_a_token_is_one_word_of_letters_and_digits(token: str) -> None:
    assert re.fullmatch(r"(us|ag|ap|ru)\d+", token)


def test_no_two_ids_share_a_token() -> None:
    ids = ("a", "A", "b", " a", "a b", "1", "' OR 1", "用户", "é", "e\u0301")
    assert len({scope_token(field, id) for field in SCOPE_FIELDS for id in ids}) == len(SCOPE_FIELDS) * len(ids)
    # What is stored today must be found tomorrow.
    assert scope_token("user_id", "alex") == "us1166771999554602015739262"


def test_a_memory_has_a_token_for_each_of_its_ids() -> None:
    scope = Scope("a", app_id="b", run_id="a")
    expected = [scope_token("user_id", "a"), scope_token("app_id", "b"), scope_token("run_id", "a")]
    assert scope_tokens(scope).split(" ") == expected
    assert scope_tokens(Scope()) == ""


def test_the_tokens_that_a_filter_requires() -> None:
    tree = parse({"user_id": "a", "run_id": {"in": ["b", "c"]}, "agent_id": {"ne": "d"}, "OR": [{"app_id": "e"}]})
    assert required_tokens(tree) == (
        (scope_token("user_id", "a"),),
        (scope_token("run_id", "b"), scope_token("run_id", "c")),
    )
    assert required_tokens(parse({})) == ()
