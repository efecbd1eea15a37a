"""What clients send otherwise than one would think: above all, a delete whose condition can't be read deletes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from graphmem import errors
from tests.server.conftest import MakeServer, Served


@pytest.fixture
def filled(server: Served) -> Served:
    for user, food in (("anna", "tea"), ("anna", "cake"), ("ben", "tea")):
        server.add(f"{user} likes {food}", user_id=user, metadata={"food": food, "n": True})
    server.add("The agent knows Python", agent_id="tutor")
    return server


def left(server: Served) -> list[str]:
    return sorted(row["memory"] for row in server.client.get_all())


ALL = ["The agent knows Python", "anna likes cake", "anna likes tea", "ben likes tea"]


@pytest.mark.parametrize("metadata", ['{"food": "tea"}', "{'food': 'tea'}", "{'food': 'tea', 'n': True}"])
def test_metadata_in_a_query_as_json_and_as_python_writes_it(filled: Served, metadata: str) -> None:
    found = filled.get("/v1/memories/", params={"user_id": "anna", "metadata": metadata}).json()
    assert [row["memory"] for row in found] == ["anna likes tea"]
    assert (
        filled.ask("DELETE", "/v1/memories/", params={"user_id": "anna", "metadata": metadata}).json()["deleted"] == 1
    )
    assert left(filled) == [text for text in ALL if text != "anna likes tea"]


@pytest.mark.parametrize("name", ["metadata", "filters"])
@pytest.mark.parametrize(
    "given",
    [
        "[object Object]",
        "{'food':",
        "food",
        "",
        "[]",
        "1",
        "null",
        "{'food': open('x')}",
        "{" * 5_000,
        "{'a': 9**9}",
        "()",
    ],
)
def test_a_condition_that_cannot_be_read_deletes_nothing(refusing: Served, name: str, given: str) -> None:
    for path in ("/v1/memories/", "/memories"):
        answer = refusing.ask("DELETE", path, params={"user_id": "anna", name: given})
        assert answer.status_code == 400
        assert left(refusing) == ALL
    assert refusing.get("/v1/memories/", params={"user_id": "anna", name: given}).status_code == 400


@pytest.mark.parametrize(
    ("query", "gone"),
    [
        ({"filters": "{'user_id': 'ben'}"}, {"ben likes tea"}),
        ({"filters": '{"AND": [{"user_id": "anna"}, {"metadata": {"food": "tea"}}]}'}, {"anna likes tea"}),
        ({"user_id": "ben", "org_id": "o", "project_id": "p"}, {"ben likes tea"}),
        ({"user_id": "*"}, {"anna likes tea", "anna likes cake", "ben likes tea"}),
        ({"user_id": "*", "metadata": '{"food": "cake"}'}, {"anna likes cake"}),
        ({"agent_id": "*"}, {"The agent knows Python"}),
        ({"user_id": "*", "agent_id": "*"}, set()),
        ({"user_id": "*", "agent_id": "*", "app_id": "*", "run_id": "*"}, set(ALL)),
    ],
)
def test_what_a_deletion_takes(filled: Served, query: dict[str, str], gone: set[str]) -> None:
    assert filled.ask("DELETE", "/v1/memories/", params=query).json()["deleted"] == len(gone)
    assert left(filled) == sorted(set(ALL) - gone)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"user_id": "*"}, set(ALL) - {"The agent knows Python"}),
        ({"agent_id": "*"}, {"The agent knows Python"}),
        ({"user_id": "*", "run_id": "*"}, set()),
        ({"user_id": "*", "agent_id": "*", "app_id": "*", "run_id": "*"}, set(ALL)),
    ],
)
def test_a_star_asks_for_all_that_have_the_id(refusing: Served, asked: dict[str, str], found: set[str]) -> None:
    def told(answer: Any) -> set[str]:
        rows = answer.json()
        return {row["memory"] for row in (rows if isinstance(rows, list) else rows["results"])}

    assert told(refusing.get("/v1/memories/", params=asked)) == found
    for path in ("/v2/memories/", "/v3/memories/"):
        assert told(refusing.post(path, asked)) == found
    for version in ("v1", "v2", "v3"):
        assert told(refusing.post(f"/{version}/memories/search/", {"query": "likes", "threshold": 0, **asked})) == found
    if len(asked) == 1:
        assert told(refusing.post("/v3/memories/", {"filters": asked})) == found


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"org_id": "o"},
        {"metadata": '{"food": "tea"}'},
        {"filters": "{}"},
        {"filters": '{"AND": []}'},
        {"filters": '{"NOT": []}'},
        {"filters": '{"user": "anna"}'},
        {"user_id": ""},
        {"user_id": "  "},
        {"user": "anna"},
        {"user_id": "anna", "meta_data": "{}"},
        {"user_id": "anna", "run": "1"},
    ],
)
def test_a_deletion_without_a_condition_or_with_an_unknown_one_is_refused(
    refusing: Served, query: dict[str, str]
) -> None:
    assert refusing.ask("DELETE", "/v1/memories/", params=query).status_code == 400
    assert left(refusing) == ALL


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/memories/?user_id=anna&user_id=ben"),
        ("DELETE", "/v1/memories/?user_id=anna&user_id=*"),
        ("DELETE", '/v1/memories/?user_id=anna&metadata={"food": "tea"}&metadata={"food": "cake"}'),
        ("DELETE", "/memories?filters={'user_id': 'anna'}&filters={'user_id': 'ben'}"),
        ("DELETE", "/v2/entities/user/anna/?run_id=r"),
        ("DELETE", "/v1/entities/user/anna/?metadata={'food': 'tea'}"),
        ("DELETE", "/entities/user/anna?filters={}"),
        ("POST", "/reset?user_id=anna"),
        ("GET", "/v1/memories/?user_id=anna&user_id=ben"),
        ("GET", "/v1/entities/?user_id=anna"),
        ("POST", "/v1/memories/search/?user_id=anna"),
        ("POST", "/graphmem/context/?user_id=anna"),
    ],
)
def test_what_a_query_names_twice_or_in_vain_is_refused(refusing: Served, method: str, path: str) -> None:
    answer = refusing.ask(method, path, {"query": "tea"} if "search" in path or "context" in path else None)
    assert (answer.status_code, "in the query" in answer.json()["detail"]) == (400, True), answer.text
    assert left(refusing) == ALL


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/memories/?user_id=anna"),
        ("DELETE", "/memories?user_id=anna"),
        ("DELETE", "/v2/entities/user/anna/"),
        ("DELETE", "/v1/entities/user/anna/"),
        ("DELETE", "/entities/user/anna"),
        ("POST", "/reset"),
        ("GET", "/v1/memories/"),
    ],
)
def test_conditions_in_a_body_that_nobody_reads_are_refused(refusing: Served, method: str, path: str) -> None:
    for body in ({"metadata": {"food": "tea"}}, ["anna"], "anna"):
        answer = refusing.ask(method, path, body)
        assert (answer.status_code, "no body" in answer.json()["detail"]) == (400, True), answer.text
    answer = refusing.http.request(method, path, content=iter([b'{"user_id":', b' "anna"}']))
    assert answer.status_code == 400
    assert left(refusing) == ALL


def test_an_id_that_was_left_blank_deletes_nothing(refusing: Served) -> None:
    for path in ("/v1/memories//", "/v1/memories//?user_id=anna", "/v1/memories/undefined/", "/v2/entities/user//"):
        assert refusing.ask("DELETE", path).status_code == 400
    assert left(refusing) == ALL


def test_an_empty_body_and_what_clients_send_along_are_passed_over(filled: Served) -> None:
    along = "org_id=o&project_id=p&source=CLI"
    assert filled.get(f"/v1/memories/?user_id=anna&user_id=anna&{along}").json()
    for path in ("/v2/memories/", "/v3/memories/", "/v3/memories/search/"):
        more = "" if "search" in path else "&page=1&page_size=50"
        asked = {"filters": {"user_id": "anna"}} | ({"query": "tea"} if "search" in path else {})
        assert filled.post(f"{path}?{along}{more}", asked).status_code == 200
    assert filled.get(f"/v1/entities/?{along}").json()["count"] == 3
    assert filled.get(f"/v1/events/?{along}").status_code == 200
    assert filled.ask("DELETE", f"/v2/entities/user/ben/?{along}", {}).json()["deleted"] == 1
    for content in (b"", b" {} ", b"null"):
        assert filled.http.request("DELETE", f"/v1/memories/?user_id=anna&{along}", content=content).status_code == 200
    assert left(filled) == ["The agent knows Python"]
    for path in ("/health?at=1", "/v1/ping/?at=1"):
        assert filled.get(path).status_code == 200


@pytest.mark.parametrize("query", ["categories=food&categories=home", "categories=food,home", "categories=home"])
def test_lists_in_a_query_are_repeated_or_joined(server: Served, query: str) -> None:
    for category in ("food", "home", "work"):
        server.add(f"About {category}", user_id="anna", categories=[category])
    found = server.get(f"/v1/memories/?user_id=anna&{query}").json()
    assert [row["categories"][0] for row in found] == [name for name in ("home", "food") if name in query]


@pytest.mark.parametrize("name", ["a/b", "a b", "anna@example.com", "ü/ñ", "用户-1", "a/b/", "/a", "profile", "..a"])
@pytest.mark.parametrize("encoded", [True, False])
def test_ids_of_every_kind_in_a_path(server: Served, name: str, encoded: bool) -> None:
    server.add("I love tea", user_id=name)
    server.add("I love tea", user_id="another")
    # A percent sign must be encoded in any case; clients that do not encode send their users' slashes as they are.
    path = quote(name, safe="") if encoded else quote(name, safe="/@ ")
    assert server.get(f"/v2/entities/user/{path}/").json()["name"] == name
    assert server.ask("DELETE", f"/v2/entities/user/{path}/").json()["deleted"] == 1
    assert [row["name"] for row in server.get("/v1/entities/").json()["results"]] == ["another"]


def test_all_entities_are_in_one_answer_unless_a_page_is_asked_for(server: Served) -> None:
    server.client.add_many(
        [{"messages": "I love tea", "user_id": f"user {n}"} for n in range(120)], infer=False, chunk_size=200
    )
    answer = server.get("/v1/entities/").json()
    assert (answer["count"], len(answer["results"]), answer["next"], answer["previous"]) == (120, 120, None, None)
    assert {"id", "name", "type", "total_memories", "owner", "created_at", "updated_at"} == set(answer["results"][0])
    page = server.get("/v1/entities/?page=2&page_size=50").json()
    assert (page["count"], len(page["results"])) == (120, 50)
    assert (page["next"], page["previous"]) == ("?page=3&page_size=50", "?page=1&page_size=50")
    assert len(server.get("/v1/entities/?page=3&page_size=50").json()["results"]) == 20


def test_deleting_an_entity_without_memories_succeeds(server: Served) -> None:
    assert server.ask("DELETE", "/v2/entities/user/nobody/").status_code == 200
    assert server.ask("DELETE", "/v1/entities/user/nobody/").status_code == 200
    assert server.ask("DELETE", "/v2/entities/planet/mars/").status_code == 400


@pytest.mark.parametrize("path", ["//v1/ping/", "/v1/ping", "//v1/ping", "///v1/ping/"])
def test_slashes_too_many_and_too_few(refusing: Served, path: str) -> None:
    answer = refusing.http.get(f"http://localhost{path}", follow_redirects=False)
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize(
    ("id", "status"), [("nonsense", 400), ("1", 400), ("00000000-0000-0000-0000-000000000000", 404), ("a/b", 400)]
)
def test_ids_that_are_malformed_and_ids_that_are_unknown(refusing: Served, id: str, status: int) -> None:
    for method, path, body in (
        ("GET", f"/v1/memories/{id}/", None),
        ("GET", f"/v1/memories/{id}/history/", None),
        ("PUT", f"/v1/memories/{id}/", {"text": "x"}),
        ("DELETE", f"/v1/memories/{id}/", None),
        ("DELETE", "/v1/batch/", {"memories": [{"memory_id": id}]}),
        ("PUT", "/v1/batch/", {"memories": [{"memory_id": id, "text": "x"}]}),
        ("POST", "/v1/feedback/", {"memory_id": id}),
    ):
        answer = refusing.ask(method, path, body)
        assert (answer.status_code, set(answer.json())) == (status, {"detail", "error"}), path


def test_every_error_is_json_with_a_text(refusing: Served) -> None:
    for answer in (
        refusing.get("/nothing/here"),
        refusing.ask("PATCH", "/v1/memories/"),
        refusing.http.post("/v1/memories/", content=b"{", headers={"Content-Type": "application/json"}),
        refusing.http.post("/v1/memories/", content=b"\xff\xfe", headers={"Content-Type": "application/json"}),
        refusing.post("/v1/memories/", "text"),
        refusing.post("/v1/memories/", [1]),
    ):
        assert answer.status_code in (400, 404, 405)
        assert isinstance(answer.json()["detail"], str)
        assert answer.headers["content-type"].startswith("application/json")


HALF = '"\\ud800"'


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/memories/", '{"messages": "x", "user_id": HALF}'),
        ("POST", "/v3/memories/add/", '{"messages": HALF, "user_id": "a"}'),
        ("POST", "/v3/memories/add/", '{"messages": "x", "user_id": "a", "custom_instructions": HALF}'),
        ("POST", "/v3/memories/search/", '{"query": "x", "filters": {HALF: 1}}'),
        ("POST", "/v3/memories/search/", '{"query": "x", HALF: 1}'),
        ("POST", "/v1/exports/", '{"schema": {HALF: 1}}'),
        ("POST", "/v1/exports/get/", '{"memory_export_id": HALF}'),
        ("POST", "/v2/profiles/jobs/", '{"operation": HALF}'),
        ("POST", "/graphmem/undo/", '{"event_id": HALF}'),
        ("PATCH", "/api/v1/orgs/organizations/graphmem/projects/default/", '{"decay": HALF}'),
        ("PATCH", "/api/v1/orgs/organizations/graphmem/projects/default/", '{"decay": NaN}'),
        ("PATCH", "/api/v1/orgs/organizations/graphmem/projects/default/", '{"decay": 1e999}'),
        ("POST", "/v1/memories/", '{"messages": "x", "user_id": "a", "timestamp": 1e999}'),
        ("POST", "/v1/memories/", '{"messages": "x", "user_id": "a", "metadata": {"n": NaN}}'),
        ("POST", "/v1/memories/", "[" * 100_000),
        ("POST", "/v1/memories/", '{"messages": "x", "user_id": "a", "timestamp": ' + "9" * 5_000 + "}"),
        ("POST", "/v3/memories/search/", '{"query": "x", "filters": ' + '{"AND": [' * 400 + "]}" * 400 + "}"),
    ],
)
def test_what_is_not_quite_json_is_refused_everywhere(refusing: Served, method: str, path: str, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = refusing.http.request(method, path, content=body.replace("HALF", HALF), headers=headers)
    assert (answer.status_code, set(answer.json())) == (400, {"detail", "error"}), answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.FilterError("x"), 400),
        (errors.ScopeError("x"), 400),
        (errors.ValidationError("x"), 400),
        (errors.MemoryNotFoundError("x"), 404),
        (errors.ConflictError("x"), 409),
        (errors.StaleVersionError("x"), 409),
        (errors.StoreUnavailableError("x"), 503),
        (errors.ExtractionError("x"), 502),
        (errors.EmbeddingError("x"), 502),
        (errors.SchemaError("x"), 500),
        (errors.ConfigurationError("x"), 503),
    ],
)
def test_each_error_has_its_status(
    refusing: Served, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(type(refusing.client), "search", fails)
    answer = refusing.post("/v3/memories/search/", {"query": "tea"})
    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))


def test_a_body_that_is_too_large_says_so(make_server: MakeServer) -> None:
    server = make_server(max_body=1_000)
    large = {"messages": "x" * 2_000, "user_id": "anna"}
    answer = server.post("/v1/memories/", large)
    assert (answer.status_code, "1,000 bytes" in answer.json()["detail"]) == (413, True)

    def pieces() -> Any:
        yield b'{"user_id": "anna", "messages": "'
        yield b"x" * 2_000
        yield b'"}'

    # Without a declared length.
    answer = server.http.post("/v1/memories/", content=pieces(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, "too large" in answer.json()["detail"] or "larger" in answer.json()["detail"]) == (
        413,
        True,
    )
    assert left(server) == []


def test_who_asks_too_often_is_told_when_to_come_back(make_server: MakeServer) -> None:
    server = make_server(rate="3/minute")
    answers = [server.get("/v1/ping/") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["2", "1", "0", "0"]
    refused = answers[-1].headers
    assert 1 <= int(refused["retry-after"]) <= 60
    assert refused["x-ratelimit-limit"] == "3"
    assert int(refused["x-ratelimit-reset"]) > 1_700_000_000
    assert "detail" in answers[-1].json()


def test_infer_and_async_mode_go_together_as_they_like(server: Served) -> None:
    for infer in (True, False):
        for later in (True, False):
            asked = {
                "messages": f"I live in Berlin {infer} {later}",
                "user_id": "a",
                "infer": infer,
                "async_mode": later,
            }
            assert server.post("/v1/memories/", asked).status_code == 200
