"""Random memories, random filters over them, and random nonsense."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# Few and alike, so that filters often hold; odd, so that quoting, case and ordering matter.
WORDS = (
    "a",
    "A",
    "ab",
    "b",
    "a b",
    "é",
    "É",
    "e\u0301",
    "ａ",
    "Ａ",
    "ß",
    "SS",
    "İ",
    "i",
    "用户-1",
    "🙂",
    "'",
    '"',
    "`",
    "\\",
    "\x00",
    "$f0",
    "{m}",
    "*",
    "1",
    "true",
    "\u2028",
)
KEYS = (
    "k",
    "a",
    "b",
    "a.b",
    "a/b",
    "~1",
    "~2",
    "~5",
    "é",
    "e\u0301",
    "",
    " ",
    "$f0",
    "`",
    "metadata",
    "AND",
    "user_id",
)
NUMBERS = (0, 1, -1, 2, 1.0, 1.5, -0.5, 2**53 + 1, 2**63 - 1, -(2**63), 1e308, 5e-324)
MOMENTS = (
    "2024-07-01T00:00:00+00:00",
    "2024-07-01T12:30:00.000001+00:00",
    "2024-07-01T23:59:59.999999+00:00",
    "2024-07-02T00:00:00+00:00",
    "2024-06-30T23:59:59.999999+00:00",
    "1969-12-31T23:59:59+00:00",
)
LATER = tuple(each.replace("2024", "2094") for each in MOMENTS[:5])
DATES = ("2024-07-01", "2024-07-02", "2024-06-30", "2094-07-01", "2024-02-29")
WRITTEN = (
    *MOMENTS,
    *LATER,
    *DATES,
    "2024-07-01T12:30:00",
    "2024-07-01T02:00:00+02:00",
    "2024-07-01T00:00:00Z",
    1719792000,
    1719792000.5,
)

words = st.sampled_from(WORDS)
scalars = st.one_of(words, st.sampled_from(NUMBERS), st.booleans())
times = st.sampled_from(WRITTEN)


def _metadata(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    values: st.SearchStrategy[Any] = st.one_of(scalars, st.none(), st.lists(st.one_of(scalars, st.none()), max_size=3))
    if depth:
        values = st.one_of(values, _metadata(depth - 1))
    return st.dictionaries(st.sampled_from([key for key in KEYS if depth < 2 or key != "user_id"]), values, max_size=3)


ids = st.one_of(st.none(), st.sampled_from([word for word in WORDS if word.strip() and word not in ("\x00", "\u2028")]))
memories = st.fixed_dictionaries(
    {
        "user_id": ids,
        "agent_id": ids,
        "app_id": ids,
        "run_id": ids,
        "text": st.lists(words, min_size=1, max_size=3).map("".join),
        "categories": st.lists(st.sampled_from([word for word in WORDS if word.strip()]), max_size=3, unique=True),
        "metadata": _metadata(2),
        "created_at": st.sampled_from(MOMENTS),
        "updated_at": st.sampled_from(MOMENTS),
        "expiration_date": st.one_of(st.none(), st.sampled_from(LATER)),
        "event_start": st.one_of(st.none(), st.sampled_from(DATES)),
        "event_end": st.one_of(st.none(), st.sampled_from(DATES)),
    }
)


def _operators(table: dict[str, st.SearchStrategy[Any]], bare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.dictionaries(st.sampled_from(sorted(table)), st.just(None), min_size=1, max_size=2).flatmap(
        lambda chosen: st.fixed_dictionaries({word: table[word] for word in chosen})
    )
    return st.one_of(bare, several, st.just("*"))


_strings = {"eq": words, "ne": words, "in": st.lists(words, max_size=3), "nin": st.lists(words, max_size=3)}
_texts = {"contains": words, "icontains": words}
_orders = {word: st.one_of(words, st.sampled_from(NUMBERS)) for word in ("gt", "gte", "lt", "lte")}
_lists = {word: st.lists(scalars, max_size=3) for word in ("in", "nin")}
_id = _operators({**_strings, **_texts}, words)
_time = _operators(
    {**dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte"), times), "in": st.lists(times, max_size=3)}, times
)
_text = _operators({"eq": words, "ne": words, **_texts}, words)
_value = _operators(
    {"eq": scalars, "ne": scalars, **_lists, **_orders, "contains": scalars, "icontains": words}, scalars
)
_nested = st.recursive(
    _value, lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=2), max_leaves=3
)
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("user_id", "agent_id", "app_id", "run_id", "memory_id", "id", "categories"), _id),
    **dict.fromkeys(("created_at", "updated_at", "expiration_date", "event_start", "event_end"), _time),
    **dict.fromkeys(("text", "memory", "keywords"), _text),
    "metadata": st.dictionaries(st.sampled_from(KEYS), _nested, max_size=2),
}
_leaf = st.sampled_from(sorted(LEAVES)).flatmap(lambda name: LEAVES[name].map(lambda value: {name: value}))


def _combined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    branch = st.tuples(st.sampled_from(("AND", "OR", "NOT")), st.one_of(inner, st.lists(inner, max_size=3)))
    return st.one_of(
        branch.map(lambda pair: {pair[0]: pair[1]}),
        # Several keys in one object: siblings are never dropped.
        st.lists(inner, min_size=2, max_size=3).map(
            lambda parts: {key: value for part in parts for key, value in part.items()}
        ),
    )


filters = st.recursive(_leaf, _combined, max_leaves=6)

_junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.binary(max_size=3),
        words,
        st.sampled_from(("\ud800", b"x", object())),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.sampled_from((*LEAVES, "AND", "OR", "NOT", "eq", "in", "gte", "contains", "*")),
                st.text(max_size=3),
                st.integers(),
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
junk = st.dictionaries(st.sampled_from((*LEAVES, "AND", "OR", "NOT", "nonsense")), _junk, min_size=1, max_size=3)
