"""From facts to changes: what becomes one memory, in which scope, with which links and outcomes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from graphmem.model import calendar
from graphmem.model.calendar import Days
from graphmem.model.changes import Applied, ChangeSet, Create, Relate, Retire, Revise, Source, Transcript
from graphmem.model.memory import Entity, Message, Scope, StoredMemory, StoredRelation
from graphmem.remember.decisions import Decision
from graphmem.remember.drafts import Draft, Outcome, Terms, changes, drafts, outcomes, relations_of, revised, reworded
from graphmem.remember.facts import Extraction, Fact, Triple

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
RECORDED = AT + timedelta(days=30)
BOTH = Terms(Scope("u", "a", "p", "r"), AT, {"k": 1})
OF_USER = Terms(Scope("u"), AT, {})
SAID = (Message("user", "I like tea", "Al"), Message("assistant", "So do I"))


def counter(prefix: str = "id") -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"{prefix}-{next(numbers)}"


def written(
    found: tuple[Draft, ...],
    vectors: Any = None,
    new_id: Callable[[], str] | None = None,
    decided: Sequence[Decision] | None = None,
    known: Sequence[Entity] = (),
) -> ChangeSet:
    transcript = Transcript(BOTH.scope.key, ("m0", "m1"), SAID, AT, "reader")
    owners = {draft.memory.scope.owner: known for draft in found}
    return changes(
        found,
        [Decision("ADD")] * len(found) if decided is None else decided,
        [None] * len(found) if vectors is None else vectors,
        transcript,
        owners,
        RECORDED,
        new_id or counter("set"),
    )


def drafted(*facts: Fact, terms: Terms = OF_USER) -> tuple[Draft, ...]:
    return drafts(Extraction(facts), terms, counter())


def test_a_draft_takes_scope_metadata_and_times_from_the_call() -> None:
    fact = Fact("Likes tea", (0, 1), categories=("food",))
    later = AT + timedelta(days=9)
    terms = Terms(Scope("u"), AT, {"k": [1]}, immutable=True, expiration_date=later)
    [draft] = drafted(fact, terms=terms)
    assert draft.fact == fact
    memory = draft.memory
    assert (memory.id, memory.version_id, memory.text, memory.scope) == ("id-0", "id-1", "Likes tea", Scope("u"))
    assert (memory.metadata, memory.categories, memory.immutable) == ({"k": [1]}, ("food",), True)
    assert (memory.created_at, memory.updated_at, memory.expiration_date) == (AT, AT, later)


@pytest.mark.parametrize(("given", "expected"), [((), ("food",)), (("mine",), ("mine",))])
def test_the_callers_categories_replace_those_of_the_fact(given: tuple[str, ...], expected: tuple[str, ...]) -> None:
    terms = Terms(Scope("u"), AT, {}, categories=given)
    assert drafted(Fact("x", (0,), categories=("food",)), terms=terms)[0].memory.categories == expected


def test_equal_facts_of_a_scope_are_one_draft_with_all_sources() -> None:
    facts = (Fact("x", (2,)), Fact("y", (0,)), Fact("x", (0, 2)), Fact("X", (1,)), Fact("\uff38", (1,)))
    found = drafted(*facts)
    assert [(each.memory.text, each.fact.sources) for each in found] == [("x", (0, 1, 2)), ("y", (0,))]
    assert len({each.memory.id for each in found} | {each.memory.version_id for each in found}) == 4
    assert drafted() == ()


def test_with_both_ids_each_fact_goes_to_its_speaker() -> None:
    facts = (Fact("x", (0,)), Fact("x", (1,), by_assistant=True))
    found = drafted(*facts, terms=BOTH)
    assert [each.memory.scope for each in found] == [Scope("u", None, "p", "r"), Scope(None, "a", "p", "r")]
    [one] = drafted(*facts)
    assert one.memory.scope == Scope("u")
    assert one.fact.sources == (0, 1)


def test_changes_are_deterministic_and_take_all_ids_from_new_id() -> None:
    facts = (Fact("x", (0,), entities=(Entity("Al"),)), Fact("y", (1,), by_assistant=True))
    made = []
    for _ in range(2):
        new_id = counter("made")
        found = drafts(Extraction(facts), BOTH, new_id)
        change = written(found, None, new_id)
        made.append((found, change))
    assert made[0] == made[1]
    ids = [change.id]
    for each in found:
        ids += [each.memory.id, each.memory.version_id]
    assert sorted(ids) == sorted(f"made-{n}" for n in range(5))


def test_drafts_become_creates_and_relates() -> None:
    found = drafted(Fact("x", (0,)), Fact("y", (0, 1)), terms=BOTH)
    vector = np.ones(2, dtype=np.float32)
    change = written(found, [vector, None])
    assert change.recorded_at == RECORDED
    assert change.changes == (
        Create(found[0].memory, vector, (Source(0),)),
        Create(found[1].memory, None, (Source(0), Source(1))),
    )
    assert change.transcript is not None
    assert change.transcript.messages == SAID
    assert change.transcript.said_at == AT
    with pytest.raises(ValueError, match="shorter"):
        written(found, [None])


def related(*facts: Fact, terms: Terms = OF_USER) -> list[Relate]:
    found = drafted(*facts, terms=terms)
    change = written(found)
    return [each for each in change.changes if isinstance(each, Relate)]


def test_the_ends_of_relations_become_entities_and_named_ones_keep_their_type() -> None:
    [relate] = related(
        Fact(
            "Anna Maria lives in Berlin",
            (1,),
            entities=(Entity("Anna Maria", "person"), Entity("Tea")),
            relations=(Triple("anna  maria", "lives_in", "Berlin"), Triple("BERLIN", "home_of", "Anna Maria")),
        )
    )
    assert relate.memory_id == "id-0"
    assert relate.entities == (Entity("Anna Maria", "person"), Entity("Tea"), Entity("Berlin"))
    anna, _, berlin = (entity.id(relate.owner) for entity in relate.entities)
    assert relate.relations == (
        StoredRelation(anna, "lives_in", berlin, "id-0", valid_from=AT),
        StoredRelation(berlin, "home_of", anna, "id-0", valid_from=AT),
    )


def test_entities_belong_to_the_owner_of_the_scope() -> None:
    fact, answer = Fact("x", (0,), entities=(Entity("Al"),)), Fact("y", (1,), True, entities=(Entity("Al"),))
    of_user, of_agent = related(fact, answer, terms=BOTH)
    # Over all sessions, and of the one whose memory it is.
    assert of_user.owner == Scope("u", app_id="p").key
    assert of_agent.owner == Scope(agent_id="a", app_id="p").key
    assert related(fact)[0].owner == Scope("u").key
    [only_run] = related(fact, terms=Terms(Scope(run_id="r"), AT, {}))
    assert only_run.owner == Scope(run_id="r").key


def test_entity_names_that_no_store_accepts_are_left_out() -> None:
    long = "x" * 201
    edges = (Triple(long, "knows", "Al"), Triple("Al", "knows", "x" * 200), Triple("Al", "knows", " "))
    [relate] = related(Fact("x", (0,), entities=(Entity(long), Entity(" "), Entity("Bo")), relations=edges))
    assert relate.entities == (Entity("Bo"), Entity("Al"), Entity("x" * 200))
    assert [edge.target for edge in relate.relations] == [Entity("x" * 200).id(relate.owner)]
    assert related(Fact("x", (0,)), Fact("y", (0,), entities=(Entity(long),), relations=edges[:1])) == []


def test_outcomes_report_add_update_delete_and_none() -> None:
    edge = (Triple("Anna", "lives_in", "New  York"),)
    found = drafted(Fact("x", (0,), relations=edge), Fact("y", (0,), relations=edge))
    first, second = (each.memory for each in found)
    change = written(found)
    new = [Decision("ADD")] * 2
    assert outcomes(found, new, Applied()) == [Outcome(first, "ADD"), Outcome(second, "ADD")]
    known = Applied({first.id: "other"})
    told = outcomes(found, new, known)
    assert [(each.memory.id, each.memory.text, each.event) for each in told] == [
        ("other", "x", "NONE"),
        (second.id, "y", "ADD"),
    ]
    # By their names, and only of what was written.
    told_relation = StoredRelation("Anna", "lives_in", "New  York", second.id, valid_from=AT)
    assert relations_of(change, known) == [told_relation]
    assert [each.memory_id for each in relations_of(change, Applied())] == [first.id, second.id]
    assert relations_of(change, Applied({first.id: "other", second.id: "another"})) == []


OLD = StoredMemory(
    "old",
    "Likes chicken",
    Scope("u"),
    "v1",
    AT - timedelta(days=9),
    AT - timedelta(days=9),
    {"a": 1, "k": 0},
    ("food",),
)


def test_an_update_keeps_what_the_draft_leaves_open() -> None:
    terms = Terms(Scope("u"), AT, {"k": 1})
    fact = Fact("Is vegetarian", (1,), spans=((3, 9),), relations=(Triple("user", "is", "vegetarian"),))
    found = drafted(fact, terms=terms)
    decided = [Decision("UPDATE", OLD)]
    revise, relate = written(found, decided=decided).changes
    assert isinstance(revise, Revise)
    assert (revise.replaces, revise.text_changed, revise.sources) == ("v1", True, (Source(1, 3, 9),))
    new = revise.memory
    assert (new.id, new.text, new.metadata, new.categories) == ("old", "Is vegetarian", {"a": 1, "k": 1}, ("food",))
    assert (new.created_at, new.updated_at) == (OLD.created_at, AT)
    assert isinstance(relate, Relate)
    assert relate.memory_id == "old"
    assert {each.memory_id for each in relate.relations} == {"old"}
    assert outcomes(found, decided, Applied()) == [Outcome(new, "UPDATE", "Likes chicken")]


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        (None, calendar.year(AT.date()), calendar.year(AT.date())),
        (None, None, None),
        ("Liked chicken in 2019, is vegetarian now", None, calendar.day(date(2019, 5, 3))),
        ("Liked chicken in 2019, is vegetarian now", calendar.year(AT.date()), calendar.year(AT.date())),
    ],
)
def test_an_update_tells_of_the_days_of_its_text(text: str | None, event: Days | None, expected: Days | None) -> None:
    old = replace(OLD, event_start=date(2019, 5, 3), event_end=date(2019, 5, 3))
    [draft] = drafted(Fact("Is vegetarian", (1,), event=event))
    assert revised(old, draft if text is None else reworded(draft, text)).event == expected


def test_none_and_delete_create_no_memory() -> None:
    found = drafted(Fact("x", (0,), entities=(Entity("Al"),)), Fact("y", (1,)))
    decided = [Decision("NONE", OLD), Decision("DELETE", OLD)]
    [retire] = written(found, decided=decided).changes
    assert retire == Retire("old", found[1].memory.version_id, "v1", (Source(1),))
    assert outcomes(found, decided, Applied()) == [Outcome(OLD, "NONE"), Outcome(OLD, "DELETE", "Likes chicken")]


def test_known_entities_are_reused_and_lookalikes_linked() -> None:
    known = (Entity("Anna", "person"), Entity("Jonathan Miller", "person"), Entity("Apple", "organization"))
    fact = Fact("x", (0,), entities=(Entity("anna"), Entity("Jonathon Miller", "person"), Entity("apple", "food")))
    [_, relate] = written(drafted(fact), known=known).changes
    assert isinstance(relate, Relate)
    assert [entity.type for entity in relate.entities] == ["person", "person", "food"]
    assert relate.entities[0].id(relate.owner) == known[0].id(relate.owner)
    [(one, other, score)] = relate.same
    assert (one, other) == (relate.entities[1].id(relate.owner), known[1].id(relate.owner))
    assert 0.96 <= score < 1


def test_relations_hold_from_the_day_of_the_fact() -> None:
    day = (AT - timedelta(days=100)).replace(hour=0, minute=0, second=0, microsecond=0)
    triples = (Triple("Al", "lives_in", "Rome"), Triple("Al", "works_at", "Acme", since=AT, until=RECORDED))
    [_, relate] = written(drafted(Fact("x", (0,), relations=triples, event=calendar.day(day.date())))).changes
    assert isinstance(relate, Relate)
    assert [(each.valid_from, each.valid_to) for each in relate.relations] == [
        (day.replace(hour=0, minute=0, second=0, microsecond=0), None),
        (AT, RECORDED),
    ]


@pytest.mark.parametrize(
    ("first", "last", "predicate", "expected"),
    [
        (date(2010, 1, 1), date(2015, 12, 31), "lived_in", ("2010-01-01", "2015-12-31")),
        (None, date(2012, 12, 31), "worked_at", (None, "2012-12-31")),
        # What happened on these days is so from then on.
        (date(2010, 1, 1), date(2010, 1, 31), "visited", ("2010-01-01", None)),
    ],
)
def test_what_was_so_once_ended_with_its_last_day(
    first: date | None, last: date, predicate: str, expected: tuple[str | None, ...]
) -> None:
    fact = Fact("x", (0,), relations=(Triple("Al", predicate, "Rome"),), event=Days(first, last))
    [_, relate] = written(drafted(fact)).changes
    assert isinstance(relate, Relate)
    [relation] = relate.relations
    assert tuple(each and each.date().isoformat() for each in (relation.valid_from, relation.valid_to)) == expected
