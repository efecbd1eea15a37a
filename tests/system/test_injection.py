"""Hostile texts wherever a caller may pass text: stored and found unchanged, with no other effect."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from graphmem import MemoryClient
from graphmem.model.folding import folded, spelled
from tests.conftest import STORES, StoreUnderTest, open_store
from tests.tools.hostile import HOSTILE, MEGABYTE

# Texts that differ only in case or in how letters are composed count as the same: of these one, composed.
VISIBLE = tuple({folded(text): spelled(text) for text in HOSTILE if text.strip()}.values())
IDS = tuple(
    text
    for text in VISIBLE
    if text == text.strip() and len(text) <= 256 and all(unicodedata.category(c) != "Cc" for c in text)
)
# Words that a filter reads as an operator can't be keys beside a value; everything else can.
KEYS = tuple({folded(text): spelled(text) for text in HOSTILE if text not in ("in", "eq")}.values())


def test_the_corpus_is_large() -> None:
    assert len(HOSTILE) >= 200
    assert len(IDS) >= 150


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StoreUnderTest:
    return open_store(request.param, request, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def client(store: StoreUnderTest) -> Iterator[MemoryClient]:
    with MemoryClient(**store.settings) as found:
        found.add(
            "The bystander drinks tea", user_id="bystander", infer=False, metadata={"kept": True}, categories=["kept"]
        )
        yield found
        # Whatever was tried, what was there before is as it was.
        [row] = found.get_all(user_id="bystander")
        assert (row["memory"], row["metadata"], row["categories"]) == (
            "The bystander drinks tea",
            {"kept": True},
            ["kept"],
        )
        assert len(found.history(row["id"])) == 1


def test_hostile_texts_are_stored_as_text(client: MemoryClient) -> None:
    said = [{"role": "user", "content": text} for text in VISIBLE]
    rows = client.add(said, user_id="texts", infer=False)["results"]
    assert {row["memory"] for row in client.get_all(user_id="texts")} == set(VISIBLE)
    assert [row["content"] for row in client.history(rows[0]["id"])[0]["input"]] == list(VISIBLE)
    for text in VISIBLE:
        assert {row["memory"] for row in client.get_all(filters={"user_id": "texts", "text": {"eq": text}})} == {text}
        expected = {each for each in VISIBLE if text in each}
        assert {
            row["memory"] for row in client.get_all(filters={"user_id": "texts", "text": {"contains": text}})
        } == expected


@pytest.mark.filterwarnings("ignore:.*means the id")
def test_hostile_texts_as_ids_categories_and_names(client: MemoryClient) -> None:
    for text in IDS:
        message = {"role": "user", "content": "I drink tea", "name": text}
        client.add([message], user_id=text, run_id=text, infer=False, categories=[text], metadata={"ids": True})
    for text in IDS:
        for rows in (
            client.get_all(user_id=text, filters={"metadata": {"ids": True}}),
            client.get_all(categories=[text], filters={"metadata": {"ids": True}}),
            client.search("tea", user_id=text, run_id=text),
        ):
            assert [(row["user_id"], row["run_id"], row["categories"]) for row in rows] == [(text, text, [text])]
    assert {row["id"] for row in client.users()["results"] if row["type"] == "run"} == set(IDS)


def test_hostile_texts_as_metadata_keys_and_values(client: MemoryClient) -> None:
    for number, text in enumerate(KEYS):
        if text in ("user_id", "agent_id", "app_id", "run_id"):
            continue
        metadata = {text: text, "deep": {text: text}, "list": [text]}
        client.add(f"Metadata {number}", user_id="metadata", infer=False, metadata=metadata)
        for condition in (
            {text: {"eq": text}},
            {"deep": {text: {"eq": text}}},
            {"list": {"contains": text}},
            {text: {"in": [text]}},
        ):
            rows = client.get_all(filters={"user_id": "metadata", "metadata": condition})
            assert {row["memory"] for row in rows} == {f"Metadata {number}"}, (text, condition)
            assert rows[0]["metadata"] == metadata


def test_hostile_texts_as_queries_and_conditions(client: MemoryClient) -> None:
    for text in VISIBLE:
        rows = client.search(text, user_id="bystander")
        assert [row["user_id"] for row in rows] == ["bystander"]
    for text in IDS:
        if text == "*":  # which means any value
            continue
        assert client.search("tea", user_id="bystander", metadata={"kept": text}) == []
        assert client.search("tea", user_id="bystander", filters={"run_id": {"in": [text]}}) == []
        assert client.get_all(user_id="bystander", keywords=f"☃{text}") == []
        assert client.relations(subject=text, relationship=text, object=text, user_id="bystander") == []
        assert client.paths(text, "tea", user_id="bystander") == client.neighbours(text, user_id="bystander") == []


def test_a_text_of_a_megabyte_is_stored(client: MemoryClient) -> None:
    id = client.add(MEGABYTE, user_id="long", infer=False, metadata={"long": MEGABYTE})["results"][0]["id"]
    found = client.get(id)
    assert found["memory"] == MEGABYTE
    assert found["metadata"] == {"long": MEGABYTE}
    assert [row["id"] for row in client.get_all(filters={"metadata": {"long": MEGABYTE}})] == [id]
    assert [
        row["id"] for row in client.get_all(filters={"text": {"contains": "of it' OR 1=1"}, "user_id": "long"})
    ] == [id]
    assert len(client.search(MEGABYTE, user_id="long")) == 1
