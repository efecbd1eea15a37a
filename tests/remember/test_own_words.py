"""Without a model: text that is handed over to be worked on, and what the next sentence takes back, is not remembered."""

from __future__ import annotations

import pytest

from graphmem.remember.by_rules.own_words import own_words
from graphmem.remember.by_rules.prose import sentences


def kept(content: str) -> list[str]:
    return [sentence.text for sentence in own_words(sentences(content))]


HANDED_OVER = """
Translate to French: I live in Berlin and I have two cats.
Could you please translate this into Spanish? I am allergic to nuts.
Rewrite this politely: I hate my boss. I want a raise.
Rephrase the following. I own a yacht.
Summarize: I have been a nurse for ten years. I moved to Oslo.
Hi, proofread my essay. I am a doctor and I live in Paris.
Write a story that begins with: I am Captain Nemo. I live in a submarine.
Write me a poem starting with "I live on the moon". I have no neighbours.
Is this sentence correct: I am a doctor.
Is the grammar of this right? I has two dog.
Continue this: I own a castle.
Can you fix the grammar in this? I has two dog.
Make this text shorter. My sister lives in Rome and I visit her often.
How do you say "I am a vegetarian" in Spanish?
I get an error: I have no route to host.
The log says: I am out of memory.
I live in Rome and I like tea. Translate that to French.
I am a doctor. I live in Bonn. Please make it sound more polite.
TL;DR please: I live in Paris. I have three kids.
Write a poem in the voice of a sailor: I love the sea. I own a boat.
Give me a caption: I love summer.
Classify the sentiment of: I love my new phone. I own two.
Respond to this review: I hate this restaurant. I have a nut allergy.
Please shorten my bio: I'm Ann, I live in Porto and I work as a nurse.
Roleplay: I am a knight. I own a sword.
Pretend you are me: I am 45 years old. I live in Oslo.
Act as if I am the king. I own a castle.
Let's imagine: I live on Mars. I have a rocket.
Lyrics: I am the walrus. I love rock and roll.
My character says: I am a vampire. I live in a castle.
My friend told me: I live in Rome. I have two cats.
In French: I have a headache and I live in Lyon.
Into Spanish, please: I am allergic to peanuts.
Spell check: I recieve mail in Boston.
Change the tense: I live in Kyiv.
Replace the name in this text: My friend Bob lives in Paris.
Fill in the blank: I live in ___ and I work at Google.
Here is my essay: I was born in a small village. I have five sisters.
From the book: I am a sick man. I have a bad liver.
Please shorten: I am allergic to nuts and I own a red boat.
My character is a knight. I have a sword and I live in Camelot.
In our campaign, my character owns a dragon. I live in a tower.
Classify the sentiment: I love this phone, I bought it in Rome.
Extract the entities from: My brother Tom works at IBM.
Convert to past tense: I work at Siemens.
""".strip().splitlines()


