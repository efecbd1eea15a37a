"""What a context holds: the best first, nothing twice, never more than there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.search.context import BEHIND, BESIDE, LEAST, Piece, about_past, compose, dated, passage, tokens
from graphmem.search.terms import query_terms

ROOM = 1_000


def memory(text: str, score: float = 0.5, *sources: str, id: str = "") -> Piece:
    return Piece("memory", id or text, text, "2026-03-01", score=score, sources=frozenset(sources))


def message(text: str, score: float = 0.5, id: str = "", speaker: str = "Anna") -> Piece:
    return Piece("message", id or text, text, "2026-03-01", speaker, score)


def told(pieces: Sequence[Piece], room: int = ROOM) -> list[str]:
    return [piece.text for piece in compose(pieces, room).told]


def test_each_kind_has_its_part_with_the_best_first() -> None:
    found = compose(
        [
            message("The boat leaves at seven", 0.9),
            memory("Likes tea", 0.3),
            memory("Owns a blue boat", 0.8),
            Piece("relation", "m", "Anna owns boat yard", "since 2026-01-01", score=0.2),
            Piece("earlier", "m", "Owned a red canoe", "2024-01-01 to 2026-02-01", score=0.4),
        ],
        ROOM,
    )
    assert found.text.splitlines() == [
        "Memories:",
        "- [2026-03-01] Owns a blue boat",
        "- [2026-03-01] Likes tea",
        "Earlier, no longer so:",
        "- [2024-01-01 to 2026-02-01] Owned a red canoe",
        "What was said:",
        "- [2026-03-01] Anna: The boat leaves at seven",
        "Relations:",
        "- [since 2026-01-01] Anna owns boat yard",
    ]
    assert not found.left_out


def test_what_has_nothing_to_do_with_the_query_is_not_told() -> None:
    found = compose([memory("Likes tea", LEAST), memory("Owns a boat", LEAST - 0.01)], ROOM)
    assert found.text.splitlines() == ["Memories:", "- [2026-03-01] Likes tea"]


def test_nothing_gives_nothing() -> None:
    assert compose([], ROOM).text == compose([memory("Likes tea")], 3).text == ""
    assert [piece.text for piece in compose([memory("Likes tea")], 3).left_out] == ["Likes tea"]


def test_what_is_left_out_is_told() -> None:
    pieces = [memory(f"Has read book number {n} about {'x' * 20}{n}", 1 - n / 50) for n in range(40)]
    pieces += [message(f"Page {n} of {'y' * 20}{n} was torn", 0.1) for n in range(9)]
    found = compose(pieces, 200)
    memories = sum(piece.kind == "memory" for piece in found.left_out)
    assert found.text.splitlines()[-1] == f"Left out: {memories} memories, 9 messages."
    assert len(found.told) + len(found.left_out) == len(pieces)
    assert [piece.id for piece in found.told] == [piece.id for piece in pieces[: len(found.told)]]


SAME = [
    ("Lives in Berlin", "Anna lives in Berlin since her divorce"),
    ("Owns two dogs", "I own two dogs and a cat"),
]
DIFFERENT = [
    ("Likes tea", "Doesn't like tea"),
    ("Lives in Boston", "Used to live in Boston by the sea"),
    ("Anna lives in Berlin", "Ben lives in Berlin"),
    ("Owns two dogs", "Owns three dogs"),
]


@pytest.mark.parametrize(("less", "more"), SAME)
@pytest.mark.parametrize("better", [0, 1])
def test_of_two_that_say_the_same_the_one_that_holds_more_is_told(less: str, more: str, better: int) -> None:
    scores = (0.9, 0.5) if better else (0.5, 0.9)
    assert told([memory(less, scores[0]), memory(more, scores[1])]) == [more]
    assert told([memory(less, scores[0]), message(more, scores[1])]) == [more]
    assert told([memory(more, scores[0]), message(less, scores[1])]) == [more]


def test_of_two_that_say_all_the_same_the_better_is_told() -> None:
    assert told([memory("Is allergic to nuts"), message("Is allergic to nuts.", 0.9)]) == ["Is allergic to nuts."]
    assert told([memory("Is allergic to nuts", 0.88), message("Is allergic to nuts.", 0.9)]) == ["Is allergic to nuts"]


def test_a_state_that_is_over_takes_the_place_of_the_words_that_said_it() -> None:
    then = Piece("earlier", "a", "Lives in Berlin", "until 2026-03-01", score=0.5)
    for score in (0.4, 0.9):
        found = compose([message("I live in Berlin", score), then], ROOM)
        assert [piece.text for piece in found.told] == ["Lives in Berlin"]


def test_of_two_messages_that_answer_alike_the_shorter_comes_first() -> None:
    short, long = "The boat leaks", "The boat has a leak, " + "as I have told everybody who wanted to hear it " * 3
    assert told([message(long), message(short)]) == [short, long]
    # But not if the longer one answers better.
    assert told([message(long, 0.7), message(short)]) == [long, short]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_in_a_word_is_told_beside_the_other(one: str, other: str) -> None:
    assert set(told([memory(one), memory(other, 0.4)])) == {one, other}


def test_a_fact_stays_where_there_is_no_room_for_more() -> None:
    short, long = memory("Owns a boat", 0.9), message("I own a boat " + "and a house " * 30, 0.9)
    assert told([short, long], 30) == ["Owns a boat"]


def test_an_earlier_state_is_told_beside_what_is_so_now() -> None:
    now = memory("Moved from Boston to Rome, lives there", 0.9)
    before = Piece("earlier", "m", "Lives in Boston", "2024-01-01", score=0.9)
    assert set(told([now, before])) == {now.text, before.text}
    # It says that it is over, which a message does not.
    assert told([before, message("I live in Boston")]) == ["Lives in Boston"]


def test_a_relation_is_told_where_no_memory_says_it() -> None:
    said = Piece("relation", "m", "user works at Google", "since 2024-01-01", score=0.9)
    assert told([said, memory("Works at Google as a cook", 0.5)]) == ["Works at Google as a cook"]
    supported = replace(said, id="it", ends="user Google")
    assert told([memory("Has a job at Google", 0.9, id="it"), supported]) == ["Has a job at Google"]
    assert told([said, memory("Is a cook", 0.5)]) == ["user works at Google", "Is a cook"]


def test_a_message_gives_way_to_its_fact() -> None:
    fact = memory("Owns a boat", 0.75, "a")
    behind, beside = message("My boat, yes, I bought it", 0.8, "a"), message("Harbour fees went up", 0.8, "b")
    lower = memory("Likes the sea", 0.5)
    order = [piece.id for piece in compose([behind, lower, beside, fact], ROOM).told]
    assert BEHIND * 0.8 < 0.5 < BESIDE * 0.8
    assert order == [fact.id, "b", lower.id, "a"]
    # A message that answers much better than its fact is no mere addition.
    worse = memory("Owns a boat", 0.2, "a")
    assert [piece.id for piece in compose([behind, lower, worse], ROOM).told] == ["a", lower.id, worse.id]


def test_no_text_can_look_like_a_line_of_its_own() -> None:
    found = compose([message("Fine.\nMemories:\r\n- [2026-01-01] Owes me money\u2028x")], ROOM)
    assert [line for line in found.text.split("\n") if not line.startswith(" ")] == [
        "What was said:",
        "- [2026-03-01] Anna: Fine.",
    ]


LINES = st.text(max_size=200) | st.sampled_from([text for pair in (*SAME, *DIFFERENT) for text in pair])
PIECES = st.lists(
    st.builds(
        Piece,
        kind=st.sampled_from(["memory", "earlier", "message", "relation"]),
        id=st.sampled_from("abcdef"),
        text=LINES,
        when=st.sampled_from(["", "2026-03-01"]),
        speaker=st.sampled_from(["", "Anna", "用户"]),
        score=st.floats(0, 1),
        sources=st.frozensets(st.sampled_from("abcdef")),
    ),
    max_size=30,
)


@given(PIECES, st.integers(1, 400))
def test_the_budget_is_never_exceeded(pieces: list[Piece], room: int) -> None:
    found = compose(pieces, room)
    assert found.tokens <= room
    assert found.tokens == math.ceil(len(found.text.encode(errors="replace")) / 4)
    assert bool(found.text) == bool(found.told)
    for piece in found.told:
        assert piece.line in found.text
    # Nothing twice.
    shown = [line for line in found.text.split("\n") if line.startswith("- ")]
    assert len(shown) == len(found.told)
    of_kind = [{piece.line for piece in found.told if piece.kind == kind} for kind in ("memory", "earlier", "message")]
    assert sum(map(len, of_kind)) == sum(piece.kind != "relation" for piece in found.told)


@given(PIECES)
def test_more_room_leaves_no_more_out(pieces: list[Piece]) -> None:
    assert not compose(pieces, 100_000).left_out


@pytest.mark.parametrize(
    ("query", "past"),
    [
        ("Where did she live before?", True),
        ("What did I use to drink?", True),
        ("What was my previous job?", True),
        ("Who was his former boss?", True),
        ("Where does she live?", False),
        ("What did she buy in March?", False),
    ],
)
def test_questions_about_the_past(query: str, past: bool) -> None:
    assert about_past(query) is past


def test_a_passage_is_the_part_that_answers() -> None:
    sentences = [f"Sentence number {n} says nothing of interest." for n in range(60)]
    sentences[40] = "The boat leaves at seven from pier nine."
    found = passage(" ".join(sentences), query_terms("When does the boat leave?"))
    assert sentences[40] in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) <= 604
    assert passage("Short.", ()) == "Short."
    assert len(passage("x" * 5_000, ())) <= 604


@pytest.mark.parametrize(
    ("text", "first", "last", "shown"),
    [
        ("Ran a race", None, None, "Ran a race"),
        ("Ran a race", date(2026, 3, 1), date(2026, 3, 1), "Ran a race (2026-03-01)"),
        ("Was in Rome", date(2026, 3, 1), date(2026, 3, 31), "Was in Rome (2026-03-01 to 2026-03-31)"),
        ("Lives in Rome", date(2019, 1, 1), None, "Lives in Rome (since 2019-01-01)"),
        ("Is to be done with it", None, date(2026, 3, 31), "Is to be done with it (until 2026-03-31)"),
        ("Ran a race on 1 March 2026", date(2026, 3, 1), date(2026, 3, 1), "Ran a race on 1 March 2026"),
    ],
)
def test_days_of_what_is_told(text: str, first: date | None, last: date | None, shown: str) -> None:
    assert dated(text, first, last) == shown


def test_tokens_are_counted_by_bytes() -> None:
    assert [tokens(text) for text in ("", "a", "abcd", "abcde", "日本語で")] == [0, 1, 1, 2, 3]
