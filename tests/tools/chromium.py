"""A headless Chromium that tests look at pages with."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

# Where tests leave screenshots for people to look at.
SCREENSHOTS = Path(os.environ.get("GRAPHMEM_SCREENSHOTS") or Path(__file__).parents[2] / "build/screenshots")
# Those that the README shows.
PICTURES = Path(__file__).parents[1] / "pictures"


@contextmanager
def chromium(width: int = 1400, height: int = 1000, *, dark: bool = False) -> Iterator[Any]:
    """A selenium driver of a Chromium in a new profile. Without Chromium the test is skipped, or fails if GRAPHMEM_REQUIRE_BROWSER is 1."""
    program, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not (program and driver):
        _missing("chromium and chromedriver are not installed (Debian: apt-get install chromium chromium-driver)")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        f"--window-size={width},{height}",
        *(["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []),
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield found
    finally:
        found.quit()


def screenshot(page: Any, name: str) -> Path:
    """A picture of a page, or of an element, as it is, in `SCREENSHOTS`."""
    return picture(
        page.get_screenshot_as_png() if hasattr(page, "get_screenshot_as_png") else page.screenshot_as_png,
        f"{name}.png",
    )


def picture(content: bytes, file: str, *, kept: bool = False) -> Path:
    """Leave a picture in `SCREENSHOTS`. `kept`: one that the README shows; with GRAPHMEM_PICTURES=1 it takes the place of the one there."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / file
    path.write_bytes(content)
    if kept and os.environ.get("GRAPHMEM_PICTURES") == "1":
        (PICTURES / file).write_bytes(content)
    return path


def hosts_asked(driver: Any) -> set[str]:
    """The hosts that pages asked for something since the last call, with their ports, whether or not the browser let them."""
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    asked = [message["params"]["request"] for message in messages if message["method"] == "Network.requestWillBeSent"]
    return {urlsplit(request["url"]).netloc for request in asked} - {""}


def complaints(driver: Any) -> list[str]:
    """The errors in the console since the last call."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]


def _missing(reason: str) -> None:
    if os.environ.get("GRAPHMEM_REQUIRE_BROWSER") == "1":
        pytest.fail(f"GRAPHMEM_REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(reason)
