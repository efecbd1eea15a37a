"""Prompts and the shapes of their answers, side by side.

Every list and string in a shape is bounded: small models otherwise run on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from graphmem.model import Message
from graphmem.reading import Prompt

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
        said_at: when the conversation took place.
        for_user, for_agent: whose facts are wanted.
        includes, excludes, custom: what to keep, what to leave out, anything else; free text.
        categories: name → description; empty means the default set.
    """

    said_at: datetime
    for_user: bool = True
    for_agent: bool = False
    includes: str | None = None
    excludes: str | None = None
    custom: str | None = None
    categories: Mapping[str, str] = field(default_factory=dict)


class EntityAnswer(BaseModel):
    name: str = Field(max_length=100)
    type: str = Field(max_length=30, description="person, place, organization, product, event, animal or thing")


class RelationAnswer(BaseModel):
    source: str = Field(max_length=100)
    relationship: str = Field(max_length=50, description="lower case, such as lives_in or sister_of")
    target: str = Field(max_length=100)


class FactAnswer(BaseModel):
    text: str = Field(max_length=500, description="one short sentence that can be understood alone")
    about: Literal["user", "assistant"]
    messages: list[int] = Field(max_length=20, description="numbers of the messages that say it")
    categories: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=3)
    entities: list[EntityAnswer] = Field(default=[], max_length=6)
    relations: list[RelationAnswer] = Field(default=[], max_length=6)


class Answer(BaseModel):
    """What the model must answer to an extraction prompt."""

    model_config = ConfigDict(title="facts")

    facts: list[FactAnswer] = Field(max_length=30)


_TASK = """\
You pick out what is worth remembering from a conversation, as short facts. Answer with JSON of the given schema only.
- A fact is a lasting statement about a person, their life, wishes or circumstances, or an instruction to the assistant. \
Greetings, questions, guesses, small talk and general knowledge are not facts. No facts is a fine answer.
- Write each fact as one short sentence in the language of the conversation, in the third person without "the user" \
(such as "Is allergic to nuts"). Name other people. Replace words like "it" and "there" by what they stand for, from the messages before.
- Replace words like "yesterday" by dates; the conversation took place on {said_at}.
- Put into `messages` the numbers of the messages that say it. Say only what they say.
- `about` is "user" for what the user says of themselves or their world, "assistant" for what the assistant says of itself or is told to be.
- {whose}
- `categories`: at most three of: {categories}.
- `entities`: people, places and things that the fact names. `relations`: between these, such as Anna, sister_of, Alex. \
Use "{speaker}" for the one who speaks."""

_WHOSE = {
    (True, False): "Wanted are facts about the user only; the assistant's messages are there to understand them.",
    (False, True): (
        "Wanted are facts that the assistant states about itself or its part, or that system messages tell it; the user's messages "
        "are there to understand them."
    ),
    (True, True): "Wanted are facts about the user and about the assistant.",
}

_REPAIR = "That answer can't be used: {reason}. Answer again with JSON of the schema only, shorter if need be."


def extraction_prompt(messages: Sequence[Message], instructions: Instructions) -> Prompt:
    """Asks for the facts in these messages; they are numbered from 1."""
    categories = instructions.categories or DEFAULT_CATEGORIES
    task = _TASK.format(
        said_at=instructions.said_at.strftime("%A, %Y-%m-%d"),
        whose=_WHOSE[instructions.for_user, instructions.for_agent],
        categories="; ".join(f"{name} ({about})" if about else name for name, about in categories.items()),
        speaker="user" if instructions.for_user else "assistant",
    )
    wishes = (
        ("Include only: ", instructions.includes),
        ("Leave out: ", instructions.excludes),
        ("", instructions.custom),
    )
    extra = "".join(f"\n- {lead}{text}" for lead, text in wishes if text)
    lines = "\n".join(f"[{n}] {_speaker(message)}: {message.content}" for n, message in enumerate(messages, 1))
    return Prompt(
        messages=(
            {"role": "system", "content": task + extra},
            {"role": "user", "content": f"The conversation:\n{lines}"},
        ),
        schema=_schema(Answer),
        name="facts",
    )


def repair_prompt(prompt: Prompt, answer: str, reason: str) -> Prompt:
    """Asks once more, with what was wrong."""
    again = (
        {"role": "assistant", "content": answer[:2_000]},
        {"role": "user", "content": _REPAIR.format(reason=reason)},
    )
    return Prompt((*prompt.messages, *again), prompt.schema, prompt.name)


def _speaker(message: Message) -> str:
    return f"{message.role} ({message.name})" if message.name else message.role


def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    """The model's JSON schema as strict servers want it: every property required, no others allowed, no defaults."""
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        part["required"] = list(part["properties"])
        part["additionalProperties"] = False
        for each in part["properties"].values():
            each.pop("default", None)
    return schema
