"""add_many gives the same result as calling add for one conversation after the other, whatever is said and however it is split."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import MemoryClient, OpenAISettings
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM, as_said
from tests.tools.sizes import examples

SENTENCES = (
    "I live in Berlin.",
    "I moved to Lisbon.",
    "I live in berlin",
    "My sister Anna lives in Rome.",
    "My sister Anna moved to Paris.",
    "I work at Siemens.",
    "I work at Bosch now.",
    "I like tea.",
    "I don't like tea.",
    "I have a dog named Max.",
    "We gave our dog Max away.",
    "I love chicken.",
    "I'm vegetarian now.",
    "I'm vegan.",
    "My best friend is Annna Smith.",
    "My best friend is Anna Smith.",
    "Hello there!",
)
CONVERSATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "messages": st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(
                lambda said: [{"role": "user", "content": text} for text in said]
            ),
            "user_id": st.sampled_from(["alex", "bo"]),
            "timestamp": st.integers(1, 28).map(lambda day: f"2026-02-{day:02}T12:00:00Z"),
        },
        optional={"run_id": st.just("r"), "infer": st.booleans(), "metadata": st.just({"n": 1})},
    ),
    min_size=1,
    max_size=10,
)


def shape(client: MemoryClient, answers: list[Any]) -> Any:
    """All that callers can see, without ids and the times of this run."""
    said = [
        # What was known already is told as it was said or as it stands: they may differ in capitals.
        [
            (
                row["event"],
                row["memory"].lower() if row["event"] == "NONE" else row["memory"],
                row.get("previous_memory"),
            )
            for row in answer["results"]
        ]
        for answer in answers
    ]
    rows = client.get_all()
    names = {row["id"]: row["memory"] for row in rows}
    memories = sorted(
        (row["memory"], row["user_id"], str(row["run_id"]), row["categories"], row["updated_at"], row["metadata"] != {})
        for row in rows
    )
    chains = sorted(
        [(step["event"], step["new_memory"], json.dumps(step["input"])) for step in client.history(id)] for id in names
    )
    relations = sorted(
        (row["source"], row["relationship"], row["target"], names[row["memory_id"]]) for row in client.relations()
    )
    entities = sorted(
        (row["name"], row["memories"], sorted(row["aliases"]), sorted(each["name"] for each in row["same_as"]))
        for user in ("alex", "bo")
        for row in client.entities(user_id=user)
    )
    return said, memories, chains, relations, entities


def check(client: MemoryClient, conversations: list[dict[str, Any]], size: int) -> None:
    client.reset(confirm="everything")
    one_by_one = [client.add(**each) for each in conversations]
    wanted = shape(client, one_by_one)
    client.reset(confirm="everything")
    many = client.add_many(conversations, chunk_size=size)["results"]
    assert shape(client, many) == wanted
    assert client.doctor() == {"problems": []}


@examples(15, 60)
@given(CONVERSATIONS, st.integers(1, 12))
def test_add_many_equals_adds_offline(conversations: list[dict[str, Any]], size: int) -> None:
    with MemoryClient(":memory:", llm="offline") as client:
        check(client, conversations, size)


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """What is said is the fact; what becomes of it hangs on the two texts alone, so that the order of questions does not count."""
    asked = body["messages"][-1]["content"]
    if asked.startswith("Known memories:"):
        known = dict(re.findall(r"^K(\d+) \(.*?\): (.*)$", asked, re.M))
        rows = []
        for new, text, near in re.findall(r"^N(\d+): (.*) \[compare with (.*)\]$", asked, re.M):
            # Facts of the same call may be named too.
            shown = [number[1:] for number in near.split(", ") if number.startswith("K")]
            if not shown:
                rows.append({"new": int(new), "event": "ADD", "known": 0, "text": ""})
                continue
            first = min(shown, key=lambda number: known[number])
            event = ("ADD", "NONE", "UPDATE", "DELETE")[(len(text) * 7 + len(known[first]) * 3) % 4]
            both = f"{known[first]} {text}" if event == "UPDATE" and len(known[first]) % 2 else ""
            rows.append({"new": int(new), "event": event, "known": 0 if event == "ADD" else int(first), "text": both})
            last = max(shown, key=lambda number: known[number])
            if len(text) % 2:
                rows.append({"new": int(new), "event": "DELETE", "known": int(last)})
        return {"decisions": rows}
    facts = [each for each in as_said(body)["facts"] if "Hello" not in each["text"]]
    return {"facts": [{**each, "categories": ["hobbies"] if "like" in each["text"] else []} for each in facts]}


@examples(8, 20)
@given(CONVERSATIONS, st.integers(1, 12))
def test_add_many_equals_adds_with_a_model(conversations: list[dict[str, Any]], size: int) -> None:
    with ScriptedLLM() as server:
        server.rule(answered)
        llm = OpenAISettings(model="scripted", base_url=server.base_url, timeout_seconds=10.0, max_retries=0)
        with MemoryClient(":memory:", llm=llm) as client:
            check(client, conversations, size)


@pytest.mark.parametrize("size", [1, 3, 12])
def test_add_many_equals_adds_on_every_store(store: StoreUnderTest, size: int) -> None:
    conversations = [
        {
            "messages": [{"role": "user", "content": SENTENCES[(n * 5 + size) % len(SENTENCES)]}],
            "user_id": "alex" if n % 3 else "bo",
            "timestamp": f"2026-02-{n + 1:02}",
        }
        for n in range(20)
    ]
    with MemoryClient(**store.settings, llm="offline") as client:
        check(client, conversations, size)
