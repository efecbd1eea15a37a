"""Searches in the past find the same candidates in memory that the embedded store finds with its indexes."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import MemoryClient
from graphmem.filters.parse import parse
from graphmem.history.as_of import candidates, within
from graphmem.history.differences import diff
from graphmem.model.filter import EVERYTHING, Filter
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Candidate, Findings, Past, SearchRequest
from graphmem.search.bm25 import bm25
from graphmem.search.terms import beginning, count_words, index_words, may_hold, query_names, query_terms

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


class Filled(NamedTuple):
    client: MemoryClient
    rows: list[Past]
    links: list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    path = tmp_path_factory.mktemp("past") / "memories.db"
    with MemoryClient(str(path)) as client:
        for n in range(len(SAID) * len(PEOPLE)):
            client.add(
                SAID[n % len(SAID)].format(PEOPLE[n // len(SAID)]),
                user_id="alex",
                run_id=f"r{n % 3}",
                timestamp=1_700_000_000 + 3_600 * n,
                metadata={"n": n},
                categories=["odd" if n % 2 else "even"],
                expiration_date="2024-01-01" if n % 11 == 5 else None,
                infer=False,
            )
        # These name entities and are related.
        for n, text in enumerate(SAID):
            client.add(text.format(PEOPLE[n % 2]), user_id="alex", run_id="told", timestamp=1_720_000_000 + 60 * n)
        yield Filled(client, *current(path))


def current(path: Path) -> tuple[list[Past], list[tuple[str, str, str]]]:
    """All that the store holds now, as it would hand over what it held then; in the order that its text arm breaks ties by."""
    from graphmem.stores.sqlite.rows import MEMORY_COLUMNS, memory_of

    with closing(sqlite3.connect(path)) as connection:
        execute = connection.execute
        vectors = dict(execute("SELECT id, data FROM vector"))
        named: dict[int, list[str]] = {}
        for memory, key in execute("SELECT n.memory, e.key FROM mention n JOIN entity e ON e.seq = n.entity"):
            named.setdefault(memory, []).append(key)
        links = execute(
            "SELECT s.key, t.key, r.memory_id FROM relation r JOIN entity s ON s.seq = r.source JOIN entity t ON t.seq = r.target"
            " WHERE r.retracted_at IS NULL"
        ).fetchall()
        stored = execute(
            f"SELECT {MEMORY_COLUMNS}, m.vector, m.seq, m.conversation, m.position FROM memory m ORDER BY m.seq"
        )
        rows = [
            Past(
                memory_of(row),
                np.frombuffer(vectors[row[-4]], dtype="<f4"),
                tuple(named.get(row[-3], ())),
                row[-2],
                row[-1],
            )
            for row in stored
        ]
    return rows, links


def seen(rows: list[Past], filter: Filter, at: datetime) -> list[Past]:
    """As `within`, in the order that they came."""
    ids = {row.memory.id for row in within(rows, filter, at)}
    return [row for row in rows if row.memory.id in ids]


# Few are cut off by the arms that compare memories one by one: how rare a word is, is counted in the store or among the rows.
@pytest.mark.parametrize(("limit", "words"), [(100, True), (7, False)])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_search_finds_what_the_store_finds(
    filled: Filled, question: str, filters: dict[str, Any], limit: int, words: bool
) -> None:
    vector = filled.client._parts.embed([question], writing=False)[0]
    terms, names = query_terms(question) if words else (), query_names(question)
    tree = parse({"user_id": "alex", **filters})
    request = SearchRequest(tree, NOW + timedelta(days=90), vector, terms, names, limit)
    expected = filled.client._parts.store().search(request)
    rows = seen(filled.rows, tree, request.now)
    found = candidates(rows, filled.links, vector, terms, names, limit, request.reach, request.around)
    assert found.plan == "past"
    assert len({each.id for each in found.candidates}) == len(found.candidates)
    ours, theirs = by_id(found), by_id(expected)
    assert set(ours) == set(theirs)
    for id, each in theirs.items():
        assert ours[id].vector == pytest.approx(each.vector, abs=1e-6)
        assert (ours[id].hops, ours[id].conversation, ours[id].position) == (
            each.hops,
            each.conversation,
            each.position,
        )
        assert (ours[id].text is None) is (each.text is None)


def by_id(findings: Findings) -> dict[str, Candidate]:
    return {each.id: each for each in findings.candidates}


def test_the_questions_reach_every_arm(filled: Filled) -> None:
    arms: dict[str, set[Any]] = {"hops": set(), "text": set()}
    for question in QUESTIONS:
        found = candidates(filled.rows, filled.links, None, query_terms(question), query_names(question), 50, 2, 10)
        arms["hops"] |= {each.hops for each in found.candidates}
        arms["text"] |= {each.text is None for each in found.candidates}
        assert all(each.vector is None for each in found.candidates)
    assert arms == {"hops": {0, 1, None}, "text": {True, False}}


@pytest.mark.parametrize("question", QUESTIONS)
def test_text_scores_are_sqlites_where_one_owner_fills_the_store(filled: Filled, question: str) -> None:
    terms = query_terms(question)
    request = SearchRequest(EVERYTHING, NOW - timedelta(days=365), None, terms, (), 100, reach=0)
    expected = {each.id: each.text for each in filled.client._parts.store().search(request).candidates}
    found = candidates(filled.rows, (), None, terms, (), 100, 0, 10)
    assert {each.id: each.text for each in found.candidates} == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Cats, CATTLE and the ponies' running", ["cat", "cattl", "and", "the", "poni", "run"]),
        ("a_b e-mail x² 3.5", ["a", "b", "e", "mail", "x²", "3", "5"]),
        ("Crème brûlée in İstanbul", ["creme", "brule", "in", "istanbul"]),
        ("用户 喜欢 хотели", ["用户", "喜欢", "хотели"]),
        ("as is " + "ing" * 30, ["as", "is", "ing" * 30]),
    ],
)
def test_index_words_are_those_of_the_index(text: str, words: list[str]) -> None:
    assert index_words(text) == words
    assert sqlites_words(text) == words


def sqlites_words(text: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61 remove_diacritics 2')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
        connection.execute("INSERT INTO t VALUES (?)", (text,))
        return [row[0] for row in connection.execute("SELECT term FROM v ORDER BY offset")]


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)) | st.sampled_from(SAID))
def test_words_are_counted_as_the_index_splits_them(text: str) -> None:
    assert count_words(text) == len(index_words(text))


ENDINGS = (
    *(
        "",
        "ies",
        "sses",
        "eed",
        "ed",
        "ing",
        "y",
        "e",
        "ational",
        "izer",
        "abli",
        "eli",
        "ousli",
        "ization",
        "biliti",
        "bility",
    ),
    *("iviti", "ical", "ness", "ement"),
)


@given(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.sampled_from(ENDINGS))
@settings(max_examples=300)
def test_a_word_begins_with_the_beginning_of_its_stem(start: str, ending: str) -> None:
    word = start + ending
    [stem] = index_words(word)
    assert word.startswith(beginning(stem))
    assert may_hold(["q q", f"The {word.upper()}!", "", "É"], [beginning(stem)])[-2:] == [1, 3]


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
    place = {name: state.pop(name) for name in ("entities", "conversation", "position", "vector") if name in state}
    scope, time = Scope(user_id=user), NOW + timedelta(days=days)
    memory = StoredMemory(id, text, scope, f"{id}{version}", time, time, **state)
    return Past(memory, place.pop("vector", None), **place)


def found_ids(findings: Findings) -> list[str]:
    return [each.id for each in findings.candidates]


def test_no_rows_give_no_candidates() -> None:
    none = np.zeros(0, dtype=np.float32)
    assert candidates([], [("a", "b", "x")], none, ["tea"], ["a"], 10, 2, 10) == Findings((), "past")
    assert candidates([past("a")], [], none, [], [], 10, 2, 10) == Findings((), "past")


def test_linked_entities_are_one_hop_away_within_their_owner() -> None:
    rows = [
        past("named", entities=("anna",)),
        past("linked", entities=("berlin",)),
        past("links", entities=("anna", "berlin")),
        past("both", entities=("berlin", "anna")),
        past("further", entities=("germany",)),
        past("other's", user="blake", entities=("berlin",)),
    ]
    links = [("anna", "berlin", "links"), ("berlin", "germany", "links"), ("germany", "anna", "gone")]
    found = candidates(rows, links, None, [], ["anna"], 10, 0, 10)
    assert {each.id: each.hops for each in found.candidates} == {"named": 0, "linked": 1, "links": 0, "both": 0}
    # From the target to the source as well.
    found = candidates(rows, links, None, [], ["germany"], 10, 0, 10)
    assert {each.id: each.hops for each in found.candidates} == {"further": 0, "linked": 1, "links": 1, "both": 1}


def test_arms_are_sorted_best_first() -> None:
    rows = [past(id, days=day, entities=("anna",)) for id, day in (("b", 1), ("a", 1), ("c", 2), ("d", 0))]
    assert sorted(found_ids(candidates(rows, [], None, [], ["anna"], 2, 0, 10))) == ["a", "c"]
    one, other = np.array([1, 0], dtype=np.float32), np.array([0.6, 0.8], dtype=np.float32)
    rows = [past("far", vector=-one), past("near", vector=one), past("fair", vector=other), past("none")]
    found = candidates(rows, [], one, [], [], 2, 0, 10).candidates
    assert {each.id: each.vector for each in found} == pytest.approx({"near": 1.0, "fair": 0.8})


def test_neighbours_of_the_best_are_included() -> None:
    one = np.array([1, 0], dtype=np.float32)
    rows = [
        past(f"{n}", "coffee" if n == 3 else "tea", conversation="a", position=n, vector=one if n == 2 else None)
        for n in range(6)
    ]
    rows += [past("same", "milk", conversation="a", position=3), past("elsewhere", conversation="b", position=3)]
    assert found_ids(candidates(rows, [], None, ["coffee"], [], 10, 1, 10)) == ["2", "3", "4", "same"]
    assert found_ids(candidates(rows, [], None, ["coffee"], [], 10, 0, 10)) == ["3"]
    assert found_ids(candidates(rows, [], None, ["coffee"], [], 10, 1, 0)) == ["3"]
    # What comes as a neighbour is still compared with the query.
    found = candidates(rows, [], one, ["coffee"], [], 10, 1, 10).candidates
    assert {each.id: (each.vector, each.text is None) for each in found}["2"] == (1.0, True)


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


def test_the_same_order_as_get_all(filled: Filled) -> None:
    expected = [row["id"] for row in filled.client.get_all(user_id="alex")]
    found = within(filled.rows, parse({"user_id": "alex"}), datetime.now(timezone.utc))
    assert [row.memory.id for row in found] == expected


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
