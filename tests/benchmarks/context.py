"""How much of the evidence for answers stands in a context, by facts that are given and by what was said.

    python -m tests.benchmarks.context DATA FACTS.json … [--tokens 850] [--without-messages]
    python -m tests.benchmarks.context DATA --rules conv-30 …      facts of the built-in rules
    python -m tests.benchmarks.context DATA --as-said conv-30 …    turns as they stand, as memories

DATA: conversations in LoCoMo's format, which are not part of the project. FACTS: those of one conversation, named after it
(``facts-conv-30.json``): a list of ``{"text", "turns", "subject", "entities", "categories", "relations"}``, where ``turns`` are the ids of
the turns that say it. They are stored as they are, each with the session of its last turn.

A labelled turn counts as told if its message is one of those that ``explain`` names: it is told itself, or is a source of a memory that
is told. 850 tokens are about 3,400 characters.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from io import StringIO
from pathlib import Path
from typing import Any

from graphmem import MemoryClient
from graphmem.model import times
from graphmem.model.changes import Change, ChangeSet, Create, Relate, Source, Transcript
from graphmem.model.ids import new_id
from graphmem.model.memory import PERSON, Entity, Message, Scope, StoredMemory, StoredRelation, entity_key
from graphmem.remember.findable import by_what_found

KINDS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop"}
Fact = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Session:
    """A part of a conversation. `turns`: id → message."""

    at: datetime
    turns: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the ids of the turns that answer it."""

    text: str
    kind: str
    evidence: frozenset[str]


def conversation(data: Path, name: str) -> tuple[list[Session], list[Asked]]:
    """The sessions of a conversation, and the questions about it that have evidence."""
    talk = next(each for each in json.loads(data.read_text(encoding="utf-8")) if each["sample_id"] == name)
    sessions = list(_sessions(talk["conversation"]))
    known = {id for session in sessions for id in session.turns}
    asked = [
        Asked(each["question"], KINDS[each["category"]], frozenset(_ids(each["evidence"]) & known))
        for each in talk["qa"]
        if each["category"] in KINDS
    ]
    return sessions, [each for each in asked if each.evidence]


