"""The corpus, read from its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Session:
    """Part of a conversation, as one call of `add` takes it.

    Attributes:
        timestamp: when it began, ISO 8601.
        turns: messages, with an id each; all of them have `facts`, or none has and they are stored as they stand.
    """

    conversation: str
    user_id: str
    timestamp: str
    turns: tuple[Mapping[str, Any], ...]

    @property
    def messages(self) -> list[dict[str, str]]:
        return [{key: turn[key] for key in ("role", "name", "content") if key in turn} for turn in self.turns]

    @property
    def has_facts(self) -> bool:
        return any("facts" in turn for turn in self.turns)

    @property
    def ids(self) -> dict[str, str]:
        """Text of each memory that is to be stored → its id in the corpus."""
        if self.has_facts:
            return {fact["text"]: fact["id"] for turn in self.turns for fact in turn["facts"]}
        return {turn["content"]: turn["id"] for turn in self.turns}


@dataclass(frozen=True, slots=True)
class Question:
    """Asked of everything that a user has. `evidence`: ids of the turns or facts that hold the answer, at least one."""

    user_id: str
    kind: str
    text: str
    evidence: tuple[str, ...]

    def recall(self, ids: Sequence[str], depth: int) -> float:
        """The share of the evidence, in [0, 1], that is among the first `depth` ids."""
        return len({*self.evidence}.intersection(ids[:depth])) / len(self.evidence)


def sessions() -> Iterator[Session]:
    """All conversations by name, each in the order in which it took place."""
    for file in sorted((FOLDER / "conversations").glob("*.json")):
        conversation = json.loads(file.read_text(encoding="utf-8"))
        for session in conversation["sessions"]:
            turns = tuple(session["turns"])
            yield Session(conversation["id"], conversation["user_id"], session["timestamp"], turns)


def questions() -> list[Question]:
    rows = map(json.loads, (FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    return [Question(row["user_id"], row["kind"], row["question"], tuple(row["evidence"])) for row in rows]
