"""Calls every method of a published Python client:  python python_client.py GENERATION HOST KEY [async]

Prints a line for each: ``ok NAME`` or ``FAIL NAME what happened``. Runs where that client is installed, and nothing of graphmem.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import mem0
from mem0 import AsyncMemoryClient, MemoryClient

GENERATION, HOST, KEY = sys.argv[1:4]
AWAITED = "async" in sys.argv[4:]
# A user for each run, with what makes paths hard, where the client encodes it.
USER = f"anna ü@{GENERATION}{'/a' if GENERATION == '2' else ''}{' awaited' if AWAITED else ''}"
NEW = GENERATION == "2"
FAILED = 0
LOOP = asyncio.new_event_loop()


def call(function: Callable[..., Any], *args: Any, **named: Any) -> Any:
    done = function(*args, **named)
    return LOOP.run_until_complete(done) if inspect.isawaitable(done) else done


def check(name: str, work: Callable[[], Any]) -> Any:
    global FAILED
    try:
        found = work()
    except BaseException as error:
        FAILED += 1
        at = traceback.extract_tb(error.__traceback__)
        where = next((f"line {each.lineno}" for each in reversed(at) if each.filename == __file__), "")
        print(f"FAIL {name}: {type(error).__name__}: {error} {where}".replace("\n", " "), flush=True)
        return None
    print(f"ok {name}", flush=True)
    return found


def expect(condition: Any, what: Any = "") -> None:
    if not condition:
        raise AssertionError(repr(what)[:300])


def raises(status: int, function: Callable[..., Any], *args: Any, **named: Any) -> None:
    """Whether the call fails in the way in which this generation tells of that status."""
    try:
        call(function, *args, **named)
    except Exception as error:
        seen = f"{type(error).__name__} {getattr(error, 'error_code', '')} {error}"
        code = getattr(getattr(error, "response", None), "status_code", None)
        kinds = {400: "ValidationError", 401: "AuthenticationError", 404: "MemoryNotFoundError"}
        typed = type(error).__name__ == kinds[status]
        # What says nothing of the status, tells it in its text, or only that something went wrong.
        untyped = type(error).__name__ in ("APIError", "ValueError")
        expect(typed or code == status or untyped, seen)
        return
    raise AssertionError("no error")


def rows(found: Any) -> list[dict[str, Any]]:
    return found if isinstance(found, list) else found["results"]


def eventually(work: Callable[[], Any]) -> Any:
    for _ in range(100):
        found = work()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("not within ten seconds")


def main() -> None:
    kind = AsyncMemoryClient if AWAITED else MemoryClient
    client = check("constructor, ping", lambda: kind(api_key=KEY, host=HOST))
    check("constructor, slash at the end", lambda: kind(api_key=KEY, host=HOST + "/"))
    check("constructor, wrong key", lambda: raises(401, kind, api_key="wrong", host=HOST))
    ids: dict[str, Any] = {"user_id": USER}
    within: dict[str, Any] = {"filters": ids} if NEW else {**ids, "version": "v2", "filters": ids}
    if GENERATION == "1":
        within = {"filters": ids}

    def add(text: str, **more: Any) -> Any:
        messages = [{"role": "user", "content": text}]
        return call(client.add, messages, user_id=USER, infer=False, **more)

    def listed(**more: Any) -> list[dict[str, Any]]:
        return rows(call(client.get_all, **{**within, **more}))

    def added() -> None:
        found = add("I love green tea", metadata={"food": "tea"})
        expect("results" in found or ("event_id" in found and found["status"] == "PENDING"), found)

    check("add", added)
    check("add, seen in get_all", lambda: eventually(listed))
    if GENERATION == "0":
        check("add, results at once", lambda: expect(add("I swim on Mondays")["results"][0]["event"] == "ADD"))
        check("add, v1.0", lambda: expect(isinstance(add("Likes tulips", output_format="v1.0"), dict)))
    if GENERATION == "1":
        queued = check("add, by event", lambda: add("I swim on Mondays"))
        expect(queued and queued["results"][0]["status"] == "PENDING", queued)
        check("add, at once", lambda: expect(add("I paint", async_mode=False)["results"][0]["event"] == "ADD"))
        check("add, a string", lambda: expect(call(client.add, "I like pears", user_id=USER, infer=False)["results"]))
    if NEW:
        asked = {"user_id": USER, "infer": False}
        check("add, a string", lambda: expect(call(client.add, "I swim on Mondays", **asked)["event_id"]))
        check(
            "add, a message",
            lambda: expect(call(client.add, {"role": "user", "content": "I run"}, **asked)["event_id"]),
        )
        if not AWAITED:
            options = mem0.client.types.AddMemoryOptions(filters=ids, infer=False)
            check("add, ids in filters", lambda: expect(call(client.add, "I paint", options)["event_id"]))
    check("add, more of them", lambda: eventually(lambda: len(listed()) >= (3 if NEW else 2)))
    check("add, nothing to remember", lambda: raises(400, client.add, [], user_id=USER))
    one = listed()[-1]
    expect(one["memory"] == "I love green tea", one)
    id = one["id"]
    check("get", lambda: expect(call(client.get, id)["memory"] == "I love green tea"))
    check("get, no id", lambda: raises(400, client.get, "nonsense"))
    check("get, unknown", lambda: raises(404, client.get, "00000000-0000-0000-0000-000000000000"))
    check("get_all", lambda: expect(len(listed()) >= 2))
    check("get_all, a page", lambda: expect(len(listed(page=1, page_size=1)) == 1))
    check("get_all, page_size alone", lambda: expect(listed(page_size=1)))
    check("get_all, categories", lambda: expect(listed(categories=["nothing", "of that"]) == []))
    if GENERATION == "0":
        check("get_all v1", lambda: expect(len(call(client.get_all, **ids)) >= 2))
        found = lambda: call(client.get_all, **ids, metadata={"food": "tea"})  # noqa: E731
        check("get_all v1, metadata as Python writes it", lambda: expect([each["id"] for each in found()] == [id]))
        check("get_all v1, a page", lambda: expect(call(client.get_all, **ids, page=1, page_size=1)["count"] >= 2))
        check("search v1", lambda: expect(call(client.search, "green tea", **ids)[0]["score"] > 0))
        check("search v1, v1.1", lambda: expect(call(client.search, "tea", **ids, output_format="v1.1")["results"]))
    check("search", lambda: expect(rows(call(client.search, "green tea", **within))[0]["id"] == id))
    check("search, top_k", lambda: expect(len(rows(call(client.search, "I", **within, top_k=1))) <= 1))
    check("search, blank", lambda: raises(400, client.search, " ", **within))
    other = {"AND": [{"user_id": USER}, {"created_at": {"gte": "2020-01-01"}}]}
    check("search, filters", lambda: expect(rows(call(client.search, "green tea", **{**within, "filters": other}))))
    check("update", lambda: call(client.update, id, text="I love black tea"))
    check("update, metadata", lambda: call(client.update, id, metadata={"a": {"b": 1}}))
    check("update, seen", lambda: expect(call(client.get, id)["metadata"] == {"a": {"b": 1}}, call(client.get, id)))
    if NEW:
        check("update, expiration_date", lambda: call(client.update, id, expiration_date="2099-01-01"))
        check("update, expiration_date taken away", lambda: call(client.update, id, expiration_date=None))
        check("update, seen", lambda: expect(call(client.get, id)["expiration_date"] is None))
    check("history", lambda: expect([each["event"] for each in call(client.history, id)][:2] == ["ADD", "UPDATE"]))
    check("users", lambda: expect(USER in [each["name"] for each in call(client.users)["results"]]))
    batch = [{"memory_id": each["id"], "metadata": {"n": n}} for n, each in enumerate(listed())]
    check("batch_update", lambda: expect(call(client.batch_update, batch)["message"]))

    def feedback() -> None:
        try:
            expect(call(client.feedback, id, "POSITIVE", "right")["feedback"] == "POSITIVE")
        except TypeError:
            # These two raise it after the server answered well.
            expect(GENERATION in "01")

    check("feedback", feedback)
    schema = {"type": "object", "properties": {"memories": {"type": "array"}}}
    made = check("create_memory_export", lambda: call(client.create_memory_export, schema=schema, user_id=USER))
    expect(made and made["id"], made)
    got = lambda: call(client.get_memory_export, memory_export_id=made["id"])  # noqa: E731
    check("get_memory_export", lambda: expect("I love black tea" in got()["memories"], got()))
    check("get_memory_export, by user", lambda: expect(call(client.get_memory_export, user_id=USER)["memories"]))
    check("get_summary", lambda: expect("black tea" in call(client.get_summary, filters=ids)["summary"]))
    projects(client)
    webhooks(client)
    if NEW:
        profiles(client)
    if hasattr(client, "chat"):
        check("chat, not implemented", lambda: not_implemented(client.chat))
    check("delete", lambda: expect(call(client.delete, id)["message"]))
    if NEW:
        gone = listed()[0]["id"]
        check("delete, delete_linked", lambda: expect(call(client.delete, gone, delete_linked=True)["message"]))
    check("get, deleted", lambda: raises(404, client.get, id))
    check("batch_delete", lambda: expect(call(client.batch_delete, [{"memory_id": listed()[0]["id"]}])["message"]))
    add("I love green tea", metadata={"food": "tea"}, **({"async_mode": False} if GENERATION == "1" else {}))
    add("I love cake", metadata={"food": "cake"}, **({"async_mode": False} if GENERATION == "1" else {}))
    check("delete_all, before", lambda: eventually(lambda: listed(metadata={"food": "tea"}) or NEW))
    eventually(lambda: "I love cake" in [each["memory"] for each in listed()])
    check(
        "delete_all, metadata as Python writes it",
        lambda: call(client.delete_all, user_id=USER, metadata={"food": "tea"}),
    )
    left = [each["memory"] for each in listed()]
    check("delete_all, took no other", lambda: expect("I love cake" in left and "I love green tea" not in left, left))
    if NEW:
        check("delete_all, filters", lambda: call(client.delete_all, filters={"user_id": USER}))
        check("delete_all, took all", lambda: expect(listed() == [], listed()))
    check("delete_all", lambda: expect(call(client.delete_all, user_id=USER)["message"]))
    check("delete_all, nothing named", lambda: raises(400, client.delete_all))
    add("I love green tea", **({"async_mode": False} if GENERATION == "1" else {}))
    eventually(listed)
    check("delete_users", lambda: expect(call(client.delete_users, user_id=USER)["message"]))
    check("delete_users, gone", lambda: expect(listed() == []))
    add("I love green tea", **({"async_mode": False} if GENERATION == "1" else {}))
    eventually(listed)
    any_of = dict.fromkeys(("user_id", "agent_id", "app_id", "run_id"), "*")
    check("delete_all, everything by stars", lambda: expect(call(client.delete_all, **any_of)["message"]))
    check("delete_all, everything is gone", lambda: expect(call(client.users)["results"] == []))
    add("I love green tea", **({"async_mode": False} if GENERATION == "1" else {}))
    eventually(listed)
    check("reset", lambda: expect(call(client.reset)["message"]))
    check("reset, everything is gone", lambda: expect(call(client.users)["results"] == []))


def projects(client: Any) -> None:
    def field(name: str) -> Any:
        return call(client.get_project, fields=[name])[name]

    categories = [{"garden": "plants and beds"}]
    check("update_project", lambda: call(client.update_project, custom_instructions="Only food"))
    check("get_project", lambda: expect(field("custom_instructions") == "Only food"))
    check("update_project, categories", lambda: call(client.update_project, custom_categories=categories))
    check("get_project, categories", lambda: expect(field("custom_categories") == categories))
    call(client.update_project, custom_instructions="", custom_categories=[])
    project = getattr(client, "project", None)
    if project is None:
        return
    check("project.get", lambda: call(project.get, fields=["custom_instructions"]))
    check("project.update", lambda: call(project.update, custom_instructions="Only drinks"))
    call(project.update, custom_instructions="")
    check("project.add_member", lambda: call(project.add_member, "a@example.com", "READER"))
    check("project.get_members", lambda: expect("a@example.com" in str(call(project.get_members))))
    check("project.update_member", lambda: call(project.update_member, "a@example.com", "OWNER"))
    check("project.remove_member", lambda: call(project.remove_member, "a@example.com"))
    check("project.create, refused in words", lambda: raises(400, project.create, "another"))
    check("project.delete, refused in words", lambda: raises(400, project.delete))


def webhooks(client: Any) -> None:
    project = client.project_id if hasattr(client, "project_id") and client.project_id else "default"
    made = check(
        "create_webhook",
        lambda: call(
            client.create_webhook, "https://example.com/hook", "one", project, ["memory_add", "memory_update"]
        ),
    )
    [id] = [each["webhook_id"] for each in call(client.get_webhooks, project)] or [None]
    check("get_webhooks", lambda: expect(id == made["webhook_id"]))
    check("update_webhook", lambda: call(client.update_webhook, id, name="two", event_types=["memory_delete"]))
    check("get_webhooks, changed", lambda: expect(call(client.get_webhooks, project)[0]["name"] == "two"))
    check("delete_webhook", lambda: expect(call(client.delete_webhook, id)["message"]))


def profiles(client: Any) -> None:
    check("get_profile", lambda: expect(call(client.get_profile, USER)["status"] == "not_enabled"))
    job = check("generate_profile", lambda: call(client.generate_profile, USER))
    check("sample_profiles", lambda: expect(call(client.sample_profiles, limit=2)["status"] == "not_enabled"))
    check("get_profile_job", lambda: expect(call(client.get_profile_job, job["status_url"])["job"]))
    check("get_profile_settings", lambda: expect(call(client.get_profile_settings)["enabled"] is False))
    check("update_profile_settings", lambda: call(client.update_profile_settings, enabled=False))


def not_implemented(chat: Callable[[], Any]) -> None:
    try:
        call(chat)
    except NotImplementedError:
        return
    raise AssertionError("no error")


main()
sys.exit(1 if FAILED else 0)
