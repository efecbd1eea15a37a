"""Sixty sentences as people write them, and thirty pieces of what they write to an assistant: what is kept of each, and how it reads."""

from __future__ import annotations

import pytest

from tests.remember.test_offline_extractor import said, texts

# kind of sentence → what was said, and what is stored; "=" stands for the sentence as it was said.
KEPT = {
    "verbs of all kinds": [
        ("I'm lending my old camera to a colleague from accounting.", ["Is lending their old camera to a colleague from accounting"]),
        ("I've been mentoring two apprentices at the bakery since March.",
         ["Has been mentoring two apprentices at the bakery since March"]),
        ("I restored a 1964 Vespa with my uncle.", ["Restored a 1964 Vespa with their uncle"]),
        ("I moonlight as a wedding photographer.", ["Moonlights as a wedding photographer"]),
        ("I crochet blankets for the neonatal ward.", ["Crochets blankets for the neonatal ward"]),
        ("I upholstered the sofa myself.", ["Upholstered the sofa themselves"]),
        ("I'm caretaking a lighthouse in Maine until October.", ["Is caretaking a lighthouse in Maine until October"]),
        ("I foraged chanterelles with my kids on Sunday.", ["Foraged chanterelles with their kids on Sunday"]),
    ],
    "things that act on the speaker": [
        ("The move to Leeds cost me my no-claims bonus.", "="),
        ("Penicillin makes me break out in hives.", "="),
        ("The accident left me with a limp.", "="),
    ],
    "people who do something to the speaker": [
        ("My cardiologist told me to cut out salt.", "="),
        ("Our landlord raised the rent by 200 euros.", ["Landlord raised the rent by 200 euros"]),
        ("My manager Priya promoted me to team lead.", "="),
        ("Somebody stole my bike in front of the library.", "="),
        ("My grandmother taught me how to make pierogi.", "="),
        ("My boss wants me to move to the Warsaw office.", "="),
    ],
    "there is": [
        ("There are five people in my family.", "="),
        ("There's a persimmon tree in our backyard.", "="),
    ],
    "several people": [
        ("Tom and Lucy are my godchildren.", "="),
        ("My brother and his wife run a vineyard in Alsace.", ["Brother and his wife run a vineyard in Alsace"]),
        ("My wife and I adopted a greyhound.", "="),
    ],
    "appositions and relative clauses": [
        ("My neighbour, a retired pilot, teaches chess.", ["Neighbour, a retired pilot, teaches chess"]),
        ("My sister, who lives in Oslo, is a vet.", ["Sister, who lives in Oslo, is a vet"]),
        ("Rex, my old Labrador, died in April.", "="),
    ],
    "no subject": [
        ("Sold the flat in Bristol last month.", ["Sold the flat in Bristol last month (2022-12)"]),
        ("Allergic to shellfish and kiwi.", ["Is allergic to shellfish and kiwi"]),
        ("Never learned to drive.", ["Never learned to drive"]),
        ("Just got back from a conference in Porto.", ["Just got back from a conference in Porto"]),
    ],
    "cleft sentences and participles": [
        ("It was my grandfather who taught me to sail.", "="),
        ("What I really want is a job in Denmark.", "="),
        ("Having grown up on a farm, I never buy supermarket eggs.", "="),
    ],
    "corrections, and clauses that say no more": [
        ("I work at Siemens; sorry, at Bosch.", ["Works at Bosch"]),
        ("I have a daughter called Mia and she plays the cello.", ["Has a daughter called Mia"]),
        ("I bought a canoe and it is bright red.", ["Bought a canoe"]),
    ],
    "orders for good, preferences, exceptions": [
        ("Always answer me in short sentences, please.", "="),
        ("Please call me Vic.", ["Nickname is Vic"]),
        ("I'd rather fly in the morning.", ["Would rather fly in the morning"]),
        ("I would prefer a window seat.", ["Would prefer a window seat"]),
        ("I eat everything except mushrooms.", ["Eats everything except mushrooms"]),
        ("I like all vegetables but not okra.", ["Likes all vegetables but not okra"]),
    ],
    "two verbs, two states": [
        ("I cook Thai food and bake sourdough on weekends.", ["Cooks Thai food and bakes sourdough on weekends"]),
        ("I quit smoking in 2018 and started rowing.", "="),
        ("I'm a vegetarian and allergic to nuts.", ["Is a vegetarian", "Is allergic to nuts"]),
        ("I used to be a paramedic, but now I teach first aid.", "="),
    ],
    "plain": [
        ("I live in Boston.", ["Lives in Boston"]),
        ("I have moved to Rome.", ["Has moved to Rome"]),
        ("We moved to Rome in May.", ["Moved to Rome in May"]),
        ("I moved from Boston to Paris last month.", ["Moved from Boston to Paris last month (2022-12)"]),
        ("My wife is called Maria.", ["Wife is called Maria"]),
        ("My manager is Erik.", ["Manager is Erik"]),
        ("I drive a Tesla.", ["Drives a Tesla"]),
        ("I can't drink milk because I'm lactose intolerant.", ["Can't drink milk because they're lactose intolerant"]),
        ("My favourite author is Ursula Le Guin.", ["Favourite author is Ursula Le Guin"]),
        ("I turned 40 yesterday.", ["Turned 40 yesterday (2023-01-19)"]),
        ("I'm getting married to Elena in September.", ["Is getting married to Elena in September"]),
    ],
}  # fmt: skip
# The parser reads these amiss, or they say too little: nothing is stored.
LOST = [
    "Loud music gives me migraines.",
    "Training for the Berlin marathon at the moment.",
    "Being colour-blind, I can't read those charts.",
    "My flight to Lisbon leaves on Friday at six.",
]

