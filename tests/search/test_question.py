"""What a question says about the answer besides its words: whose words it asks for, and about whom."""

from __future__ import annotations

import pytest

from graphmem.search.question import asks_for_anything, person_meant, role_meant


@pytest.mark.parametrize(
    "query",
    [
        "What did you recommend for dinner?",
        "Which walks had you told us to leave out?",
        "What have you written about Porto?",
        "Were you sure about the date?",
        "Which book was it that you said I should read?",
        "The recipe you just gave me",
        "You already mentioned a hotel, which one?",
        "the hotel you promised to find",
        "what you've suggested",
        "what you’d told me",
        "What you had explained before the break",
        "the things you listed",
        "the shelves you offered",
        "What was your advice on my knee?",
        "your last suggestion, and your reply before it",
        # What follows the polite opening counts.
        "Could you tell me what you recommended?",
        "Please, can you repeat your answer?",
    ],
)
def test_the_assistants_words_are_asked_for(query: str) -> None:
    assert role_meant(query) == "assistant"


@pytest.mark.parametrize(
    "query",
    [
        "When does my flight leave?",
        "Where do I live?",
        "What makes me ill?",
        "Which of these books is mine?",
        "MY KEYS",
        "What did I promise myself?",
        "Could you tell me where my keys are?",
        "Please, would you look up what I ate?",
        "Who told me about Porto?",
        "What would you buy for my sister?",
    ],
)
def test_the_users_words_are_asked_for(query: str) -> None:
    assert role_meant(query) == "user"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "Where does Anna live?",
        "What would you recommend for dinner?",
        "Can you find the address of the hotel?",
        # These ask politely, and not about me.
        "Could you tell me where Anna lives?",
        "Please, can you please remind me what Anna does?",
        "Tell me the time of the flight",
        "Your flight leaves at noon",
        "Who suggested Porto?",
        # "I" and "me" only as words of their own.
        "Mi casa, Ohio, Hawaii: what is the mean income?",
    ],
)
def test_anybodys_words_are_asked_for(query: str) -> None:
    assert role_meant(query) is None


PEOPLE = (
    "maria rossi", "ben", "james", "élodie", "ben li", "clara", "clara's sister", "clara’s work friends", "canadian woman",
    "someone clara admires", "friends of clara",
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "person"),
    [
        ("Where does Maria live?", "maria rossi"),
        ("ROSSI's dog", "maria rossi"),
        ("Maria Rossi", "maria rossi"),
        ("What is Maria’s job?", "maria rossi"),
        ("Is that James' hat?", "james"),
        ("Is that James's hat?", "james"),
        ("Where is Élodie?", "élodie"),
        ("What did Li say?", "ben li"),
        ("Where does Anna live?", None),
        ("Where do Maria and James live?", None),
        # Two people have the name.
        ("Where does Ben live?", None),
        # Who is only described by another's name is not meant by it.
        ("Where does Clara live?", "clara"),
        ("where does clara live", "clara"),
        ("Where does Clara's sister live?", "clara's sister"),
        ("Which sister does Clara live with?", "clara"),
        # "Woman" is a word, "Rossi" is a name.
        ("Who is the woman that Clara met?", "clara"),
        ("Does Clara know Rossi?", None),
        ("Did the Canadian woman call?", "canadian woman"),
        # A name within a word is no name.
        ("the marias of Rossini", None),
        ("", None),
    ],
)
def test_the_one_person_whom_a_question_names(query: str, person: str | None) -> None:
    assert person_meant(query, PEOPLE) == person


@pytest.mark.parametrize(
    ("query", "anything"),
    [
        ("What do you know about me?", True),
        ("Who am I?", True),
        ("Tell me everything you remember about me.", True),
        ("what is stored about the user", True),
        ("Summarize what you know so far", True),
        ("Tell me about myself", True),
        # These ask for something.
        ("What do you know about Anna?", False),
        ("What do you know about my sister?", False),
        ("Do you know my name?", False),
        ("Tell me about my job", False),
        ("What did I tell you?", False),
        ("Who is she?", False),
        ("Why?", False),
        ("", False),
        ("?", False),
    ],
)
def test_some_questions_ask_for_whatever_is_known(query: str, anything: bool) -> None:
    assert asks_for_anything(query) is anything


def test_nobody_is_meant_where_nobody_is_known() -> None:
    assert person_meant("Where does Maria live?", ()) is None
