"""Without a model: what agents and other memories write about the user and about people, in the third person."""

from __future__ import annotations

import pytest

from tests.remember.test_offline_extractor import said, texts

# What is written, and what is stored.
READ = [
    ("The user is allergic to nuts.", "Is allergic to nuts"),
    ("User lives in Rome", "Lives in Rome"),
    ("User's favorite color is green.", "Favorite color is green"),
    ("The user's wife is called Maria.", "Wife is called Maria"),
    ("The user has two dogs named Rex and Bella.", "Has two dogs named Rex and Bella"),
    ("User works as a nurse at Mercy Hospital.", "Works as a nurse at Mercy Hospital"),
    ("The user is planning a trip to Japan in May.", "Is planning a trip to Japan in May"),
    ("User is vegetarian.", "Is vegetarian"),
    ("The user dislikes cilantro.", "Dislikes cilantro"),
    ("User doesn't eat pork.", "Doesn't eat pork"),
    ("The customer ordered a blue kettle on May 3.", "Ordered a blue kettle on May 3"),
    ("User wants to run a marathon in 2025.", "Wants to run a marathon in 2025"),
    ("The user's birthday is June 5.", "Birthday is June 5"),
    ("User has been a member of the chess club since 2019.", "Has been a member of the chess club since 2019"),
    ("User speaks French and German", "Speaks French and German"),
    ("The user prefers short answers.", "Prefers short answers"),
    (
        "User cannot drink milk because they are lactose intolerant.",
        "Cannot drink milk because they are lactose intolerant",
    ),
    ("User was born in Madrid.", "Was born in Madrid"),
    ("The user usually watches birds with their sister.", "Usually watches birds with their sister"),
    ("The user no longer works at Siemens.", "No longer works at Siemens"),
    # Of nobody who is named, as other memories keep facts.
    ("Prefers window seats", "Prefers window seats"),
    ("Likes hiking and photography.", "Likes hiking and photography"),
    ("Name is Alex", "Name is Alex"),
    ("Has a cat named Milo", "Has a cat named Milo"),
    ("Is a software engineer", "Is a software engineer"),
    ("Favourite movies are Inception and Interstellar", "Favourite movies are Inception and Interstellar"),
    ("Allergic to penicillin", "Is allergic to penicillin"),
    # People by their names.
    ("Alex prefers tea.", "Alex prefers tea"),
    ("Alex moved from Boston to Lisbon in March 2024.", "Alex moved from Boston to Lisbon in March 2024"),
    ("Sarah's daughter Lily plays the cello.", "Sarah's daughter Lily plays the cello"),
    ("Priya's manager is Tom.", "Priya's manager is Tom"),
    ("Jonas owns a bakery in Leeds.", "Jonas owns a bakery in Leeds"),
    ("Alex Johnson is a software engineer at Stripe.", "Alex Johnson is a software engineer at Stripe"),
    ("Maria is Alex's sister.", "Maria is Alex's sister"),
]
# Known to be lost: nobody is named, or the parser takes the name for something else.
LOST = ["He drives a Tesla.", "She is learning Portuguese.", "User: likes jazz"]
NOT_OF_A_LIFE = [
    "User asked for a shorter version of the email.",
    "The user is trying to fix a bug in their React app.",
    "The user said thanks.",
    "User wants me to translate this.",
    "Works now.",
    "Has no effect.",
    "Is it possible to sort by date?",
    "Doesn't compile.",
    "Plays no role here.",
    "Users can log in with a password.",
    "The user interface is blue.",
    "Pandas drops rows.",
    "Docker restarts the container.",
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_what_is_written_about_somebody_is_read(text: str, expected: str) -> None:
    assert texts(said(text)) == [expected]


@pytest.mark.parametrize("text", [*LOST, *NOT_OF_A_LIFE])
def test_requests_and_programs_are_no_facts(text: str) -> None:
    assert texts(said(text)) == []


def test_enough_is_read() -> None:
    assert len(READ) >= 30


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("User lives in Rome", ("user", "lives_in", "Rome")),
        ("The user's wife is called Maria.", ("user", "married_to", "Maria")),
        ("Sarah's daughter Lily plays the cello.", ("Lily", "plays", "cello")),
        ("Priya's manager is Tom.", ("Tom", "boss_of", "Priya")),
        ("Prefers window seats", ("user", "prefers", "window seats")),
    ],
)
def test_it_makes_relations(text: str, relation: tuple[str, str, str]) -> None:
    assert relation in {
        (each.source, each.predicate, each.target) for fact in said(text).facts for each in fact.relations
    }


def test_what_somebody_elses_relative_does_is_not_theirs() -> None:
    assert {each.source for fact in said("Anna's sister lives in Oslo.").facts for each in fact.relations} == set()


def test_a_speaker_with_a_name_is_the_user() -> None:
    assert texts(said("The user likes tea.", name="Jon")) == ["Jon likes tea"]
