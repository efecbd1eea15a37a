"""A memory that gets a text which says what the old and the new one do: what it keeps, on every store, now and in the past."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

from graphmem import MemoryClient
from tests.remember.test_conversations import client as client
from tests.remember.test_conversations import server as server
from tests.tools.scripted_llm import ScriptedLLM

Edge = tuple[str, str, str]
OLD, BOTH = (
    "Lives in Berlin with Tom and works at Acme",
    "Moved to Lisbon with Tom, works at Acme and has a dog named Max",
)
LIVES, WITH, WORKS = ("user", "lives_in", "Berlin"), ("user", "knows", "Tom"), ("user", "works_at", "Acme")
MOVED, DOG = ("user", "moved_to", "Lisbon"), ("user", "has_pet", "Max")


def found(text: str, quote: str, *edges: Edge, since: str = "") -> dict[str, Any]:
    names = {name for source, _, target in edges for name in (source, target)}
    return {
        "messages": [1], "quote": quote, "about": "user", "text": text, "when": "", "categories": [],
        "entities": [{"name": name, "type": "thing"} for name in sorted(names)],
        "relations": [{"source": s, "relationship": p, "target": t, "since": since, "until": ""} for s, p, t in edges],
    }  # fmt: skip


def told(server: ScriptedLLM, client: MemoryClient, fact: dict[str, Any], text: str, day: int) -> Any:
    """What an add answers for which the model finds this fact, and makes it and the one known memory into one with this text."""
    decided = {"decisions": [{"new": 1, "event": "UPDATE", "known": 1, "text": text}]}
    server.reply({"facts": [fact]}, *([decided] if text else []))
    return client.add(fact["quote"] + ".", user_id="alex", timestamp=f"2026-03-{day:02}T10:00:00Z", explain=True)


def relations(client: MemoryClient, **options: Any) -> set[Edge]:
    rows = client.relations(user_id="alex", **options)
    edges = [(row["source"], row["relationship"], row["target"]) for row in rows]
    assert len(set(edges)) == len(edges)
    return set(edges)


def entities(client: MemoryClient, **options: Any) -> set[str]:
    return {row["name"] for row in client.entities(user_id="alex", **options)}


def now() -> datetime:
    time.sleep(0.002)
    moment = datetime.now(timezone.utc)
    time.sleep(0.002)
    return moment


def test_what_still_holds_is_kept(client: MemoryClient, server: ScriptedLLM) -> None:
    [row] = told(server, client, found(OLD, "I live in Berlin with Tom and work at Acme", LIVES, WITH, WORKS), "", 1)[
        "results"
    ]
    then = now()
    moved = found("Moved to Lisbon and has a dog named Max", "I moved to Lisbon and have a dog named Max", MOVED, DOG)
    answer = told(server, client, moved, BOTH, 2)
    assert [(each["event"], each["id"]) for each in answer["results"]] == [("UPDATE", row["id"])]
    # Only what is new is told as such.
    assert {each["relationship"] for each in answer["relations"]} == {"moved_to", "has_pet"}
    assert relations(client) == {WITH, WORKS, MOVED, DOG}
    assert entities(client) == {"user", "Tom", "Acme", "Lisbon", "Max"}
    assert [row["id"] for row in client.search("Who works at Acme?", user_id="alex")] == [row["id"]]
    since = {each["relationship"]: each["valid_from"][:10] for each in client.relations(user_id="alex")}
    assert since == {
        "knows": "2026-03-01",
        "works_at": "2026-03-01",
        "moved_to": "2026-03-02",
        "has_pet": "2026-03-02",
    }
    assert relations(client, as_of=then) == {LIVES, WITH, WORKS}
    assert entities(client, as_of=then) == {"user", "Berlin", "Tom", "Acme"}
    assert client.doctor() == {"problems": []}

    merged = now()
    client.undo(answer["explain"]["event_id"])
    assert client.get(row["id"])["memory"] == OLD
    assert relations(client) == {LIVES, WITH, WORKS}
    assert entities(client) == {"user", "Berlin", "Tom", "Acme"}
    assert relations(client, as_of=merged) == {WITH, WORKS, MOVED, DOG}
    client.restore(client.history(row["id"])[1]["id"])
    assert relations(client) == {WITH, WORKS, MOVED, DOG}
    assert entities(client) == {"user", "Tom", "Acme", "Lisbon", "Max"}
    client.delete(row["id"])
    assert relations(client) == set()
    assert relations(client, as_of=merged) == {WITH, WORKS, MOVED, DOG}
    assert client.doctor() == {"problems": []}


def test_what_is_told_again_is_there_once(client: MemoryClient, server: ScriptedLLM) -> None:
    told(server, client, found(OLD, "I live in Berlin and work at Acme", LIVES, WORKS), "", 1)
    told(server, client, found("Works at Acme in Berlin", "I work at Acme", WORKS), OLD + " in Berlin", 2)
    # As it was known before, ...
    assert relations(client) == {LIVES, WORKS}
    assert {each["valid_from"][:10] for each in client.relations(user_id="alex")} == {"2026-03-01"}
    dated = found("Works at Acme since 2019", "I am at Acme since 2019", WORKS, since="2019")
    told(server, client, dated, OLD + ", there since 2019", 3)
    # ... unless it is told with times of its own.
    assert relations(client) == {LIVES, WORKS}
    since = {each["relationship"]: each["valid_from"][:10] for each in client.relations(user_id="alex")}
    assert since == {"lives_in": "2026-03-01", "works_at": "2019-01-01"}
    assert client.doctor() == {"problems": []}


def test_a_text_of_the_new_fact_alone_keeps_nothing(client: MemoryClient, server: ScriptedLLM) -> None:
    [row] = told(server, client, found(OLD, "I live in Berlin with Tom and work at Acme", LIVES, WITH, WORKS), "", 1)[
        "results"
    ]
    server.reply(
        {"facts": [found("Moved to Lisbon", "I moved to Lisbon", MOVED)]},
        {"decisions": [{"new": 1, "event": "UPDATE", "known": 1, "text": ""}]},
    )
    [update] = client.add("I moved to Lisbon.", user_id="alex")["results"]
    assert (update["id"], update["event"]) == (row["id"], "UPDATE")
    assert relations(client) == {MOVED}
    assert entities(client) == {"user", "Lisbon"}
