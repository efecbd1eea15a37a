"""The forms of answers, generation by generation, and what is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import Served

SCOPE = {"user_id": "anna"}
IN_FILTERS = {"filters": SCOPE}
MEMORY = {"id", "memory", "user_id", "agent_id", "app_id", "run_id", "hash", "metadata", "categories", "immutable"}
MEMORY |= {"expiration_date", "event_start", "event_end", "created_at", "updated_at"}


@pytest.fixture
def filled(server: Served) -> Served:
    for text in ("I love green tea", "I swim on Mondays", "I live in Berlin"):
        server.add(text, **SCOPE)
    server.add("I love black tea", user_id="ben")
    return server


def test_ping_names_a_project_and_no_person(server: Served) -> None:
    assert server.get("/v1/ping/").json() == {"status": "ok", "org_id": "graphmem", "project_id": "default"}


@pytest.mark.parametrize(
    ("path", "body", "form"),
    [
        ("/v1/memories/search/", {**SCOPE}, list),
        ("/v1/memories/search/", {**SCOPE, "output_format": "v1.1"}, {"results", "relations"}),
        ("/v2/memories/search/", IN_FILTERS, list),
        ("/v2/memories/search/", SCOPE, list),
        ("/v2/memories/search/", {**IN_FILTERS, "output_format": "v1.1"}, {"results", "relations"}),
        ("/v3/memories/search/", IN_FILTERS, {"results"}),
        ("/v3/memories/search/", {"filters": {"AND": [SCOPE]}}, {"results"}),
        ("/v3/memories/search/", {**IN_FILTERS, "output_format": "v1.1"}, {"results", "relations"}),
        ("/search", IN_FILTERS, {"results", "relations"}),
        ("/graphmem/search/", SCOPE, {"results", "relations"}),
    ],
)
def test_forms_of_a_search(filled: Served, path: str, body: dict[str, Any], form: Any) -> None:
    answer = filled.post(path, {"query": "green tea", **body}).json()
    assert isinstance(answer, list) if form is list else set(answer) == form
    rows = answer if form is list else answer["results"]
    assert rows[0]["memory"] == "I love green tea"
    assert rows[0]["score"] > 0
    assert set(rows[0]) == MEMORY | {"score"}
    assert {row["user_id"] for row in rows} == {"anna"}


PAGE = {"count", "next", "previous", "results"}


@pytest.mark.parametrize(
    ("method", "path", "body", "form"),
    [
        ("GET", "/v1/memories/?user_id=anna", None, list),
        ("GET", "/v1/memories/?user_id=anna&page=1&page_size=2", None, PAGE),
        ("GET", "/v1/memories/?user_id=anna&output_format=v1.1", None, {"results", "relations"}),
        ("POST", "/v2/memories/", IN_FILTERS, list),
        ("POST", "/v2/memories/", SCOPE, list),
        ("POST", "/v2/memories/", {**IN_FILTERS, "page_size": 2}, PAGE),
        ("POST", "/v2/memories/?page=1&page_size=2", IN_FILTERS, PAGE),
        ("POST", "/v3/memories/", IN_FILTERS, PAGE),
        ("POST", "/v3/memories/?page_size=2", IN_FILTERS, PAGE),
        ("POST", "/v3/memories/?page=2", IN_FILTERS, PAGE),
        ("GET", "/memories?user_id=anna", None, {"results", "relations"}),
    ],
)
def test_forms_of_a_listing(filled: Served, method: str, path: str, body: Any, form: Any) -> None:
    answer = filled.ask(method, path, body).json()
    assert isinstance(answer, list) if form is list else set(answer) == form
    rows = answer if form is list else answer["results"]
    assert len(rows) == (0 if "page=2" in path else 2 if "page_size" in path + str(body) else 3)
    assert all(set(row) == MEMORY and row["user_id"] == "anna" for row in rows)
    if form is PAGE:
        assert answer["count"] == 3
        assert answer["next"] == ("?page=2&page_size=2" if len(rows) == 2 else None)


def test_the_newest_generation_leaves_out_what_answers_nothing(filled: Served) -> None:
    asked = {"query": "quarterly tax return", "filters": SCOPE}
    assert filled.post("/v3/memories/search/", asked).json() == {"results": []}
    assert filled.post("/v3/memories/search/", {**asked, "threshold": 0}).json()["results"]
    assert filled.post("/v2/memories/search/", asked).json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/memories/", {"output_format": "v1.1"}),
        ("/v1/memories/", {"output_format": "v1.1", "async_mode": False, "version": "v2"}),
        ("/memories", {}),
    ],
)
def test_an_add_that_is_answered_when_it_is_done(server: Served, path: str, body: dict[str, Any]) -> None:
    asked = {"messages": [{"role": "user", "content": "I love tea"}], "user_id": "anna", "infer": False, **body}
    answer = server.post(path, asked).json()
    assert [(row["memory"], row["event"]) for row in answer["results"]] == [("I love tea", "ADD")]
    assert [(row["event"]) for row in server.post(path, asked).json()["results"]] == ["NONE"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/memories/", {"async_mode": True, "user_id": "anna"}),
        ("/v3/memories/add/", {"user_id": "anna"}),
        ("/v3/memories/add/", {"filters": {"user_id": "anna"}}),
        ("/v3/memories/add/", {"filters": {"AND": [{"user_id": "anna"}]}, "async_mode": False}),
    ],
)
def test_an_add_that_is_answered_before(server: Served, path: str, body: dict[str, Any]) -> None:
    answer = server.post(path, {"messages": "I love tea", "infer": False, **body}).json()
    assert (answer["status"], set(answer) - {"results"}) == ("PENDING", {"status", "message", "event_id"})
    assert ("results" in answer) == path.startswith("/v1")
    for _ in range(500):
        event = server.get(f"/v1/event/{answer['event_id']}/").json()
        if event["status"] == "SUCCEEDED":
            break
    assert [(row["event"], row["memory"]) for row in event["results"]] == [("ADD", "I love tea")]
    assert event["user_id"] == "anna"
    assert server.get("/v1/events/?user_id=anna").json()["count"] == 1
    assert server.get("/v1/events/?user_id=ben").json()["results"] == []


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/v3/memories/add/", {"messages": [], "user_id": "u"}, "messages"),
        ("/v3/memories/add/", {"messages": "x"}, "at least one of user_id"),
        ("/v3/memories/add/", {"messages": "x", "filters": {"OR": [{"user_id": "u"}]}}, "filters.OR"),
        ("/v3/memories/add/", {"messages": "x", "user_id": "u", "filters": {"user_id": "v"}}, "user_id is given twice"),
        ("/v3/memories/add/", {"messages": "x", "user_id": " "}, "blank"),
        (
            "/v3/memories/add/",
            {"messages": "x", "user_id": "u", "structured_data_schema": {}},
            "structured_data_schema",
        ),
        ("/v1/memories/", {"messages": "x", "user_id": "u", "colour": 1}, "colour is unknown"),
        ("/v1/memories/", {"messages": "x", "user_id": "u", "metadata": [1]}, "metadata"),
        ("/v1/memories/search/", {"query": " "}, "query is blank"),
        ("/v1/memories/search/", {}, "query is missing"),
        ("/v3/memories/search/", {"query": "x", "filters": {"nope": 1}}, "nope"),
        ("/v3/memories/search/", {"query": "x", "threshold": 2}, "threshold"),
        ("/v3/memories/search/", {"query": "x", "show_expired": True}, "show_expired"),
        ("/v3/memories/search/", {"query": "x", "latest_only": False}, "latest_only"),
        ("/v3/memories/search/", {"query": "x", "reference_date": "2026-01-01"}, "reference_date"),
        ("/v3/memories/", {"show_expired": True}, "show_expired"),
        ("/v3/memories/?page=0", {}, "page"),
        ("/v3/memories/?page=x", {}, "page"),
        ("/v3/memories/?pages=1", {}, "pages is unknown"),
        ("/memories", {"messages": "x", "user_id": "u", "memory_type": "procedural"}, "memory_type"),
        ("/v1/exports/", {"schema": "no json"}, "schema"),
        ("/v1/feedback/", {"memory_id": "nonsense"}, "no id of a memory"),
        ("/graphmem/paths/", {"a": "me", "b": "me"}, "two different entities"),
    ],
)
def test_what_is_wrong_is_said_in_words(refusing: Served, path: str, body: Any, says: str) -> None:
    answer = refusing.post(path, body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"detail", "error"}
    assert answer.json()["detail"] == answer.json()["error"]
    assert says in answer.json()["detail"]


def test_what_changes_nothing_is_accepted(filled: Served) -> None:
    more = {
        "show_expired": False,
        "latest_only": True,
        "rerank": True,
        "source": "CLI",
        "org_id": "o",
        "project_id": "p",
    }
    asked = {"query": "green tea", **more, "keyword_search": False, "filters": SCOPE}
    assert filled.post("/v3/memories/search/", asked).json()["results"]


def test_an_update_a_deletion_and_what_is_left(filled: Served) -> None:
    [id] = [row["id"] for row in filled.get("/v1/memories/?user_id=anna&keywords=tea").json()]
    path = f"/v1/memories/{id}/"
    changed = filled.ask(
        "PUT", path, {"text": "I love white tea", "metadata": {"a": 1}, "expiration_date": "2099-01-01"}
    )
    assert (changed.json()["memory"], changed.json()["metadata"]) == ("I love white tea", {"a": 1})
    assert filled.ask("PUT", path, {"expiration_date": None}).json()["expiration_date"] is None
    refused = filled.ask("PUT", path, {"text": "x", "timestamp": 1})
    assert (refused.status_code, "timestamp" in refused.json()["detail"]) == (400, True)
    assert filled.ask("PUT", path, {}).status_code == 400
    assert [row["event"] for row in filled.get(f"{path}history/").json()] == ["ADD", "UPDATE", "UPDATE"]
    assert filled.ask("DELETE", f"{path}?delete_linked=true").json()["message"]
    assert filled.get(path).status_code == filled.ask("DELETE", path).status_code == 404
    assert filled.get(f"{path}history/").json()[-1]["event"] == "DELETE"


def test_batches_change_all_or_none(filled: Served) -> None:
    ids = [row["id"] for row in filled.get("/v1/memories/?user_id=anna").json()]
    unknown = "00000000-0000-0000-0000-000000000000"
    items = [{"memory_id": id, "metadata": {"n": 1}} for id in ids]
    assert (
        filled.ask("PUT", "/v1/batch/", {"memories": [*items, {"memory_id": unknown, "text": "x"}]}).status_code == 404
    )
    assert filled.get(f"/v1/memories/{ids[0]}/").json()["metadata"] == {}
    assert filled.ask("PUT", "/v1/batch/", {"memories": items}).json()["message"] == "3 memories updated"
    assert filled.ask("DELETE", "/v1/batch/", {"memories": [{"memory_id": unknown}]}).status_code == 404
    assert filled.ask("DELETE", "/v1/batch/", {"memories": [{"memory_id": ids[0]}, ids[1]]}).json()["deleted"] == 2
    many = {"memories": [{"memory_id": ids[2], "text": "x"}] * 1_001}
    assert filled.ask("PUT", "/v1/batch/", many).status_code == 400


def test_an_immutable_memory_is_a_conflict(server: Served) -> None:
    id = server.add("I was born in May", user_id="anna", immutable=True)
    assert server.ask("PUT", f"/v1/memories/{id}/", {"text": "I was born in June"}).status_code == 409


# Only a model goes by them; that they are passed on is what counts here.
@pytest.mark.filterwarnings("ignore:.*changed nothing. without a language model:UserWarning")
def test_the_settings_of_a_project_go_for_adds_that_name_none(server: Served) -> None:
    path = "/api/v1/orgs/organizations/graphmem/projects/default/"
    assert server.get(f"{path}?fields=custom_instructions&fields=custom_categories").json() == {
        "custom_instructions": None,
        "custom_categories": None,
    }
    given = {"custom_instructions": "Exclude food", "custom_categories": [{"home": "where"}]}
    assert "Without a language model" in server.ask("PATCH", path, given).json()["message"]
    assert server.get(f"{path}?fields=custom_instructions").json() == {"custom_instructions": "Exclude food"}
    server.ask("PATCH", path, {"custom_instructions": None})
    assert server.get(path).json()["custom_instructions"] is None
    assert server.get(path).json()["custom_categories"] == [{"home": "where"}]
    added = server.post("/v1/memories/", {"messages": "I live in Berlin", "user_id": "anna"}).json()
    assert server.get(f"/v1/memories/{added[0]['id']}/").json()["categories"] == ["home"]
    assert server.get(f"{path}?fields=nothing").status_code == 400
    assert server.ask("PATCH", path, {"custom_categories": 7}).status_code == 400
    other = path.replace("default", "another")
    assert server.get(other).status_code == server.get(path.replace("graphmem", "else")).status_code == 404
    # What can't be done is refused with what to do instead.
    made = server.post(path.replace("default/", ""), {"name": "the docs; rm"})
    assert (made.status_code, "graphmem keys create 'the docs; rm' --app 'the docs; rm'" in made.json()["detail"]) == (
        400,
        True,
    )
    ended = server.ask("DELETE", path)
    assert (ended.status_code, "graphmem keys revoke" in ended.json()["detail"]) == (400, True)


def test_exports_are_of_the_time_when_they_were_made_and_hold_nothing_erased(server: Served) -> None:
    first = server.add("I love tea", user_id="anna", metadata={"drink": "tea"})
    schema = {"type": "object", "properties": {"drinks": {"type": "array", "items": {"$ref": "#/$defs/D"}}}}
    schema["$defs"] = {"D": {"type": "object", "properties": {"drink": {"type": "string"}, "fact": {}}}}
    made = server.post("/v1/exports/", {"schema": schema, "user_id": "anna", "export_instructions": "be brief"})
    assert (made.status_code, "instructions" in made.json()["message"]) == (201, True)
    server.add("I love juice", user_id="anna", metadata={"drink": "juice"})
    wanted = {"memory_export_id": made.json()["id"]}
    assert server.post("/v1/exports/get/", wanted).json() == {"drinks": [{"drink": "tea", "fact": "I love tea"}]}
    assert server.post("/v1/exports/get/", {"user_id": "anna"}).json()["drinks"]
    assert server.post("/v1/exports/get/", {"user_id": "ben"}).status_code == 404
    server.client.erase(first)
    assert server.post("/v1/exports/get/", wanted).json() == {"drinks": []}


def test_our_own_routes(server: Served) -> None:
    server.post("/v1/memories/", {"messages": "My sister Maria works at Google. I live in Berlin.", "user_id": "anna"})
    asked = {"user_id": "anna"}
    assert "Google" in server.post("/graphmem/context/", {"query": "Where does Maria work?", **asked}).json()["context"]
    relations = server.post("/graphmem/relations/", {"subject": "Maria", **asked}).json()["results"]
    assert "Google" in [row["target"] for row in relations]
    paths = server.post("/graphmem/paths/", {"a": "me", "b": "Google", **asked}).json()["results"]
    assert len(paths[0]) == 2
    [id] = [row["id"] for row in server.get("/v1/memories/?user_id=anna&keywords=Berlin").json()]
    [version] = server.get(f"/graphmem/history/{id}/").json()["results"]
    assert server.post("/graphmem/undo/", {"event_id": version["id"]}).json()["results"]
    assert server.get("/v1/memories/?user_id=anna").json() == []
    assert server.post("/graphmem/undo/", {"event_id": "x"}).status_code == 404


def test_the_open_source_routes(filled: Served) -> None:
    assert {(row["type"], row["id"]) for row in filled.get("/entities").json()} == {("user", "anna"), ("user", "ben")}
    [id] = [row["id"] for row in filled.get("/memories?user_id=ben").json()["results"]]
    assert filled.get(f"/memories/{id}").json()["memory"] == "I love black tea"
    assert filled.ask("PUT", f"/memories/{id}", {"text": "I love juice"}).json()["message"]
    assert len(filled.get(f"/memories/{id}/history").json()) == 2
    assert filled.ask("DELETE", "/memories").status_code == 400
    assert filled.ask("DELETE", "/entities/user/ben").json()["deleted"] == 1
    assert filled.ask("DELETE", "/memories?user_id=anna").json()["deleted"] == 3
    assert filled.post("/reset", None).json()["message"]


def test_profiles_are_said_not_to_be_made(server: Served) -> None:
    assert server.get("/v2/entities/user/a/b/profile/").json()["status"] == "not_enabled"
    job = server.post("/v2/profiles/jobs/", {"operation": "trigger", "entity_type": "user", "entity_id": "a"}).json()
    assert job["status"] == server.get(job["status_url"]).json()["job"]["status"] == "not_enabled"
    assert server.get("/v2/profiles/settings/").json()["enabled"] is False
    assert server.post("/v2/profiles/settings/", {"enabled": False}).status_code == 200
    assert server.post("/v2/profiles/settings/", {"enabled": True}).status_code == 400


def test_feedback_is_kept_for_what_is_there(server: Served) -> None:
    id = server.add("I love tea", user_id="anna")
    given = {"memory_id": id, "feedback": "POSITIVE", "feedback_reason": "right"}
    assert server.post("/v1/feedback/", given).json()["feedback"] == "POSITIVE"
    assert [record.data["feedback"] for record in server.store.kept("feedback")] == ["POSITIVE"]
    assert server.post("/v1/feedback/", {**given, "feedback": None}).status_code == 200
    assert server.store.kept("feedback") == []
    assert server.post("/v1/feedback/", {**given, "feedback": "SO SO"}).status_code == 400
