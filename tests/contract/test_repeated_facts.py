"""Facts that say the same: of two new ones a model is told, and one memory comes of them; one that had expired comes back."""

from __future__ import annotations

from typing import Any

from graphmem import MemoryClient
from tests.remember.test_conversations import client as client
from tests.remember.test_conversations import server as server
from tests.tools.scripted_llm import ScriptedLLM

SAID = [
    {"role": "user", "content": "I moved to a small flat in Oslo in May."},
    {"role": "user", "content": "So my flat in Oslo, the small one where I moved in May, is fine."},
    {"role": "user", "content": "I have a dog named Max."},
]


def fact(message: int, quote: str, text: str, place: str = "", category: str = "misc") -> dict[str, Any]:
    return {
        "messages": [message], "quote": quote, "about": "user", "text": text, "when": "", "categories": [category],
        "entities": [{"name": place, "type": "place"}] if place else [], "relations": [],
    }  # fmt: skip


FACTS = [
    fact(1, "I moved to a small flat in Oslo in May", "Moved to a small flat in Oslo in May", "Oslo"),
    fact(2, "my flat in Oslo, the small one", "In May moved to Oslo, to a small flat", "small flat", "home"),
    fact(3, "I have a dog named Max", "Has a dog named Max", "Max"),
]


def test_one_memory_comes_of_two_facts_that_say_the_same(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply({"facts": FACTS}, {"decisions": [{"new": 2, "event": "REPEAT", "known": 1, "text": ""}]})
    first, second, third = client.add(SAID, user_id="alex")["results"]
    assert [each["event"] for each in (first, second, third)] == ["ADD", "NONE", "ADD"]
    assert second["id"] == first["id"]
    assert second["memory"] == FACTS[0]["text"]
    [stored] = [row for row in client.get_all(user_id="alex") if row["id"] == first["id"]]
    assert (stored["memory"], set(stored["categories"])) == (FACTS[0]["text"], {"misc", "home"})
    assert len(client.get_all(user_id="alex")) == 2
    # It comes from the messages of both, and tells of what either names.
    hits = client.search("flat in Oslo", user_id="alex", explain=True)
    [explained] = [hit["explain"] for hit in hits if hit["id"] == first["id"]]
    assert [each["content"] for each in explained["messages"]] == [each["content"] for each in SAID[:2]]
    assert {row["name"] for row in client.entities(user_id="alex")} >= {"Oslo", "small flat"}
    # Only those that are close were asked about, and nothing else is known.
    asked = str(server.requests[-1])
    assert "N1: Moved to a small flat in Oslo in May [compare with N2]" in asked
    assert "dog" not in asked


def test_what_a_model_keeps_apart_stays_two(client: MemoryClient, server: ScriptedLLM) -> None:
    decided = [{"new": new, "event": "ADD", "known": 0, "text": ""} for new in (1, 2)]
    server.reply({"facts": FACTS}, {"decisions": decided})
    assert [each["event"] for each in client.add(SAID, user_id="alex")["results"]] == ["ADD", "ADD", "ADD"]


def test_an_expired_memory_comes_back_when_it_is_said_again(client: MemoryClient, server: ScriptedLLM) -> None:
    def said(text: str, **terms: Any) -> list[str]:
        server.reply({"facts": [fact(1, "in Rome", "Lives in Rome", "Rome")]})
        return [row["event"] for row in client.add(text, user_id="alex", **terms)["results"]]

    assert said("I live in Rome.", expiration_date="2020-01-01") == ["ADD"]
    assert client.get_all() == []
    # The same message is not said again, and neither is what was said before the memory expired or has expired itself.
    assert said("I live in Rome.") == ["NONE"]
    assert said("At the time I lived in Rome.", timestamp="2019-05-01") == ["NONE"]
    assert said("I lived in Rome then.", expiration_date="2021-01-01") == ["NONE"]
    assert client.get_all() == []
    assert said("I live in Rome again.") == ["UPDATE"]
    [found] = client.get_all()
    assert (found["memory"], found["expiration_date"]) == ("Lives in Rome", None)
    assert [row["event"] for row in client.history(found["id"])] == ["ADD", "UPDATE"]
    assert {row["name"] for row in client.entities(user_id="alex")} == {"Rome"}
    assert said("I really live in Rome.") == ["NONE"]