CHAT = [
    "I clicked the save button but nothing happened.",
    "I'm getting a TypeError when I run the script.",
    "I restarted the server and the page still shows a 502.",
    "Can you help me write a cover letter?",
    "I need a regex that matches dates.",
    "I want you to summarize this article in three bullet points.",
    "I tried your suggestion and it works now, thanks!",
    '```python\ndef greet(): return "I live in Rome"\n```',
    'Traceback (most recent call last): File "app.py", line 3, in <module>',
    "I'm using pandas 2.2 and the merge drops rows.",
    "That's exactly what I was looking for.",
    "I don't understand the second step.",
    "I installed the package with pip but the import fails.",
    "Could you make it shorter?",
    "I think we should go with option two.",
    "I have a question about list comprehensions.",
    "I'm looking for a good title for my essay.",
    "Sounds good, let's do that.",
    "I copied the code into my editor and ran it.",
    "I get a timeout after 30 seconds.",
    "The function returns None instead of a list.",
    "My code doesn't compile.",
    "I hope that makes sense.",
    "I'd like a table with three columns.",
    "I was wondering if you could check my grammar.",
    "Great, I'll try that tomorrow.",
    "I pushed my branch and the build is red.",
    "My query returns duplicate rows.",
    "I already told you the answer is wrong.",
    "I'm so tired today.",
]


@pytest.mark.parametrize(("text", "expected"), [row for rows in KEPT.values() for row in rows])
def test_statements_are_kept_and_read_well(text: str, expected: list[str] | str) -> None:
    as_said = [f'Said on 2023-01-20: "{text.rstrip(".")}"']
    assert texts(said(text)) == (as_said if expected == "=" else expected)


@pytest.mark.parametrize("text", LOST)
def test_what_is_lost_is_known(text: str) -> None:
    assert texts(said(text)) == []


@pytest.mark.parametrize("text", CHAT)
def test_what_people_ask_an_assistant_for_is_dropped(text: str) -> None:
    assert texts(said(text)) == []


def test_enough_is_kept() -> None:
    kept = sum(map(len, KEPT.values()))
    assert kept + len(LOST) == 60
    assert kept >= 50
    assert len(CHAT) == 30


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("I have moved to Rome.", ("user", "moved_to", "Rome")),
        ("I've moved to Rome.", ("user", "moved_to", "Rome")),
        ("We moved to Rome.", ("user", "moved_to", "Rome")),
        ("We've just moved to Rome.", ("user", "moved_to", "Rome")),
        ("I moved from Boston to Paris last month.", ("user", "moved_to", "Paris")),
        ("My wife is called Maria.", ("user", "married_to", "Maria")),
        ("My manager is Erik.", ("Erik", "boss_of", "user")),
        ("I drive a Tesla.", ("user", "drives", "Tesla")),
        ("I'm allergic to peanuts and cats.", ("user", "allergic_to", "cats")),
        ("My manager Priya promoted me to team lead.", ("Priya", "boss_of", "user")),
    ],
)
def test_wordings_make_relations(text: str, relation: tuple[str, str, str]) -> None:
    found = {(each.source, each.predicate, each.target) for fact in said(text).facts for each in fact.relations}
    assert relation in found