@pytest.mark.parametrize("content", HANDED_OVER)
def test_text_that_is_handed_over_is_left_out(content: str) -> None:
    assert kept(content) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        # What was said before a request about another text stays.
        ("I live in Rome. Translate this to French: I am a doctor.", ["I live in Rome"]),
        ("I moved to Oslo. I get an error: no route to host.", ["I moved to Oslo"]),
        # No request to work on a text.
        ("Check it out! I moved to Oslo.", ["Check it out", "I moved to Oslo"]),
        ("Fix dinner at six. I am vegan.", ["Fix dinner at six", "I am vegan"]),
        ("I translate novels for a living. I live in Rome.", ["I translate novels for a living", "I live in Rome"]),
        ("I write letters to my aunt. She lives in Rome.", ["I write letters to my aunt", "She lives in Rome"]),
        ("Make my day! I got the job.", ["Make my day", "I got the job"]),
        ("This is a draft. Polish it. I am a doctor and I own a boat.", ["This is a draft"]),
        ("Write this down: I live in Rome.", ["Write this down: I live in Rome"]),
        ("Create a reminder: I have a dentist appointment.", ["Create a reminder: I have a dentist appointment"]),
        ("Act as a travel agent. I live in Rome.", ["Act as a travel agent", "I live in Rome"]),
        ("Imagine my surprise! I won the lottery.", ["Imagine my surprise", "I won the lottery"]),
        ("As I said: I live in Rome.", ["As I said: I live in Rome"]),
        ("My doctor says I have asthma. I live in Rome.", ["My doctor says I have asthma", "I live in Rome"]),
        # Taken back.
        ("I live in Rome. Forget that.", []),
        ("I live in Rome. Ignore what I just said. I have a dog.", ["I have a dog"]),
        ("I live in Rome. Not anymore though.", []),
        ("I am a nurse. Nah, kidding, I'm a pilot.", ["I'm a pilot"]),
        ("I moved to Rome. Strike that - I moved to Milan.", ["I moved to Milan"]),
        ("I love Oslo. Never mind the rain.", ["I love Oslo", "Never mind the rain"]),
        ("I live in Rome. Just kidding.", []),
        ("I have a dog. I live in Rome. Not really.", ["I have a dog"]),
        ("I live in Rome. That's not true any more.", []),
        ("I work at Acme. Haha, I was joking! I work at Google.", ["I work at Google"]),
        ("I have three children. No, that's wrong.", []),
        ("Not really. I live in Rome.", ["Not really", "I live in Rome"]),
        # Praise of what nobody likes.
        ("Oh great, I just love waiting for three hours in a queue.", []),
        ("Wonderful. I simply adore being ignored. I live in Rome.", ["Wonderful", "I live in Rome"]),
        ("Yeah right, I so enjoy doing my taxes.", []),
        ("Yeah right, I am a millionaire. I live in Rome.", ["I live in Rome"]),
        ("How lovely! I just love it when the train is late.", ["How lovely"]),
        ("Oh great, I love pizza.", ["Oh great, I love pizza"]),
        ("I just love hiking in the Alps.", ["I just love hiking in the Alps"]),
        ("Great, I really like the new job.", ["Great, I really like the new job"]),
        ("I love Mondays so much /s", []),
        ("I love sushi. (Not really!)", []),
        ("I own a boat. Well, I used to.", []),
        ("I like tea. Forget I said that.", []),
        ("I have a cat. Just testing you.", []),
        ("I own a castle. In my dreams.", []),
        ("I have a yacht. Lol no.", []),
        ("I am vegan. I wish.", []),
        ("I have a dog. I used to live in Rome.", ["I have a dog", "I used to live in Rome"]),
        ("I live in Rome. Not far from the river.", ["I live in Rome", "Not far from the river"]),
        ("I have a dog. I wish I had a cat.", ["I have a dog", "I wish I had a cat"]),
        ("In my dream I had three arms. I live in Rome.", ["I live in Rome"]),
        ("Hypothetically, I have two wives.", []),
        ("My favorite character is Aragorn. I live in Rome.", ["My favorite character is Aragorn", "I live in Rome"]),
        ("In my book club, I met Anna.", ["In my book club, I met Anna"]),
        ("I have three sons. Sorry, wrong person!", []),
        ("I live in Rome. Please don't save that.", []),
        ("I'm pregnant! Just messing with you lol", []),
        # Put right.
        ("I live in Rome. Actually it's Milan.", ["I live in Milan"]),
        ("I live in Rome. Actually it's nice.", ["I live in Rome", "Actually it's nice"]),
        (
            "I live in Rome. Actually it's Anna who lives there.",
            ["I live in Rome", "Actually it's Anna who lives there"],
        ),
        ("I live in Rome. Not Rome, Milan.", ["I live in Milan"]),
        ("I live in Rome. Not cold, but windy.", ["I live in Rome", "Not cold, but windy"]),
        ("I live in Rome. Milan, sorry.", ["I live in Milan"]),
        ("I live in Rome. Milan*", ["I live in Milan"]),
        ("I have 2 kids. Nope, 3.", ["I have 3 kids"]),
        ("I moved to Oslo in 2019. 2018, I mean.", ["I moved to Oslo in 2018"]),
        ("I like tea. On second thought, coffee.", []),
        ("I live in Rome. Thanks, sorry.", ["I live in Rome", "Thanks, sorry"]),
        ("I live in Rome. Um, yes.", ["I live in Rome", "Um, yes"]),
        ("I live in Rome. Oops, gotta go.", ["I live in Rome", "Oops, gotta go"]),
        ("I live in Rome. No, sorry.", ["I live in Rome", "No, sorry"]),
        ("I like tea. Make it quick!", ["I like tea", "Make it quick"]),
        ("I live in Rome. Oops, Milan.", ["I live in Milan"]),
        ("I live in Rome - er, Milan actually.", ["I live in Milan"]),
        ("I'm 34. Wait, no, 35.", ["I'm 35"]),
        ("I moved to Oslo. I misspoke, it was Bergen.", ["I moved to Bergen"]),
        ("I was born in 1990. Typo: 1991.", ["I was born in 1991"]),
        ("I live in Rome. (Sorry, I meant Milan.)", ["I live in Milan"]),
        ("I moved to Oslo, um, last year.", ["I moved to Oslo, um, last year"]),
        ("I live in Rome. Sorry, I meant Milan.", ["I live in Milan"]),
        ("I live in Rome. I mean in New York.", ["I live in New York"]),
        ("I moved to New York. Oops, I meant Boston.", ["I moved to Boston"]),
        ("I have 2 cats. Correction, I meant 3.", ["I have 3 cats"]),
        ("My sister is called Anna. Actually, make that Hannah.", ["My sister is called Hannah"]),
        ("I like tea. I mean coffee.", []),
        ("I live in Rome. Scratch that, Milan.", ["I live in Milan"]),
        ("I live in Rome. Correction: Milan.", ["I live in Milan"]),
        ("I work at Gogle. *Google", ["I work at Google"]),
        ("I have two cats. Sorry, three cats.", ["I have three cats"]),
        ("I have two cats. Sorry, three dogs.", []),
        ("I'm 34. Sorry, 35.", ["I'm 35"]),
        ("We meet on Tuesday. Sorry, Wednesday.", ["We meet on Wednesday"]),
        ("I live in Rome. Sorry, Anna.", ["I live in Rome", "Sorry, Anna"]),
        ("I work at Google. Edit: I work at Meta.", ["I work at Google", "I work at Meta"]),
        ("I live in Rome, no wait, in Milan.", ["I live in Milan"]),
        ("I moved to Oslo, I mean Bergen, in May.", ["I moved to Bergen, in May"]),
        ("I have 2 cats, sorry, I meant 3.", ["I have 3 cats"]),
        ("My sister is called Anna, oops, Hannah.", ["My sister is called Hannah"]),
        ("I work as a nurse, scratch that, as a doctor.", []),
        ("I live in Rome, or rather in Milan.", ["I live in Milan"]),
        ("I live in Rome - I mean Milan.", ["I live in Milan"]),
        ("I live in Rome... actually no, Milan.", ["I live in Milan"]),
        ("I moved to Oslo - I mean it.", ["I moved to Oslo - I mean it"]),
        ("I love the flat, I mean, it has a view.", ["I love the flat, I mean, it has a view"]),
        ("I can't make that work, sorry, for Anna.", ["I can't make that work, sorry, for Anna"]),
    ],
)
def test_what_is_said_and_taken_back(content: str, said: list[str]) -> None:
    assert kept(content) == said
