"""Passwords, keys, tokens and card numbers are masked in what was said, and no fact holds one; what only looks like one stays."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from graphmem.dialect import calls
from graphmem.model.memory import Entity, Scope, StoredMemory
from graphmem.remember.call import Call
from graphmem.remember.credentials.masking import MASK, found, held, without_merged_secrets, without_secrets
from graphmem.remember.decisions import Decision
from graphmem.remember.facts import Extraction, Fact, Triple
from tests.remember.credential_sentences import AWS, FREE_OF_IT, GITHUB, HOLDING, PEM

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def call(*contents: str, keep: bool = False, **options: object) -> Call:
    """The call of add with these messages, said by the user and the assistant in turn."""
    messages = [{"role": ("user", "assistant")[n % 2], "content": content} for n, content in enumerate(contents)]
    return calls.read(messages, Scope("u"), options, NOW, keep_secrets=keep)


def contents(given: Call) -> list[str]:
    return [message.content for message in given.messages]


@pytest.mark.parametrize(("sentence", "secret"), HOLDING, ids=[sentence[:60] for sentence, _ in HOLDING])
def test_a_credential_is_masked_where_it_stands(sentence: str, secret: str) -> None:
    [content] = contents(read := call(sentence))
    assert MASK in content
    assert secret not in content
    assert read.secrets
    assert contents(call(sentence, keep=True)) == contents(call(sentence, infer=False)) == [sentence]


@pytest.mark.parametrize("sentence", FREE_OF_IT)
def test_what_only_looks_like_one_stays(sentence: str) -> None:
    assert contents(read := call(sentence)) == [sentence]
    assert read.secrets == frozenset()


def test_the_rest_of_a_message_stays() -> None:
    [content] = contents(call("I live in Rome, my wifi password is hunter2, and my sister is Anna."))
    assert content == f"I live in Rome, my wifi password is {MASK}, and my sister is Anna."
    # A full stop behind it ends the sentence.
    for secret in (GITHUB, "sk-test-51Habcdefghijklmnop", f"Bearer {GITHUB}x", "https://a.io/?token=abcdefgh1"):
        [content] = contents(call(f"It is {secret}. I live in Rome."))
        assert content.endswith(f"{MASK}. I live in Rome."), secret
    [content] = contents(call("It is postgres://app:hunter2!@db.example.com"))
    assert content == f"It is postgres://app:{MASK}@db.example.com"
    [content] = contents(call(f"My key:\n{PEM}\nKeep it."))
    assert content == f"My key:\n{MASK}\nKeep it."
    [content] = contents(call("It connects to postgres://app:hunter2@db.example.com:5432/shop"))
    assert content == f"It connects to postgres://app:{MASK}@db.example.com:5432/shop"


def test_it_is_masked_wherever_it_stands_again() -> None:
    said = contents(
        read := call("My password is Fluffy2010!", "I noted Fluffy2010!, thanks.", "And Fluffy2010! for work.")
    )
    assert said == [f"My password is {MASK}", f"I noted {MASK}, thanks.", f"And {MASK} for work."]
    assert len(read.secrets) == 1
    # A word that is somebody's password is still a word.
    assert contents(call("My password is sunshine.", "Enjoy the sunshine!"))[1] == "Enjoy the sunshine!"


@pytest.mark.parametrize(
    ("asked", "answer", "expected"),
    [
        ("What is your wifi password?", "hunter2", MASK),
        ("Which PIN do you use?", "It's 4821.", f"It's {MASK}."),
        ("Please enter your access code:", "9921", MASK),
        ("What's the password?", "sunshine", MASK),
        ("What is your password?", "I think it starts with Hunter2", f"I think it starts with {MASK}"),
        ("What is your wifi password?", "I don't know", "I don't know"),
        ("Which password manager do you use?", "Bitwarden", "Bitwarden"),
        ("Did you change your password?", "Yesterday", "Yesterday"),
        ("What is your name?", "hunter2", "hunter2"),
    ],
)
def test_the_answer_to_a_question_for_one(asked: str, answer: str, expected: str) -> None:
    assert contents(call("Hello", asked, answer))[2] == expected


@pytest.mark.parametrize(
    "fact",
    [
        Fact("Password is hunter2", (0,)),
        Fact(f"Password is {MASK}", (0,)),
        Fact("The user's password is a credential left out", (0,)),
        Fact("Gave the key", (0,), entities=(Entity(GITHUB),)),
        Fact("Told a secret", (0,), relations=(Triple("user", "has_password", "hunter2"),)),
        Fact("Told a secret", (0,), relations=(Triple(AWS, "belongs_to", "user"),)),
        Fact("Uses Fluffy2010 everywhere", (0,)),
    ],
    ids=lambda fact: fact.text,
)
def test_facts_that_hold_one_are_left_out(fact: Fact) -> None:
    kept = Fact("Lives in Rome", (0,))
    left = without_secrets(Extraction((fact, kept)), {"Fluffy2010"})
    assert left.facts == (kept,)
    assert "hunter2" not in repr(left)


def test_facts_without_one_are_kept() -> None:
    for sentence in FREE_OF_IT:
        assert held(Fact(sentence, (0,)), frozenset({"Fluffy2010"})) is None, sentence


def test_a_merged_text_that_holds_one_is_not_written() -> None:
    memory = StoredMemory("m", "Router stands in the hall", Scope("u"), "v", NOW, NOW)
    merged = {
        0: Decision("UPDATE", memory, text="Router stands in the hall, its password is hunter2"),
        1: Decision("UPDATE", memory, text="Router stands in the kitchen now"),
        2: Decision("NONE", memory),
    }
    decided, secrets = without_merged_secrets(merged)
    assert decided == {**merged, 0: Decision("ADD")}
    assert secrets == {"hunter2"}


@pytest.mark.parametrize(
    "text",
    ["my password is " * 2_000, "eyJ" * 10_000, "sk-" * 10_000, "set password from " * 2_000, "what password " * 2_000,
     "-----BEGIN RSA PRIVATE KEY-----" * 1_000, "A" * 30_000 + " password", "1 " * 15_000, "password for " + "x " * 15_000],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_hostile_text_takes_no_long_time(text: str) -> None:
    # Ends at all: forms with quadratic time would take minutes on these.
    found(text)
    call("Hello", text, text)
