"""When what a memory tells happened: kept, filtered by, searched by, and read in its order."""

from __future__ import annotations

import io
import json
import re
import time
from datetime import datetime, timezone
from typing import Any

import pytest

from graphmem import FilterError, MemoryClient
from graphmem.model.requests import Completion, Prompt
from tests.conftest import MakeClient
from tests.tools.scripted_llm import as_said

# A Saturday. What is said → the days of it, and as it is told.
SAID_AT = "2023-07-15T12:00:00+00:00"
SAID = {
    "I moved to Lisbon last Friday.": ("2023-07-14", "2023-07-14"),
    "I visited Anna in Rome in March.": ("2023-03-01", "2023-03-31"),
    "I bought a piano in 2019.": ("2019-01-01", "2019-12-31"),
    "I have worked at Acme since 2020.": ("2020-01-01", None),
    "I like tea.": (None, None),
}


def days(row: Any) -> tuple[str | None, str | None]:
    return row["event_start"], row["event_end"]


@pytest.fixture
def told(client: Any) -> Any:
    """A client with what was said, one memory each."""
    for text in SAID:
        client.add(text, user_id="alex", timestamp=SAID_AT)
    assert len(client.get_all(user_id="alex")) == len(SAID)
    return client


def about(client: Any, word: str) -> Any:
    [row] = client.get_all(user_id="alex", keywords=word)
    return row


def words(rows: Any) -> str:
    """Which of the memories these are, by a letter each."""
    return "".join(sorted(letter for row in rows for letter in "LRpAt" if MARKS[letter] in row["memory"]))


MARKS = {"L": "Lisbon", "R": "Rome", "p": "piano", "A": "Acme", "t": "tea"}


def test_a_memory_tells_when_it_happened(told: Any) -> None:
    for text, expected in SAID.items():
        mark = next(mark for mark in MARKS.values() if mark in text)
        row = about(told, mark)
        assert days(row) == days(told.get(row["id"])) == expected
        assert days(told.search(text, user_id="alex", top_k=1)[0]) == expected
    assert told.get_all(user_id="alex", keywords="piano", fields=["event_start", "event_end"]) == [
        {"event_start": "2019-01-01", "event_end": "2019-12-31"}
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"event_start": "*"}, "ALRp"),
        ({"event_end": "*"}, "LRp"),
        ({"event_start": "2023-07-14"}, "L"),
        ({"event_start": {"ne": "2023-07-14"}}, "ARpt"),
        ({"event_start": {"gt": "2019-12-31", "lt": "2023-07-14"}}, "AR"),
        ({"event_start": {"gte": "2023-03-01"}, "event_end": {"lte": "2023-03-31"}}, "R"),
        ({"event_end": {"in": ["2019-12-31", "2023-07-14T23:59:59-11:00"]}}, "Lp"),
        # All that was in June 2022, or may have been.
        ({"event_start": {"lte": "2022-06-30"}, "NOT": {"event_end": {"lt": "2022-06-01"}}}, "A"),
        ({"NOT": {"event_start": {"lt": "2023-01-01"}}}, "LRt"),
    ],
)
def test_filters_compare_days(told: Any, filters: Any, expected: str) -> None:
    assert words(told.get_all(user_id="alex", filters=filters)) == expected
    assert words(told.get_all(user_id="alex", filters=filters, as_of=datetime.now(timezone.utc))) == expected
    assert words(told.search("Lisbon Rome piano Acme tea", user_id="alex", filters=filters)) == expected


def test_what_is_no_day_is_an_error(client: Any) -> None:
    with pytest.raises(FilterError, match=r"event_start\.gt takes ISO 8601|takes ISO 8601") as caught:
        client.get_all(filters={"event_start": {"gt": "soon"}})
    assert caught.value.path == "event_start.gt"


def test_the_day_is_the_speakers(client: Any) -> None:
    for zone, user, day in (
        ("+14:00", "a", "2023-07-14"),
        ("-11:00", "b", "2023-07-14"),
        ("+00:00", "c", "2023-07-14"),
    ):
        client.add("I sold my car yesterday.", user_id=user, timestamp=f"2023-07-15T00:00:01{zone}")
        [row] = client.get_all(user_id=user)
        assert days(row) == (day, day)
        client.add("I sold my boat yesterday.", user_id=user, timestamp=f"2023-07-15T23:59:59{zone}")
        assert {days(row) for row in client.get_all(user_id=user)} == {(day, day)}


def test_relations_hold_from_the_first_day(told: Any) -> None:
    [home] = told.relations(subject="user", object="Lisbon", user_id="alex")
    assert home["valid_from"] == "2023-07-14T00:00:00+00:00"


