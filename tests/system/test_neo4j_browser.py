"""A memory in the real Neo4j Browser, in a headless Chromium: what it reads like, with and without our style."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from graphmem import MemoryClient
from graphmem.cli.browser import saved
from graphmem.stores.neo4j.twins import TYPES
from graphmem.view.neo4j_browser.guide import PAGES
from graphmem.view.neo4j_browser.saved_queries import with_values
from tests.conftest import StoreUnderTest
from tests.tools.chromium import chromium, complaints, hosts_asked, picture, screenshot

TALK = [
    {"role": "user", "content": "Hi, I'm Alice. I live in Lisbon and I love cooking. I am allergic to nuts."},
    {"role": "assistant", "content": "Nice to meet you, Alice."},
    {"role": "user", "content": "My sister Anna lives in Berlin. I visited Anna on 3 May 2026."},
]
LATER = [{"role": "user", "content": "I moved to Rome."}]
FIRST = "MATCH p = (:User {id: 'alice'})-[:HAS_MEMORY]->(:Memory)-[:MENTIONS]->(:Entity) RETURN p"


RELATED = "MATCH p = (:Entity {title: 'alice'})-[:RELATES_TO]-(:Entity) RETURN p"
# Queries that draw nothing → what stands there.
NOTHING = "(no changes, no records)"
TABLES = {"timeline": "2026-05-03", "read": "Is allergic to nuts", "shared": NOTHING, "orphans": NOTHING}


class Browser:
    """A page with Neo4j Browser, logged in."""

    def __init__(self, driver: Any, document: dict[str, str], password: str) -> None:
        self.driver, self.document, self._password = driver, document, password
        self._open(document["url"])

    def _open(self, address: str) -> None:
        # Another page in between: the same one with other parameters would not be loaded anew.
        self.driver.get("about:blank")
        self.driver.get(address)
        # It remembers who logged in before, and asks only once.
        asked = self.wait(lambda: self._connected() or self.all("input[type=password]"))
        if asked is not True:
            asked[0].send_keys(self._password + "\n")
        self.wait(self._connected)

    def _connected(self) -> bool:
        return "You are connected as user" in self.text("[data-testid=stream]")

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def text(self, selector: str) -> str:
        return "\n".join(element.text for element in self.all(selector))

    def wait(self, condition: Callable[[], Any]) -> Any:
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, 60, 0.2, [StaleElementReferenceException]).until(lambda _: condition())

    def run(self, command: str) -> str:
        """Run a command by a link, and return the text of its frame."""
        address, _, asked = self.document["url"].partition("?")
        self._open(f"{address}?{asked.partition('&cmd=')[0]}&cmd=edit&arg={quote(command)}")
        self.wait(lambda: self.all("[data-testid=activeEditor] .view-line"))
        self.all("[data-testid=editor-Run]")[0].click()
        first = command.splitlines()[0][:40]
        self.wait(lambda: first in self.text("[data-testid=frame]:first-child [data-testid=frameCommand]"))
        self.wait(lambda: self.all("[data-testid=frame]:first-child [data-testid=frameContents]"))
        self.wait(lambda: self.text("[data-testid=frame]:first-child [data-testid=frameContents]"))
        return self.text("[data-testid=frame]:first-child")

    def captions(self) -> set[str]:
        """Of the nodes that the newest frame draws."""
        nodes = self.wait(lambda: self.all("[data-testid=frame]:first-child g.node"))
        return {" ".join(line.text for line in node.find_elements("css selector", "text")) for node in nodes}

    def reads(self, *texts: str) -> bool:
        """Whether the newest frame draws nodes that read so, as far as the machine's font leaves room."""
        captions = self.captions()
        return all(any(_shortened(caption, text) for caption in captions) for text in texts)

    def arrows(self, *words: str) -> bool:
        """Whether the newest frame has arrows with these captions. Of a short arrow's caption only the beginning is there."""
        shown = {text.rstrip("…") for text in self._texts("g.relationship text")} - {""}
        return all(any(len(text) > 3 and word.startswith(text) for text in shown) for word in words)

    def _texts(self, selector: str) -> list[str]:
        # In one go: Neo4j Browser replaces elements while it is looked at.
        script = "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)"
        return list(self.driver.execute_script(script, f"[data-testid=frame]:first-child {selector}"))

    def clicked(self, caption: str) -> dict[str, str]:
        """What the panel shows of the node that reads so: property → its text."""
        [node, *_] = self.wait(
            lambda: [
                node
                for node in self.all("[data-testid=frame]:first-child g.node")
                if _shortened(" ".join(line.text for line in node.find_elements("css selector", "text")), caption)
            ]
        )
        script = (
            "const told = {bubbles: true, view: window};"
            " for (const kind of ['mousedown', 'mouseup', 'click']) arguments[0].dispatchEvent(new MouseEvent(kind, told))"
        )
        self.driver.execute_script(script, node)
        rows = self.wait(
            lambda: self.all("[data-testid=frame]:first-child [data-testid=viz-details-pane-properties-table] tr")
        )
        return {
            row.find_elements("tag name", "td")[0].text: row.find_elements("tag name", "td")[1].text for row in rows
        }


