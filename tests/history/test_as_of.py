"""Searches in the past find the same candidates in memory that the embedded store finds with its indexes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.history.as_of import candidates, naming, told, within
from graphmem.history.differences import diff
from graphmem.model.filter import EVERYTHING, Filter
from graphmem.model.memory import Scope, StoredMemory, StoredRelation
from graphmem.model.requests import Candidate, Findings, Past, SearchRequest
from graphmem.model.vectors import Vector
from graphmem.model.walk import Link, Walk
from graphmem.search.asked import asked, start
from graphmem.search.bm25 import bm25
from graphmem.search.terms import query_terms

NOW = datetime(2024, 7, 1, tzinfo=timezone.utc)
PEOPLE = ("Anna", "Ben", "Clara", "Dmitri", "Élodie")
SAID = (
    "My sister {} lives in Berlin and works as a nurse at the Charité.",
    "{} adopted a grey cat called Mochi last winter, and it climbs curtains.",
    "I play the cello with {} in a small orchestra every Thursday.",
    "{}'s favourite food is mushroom risotto with a lot of parmesan.",
    "We are training for the Porto marathon, {} and I, running daily.",
    "The doctor told {} to sleep more and to drink less coffee: café au lait, coffee, coffee.",
    "{} dislikes crowded beaches but loves hiking in the mountains.",
    "{} studies architecture_and_cities in Delft.",
    "I met {} at a conference about technologies of databases.",
    "Yesterday {} cooked ramen with a soft egg; 3.5 minutes, no more.",
)
QUESTIONS = (
    "Where does Anna live?",
    "what should I cook for dinner?",
    "coffee",
    "CAFE",
    "a cat that climbed the curtain",
    "who runs a marathon in Porto with Ben?",
    "architecture_and_cities in Delft",
    "Berlin",
    "hikes and mountain beaches",
    "Élodie, Clara and Dmitri: sleeping, studying, databases",
    "What is it?",
    "zebra",
)
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"metadata": {"n": {"gte": 20}}},
    {"categories": {"in": ["even"]}, "NOT": {"text": {"icontains": "anna"}}},
    {"run_id": {"in": ["r0", "r2"]}},
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryClient]:
    with MemoryClient(str(tmp_path_factory.mktemp("past") / "memories.db")) as client:
        for n in range(len(SAID) * len(PEOPLE)):
            said = SAID[n % len(SAID)].format(PEOPLE[n // len(SAID)])
            client.add(
                [{"role": "assistant" if n % 4 == 3 else "user", "name": PEOPLE[n % 3], "content": said}],
                user_id="alex",
                run_id=f"r{n % 3}",
                timestamp=1_700_000_000 + 3_600 * n,
                metadata={"n": n},
                categories=[] if n % 2 else ["even"],
                expiration_date="2024-01-01" if n % 11 == 5 else None,
                infer=False,
            )
        # These name entities and are related.
        for n, text in enumerate(SAID):
            client.add(text.format(PEOPLE[n % 2]), user_id="alex", run_id="told", timestamp=1_720_000_000 + 60 * n)
        yield client


def current(client: MemoryClient, filter: Filter, at: datetime, vector: Vector | None) -> list[Past]:
    """What the store holds now, as it hands over what it held then; in the order in which its text arm breaks ties."""
    rows = client._parts.store().past(EVERYTHING, datetime.now(timezone.utc), vector)
    return sorted(within(rows, filter, at), key=lambda row: (row.created, row.memory.metadata.get("n", 0)))


def said(client: MemoryClient) -> Sequence[Past]:
    """All that the store holds, with the messages that it came from."""
    ids = [row["id"] for row in client.get_all()]
    return client._parts.store().past(EVERYTHING, datetime.now(timezone.utc), ids=ids)


def asking(question: str, **options: Any) -> SearchRequest:
    """The request for what all users together have, 90 days from now."""
    given = {"filter": EVERYTHING, "now": NOW + timedelta(days=90), "terms": query_terms(question), **options}
    return SearchRequest(**{"walk": start(asked(question), question, given["filter"]), **given})


# Few are cut off by the arms that compare memories one by one: how rare a word is, is counted in the store or among the rows.
@pytest.mark.parametrize(("limit", "words"), [(100, True), (7, False)])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_search_finds_what_the_store_finds(
    filled: MemoryClient, question: str, filters: dict[str, Any], limit: int, words: bool
) -> None:
    vector = filled._parts.embed_query(question, past=True)
    request = asking(question, filter=parse({"user_id": "alex", **filters}), vector=vector, by_words=words, limit=limit)
    store = filled._parts.store()
    expected = store.search(request)
    rows = current(filled, request.filter, request.now, vector)
    relations = store.relations([row.id for row in rows])
    found = told(candidates(rows, relations, request), relations, said(filled))
    assert found.plan == "past"
    assert len({each.id for each in found.candidates}) == len(found.candidates)
    ours, theirs = by_id(found), by_id(expected)
    assert set(ours) == set(theirs)
    for id, each in theirs.items():
        assert ours[id].vector == pytest.approx(each.vector, abs=1e-6)
        # How rare a word is, each of them counts among other memories.
        assert (ours[id].text is None) is (each.text is None)
        assert unordered(ours[id]) == unordered(each)
    assert (found.sampled, found.shares) == (expected.sampled, pytest.approx(expected.shares))


def unordered(candidate: Candidate) -> Candidate:
    """What is told of a candidate besides its scores, and its stems, which a store need not tell; the order of names says nothing."""
    names = {name: tuple(sorted(getattr(candidate, name))) for name in ("entities", "people", "labels")}
    links = tuple(sorted(candidate.links, key=str))
    return candidate._replace(vector=None, text=None, stems=None, links=links, **names)  # type: ignore[arg-type]


def by_id(findings: Findings) -> dict[str, Candidate]:
    return {each.id: each for each in findings.candidates}


def test_the_questions_reach_every_arm_and_all_that_is_told(filled: MemoryClient) -> None:
    seen: dict[str, set[Any]] = {}
    for question in QUESTIONS:
        rows = current(filled, EVERYTHING, NOW, None)
        relations = filled._parts.store().relations([row.id for row in rows])
        for each in told(candidates(rows, relations, asking(question)), relations, said(filled)).candidates:
            for name in ("hops", "verbatim", "role", "speaker"):
                seen.setdefault(name, set()).add(getattr(each, name))
            for name in ("held", "entities", "people", "labels", "links"):
                seen.setdefault(name, set()).add(bool(getattr(each, name)))
            seen.setdefault("text", set()).add(each.text is None)
            assert each.vector is None
    assert seen.pop("hops") == {0, 1, None}
    assert seen.pop("role") == {"user", "assistant"}
    assert seen.pop("speaker") == {*PEOPLE[:3], None}
    assert seen == {name: {True, False} for name in seen}


@pytest.mark.parametrize("question", QUESTIONS)
def test_text_scores_are_sqlites_where_one_owner_fills_the_store(filled: MemoryClient, question: str) -> None:
    request = asking(question, now=NOW - timedelta(days=365), walk=Walk(), limit=100, reach=0)
    expected = {each.id: each.text for each in filled._parts.store().search(request).candidates}
    found = candidates(current(filled, EVERYTHING, request.now, None), (), request)
    assert {each.id: each.text for each in found.candidates} == pytest.approx(expected, rel=1e-6)


def test_bm25_matches_values_worked_out_by_hand() -> None:
    texts = [["a", "b"], ["a", "a", "c", "a"], ["c"], [], ["b", "a"]]
    found = bm25(dict(enumerate(texts)), dict(enumerate([2, 4, 1, 0, 2])), [["b", "c"], ["c"], ["a", "b"], []], 5, 1.8)
    rare, usual = math.log(4.5 / 1.5), math.log(3.5 / 2.5)
    assert found == pytest.approx(
        {
            0: rare * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 1.8)),
            1: usual * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / 1.8)),
            2: usual * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1 / 1.8)),
        }
    )
    # A text without any of them may be left out.
    assert bm25({0: ["a", "b"], 2: ["c"]}, {0: 2, 2: 1}, [["a", "b"], ["c"]], 3, 2.0) == bm25(
        {0: ["a", "b"], 1: ["d"], 2: ["c"]}, {0: 2, 1: 1, 2: 1}, [["a", "b"], ["c"]], 3, 2.0
    )
    assert bm25({}, {}, [["a"]], 0, 0.0) == {}
    # In most texts: next to nothing, but found.
    common = bm25({0: ["a"], 1: ["a"], 2: ["b"]}, {0: 1, 1: 1, 2: 1}, [["a"]], 3, 1.0)
    assert common.keys() == {0, 1}
    assert all(0 < score < 1e-5 for score in common.values())


def past(id: str, text: str = "tea", *, user: str = "alex", days: int = 0, version: str = "1", **state: Any) -> Past:
    names = ("entities", "people", "conversation", "position", "vector", "verbatim", "role", "speaker", "similarity")
    place = {name: state.pop(name) for name in names if name in state}
    scope, time = Scope(user_id=user), NOW + timedelta(days=days)
    memory = StoredMemory(id, text, scope, f"{id}{version}", time, time, **state)
    return Past(memory, place.pop("vector", None), **place)


def finding(
    rows: Sequence[Past], words: str = "", relations: Sequence[StoredRelation] = (), **options: Any
) -> tuple[Candidate, ...]:
    """What is found among the rows, without neighbours unless asked for."""
    request = SearchRequest(EVERYTHING, NOW, terms=query_terms(words), **{"limit": 10, "reach": 0, **options})
    return candidates(rows, relations, request).candidates


ALEXS = (Scope(user_id="alex").owner,)
NAMES_ANNA = Walk(names=("anna",), owners=ALEXS)


def test_no_rows_give_no_candidates() -> None:
    none = np.zeros(0, dtype=np.float32)
    request = SearchRequest(EVERYTHING, NOW, none, query_terms("tea"), NAMES_ANNA)
    assert candidates([], [StoredRelation("a", "b", "c", "x")], request) == Findings((), "past", 0, (0.0,))
    assert finding([past("a")]) == ()


def test_linked_entities_are_one_hop_away_within_their_owner() -> None:
    rows = [
        past("named", entities=("anna",)),
        past("linked", entities=("berlin",)),
        past("links", entities=("anna", "berlin")),
        past("further", entities=("germany",)),
        past("other's", user="blake", entities=("berlin",)),
    ]
    relations = [
        StoredRelation("Anna", "lives_in", "Berlin", "links"),
        StoredRelation("Berlin", "lies_in", "Germany", "links"),
        StoredRelation("Germany", "likes", "Anna", "gone"),
    ]
    found = finding(rows, relations=relations, walk=NAMES_ANNA)
    assert {each.id: each.hops for each in found} == {"named": 0, "linked": 1, "links": 0}
    # From the target to the source as well.
    found = finding(rows, relations=relations, walk=Walk(names=("germany",), owners=ALEXS))
    assert {each.id: each.hops for each in found} == {"further": 0, "linked": 1, "links": 1}


def test_relations_that_may_be_asked_for_are_found_and_told() -> None:
    rows = [past("me", entities=("user", "tea")), past("other", entities=("user", "rome"))]
    relations = [StoredRelation("user", "likes", "tea", "me"), StoredRelation("user", "visited", "Rome", "other")]
    walk = Walk(selves=("user",), owners=ALEXS, relations=("lik",))
    [found] = finding(rows, relations=relations, walk=walk)
    assert (found.id, found.hops, found.links) == ("me", None, (Link("self", "likes", True),))


def test_arms_are_sorted_best_first() -> None:
    rows = [past(id, days=day, entities=("anna",)) for id, day in (("b", 1), ("a", 1), ("c", 2), ("d", 0))]
    assert sorted(each.id for each in finding(rows, walk=NAMES_ANNA, limit=2)) == ["a", "c"]
    one, other = np.array([1, 0], dtype=np.float32), np.array([0.6, 0.8], dtype=np.float32)
    rows = [past("far", vector=-one), past("near", vector=one), past("fair", vector=other), past("none")]
    found = finding(rows, vector=one, limit=2)
    assert {each.id: each.vector for each in found} == pytest.approx({"near": 1.0, "fair": 0.8})


def test_a_store_may_give_the_similarity_instead_of_the_vector() -> None:
    one = np.array([1, 0], dtype=np.float32)
    rows = [past("given", similarity=0.9), past("compared", vector=one), past("none")]
    found = finding(rows, vector=one)
    assert {each.id: each.vector for each in found} == pytest.approx({"given": 0.9, "compared": 1.0})


def test_neighbours_of_the_best_are_included() -> None:
    one = np.array([1, 0], dtype=np.float32)
    rows = [
        past(f"{n}", "coffee" if n == 3 else "tea", conversation="a", position=n, vector=one if n == 2 else None)
        for n in range(6)
    ]
    rows += [past("same", "milk", conversation="a", position=3), past("elsewhere", conversation="b", position=3)]
    assert [each.id for each in finding(rows, "coffee", reach=1)] == ["2", "3", "4", "same"]
    assert [each.id for each in finding(rows, "coffee", reach=0)] == ["3"]
    assert [each.id for each in finding(rows, "coffee", reach=1, around=0)] == ["3"]
    # What comes as a neighbour is still compared with the query.
    found = {each.id: each for each in finding(rows, "coffee", vector=one, reach=1)}
    assert (found["2"].vector, found["2"].text is None) == (1.0, True)


def test_words_are_told_of_what_other_arms_find() -> None:
    rows = [past("a", "Anna drank tea", entities=("anna",)), past("b", "Tea with milk")]
    [found] = finding(rows, "Did she drink milk or tea?", walk=NAMES_ANNA, by_words=False)
    assert (found.id, found.text, found.held) == ("a", None, (0, 2))


def test_ranking_is_told_who_said_what() -> None:
    row = past(
        "a", "Tea!", verbatim=True, role="user", speaker="Anna", entities=("anna", "tea"), people=("anna",), categories=("food",)
    )  # fmt: skip
    assert finding([row], "tea") == (
        Candidate(
            "a", text=pytest.approx(1e-6, abs=1e-5), held=(0,), length=4, verbatim=True, role="user", speaker="Anna",
            entities=("anna", "tea"), people=("anna",), labels=("food",), created_at=NOW,
        ),
    )  # fmt: skip


def test_predicates_of_the_relations_become_labels() -> None:
    found = Findings((Candidate("a", labels=("food",)), Candidate("b")), "past")
    relations = [StoredRelation("x", predicate, "y", "a") for predicate in ("likes", "drinks", "likes")]
    assert [each.labels for each in told(found, relations, ()).candidates] == [("food", "drinks", "likes"), ()]


def test_the_message_is_told_of_what_was_found() -> None:
    found = Findings((Candidate("a"), Candidate("erased")), "past", 2, (0.5,))
    row = past("a", verbatim=True, role="user", speaker="Anna")
    assert told(found, (), [row]) == Findings(
        (Candidate("a", verbatim=True, role="user", speaker="Anna"), Candidate("erased")), "past", 2, (0.5,)
    )


def test_of_a_sample_it_is_told_how_many_hold_each_word() -> None:
    rows = [past("a", "tea"), past("b", "tea and milk"), past("c", "water"), past("d", "tea " + "!" * 676)]
    request = SearchRequest(EVERYTHING, NOW, terms=query_terms("milk, tea"))
    # A text four times as long as `long` counts half.
    found = candidates(rows, (), request)
    assert (found.sampled, found.shares) == (4, pytest.approx((1 / 4, 2.5 / 4)))
    few = candidates(rows, (), replace(request, sample=2))
    assert (few.sampled, few.shares) == (2, pytest.approx((1 / 2, 1)))


def test_memories_that_mention_a_name_are_followed() -> None:
    rows = [past("a", entities=("anna",)), past("b", entities=("ben", "anna")), past("c", entities=("clara",))]
    assert naming(rows, ("anna", "nobody")) == ["a", "b"]
    assert naming(rows, ()) == []


def test_expired_memories_are_hidden_and_the_newest_come_first() -> None:
    hour = timedelta(hours=1)
    rows = [
        past("b"),
        past("a"),
        past("old", days=-1),
        past("ends", days=1, expiration_date=NOW),
        past("lasts", expiration_date=NOW + hour),
        past("blake's", user="blake"),
    ]
    filter = parse({"user_id": "alex"})
    assert [row.memory.id for row in within(rows, filter, NOW)] == ["a", "b", "lasts", "old"]
    assert [row.memory.id for row in within(rows, filter, NOW - hour)] == ["ends", "a", "b", "lasts", "old"]
    assert within([], filter, NOW) == []


def test_the_same_order_as_get_all(filled: MemoryClient) -> None:
    now = datetime.now(timezone.utc)
    expected = [row["id"] for row in filled.get_all(user_id="alex")]
    rows = filled._parts.store().past(EVERYTHING, now)
    assert [row.id for row in within(rows, parse({"user_id": "alex"}), now)] == expected


def test_diff_lists_added_removed_and_changed_memories() -> None:
    before = [past("gone"), past("stays"), past("changes", "coffee", days=-1), past("gone too", days=2)]
    after = [past("new"), past("changes", "tea", days=-1, version="2"), past("newer", days=3), past("stays")]
    found = diff(before, after)
    assert [memory.id for memory in found.added] == ["newer", "new"]
    assert [memory.id for memory in found.removed] == ["gone too", "gone"]
    assert [(old.text, new.text) for old, new in found.changed] == [("coffee", "tea")]


states = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@settings(deadline=None)
@given(states, states)
def test_applying_a_diff_to_one_state_gives_the_other(one: dict[str, int], other: dict[str, int]) -> None:
    before, after = ([past(id, version=str(n)) for id, n in state.items()] for state in (one, other))
    found = diff(before, after)
    versions = {row.memory.id: row.memory for row in before}
    for memory in found.removed:
        assert versions.pop(memory.id) == memory
    for old, new in found.changed:
        assert versions.pop(old.id) == old
        versions[new.id] = new
    versions |= {memory.id: memory for memory in found.added}
    assert versions == {row.memory.id: row.memory for row in after}
    assert diff(before, before) == diff([], [])
