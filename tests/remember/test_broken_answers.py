"""A whole add with each answer of the corpus: the right facts, or an error and nothing written."""

from __future__ import annotations

import pytest

from graphmem import ExtractionError, MemoryClient, OpenAISettings
from tests.tools.broken_answers import CASES, SAID, Case
from tests.tools.scripted_llm import Answer, ScriptedLLM, said


def test_the_corpus_is_large_and_names_each_case_once() -> None:
    assert len(CASES) > 150
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.stored is None for case in CASES} == {True, False}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_answer_gives_its_facts_or_an_error_and_no_writes(case: Case) -> None:
    ids = {"user_id": "alex"} | ({} if case.of_agent is None else {"agent_id": "guide"})
    with ScriptedLLM() as server:
        server.answer(*(each if isinstance(each, Answer) else said(each) for each in case.answers))
        settings = OpenAISettings(model="scripted", base_url=server.base_url, timeout_seconds=20.0, max_retries=0)
        with MemoryClient(":memory:", llm=settings) as client:
            if case.stored is None:
                with pytest.raises(ExtractionError) as caught:
                    client.add(list(SAID), **ids)
                assert "Nothing was stored" in str(caught.value)
                assert len(str(caught.value)) < 400
                assert client.get_all() == []
                assert set(client.info().counts.values()) == {0}
            else:
                rows = client.add(list(SAID), **ids)["results"]
                assert {row["event"] for row in rows} <= {"ADD"}
                assert sorted(row["memory"] for row in client.get_all(user_id="alex")) == sorted(case.stored)
                agents = [row["memory"] for row in client.get_all(agent_id="guide")]
                assert sorted(agents) == sorted(case.of_agent or ())
                assert len(rows) == len(case.stored) + len(agents)
        assert len(server.requests) == len(case.answers)
