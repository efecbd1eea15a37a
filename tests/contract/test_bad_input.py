"""Malformed input is refused with a clear message before a store is asked, identically on every store."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem import FilterError, GraphMemError, ScopeError, ValidationError
from tests.tools import sizes


def nested(depth: int) -> dict[str, Any]:
    filters: dict[str, Any] = {"user_id": "u"}
    for _ in range(depth - 1):
        filters = {"NOT": filters}
    return filters


FILTERS: tuple[tuple[Any, str], ...] = (
    ({"colour": "red"}, "colour"),
    ({"AND": [{"user_id": "u"}, {"created_at": {"since": "2024-07-01"}}]}, "AND[1].created_at.since"),
    ({"user_id": {"in": "alice"}}, "user_id.in"),
    ({"OR": [{"categories": {"gte": "food"}}]}, "OR[0].categories.gte"),
    ({"created_at": {"gte": "soon"}}, "created_at.gte"),
    ({"created_at": "2024-02-30"}, "created_at"),
    ({"AND": {"metadata": "vegan"}}, "AND.metadata"),
    ({"user_id": {}}, "user_id"),
    ({"user_id": None}, "user_id"),
    ({"metadata": {"a": {"b": {"like": 1}, "gte": 2}}}, "metadata.a"),
    ({"text": {"gt": "a"}}, "text.gt"),
    ([{"user_id": "u"}], "a filter must be an object, not list"),
    ("user_id = 'u'", "a filter must be an object, not"),
    (nested(34), "32"),
    ({"OR": [{"user_id": "u"}] * 501}, "1,000"),
)


def test_malformed_filters(client: Any) -> None:
    for filters, says in FILTERS:
        for call, given in ((client.search, {"query": "x", "version": "v2"}), (client.get_all, {"page": 1})):
            with pytest.raises(FilterError) as caught:
                call(filters=filters, **given)
            assert says in str(caught.value)
            assert isinstance(caught.value, ValueError)


def test_every_part_of_a_filter_is_named_by_its_path(client: Any) -> None:
    for filters, path in (
        ({"AND": [{"created_at": {"gte": "soon"}}]}, "AND[0].created_at.gte"),
        ({"OR": [{"user_id": "u"}, {"NOT": [{"user_id": {"in": ["u", 5]}}]}]}, "OR[1].NOT[0].user_id.in[1]"),
        ({"metadata": {"a": {"b": {"gt": True}}}}, "metadata.a.b.gt"),
        ([], ""),
    ):
        for call, given in ((client.search, {"query": "x"}), (client.get_all, {})):
            with pytest.raises(FilterError) as caught:
                call(filters=filters, **given)
            assert caught.value.path == path


def test_filters_beyond_the_limits_are_refused(client: Any) -> None:
    client.add("here", user_id="u", infer=False)
    assert client.get_all(filters=nested(33)) != client.get_all(filters=nested(32))
    with pytest.raises(FilterError, match="nested deeper than 32"):
        client.get_all(filters=nested(34))
    fits = {"user_id": {"in": ["u", *map(str, range(29_999))]}}
    assert len(client.get_all(filters=fits)) == len(client.search("here", filters=fits)) == 1
    fits["user_id"]["in"].append("one more")
    with pytest.raises(FilterError, match=r"user_id\.in: more than 30,000 listed values"):
        client.search("here", filters=fits)


def test_filters_at_the_limits_are_accepted(client: Any) -> None:
    client.add("here", user_id="u", infer=False)
    assert len(client.get_all(filters=nested(31))) == 1
    wide = {"OR": [{"user_id": f"u{n}"} for n in range(490)] + [{"user_id": "u"}]}
    assert len(client.get_all(filters=wide)) == 1
    assert len(client.search("x", filters=wide)) == 1


CALLS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("get_all", {"page": 0}, "page must be a whole number from 1"),
    ("get_all", {"page": -1, "page_size": 10}, "page must be a whole number from 1"),
    ("get_all", {"page": "2"}, "page must be a whole number"),
    ("get_all", {"page_size": 0}, "page_size must be a whole number from 1 to 1,000"),
    ("get_all", {"page_size": 100_000}, "page_size must be a whole number from 1 to 1,000, not 100000"),
    ("get_all", {"version": "v3"}, "version must be one of v1, v2, not 'v3'"),
    ("get_all", {"version": "latest", "page": 1, "page_size": 10}, "version must be one of v1, v2"),
    ("get_all", {"version": "v3", "page": 0}, "must be one of|must be a whole number"),
    ("get_all", {"output_format": "v2"}, "output_format must be one of v1.0, v1.1"),
    ("get_all", {"keywords": 5}, "keywords"),
    ("get_all", {"start_date": "soon"}, "start_date"),
    ("get_all", {"categories": "food"}, "categories"),
    ("get_all", {"metadata": []}, "metadata"),
    ("get_all", {"fields": ["colour"]}, "fields"),
    ("get_all", {"user_id": " "}, "user_id is blank"),
    ("search", {"query": " "}, "query is blank"),
    ("search", {"query": None}, "query must be a string"),
    ("search", {"query": "x", "top_k": 0}, "top_k must be a whole number from 1 to 1,000"),
    ("search", {"query": "x", "limit": 100_000}, "limit must be a whole number from 1 to 1,000"),
    ("search", {"query": "x", "threshold": 2}, "threshold"),
    ("search", {"query": "x", "version": "v9"}, "version must be one of v1, v2"),
    ("search", {"query": "x", "output_format": "json"}, "output_format"),
    ("search", {"query": "x", "run_id": ""}, "run_id is blank"),
    ("delete_all", {}, "delete_all needs at least one of"),
    ("delete_all", {"user_id": "u", "metadata": "x"}, "metadata"),
    ("delete_users", {}, "delete_users needs at least one of user_id"),
    ("delete_users", {"agent_id": ""}, "agent_id is blank"),
    ("reset", {}, "to confirm"),
    ("reset", {"confirm": True}, "to confirm"),
    ("reset", {"confirm": {"a": 1, "b": ["x" * 100] * 100}}, r"to confirm.{,140}\.\.\.$"),
    ("paths", {"a": "x" * 10_000, "b": "X" * 10_000}, r"a and b are both .{,80}\.\.\.: give"),
)


def test_malformed_calls(client: Any) -> None:
    client.add("stays", user_id="u", infer=False)
    for call, given, says in CALLS:
        with pytest.raises(ValidationError, match=says) as caught:
            getattr(client, call)(**given)
        assert isinstance(caught.value, GraphMemError)
        assert isinstance(caught.value, ScopeError) == ("needs" in says or "_id is blank" in says)
    assert len(client.get_all()) == 1


QUERIES = {
    "a megabyte of words": " ".join(f"word{n}" for n in range(100_000)),
    "a megabyte of one word": "x" * 1_000_000,
    "punctuation": "?!,.;:-- …",
    "Lucene": '+-&&||!(){}[]^"~*?:\\/ AND OR NOT text:tea~2 [a TO b]',
    "FTS5": 'NEAR("tea" "cup", 3) text:tea* ^tea - {text scopes}: x',
    "scripts": "用户 喜欢 हिन्दी ไม่ใช่ العربية עברית Ελληνικά русский 日本語 한국어 ꙮ 𓀀 🙂",
    "controls": "tea\x00cup\x1b\u200b\u202e",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_any_text_is_a_query(client: Any, query: str) -> None:
    client.add([{"role": "user", "content": "Anna drinks tea from a cup."}], user_id="alex", infer=False)
    found = client.search(query, user_id="alex")
    assert [(hit["memory"], 0 <= hit["score"] <= 1) for hit in found] == [("Anna drinks tea from a cup.", True)]
    assert client.search(f"{query} tea" if len(query) < 1_000 else f"tea {query}", user_id="alex")[0]["score"] > 0


@sizes.in_both
def test_a_name_that_very_many_memories_mention_finds_as_many_as_asked_for(client: Any) -> None:
    said = [f"Anna visited place number {n}." for n in range(sizes.size(60, 1_000))]
    client.add_many([[{"role": "user", "content": text}] for text in said], user_id="alex", infer=False)
    assert len(client.search("Anna", user_id="alex", top_k=25)) == 25