@contextmanager
def served(store: StoreUnderTest, *arguments: str) -> Iterator[dict[str, str]]:
    """What `graphmem browser --serve` prints, while it serves."""
    settings = store.settings
    environment = os.environ | {"NEO4J_USERNAME": settings["username"], "NEO4J_PASSWORD": settings["password"]}
    command = [
        sys.executable,
        "-m",
        "graphmem",
        "browser",
        "--serve",
        "--json",
        "--store",
        settings["store"],
        *arguments,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        lines = []
        try:
            for line in process.stdout:
                lines.append(line)
                if line.startswith("}"):
                    break
            yield json.loads("".join(lines))
        finally:
            process.terminate()


@pytest.fixture
def talked(neo4j_store: StoreUnderTest) -> StoreUnderTest:
    with MemoryClient(**neo4j_store.settings) as client:
        client.add(TALK, user_id="alice", timestamp="2026-11-01T10:00:00Z")
        client.add(LATER, user_id="alice", timestamp="2026-11-20T10:00:00Z")
        client.add("I play chess.", user_id="bob")
    return neo4j_store


@contextmanager
def opened(store: StoreUnderTest, *arguments: str) -> Iterator[Browser]:
    with served(store, *arguments) as document, chromium() as driver:
        yield Browser(driver, document, store.settings["password"])
        # Neo4j Browser by itself asks the web for fonts, statistics and a feedback tool.
        assert hosts_asked(driver) == {urlsplit(document["url"]).netloc}
        assert complaints(driver) == []


def drawn(browser: Browser, name: str, kept: str) -> None:
    """Leave a picture of the newest frame's graph."""
    screenshot(browser.driver, name)
    [graph, *_] = browser.all("[data-testid=frame]:first-child [data-testid=frameContents]")
    picture(graph.screenshot_as_png, kept, kept=True)


def test_it_opens_by_a_link_and_reads_as_text_without_a_style(talked: StoreUnderTest) -> None:
    with opened(talked) as browser:
        assert "These are the memories of alice." in browser.text("[data-testid=frame]")
        browser.run(FIRST)
        assert browser.reads("Is allergic to nuts", "Loves cooking", "nuts", "alice"), browser.captions()
        # What is between drawn nodes is drawn as well.
        browser.wait(lambda: browser.arrows("RELATES_TO", "ALLERGIC_TO", "HAS_MEMORY", "MENTIONS"))
        drawn(browser, f"neo4j-browser-{talked.name}-plain", "neo4j-browser-plain.png")
        # The vector is cut to a few numbers, and the text stands there in full.
        panel = browser.clicked("Is allergic to nuts")
        screenshot(browser.driver, f"neo4j-browser-{talked.name}-panel")
        assert panel["text"] == "Is allergic to nuts"
        assert max(map(len, panel.values())) < 200
        browser.run(RELATED)
        browser.wait(lambda: browser.arrows("RELATES_TO", "FORMERLY", "ALLERGIC_TO", "SISTER_OF", "MOVED_TO"))
        screenshot(browser.driver, f"neo4j-browser-{talked.name}-relations")


def test_with_the_style_relations_read_their_words(talked: StoreUnderTest) -> None:
    with opened(talked) as browser:
        assert "node.Memory" in browser.run(f":style {browser.document['style']}")
        browser.run(FIRST)
        browser.wait(lambda: browser.arrows("allergic_to", "HAS_MEMORY", "MENTIONS"))
        # Its circles have room for the whole text, in wide fonts too.
        assert {"Is allergic to nuts", "Loves cooking", "nuts", "alice"} <= browser.captions()
        drawn(browser, f"neo4j-browser-{talked.name}-style", "neo4j-browser-style.png")
        browser.run(RELATED)
        browser.wait(lambda: browser.arrows("was: lives_in", "allergic_to", "sister_of", "moved_to"))
        # One name on each: the second arrow, which has it as its type, is blank.
        assert not any(browser.arrows(type) for type in (*TYPES, "RELATES_TO"))


@pytest.mark.exhaustive
def test_every_saved_query_draws_and_the_guide_plays(talked: StoreUnderTest) -> None:
    with opened(talked) as browser:
        guide = browser.driver.execute_script(
            "return fetch(arguments[0]).then(r => r.text())", browser.document["guide"]
        )
        assert all(page.title in guide for page in PAGES)
        played = browser.run(f":play {browser.document['guide']}")
        assert "These are the memories of alice." in played
        assert f"1 / {len(PAGES) + 1}" in played
        assert "node.Memory" in browser.run(f":style {browser.document['style']}")
        for page in PAGES:
            text = _command(talked, page.query)
            browser.run(text)
            told = TABLES.get(page.query)
            if told is None:
                assert browser.captions(), page.query
            else:
                browser.wait(lambda told=told: told in browser.text("[data-testid=frame]:first-child"))
            screenshot(browser.driver, f"neo4j-browser-{talked.name}-{page.query}")
            assert "ERROR" not in browser.text("[data-testid=frame]:first-child"), page.query
        browser.run(_command(talked, "life"))
        assert any(caption.startswith("was:") for caption in browser.captions())


def _shortened(caption: str, text: str) -> bool:
    """Whether a caption is of this text. Neo4j Browser cuts a word that is too wide, and may leave the one before it out."""
    words = iter(text.split())
    shown = caption.rstrip("…").split()
    if not shown or shown[0] != text.split()[0] or (len(shown) == 1 and caption != text):
        return False
    return all(any(word.startswith(part) for word in words) for part in shown)


def _command(store: StoreUnderTest, query: str) -> str:
    """The query as the guide shows it."""
    with MemoryClient(**store.settings) as client:
        moved = next(memory for memory in client.get_all(user_id="alice") if "Rome" in memory["memory"])
    values = {"user": "alice", "entity": "Anna", "other": "Berlin", "other_user": "bob", "memory": moved["id"]}
    return with_values(saved()[query], values)
