"""What a question asks of the graph is found: the relations of those whom it means, whatever the words of the memories."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

import pytest

from graphmem import MemoryClient
from graphmem.model.memory import Scope
from tests.conftest import StoreUnderTest
from tests.tools.triples import tell, unite

KNOWN = [
    ("user", "has_sister", "Anna"),
    ("Anna", "visited", "Rome"),
    ("Anna", "flew_to", "Oslo"),
    ("Anna", "wants_to_visit", "Kyoto"),
    ("Anna", "likes", "tea"),
    ("Ben", "visited", "Paris"),
    ("user", "visited", "Ghent"),
    ("Carla", "married_to", "Ben"),
    ("Dora", "boss_of", "Ben"),
    ("user", "allergic_to", "nuts"),
    ("Emil", "lives_in", "Rome"),
    ("Fred", "father_of", "Gina"),
    ("Gina", "visited", "Turin"),
]
OTHERS = [("user", "has_sister", "Eve"), ("Eve", "visited", "Rome"), ("Anna", "visited", "Madrid")]


@pytest.fixture
def known(store: StoreUnderTest, client: Any) -> Any:
    client.add("The weather is fine.", user_id="alex", infer=False)
    with MemoryClient(**store.settings) as direct:
        written = direct._parts.store()  # type: ignore[attr-defined]
        tell(written, KNOWN, metadata={"sure": True})
        tell(written, OTHERS, Scope("bo"))
    return client


def asked(client: Any, query: str, **options: Any) -> list[str]:
    """The memories that support a relation that the query asks for, best first, without the number of each."""
    rows = client.search(query, explain=True, **{"user_id": "alex", **options})
    return [row["memory"].rsplit(" ", 1)[0] for row in rows if row["explain"]["signals"]["links"] > 0.5]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Where has my sister been?", {"Anna visited Rome", "Anna flew_to Oslo"}),
        ("Where has Anna been?", {"Anna visited Rome", "Anna flew_to Oslo"}),
        ("Where does Anna want to go?", {"Anna wants_to_visit Kyoto"}),
        ("Where have I been?", {"user visited Ghent"}),
        ("What does my sister enjoy?", {"Anna likes tea"}),
        ("Who is the wife of Ben?", {"Carla married_to Ben"}),
        ("Who is Ben's boss?", {"Dora boss_of Ben"}),
        ("Who lives in Rome?", {"Emil lives_in Rome"}),
        ("What should I cook?", {"user allergic_to nuts"}),
        ("Who is my sister?", {"user has_sister Anna"}),
        ("What are the names of Fred's children?", {"Fred father_of Gina"}),
        ("Who is Gina's dad?", {"Fred father_of Gina"}),
        ("Where has Fred's daughter been?", {"Gina visited Turin"}),
        ("The weather?", set()),
        ("quantum physics", set()),
    ],
)
def test_relations_of_those_who_are_meant(known: Any, query: str, found: set[str]) -> None:
    assert set(asked(known, query)) == found
    assert asked(known, query, user_id="nobody") == []


def test_they_come_before_all_others(known: Any) -> None:
    rows = known.search("Where has my sister been?", user_id="alex")
    first = {row["memory"].rsplit(" ", 1)[0] for row in rows[:3]}
    assert first == {"Anna visited Rome", "Anna flew_to Oslo", "user has_sister Anna"}
    assert rows[2]["score"] >= 0.5 > rows[3]["score"]


def test_a_walk_stays_within_scope_and_filter(known: Any) -> None:
    assert asked(known, "Where has my sister been?", user_id="bo") == ["Eve visited Rome"]
    assert asked(known, "Where has Anna been?", user_id="bo") == ["Anna visited Madrid"]
    unsure = {"user_id": "alex", "metadata": {"sure": False}}
    assert asked(known, "Where has my sister been?", **unsure) == []
    # The memory that tells who the sister is has to be within the filter, as well as what she did.
    text = {"text": {"icontains": "rome"}}
    both = {"OR": [text, {"text": {"icontains": "sister"}}]}
    assert asked(known, "Where has my sister been?", version="v2", filters=text) == []
    assert asked(known, "Where has my sister been?", version="v2", filters=both) == ["Anna visited Rome"]


def test_without_a_scope_everybody_is_found(known: Any) -> None:
    found = {row["memory"].rsplit(" ", 1)[0] for row in known.search("Where has Anna been?", top_k=3)}
    assert found == {"Anna visited Rome", "Anna flew_to Oslo", "Anna visited Madrid"}


def test_names_that_count_as_one_are_one(known: Any, store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as direct:
        written = direct._parts.store()  # type: ignore[attr-defined]
        tell(written, [("Annie", "visited", "Bergen")])
        unite(written, [("Anna", "Annie")])
    assert set(asked(known, "Where has Anna been?")) == {
        "Anna visited Rome",
        "Anna flew_to Oslo",
        "Annie visited Bergen",
    }


def test_only_relations_in_force_count(known: Any) -> None:
    before = datetime.now(timezone.utc)
    time.sleep(0.002)
    [rome] = known.search("Anna visited Rome", user_id="alex", top_k=1)
    known.delete(rome["id"])
    assert asked(known, "Where has my sister been?") == ["Anna flew_to Oslo"]
    assert set(asked(known, "Where has my sister been?", as_of=before)) == {"Anna visited Rome", "Anna flew_to Oslo"}
    [sister] = known.search("user has_sister Anna", user_id="alex", top_k=1)
    known.delete(sister["id"])
    assert asked(known, "Where has my sister been?") == []
    assert set(asked(known, "Where has my sister been?", as_of=before)) == {"Anna visited Rome", "Anna flew_to Oslo"}


def led(client: Any, query: str, **options: Any) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Memory, without its number → where the graph started, and the path from there."""
    rows = client.search(query, explain=True, **{"user_id": "alex", **options})
    graph = {row["memory"].rsplit(" ", 1)[0]: row["explain"]["arms"].get("graph") for row in rows}
    return {
        text: (arm["start"], [(step["source"], step["relationship"], step["target"]) for step in arm["path"]])
        for text, arm in graph.items()
        if arm
    }


