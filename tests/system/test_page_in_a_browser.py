"""The page that `graphmem view` writes, in a headless Chromium: by mouse and by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import MemoryClient
from tests.tools.chromium import chromium, complaints, hosts_asked, picture, screenshot
from tests.tools.much_told import tell

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("page") / "memories.db")
    with MemoryClient(path, llm="offline") as client:
        client.add(
            "I live in Lisbon and I love cooking. My sister Anna lives in Berlin. I visited Anna on 3 May 2026.",
            user_id="alice",
        )
        client.add("I moved to Rome.", user_id="alice")
        client.add(HOSTILE, user_id="mallory", infer=False)
        client.add("שלום עולם", user_id="noa", infer=False)
        client.add("long " * 20_000, user_id="mallory", infer=False)
    return path


@pytest.fixture(scope="module")
def page(store: str) -> Path:
    return written(store, "memory.html")


def written(store: str, name: str, *options: str) -> Path:
    file = Path(store).parent / name
    command = [sys.executable, "-m", "graphmem", "view", "--store", store, str(file), *options]
    subprocess.run(command, check=True, capture_output=True)
    return file


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def _as_it_was(driver: Any) -> Iterator[None]:
    yield
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


class Page:
    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        driver.get(path.as_uri())

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        # In one go: the page replaces elements while it is looked at.
        script = "return [...document.querySelectorAll(arguments[0])].map(element => element.innerText)"
        return list(self.driver.execute_script(script, selector))

    def wait(self, condition: Callable[[], Any]) -> Any:
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, 30, 0.1).until(lambda _: condition())

    def slide(self, name: str, value: str) -> None:
        self.driver.execute_script(
            "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
            " e.dispatchEvent(new Event('input', {bubbles: true}))",
            name,
            value,
        )

    def check_quiet(self) -> None:
        """Nothing ran that shouldn't, nothing went wrong, and nothing was asked of a network."""
        assert self.driver.title == "Memory"
        assert complaints(self.driver) == []
        assert hosts_asked(self.driver) == set()


def settled(driver: Any) -> None:
    """Waits until the drawing has moved to what is shown."""
    driver.execute_async_script("setTimeout(arguments[0], 300)")


def test_search_slide_choose_history_and_paths(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    found = Page(driver, page)
    assert found.wait(lambda: "memories" in found.one("#told").text)
    found.one("#words").send_keys("rome")
    found.wait(lambda: found.texts("#memories button") == ["Moved to Rome"])
    found.one("#memories button").click()
    assert found.texts("#details del") == ["Lives in Lisbon"]
    assert found.texts("#details ins") == ["Moved to Rome"]
    assert "Rome" in found.texts("#details mark")
    screenshot(driver, "page-history")
    found.one("#words").send_keys(Keys.BACKSPACE * 4)
    found.slide("stored", "0")
    found.wait(lambda: "Lives in Lisbon" in found.texts("#memories button"))
    assert "Moved to Rome" not in found.texts("#memories button")
    found.slide("stored", "99")
    found.wait(lambda: "Moved to Rome" in found.texts("#memories button"))
    found.slide("happened", "0")
    found.wait(lambda: found.texts("#memories button") == ["Visited Anna on 3 May 2026"])
    found.slide("happened", "99")
    found.one("#one").send_keys("Berlin")
    found.one("#other").send_keys("Rome", Keys.ENTER)
    chain = found.wait(lambda: found.texts("#path li"))
    assert [step.removesuffix(" why") for step in chain] == [
        "Anna lives in Berlin",
        "Anna sister of alice",
        "alice moved to Rome",
    ]
    settled(driver)
    picture(screenshot(driver, "page-path").read_bytes(), "page-path.png", kept=True)
    found.check_quiet()


def test_by_keyboard_alone(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    found = Page(driver, page)
    found.wait(lambda: found.texts("#memories button"))

    def press(*keys: str) -> None:
        ActionChains(driver).send_keys(*keys).perform()

    press("/", "cooking")
    found.wait(lambda: found.texts("#memories button") == ["Loves cooking"])
    press(Keys.ARROW_DOWN, Keys.ENTER)
    assert found.texts("#details h2")[0] == "Loves cooking"
    press(Keys.ESCAPE)
    assert not found.one("#details").is_displayed()
    found.check_quiet()


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1400, True)])
def test_narrow_and_dark(driver: Any, page: Path, width: int, dark: bool) -> None:
    # A window can't be as narrow as a telephone.
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
    )
    found = Page(driver, page)
    button = found.wait(lambda: driver.find_elements("css selector", "#memories button"))[0]
    button.click()
    assert found.one("#details").is_displayed()
    settled(driver)
    screenshot(driver, f"page-{width}{'-dark' if dark else ''}")
    wide = driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], "it scrolls sideways"
    background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(20, 23, 28)") is dark
    found.check_quiet()


def test_what_is_not_drawn_is_listed_found_and_drawn_when_it_is_chosen(driver: Any, store: str) -> None:
    from selenium.webdriver.common.keys import Keys

    found = Page(driver, written(store, "sample.html", "--limit", "4"))
    told = found.wait(lambda: found.one("#told").text)
    assert "A sample is drawn" in told
    nodes = "return [...graphmem.page.picture.nodes.values()].map(node => node.label.slice(0, 100))"
    listed = found.texts("#memories button")
    assert {"Loves cooking", "Moved to Rome"} <= set(listed)
    hidden = next(text for text in listed if text[:100] not in driver.execute_script(nodes))
    found.one("#words").send_keys(hidden.split()[-1][:20])
    found.wait(lambda: found.texts("#memories button") == [hidden])
    assert hidden[:100] in driver.execute_script(nodes)
    found.one("#words").send_keys(Keys.BACKSPACE * 20)
    found.wait(lambda: found.texts("#memories button") == listed)
    for text, button in zip(listed, driver.find_elements("css selector", "#memories button"), strict=True):
        button.click()
        # Of a long text, the list and the drawing show the beginning.
        assert text[:100] in driver.execute_script(nodes)
    found.check_quiet()