class Dating:
    """Stands for a language model: each message is a fact, with what stands in braces as its dates."""

    name = "dating"

    def complete(self, prompt: Prompt) -> Completion:
        answer = as_said({"messages": prompt.messages})
        for fact in answer.get("facts", ()):
            when, since, until = re.findall(r"\{(.*?)\}", fact["text"])
            lived = {"source": "user", "relationship": "lives_in", "target": "Rome", "since": since, "until": until}
            fact |= {"when": when, "relations": [lived]}
        return Completion(json.dumps(answer))

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("said", "expected", "held", "undated"),
    [
        ("{2023-05} {2023-05} {}", ("2023-05-01", "2023-05-31"), ("2023-05-01", None), 0),
        ("{2019/} {} {}", ("2019-01-01", None), ("2019-01-01", None), 0),
        ("{2023-07-10/2023-07-12} {} {}", ("2023-07-10", "2023-07-12"), ("2023-07-10", None), 0),
        ("{last Friday} {five years ago} {last month}", ("2023-07-14", "2023-07-14"), ("2018-01-01", "2023-06-30"), 0),
        ("{soon} {2023-02-30} {}", (None, None), ("2023-07-15", None), 2),
    ],
)
def test_a_models_dates_are_read(
    new_client: MakeClient, said: str, expected: Any, held: tuple[str, str | None], undated: int
) -> None:
    client = new_client(llm=Dating())
    answer = client.add(f"I live in Rome {said}", user_id="alex", timestamp=SAID_AT, explain=True)
    assert answer["explain"]["undated"] == undated
    [row] = client.get_all(user_id="alex")
    assert days(row) == expected
    [home] = client.relations(user_id="alex")
    assert (home["valid_from"][:10], home["valid_to"] and home["valid_to"][:10]) == held


def test_a_newer_statement_brings_its_own_days(client: Any) -> None:
    client.add("I moved to Berlin in 2019.", user_id="alex", timestamp="2023-07-01")
    [first] = client.get_all(user_id="alex")
    before = datetime.now(timezone.utc)
    time.sleep(0.002)
    [row] = client.add("I moved to Lisbon yesterday.", user_id="alex", timestamp=SAID_AT)["results"]
    assert (row["event"], row["id"]) == ("UPDATE", first["id"])
    [now] = client.get_all(user_id="alex")
    assert (days(first), days(now)) == (("2019-01-01", "2019-12-31"), ("2023-07-14", "2023-07-14"))
    assert days(client.get_all(user_id="alex", as_of=before)[0]) == days(first)
    assert days(client.search("where to?", user_id="alex", as_of=before)[0]) == days(first)
    client.restore(client.history(first["id"])[0]["id"])
    assert days(client.get(first["id"])) == days(first)


def test_an_update_keeps_the_days_unless_its_text_names_others(told: Any) -> None:
    id = about(told, "piano")["id"]
    assert days(told.update(id, text="Bought a grand piano")) == ("2019-01-01", "2019-12-31")
    assert days(told.update(id, metadata={"n": 1})) == ("2019-01-01", "2019-12-31")
    assert days(told.update(id, text="Bought a grand piano on 3 May 2018")) == ("2018-05-03", "2018-05-03")
    told.delete(id)
    told.restore(told.history(id)[0]["id"])
    assert days(told.get(id)) == ("2019-01-01", "2019-12-31")


def test_days_survive_export_and_import(told: Any) -> None:
    file = io.StringIO()
    told.export_jsonl(file)
    with MemoryClient(":memory:", llm="offline") as other:
        other.import_jsonl(io.StringIO(file.getvalue()))
        assert other.get_all(user_id="alex") == told.get_all(user_id="alex")
        again = io.StringIO()
        other.export_jsonl(again)
        assert again.getvalue() == file.getvalue()
    told.reset(confirm="everything")
    told.import_jsonl(io.StringIO(file.getvalue()))
    assert days(about(told, "Acme")) == ("2020-01-01", None)


def test_an_older_export_has_no_days(told: Any) -> None:
    file = io.StringIO()
    told.export_jsonl(file)
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    old = [{name: value for name, value in row.items() if not name.startswith("event_")} for row in rows]
    with MemoryClient(":memory:", llm="offline") as other:
        other.import_jsonl(map(json.dumps, old))
        assert {days(row) for row in other.get_all()} == {(None, None)}


def test_a_search_that_names_days_prefers_what_happened_then(client: Any) -> None:
    for month in ("March", "April", "May"):
        client.add(f"I visited Rome in {month}.", user_id=month, app_id="x", timestamp=SAID_AT)
    first = client.search("Who visited Rome in April 2023?", app_id="x")[0]
    assert first["user_id"] == "April"
    assert days(first) == ("2023-04-01", "2023-04-30")
