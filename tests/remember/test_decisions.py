"""New facts against known ones: what is close, what rules decide, and how a model's verdicts are read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Known
from graphmem.remember.by_model import verdicts
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.verdicts import MAX_CANDIDATES, prompt, read_answer
from graphmem.remember.decisions import BESIDE, Decision, Doubt, beside, by_rule, close, repeats, without_double_changes
from graphmem.remember.facts import Fact, Triple

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)


def memory(id: str, text: str, **more: Any) -> StoredMemory:
    given = {"scope": Scope("u"), "version_id": f"v-{id}", "created_at": AT, "updated_at": AT, **more}
    return StoredMemory(id, text, **given)


def test_repeats_ignores_case_punctuation_and_filler_words() -> None:
    new = memory("n", "Likes  TEA.")
    same, other, elsewhere = (
        memory("a", "likes tea"),
        memory("b", "Likes tea with milk"),
        memory("c", "likes tea", scope=Scope("u", run_id="r")),
    )
    assert repeats(new, [Known(other, 0.9), Known(elsewhere, 1.0), Known(same, 0.99)]) == same
    assert repeats(new, [Known(other, 0.99), Known(elsewhere, 1.0)]) is None
    assert repeats(memory("n", "Really likes the tea now"), [Known(same, 0.9)]) == same
    assert repeats(memory("n", "the"), [Known(same, 0.9)]) is None
    exact = memory("d", "Likes  TEA.")
    assert repeats(new, [Known(same, 1.0), Known(exact)]) == exact


def test_close_needs_a_relation_or_similarity() -> None:
    new = memory("n", "Is vegetarian", categories=("food_preferences", "misc"))
    by_vector, by_category, by_bond, far = (memory(id, id) for id in "abcd")
    by_category = memory("b", "b", categories=("food_preferences",))
    far = memory("d", "d", categories=("misc",))
    known = [
        Known(by_vector, 0.6),
        Known(by_category, 0.56),
        Known(far, 0.59),
        Known(by_bond, bonds=(("lives_in", "berlin"),)),
        Known(by_vector, bonds=(("is", "x"),)),
    ]
    assert {each.id for each in close(new, known)} == {"a", "b", "c"}


def test_the_closest_by_words_and_meaning_are_compared() -> None:
    new = memory("n", "Anna plays the violin in a quartet")
    known = [
        Known(memory("a", "Anna has two children"), 0.72),
        Known(memory("b", "Anna met the mayor"), 0.71),
        Known(memory("c", "Anna likes soup"), 0.7),
        Known(memory("d", "Anna has played the violin since 2019"), 0.69),
        Known(memory("e", "Lives in Rome"), bonds=(("lives_in", "rome"),)),
    ]
    assert [each.id for each in close(new, known)] == ["e", "d", "a"]


def test_a_name_that_many_hold_tells_less_than_a_rare_word() -> None:
    new = memory("n", "Anna Lopez sold the violin")
    others = [Known(memory(id, f"Anna Lopez likes {id}"), 0.7) for id in "abcde"]
    violin = Known(memory("v", "Had a violin"), 0.69)
    assert close(new, [*others, violin])[0].id == "v"


def test_no_fact_is_offered_many_memories_before_another_has_any() -> None:
    doubts = [
        Doubt(n, Fact(f"new {n}", (0,)), tuple(memory(f"{n}-{place}", f"known {n} {place}") for place in range(3)))
        for n in range(25)
    ]
    offered = {each.id for each in verdicts.candidates(doubts)}
    assert len(offered) == MAX_CANDIDATES == 60
    assert offered == {f"{n}-{place}" for n in range(25) for place in (0, 1)} | {f"{n}-2" for n in range(10)}


MOVED = Fact("Moved to Lisbon", (0,), relations=(Triple("user", "moved_to", "Lisbon"),))


@pytest.mark.parametrize(
    ("triple", "bond", "ends"),
    [
        (("lives_in", "Lisbon"), ("lives_in", "berlin"), True),
        (("moved_to", "Lisbon"), ("lives_in", "berlin"), True),
        (("lives_in", "Lisbon"), ("lives_in", "lisbon"), False),
        (("dislikes", "Tea"), ("likes", "tea"), True),
        (("dislikes", "Tea"), ("likes", "coffee"), False),
        (("likes", "coffee"), ("likes", "tea"), False),
        (("worked_at", "Acme"), ("works_at", "acme"), True),
        (("visited", "Rome"), ("wants_to_visit", "rome"), True),
        (("visited", "Rome"), ("wants_to_visit", "paris"), False),
        (("has_pet", "Max"), ("has_pet", "rex"), False),
        (("had_pet", "Max"), ("has_pet", "max"), True),
        (("had_pet", "Max"), ("has_pet", "rex"), False),
        (("follows_diet", "vegetarian"), ("likes", "fried chicken"), True),
        (("follows_diet", "vegetarian"), ("likes", "chicken soup"), False),
        (("follows_diet", "vegetarian"), ("likes", "vegan bacon"), False),
        (("follows_diet", "vegetarian"), ("likes", "cheese"), False),
        (("follows_diet", "vegan"), ("likes", "ice cream"), True),
        (("follows_diet", "vegan"), ("likes", "coconut milk"), False),
        (("follows_diet", "pescatarian"), ("eats", "salmon"), False),
        (("follows_diet", "vegetarian"), ("plays", "chicken"), False),
        (("follows_diet", "vegan"), ("follows_diet", "vegetarian"), True),
        (("follows_diet", "vegan"), ("follows_diet", "vegan"), False),
        (("gave_up_diet", "vegan"), ("follows_diet", "vegan"), True),
    ],
)
def test_rules_replace_or_keep_known_memories(triple: tuple[str, str], bond: tuple[str, str], ends: bool) -> None:
    old = memory("a", "old")
    fact = Fact("new", (0,), relations=(Triple("user", *triple),))
    expected = Decision("UPDATE", old) if ends else Decision("ADD")
    assert by_rule(fact, AT, [Known(old, bonds=(bond,))]) == expected


def test_the_most_similar_of_several_is_replaced_and_the_others_withdrawn() -> None:
    far, near = memory("a", "Likes the lake of Berlin"), memory("b", "Lives in Berlin")
    bond = (("lives_in", "berlin"),)
    known = [Known(far, 0.6), Known(near, 0.8), Known(far, bonds=bond), Known(near, bonds=bond)]
    assert by_rule(MOVED, AT, known) == by_rule(MOVED, AT, known[::-1]) == Decision("UPDATE", near, (far,))


def test_memories_that_only_mention_a_pet_are_not_withdrawn() -> None:
    swims, has = memory("a", "Dog Max swims every morning"), memory("b", "Has a dog named Max")
    gone = Fact("Gave their dog Max away", (0,), relations=(Triple("user", "had_pet", "Max"),))
    known = [Known(has, 0.8), Known(swims, 0.7), *(Known(each, bonds=(("has_pet", "max"),)) for each in (swims, has))]
    assert by_rule(gone, AT, known) == Decision("UPDATE", has)


@pytest.mark.parametrize(
    "known",
    [
        Known(memory("a", "old", immutable=True), bonds=(("lives_in", "berlin"),)),
        Known(memory("a", "old", updated_at=AT + timedelta(days=1)), bonds=(("lives_in", "berlin"),)),
        Known(memory("a", "old " * 13), bonds=(("lives_in", "berlin"),)),
        Known(memory("a", "old"), bonds=(("lives_in", "berlin"), ("lives_in", "rome"))),
        Known(memory("a", "old"), 0.99),
        Known(memory("a", "Lives in Berlin and works as a nurse"), bonds=(("lives_in", "berlin"),)),
    ],
)
def test_in_doubt_a_fact_is_new(known: Known) -> None:
    assert by_rule(MOVED, AT, [known]) == Decision("ADD")


FIRST, SECOND, FIXED = (
    memory("a", "Likes chicken"),
    memory("b", "Lives in Berlin"),
    memory("c", "Is Al", immutable=True),
)
DOUBTS = (Doubt(3, Fact("Is vegetarian", (0,)), (FIRST, FIXED)), Doubt(5, Fact("Moved", (0,)), (SECOND,)))


def decided(*rows: dict[str, Any], at: datetime = AT) -> dict[int, Decision]:
    return verdicts.decided(read_answer(json.dumps({"decisions": rows}), DOUBTS), DOUBTS, at)


def row(new: Any, event: str, known: Any) -> dict[str, Any]:
    return {"new": new, "event": event, "known": known}


def test_verdicts_refer_to_facts_and_memories_by_number() -> None:
    asked = prompt(DOUBTS)
    text = asked.messages[1]["content"]
    assert "K1 (2026-03-05): Likes chicken" in text
    assert "K3 (2026-03-05): Lives in Berlin" in text
    assert "N2: Moved [compare with K3]" in text
    assert not any(each.id in text.split() for each in (FIRST, SECOND))
    found = decided(row(1, "UPDATE", 1), row(2, "delete", "K3"))
    assert found == {3: Decision("UPDATE", FIRST), 5: Decision("DELETE", SECOND)}


def test_an_update_may_keep_what_the_known_memory_says_beyond_it() -> None:
    both = "Likes chicken no longer, is vegetarian"
    assert decided(row(1, "UPDATE", 1) | {"text": f" {both}\n"})[3] == Decision("UPDATE", FIRST, text=both)
    # Nothing to merge, or something that neither says: then the fact stands as it is. The others have no text of their own.
    for text in ("", "Is vegetarian", "Is vegetarian and moved to a farm in Norway", "x" * 501, None, 7):
        assert decided(row(1, "UPDATE", 1) | {"text": text})[3] == Decision("UPDATE", FIRST)
    for event in ("NONE", "DELETE", "ADD"):
        assert decided(row(1, event, 1) | {"text": both})[3].text is None


def test_a_fact_may_end_several_memories() -> None:
    third = memory("d", "Loves beef")
    doubts = (Doubt(0, Fact("Is vegetarian", (0,)), (FIRST, third, FIXED, SECOND)),)
    for rows, expected in (
        ([("UPDATE", 1), ("DELETE", 2)], Decision("UPDATE", FIRST, (third,))),
        ([("UPDATE", 1), ("DELETE", 1), ("DELETE", 2), ("DELETE", 2)], Decision("UPDATE", FIRST, (third,))),
        ([("ADD", 0), ("DELETE", 2), ("DELETE", 4)], Decision("ADD", None, (third, SECOND))),
        ([("DELETE", 1), ("DELETE", 2), ("DELETE", 3), ("DELETE", 9)], Decision("DELETE", FIRST, (third,))),
        ([("UPDATE", 1), ("UPDATE", 2), ("NONE", 2), ("ADD", 0)], Decision("UPDATE", FIRST)),
    ):
        answer = json.dumps({"decisions": [row(1, *each) for each in rows]})
        assert verdicts.decided(read_answer(answer, doubts), doubts, AT) == {0: expected}
    once = without_double_changes(
        [Decision("UPDATE", FIRST, (third,)), Decision("ADD", None, (third, SECOND)), Decision("DELETE", third)]
    )
    assert once == [Decision("UPDATE", FIRST, (third,)), Decision("ADD", None, (SECOND,)), Decision("ADD")]


@pytest.mark.parametrize(
    "rows",
    [
        [row(1, "UPDATE", 9)],
        [row(1, "UPDATE", 0)],
        [row(1, "UPDATE", -1)],
        [row(1, "UPDATE", 3)],  # of another fact
        [row(1, "UPDATE", 2)],  # immutable
        [row(1, "DELETE", 2)],
        [row(1, "NONE", "b")],
        [row(1, "UPDATE", None)],
        [row(1, "ADD", 1), row(1, "UPDATE", 1)],
    ],
)
def test_verdicts_without_a_changeable_target_become_adds(rows: list[dict[str, Any]]) -> None:
    assert decided(*rows)[3] == Decision("ADD")
    assert decided(*rows)[5] == Decision("ADD")


def test_an_older_statement_replaces_nothing_but_may_be_known() -> None:
    before = AT - timedelta(days=1)
    assert decided(row(1, "UPDATE", 1), at=before)[3] == Decision("ADD")
    assert decided(row(1, "NONE", 1), at=before)[3] == Decision("NONE", FIRST)
    assert decided(row(1, "NONE", 2))[3] == Decision("NONE", FIXED)


@pytest.mark.parametrize(
    "text",
    ["", "sorry", "null", "{}", '{"decisions": {}}', '{"decisions": []}', '{"decisions": [{"new": 7, "event": "ADD", "known": 0}]}',
     '{"decisions": [1]}', '{"decisions": [{"new": 1, "event": "MERGE", "known": 1}]}', '{"decisions": [{"new": 1, "event": "UPD',
     '{"decisions": []} {"decisions": []}'],
)  # fmt: skip
def test_unusable_verdicts_are_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError):
        read_answer(text, DOUBTS)


def test_fences_and_bare_lists_are_read() -> None:
    for text in (
        '```json\n{"decisions": [{"new": 1, "event": "NONE", "known": 1}]}\n```',
        '[{"new": "N1", "event": "none", "known": "K1"}]',
    ):
        assert verdicts.decided(read_answer(text, DOUBTS), DOUBTS, AT)[3] == Decision("NONE", FIRST)


def test_no_memory_changes_twice_in_one_call() -> None:
    update, delete, none = Decision("UPDATE", FIRST), Decision("DELETE", FIRST), Decision("NONE", FIRST)
    assert without_double_changes([update, none, delete, update]) == [update, none, Decision("ADD"), Decision("ADD")]


NEW = (
    Doubt(0, Fact("Moved to Oslo", (0,)), (), (2, 4)),
    Doubt(2, Fact("Moved to Oslo in May", (0,)), (FIRST,), (0, 4)),
    Doubt(4, Fact("Went to Oslo", (0,)), (), (0, 2)),
    Doubt(5, Fact("Has a dog", (0,)), (FIRST,)),
)


def repeated(*rows: tuple[int, int]) -> dict[int, int | None]:
    """Index of a fact → which other one says it, where a model answers that one is a REPEAT of the other (by number)."""
    answer = json.dumps({"decisions": [{"new": new, "event": "REPEAT", "known": known} for new, known in rows]})
    decided = verdicts.decided(read_answer(answer, NEW), NEW, AT)
    assert all(each == Decision("ADD") for each in decided.values() if each.said_by is None)
    assert all(each == Decision("NONE", said_by=each.said_by) for each in decided.values() if each.said_by is not None)
    return {index: each.said_by for index, each in decided.items()}


def test_a_model_is_told_which_new_facts_may_be_the_same() -> None:
    [_, shown] = [str(message["content"]) for message in prompt(NEW).messages]
    compared = [line.partition("[compare with ")[2].rstrip("]") for line in shown.splitlines() if line.startswith("N")]
    assert compared == ["", "N2, N3", "K1, N1, N3", "N1, N2", "K1"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, 2)], {0: 2, 2: None, 4: None, 5: None}),
        # A fact that another one says, which a third one says.
        ([(3, 1), (1, 2)], {0: 2, 2: None, 4: 2, 5: None}),
        # One of those that name each other is kept.
        ([(1, 2), (2, 1)], {0: 2, 2: None, 4: None, 5: None}),
        ([(1, 2), (2, 3), (3, 1)], {0: 4, 2: 4, 4: None, 5: None}),
        # None that was not shown beside it, itself included.
        ([(4, 1)], {0: None, 2: None, 4: None, 5: None}),
        ([(1, 4), (2, 2), (3, 9)], {0: None, 2: None, 4: None, 5: None}),
        # The first decision about a fact counts.
        ([(1, 3), (1, 2)], {0: 4, 2: None, 4: None, 5: None}),
    ],
)
def test_a_model_may_say_that_one_new_fact_repeats_another(
    rows: list[tuple[int, int]], expected: dict[int, int | None]
) -> None:
    assert repeated(*rows) == expected


def test_new_facts_are_beside_each_other_where_they_are_very_close() -> None:
    def at(degrees: float) -> Any:
        return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)

    edge = float(np.degrees(np.arccos(2 * BESIDE - 1)))
    memories = [memory(id, id) for id in "abcdefg"]
    memories[6] = memory("g", "g", scope=Scope("other"))
    vectors = [at(0), at(edge + 1), at(edge - 1), None, at(180), at(2), at(0)]
    found = beside(memories, vectors)
    assert found == {0: (5, 2), 1: (2, 5), 2: (1, 5), 5: (0, 2)}
    assert beside(memories[:1], vectors[:1]) == beside([], []) == {}
    # "Runs 5 km" and "Runs 10 km" are two facts; "Runs" may be either.
    numbers = [memory(text, text) for text in ("Runs 5 km", "Runs 10 km", "Runs")]
    assert beside(numbers, [at(0)] * 3) == {0: (2,), 1: (2,), 2: (0, 1)}
