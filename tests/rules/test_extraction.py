"""From a model's answer to facts, and from facts to changes."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timezone
from typing import Any

import pytest

from graphmem.changes import Applied, Create, Relate
from graphmem.extraction import Extraction, Fact, InvalidAnswerError, Triple, attribute, read_answer, verbatim
from graphmem.model import Entity, Message, Scope
from graphmem.prompts import Answer, Instructions, extraction_prompt
from graphmem.resolution import Terms, changes, drafts, outcomes, relations_of

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
SAID = (
    Message("system", "Be kind."),
    Message("user", "I like tea", "Alex"),
    Message("assistant", "So do I"),
    Message("tool", "42"),
)


def answer(*facts: dict[str, Any]) -> str:
    return json.dumps({"facts": [{"about": "user", "messages": [2], **fact} for fact in facts]})


@pytest.mark.parametrize("wrap", ["{}", "```json\n{}\n```", "Sure! Here it is: {} Anything else?", "\n\n{}\n"])
def test_fences_and_prose_are_passed_over(wrap: str) -> None:
    [fact] = read_answer(wrap.replace("{}", answer({"text": "Likes  tea\n"})), SAID).facts
    assert (fact.text, fact.sources, fact.by_assistant) == ("Likes tea", (1,), False)


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "{}", '{"facts": 5}', '{"facts": [{}]}', answer({"text": 5}), answer({"text": "x" * 501})]
)
def test_what_is_not_of_the_schema_says_where(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match=r"\w"):
        read_answer(text, SAID)


def test_more_facts_than_the_schema_allows() -> None:
    with pytest.raises(InvalidAnswerError, match="facts"):
        read_answer(answer(*({"text": f"Fact {n}"} for n in range(10_000))), SAID)


def test_facts_without_a_message_are_counted_not_kept() -> None:
    found = read_answer(
        answer({"text": "a", "messages": []}, {"text": "b", "messages": [0, 9, -1]}, {"text": " "}, {"text": "c"}), SAID
    )
    assert [fact.text for fact in found.facts] == ["c"]
    assert found.unsupported == 3


def test_the_same_fact_twice_is_one_with_both_sources() -> None:
    [fact] = read_answer(answer({"text": "a", "messages": [2]}, {"text": "a", "messages": [3]}), SAID).facts
    assert fact.sources == (1, 2)


def test_relations_that_say_nothing_are_dropped() -> None:
    edge = {"source": "Anna", "relationship": "Lives in!", "target": "Berlin"}
    empty = [{**edge, "target": "anna "}, {**edge, "relationship": "?!"}, {**edge, "source": " "}]
    [fact] = read_answer(answer({"text": "a", "relations": [edge, edge, *empty]}), SAID).facts
    assert fact.relations == (Triple("Anna", "lives_in", "Berlin"),)


def test_verbatim_keeps_all_but_the_system() -> None:
    assert [(fact.text, fact.by_assistant) for fact in verbatim(SAID).facts] == [
        ("I like tea", False),
        ("So do I", True),
        ("42", True),
    ]


@pytest.mark.parametrize(
    ("scope", "of_user", "of_agent"),
    [
        (Scope("u", "a", run_id="r"), Scope("u", run_id="r"), Scope(agent_id="a", run_id="r")),
        (Scope("u", app_id="p"), Scope("u", app_id="p"), Scope("u", app_id="p")),
        (Scope(agent_id="a"), Scope(agent_id="a"), Scope(agent_id="a")),
        (Scope(run_id="r"), Scope(run_id="r"), Scope(run_id="r")),
    ],
)
def test_whose_a_fact_is(scope: Scope, of_user: Scope, of_agent: Scope) -> None:
    assert attribute(Fact("x", (0,)), scope) == of_user
    assert attribute(Fact("x", (0,), by_assistant=True), scope) == of_agent


def objects(schema: Any) -> list[dict[str, Any]]:
    found = [schema] if isinstance(schema, dict) else []
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        found += objects(inner)
    return found


def test_the_schema_is_strict_and_bounded() -> None:
    schema = extraction_prompt(SAID, Instructions(AT)).schema
    for part in objects(schema):
        if part.get("type") == "object":
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False
        if part.get("type") == "array":
            assert part["maxItems"] <= 50
        if part.get("type") == "string" and "enum" not in part:
            assert part["maxLength"] <= 500
    assert Answer.model_json_schema()["properties"]["facts"]["maxItems"] == schema["properties"]["facts"]["maxItems"]


@pytest.mark.parametrize(("user", "agent"), [(True, False), (False, True), (True, True)])
def test_the_prompt_says_whose_facts_are_wanted(user: bool, agent: bool) -> None:
    prompts = {
        pair: extraction_prompt(SAID, Instructions(AT, *pair)).messages[0]["content"]
        for pair in [(True, False), (False, True), (True, True)]
    }
    assert len(set(prompts.values())) == 3
    assert "2026-03-05" in prompts[user, agent]


def test_the_prompt_beside_the_messages_is_short() -> None:
    system = extraction_prompt(SAID, Instructions(AT)).messages[0]["content"]
    # Some four characters are a token.
    assert len(system) / 4 < 1_500


def counter() -> Any:
    numbers = itertools.count()
    return lambda: f"id-{next(numbers)}"


def test_drafts_merge_equal_facts_of_a_scope_and_make_no_ids_up() -> None:
    facts = (Fact("x", (0,)), Fact("x", (2,)), Fact("x", (1,), by_assistant=True))
    found = drafts(Extraction(facts), Terms(Scope("u", "a"), AT, {"k": 1}), counter())
    assert [(each.memory.id, each.memory.scope, each.fact.sources) for each in found] == [
        ("id-0", Scope("u"), (0, 2)),
        ("id-4", Scope(agent_id="a"), (1,)),
    ]
    assert {each.memory.created_at for each in found} == {AT}


def test_changes_link_what_relations_name() -> None:
    fact = Fact(
        "Anna lives in Berlin",
        (1,),
        entities=(Entity("Anna", "person"),),
        relations=(Triple("Anna", "lives_in", "Berlin"),),
    )
    terms = Terms(Scope("u", run_id="r"), AT, {}, categories=("home",))
    given = drafts(Extraction((fact,)), terms, counter())
    found = changes(given, [None], SAID, terms, AT, counter())
    create, relate = found.changes
    assert isinstance(create, Create)
    assert isinstance(relate, Relate)
    assert create.memory.categories == ("home",)
    assert [each.name for each in relate.entities] == ["Anna", "Berlin"]
    assert relate.owner == Scope("u").owner == Scope("u", run_id="other").owner != Scope("v").owner
    assert found.transcript is not None
    assert len(found.transcript.ids) == len(SAID)
    assert [(each.source, each.target) for each in relations_of(found, Applied())] == [("Anna", "Berlin")]
    assert relations_of(found, Applied({create.memory.id: "other"})) == []
    assert [each.event for each in outcomes(given, Applied())] == ["ADD"]
    [known] = outcomes(given, Applied({create.memory.id: "other"}))
    assert (known.event, known.memory.id) == ("NONE", "other")
