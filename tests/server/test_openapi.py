"""The page that describes all routes, and requests made from it that are as strange as it allows, or stranger."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.server.conftest import Served
from tests.tools import sizes

# The whole store is emptied by it, and nothing is tried then on what is there.
_LEFT_OUT = {("POST", "/reset")}


def test_every_route_is_described_once(server: Served) -> None:
    document = server.get("/openapi.json").json()
    operations = [row for methods in document["paths"].values() for row in methods.values()]
    assert len(operations) > 50
    assert all(row["summary"] for row in operations)
    assert len({row["operationId"] for row in operations}) == len(operations)


@sizes.in_both
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "stranger"])
def test_no_request_makes_the_server_fail(server: Served, mode: GenerationMode) -> None:
    document = server.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    keys = [server.key("admin"), server.key("anna", user_id="anna")]
    id = server.add("I love tea", key=keys[1])
    failed: list[str] = []
    statuses: set[int] = set()

    def tried(operation: Any, examples: int) -> None:
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url="http://localhost")
            path = sent.pop("url").removeprefix("http://localhost").replace("%7Bid%7D", id)
            sent.pop("cookies", None)
            if isinstance(sent.get("data"), str | bytes):
                sent["content"] = sent.pop("data")
            for key in keys:
                headers = {**dict(sent.get("headers") or {}), "Authorization": f"Token {key}"}
                named = {name: value for name, value in sent.items() if name not in ("method", "headers")}
                try:
                    answer = server.http.request(case.method, path, headers=headers, **named)
                except (UnicodeError, ValueError, TypeError):
                    # No client can send it.
                    continue
                statuses.add(answer.status_code)
                if answer.status_code >= 500:
                    failed.append(f"{case.method} {path} {named} {answer.text}"[:500])

        # Of some routes nothing can be asked that they do not allow.
        with suppress(Unsatisfiable):
            one()

    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method.upper(), operation.path) not in _LEFT_OUT:
            tried(operation, sizes.size(1, 40))
    assert failed == []
    # Few of the stranger ones are such that a route can do them by chance.
    assert statuses >= ({200, 400} if mode is GenerationMode.POSITIVE else {400})
