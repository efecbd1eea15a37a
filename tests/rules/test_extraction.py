"""From messages to a prompt, and from a model's answer to facts."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import ExtractionError
from graphmem.extraction import Extraction, Fact, InvalidAnswerError, Triple, attribute, failed, read_answer, verbatim
from graphmem.model import Entity, Message, Scope
from graphmem.prompts import DEFAULT_CATEGORIES, Instructions, extraction_prompt, repair_prompt

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
SAID = (
    Message("system", "Be kind."),
    Message("user", "I like tea", "Alex"),
    Message("assistant", "So do I"),
    Message("tool", "42"),
)


def answer(*facts: dict[str, Any]) -> str:
    return json.dumps({"facts": [{"about": "user", "messages": [2], **fact} for fact in facts]})


@pytest.mark.parametrize(
    "wrap",
    ["{}", "```json\n{}\n```", "```\n{}```", "Sure! Here it is: {} Anything else?", "\n\n{}\n", "<think>hm</think>{}"],
)
def test_fences_and_prose_are_passed_over(wrap: str) -> None:
    [fact] = read_answer(wrap.replace("{}", answer({"text": "Likes  tea\n"})), SAID).facts
    assert fact == Fact("Likes tea", (1,))


def test_everything_in_an_answer_is_read_and_tidied() -> None:
    given = {
        "text": " Anna\tlives  in Berlin ",
        "about": "assistant",
        "messages": [3, 1, 3],
        "categories": [" Home ", "", "Food Preferences"],
        "entities": [{"name": " Anna  Maria ", "type": " Person "}, {"name": " ", "type": "thing"}, {"name": "x", "type": " "}],
        "relations": [{"source": " Anna  Maria", "relationship": "Lives-in (now)!", "target": "Berlin\n"}],
    }  # fmt: skip
    assert read_answer(answer(given), SAID) == Extraction(
        (
            Fact(
                text="Anna lives in Berlin",
                sources=(0, 2),
                by_assistant=True,
                categories=("home", "food_preferences"),
                entities=(Entity("Anna Maria", "person"), Entity("x", "thing")),
                relations=(Triple("Anna Maria", "lives_in_now", "Berlin"),),
            ),
        )
    )


def test_no_facts_is_an_answer() -> None:
    assert read_answer('{"facts": []}', SAID) == Extraction(()) == read_answer('{"facts": []}', ())


NINE = {"text": "a", "categories": ["x"] * 9}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the answer: Invalid JSON"),
        ("I found no facts.", "the answer: Invalid JSON"),
        (answer({"text": "a"})[:-3], "the answer: Invalid JSON"),
        ("[]", "the answer: Input should be an object"),
        ("null", "the answer: Input should be an object"),
        ("{}", "facts: Field required"),
        ('{"facts": null}', "facts: Input should be a valid array"),
        ('{"facts": 5}', "facts: Input should be a valid array"),
        ('{"facts": [{}]}', "facts.0.text: Field required"),
        ('{"facts": ["Likes tea"]}', "facts.0: Input should be an object"),
        ('{"facts": [{"text": "a", "about": "user"}]}', "facts.0.messages: Field required"),
        (answer({"text": 5}), "facts.0.text: Input should be a valid string"),
        (answer({"text": "a"}, {"text": "b", "about": "Alex"}), "facts.1.about: Input should be 'user' or 'assistant'"),
        (answer({"text": "a", "messages": 2}), "facts.0.messages: Input should be a valid array"),
        (answer({"text": "a", "messages": ["two"]}), "facts.0.messages.0: Input should be a valid integer"),
        (answer({"text": "a", "messages": [1.5]}), "facts.0.messages.0: Input should be a valid integer"),
        (answer({"text": "a", "entities": ["Anna"]}), "facts.0.entities.0: Input should be an object"),
        (answer({"text": "a", "relations": [{"source": "x"}]}), "facts.0.relations.0.relationship: Field required"),
        # Bounds.
        (answer({"text": "x" * 501}), "facts.0.text: String should have at most 500 characters"),
        (answer(NINE), "facts.0.categories: List should have at most 3 items"),
        (answer({"text": "a", "messages": [1] * 21}), "facts.0.messages: List should have at most 20 items"),
        (answer(*({"text": f"Fact {n}"} for n in range(31))), "facts: List should have at most 30 items"),
        (answer(*({"text": f"Fact {n}"} for n in range(10_000))), "facts: List should have at most 30 items"),
        # What is no text.
        (answer({"text": "a \ud800"}), "the answer: Invalid JSON"),
        ('{"facts": [{"text": "\ud800"}]}', "the answer: Input should be a valid string"),
        ('{"facts": [{"text": NaN}]}', "facts.0.text: Input should be a valid string"),
        ('{"facts": [{"text": "a", "about": "user", "messages": [%s]}]}' % ("9" * 5_000), "number out of range"),
    ],
    ids=lambda each: each[:60],
)  # fmt: skip
def test_what_is_not_of_the_schema_says_where(text: str, says: str) -> None:
    with pytest.raises(InvalidAnswerError) as caught:
        read_answer(text, SAID)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 200


def test_an_answer_that_ran_on_into_brackets() -> None:
    with pytest.raises(InvalidAnswerError):
        read_answer(f'{{"facts": {"[" * 100_000}{{}}{"]" * 100_000}}}', SAID)


@settings(deadline=None)
@given(st.text(st.sampled_from('{}[]":,facts0 \n`'), max_size=40))
def test_any_answer_is_read_or_refused(text: str) -> None:
    for each in (text, f'{{"facts": [{text}]}}'):
        try:
            assert isinstance(read_answer(each, SAID), Extraction)
        except InvalidAnswerError as error:
            assert ": " in str(error)  # noqa: PT017


def test_facts_without_a_message_are_counted_not_kept() -> None:
    found = read_answer(
        answer(
            {"text": "a", "messages": []},
            {"text": "b", "messages": [0, 5, -1, 2**70]},
            {"text": " \n"},
            {"text": "c", "messages": [4, 5]},
        ),
        SAID,
    )
    assert found == Extraction((Fact("c", (3,)),), unsupported=3)


def test_the_same_fact_twice_is_one_with_both_sources() -> None:
    twice = answer(
        {"text": "a", "messages": [3], "categories": ["x"]},
        {"text": " a ", "messages": [2, 3]},
        {"text": "a", "about": "assistant"},
        {"text": "A"},
    )
    assert read_answer(twice, SAID).facts == (
        Fact("a", (1, 2), categories=("x",)),
        Fact("a", (1,), by_assistant=True),
        Fact("A", (1,)),
    )


def test_relations_that_say_nothing_are_dropped() -> None:
    edge = {"source": "Anna", "relationship": "Lives in!", "target": "Berlin"}
    empty = [
        {**edge, "target": "anna "},
        {**edge, "relationship": "?!"},
        {**edge, "source": " "},
        {**edge, "target": ""},
    ]
    [fact] = read_answer(answer({"text": "a", "relations": [edge, *empty, edge]}), SAID).facts
    assert fact.relations == (Triple("Anna", "lives_in", "Berlin"),)


def test_a_failure_says_why_and_that_nothing_was_stored() -> None:
    error = failed("facts: Field required")
    assert isinstance(error, ExtractionError)
    assert "facts: Field required" in str(error)
    assert "Nothing was stored" in str(error)


def test_verbatim_keeps_all_but_the_system() -> None:
    said = (*SAID, Message("user", " as it stands\n"), Message("user", "I like tea"))
    assert verbatim(said).facts == (
        Fact("I like tea", (1,)),
        Fact("So do I", (2,), by_assistant=True),
        Fact("42", (3,), by_assistant=True),
        Fact(" as it stands\n", (4,)),
        Fact("I like tea", (5,)),
    )
    assert verbatim((Message("system", "Be kind."),)) == verbatim(()) == Extraction(())


@pytest.mark.parametrize(
    ("scope", "of_user", "of_agent"),
    [
        (Scope("u", "a", "p", "r"), Scope("u", None, "p", "r"), Scope(None, "a", "p", "r")),
        (Scope("u", app_id="p"), Scope("u", app_id="p"), Scope("u", app_id="p")),
        (Scope(agent_id="a", run_id="r"), Scope(agent_id="a", run_id="r"), Scope(agent_id="a", run_id="r")),
        (Scope(app_id="p", run_id="r"), Scope(app_id="p", run_id="r"), Scope(app_id="p", run_id="r")),
    ],
)
def test_whose_a_fact_is(scope: Scope, of_user: Scope, of_agent: Scope) -> None:
    assert attribute(Fact("x", (0,)), scope) == of_user
    assert attribute(Fact("x", (0,), by_assistant=True), scope) == of_agent


def parts(schema: Any) -> list[dict[str, Any]]:
    """Every object within a schema, itself included."""
    found = [schema] if isinstance(schema, dict) else []
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        found += parts(inner)
    return found


def test_the_schema_is_strict_and_bounded() -> None:
    prompt = extraction_prompt(SAID, Instructions(AT))
    assert prompt.name == "facts"
    kinds = [part.get("type") for part in parts(prompt.schema)]
    assert (kinds.count("object"), kinds.count("array"), kinds.count("string")) == (4, 5, 8)
    for part in parts(prompt.schema):
        assert "default" not in part
        if part.get("type") == "object":
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False
        if part.get("type") == "array":
            assert 0 < part["maxItems"] <= 50
        if part.get("type") == "string" and "enum" not in part:
            assert 0 < part["maxLength"] <= 500


WANTED = {
    (True, False): "about the user only",
    (False, True): "states about itself",
    (True, True): "and about the assistant",
}


@pytest.mark.parametrize("pair", WANTED)
def test_the_prompt_says_whose_facts_are_wanted(pair: tuple[bool, bool]) -> None:
    task = extraction_prompt(SAID, Instructions(AT, *pair)).messages[0]["content"]
    assert [key for key, words in WANTED.items() if words in task] == [pair]
    assert ('Use "user" for' in task) is pair[0]
    assert "on Thursday, 2026-03-05." in task


def test_the_prompt_holds_the_numbered_messages_and_the_wishes() -> None:
    plain = extraction_prompt(SAID, Instructions(AT)).messages
    assert [each["role"] for each in plain] == ["system", "user"]
    assert plain[1]["content"] == (
        "The conversation:\n[1] system: Be kind.\n[2] user (Alex): I like tea\n[3] assistant: So do I\n[4] tool: 42"
    )
    wishes = Instructions(
        AT,
        includes="food {only}",
        excludes="names",
        custom="Be brief.",
        categories={"diet": "what is eaten", "misc": ""},
    )
    wished = extraction_prompt(SAID, wishes).messages[0]["content"]
    assert wished.endswith("\n- Include only: food {only}\n- Leave out: names\n- Be brief.")
    assert "at most three of: diet (what is eaten); misc.\n" in wished
    for words in ("Include only", "Leave out", "\n- None"):
        assert words not in plain[0]["content"]
    assert all(f"{name} ({about})" in plain[0]["content"] for name, about in DEFAULT_CATEGORIES.items())
    # Some four characters are a token.
    assert len(plain[0]["content"]) / 4 < 1_500


def test_what_is_said_stands_in_the_prompt_as_it_is() -> None:
    said = "{said_at} {0} %s } { \\n"
    assert (
        extraction_prompt([Message("user", said)], Instructions(AT))
        .messages[1]["content"]
        .endswith(f"[1] user: {said}")
    )


def test_the_second_try_has_the_first_and_what_was_wrong() -> None:
    first = extraction_prompt(SAID, Instructions(AT))
    again = repair_prompt(first, "x" * 9_000, "facts: Field required {}")
    assert again.messages[:2] == first.messages
    assert again.messages[2] == {"role": "assistant", "content": "x" * 2_000}
    assert again.messages[3]["role"] == "user"
    assert "facts: Field required {}" in again.messages[3]["content"]
    assert (again.schema, again.name) == (first.schema, first.name)
