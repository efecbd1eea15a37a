"""From an answer to facts: what supports them, whose they are, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from graphmem import ExtractionError
from graphmem.model import calendar
from graphmem.model.calendar import Days
from graphmem.model.memory import Entity, Message, Scope
from graphmem.remember.by_model.facts_of_answer import failed
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.facts import MAX_FACTS, CharSpan, Extraction, Fact, Triple, attribute, verbatim
from graphmem.remember.instructions import Instructions
from tests.remember.answering import AT, DAY, SAID, answer, read, said


def test_unsupported_facts_are_dropped_and_counted() -> None:
    found = read(
        answer(
            {"text": "Likes tea", "messages": []},
            {"text": "Likes tea", "messages": [0, 5, -1, 2**70]},
            {"text": " \n"},
            {"text": "Owns a yacht", "quote": "I own a yacht"},
            {"text": "Likes tea", "messages": [2, 7]},
        )
    )
    assert found == Extraction((Fact("Likes tea", (1,)),), unsupported=3, dropped=1)


TEA = [
    Message(("user", "assistant")[n % 2], content)
    for n, content in enumerate(
        ("Hello there", "Oh, I've always liked “green  TEA”.\nAnd you?", "Yes.", "Is it so?", "It is", "Indeed")
    )
]


@pytest.mark.parametrize(
    ("numbers", "quote", "sources", "spans"),
    [
        ([2], "always liked", (1,), ((9, 21),)),
        ([2], "  always LIKED 'green tea'!", (1,), ((9, 33),)),
        ([2], "“Oh, I've always", (1,), ((0, 15),)),
        # The words say where, whatever the number.
        ([5], "always liked green tea", (1,), ((9, 33),)),
        ([], "always liked green tea", (1,), ((9, 33),)),
        ([99], "always liked green tea", (1,), ((9, 33),)),
        # An answer to a question has both as sources.
        ([3], "always liked green tea", (1, 2), ((9, 33), None)),
        ([2, 3], "Yes", (1, 2), (None, (0, 3))),
        # Left out in the middle.
        ([2], "Oh ... always liked green tea", (1,), ((9, 33),)),
        # No such words, but the message says it.
        ([2], "has always liked green tea", (1,), (None,)),
        ([3], "", (2,), (None,)),
        # Too short to be evidence elsewhere, and nothing else says so.
        ([6], "tea", (), ()),
        ([6], "", (), ()),
        ([], "", (), ()),
    ],
)
def test_a_quote_in_a_message_supports_a_fact(
    numbers: list[int], quote: str, sources: tuple[int, ...], spans: tuple[CharSpan | None, ...]
) -> None:
    given = {"text": "Likes green tea", "messages": numbers, "quote": quote}
    if not sources:
        with pytest.raises(InvalidAnswerError):
            read(answer(given), TEA)
    else:
        [fact] = read(answer(given), TEA).facts
        assert (fact.sources, fact.spans) == (sources, spans)


@pytest.mark.parametrize(
    ("heard", "text", "supported"),
    [
        ("I moved to Oslo with my wife Anna.", "Lives in Oslo", True),
        ("I moved to Oslo with my wife Anna.", "Wife is called Anna", True),
        ("I moved to Oslo with my wife Anna.", "Has two dogs", False),
        ("My brother studies in Delft", "Brother is a student in Delft", True),
        ("I'm allergic to nuts", "Is allergic to peanuts and lives in Paris", False),
        ("I'm allergic to nuts", "Likes football", False),
        ("I'm allergic to nuts", "Ist gegen Nüsse allergisch, wohnt in Rom", False),
        ("Ich trinke gern Tee", "Trinkt gerne Tee", True),
        ("Mieszkam w Krakowie z siostrą", "Mieszka w Krakowie", True),
        ("أحب القهوة كثيرا", "يحب القهوة", True),
        ("ナッツアレルギーです。東京に住んでいます", "ナッツアレルギーがある", True),
        ("ナッツアレルギーです。東京に住んでいます", "大阪で働いている", False),
        ("我对坚果过敏", "对坚果过敏", True),
        ("我对坚果过敏", "Is allergic to nuts", False),
        ("나는 서울에 살아요", "서울에 산다", True),
        ("मुझे चाय पसंद है", "चाय पसंद है", True),
        ("It was on 2026-03-04", "2026-03-04", False),
    ],
)
def test_without_a_quote_enough_words_must_occur(heard: str, text: str, supported: bool) -> None:
    if supported:
        assert read(answer({"text": text, "messages": [1]}), said(heard)).facts == (Fact(text, (0,)),)
    else:
        with pytest.raises(InvalidAnswerError, match="the messages say none"):
            read(answer({"text": text, "messages": [1]}), said(heard))


ROLES = (
    Message("user", "I live in Oslo"),
    Message("assistant", "I am based in Oslo"),
    Message("tool", "The weather in Oslo"),
    Message("system", "You are a guide in Oslo"),
)


@pytest.mark.parametrize(
    ("numbers", "about", "by_assistant"),
    [
        ([1], "assistant", False),
        ([2], "user", True),
        ([4], "user", True),
        ([2, 4], None, True),
        ([1, 2], "user", False),
        ([1, 2], "assistant", True),
        ([1, 2], None, False),
        ([3], "user", False),
        ([3], "assistant", True),
        ([3], None, True),
        ([1, 3], None, False),
        ([1, 3], "agent", True),
    ],
)
def test_a_fact_belongs_to_the_speaker_of_its_sources(
    numbers: list[int], about: str | None, by_assistant: bool
) -> None:
    given = {"text": "Is in Oslo", "messages": numbers, "about": about}
    for for_user, for_agent in ((True, True), (True, False), (False, True)):
        found = read(answer(given), ROLES, Instructions(AT, for_user=for_user, for_agent=for_agent))
        wanted = for_agent if by_assistant else for_user
        assert [fact.by_assistant for fact in found.facts] == [by_assistant] * wanted
        assert (found.unwanted, found.unsupported) == (0 if wanted else 1, 0)


def test_facts_that_only_the_context_supports_are_skipped() -> None:
    heard = said("I like tea", "I like coffee", "I like tea very much")
    facts = (
        {"text": "Likes coffee", "messages": [2]},
        {"text": "Likes coffee", "messages": [], "quote": "I like coffee"},
        {"text": "Likes tea", "messages": [9], "quote": "I like tea"},
        {"text": "Likes coffee and tea", "messages": [2, 3]},
    )
    found = read(answer(*facts), heard, context=frozenset({0, 1}))
    assert found == Extraction(
        (Fact("Likes tea", (2,), spans=((0, 10),)), Fact("Likes coffee and tea", (1, 2))),
    )
    assert read(answer(*facts[:2]), heard, context=frozenset({0, 1})) == Extraction(())


def test_blank_messages_support_nothing() -> None:
    with pytest.raises(InvalidAnswerError):
        read(answer({"text": "Likes tea", "messages": [2]}), said("I like tea", "    "))


def test_repeated_facts_are_merged() -> None:
    twice = answer(
        {"text": "Likes tea", "messages": [3], "categories": ["home"], "about": "user"},
        {"text": " likes  TEA. ", "messages": [], "quote": "I like tea", "categories": ["misc", "home"], "when": "2026-03-04"},
        {"text": "Likes tea", "entities": [{"name": "tea"}]},
        {"text": "Likes tea!", "messages": [4], "about": "assistant"},
    )  # fmt: skip
    heard = (*SAID[:2], Message("user", "Tea, yes"), Message("tool", "likes tea"))
    assert read(twice, heard).facts == (
        Fact(
            "Likes tea",
            (1, 2),
            False,
            ("home", "misc"),
            (Entity("tea"),),
            (),
            ((0, 10), None),
            calendar.day(DAY.date()),
        ),
        Fact("Likes tea!", (3,), by_assistant=True),
    )


def test_ten_thousand_facts_are_bounded_and_counted() -> None:
    found = read(answer(*({"text": f"Likes tea {n}"} for n in range(10_000))))
    assert len(found.facts) == MAX_FACTS
    assert found.dropped == 10_000 - MAX_FACTS
    assert len(read(answer(*({"text": "Likes tea"} for _ in range(10_000)))).facts) == 1


def test_custom_categories_are_the_only_ones_and_keep_their_spelling() -> None:
    instructions = Instructions(AT, categories={"Eating Habits": "", "misc": "x"})
    given = answer({"text": "Likes tea", "categories": ["eating_habits", "food_preferences", "MISC"]})
    assert read(given, instructions=instructions).facts[0].categories == ("Eating Habits", "misc")


def test_incomplete_relations_are_dropped() -> None:
    edge = {"source": "Alex", "relationship": "Lives in!", "target": "Tea"}
    empty = [
        {**edge, "target": "alex "},
        {**edge, "relationship": "?!"},
        {**edge, "source": " "},
        {**edge, "target": ""},
    ]
    [fact] = read(answer({"text": "Likes tea", "relations": [edge, *empty, edge]})).facts
    assert fact.relations == (Triple("Alex", "lives_in", "Tea"),)


def test_names_that_no_message_holds_are_left_out() -> None:
    names = ("Anna", "user", "Ben", "green tea", "ALEX", "Assistant", "Be")
    relations = [["Alex", "likes", name] for name in names[:4]] + [["Anna", "likes", "tea"]]
    given = {"text": "Likes tea", "entities": list(names), "relations": relations}
    [fact] = read(answer(given)).facts
    # The user is called Alex, and is one.
    assert [entity.name for entity in fact.entities] == ["ALEX", "green tea", "Assistant", "Be"]
    assert [triple.target for triple in fact.relations] == ["green tea"]


def test_spans_match_sources_or_are_all_none() -> None:
    assert Fact("x", (1, 2)).spans == (None, None)
    assert Fact("x", (1, 2), spans=((0, 1), None)).spans == ((0, 1), None)
    assert replace(Fact("x", (1,), spans=((0, 1),)), sources=(1, 2)).spans == (None, None)


def test_a_failure_says_why_and_that_nothing_was_stored() -> None:
    error = failed("facts: Field required")
    assert isinstance(error, ExtractionError)
    assert "facts: Field required" in str(error)
    assert "Nothing was stored" in str(error)


def test_verbatim_keeps_every_message_but_the_systems() -> None:
    said = (*SAID, Message("user", " as it stands\n"), Message("user", "I like tea"))
    assert verbatim(said, AT.date()).facts == (
        Fact("I like tea", (1,)),
        Fact("So do I", (2,), by_assistant=True),
        Fact("42", (3,), by_assistant=True),
        Fact(" as it stands\n", (4,)),
        Fact("I like tea", (5,)),
    )
    assert verbatim((Message("system", "Be kind."),), AT.date()) == verbatim((), AT.date()) == Extraction(())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("I sold my car yesterday.", calendar.day(date(2026, 3, 4))),
        ("[12:04, 7 May 2023] I sold my car last week", calendar.week(date(2026, 2, 23))),
        ("[7 May 2023] Anna: I like tea", None),
        ("I like tea. In 2019 I tried coffee.", calendar.year(date(2019, 1, 1))),
        ("I sold my car yesterday." + " It rained." * 100, None),
    ],
)
def test_a_message_tells_of_the_days_that_it_names(content: str, expected: Days | None) -> None:
    [fact] = verbatim([Message("user", content)], AT.date()).facts
    assert (fact.text, fact.event) == (content, expected)


@pytest.mark.parametrize(
    ("scope", "of_user", "of_agent"),
    [
        (Scope("u", "a", "p", "r"), Scope("u", None, "p", "r"), Scope(None, "a", "p", "r")),
        (Scope("u", app_id="p"), Scope("u", app_id="p"), Scope("u", app_id="p")),
        (Scope(agent_id="a", run_id="r"), Scope(agent_id="a", run_id="r"), Scope(agent_id="a", run_id="r")),
        (Scope(app_id="p", run_id="r"), Scope(app_id="p", run_id="r"), Scope(app_id="p", run_id="r")),
    ],
)
def test_attribute_chooses_the_scope_by_speaker(scope: Scope, of_user: Scope, of_agent: Scope) -> None:
    assert attribute(Fact("x", (0,)), scope) == of_user
    assert attribute(Fact("x", (0,), by_assistant=True), scope) == of_agent


def test_the_ids_that_a_caller_is_bound_to_stay_on_all_facts() -> None:
    scope = Scope("u", "a", "p", "r")
    mine, theirs = Fact("x", (0,)), Fact("x", (0,), by_assistant=True)
    assert attribute(theirs, scope, Scope("u")) == scope
    assert attribute(mine, scope, Scope("u")) == Scope("u", None, "p", "r")
    assert attribute(mine, scope, Scope(agent_id="a")) == scope
    assert attribute(mine, scope, Scope("u", "a")) == attribute(theirs, scope, Scope("u", "a")) == scope
    assert attribute(theirs, scope, Scope(app_id="p", run_id="r")) == Scope(None, "a", "p", "r")
