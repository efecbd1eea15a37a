"""Whole conversations with a scripted model, on every store: whose facts they are, what changes, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import ExtractionError, MemoryClient, OpenAISettings
from graphmem.remember.by_model.windows import estimated_tokens
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM

DAY = "2026-03-0{}T10:00:00Z"


def fact(text: str, *messages: int, quote: str = "", about: str = "user", **more: Any) -> dict[str, Any]:
    found = {"messages": list(messages), "quote": quote, "about": about, "text": text, "when": ""}
    return {**found, "categories": [], "entities": [], "relations": [], **more}


def facts(*found: dict[str, Any]) -> dict[str, Any]:
    return {"facts": list(found)}


def decisions(*rows: tuple[int, str, int]) -> dict[str, Any]:
    return {"decisions": [{"new": new, "event": event, "known": known} for new, event, known in rows]}


def likes(source: str, relationship: str, target: str) -> dict[str, Any]:
    return {"source": source, "relationship": relationship, "target": target, "since": "", "until": ""}


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as found:
        yield found


@pytest.fixture
def client(server: ScriptedLLM, store: StoreUnderTest) -> Iterator[MemoryClient]:
    llm = OpenAISettings(model="scripted", base_url=server.base_url, timeout_seconds=5.0, max_retries=1)
    with MemoryClient(**store.settings, llm=llm) as found:
        yield found


@pytest.fixture
def offline(store: StoreUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**store.settings, llm="offline") as found:
        yield found


def events(answer: Any) -> list[tuple[str, str]]:
    return [(row["event"], row["memory"]) for row in answer["results"]]


def texts(rows: Any) -> list[str]:
    return sorted(row["memory"] for row in rows)


DIET = [
    {"role": "user", "content": "Hi, I'm Alex. I'm a vegetarian and I'm allergic to nuts."},
    {"role": "assistant", "content": "Hello Alex! I'll remember that you're a vegetarian with a nut allergy."},
]
CUISINE = [
    {"role": "user", "content": "I love Italian cuisine."},
    {"role": "assistant", "content": "Noted! Do you like Indian food?"},
    {"role": "user", "content": "Don't like it much since I cannot eat spicy food."},
]
JAPAN = [{"role": "user", "content": "I'm planning a trip to Japan next month."}]
TUTOR = [
    {"role": "system", "content": "You are a helpful tutor named Alice."},
    {"role": "user", "content": "Who are you?"},
    {"role": "assistant", "content": "My name is Alice. I teach maths."},
]
CITIES = [
    {"role": "user", "content": "I'm travelling to San Francisco."},
    {"role": "assistant", "content": "That's great! I'm going to Dubai next month."},
]
CHICKEN = {"role": "user", "content": "I like chicken and want to try more non-vegetarian dishes."}
NOTED = {"role": "assistant", "content": "Great, chicken it is!"}
VEGETARIAN = {"role": "user", "content": "I'm vegetarian now."}


def test_vegetarian_with_a_nut_allergy(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(
        facts(
            fact("Is a vegetarian", 1, quote="I'm a vegetarian", categories=["food_preferences"]),
            fact("Is allergic to nuts", 1, quote="allergic to nuts", categories=["health", "food_preferences"]),
        )
    )
    answer = client.add(DIET, user_id="alex", metadata={"food": "vegan"}, explain=True)
    assert events(answer) == [("ADD", "Is a vegetarian"), ("ADD", "Is allergic to nuts")]
    assert answer["explain"]["usage"]["llm_calls"] == 1
    found = client.get_all(user_id="alex")
    assert {row["metadata"]["food"] for row in found} == {"vegan"}
    assert client.get_all(user_id="alex", metadata={"food": "vegan"}, categories=["health"])[0]["memory"].endswith(
        "nuts"
    )
    [hit, *_] = client.search("nuts", user_id="alex", explain=True)
    [message] = hit["explain"]["messages"]
    assert message["content"] == DIET[0]["content"]
    start, end = message["span"]
    assert message["content"][start:end] == "allergic to nuts"


def test_italian_and_indian_cuisine(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(
        facts(
            fact("Loves Italian cuisine", 1, quote="I love Italian cuisine"),
            fact(
                "Doesn't like Indian food since cannot eat spicy food", 2, 3,
                quote="Don't like it much since I cannot eat spicy food",
            ),
        )
    )  # fmt: skip
    answer = client.add(CUISINE, user_id="alex")
    assert texts(answer["results"]) == ["Doesn't like Indian food since cannot eat spicy food", "Loves Italian cuisine"]
    assert len(client.get_all(user_id="alex")) == 2


def test_a_trip_belongs_to_its_run(client: MemoryClient, server: ScriptedLLM) -> None:
    trip = likes("user", "plans_to_visit", "Japan")
    entities = [{"name": "Japan", "type": "place"}]
    server.reply(
        facts(
            fact(
                "Is planning a trip to Japan",
                1,
                quote="planning a trip to Japan",
                when="2026-04-01",
                entities=entities,
                relations=[trip],
            )
        )
    )
    answer = client.add(JAPAN, user_id="alex", run_id="trip-planning", timestamp=DAY.format(1))
    [relation] = answer["relations"]
    assert (relation["relationship"], relation["valid_from"]) == ("plans_to_visit", "2026-04-01T00:00:00+00:00")
    assert len(client.search("Japan", user_id="alex", run_id="trip-planning")) == 1
    assert client.search("Japan", user_id="alex", run_id="another") == []


def test_what_the_assistant_says_becomes_the_agents_memory(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(facts(fact("Is a tutor named Alice", 1, 3, quote="My name is Alice", about="assistant")))
    client.add(TUTOR, agent_id="tutor")
    [row] = client.get_all(agent_id="tutor")
    assert (row["memory"], row["user_id"]) == ("Is a tutor named Alice", None)


def test_facts_of_user_and_assistant_are_stored_separately(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(
        facts(
            fact("Is travelling to San Francisco", 1, quote="travelling to San Francisco"),
            fact("Is going to Dubai next month", 2, quote="going to Dubai next month", about="assistant"),
        )
    )
    client.add(CITIES, user_id="alex", agent_id="guide")
    assert texts(client.search("San Francisco", user_id="alex")) == ["Is travelling to San Francisco"]
    assert texts(client.search("Dubai", agent_id="guide")) == ["Is going to Dubai next month"]
    assert client.get_all(filters={"AND": [{"user_id": "alex"}, {"agent_id": "guide"}]}) == []


def test_becoming_vegetarian_replaces_liking_chicken(client: MemoryClient, server: ScriptedLLM) -> None:
    chicken = fact(
        "Likes chicken, wants to try more non-vegetarian dishes", 1,
        quote="like chicken", categories=["food_preferences"],
        entities=[{"name": "chicken", "type": "food"}], relations=[likes("user", "likes", "chicken")],
    )  # fmt: skip
    server.reply(facts(chicken))
    first = client.add([CHICKEN, NOTED], user_id="alex", timestamp=DAY.format(1))
    assert [event for event, _ in events(first)] == ["ADD"]
    memory_id = first["results"][0]["id"]
    assert len(client.get_all(user_id="alex", output_format="v1.1")["relations"]) == 1

    vegetarian = fact("Is vegetarian now", 3, quote="I'm vegetarian now", categories=["food_preferences"])
    # The model repeats what it was told before; that message is not read again.
    server.reply(facts({**chicken, "text": "Likes chicken"}, vegetarian), decisions((1, "UPDATE", 1)))
    second = client.add([CHICKEN, NOTED, VEGETARIAN], user_id="alex", explain=True)
    [row] = second["results"]
    assert (row["event"], row["id"], row["memory"]) == ("UPDATE", memory_id, "Is vegetarian now")
    assert row["previous_memory"].startswith("Likes chicken")
    assert second["explain"]["settled"] == 2
    assert second["explain"]["usage"]["llm_calls"] == 2

    [current] = client.get_all(user_id="alex", output_format="v1.1")["results"]
    assert current["memory"] == "Is vegetarian now"
    assert client.get_all(user_id="alex", output_format="v1.1")["relations"] == []
    history = client.history(memory_id)
    assert [version["event"] for version in history] == ["ADD", "UPDATE"]
    assert [version["old_memory"] for version in history] == [None, history[0]["new_memory"]]
    assert VEGETARIAN in history[1]["input"]

    # Nothing of it is new any more: no model is asked, nothing is written.
    asked = len(server.requests)
    third = client.add([CHICKEN, NOTED, VEGETARIAN], user_id="alex", explain=True)
    assert events(third) == [("NONE", "Is vegetarian now")]
    assert client.add(CHICKEN, user_id="alex")["results"][0]["event"] == "NONE"
    assert len(server.requests) == asked
    assert third["explain"]["event_id"] is None
    assert len(client.history(memory_id)) == 2


def test_a_fact_may_end_several_memories(client: MemoryClient, server: ScriptedLLM) -> None:
    for food in ("chicken dishes", "non-vegetarian dishes"):
        relation = {"entities": [{"name": food, "type": "food"}], "relations": [likes("user", "likes", food)]}
        server.reply(facts(fact(f"Likes {food}", 1, quote=f"like {food}", categories=["food_preferences"], **relation)))
        if food != "chicken dishes":
            server.reply(decisions((1, "ADD", 0)))
        client.add(f"I like {food}.", user_id="alex")
    ids = {row["memory"]: row["id"] for row in client.get_all(user_id="alex")}
    server.reply(
        facts(fact("Is vegetarian now", 1, quote="I'm vegetarian now", categories=["food_preferences"])),
        decisions((1, "UPDATE", 1), (1, "DELETE", 2), (1, "DELETE", 9)),
    )
    answer = client.add(VEGETARIAN, user_id="alex", explain=True)
    first, second = answer["results"]
    assert (first["event"], first["memory"]) == ("UPDATE", "Is vegetarian now")
    assert (second["event"], second["memory"]) == ("DELETE", second["previous_memory"])
    assert {first["id"], second["id"]} == set(ids.values())
    current = client.get_all(user_id="alex", output_format="v1.1")
    assert (texts(current["results"]), current["relations"]) == (["Is vegetarian now"], [])
    assert client.history(second["id"])[-1]["input"] == [VEGETARIAN]
    client.undo(answer["explain"]["event_id"])
    assert texts(client.get_all(user_id="alex")) == sorted(ids)
    assert client.doctor() == {"problems": []}


def test_a_memory_deleted_by_hand_can_be_remembered_again(client: MemoryClient, server: ScriptedLLM) -> None:
    for _ in range(2):
        server.reply(facts(fact("Likes chicken", 1, quote="like chicken")))
    [row] = client.add(CHICKEN, user_id="alex")["results"]
    client.delete(row["id"])
    [again] = client.add(CHICKEN, user_id="alex")["results"]
    assert again["event"] == "ADD"


def test_a_delete_decision_withdraws_the_known_memory(client: MemoryClient, server: ScriptedLLM) -> None:
    pet = fact("Has a dog named Max", 1, quote="a dog named Max", entities=[{"name": "Max", "type": "animal"}])
    server.reply(facts({**pet, "relations": [likes("user", "has_pet", "Max")]}))
    [row] = client.add("I have a dog named Max.", user_id="alex")["results"]
    server.reply(facts(fact("No longer has the dog Max", 1, quote="gave Max away")), decisions((1, "DELETE", 1)))
    answer = client.add("We gave Max away, we have no dog any more.", user_id="alex")
    assert [(each["event"], each["id"], each["previous_memory"]) for each in answer["results"]] == [
        ("DELETE", row["id"], "Has a dog named Max")
    ]
    assert client.get_all(user_id="alex", output_format="v1.1") == {"results": [], "relations": []}
    history = client.history(row["id"])
    assert [version["event"] for version in history] == ["ADD", "DELETE"]
    assert history[1]["input"][0]["content"].startswith("We gave Max away")
    # Neither message is news.
    assert client.add("I have a dog named Max.", user_id="alex")["results"] == []
    assert client.add("We gave Max away, we have no dog any more.", user_id="alex")["results"] == []


def test_decisions_about_memories_not_shown_become_adds(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(facts(fact("Is a vegetarian", 1, quote="I'm a vegetarian")))
    client.add(DIET, user_id="alex", immutable=True)
    server.reply(facts(fact("Eats meat", 1, quote="I eat meat")), decisions((1, "UPDATE", 1)))
    assert events(client.add("I eat meat.", user_id="alex"))[0][0] == "ADD"
    server.reply(facts(fact("Eats fish", 1, quote="I eat fish")), decisions((1, "UPDATE", 77)))
    assert events(client.add("I eat fish.", user_id="alex"))[0][0] == "ADD"
    # Another user's memories are nobody's candidates.
    server.reply(facts(fact("Eats meat", 1, quote="I eat meat")))
    assert client.add("I eat meat.", user_id="bo", explain=True)["explain"]["usage"]["llm_calls"] == 1


def test_an_unusable_decision_writes_nothing(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(facts(fact("Likes green tea", 1, quote="like green tea")))
    client.add("I like green tea.", user_id="alex")
    server.reply(facts(fact("Likes black tea", 1, quote="like black tea")), "no idea", "still none")
    with pytest.raises(ExtractionError):
        client.add("I like black tea.", user_id="alex")
    assert texts(client.get_all(user_id="alex")) == ["Likes green tea"]
    server.reply(facts(fact("Likes black tea", 1, quote="like black tea")), "no idea", decisions((1, "ADD", 0)))
    assert events(client.add("I like black tea.", user_id="alex")) == [("ADD", "Likes black tea")]


def test_unsupported_facts_are_dropped_and_counted(client: MemoryClient, server: ScriptedLLM) -> None:
    made_up = fact("Owns a yacht in Monaco", 1, quote="my yacht in Monaco")
    for _ in range(2):
        server.reply(facts(fact("Is a vegetarian", 1, quote="I'm a vegetarian"), made_up))
    dry = client.add(DIET, user_id="alex", dry_run=True)
    assert (events(dry), dry["explain"]["unsupported"]) == ([("ADD", "Is a vegetarian")], 1)
    assert client.get_all(user_id="alex") == []
    told = client.add(DIET, user_id="alex", explain=True)
    assert (told["explain"]["unsupported"], len(told["results"])) == (1, 1)


def test_pasted_memories_are_not_remembered_again(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(facts(fact("Is a vegetarian", 1, quote="I'm a vegetarian")))
    client.add(DIET, user_id="alex")
    server.rule(lambda body: facts())
    pasted = {"role": "user", "content": "Relevant memories:\n- Is a vegetarian (score 0.83)\n\nWhat should I cook?"}
    told = client.add(pasted, user_id="alex", explain=True)
    assert told["explain"]["recalled"] == 1
    assert "Is a vegetarian" not in json.dumps(server.requests[-1].body["messages"][1])
    assert len(client.get_all(user_id="alex")) == 1


def test_an_update_may_keep_what_was_known(client: MemoryClient, server: ScriptedLLM) -> None:
    applied = fact("Applied to the art school in Ghent", 1, quote="I applied to the art school in Ghent")
    server.reply(facts(applied))
    [known] = client.add("I applied to the art school in Ghent.", user_id="alex", timestamp=DAY.format(1))["results"]
    both = "Was admitted to the art school in Ghent, after having applied to it"
    server.reply(
        facts(fact("Was admitted to the art school", 1, quote="The art school has admitted me")),
        {"decisions": [{"new": 1, "event": "UPDATE", "known": 1, "text": both}]},
    )
    answer = client.add("The art school has admitted me!", user_id="alex", timestamp=DAY.format(2))
    [row] = answer["results"]
    assert (row["event"], row["id"], row["memory"], row["previous_memory"]) == (
        "UPDATE",
        known["id"],
        both,
        "Applied to the art school in Ghent",
    )
    assert [version["new_memory"] for version in client.history(known["id"])] == [
        "Applied to the art school in Ghent",
        both,
    ]
    # It is found by the words that were kept, and by its own meaning: the vector is that of the whole text.
    [hit] = client.search(both, user_id="alex", explain=True)
    assert hit["id"] == known["id"]
    # It still says what the first message said.
    assert [message["content"] for message in hit["explain"]["messages"]] == [
        "I applied to the art school in Ghent.",
        "The art school has admitted me!",
    ]
    assert hit["explain"]["arms"]["vector"]["score"] == pytest.approx(1, abs=1e-3)


def test_prompts_are_bounded_and_long_conversations_split(client: MemoryClient, server: ScriptedLLM) -> None:
    server.rule(lambda body: facts())
    client.add("x", user_id="alex")
    body = server.requests[0].body
    beside = body["messages"][0]["content"] + json.dumps(body["response_format"]["json_schema"]["schema"])
    assert estimated_tokens(beside) < 1_500
    talk = [{"role": "user", "content": f"This is message number {n}."} for n in range(50)]
    before = len(server.requests)
    client.add(talk, user_id="alex")
    assert len(server.requests) - before == 3


def test_the_answer_reports_usage(client: MemoryClient, server: ScriptedLLM) -> None:
    server.reply(facts(fact("Is a vegetarian", 1, quote="I'm a vegetarian")))
    usage = client.add(DIET, user_id="alex", explain=True)["explain"]["usage"]
    assert (usage["llm_calls"], usage["prompt_tokens"], usage["completion_tokens"], usage["embeddings"]) == (
        1,
        100,
        20,
        # The fact and the two messages.
        3,
    )
    assert {"recollect", "extract", "embed", "compare", "write"} <= set(usage["milliseconds"])


# Without a model: what rules can do. They can't tell that "we have no dog any more" is about Max; an assistant without a name they
# take for a service, and keep only who it is, where it goes and what it likes.


def test_offline_a_move_replaces_the_home(offline: MemoryClient) -> None:
    [row] = offline.add("I live in Berlin.", user_id="alex", timestamp=DAY.format(1))["results"]
    answer = offline.add("I moved to Lisbon.", user_id="alex", timestamp=DAY.format(2))
    assert [(each["event"], each["id"]) for each in answer["results"]] == [("UPDATE", row["id"])]
    [relation] = offline.get_all(user_id="alex", output_format="v1.1")["relations"]
    assert (relation["relationship"], relation["target"]) == ("moved_to", "Lisbon")
    again = offline.add("I live in Berlin.", user_id="alex", timestamp=DAY.format(1))
    assert [each["event"] for each in again["results"]] == ["NONE"]
    assert len(offline.get_all(user_id="alex")) == 1


def test_offline_becoming_vegetarian_replaces_liking_chicken(offline: MemoryClient) -> None:
    [row] = offline.add([CHICKEN, NOTED], user_id="alex")["results"]
    assert row["event"] == "ADD"
    second = offline.add([CHICKEN, NOTED, VEGETARIAN], user_id="alex")
    assert [(each["event"], each["id"], each["memory"]) for each in second["results"]] == [
        ("UPDATE", row["id"], "Is vegetarian now")
    ]
    [relation] = offline.get_all(user_id="alex", output_format="v1.1")["relations"]
    assert (relation["relationship"], relation["target"]) == ("follows_diet", "vegetarian")
    assert events(offline.add("I'm a vegetarian.", user_id="alex")) == [("NONE", "Is vegetarian now")]
    assert [version["event"] for version in offline.history(row["id"])] == ["ADD", "UPDATE"]


def test_offline_a_diet_ends_all_that_it_excludes(offline: MemoryClient) -> None:
    offline.add("I like chicken. I love fried bacon. I love cheese.", user_id="alex")
    answer = offline.add(VEGETARIAN, user_id="alex")
    assert sorted(row["event"] for row in answer["results"]) == ["DELETE", "UPDATE"]
    assert texts(offline.get_all(user_id="alex")) == ["Is vegetarian now", "Loves cheese"]


def test_offline_a_dog_given_away_is_no_longer_theirs(offline: MemoryClient) -> None:
    [row, _] = offline.add("I have a dog named Max. My dog Max swims every morning.", user_id="alex")["results"]
    answer = offline.add("We gave our dog Max away.", user_id="alex")
    assert [(each["event"], each["id"]) for each in answer["results"]] == [("UPDATE", row["id"])]
    assert texts(offline.get_all(user_id="alex")) == ["Dog Max swims every morning", "Gave their dog Max away"]


def test_offline_a_move_ends_the_home_however_it_is_told(offline: MemoryClient) -> None:
    for n, said in enumerate(
        ("I have moved to Rome.", "I've moved to Rome.", "We moved to Rome.", "I moved from Boston to Rome.")
    ):
        [home] = offline.add("I live in Boston.", user_id=f"u{n}")["results"]
        answer = offline.add(said, user_id=f"u{n}")
        assert [(row["event"], row["id"]) for row in answer["results"]] == [("UPDATE", home["id"])], said
        [relation] = offline.get_all(user_id=f"u{n}", output_format="v1.1")["relations"]
        assert (relation["relationship"], relation["target"]) == ("moved_to", "Rome")


def test_offline_a_move_is_found_by_who_asks_for_the_home(offline: MemoryClient) -> None:
    talk = "I have moved to Rome. I'm 34 years old. I hate cilantro. My wife is called Maria. I drive a Tesla. I play the cello."
    offline.add(talk, user_id="alex")
    [first, *_] = offline.search("where does she live", user_id="alex")
    assert first["memory"] == "Has moved to Rome"


def test_offline_extraction_of_whole_conversations(offline: MemoryClient) -> None:
    offline.add(DIET, user_id="diet", metadata={"food": "vegan"})
    assert any(
        "allergic to nuts" in row["memory"] for row in offline.get_all(user_id="diet", metadata={"food": "vegan"})
    )
    offline.add(CUISINE, user_id="cuisine")
    assert {"Italian", "Indian"} <= {
        word for row in offline.get_all(user_id="cuisine") for word in row["memory"].split()
    }
    offline.add(JAPAN, user_id="trip", run_id="r")
    assert "Japan" in offline.get_all(user_id="trip", run_id="r")[0]["memory"]
    offline.add(TUTOR, agent_id="tutor")
    assert any("Alice" in row["memory"] for row in offline.get_all(agent_id="tutor"))
    offline.add(CITIES, user_id="alex", agent_id="guide")
    assert ["San Francisco" in row["memory"] for row in offline.get_all(user_id="alex")] == [True]
    assert ["Dubai" in row["memory"] for row in offline.get_all(agent_id="guide")] == [True]
    assert offline.get_all(filters={"AND": [{"user_id": "alex"}, {"agent_id": "guide"}]}) == []
    before = offline.info().counts
    for scene, ids in (
        (DIET, {"user_id": "diet"}),
        (CUISINE, {"user_id": "cuisine"}),
        (CITIES, {"user_id": "alex", "agent_id": "guide"}),
    ):
        assert {row["event"] for row in offline.add(scene, **ids)["results"]} == {"NONE"}
    assert offline.info().counts == before


def test_a_fact_that_a_run_knows_already_only_withdraws_what_it_ends(offline: MemoryClient) -> None:
    """Said without the run it would take the place of the second memory there, and be there twice."""
    said = [{"role": "user", "content": text} for text in ("I live in Berlin.", "I moved to Lisbon.")]
    offline.add(said, user_id="alex", run_id="r", timestamp=DAY.format(1))
    found = offline.add("I live in Berlin.", user_id="alex", timestamp=DAY.format(2))
    assert events(found) == [("DELETE", "Moved to Lisbon")]
    assert texts(offline.get_all(user_id="alex")) == ["Lives in Berlin"]
    assert offline.doctor() == {"problems": []}
