"""The records of every store make a page."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from graphmem import MemoryClient
from graphmem._sync.client.reading import records
from graphmem.stores.portable import TIMES
from graphmem.view.page.contents import contents, gathered
from tests.conftest import StoreUnderTest


@pytest.mark.thorough
def test_a_page_tells_when_things_were_remembered(store: StoreUnderTest) -> None:
    with MemoryClient(**store.settings) as client:
        client.add("My sister Anna lives in Berlin.", user_id="alice", timestamp="2026-05-01T10:00:00Z")
        found = [*records(client)]
    times = [value for _, record in found for name, value in record.items() if name in TIMES and value is not None]
    assert {type(value) for value in times} == {datetime}
    shown = json.loads(contents(gathered(found, {"user_id": "alice"})).data)
    assert {message["at"] for message in shown["messages"]} == {1777629600000}
    assert shown["memories"][0]["versions"][0]["from"] is not None
