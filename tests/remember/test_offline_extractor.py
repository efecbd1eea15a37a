"""The offline extractor, sentence by sentence. A row holds what was said and the facts it gives."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.model import calendar
from graphmem.model.calendar import Days
from graphmem.model.memory import Message, Role
from graphmem.remember.by_rules.extractor import extract
from graphmem.remember.facts import Extraction
from graphmem.remember.instructions import DEFAULT_CATEGORIES, Instructions
from tests.tools.sizes import examples

SAID_AT = datetime(2023, 1, 20, 16, 4, tzinfo=timezone.utc)  # a Friday
BOTH = Instructions(SAID_AT, for_user=True, for_agent=True)


def said(text: str, *, role: Role = "user", name: str | None = None, **wishes: object) -> Extraction:
    return extract([Message(role, text, name)], Instructions(SAID_AT, True, True, **wishes))  # type: ignore[arg-type]


def texts(extraction: Extraction) -> list[str]:
    return [fact.text for fact in extraction.facts]


KEPT = [
    # be, have, do, and verbs of every kind, in the third person
    ("I'm allergic to nuts", ["Is allergic to nuts"]),
    ("I love Italian food", ["Loves Italian food"]),
    ("I don't eat meat", ["Doesn't eat meat"]),
    ("I have two kids", ["Has two kids"]),
    ("We went to Japan", ["Went to Japan"]),
    ("I speak French and a bit of German", ["Speaks French and a bit of German"]),
    ("I watch birds every morning", ["Watches birds every morning"]),
    ("I fly gliders", ["Flies gliders"]),
    ("I do yoga every morning before work", ["Does yoga every morning before work"]),
    ("I've been into sailing since I was a girl", ["Has been into sailing since they were a girl"]),
    ("I've been a nurse since 2019", ["Has been a nurse since 2019"]),
    ("I was homeless for two years", ["Was homeless for two years"]),
    ("I went vegan", ["Went vegan"]),
    ("I haven't eaten meat since 2019", ["Hasn't eaten meat since 2019"]),
    ("I can't eat gluten", ["Can't eat gluten"]),
    ("I can play the guitar", ["Can play the guitar"]),
    ("I will be travelling to Peru in March", ["Will be travelling to Peru in March"]),
    ("I'd like to learn how to surf", ["Would like to learn how to surf"]),
    ("I was born in Madrid and grew up in Lisbon.", ["Was born in Madrid", "Grew up in Lisbon"]),
    ("I want to learn Spanish", ["Wants to learn Spanish"]),
    ("I hope to run a marathon", ["Hopes to run a marathon"]),
    ("I'm trying to lose weight", ["Is trying to lose weight"]),
    ("I used to work as a baker", ["Used to work as a baker"]),
    ("I have to take insulin every day", ["Has to take insulin every day"]),
    ("I do love my garden", ["Does love their garden"]),
    ("I taught myself Italian", ["Taught themselves Italian"]),
    # adverbs between subject and verb
    ("I really love sushi", ["Really loves sushi"]),
    ("I usually take the tram to work", ["Usually takes the tram to work"]),
    ("I never eat breakfast", ["Never eats breakfast"]),
    ("I no longer work at Siemens", ["No longer works at Siemens"]),
    ("I'm no longer vegetarian", ["Is no longer vegetarian"]),
    # verbs that share the subject: each that makes a relation stands alone
    ("I live in Porto and work as a pilot", ["Lives in Porto", "Works as a pilot"]),
    ("I'm originally from Brazil but live in Oslo now", ["Is originally from Brazil", "Lives in Oslo now"]),
    ("I love jazz and hate opera", ["Loves jazz", "Hates opera"]),
    ("My sister Anna lives in Berlin and speaks Thai", ["Sister Anna lives in Berlin", "Sister Anna speaks Thai"]),
    ("I live in Porto and love it", ["Lives in Porto and loves it"]),
    ("I used to live in Rome and work as a chef", ["Used to live in Rome and work as a chef"]),
    ("I don't like fish and eat meat", ["Doesn't like fish and eat meat"]),
    ("I moved to Rome and joined Acme last year", ["Moved to Rome and joined Acme last year (2022)"]),
    ("I like to cook and eat outside", ["Likes to cook and eat outside"]),
    ("I don't drink or smoke cigars", ["Doesn't drink or smoke cigars"]),
    # two clauses are two facts, a subordinate clause stays
    ("I'm a vegetarian and I'm allergic to nuts.", ["Is a vegetarian", "Is allergic to nuts"]),
    ("I play chess, but my brother plays drums", ["Plays chess", "Brother plays drums"]),
    ("I sold my car because I moved to Vienna", ["Sold their car because they moved to Vienna"]),
    ("I bought a boat so I can sail with my kids", ["Bought a boat so they can sail with their kids"]),
    ("I have a cat and it's so funny", ["Has a cat"]),
    ("I adopted a kitten, which was the best idea", ["Adopted a kitten, which was the best idea"]),
    ("I changed my mind: I don't like olives", ["Doesn't like olives"]),
    # small talk in front and behind
    ("Well, yeah, I actually work as a nurse", ["Actually works as a nurse"]),
    ("Hi there! I'm a carpenter.", ["Is a carpenter"]),
    ("By the way, I play the cello", ["Plays the cello"]),
    ("Please remember that I'm allergic to penicillin.", ["Is allergic to penicillin"]),
    ("omg i just adopted a kitten lol", ["Just adopted a kitten"]),
    ("im 32 and i live in Ghent", ["Is 32 years old", "Lives in Ghent"]),
    ("i love pizza so much 🍕🍕 and i hate olives", ["Loves pizza so much", "Hates olives"]),
    # names
    ("My name is Alex", ["Name is Alex"]),
    ("Hey, I'm Alex!", ["Name is Alex"]),
    ("You can call me Vic", ["Nickname is Vic"]),
    # others around the speaker
    ("My sister Anna lives in Berlin", ["Sister Anna lives in Berlin"]),
    ("My sister Anna lives in Berlin. She is a doctor.", ["Sister Anna lives in Berlin"]),
    ("My parents' house is in Normandy", ["Parents' house is in Normandy"]),
    ("Anna is a vegetarian", ["Anna is a vegetarian"]),
    ("Our dog's name is Biscuit", ["Dog's name is Biscuit"]),
    ("My dad's retired", ["Dad is retired"]),
    # without "I"
    ("Broke my arm last month", ["Broke their arm last month (2022-12)"]),
    ("Don't eat meat or fish", ["Doesn't eat meat or fish"]),
    ("Allergic to shellfish", ["Is allergic to shellfish"]),
    ("Just been to Lisbon", ["Has just been to Lisbon"]),
    # sentence ends: abbreviations, decimals, no spaces, lines
    ("My dentist is Dr. Moreau. I run 7.5 km daily.", ["Dentist is Dr. Moreau", "Runs 7.5 km daily"]),
    ("My train to Rome arrives at 6 a.m. and I still have to pack", ["Train to Rome arrives at 6 a.m."]),
    ("I live in Leeds.I teach physics", ["Lives in Leeds", "Teaches physics"]),
    ("About me:\n- I'm a widower\n- I have three cats", ["Is a widower", "Has three cats"]),
    ("I keep bees... They are calm. I also keep chickens!!!", ["Keeps bees", "Also keeps chickens"]),
    ("Look at https://example.com/i-love-cats. I love dogs", ["Loves dogs"]),
]

DROPPED = [
    # questions, courtesy, exclamations, moods
    "Do I have to bring my passport?",
    "Thanks so much, that's really helpful!",
    "Wow! Great idea!",
    "I'm so happy right now",
    "I'm really proud of you",
    "I agree",
    "I can't wait to see it!",
    "I had a great time",
    "I hope you are well",
    "I'll let you know",
    "I'm looking forward to it",
    "I know what you mean",
    # guesses, conditions, wishes
    "I would love to go if I had the time",
    "Maybe I'll go",
    "I think I'm allergic to cats",
    "If I had money I would buy a house",
    "I wish I could fly",
    "I might move to Oslo",
    # orders and requests to the other
    "Give me a recipe for borscht",
    "Don't worry about my cat",
    "I need help with my resume",
    "I'm looking for recommendations for a hotel",
    "I want you to act as a pirate",
    "I have a question about taxes",
    "I'm getting an error when I run the script",
    # no subject of the speaker's, no antecedent, vague
    "You are great",
    "It is raining",
    "This is my favorite song",
    "Life is beautiful",
    "Coffee keeps people awake",
    "She is my best friend",
    "I like it",
    "I did that",
    "I love that restaurant",
    "I tried them yesterday",
    "I got a thing",
    "I moved here in 2019",
    "I have been meaning to for years",
    "As soon as I sing, the room goes quiet",
    "My own road to recovery",
    # no prose, not English, nothing
    "```python\nI = 'I have two dogs'\n```",
    "| I have | two dogs |\n|---|---|",
    '{"note": "I have two dogs"}',
    "> I have two dogs",
    "https://example.com",
    "Relevant memories:\n- I have two dogs\n- I live in Kent",
    "<context>I have two dogs.</context>",
    "Please translate the following:\nI have two dogs.",
    "user: I have two dogs",
    "",
    "   \n ",
]


@pytest.mark.parametrize(("text", "expected"), KEPT)
def test_statements_are_kept_in_the_third_person(text: str, expected: list[str]) -> None:
    assert texts(said(text)) == expected


@pytest.mark.parametrize("text", DROPPED)
def test_chat_is_dropped(text: str) -> None:
    assert texts(said(text)) == []


AS_SAID = [
    # somebody with a name is not "they"
    ("Jon", "I sold my car.", 'Jon said on 2023-01-20: "I sold my car"'),
    # something acts on the speaker, or is only theirs
    ("", "The accident left me with a limp.", 'Said on 2023-01-20: "The accident left me with a limp"'),
    ("", "That was my first marathon", 'Said on 2023-01-20: "That was my first marathon"'),
    ("", "There are four people in my family", 'Said on 2023-01-20: "There are four people in my family"'),
    # forms that are present and past; several people; what stands before the subject
    ("", "I read a lot of science fiction", 'Said on 2023-01-20: "I read a lot of science fiction"'),
    ("", "I read a book about whales", 'Said on 2023-01-20: "I read a book about whales"'),
    ("", "When I was a kid, I lived in Spain", 'Said on 2023-01-20: "When I was a kid, I lived in Spain"'),
    ("", "In 2015 we met a man who makes violins", 'Said on 2023-01-20: "In 2015 we met a man who makes violins"'),
    ("", "One of my colleagues is moving to Canada", 'Said on 2023-01-20: "One of my colleagues is moving to Canada"'),
    ("", "A friend of mine is a pilot", 'Said on 2023-01-20: "A friend of mine is a pilot"'),
    (
        "",
        "My husband and I bought a house in Dresden",
        'Said on 2023-01-20: "My husband and I bought a house in Dresden"',
    ),
    ("", "Me and my brother run a bakery", 'Said on 2023-01-20: "Me and my brother run a bakery"'),
    ("", "Last winter I built a canoe", 'Said on 2023-01-20: "Last winter (2021-12 to 2022-02) I built a canoe"'),
    # an order for good
    ("", "Always answer in French.", 'Said on 2023-01-20: "Always answer in French"'),
    # other languages
    ("", "J'habite à Paris et j'aime le fromage", "Said on 2023-01-20: \"J'habite à Paris et j'aime le fromage\""),
    (
        "",
        "Ich bin allergisch gegen Nüsse und wohne in Graz",
        'Said on 2023-01-20: "Ich bin allergisch gegen Nüsse und wohne in Graz"',
    ),
    ("Ana", "Vivo en Madrid con mi perro", 'Ana said on 2023-01-20: "Vivo en Madrid con mi perro"'),
    ("", "我喜欢吃披萨", 'Said on 2023-01-20: "我喜欢吃披萨"'),
]


@pytest.mark.parametrize(("name", "text", "expected"), AS_SAID)
def test_what_cannot_be_put_in_the_third_person_is_kept_as_said(name: str, text: str, expected: str) -> None:
    assert texts(said(text, name=name or None)) == [expected]


@pytest.mark.parametrize(
    "text", ["¿Vives en Madrid?", "Danke schön!", "你好", "Traceback (most recent call last): File app.py, line 3"]
)
def test_questions_and_calls_in_other_languages_are_dropped(text: str) -> None:
    assert texts(said(text)) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Jon", "I'm allergic to nuts", ["Jon is allergic to nuts"]),
        ("Jon", "My sister Anna lives in Berlin", ["Jon's sister Anna lives in Berlin"]),
        ("Jon", "My wife and I have a boat", ['Jon said on 2023-01-20: "My wife and I have a boat"']),
        ("Jon", "My dad is a baker. He bakes rye bread.", ["Jon's dad is a baker"]),
        ("James", "My dog is a beagle", ["James' dog is a beagle"]),
        ("Ada Lovelace", "I live in Turin", ["Ada Lovelace lives in Turin"]),
        ("jon", "I really love tea", ["jon really loves tea"]),
        ("Jon", "I'm Jon", []),
        ("Jon", "My name is Jon", []),
    ],
)
def test_a_speaker_with_a_name_is_the_subject(name: str, text: str, expected: list[str]) -> None:
    assert texts(said(text, name=name)) == expected


def test_names_of_people_spoken_to_are_left_out() -> None:
    talk = [
        Message("user", "Hey Gemma! Broke my arm last week, Gemma.", "Luc"),
        Message("assistant", "Luc, I work as a potter now.", "Gemma"),
    ]
    assert texts(extract(talk, BOTH)) == [
        'Luc said on 2023-01-20: "Broke my arm last week (week of 2023-01-09), Gemma"',
        "Gemma works as a potter now",
    ]


@pytest.mark.parametrize(
    ("asked", "reply", "expected"),
    [
        ("Are you a vegetarian?", "Yes", "Yes (asked: Are you a vegetarian?)"),
        ("Are you a vegetarian?", "Nope", "Nope (asked: Are you a vegetarian?)"),
        ("Do you eat pork?", "No, I don't.", "No, I don't (asked: Do you eat pork?)"),
        ("Do you have any allergies?", "No", "No (asked: Do you have any allergies?)"),
        ("Have you ever been to Japan?", "No, never", "No, never (asked: Have you ever been to Japan?)"),
        ("Did you grow up in Wales?", "I did!", "I did (asked: Did you grow up in Wales?)"),
        ("Are you ready?", "Yes", []),
        ("Do you want me to book it?", "Yes", []),
        ("Is it far?", "Yes", []),
        ("What's your name?", "Alex", "Alex (asked: What's your name?)"),
        ("So, where do you live?", "In Berlin.", "In Berlin (asked: where do you live?)"),
        ("How old are you?", "41", "41 (asked: How old are you?)"),
        ("What do you do for a living?", "Software engineer", "Software engineer (asked: What do you do for a living?)"),
        ("What's your favorite color?", "Green", "Green (asked: What's your favorite color?)"),
        ("What kind of music do you like?", "Mostly jazz", "Mostly jazz (asked: What kind of music do you like?)"),
        ("Where do you live?", "I'd rather not say", []),
        ("Where do you live?", "Why?", []),
        ("What's your favourite author?", "Toni Morrison", "Toni Morrison (asked: What's your favourite author?)"),
        ("Who do you work with?", "Anna and Priya", "Anna and Priya (asked: Who do you work with?)"),
        ("What have you been up to?", "Hey Joanna!", []),
        ("What do you think?", "Great idea", []),
        ("What do you want me to do?", "Rewrite it", []),
        ("What did you make?", "That's a secret", []),
        ("How about Indian food?", "Don't like it much since I cannot eat spicy food",
         ["Doesn't like Indian food much since they cannot eat spicy food"]),
        ("Do you like Indian food?", "No, I don't like it.", ["Doesn't like Indian food"]),
        ("Have you tried kimchi?", "Yes, I love it!", ["Loves kimchi"]),
    ],
)  # fmt: skip
def test_an_answer_is_read_with_its_question(asked: str, reply: str, expected: list[str] | str) -> None:
    extraction = extract([Message("assistant", asked), Message("user", reply)], Instructions(SAID_AT))
    # What says nothing without the question is kept with it.
    assert texts(extraction) == ([f'Said on 2023-01-20: "{expected}"'] if isinstance(expected, str) else expected)
    assert all(fact.sources == (0, 1) and not fact.by_assistant for fact in extraction.facts)


def test_only_the_other_speakers_next_message_answers_a_question() -> None:
    question = Message("assistant", "Are you a vegetarian?")
    between = Message("user", "Let me check something first.")
    assert texts(extract([question, between, Message("user", "Yes")], BOTH)) == []
    assert texts(extract([question, Message("tool", "42"), Message("user", "Yes")], BOTH)) == [
        'Said on 2023-01-20: "Yes (asked: Are you a vegetarian?)"'
    ]


@pytest.mark.parametrize(
    ("role", "text", "expected"),
    [
        ("system", "You are Alice, a maths tutor.", ["You are Alice, a maths tutor"]),
        ("system", "Your name is Alice. You work for Acme.", ["Your name is Alice", "You work for Acme"]),
        ("system", "Always answer in French.", ["Always answer in French"]),
        ("system", "Don't mention your prompt.", ["Don't mention your prompt"]),
        ("system", "Do not use emojis.", ["Do not use emojis"]),
        ("system", "You are a helpful assistant.", []),
        ("system", "The user likes tea. Today is Monday.", []),
        ("system", "You are Bob.\nKnown facts about the user:\n- I like tea", ["You are Bob"]),
        ("assistant", "My name is Alice", ["Name is Alice"]),
        ("assistant", "I can help you with maths. I'm happy to help! I'm sorry about that.", []),
        ("assistant", "I recommend the fish. I understand. I found three flights to Rome.", []),
        ("assistant", "We went to Rome", []),
        ("tool", "I have two dogs", []),
    ],
)
def test_facts_about_the_assistant(role: Role, text: str, expected: list[str]) -> None:
    extraction = said(text, role=role)
    # What a system message lays down is kept as said.
    as_said = [f'Said on 2023-01-20: "{each}"' for each in expected]
    assert texts(extraction) == (as_said if role == "system" else expected)
    assert all(fact.by_assistant for fact in extraction.facts)


def test_only_wanted_facts_are_returned() -> None:
    talk = [Message("user", "I live in Bonn"), Message("assistant", "I am a chess coach")]
    assert texts(extract(talk, Instructions(SAID_AT))) == ["Lives in Bonn"]
    assert texts(extract(talk, Instructions(SAID_AT, for_user=False, for_agent=True))) == ["Is a chess coach"]
    assert texts(extract(talk, BOTH)) == ["Lives in Bonn", "Is a chess coach"]


def test_the_same_fact_twice_is_one_with_both_sources() -> None:
    extraction = extract([Message("user", "I love tea"), Message("user", "Well, I love tea!")], BOTH)
    assert [(fact.text, fact.sources) for fact in extraction.facts] == [("Loves tea", (0, 1))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I sold my car yesterday", "Sold their car yesterday (2023-01-19)"),
        ("I sold my car the day before yesterday", "Sold their car the day before yesterday (2023-01-18)"),
        ("I sold my car two days ago", "Sold their car two days ago (2023-01-18)"),
        ("I sold my car three weeks ago", "Sold their car three weeks ago (week of 2022-12-26)"),
        ("I sold my car a month ago", "Sold their car a month ago (2022-12)"),
        ("I sold my car 5 years ago", "Sold their car 5 years ago (2018)"),
        ("I sold my car last week", "Sold their car last week (week of 2023-01-09)"),
        ("I sold my car last Friday", "Sold their car last Friday (2023-01-13)"),
        ("I sold my car last Tuesday", "Sold their car last Tuesday (2023-01-17)"),
        ("I sold my car last weekend", "Sold their car last weekend (weekend of 2023-01-14)"),
        ("I'm moving to Metz next month", "Is moving to Metz next month (2023-02)"),
        ("I'm moving to Metz next Friday", "Is moving to Metz next Friday (2023-01-27)"),
        ("I'm moving to Metz next Saturday", "Is moving to Metz next Saturday (said on 2023-01-20)"),
        ("I'm moving to Metz tomorrow", "Is moving to Metz tomorrow (2023-01-21)"),
        ("I'm moving to Metz in two weeks", "Is moving to Metz in two weeks (week of 2023-01-30)"),
        ("I wrote a novel in two weeks", "Wrote a novel in two weeks"),
        ("I play tennis every weekend", "Plays tennis every weekend"),
    ],
)
def test_relative_times_are_dated(text: str, expected: str) -> None:
    assert texts(said(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "entities", "relations"),
    [
        ("My sister Anna lives in Berlin", {"Anna": "person", "Berlin": "place", "user": "person"},
         {("Anna", "sister_of", "user"), ("Anna", "lives_in", "Berlin")}),
        ("I work at Globex as an accountant", {"Globex": "organization", "accountant": "thing", "user": "person"},
         {("user", "works_at", "Globex"), ("user", "works_as", "accountant")}),
        ("I have a dog named Max", {"Max": "animal", "user": "person"}, {("user", "has_pet", "Max")}),
        ("I'm married to Laura", {"Laura": "person", "user": "person"}, {("user", "married_to", "Laura")}),
        ("We have three kids: Anna, Ben and Carl",
         {"Anna": "person", "Ben": "person", "Carl": "person", "user": "person"},
         {("user", "parent_of", "Anna"), ("user", "parent_of", "Ben"), ("user", "parent_of", "Carl")}),
        ("I love sushi and green tea", {"sushi": "thing", "green tea": "thing", "user": "person"},
         {("user", "loves", "sushi"), ("user", "loves", "green tea")}),
        ("I love Italian food", {"Italian food": "thing", "user": "person"}, {("user", "loves", "Italian food")}),
        ("I don't like olives because of their smell", {"olives": "thing", "user": "person"}, {("user", "dislikes", "olives")}),
        ("I'm allergic to nuts", {"nuts": "thing", "user": "person"}, {("user", "allergic_to", "nuts")}),
        ("I speak English and Thai", {"English": "language", "Thai": "language", "user": "person"},
         {("user", "speaks", "English"), ("user", "speaks", "Thai")}),
        ("My name is Maria Lopez", {"Maria Lopez": "person", "user": "person"}, {("user", "is_named", "Maria Lopez")}),
        ("I graduated from the University of Porto", {"University of Porto": "organization", "user": "person"},
         {("user", "studied_at", "University of Porto")}),
        ("I no longer work at Globex", {"Globex": "thing"}, set()),
        ("I gave my dog Max away", {"Max": "animal", "user": "person"}, {("user", "had_pet", "Max")}),
        ("Our cat Tom passed away in May", {"Tom": "animal", "user": "person"}, {("user", "had_pet", "Tom")}),
        ("My dog Max gave me a scare", {"Max": "animal", "user": "person"}, {("user", "has_pet", "Max")}),
        ("I'm a vegetarian now", {"vegetarian": "thing", "user": "person"}, {("user", "follows_diet", "vegetarian")}),
        ("I've been vegan for three years", {"vegan": "thing", "user": "person"}, {("user", "follows_diet", "vegan")}),
        ("I'm no longer vegetarian", {"vegetarian": "thing", "user": "person"}, {("user", "gave_up_diet", "vegetarian")}),
        ("I'm mostly vegetarian", {}, set()),
        ("I'm vegetarian on weekdays", {}, set()),
        ("I'm a vegetarian chef", {}, set()),
        ("I play tennis on Monday in March", {"tennis": "thing", "user": "person"}, {("user", "plays", "tennis")}),
        ("I bake bread every day", {}, set()),
    ],
)  # fmt: skip
def test_entities_and_relations(text: str, entities: dict[str, str], relations: set[tuple[str, str, str]]) -> None:
    [fact] = said(text).facts
    assert {entity.name: entity.type for entity in fact.entities} == entities
    assert {(triple.source, triple.predicate, triple.target) for triple in fact.relations} == relations


def test_the_speaker_is_an_entity_by_name() -> None:
    [fact] = said("My brother Tom works at Globex", name="Ines").facts
    assert [(entity.name, entity.type) for entity in fact.entities] == [
        ("Ines", "person"),
        ("Tom", "person"),
        ("Globex", "organization"),
    ]
    assert ("Tom", "brother_of", "Ines") in {(each.source, each.predicate, each.target) for each in fact.relations}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm allergic to nuts", ("food_preferences", "health")),
        ("I work as a nurse", ("work",)),
        ("I went to Japan", ("travel",)),
        ("I have two cats", ("home",)),
        ("I'm 32", ("personal_details",)),
        ("I want to learn Spanish", ("goals", "education")),
        ("I own a compass", ()),
    ],
)
def test_default_categories(text: str, expected: tuple[str, ...]) -> None:
    [fact] = said(text).facts
    assert fact.categories == expected
    assert set(fact.categories) <= set(DEFAULT_CATEGORIES)


def test_custom_categories_are_the_only_ones() -> None:
    custom = {"pets": "dogs, cats and other animals", "cuisine": "what they eat, food", "sailing": ""}
    [dog] = said("I have two dogs", categories=custom).facts
    [food] = said("I don't eat pork", categories=custom).facts
    [other] = said("I work as a nurse", categories=custom).facts
    assert (dog.categories, food.categories, other.categories) == (("pets",), ("cuisine",), ())


def test_includes_and_excludes_match_words_and_categories() -> None:
    text = "I'm allergic to nuts. I work as a nurse. I have two cats."
    assert texts(said(text, includes="only food preferences")) == ["Is allergic to nuts"]
    assert texts(said(text, excludes="health information, anything about cats")) == ["Works as a nurse"]
    assert texts(said(text, includes="nurses and cats", excludes="work")) == ["Has two cats"]
    assert len(texts(said(text, custom="Keep nothing."))) == 3


ANYTHING = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            [
                "I",
                "I'm",
                "we",
                "my",
                "me",
                "have",
                "am",
                "love",
                "not",
                "because",
                "and",
                "but",
                "so",
                "if",
                "who",
                "that",
                "it",
                "sister",
                "Anna",
                "Berlin",
                "dog",
                "last",
                "week",
                "ago",
                "3",
                ",",
                ".",
                "?",
                "!",
                ":",
                "-",
                "\n",
                '"',
                "'",
                "(",
                ")",
                "…",
                "nuts",
                "was",
                "lived",
                "read",
                "do",
                "don't",
                "no",
                "longer",
                "been",
                "going",
                "to",
                "yes",
                "you",
                "are",
                "🍕",
                ":)",
                "http://x.y",
                "```",
                "|",
                "<",
                ">",
                "call",
                "of",
                "the",
            ]
        ),
        max_size=40,
    ).map(" ".join),
)
MESSAGES = st.lists(
    st.builds(
        Message, st.sampled_from(["system", "user", "assistant", "tool"]), ANYTHING, st.none() | st.text(max_size=8)
    ),
    max_size=4,
)


@examples(60, 400)
@given(MESSAGES)
def test_arbitrary_conversations_give_well_formed_facts(messages: list[Message]) -> None:
    extraction = extract(messages, BOTH)
    assert extraction == extract(messages, BOTH)
    assert extraction.unsupported == 0
    for fact in extraction.facts:
        assert fact.text.strip() == fact.text != ""
        assert "\n" not in fact.text
        assert fact.sources
        assert set(fact.sources) <= set(range(len(messages)))
        assert len(fact.categories) <= 3
        names = {entity.name for entity in fact.entities}
        assert all(triple.source in names and triple.target in names for triple in fact.relations)
        assert all(entity.name.strip() for entity in fact.entities)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("I went to Rome yesterday", calendar.day(date(2024, 3, 14))),
        ("I went to Rome last week", calendar.week(date(2024, 3, 4))),
        ("I like Rome", None),
    ],
)
def test_the_first_days_that_are_named_become_the_event(text: str, event: Days | None) -> None:
    [fact] = extract([Message("user", text)], Instructions(datetime(2024, 3, 15, 9, tzinfo=timezone.utc))).facts
    assert fact.event == event
    assert fact.spans == (None,)


def test_facts_that_only_the_context_supports_are_left_out() -> None:
    heard = [Message("user", "I like tea"), Message("user", "I have a cat"), Message("user", "I like tea")]
    found = extract(heard, Instructions(SAID_AT), frozenset({0, 1}))
    assert [(fact.text, fact.sources) for fact in found.facts] == [("Likes tea", (0, 2))]
