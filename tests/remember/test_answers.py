"""A model's answers: read, repaired where that is unambiguous, or refused with the reason."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model.calendar import Days
from graphmem.model.memory import Entity, Message
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.facts import Extraction, Fact, Triple
from graphmem.remember.instructions import Instructions
from tests.remember.answering import DAY, SAID, answer, read

END = DAY + timedelta(days=1, microseconds=-1)


@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        "```json\n{}\n```",
        "```\n{}```",
        "Sure! Here it is: {} Anything else?",
        "[note: see below]\n\n{}\n",
        "<think>hm</think>{}",
        '<think>{"facts": []} no</think>\n{}',
        'First {"facts": []}, no.</think>{}',
        "\ufeff{}",
        "<answer>{}</answer>",
        "{} {}",
    ],
)
def test_text_around_an_answer_is_ignored(wrap: str) -> None:
    [fact] = read(re.sub(r"\{\}", lambda _: answer({"text": "Likes  tea\n"}), wrap)).facts
    assert fact == Fact("Likes tea", (1,))


def test_everything_in_an_answer_is_read_and_tidied() -> None:
    given = {
        "text": " Anna\tlives  in Berlin\x00 ",
        "about": "assistant",
        "messages": [3, 1, 3],
        "quote": "anna is in BERLIN.",
        "when": " 2026-03-04 ",
        "categories": [" Home ", "", "Food Preferences", "unheard-of"],
        "entities": [{"name": " Anna  Maria ", "type": " Person "}, {"name": " ", "type": "thing"}, {"name": "owner", "type": " "}],
        "relations": [
            {"source": " Anna  Maria", "relationship": "Lives-in (now)!", "target": "Berlin\n", "since": "2026-03-04", "until": ""},
        ],
    }  # fmt: skip
    heard = (Message("system", "My owner is Anna."), SAID[1], Message("assistant", "Well,  Anna is\nin Berlin"))
    assert read(answer(given), heard) == Extraction(
        (
            Fact(
                text="Anna lives in Berlin",
                sources=(0, 2),
                by_assistant=True,
                categories=("home", "food_preferences"),
                entities=(Entity("Anna Maria", "person"), Entity("owner", "thing")),
                relations=(Triple("Anna Maria", "lives_in_now", "Berlin", since=DAY),),
                spans=(None, (7, 24)),
                event=Days(DAY.date(), DAY.date()),
            ),
        )
    )


@pytest.mark.parametrize("text", ['{"facts": []}', "[]", "Nothing here: []", '{"arguments": "{\\"facts\\": []}"}'])
def test_an_empty_list_of_facts_is_accepted(text: str) -> None:
    assert read(text) == Extraction(()) == read(text, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the answer: it holds no JSON object"),
        ("I found no facts.", "the answer: it holds no JSON object"),
        (answer({"text": "a"})[:-3], "the answer: invalid JSON, or cut off"),
        ("<think>" + answer({"text": "Likes tea"}), "the answer: cut off while thinking"),
        ("null", "the answer: it holds no JSON object"),
        ("{}", "facts: missing"),
        ('{"facts": null}', "facts: missing"),
        ('{"facts": 5}', "facts: missing"),
        ('{"facts": "none"}', "facts: missing"),
        ("[1, 2]", "facts: missing"),
        ('{"facts": []} {"facts": [{}]}', "two answers that differ"),
        ('{"facts": [], "facts": []}', "the same key twice"),
        ('{"facts": [{}]}', "facts: none has a usable text"),
        (answer({"text": 5}, {"text": ["Likes tea"]}, {"text": " "}), "facts: none has a usable text"),
        (answer({"text": "tea" * 200}), "facts: none has a usable text"),
        (answer({"text": "tea \ud800"}), "facts: none has a usable text"),
        ('{"facts": [{"text": NaN}]}', "facts: none has a usable text"),
        ('{"facts": ["Likes tea"]}', "facts: the messages say none of them"),
        ('{"facts": [{"text": "Likes tea", "about": "user"}]}', "facts: the messages say none of them"),
        (answer({"text": "Owns a yacht"}), "facts: the messages say none of them"),
        (answer({"text": "Likes tea", "messages": [0, 5, -1, 2**70]}), "facts: the messages say none of them"),
        (answer(*({"text": f"Fact {n}"} for n in range(10_000))), "facts: the messages say none of them"),
        ('{"facts": [{"text": "tea", "about": "user", "messages": [%s]}]}' % ("9" * 5_000), "number is out of range"),
    ],
    ids=lambda each: each[:60],
)  # fmt: skip
def test_unusable_answers_are_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(InvalidAnswerError) as caught:
        read(text)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "text",
    [
        f'{{"facts": {"[" * 100_000}{{}}{"]" * 100_000}}}',
        "[" * 100_000,
        "[1," * 100_000,
        '{"a":' * 100_000,
        "{ " * 100_000,
        "{'a':" * 10_000,
        "<think>" * 50_000,
        "</think>" * 50_000,
    ],
    ids=lambda each: each[:20],
)
def test_run_on_answers_are_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError):
        read(text)


@settings(deadline=None)
@given(st.text(st.sampled_from("{}[]\":,facts0 \n`'\\"), max_size=40))
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    for each in (text, f'{{"facts": [{text}]}}'):
        try:
            assert isinstance(read(each), Extraction)
        except InvalidAnswerError as error:
            assert ": " in str(error)  # noqa: PT017


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("I like tea"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "source", "text"]), inner),
    max_leaves=6,
)


KEYS = ("text", "about", "messages", "quote", "when", "categories", "entities", "relations", "more")


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON), max_size=4))
def test_arbitrary_json_is_repaired_or_refused(facts: list[dict[str, Any]]) -> None:
    mixed = [{"text": "Likes tea", "quote": "I like tea"}, *facts]
    found = read(json.dumps({"facts": mixed}))
    assert found.facts[0].sources == (1,)
    counted = len(found.facts) + found.unsupported + found.unwanted + found.dropped
    assert counted <= len(mixed)


@pytest.mark.parametrize("cut", range(2, 300, 7))
def test_truncated_answers_are_never_read(cut: int) -> None:
    whole = answer(
        {"text": "Likes tea", "quote": "I like tea", "entities": [{"name": "tea", "type": "thing"}]},
        {"text": "Is Alex", "quote": "[tea] {tea}", "relations": [{"source": "a", "relationship": "b", "target": "c"}]},
        {"text": "Likes tea, they said"},
    )
    for text in (whole[:cut], whole[1 : cut + 1], f"```json\n{whole[:cut]}\n```", whole[10 : cut + 10]):
        with pytest.raises(InvalidAnswerError):
            read(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"facts": [{"text": "Likes tea", "messages": [2,],},],}',
        "{'facts': [{'text': 'Likes tea', 'messages': [2], 'when': None}]}",
        '[{"text": "Likes tea", "messages": [2]}]',
        '{"text": "Likes tea", "messages": [2]}',
        '{"facts": {"text": "Likes tea", "messages": [2]}}',
        '{"name": "facts", "arguments": {"facts": [{"text": "Likes tea", "messages": [2]}]}}',
        '{"tool_calls": [{"function": {"arguments": "{\\"facts\\": [{\\"text\\": \\"Likes tea\\", \\"messages\\": [2]}]}"}}]}',
    ],
)
def test_unambiguous_mistakes_are_repaired(text: str) -> None:
    assert read(text).facts == (Fact("Likes tea", (1,)),)


@pytest.mark.parametrize(
    "text",
    [
        "{'facts': [{'text': 'Likes tea', 'messages': [2]}]} {'fac",
        '{"facts": [{"text": "Likes tea", "messages": [2],}] {',
        "{facts: [{text: 'Likes tea', messages: [2]}]}",
        '{"facts": [{"text": "Likes "green" tea", "messages": [2]}]}',
    ],
)
def test_ambiguous_mistakes_are_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError):
        read(text)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"messages": 2}, {}),
        ({"messages": "2"}, {}),
        ({"messages": "[2]"}, {}),
        ({"messages": ["2", "x", None, True, 1.5, {}, "-3"]}, {}),
        ({"messages": 2.0}, {}),
        ({"messages": "message 2, 9"}, {}),
        ({"about": None}, {}),
        ({"about": "Alex"}, {}),
        ({"about": ["user"]}, {}),
        ({"quote": None}, {}),
        ({"quote": 5}, {}),
        ({"quote": ["like tea"]}, {"spans": ((2, 10),)}),
        ({"when": None}, {}),
        ({"categories": None}, {}),
        ({"categories": "food preferences, Home"}, {"categories": ("food_preferences", "home")}),
        ({"categories": ["home", 5, {}, "home", "of my own"]}, {"categories": ("home",)}),
        ({"entities": None}, {}),
        ({"entities": "Alex"}, {"entities": (Entity("Alex"),)}),
        ({"entities": ["Alex", {"name": 5}, {}, 7, {"name": "x" * 101}]}, {"entities": (Entity("Alex"),)}),
        ({"entities": {"name": "Alex", "type": 5}}, {"entities": (Entity("Alex"),)}),
        ({"relations": None}, {}),
        ({"relations": "Alex likes tea"}, {}),
        ({"relations": [{"source": "Alex"}, ["Alex", "likes"], 5]}, {}),
        ({"relations": [["Alex", "likes", "tea"]]}, {"relations": (Triple("Alex", "likes", "tea"),)}),
        (
            {"relations": {"subject": "Alex", "predicate": "likes", "object": "tea", "until": "2026-03-04"}},
            {"relations": (Triple("Alex", "likes", "tea", until=END),)},
        ),
        ({"confidence": 0.9, "more": {}}, {}),
    ],
    ids=str,
)
def test_parts_of_the_wrong_type_do_not_cost_the_fact(part: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read(answer({"text": "Likes tea", **part})) == Extraction((replace(Fact("Likes tea", (1,)), **expected),))


def days(first: str, last: str) -> Days:
    """Of two ISO dates; empty for an open end."""
    return Days(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("when", "event", "unread"),
    [
        ("2026-03-04", days("2026-03-04", "2026-03-04"), 0),
        ("2026-03-04T10:00:00Z", days("2026-03-04", "2026-03-04"), 0),
        ("2026-03", days("2026-03-01", "2026-03-31"), 0),
        (2026, days("2026-01-01", "2026-12-31"), 0),
        ("2026-03-02/2026-03-08", days("2026-03-02", "2026-03-08"), 0),
        ("2019/", days("2019-01-01", ""), 0),
        # In words, as of the 4th of March 2026, a Wednesday.
        ("last week", days("2026-02-23", "2026-03-01"), 0),
        ("last Friday", days("2026-02-27", "2026-02-27"), 0),
        ("since 2019", days("2019-01-01", ""), 0),
        ("", None, 0),
        ("unknown", None, 0),
        (None, None, 0),
        ([], None, 0),
        ("2026-13-01", None, 1),
        ("once upon a time", None, 1),
        (["2026-03-04", 5], None, 1),
        (1e300, None, 1),
        (True, None, 1),
        ("2026-03-04 " * 50, None, 1),
    ],
    ids=str,
)
def test_when_it_happened(when: Any, event: Days | None, unread: int) -> None:
    said = Instructions(datetime(2026, 3, 4, 23, 30, tzinfo=timezone(timedelta(hours=-11))))
    found = read(answer({"text": "Likes tea", "when": when}), instructions=said)
    assert found == Extraction((Fact("Likes tea", (1,), event=event),), undated=unread)


def test_a_month_without_a_year_is_of_the_tense_of_the_fact() -> None:
    for text, year in (("Will like tea", 2026), ("Liked tea", 2025)):
        [fact] = read(answer({"text": text, "quote": "I like tea", "when": "May"})).facts
        assert fact.event == days(f"{year}-05-01", f"{year}-05-31")


def ends(first: int, last: str) -> tuple[datetime, datetime]:
    """The start of a year and the end of a day."""
    return datetime(first, 1, 1, tzinfo=timezone.utc), datetime.fromisoformat(f"{last}T23:59:59.999999+00:00")


@pytest.mark.parametrize(
    ("since", "until", "expected", "unread"),
    [
        ("2019", "2020", ends(2019, "2020-12-31"), 0),
        ("2026-03-04", "", (DAY, None), 0),
        ("five years ago", "last month", ends(2021, "2026-02-28"), 0),
        ("2019/", "/2020", ends(2019, "2020-12-31"), 0),
        ("forever", "present", (None, None), 1),
        (5, None, (None, None), 1),
    ],
)
def test_from_and_to_when_a_relation_holds(since: Any, until: Any, expected: tuple[Any, Any], unread: int) -> None:
    given = {"source": "Alex", "relationship": "likes", "target": "tea", "since": since, "until": until}
    found = read(answer({"text": "Likes tea", "relations": [given]}))
    assert found.facts[0].relations == (Triple("Alex", "likes", "tea", *expected),)
    assert found.undated == unread
