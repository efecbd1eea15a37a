"""Two tenants with the same words: one with a single memory, one with ten thousand."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import MemoryClient, MemoryNotFoundError, ScopeError
from graphmem._sync.parts import Parts
from graphmem.model import times
from graphmem.model.changes import Findable, Transcript
from graphmem.model.memory import Message, Scope
from graphmem.remember import drafts, facts
from graphmem.remember.decisions import Decision
from graphmem.settings import choose_embedder, choose_llm, choose_store
from tests.conftest import STORES, StoreUnderTest, open_store

MANY = 10_000
SAID = 2_000
CHUNK = 500
WORDS = "I drink green tea with lemon"


def fill(store: StoreUnderTest, scope: Scope, texts: list[str], *, said: bool = False) -> None:
    """Store texts as infer=False does, many in one transaction; with `said`, so that their messages are found as well."""
    settings = {name: value for name, value in store.settings.items() if name != "store"}
    parts = Parts(choose_store(store.settings["store"], **settings), choose_llm(), choose_embedder())
    new_id = lambda: str(uuid.uuid4())  # noqa: E731
    try:
        for start in range(0, len(texts), CHUNK):
            messages = tuple(Message("user", text) for text in texts[start : start + CHUNK])
            terms = drafts.Terms(scope, times.now(), {})
            new = drafts.drafts(facts.verbatim(messages, terms.at.date()), terms, new_id)
            vectors = parts.embed([draft.memory.text for draft in new], writing=True)
            found = tuple(Findable(scope, vector) for vector in vectors) if said else ()
            transcript = Transcript(scope.key, tuple(new_id() for _ in messages), messages, terms.at, found=found)
            added = [Decision("ADD")] * len(new)
            parts.store().apply([drafts.changes(new, added, vectors, transcript, {}, times.now(), new_id)])
    finally:
        parts.close()


@pytest.fixture(scope="module", params=STORES)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StoreUnderTest:
    store = open_store(request.param, request, tmp_path_factory.mktemp("tenants"))
    fill(store, Scope(user_id="many"), [f"{WORDS} on day {n}" for n in range(MANY)])
    with MemoryClient(**store.settings) as client:
        client.add(WORDS, user_id="one", infer=False, metadata={"mine": True}, categories=["drinks"])
        client.add("My sister Anna lives in Berlin.", user_id="one")
        client.add("My sister Anna lives in Madrid.", user_id="other")
        client.add([{"role": "user", "content": f"I like tea. {WORDS}"}], user_id="said-one")
    fill(store, Scope(user_id="said-many"), [f"{WORDS} in week {n}" for n in range(SAID)], said=True)
    return store


@pytest.fixture
def client(full: StoreUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**full.settings) as found:
        yield found


def owners(rows: Any) -> set[Any]:
    return {row["user_id"] for row in rows}


def test_the_small_tenant_finds_its_memory_first(client: MemoryClient) -> None:
    rows = client.search(WORDS, user_id="one", top_k=50, explain=True)
    assert rows[0]["memory"] == WORDS
    assert owners(rows) == {"one"}
    assert {"vector", "text"} <= rows[0]["explain"]["arms"].keys()


def test_the_large_tenant_never_sees_the_small_one(client: MemoryClient) -> None:
    rows = client.search(WORDS, user_id="many", top_k=1_000)
    assert len(rows) == 1_000
    assert owners(rows) == {"many"}


def test_listing_stays_within_a_tenant(client: MemoryClient) -> None:
    assert owners(client.get_all(user_id="one")) == {"one"}
    page = client.get_all(user_id="many", page=1, page_size=10)
    assert page["count"] == MANY
    assert owners(page["results"]) == {"many"}


def test_conditions_do_not_widen_the_scope(client: MemoryClient) -> None:
    assert client.search(WORDS, user_id="many", metadata={"mine": True}) == []
    assert client.search(WORDS, user_id="many", categories=["drinks"]) == []
    assert client.search(WORDS, filters={"AND": [{"user_id": "many"}, {"user_id": "one"}]}) == []


def test_entity_names_do_not_connect_tenants(client: MemoryClient) -> None:
    mine = client.search("Where does Anna live?", user_id="one", output_format="v1.1")
    assert "Madrid" not in str(mine)
    assert "Berlin" in str(mine)
    assert "Berlin" not in str(client.search("Where does Anna live?", user_id="other", output_format="v1.1"))


def test_a_bound_client_never_sees_other_scopes(full: StoreUnderTest, client: MemoryClient) -> None:
    foreign = client.get_all(user_id="many", page=1, page_size=1)["results"][0]["id"]
    with MemoryClient(**full.settings, scope={"user_id": "one"}) as bound:
        assert owners(bound.search(WORDS)) == {"one"}
        assert owners(bound.get_all()) == {"one"}
        assert [(row["type"], row["id"]) for row in bound.users()["results"]] == [("user", "one")]
        assert bound.search(WORDS, filters={"user_id": {"in": ["one", "many"]}}, top_k=1)[0]["user_id"] == "one"
        for call in (bound.get, bound.history, bound.delete, lambda name: bound.update(name, text="mine now")):
            with pytest.raises(MemoryNotFoundError):
                call(foreign)
        for refused in (bound.search, bound.add):
            with pytest.raises(ScopeError, match="outside"):
                refused("x", user_id="many")
        with pytest.raises(ScopeError, match="outside"):
            bound.delete_all(user_id="many")
    assert client.get(foreign)["user_id"] == "many"


@pytest.mark.parametrize("scoped", [False, True])
def test_what_was_said_stays_within_a_tenant(full: StoreUnderTest, scoped: bool) -> None:
    bound = {"scope": {"user_id": "said-one"}} if scoped else {}
    whose = {} if scoped else {"user_id": "said-one"}
    with MemoryClient(**full.settings, **bound) as client:
        for query in (WORDS, "tea", "in week 7"):
            found = client.search(query, **whose, top_k=1_000, output_format="v1.1", messages=True)  # type: ignore[arg-type]
            assert owners(found["messages"]) == {"said-one"}
            assert "week" not in client.context(query, **whose, max_tokens=2_000)  # type: ignore[arg-type]


def test_what_was_said_is_found_among_very_much(client: MemoryClient) -> None:
    found = client.search("in week 1777", user_id="said-many", output_format="v1.1", messages=True)
    # Each message is a memory here, and told as that.
    assert found["results"][0]["memory"] == f"{WORDS} in week 1777"
    assert f"{WORDS} in week 1777" not in [row["content"] for row in found["messages"]]
    assert owners(found["messages"]) == {"said-many"}


def test_ten_thousand_memories_are_deleted_in_one_call(full: StoreUnderTest, client: MemoryClient) -> None:
    """Last in this file, whose tests share the store."""
    assert client.delete_users(user_id="many")["deleted"] == MANY
    assert client.get_all(user_id="many") == []
    assert [row["id"] for row in client.users()["results"]] == ["one", "other", "said-many", "said-one"]
    with MemoryClient(**full.settings) as bound:
        bound.reset(confirm="everything")
        assert set(bound.info().counts.values()) == {0}
