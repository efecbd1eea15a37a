"""The facts and the questions about them, read from their files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# What facts.txt calls the one who speaks, and what a model is told to call her.
_SPEAKER = {"me": "user"}


@dataclass(frozen=True, slots=True)
class LabelledFact:
    """A line of facts.txt: ``id | text | source > predicate > target; …`` below the categories that it belongs to."""

    id: str
    text: str
    categories: tuple[str, ...]
    relations: tuple[tuple[str, str, str], ...]

    @property
    def answer(self) -> dict[str, Any]:
        """As a language model gives it, without the message that it stands in."""
        ends = dict.fromkeys(end for source, _, target in self.relations for end in (source, target))
        keys = ("source", "relationship", "target")
        return {
            "text": self.text,
            "categories": [*self.categories],
            "entities": [{"name": end, "type": "thing"} for end in ends if end not in _SPEAKER.values()],
            "relations": [
                {**dict(zip(keys, relation, strict=True)), "since": "", "until": ""} for relation in self.relations
            ],
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A question of `kind` set, reworded (a set as well), single or newcomer. `answer`: ids of the facts that answer it."""

    kind: str
    text: str
    answer: tuple[str, ...]

    def recall(self, ids: Sequence[str]) -> float:
        """The share of the answer, in [0, 1], that is among these ids."""
        return len({*self.answer}.intersection(ids)) / len(self.answer)

    def place(self, ids: Sequence[str]) -> int | None:
        """Where the first fact that answers it stands, from 1."""
        return next((place for place, id in enumerate(ids, 1) if id in self.answer), None)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of `kind` nonsense, exact or paraphrase. `answer`: ids of memories that answer it; in the demo's store their texts."""

    kind: str
    store: str
    user: str | None
    text: str
    answer: tuple[str, ...]


def facts() -> list[LabelledFact]:
    found: list[LabelledFact] = []
    categories: tuple[str, ...] = ()
    for line in (FOLDER / "facts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            categories = tuple(line.lstrip("# ").split(", "))
        elif line:
            id, text, *rest = line.split(" | ")
            relations = tuple(map(_relation, rest[0].split("; "))) if rest else ()
            found.append(LabelledFact(id, text, categories, relations))
    return found


def questions() -> list[Question]:
    given = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))
    sets = [
        Question(kind, row["question"], tuple(row["answer"].split()))
        for kind, name in (("set", "sets"), ("reworded", "reworded"))
        for row in given[name]
    ]
    return sets + [
        Question("newcomer" if row.get("newcomer") else "single", row["question"], tuple(row["answer"].split()))
        for row in given["single"]
    ]


def queries() -> list[Query]:
    """Every nonsense query once for each of the stores."""
    given = json.loads((FOLDER / "queries.json").read_text(encoding="utf-8"))
    nonsense = [
        Query("nonsense", store, None, text, ())
        for store in ("facts", "messages", "demo")
        for text in given["nonsense"]
    ]
    return nonsense + [
        Query(kind, row["store"], row.get("user"), row["query"], _ids(row["store"], row["answer"]))
        for kind in ("exact", "paraphrase")
        for row in given[kind]
    ]


def _relation(text: str) -> tuple[str, str, str]:
    source, predicate, target = text.split(" > ")
    return _SPEAKER.get(source, source), predicate, _SPEAKER.get(target, target)


def _ids(store: str, answer: str) -> tuple[str, ...]:
    if store == "facts":
        return tuple(answer.split())
    # "maria-tom 3.3 maria-tom 2.1" are two messages.
    words = answer.split()
    return (answer,) if store == "demo" else tuple(map(" ".join, zip(words[::2], words[1::2], strict=True)))
