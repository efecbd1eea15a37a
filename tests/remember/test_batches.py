"""Which adds may be read together, and which may be written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest

from graphmem.dialect import calls
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Known
from graphmem.remember import batches, drafts
from graphmem.remember.batches import Decided, Near, Prepared
from graphmem.remember.call import Call
from graphmem.remember.decisions import Decision, close
from graphmem.remember.drafts import Draft
from graphmem.remember.facts import Fact, Triple

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
ALEX = Scope(user_id="alex")
BERLIN = Triple("User", "lives_in", "Berlin")
LISBON = Triple("User", "lives_in", "Lisbon")


def call(text: str, scope: Scope = ALEX, **options: Any) -> Call:
    return calls.read(text, scope, options, AT)


def memory(text: str, scope: Scope = ALEX, categories: tuple[str, ...] = (), id: str = "") -> StoredMemory:
    return StoredMemory(
        id=id or text,
        version_id="v" + text,
        text=text,
        scope=scope,
        categories=categories,
        created_at=AT,
        updated_at=AT,
    )


def prepared(text: str, *relations: Triple, scope: Scope = ALEX, vector: Any = None, **more: Any) -> Prepared:
    fact = Fact(text, (0,), False, relations=relations)
    draft = Draft(memory(text, scope, more.pop("categories", ())), fact)
    return Prepared([draft], [vector], **{"infer": True, "judged": False, **more})


def sizes(found: Any) -> list[int]:
    return [len(chunk) for chunk in found]


def test_chunks_hold_at_most_size_calls() -> None:
    assert sizes(batches.chunks([call(str(n)) for n in range(5)], 2)) == [2, 2, 1]
    assert sizes(batches.chunks([], 2)) == []


def test_a_repeated_message_begins_a_new_chunk() -> None:
    said = [call("a"), call("b"), call("a"), call("c")]
    assert sizes(batches.chunks(said, 10)) == [2, 2]
    assert sizes(batches.chunks([call("a"), call("a", Scope(user_id="bo"))], 10)) == [2]
    assert sizes(batches.chunks([call("a", infer=False), call("a", infer=False)], 10)) == [2]
    days = ["2026-01-01", "2026-01-02", "2026-01-02"]
    assert sizes(batches.chunks([call("a", timestamp=day) for day in days], 10)) == [2, 1]
    assert sizes(batches.chunks([call("a", timestamp="2026-01-02"), call("a")], 10)) == [1, 1]


def unit(degrees: float) -> Any:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (prepared("Lives in Berlin", BERLIN), prepared("Lives in Lisbon", LISBON), False),
        (prepared("Lives in Berlin", BERLIN), prepared("Lives in Lisbon", LISBON, infer=False), True),
        (prepared("Lives in Berlin", BERLIN, infer=False), prepared("Lives in Lisbon", LISBON), False),
        (prepared("Lives in Berlin", BERLIN), prepared("Lives in Lisbon", LISBON, scope=Scope(user_id="bo")), True),
        # A call of a user sees what was said in a run of that user, and not the other way round.
        (
            prepared("Lives in Berlin", BERLIN, scope=Scope(user_id="alex", run_id="r")),
            prepared("Lives in Lisbon", LISBON),
            False,
        ),
        (
            prepared("Lives in Berlin", BERLIN),
            prepared("Lives in Lisbon", LISBON, scope=Scope(user_id="alex", run_id="r")),
            True,
        ),
        (prepared("Likes tea"), prepared("Likes tea"), True),
        (prepared("Likes tea"), prepared("likes tea."), False),
        (prepared("Likes tea", vector=unit(0)), prepared("Likes coffee", vector=unit(1)), True),
    ],
)
def test_what_rules_decide_together_is_independent(first: Prepared, second: Prepared, together: bool) -> None:
    other = prepared("Plays chess")
    assert batches.independent([first, other, second]) == (3 if together else 2)


def by_rules(*decided: Decision) -> Decided:
    adds = [prepared(f"fact {n} {decision}") for n, decision in enumerate(decided)]
    [drafts, vectors] = [[each for add in adds for each in getattr(add, name)] for name in ("drafts", "vectors")]
    return Decided(Prepared(drafts, vectors, True, False), decided, drafts, vectors)


def test_a_memory_changed_by_one_add_delays_the_next() -> None:
    tea, rain = memory("Likes tea"), memory("Likes rain")
    update, none, delete = Decision("UPDATE", tea), Decision("NONE", tea), Decision("DELETE", tea)
    new, other = Decision("ADD"), Decision("UPDATE", rain)
    for adds, expected in (
        ([(update,), (other,), (new,)], 3),
        ([(update,), (new,), (none,)], 2),
        ([(none,), (none,), (update,)], 3),
        ([(new, delete), (update,)], 1),
        ([], 0),
    ):
        assert batches.writable_together([by_rules(*each) for each in adds]) == expected


def judged(text: str, degrees: float, **more: Any) -> Prepared:
    return prepared(text, vector=unit(degrees), judged=True, **more)


def shown(adds: Sequence[Prepared], near: Near) -> list[list[str]]:
    found = batches.expected(adds, near)
    return [
        [memory.id for memory in close(draft.memory, found[draft.memory.id])] for add in adds for draft in add.drafts
    ]


def nothing_known(*adds: Prepared) -> Near:
    return {draft.memory.id: () for add in adds for draft in add.drafts}


def test_a_model_is_shown_the_drafts_of_earlier_adds() -> None:
    tea, rain, far, coffee = judged("tea", 0), judged("rain", 10), judged("far", 170), judged("coffee", 5)
    assert shown([tea, rain, far, coffee], nothing_known(tea, rain, far, coffee)) == [[], ["tea"], [], ["tea", "rain"]]
    # (1 + cos 83°) / 2 is 0.56: close enough only with a category in common.
    for categories, expected in (((), []), (("food",), ["tea"])):
        first, second = judged("tea", 0, categories=("food",)), judged("coffee", 83, categories=categories)
        assert shown([first, second], nothing_known(first, second)) == [[], expected]
    # Of another user; in a run of this one; and what a run does not see.
    run = Scope(user_id="alex", run_id="r")
    for one, other, expected in ((ALEX, Scope(user_id="bo"), []), (run, ALEX, ["tea"]), (ALEX, run, [])):
        first, second = judged("tea", 0, scope=one), judged("coffee", 5, scope=other)
        assert shown([first, second], nothing_known(first, second)) == [[], expected]
    home, move = prepared("a", BERLIN, judged=True), prepared("b", LISBON, judged=True)
    assert shown([home, move], nothing_known(home, move)) == [[], ["a"]]


def test_it_is_shown_what_the_store_would_hold() -> None:
    known = [Known(memory(f"known {n}"), 0.99 - n / 1_000) for n in range(batches.NEAREST)]
    near, far, draft = judged("near", 1), judged("far", 50), judged("draft", 0)
    found = batches.expected([near, far, draft], {**nothing_known(near, far), "draft": known})["draft"]
    # The nearest by vector: the far one is not among them, and the near one takes the place of the last.
    assert [each.memory.id for each in found] == ["near", *(f"known {n}" for n in range(batches.NEAREST - 1))]
    # What is known already is not stored again, nor is a text twice.
    same = judged("tea", 0)
    twice = [judged("tea", 0), judged("tea", 0), judged("coffee", 5)]
    assert shown([same, judged("coffee", 5)], {"tea": [Known(memory("tea", id="old"))], "coffee": ()})[1] == []
    assert shown(twice, nothing_known(*twice))[2] == ["tea"]
    [kept, *_] = batches.expected([same, judged("tea", 0)], nothing_known(same))["tea"]
    assert kept.memory.text == "tea"


TEA, COFFEE = judged("tea", 0), judged("coffee", 5)
OLD = memory("drinks", id="old")


@pytest.mark.parametrize(
    ("first", "second", "known", "count"),
    [
        (Decision("ADD"), Decision("ADD"), (), 2),
        # It was taken for new, and was not.
        (Decision("NONE", memory("x")), Decision("ADD"), (), 1),
        # One that is about what an earlier one makes or changes comes after it.
        (Decision("ADD"), Decision("UPDATE", TEA.drafts[0].memory), (), 1),
        (Decision("UPDATE", OLD), Decision("NONE", OLD), (), 1),
        # What it was shown is not there any more, or says something else.
        (Decision("DELETE", OLD), Decision("ADD"), (Known(OLD, 0.9),), 1),
        (Decision("ADD", None, (OLD,)), Decision("ADD"), (Known(OLD, 0.9),), 1),
        (Decision("ADD"), Decision("ADD"), (Known(OLD, 0.9),), 2),
    ],
)
def test_what_turns_out_otherwise_is_asked_about_again(
    first: Decision, second: Decision, known: tuple[Known, ...], count: int
) -> None:
    near = {"tea": known, "coffee": known}
    decided = [Decided(add, [decision], add.drafts, add.vectors) for add, decision in ((TEA, first), (COFFEE, second))]
    assert batches.writable_together(decided, near, batches.expected([TEA, COFFEE], near)) == count


def test_a_merged_text_is_what_comes_to_be_known() -> None:
    [draft] = TEA.drafts
    merged = drafts.reworded(draft, "tea and cake")
    for degrees, count in ((4, 1), (170, 1)):
        decided = [
            Decided(TEA, [Decision("UPDATE", OLD, text="tea and cake")], [merged], [unit(degrees)]),
            Decided(COFFEE, [Decision("ADD")], COFFEE.drafts, COFFEE.vectors),
        ]
        near = nothing_known(TEA, COFFEE)
        assert batches.writable_together(decided, near, batches.expected([TEA, COFFEE], near)) == count
    far = judged("far", 170)
    near = nothing_known(TEA, far)
    decided = [decided[0]._replace(vectors=[unit(4)]), Decided(far, [Decision("ADD")], far.drafts, far.vectors)]
    assert batches.writable_together(decided, near, batches.expected([TEA, far], near)) == 2


def hangs(*adds: Prepared, near: Near | None = None) -> list[bool]:
    return batches.open_questions(adds, batches.expected(adds, near or nothing_known(*adds)))


def test_a_question_hangs_on_what_is_still_to_be_decided() -> None:
    far, coffee, milk = judged("far", 170), judged("coffee", 5), judged("milk", 6)
    # Coffee is shown tea, which is new for sure; milk is shown coffee, about which a model decides.
    assert hangs(TEA, far, coffee, milk) == [False, False, False, True]
    assert hangs(TEA, coffee, judged("distant", 175)) == [False, False, False]
    # Both are shown the same old one.
    known = (Known(OLD, 0.9),)
    assert hangs(TEA, far, near={"tea": known, "far": known}) == [False, True]
    assert hangs(TEA, far, near={"tea": known, "far": ()}) == [False, False]
    # What rules decide, and what is stored word for word, is not asked.
    assert hangs(TEA, coffee, judged("milk", 6, infer=False)) == [False, False, False]


@pytest.mark.parametrize(
    ("hangs", "done", "asked", "found"),
    [
        # Those that hang on nothing at once, also behind one that has to wait.
        ([False, False, False], 0, [], (3, [])),
        ([False, True, False, True], 0, [], (1, [2])),
        # One more for every eight that are done, while none was in vain; those that no model was asked about leave more.
        ([False, True, True], 7, [1] * 7, (1, [])),
        ([False, True, True], 8, [1] * 8, (2, [])),
        ([False, True, True, False], 16, [1] * 16, (4, [])),
        ([False, True, True, True], 3, [0, 0, 1], (3, [])),
        # And the fewer, the more often it was in vain.
        ([False, True, True], 16, [1] * 15 + [2], (1, [])),
        ([False, True, True], 32, [1] * 31 + [2], (2, [])),
        ([False, True, True], 48, [1] * 46 + [2, 2], (1, [])),
    ],
)
def test_few_questions_are_asked_in_vain(
    hangs: list[bool], done: int, asked: list[int], found: tuple[int, list[int]]
) -> None:
    assert batches.askable(hangs, done, asked) == found
