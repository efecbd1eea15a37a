"""Memories pasted into a prompt: what may be one, and what is left without them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.model.memory import Message
from graphmem.remember.pasted_memories import MAX_CANDIDATES, blank_out, candidates

TEA = "Likes tea"


def system(content: str) -> tuple[Message, ...]:
    return (Message("system", content),)


@pytest.mark.parametrize(
    "line",
    [
        "- Likes tea",
        "* Likes tea",
        "• Likes tea",
        "  – Likes tea  ",
        "1. Likes tea",
        "12) Likes tea",
        "(3) Likes tea",
        "[4] Likes tea",
        "- [5] Likes tea",
        "> Likes tea",
        "- **Likes tea**",
        "- `Likes tea`",
        '- "Likes tea"',
        "- “Likes tea”",
        "- likes  TEA.",
        "1. Likes tea (score 0.83)",
        "1. Likes tea (score: 0.83)",
        "1. Likes tea (0.83)",
        "1. Likes tea [similarity=0.83]",
        "1. Likes tea - score: 0.83",
        "1. Likes tea, relevance 83%",
        "1. Likes tea | 0.83",
        "- Likes tea (2026-03-04)",
        "- Likes tea (updated 2026-03-04T10:00:00Z)",
        "- Likes tea [created: 2026-03-04] (score 0.5)",
        "- [2026-03-04] Likes tea",
        "- 2026-03-04: Likes tea",
        "- 0.83 Likes tea",
        "<memory>Likes tea</memory>",
        '<fact id="7"> Likes tea </fact>',
        "Known facts:\nLikes tea",
        "## Memories\n\nLikes tea",
        "**What I remember**:\nIs kind\nLikes tea",
        "<context>\nLikes tea\n</context>",
        "Here is some background on the user:\n2026-03-04 Likes tea",
        json.dumps({"results": [{"id": "x", "memory": TEA, "score": 0.5}]}),
        json.dumps([{"memory": TEA}, {"memory": "x"}], indent=2),
        "[{'id': 'x', 'memory': 'Likes tea'}]",
    ],
)
def test_a_pasted_memory_is_found_and_blanked_out(line: str) -> None:
    content = f"You help.\n{line}\n\nBe kind."
    assert any(each.lower().rstrip(".") in ("likes tea", "likes  tea") for each in candidates(system(content)))
    [left], count = blank_out(system(content), {TEA})
    assert count == 1
    assert len(left.content) == len(content)
    assert "tea" not in left.content.lower()
    assert all(new in (old, " ") for old, new in zip(content, left.content, strict=True))
    assert "You help." in left.content
    assert "Be kind." in left.content
    # Without it nothing is blanked.
    assert blank_out(system(content), {"Likes coffee"}) == (system(content), 0)


@pytest.mark.parametrize(
    "content",
    ["Likes tea", "I said: Likes tea", "Likes tea\nIs kind", "The plan:\nLikes tea", "Known facts:\nx\n\nLikes tea", "-Likes tea"],
)  # fmt: skip
def test_plain_sentences_are_not_candidates(content: str) -> None:
    assert TEA not in candidates(system(content))
    assert blank_out(system(content), {TEA}) == (system(content), 0)


def test_a_line_is_a_candidate_with_and_without_decorations() -> None:
    assert candidates(system('- Went to "Rome" yesterday (2026-03-04)')) == (
        'Went to "Rome" yesterday (2026-03-04)',
        'Went to "Rome" yesterday',
    )


@pytest.mark.parametrize(
    "content",
    ["- Likes tea", "Memories:\n- Likes tea\n1. Likes tea (0.4)\n", "<memories>\n- Likes tea\n</memories>", "# Context\n\nLikes tea"],
)  # fmt: skip
def test_a_message_of_nothing_but_known_memories_becomes_empty(content: str) -> None:
    messages = (*system(content), Message("user", "And coffee", "Al"))
    found, count = blank_out(messages, {TEA})
    assert found == (Message("system", ""), messages[1])
    assert count == content.count(TEA)


def test_candidates_are_bounded_and_distinct() -> None:
    lines = "\n".join(f"- Memory {n}" for n in range(500))
    found = candidates((*system(lines), *system(lines)))
    assert found == tuple(f"Memory {n}" for n in range(MAX_CANDIDATES))
    assert candidates(system("- " + "x" * 5_000)) == candidates(()) == candidates(system("- ?!\n---\n")) == ()


@given(st.text(st.sampled_from("-1. ab\n\r\u2028\"'{}[]()0:#"), max_size=80) | st.text(max_size=40), st.integers(0, 9))
def test_blanking_out_keeps_the_length_or_empties_the_message(content: str, chosen: int) -> None:
    known = set(candidates(system(content))[chosen : chosen + 2])
    [left], count = blank_out(system(content), known)
    assert left.content == "" or len(left.content) == len(content)
    assert bool(known) == bool(count) or not known
