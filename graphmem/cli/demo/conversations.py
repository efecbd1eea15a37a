"""The conversations of the demo: two people learn Portuguese with the same tutor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ALICE, BRUNO, TUTOR, LESSON = "demo-alice", "demo-bruno", "demo-tutor", "demo-lesson-2"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that took place `days_ago`. In `turns`, the user speaks first, then the two take turns."""

    title: str
    days_ago: int
    scope: dict[str, Any]
    turns: tuple[str, ...]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The turns in the form that `add` takes."""
        roles = ("user", "assistant")
        return [{"role": roles[n % 2], "content": content} for n, content in enumerate(self.turns)]


CONVERSATIONS = (
    Conversation(
        "Alice meets her tutor",
        40,
        {"user_id": ALICE, "agent_id": TUTOR},
        (
            "Hi! I'm Alice. I moved to Lisbon in May and I work as a nurse, so I need Portuguese quickly.",
            "Welcome, Alice! I'm your Portuguese tutor. I teach with short stories instead of grammar tables. "
            "Do you like to cook? Recipes make good first lessons.",
            "I love cooking. But I'm allergic to nuts. I cook fish every Friday.",
            "Then our first story is a fish soup. Is there anybody you can practise with?",
            "Yes! My sister Anna lives in Berlin and speaks Portuguese. We call each other on Sundays.",
            "Perfect: Sundays are for Anna.",
        ),
    ),
    Conversation(
        "Bruno meets the same tutor",
        21,
        {"user_id": BRUNO, "agent_id": TUTOR},
        (
            "Good evening! My name is Bruno. I live in Porto and I play the cello in a small orchestra.",
            "Good evening, Bruno! What would you like to work on?",
            "I have a concert in Faro next month. I want to introduce the pieces in Portuguese.",
            "Wonderful. We could also read recipes. Do you cook?",
            "Every day! I'm a vegetarian and I hate mushrooms. My dog Pixel eats them for me.",
        ),
    ),
    Conversation(
        "Alice's second lesson, in a run of its own",
        2,
        {"user_id": ALICE, "agent_id": TUTOR, "run_id": LESSON},
        (
            "I'm back! Yesterday I ordered lunch in Portuguese for the first time.",
            "Bravo! What shall we do today?",
            "I have a job interview at Santa Maria hospital next week. I want to practise telephone calls.",
            "Good idea. The phone rings: who is calling?",
            "Wait, one thing: I prefer to be corrected right away, not at the end.",
            "Of course. I always correct in writing.",
        ),
    ),
)

# (question, whose memories are searched for the answer).
SEARCHES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("food allergies and dislikes", {"user_id": ALICE}),
    ("food allergies and dislikes", {"user_id": BRUNO}),
    ("How does the tutor teach?", {"agent_id": TUTOR}),
)

# (question, whose memories, new text): the best memory that the question finds gets this text.
CHANGE: tuple[str, dict[str, Any], str] = (
    "What does she work as?",
    {"user_id": ALICE},
    "Works as a nurse at Santa Maria hospital",
)