def test_explain_tells_the_path_in_the_graph(known: Any) -> None:
    found = led(known, "Where has my sister been?")
    assert found["Anna visited Rome"] == ("user", [("user", "has_sister", "Anna"), ("Anna", "visited", "Rome")])
    # Rome leads on from her, to what it has to do with others.
    assert found["Emil lives_in Rome"] == ("user", [("user", "has_sister", "Anna"), ("Anna", "visited", "Rome")])
    found = led(known, "Where has Anna been?")
    assert found["Anna visited Rome"] == ("Anna", [("Anna", "visited", "Rome")])
    # It mentions her, and no relation of hers that is asked for.
    assert found["Anna likes tea"] == ("Anna", [])
    assert led(known, "Where have I been?")["user visited Ghent"] == ("user", [("user", "visited", "Ghent")])
    assert led(known, "The weather?") == {}


def test_a_path_stays_within_scope_filter_and_time(known: Any) -> None:
    theirs = led(known, "Where has my sister been?", user_id="bo")
    assert theirs["Eve visited Rome"] == ("user", [("user", "has_sister", "Eve"), ("Eve", "visited", "Rome")])
    assert not any("Anna" in str(path) for text, path in theirs.items() if text != "Anna visited Madrid")
    before = datetime.now(timezone.utc)
    time.sleep(0.002)
    [rome] = known.search("Anna visited Rome", user_id="alex", top_k=1)
    known.delete(rome["id"])
    assert "Emil lives_in Rome" not in led(known, "Where has my sister been?")
    then = led(known, "Where has my sister been?", as_of=before)
    assert then["Emil lives_in Rome"] == ("user", [("user", "has_sister", "Anna"), ("Anna", "visited", "Rome")])


def test_a_path_names_the_memories_that_say_it(known: Any) -> None:
    rows = known.search("Where has my sister been?", user_id="alex", explain=True)
    texts = {row["id"]: row["memory"].rsplit(" ", 1)[0] for row in rows}
    [first] = [row for row in rows if texts[row["id"]] == "Anna visited Rome"]
    path = first["explain"]["arms"]["graph"]["path"]
    assert [texts[step["memory_id"]] for step in path] == ["user has_sister Anna", "Anna visited Rome"]
