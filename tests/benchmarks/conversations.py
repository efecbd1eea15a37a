"""Conversations with questions and the turns that answer them, in the form of LoCoMo; facts drawn from them; what a ranking is worth.

A file is a list of ``{"sample_id", "conversation": {"session_1": [{"speaker", "dia_id", "text", "blip_caption"?}, …],
"session_1_date_time", …}, "qa": [{"question", "category", "evidence": ["D1:3", …]}, …]}``. Facts of a conversation are a list of
``{"text", "turns": ["D1:3", …], "subject", "entities", "categories", "relations": [{"source", "predicate", "target"}, …]}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.model import times
from graphmem.model.changes import Change, ChangeSet, Create, Relate, Source, Transcript
from graphmem.model.ids import new_id
from graphmem.model.memory import PERSON, Entity, Message, Role, Scope, StoredMemory, StoredRelation
from graphmem.model.vectors import Vector

Fact: TypeAlias = Mapping[str, Any]
KINDS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop"}
# Speakers that are roles, and not people.
ROLES: Mapping[str, Role] = {"User": "user", "Assistant": "assistant"}
CUTOFFS = (5, 10, 20, 30)
MEASURES = (*(f"R@{cutoff}" for cutoff in CUTOFFS), "all@10", "MRR")
_FORMS = ("%I:%M %p on %d %B, %Y", "%I:%M %p on %d %b, %Y", "%d.%m.%Y, %H:%M:%S")
_UNKNOWN = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn. Its text is the same for every system: ``[<date of the session>] <speaker>: <text> (shares <caption of the image>)``."""

    id: str
    speaker: str
    text: str
    said_at: datetime

    @property
    def message(self) -> Message:
        """As a chat client would send it: with a role, and with a name where people have names."""
        if self.speaker in ROLES:
            return Message(ROLES[self.speaker], self.text)
        return Message("user", self.text, self.speaker)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of some kind, and the ids of the turns that answer it."""

    text: str
    kind: str
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by sessions: name → turns."""

    id: str
    sessions: Mapping[str, tuple[Turn, ...]]
    questions: tuple[Question, ...]

    @property
    def turns(self) -> Iterator[Turn]:
        return (turn for session in self.sessions.values() for turn in session)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is to be stored of a session. `turns`: id of a memory → the turns it tells."""

    changes: ChangeSet
    turns: Mapping[str, frozenset[str]]


def load(path: Path) -> list[Conversation]:
    """The conversations of a file. Questions without a turn that answers them are left out."""
    return [_conversation(raw) for raw in json.loads(path.read_text())]


def facts_of(folder: Path, conversation: Conversation) -> list[Fact]:
    """The facts in ``facts-<id>.json``; none if there is no such file."""
    path = folder / f"facts-{conversation.id}.json"
    return json.loads(path.read_text()) if path.exists() else []


def measures(found: Iterable[frozenset[str]], evidence: frozenset[str]) -> npt.NDArray[np.float64]:
    """MEASURES of a ranking, in [0, 1].

    Args:
        found: the turns that each hit tells, best hit first. evidence: those that answer the question.
    """
    hits = [turns & evidence for turns in found]
    within = {cutoff: len(frozenset[str]().union(*hits[:cutoff])) for cutoff in CUTOFFS}
    first = next((place for place, turns in enumerate(hits, 1) if turns), None)
    recall = [within[cutoff] / len(evidence) for cutoff in CUTOFFS]
    return np.array([*recall, within[10] == len(evidence), 1 / first if first else 0])


def stored(
    session: Sequence[Turn],
    scope: Scope,
    embed: Callable[[Sequence[str]], Sequence[Vector | None]],
    *,
    messages: bool = True,
    facts: Sequence[Fact] = (),
) -> Stored:
    """One session, to be written in one transaction.

    Args:
        messages: whether each turn is a memory of its own. facts: those of this session.
    """
    place = {turn.id: number for number, turn in enumerate(session)}
    said = [(turn.text, [turn.id], None) for turn in session] if messages else []
    drawn = [(fact["text"], sorted(place.keys() & set(fact["turns"]), key=place.__getitem__), fact) for fact in facts]
    rows: list[tuple[str, list[str], Fact | None]] = [*said, *drawn]
    people = {turn.speaker for turn in session} - ROLES.keys()
    changes: list[Change] = []
    told: dict[str, frozenset[str]] = {}
    for (text, turns, fact), vector in zip(rows, embed([text for text, _, _ in rows]), strict=True):
        at = session[place[turns[0]]].said_at
        categories = tuple(fact["categories"]) if fact else ()
        memory = StoredMemory(new_id(), text, scope, new_id(), at, at, categories=categories)
        told[memory.id] = frozenset(turns)
        changes.append(Create(memory, vector, tuple(Source(place[turn]) for turn in turns)))
        if fact:
            changes.append(_links(fact, memory.id, scope.owner, people))
    said_as = tuple(turn.message for turn in session)
    transcript = Transcript(scope.key, tuple(new_id() for _ in session), said_as, session[0].said_at)
    return Stored(ChangeSet(new_id(), times.now(), tuple(changes), transcript), told)


def _links(fact: Fact, memory: str, owner: str, people: Set[str]) -> Relate:
    relations = [
        (each["source"], "_".join(each["predicate"].lower().split()), each["target"]) for each in fact["relations"]
    ]
    ends = [end for source, _, target in relations for end in (source, target)]
    names = dict.fromkeys([fact["subject"], *fact["entities"], *ends])
    entities = {name: Entity(name, PERSON if name in people else "thing") for name in names if Entity(name).key}
    edges = (
        StoredRelation(entities[source].id(owner), predicate, entities[target].id(owner), memory)
        for source, predicate, target in relations
    )
    by_key = {entity.key: entity for entity in entities.values()}
    return Relate(memory, owner, tuple(by_key.values()), tuple(dict.fromkeys(edges)))


def _conversation(raw: Mapping[str, Any]) -> Conversation:
    talk = raw["conversation"]
    names = sorted((name for name in talk if re.fullmatch(r"session_\d+", name)), key=lambda name: int(name[8:]))
    sessions: dict[str, tuple[Turn, ...]] = {}
    last = _UNKNOWN
    for name in names:
        date = talk.get(f"{name}_date_time", "")
        start, turns = _time(date), []
        for number, said in enumerate(talk[name]):
            # Every turn has a time of its own.
            last = max(start + timedelta(minutes=number), last + timedelta(seconds=1))
            text = said.get("text") or said.get("clean_text") or ""
            shared = f" (shares {said['blip_caption']})" if said.get("blip_caption") else ""
            turns.append(Turn(said["dia_id"], said["speaker"], f"[{date}] {said['speaker']}: {text}{shared}", last))
        sessions[name] = tuple(turns)
    known = {turn.id for turns in sessions.values() for turn in turns}
    questions = (
        Question(
            each["question"],
            KINDS.get(each.get("category"), str(each.get("category"))),
            _evidence(each.get("evidence") or [], known),
        )
        for each in raw["qa"]
        if each.get("category") in KINDS or isinstance(each.get("category"), str)
    )
    return Conversation(str(raw["sample_id"]), sessions, tuple(each for each in questions if each.evidence))


def _evidence(labels: Sequence[str], known: set[str]) -> frozenset[str]:
    found = (f"D{int(a)}:{int(b)}" for label in labels for a, b in re.findall(r"D:?(\d+):(\d+)", str(label)))
    return frozenset(turn for turn in found if turn in known)


def _time(text: str) -> datetime:
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=timezone.utc)
        except ValueError:
            continue
    return _UNKNOWN