def _sessions(talk: Mapping[str, Any]) -> Iterator[Session]:
    for number in range(1, 100):
        if turns := talk.get(f"session_{number}"):
            at = datetime.strptime(talk[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y")
            shown = {
                turn["dia_id"]: f" (shares {turn['blip_caption']})" if turn.get("blip_caption") else ""
                for turn in turns
            }
            yield Session(
                at.replace(tzinfo=timezone.utc),
                {
                    turn["dia_id"]: Message("user", turn["text"] + shown[turn["dia_id"]], turn["speaker"])
                    for turn in turns
                },
            )


def _ids(labels: Sequence[str]) -> set[str]:
    return {id for label in labels for id in label.replace(";", " ").split()}


def store_facts(
    client: MemoryClient, user: str, sessions: Sequence[Session], facts: Sequence[Fact], messages: bool
) -> None:
    """Store these facts and what was said, session by session."""
    session_of = {id: n for n, session in enumerate(sessions) for id in session.turns}
    by_session: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        if cited := [session_of[id] for id in fact["turns"] if id in session_of]:
            by_session[max(cited)].append(fact)
    people = {message.name for session in sessions for message in session.turns.values()}
    scope = Scope(user_id=user)
    for n, session in enumerate(sessions):
        said = tuple(session.turns.values())
        texts = [fact["text"] for fact in by_session[n]] + [message.content for message in said if messages]
        vectors = list(client._parts.embed(texts, writing=True))
        place = {id: index for index, id in enumerate(session.turns)}
        made: list[Change] = []
        links: list[Change] = []
        for fact, vector in zip(by_session[n], vectors, strict=False):
            memory = StoredMemory(
                new_id(), fact["text"], scope, new_id(), session.at, session.at, categories=tuple(fact["categories"])
            )
            made.append(Create(memory, vector, tuple(Source(place[id]) for id in fact["turns"] if id in place)))
            links += _links(fact, memory, people)
        found = dict(enumerate(vectors[len(made) :])) if messages else {}
        transcript = Transcript(
            scope.key, tuple(new_id() for _ in said), said, session.at, "given facts", by_what_found(said, scope, found)
        )
        client._parts.store().apply([ChangeSet(new_id(), times.now(), (*made, *links), transcript)])


def _links(fact: Fact, memory: StoredMemory, people: set[str | None]) -> list[Relate]:
    ends = [relation[end] for relation in fact["relations"] for end in ("source", "target")]
    names = {
        entity_key(name): name for name in (fact["subject"], *fact["entities"], *ends) if name and entity_key(name)
    }
    entities = {key: Entity(name, PERSON if name in people else "thing") for key, name in names.items()}
    ids = {key: entity.id(memory.scope.owner) for key, entity in entities.items()}
    relations = tuple(
        StoredRelation(ids[source], relation["predicate"].replace(" ", "_"), ids[target], memory.id)
        for relation in fact["relations"]
        if (source := entity_key(relation["source"])) in ids and (target := entity_key(relation["target"])) in ids
        if source != target
    )
    return [Relate(memory.id, memory.scope.owner, tuple(entities.values()), relations)] if entities else []


def store_said(client: MemoryClient, user: str, sessions: Sequence[Session], *, infer: bool) -> None:
    """Store what the rules find, or what was said as it stands."""
    for session in sessions:
        messages = [
            {"role": each.role, "content": each.content, "name": each.name or ""} for each in session.turns.values()
        ]
        client.add(messages, user_id=user, timestamp=session.at, infer=infer)


def message_ids(client: MemoryClient, sessions: Sequence[Session]) -> Mapping[str, set[str]]:
    """Message's id → the turns that say this."""
    turns: defaultdict[str, set[str]] = defaultdict(set)
    for session in sessions:
        for id, message in session.turns.items():
            turns[message.content].add(id)
    file = StringIO()
    client.export_jsonl(file)
    records = map(json.loads, file.getvalue().splitlines())
    return {row["id"]: turns[row["content"]] for row in records if row["kind"] == "message"}


def measure(
    client: MemoryClient, user: str, sessions: Sequence[Session], questions: Sequence[Asked], tokens: int
) -> list[dict[str, Any]]:
    """A row for each question: its kind, how much of its evidence is told, and the characters and milliseconds of its context."""
    turns = message_ids(client, sessions)
    sources = {}
    rows = []
    for asked in questions:
        start = time.perf_counter()
        found = client.context(asked.text, user_id=user, max_tokens=tokens, explain=True)
        took = 1e3 * (time.perf_counter() - start)
        # A memory's sources are told with messages only.
        sources = {id: set(ids) for id, ids in found["sources"].items()}
        lacking = [id for id in found["memories"] if not sources.get(id)]
        sources |= _sources(client, lacking)
        told = {turn for id in {*found["messages"]}.union(*sources.values()) for turn in turns.get(id, ())}
        rows.append(
            {
                "kind": asked.kind,
                "told": len(told & asked.evidence) / len(asked.evidence),
                "characters": found["characters"],
                "memories": len(found["memories"]),
                "messages": len(found["messages"]),
                "milliseconds": took,
            }
        )
    return rows


def _sources(client: MemoryClient, memories: Sequence[str]) -> dict[str, set[str]]:
    found = client._parts.store().sources(memories) if memories else {}
    return {id: {message.id for message in messages if message.id} for id, messages in found.items()}


def report(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    kinds = ["all", *(kind for kind in KINDS.values() if any(row["kind"] == kind for row in rows))]
    told = {kind: [100 * row["told"] for row in rows if kind in ("all", row["kind"])] for kind in kinds}
    error = statistics.stdev(told["all"]) / len(rows) ** 0.5 if len(rows) > 1 else 0.0
    means = {key: statistics.mean(row[key] for row in rows) for key in ("characters", "memories", "messages")}
    print(
        f"{name}: {len(rows)} questions, of their evidence told "
        + ", ".join(f"{kind} {statistics.mean(values):.1f} %" for kind, values in told.items())
        + f" (± {error:.1f}); "
        + ", ".join(f"{mean:.0f} {key}" for key, mean in means.items())
        + f"; {statistics.median(row['milliseconds'] for row in rows):.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("facts", nargs="*", type=Path)
    parser.add_argument("--rules", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--as-said", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--tokens", type=int, default=850)
    parser.add_argument("--without-messages", action="store_true")
    parser.add_argument("--embedder", default="local")
    given = parser.parse_args()
    jobs = [
        (path.stem.removeprefix("facts-"), json.loads(path.read_text(encoding="utf-8")), True) for path in given.facts
    ]
    jobs += [(name, None, True) for name in given.rules] + [(name, None, False) for name in given.as_said]
    everything: list[dict[str, Any]] = []
    for name, facts, infer in jobs:
        sessions, questions = conversation(given.data, name)
        with (
            tempfile.TemporaryDirectory() as folder,
            MemoryClient(
                str(Path(folder) / "memories.db"),
                llm="offline",
                embedder=given.embedder,
                find_messages=not given.without_messages,
            ) as client,
        ):
            if facts is None:
                store_said(client, name, sessions, infer=infer)
            else:
                store_facts(client, name, sessions, facts, not given.without_messages)
            rows = measure(client, name, sessions, questions, given.tokens)
        report(name, rows)
        everything += rows
    report("all", everything)


if __name__ == "__main__":
    main()