def test_the_drawing_is_moved_by_keys_and_hostile_text_is_shown(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    found = Page(driver, page)
    canvas = found.one("#canvas")
    before = driver.execute_script("return graphmem.page.picture.graph.centerAt()")
    canvas.send_keys(Keys.ARROW_RIGHT)
    assert driver.execute_script("return graphmem.page.picture.graph.centerAt().x") > before["x"]
    zoomed = driver.execute_script("return graphmem.page.picture.graph.zoom()")
    canvas.send_keys("+")
    found.wait(lambda: driver.execute_script("return graphmem.page.picture.graph.zoom()") > zoomed)
    found.one("#words").send_keys("</script>")
    found.wait(lambda: len(found.texts("#memories button")) == 1)
    found.one("#memories button").click()
    assert found.texts("#details h2")[0] == HOSTILE
    assert HOSTILE in found.texts("#details blockquote")
    settled(driver)
    screenshot(driver, "page-hostile")
    found.check_quiet()


def test_everything_is_reached_by_tab(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    found = Page(driver, page)
    found.wait(lambda: found.texts("#memories button"))
    reached, rimless = [], []
    for _ in range(20):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        name, rim = driver.execute_script(
            "const on = document.activeElement; return [on.id || on.innerText, on === document.body || getComputedStyle(on).outlineStyle]"
        )
        reached.append(name)
        rimless += [name] if rim == "none" and name else []
    controls = ["words", "owner", "category", "one", "other", "connect", "stored", "happened"]
    assert [name for name in reached if name in controls] == controls
    assert {"Loves cooking", "canvas", "closer", "farther", "whole"} <= set(reached)
    assert rimless == []


@pytest.mark.parametrize("sight", ["achromatopsia", "deuteranopia", "protanopia", "tritanopia"])
def test_who_sees_few_colours_sees_shapes(driver: Any, page: Path, sight: str) -> None:
    driver.execute_cdp_cmd("Emulation.setEmulatedVisionDeficiency", {"type": sight})
    found = Page(driver, page)
    found.wait(lambda: found.texts("#memories button"))
    signs = [text.split()[0] for text in found.texts("#legend li")]
    assert len(set(signs)) == len(signs) == 3
    settled(driver)
    screenshot(driver, f"page-{sight}")
    driver.execute_cdp_cmd("Emulation.setEmulatedVisionDeficiency", {"type": "none"})


@pytest.mark.thorough
def test_of_a_large_drawing_only_what_is_dragged_is_drawn_anew(driver: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    store = str(tmp_path / "much.db")
    with MemoryClient(store, llm="offline", embedder="local") as client:
        tell(client._parts.store(), 1_000)
    found = Page(driver, written(store, "much.html"))
    found.wait(lambda: driver.execute_script("return graphmem.page.picture.motion.still"))
    driver.execute_script(_DRAWN)
    nodes, (right, down) = driver.execute_script("return [graphmem.page.picture.nodes.size, place()]")
    full = driver.execute_script("return painted()")
    pointer = ActionChains(driver, duration=50)
    pointer.move_to_element_with_offset(found.one("#canvas"), right, down).pause(1).perform()
    pointer.click_and_hold().move_by_offset(30, 20).move_by_offset(5, 0).perform()
    driver.execute_script("drawn.length = 0")
    pointer.move_by_offset(30, 20).move_by_offset(5, 0).perform()
    assert 0 < max(driver.execute_script("return drawn")) < nodes / 4
    assert driver.execute_script("return painted()") > 0.9 * full
    pointer.release().perform()
    found.wait(lambda: driver.execute_script("return drawn.at(-1)") == nodes)
    # The node is where it was left, and the pointer finds it there.
    assert driver.execute_script("return place()") == pytest.approx([right + 70, down + 40], abs=2)
    pointer.move_by_offset(40, 0).pause(1).move_by_offset(-40, 0).perform()
    found.wait(lambda: found.one("#tip").is_displayed())
    found.check_quiet()


# The node in the middle, and where it is, seen from the middle; how many nodes each frame draws; how many pixels are
# painted, not counting faint ones: a copy of a drawing loses some of those, more where a machine draws without a graphics card.
_DRAWN = """
const { picture } = graphmem.page;
const box = document.querySelector("#canvas").getBoundingClientRect();
const seen = (node) => {
  const { x, y } = picture.graph.graph2ScreenCoords(node.x, node.y);
  return [x - box.width / 2, y - box.height / 2];
};
const nodes = [...picture.nodes.values()].filter((node) => node.kind === "memory");
const middle = nodes.reduce((one, other) => (Math.hypot(...seen(other)) < Math.hypot(...seen(one)) ? other : one));
window.place = () => seen(middle);
window.drawn = [];
let count = 0;
const node = picture.node.bind(picture);
picture.node = (...told) => { count += 1; node(...told); };
const draw = picture.graph.onRenderFramePost();
picture.graph.onRenderFramePost((...told) => { draw(...told); drawn.push(count); count = 0; });
window.painted = () => {
  const canvas = document.querySelector("#canvas canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, at) => at % 4 === 3 && value > 127).length;
};
"""
