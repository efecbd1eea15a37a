"""The page that describes the routes loads nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Served
from tests.server.running import running
from tests.tools.chromium import chromium, hosts_asked


def directives(answer: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


def test_all_that_it_loads_is_here_and_needs_no_key(server: Served) -> None:
    server.key()
    answer = server.get("/docs")
    assert answer.status_code == 200
    loaded = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', answer.text)
    assert loaded == ["docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"]
    for name in loaded:
        found = server.get(f"/{name}")
        assert (found.status_code, found.headers["x-content-type-options"]) == (200, "nosniff")
        assert len(found.content) > 100
    policy = directives(answer)
    assert policy["default-src"] == {"'none'"}
    assert {source for sources in policy.values() for source in sources} <= {
        *("'none'", "'self'", "data:", "'unsafe-inline'")
    }
    assert "'unsafe-inline'" not in policy["script-src"]
    # Nothing else is open: neither a folder, nor what lies beside the files.
    for path in ("/docs/", "/docs/redoc.standalone.js", "/docs/../core.py", "/docs/oauth2-redirect"):
        assert server.get(path).status_code in (401, 404)


@pytest.mark.thorough
def test_a_browser_shows_it_and_asks_nobody_else(tmp_path: Path) -> None:
    with running({"store": tmp_path / "memories.db"}, tmp_path) as server, chromium() as driver:
        server.command("keys", "create", "admin")
        driver.implicitly_wait(30)
        driver.get(f"{server.url}/docs")
        operations = driver.find_elements("css selector", ".opblock-tag")
        assert len(operations) > 5
        driver.find_element("css selector", "#operations-tag-memories button").click()
        assert driver.find_elements("css selector", ".opblock-summary-path")
        # Neither refused by the policy, nor asked for.
        assert [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []
        assert hosts_asked(driver) == {f"127.0.0.1:{server.port}"}
