"""What the caller wants remembered: whose facts, in which categories, and what to leave out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

DEFAULT_CATEGORIES: dict[str, str] = {
    "personal_details": "name, age, family, where someone is from",
    "relationships": "people someone knows, and how",
    "food_preferences": "diet, allergies, likes and dislikes in food and drink",
    "health": "conditions, medicine, fitness",
    "work": "job, employer, projects, colleagues",
    "education": "school, courses, skills being learned",
    "travel": "trips taken or planned, places",
    "home": "where and how someone lives, pets, belongings",
    "hobbies": "sports, games, crafts, how free time is spent",
    "entertainment": "music, films, books, shows",
    "technology": "devices, software, tools in use",
    "finance": "money, purchases, budgets",
    "goals": "plans, wishes, intentions",
    "events": "things that happened or will happen on a date",
    "instructions": "how the assistant should behave",
    "misc": "anything else",
}


@dataclass(frozen=True, slots=True)
class Instructions:
    """How the caller wants facts to be chosen.

    Attributes:
        said_at: when the conversation took place, with the offset of those who spoke: its date is their day.
        for_user, for_agent: whose facts are wanted.
        includes, excludes, custom: what to keep, what to leave out, anything else; free text.
        categories: name → description; empty means the default set.
        keep_secrets: whether facts that hold a password, key, token or card number are wanted, too.
    """

    said_at: datetime
    for_user: bool = True
    for_agent: bool = False
    includes: str | None = None
    excludes: str | None = None
    custom: str | None = None
    categories: Mapping[str, str] = field(default_factory=dict)
    keep_secrets: bool = False

    @property
    def allowed_categories(self) -> Mapping[str, str]:
        """The categories that a fact may have."""
        return self.categories or DEFAULT_CATEGORIES
