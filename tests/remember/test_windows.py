"""Splitting long conversations into windows, and merging their facts."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model import calendar
from graphmem.model.memory import Entity, Message, Role
from graphmem.remember.by_model.windows import (
    MAX_MESSAGES,
    MAX_TOKENS,
    PIECE_TOKENS,
    REST_MESSAGES,
    TAIL_TOKENS,
    Window,
    estimated_tokens,
    merge,
    windows,
)
from graphmem.remember.facts import Extraction, Fact, Triple

DAY = calendar.day(date(2026, 3, 4))


def said(*contents: str) -> tuple[Message, ...]:
    return tuple(Message("user", content) for content in contents)


def numbered(count: int) -> tuple[Message, ...]:
    return said(*(f"message {n}" for n in range(count)))


def test_a_short_conversation_is_one_window() -> None:
    messages = (Message("system", "Be kind."), Message("user", "I like tea", "Alex"))
    assert windows(messages) == (Window(messages, (0, 1), (0, 0)),)
    assert windows(()) == windows(said("", " \n")) == ()
    assert windows(said("", "Hi", " ")) == (Window(said("Hi"), (1,), (0,)),)


def test_windows_overlap_by_three_messages() -> None:
    first, second, third = windows(numbered(50))
    assert (first.indices, first.context) == (tuple(range(20)), frozenset())
    assert (second.indices, second.context) == (tuple(range(17, 37)), frozenset({0, 1, 2}))
    assert (third.indices, third.context) == (tuple(range(34, 50)), frozenset({0, 1, 2}))
    assert len(windows(numbered(MAX_MESSAGES))) == 1


def test_a_short_rest_is_no_window_of_its_own() -> None:
    for count, sizes in ((28, [28]), (29, [20, 12]), (45, [20, 28]), (46, [20, 20, 12])):
        assert [len(window.messages) for window in windows(numbered(count))] == sizes
    # Where it fits.
    long = said(*("x " * 490 for _ in range(24)))
    assert all(
        sum(estimated_tokens(each.content) for each in window.messages) <= MAX_TOKENS for window in windows(long)
    )


def test_settled_messages_are_context_only_before_new_ones() -> None:
    [window] = windows(numbered(30), frozenset(range(28)))
    assert (window.indices, window.context) == ((25, 26, 27, 28, 29), frozenset({0, 1, 2}))
    [window] = windows(numbered(10), frozenset(range(10)) - {4})
    assert (window.indices, window.context) == ((1, 2, 3, 4), frozenset({0, 1, 2}))
    assert windows(numbered(30), frozenset(range(30))) == ()


def test_long_context_messages_are_cut_to_their_ends() -> None:
    story = "Once there was a king. " * 200
    [window] = windows(said(story, "He was my father."), frozenset({0}))
    assert estimated_tokens(window.messages[0].content) <= TAIL_TOKENS
    assert window.messages[0].content.startswith("Once there")
    assert story[window.offsets[0] :] == window.messages[0].content


@pytest.mark.parametrize(
    ("piece", "ends"),
    [
        ("One line after another\n\n", "\n\n"),
        ("One line after another\n", "\n"),
        ("It is a sentence. ", ". "),
        ("私は東京に住んでいます。", "。"),
        ("word ", " "),
        ("x", "x"),
        ("é", "é"),
        ("🙂", "🙂"),
    ],
)
def test_a_huge_message_is_cut_at_the_best_boundaries(piece: str, ends: str) -> None:
    content = piece * (40_000 // len(piece))
    found = windows(said("Hi", content, "Bye"))
    assert len(found) > 3
    joined = ""
    for window in found:
        for n, (part, index, offset) in enumerate(zip(window.messages, window.indices, window.offsets, strict=True)):
            if index == 1 and n not in window.context:
                assert offset == len(joined)
                assert part.content.endswith(ends)
                assert estimated_tokens(part.content) <= PIECE_TOKENS
                joined += part.content
    assert joined == content


CONTENT = st.text(st.sampled_from("ab. \n。é"), max_size=30) | st.builds(
    lambda piece, times: piece * times, st.sampled_from(["Hi. ", "a", "é", "b\n", " "]), st.integers(0, 9_000)
)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(get_args(Role)), CONTENT, st.booleans()), max_size=30))
def test_every_character_is_new_in_one_window_and_windows_keep_their_size(rows: list[tuple[Role, str, bool]]) -> None:
    messages = tuple(Message(role, content) for role, content, _ in rows)
    settled = frozenset(index for index, (_, _, known) in enumerate(rows) if known)
    covered: dict[int, str] = {}
    for window in windows(messages, settled):
        # A short rest is read with what comes before it.
        assert len(window.messages) <= MAX_MESSAGES + REST_MESSAGES
        assert sum(estimated_tokens(each.content) for each in window.messages) <= MAX_TOKENS
        assert len(window.context) < len(window.messages)
        for n, (part, index, offset) in enumerate(zip(window.messages, window.indices, window.offsets, strict=True)):
            assert messages[index].content[offset : offset + len(part.content)] == part.content
            assert part.role == messages[index].role
            if n in window.context:
                continue
            assert index not in settled
            skipped = messages[index].content[len(covered.get(index, "")) : offset]
            assert not skipped.strip()
            covered[index] = covered.get(index, "") + skipped + part.content
    for index, message in enumerate(messages):
        if index not in settled:
            assert covered.get(index, "").rstrip() == message.content.rstrip() or not message.content.strip()


def test_merged_facts_have_the_indices_of_the_whole_conversation() -> None:
    read = (
        Window(numbered(3), (0, 1, 2), (0, 0, 0)),
        Window(numbered(3), (2, 2, 3), (0, 100, 0), frozenset({0})),
    )
    found = merge(
        [
            Extraction((Fact("Likes tea", (0, 2), spans=((1, 4), None)),), unsupported=1, unwanted=2),
            Extraction(
                (
                    Fact("Has a cat", (0, 1, 2), spans=(None, (5, 9), None)),
                    Fact("Has a dog", (1,), by_assistant=True),
                ),
                unsupported=1,
                dropped=3,
                undated=1,
            ),
        ],
        read,
    )
    assert found == Extraction(
        (
            Fact("Likes tea", (0, 2), spans=((1, 4), None)),
            Fact("Has a cat", (2, 3), spans=((105, 109), None)),
            Fact("Has a dog", (2,), by_assistant=True),
        ),
        unsupported=2,
        unwanted=2,
        dropped=3,
        undated=1,
    )


def test_a_fact_found_in_two_windows_is_merged() -> None:
    read = tuple(Window(said("x"), (index,), (0,)) for index in range(3))
    tea, leaf = Entity("Tea", "drink"), Entity("Leaf")
    found = merge(
        [
            Extraction((Fact("Likes tea", (0,), False, ("food",), (tea,), (Triple("a", "b", "c"),), ((0, 1),)),)),
            Extraction((Fact("likes  Tea.", (0,), False, ("misc", "food"), (leaf, Entity("tea")), (), (), DAY),)),
            Extraction((Fact("Likes tea", (0,), by_assistant=True),)),
        ],
        read,
    )
    assert found.facts == (
        Fact("Likes tea", (0, 1), False, ("food", "misc"), (tea, leaf), (Triple("a", "b", "c"),), ((0, 1), None), DAY),
        Fact("Likes tea", (2,), by_assistant=True),
    )
    assert merge([], []) == Extraction(())
    with pytest.raises(ValueError, match="argument 2 is longer"):
        merge([], read)
